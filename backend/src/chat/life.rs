//! When a chat is offered, opens, closes and is ended by one of the two.

use std::collections::BTreeMap;

use porchlight_domain::chat::life::CLOSING_S;
use porchlight_domain::chat::wire::{Answer, ChatEvent};
use porchlight_domain::chat::{ChatBadge, Phase};
use porchlight_domain::delivery::{Delivery, Status};
use porchlight_domain::event::Fact;
use porchlight_domain::ids::{ChatId, PersonId, RunId};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;

use super::queries::{self, ChatRow};
use super::{Seat, messages, telling};
use crate::accounts::Actor;
use crate::events::Batch;
use crate::{Backend, Error};

/// Whoever was asked to open a chat is asked again after so many seconds at the earliest.
const KNOCK_AGAIN_S: f64 = 10.0 * 60.0;

/// What a page shows of the chat about a delivery before it is opened. Nothing where there is no chat for whoever asks.
pub async fn badge(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<ChatBadge, Error> {
    let seat = match Seat::of(actor, backend, reference).await {
        Ok(seat) => seat,
        // Nobody brings it yet.
        Err(Error::Conflict { .. }) => return Ok(ChatBadge::default()),
        Err(error) => return Err(error),
    };
    let pool = backend.store().readers();
    let chat = queries::chat(pool, reference, &seat.courier).await?;
    let phase = seat.phase(backend, chat.as_ref())?;
    let unread = match &chat {
        Some(chat) => queries::unread(pool, &chat.id(), seat.side).await?,
        None => 0,
    };
    let other = seat.side.other();
    Ok(ChatBadge {
        offered: phase != Phase::None {},
        unread,
        wanted: phase.is_writable() && chat.is_some_and(|chat| chat.wants(other).is_some()),
    })
}

/// What a customer has not read, for each of their parcels that have a chat.
pub async fn badges(
    actor: &Actor,
    backend: &Backend,
) -> Result<BTreeMap<Reference, ChatBadge>, Error> {
    let person = actor.with_role(Role::Customer)?;
    let rows = queries::unread_of_recipient(backend.store().readers(), &person.id).await?;
    badges_from(rows)
}

/// The same for a courier, for each parcel of a run.
pub(crate) async fn badges_of_run(
    backend: &Backend,
    run: &RunId,
    courier: &PersonId,
) -> Result<BTreeMap<Reference, ChatBadge>, Error> {
    badges_from(queries::unread_of_run(backend.store().readers(), run, courier).await?)
}

fn badges_from(rows: Vec<queries::UnreadRow>) -> Result<BTreeMap<Reference, ChatBadge>, Error> {
    let badge = |row: queries::UnreadRow| {
        let badge = ChatBadge {
            offered: true,
            unread: row.unread(),
            wanted: row.is_wanted(),
        };
        Ok((row.reference()?, badge))
    };
    rows.into_iter().map(badge).collect()
}

/// What becomes of the chats about a delivery that changes, within its batch.
pub(crate) async fn follow(
    batch: &mut Batch,
    before: &Delivery,
    after: &Delivery,
) -> Result<(), Error> {
    if before.status == after.status && before.assignment == after.assignment {
        return Ok(());
    }
    let is_out = after.status == Status::OutForDelivery;
    let out_with = after.assignment.as_ref().filter(|_| is_out);
    let out_with = out_with.map(|assignment| &assignment.courier);
    let closes_at = batch.now().plus_s(CLOSING_S);
    queries::follow(batch.tx().await?, after.reference, out_with, closes_at).await?;
    Ok(())
}

/// Somebody is typing.
pub(super) async fn typing(backend: &Backend, seat: &Seat) -> Result<Answer, Error> {
    let pool = backend.store().readers();
    let chat = queries::chat(pool, seat.reference, &seat.courier).await?;
    let is_heard = seat.phase(backend, chat.as_ref())?.is_writable()
        && chat.is_none_or(|chat| chat.blocked_by().is_none());
    if is_heard {
        telling::tell(backend, seat, ChatEvent::Typing { by: seat.side });
    }
    Ok(Answer::Done {})
}

/// Asks the other side to open the chat. It is told once, and again only after a while.
pub(super) async fn knock(actor: &Actor, backend: &Backend, seat: &Seat) -> Result<Answer, Error> {
    let mut batch = Batch::begin(backend, actor).await?;
    let now = batch.now();
    let chat = open_or_lock(&mut batch, backend, seat).await?;
    let is_recent = chat
        .wants(seat.side)
        .is_some_and(|since| now.seconds_since(since) < KNOCK_AGAIN_S);
    if is_recent || chat.blocked_by().is_some() {
        return Ok(Answer::Done {});
    }
    queries::set_wants(batch.tx().await?, &chat.id(), seat.side, Some(now)).await?;
    let fact = Fact::ChatWanted {
        delivery: seat.reference,
        by: seat.side,
    };
    batch.record(&chat.id(), fact, seat.listeners());
    batch.commit().await?;
    Ok(Answer::Done {})
}

/// Ends the chat for both, or opens it again; only whoever ended it can do that.
pub(super) async fn block(
    actor: &Actor,
    backend: &Backend,
    seat: &Seat,
    blocked: bool,
) -> Result<Answer, Error> {
    let mut batch = Batch::begin(backend, actor).await?;
    let chat = open_or_lock(&mut batch, backend, seat).await?;
    match (chat.blocked_by(), blocked) {
        (Some(by), _) if by != seat.side => {
            return Err(Error::Conflict {
                detail: "the other side ended this chat".into(),
            });
        }
        (Some(_), true) | (None, false) => return Ok(Answer::Done {}),
        _ => {}
    }
    let by = blocked.then_some(seat.side);
    queries::block(batch.tx().await?, &chat.id(), by).await?;
    let fact = Fact::ChatBlocked {
        delivery: seat.reference,
        by: seat.side,
        blocked,
    };
    batch.record(&chat.id(), fact, seat.listeners());
    batch.commit().await?;
    telling::tell(backend, seat, ChatEvent::Changed {});
    Ok(Answer::Done {})
}

/// The chat to be changed, if there is one or one may begin.
async fn open_or_lock(batch: &mut Batch, backend: &Backend, seat: &Seat) -> Result<ChatRow, Error> {
    let (id, now) = (ChatId::from_random(batch.random_bytes()), batch.now());
    let seat = &seat.held(batch).await?;
    if seat.phase(backend, None)? == (Phase::Open {}) {
        return Ok(
            queries::open(batch.tx().await?, &id, seat.reference, &seat.courier, now).await?,
        );
    }
    let chat = queries::lock(batch.tx().await?, seat.reference, &seat.courier)
        .await?
        .ok_or_else(messages::closed)?;
    if !seat.phase(backend, Some(&chat))?.is_writable() {
        return Err(messages::closed());
    }
    Ok(chat)
}
