//! Messages that the server can't read, and how far both sides have come with them.

use std::collections::BTreeSet;

use porchlight_domain::chat::wire::{
    Answer, ChatEvent, ChatMessage, ChatView, Outgoing, Party, Sealed, SealedFor,
};
use porchlight_domain::chat::{Commitment, DeviceKeys, PAGE, Phase, SEALED_LIMIT, Side};
use porchlight_domain::event::Fact;
use porchlight_domain::ids::{ChatId, DeviceId};
use porchlight_domain::instruction::{InstructionKind, InstructionText};
use porchlight_domain::reference::Reference;
use vodozemac::olm::OlmMessage;

use super::queries::{self, ChatRow, Mark};
use super::{Seat, cards, telling};
use crate::accounts::{Actor, Person, couriers};
use crate::events::{Batch, Topic};
use crate::{Backend, Error, instructions};

/// How a chat is, for whoever has this seat.
pub(super) async fn view(backend: &Backend, seat: &Seat) -> Result<ChatView, Error> {
    let pool = backend.store().readers();
    let chat = queries::chat(pool, seat.reference, &seat.courier).await?;
    let (recipient, courier) = match &chat {
        Some(chat) => queries::marks(pool, &chat.id()).await?,
        None => (Mark::default(), Mark::default()),
    };
    let mark = |side| match side {
        Side::Recipient => recipient,
        Side::Courier => courier,
    };
    let other = seat.side.other();
    Ok(ChatView {
        delivery: seat.reference,
        side: seat.side,
        phase: seat.phase(backend, chat.as_ref())?,
        me: party(backend, seat, seat.side, mark(seat.side)).await?,
        other: party(backend, seat, other, mark(other)).await?,
        last_seq: chat.as_ref().map_or(Ok(0), ChatRow::last_seq)?,
        blocked_by: chat.as_ref().and_then(ChatRow::blocked_by),
        cards: cards::of(backend, seat, chat.as_ref()).await?,
    })
}

async fn party(backend: &Backend, seat: &Seat, side: Side, mark: Mark) -> Result<Party, Error> {
    let person = seat.person(side);
    let name = couriers::first_name(backend, person).await?;
    let rows = queries::devices(backend.store().readers(), person, backend.now()).await?;
    Ok(Party {
        person: person.clone(),
        name,
        devices: rows.into_iter().map(queries::DeviceRow::keys).collect(),
        stored: mark.stored,
        read: mark.read,
    })
}

/// Stores a message, if it is for every device there is. Sending it again changes nothing.
pub(super) async fn send(
    actor: &Actor,
    backend: &Backend,
    seat: &Seat,
    message: &Outgoing,
) -> Result<Answer, Error> {
    check(seat, message)?;
    let mut batch = Batch::begin(backend, actor).await?;
    let seat = &seat.held(&mut batch).await?;
    let id = ChatId::from_random(batch.random_bytes());
    let now = batch.now();
    let chat = match seat.phase(backend, None)? {
        Phase::Open {} => {
            queries::open(batch.tx().await?, &id, seat.reference, &seat.courier, now).await?
        }
        _ => queries::lock(batch.tx().await?, seat.reference, &seat.courier)
            .await?
            .ok_or_else(closed)?,
    };
    if let Some(sent) = queries::sent_before(batch.tx().await?, &message.id).await? {
        if sent.chat_id != chat.id().as_str() {
            return Err(Error::invalid("message.id", &"this name is taken"));
        }
        let (seq, at) = sent.place()?;
        return Ok(Answer::Sent { seq, at });
    }
    must_be_open(backend, seat, &chat)?;
    if !is_for_everyone(&mut batch, actor.person()?, seat, message).await? {
        drop(batch);
        let chat = view(backend, seat).await?;
        return Ok(Answer::OtherDevices { chat });
    }
    let other = seat.side.other();
    let has_read = queries::unread(batch.tx().await?, &chat.id(), other).await? == 0;
    let is_open = backend.hub().is_heard(&Topic::chat(seat.person(other)));
    let seq =
        queries::insert_message(batch.tx().await?, &chat.id(), seat.side, message, now).await?;
    let read = Mark {
        stored: seq,
        read: seq,
    };
    queries::mark(batch.tx().await?, &chat.id(), seat.side, read).await?;
    let fact = Fact::ChatMessageCreated {
        delivery: seat.reference,
        seq,
        by: seat.side,
        alert: has_read && !is_open,
    };
    batch.record(&chat.id(), fact, seat.listeners());
    if message.is_gate_code && seat.is_with_courier() {
        ask_to_confirm(&mut batch, actor, seat, message).await?;
    }
    batch.commit().await?;
    Ok(Answer::Sent { seq, at: now })
}

/// Gives the courier a card that names the message with the gate code. At the door it is too late for cards, and not
/// for saying how to come in.
async fn ask_to_confirm(
    batch: &mut Batch,
    actor: &Actor,
    seat: &Seat,
    message: &Outgoing,
) -> Result<(), Error> {
    let card = InstructionText {
        kind: InstructionKind::GateCode,
        words: None,
        picture: None,
        secret_in: Some(message.id.as_str().to_owned()),
    };
    match instructions::give_in(batch, actor, seat.reference, card).await {
        Ok(()) | Err(Error::Conflict { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether it is sealed for each device of the two but the one that wrote it, and that one is still signed in.
async fn is_for_everyone(
    batch: &mut Batch,
    person: &Person,
    seat: &Seat,
    message: &Outgoing,
) -> Result<bool, Error> {
    let now = batch.now();
    let mut expected = BTreeSet::new();
    let mut is_there = false;
    let mut is_heard = false;
    for side in [seat.side, seat.side.other()] {
        for row in queries::devices(batch.tx().await?, seat.person(side), now).await? {
            let is_own = side == seat.side;
            let is_of_session = row.is_of(&person.session);
            let DeviceKeys { id, .. } = row.keys();
            if is_own && id == message.from {
                if !is_of_session {
                    return Err(Error::Forbidden);
                }
                is_there = true;
                continue;
            }
            is_heard |= !is_own;
            expected.insert(id);
        }
    }
    if !is_there {
        return Err(Error::invalid("message.from", &"enrol this device first"));
    }
    let sealed: BTreeSet<_> = message
        .sealed
        .iter()
        .map(|sealed| sealed.device.clone())
        .collect();
    Ok(is_heard && sealed == expected && sealed.len() == message.sealed.len())
}

/// What a device may not send: words that anyone could read, and more than it needs.
fn check(seat: &Seat, message: &Outgoing) -> Result<(), Error> {
    if message.is_gate_code && seat.side != Side::Recipient {
        let rule = "recipients say how to come in";
        return Err(Error::invalid("message.is_gate_code", &rule));
    }
    if !message.id.is_well_formed() {
        let rule = "a message is named msg_ and 26 characters of base 32";
        return Err(Error::invalid("message.id", &rule));
    }
    if Commitment::parse(message.commitment.as_str()).is_none() {
        let rule = "a commitment is 64 hexadecimal digits";
        return Err(Error::invalid("message.commitment", &rule));
    }
    for SealedFor { sealed, .. } in &message.sealed {
        check_sealed(sealed)?;
    }
    Ok(())
}

fn check_sealed(sealed: &Sealed) -> Result<(), Error> {
    let refused = |problem: &str| Err(Error::invalid("message.sealed", &problem));
    if sealed.body.len() > SEALED_LIMIT {
        return refused("this is too long");
    }
    let Ok(bytes) = vodozemac::base64_decode(&sealed.body) else {
        return refused("this is not base 64 without padding");
    };
    match OlmMessage::from_parts(usize::from(sealed.kind), &bytes) {
        Ok(_) => Ok(()),
        Err(_) => refused("this is not encrypted: messages go from device to device with Olm"),
    }
}

fn must_be_open(backend: &Backend, seat: &Seat, chat: &ChatRow) -> Result<(), Error> {
    if !seat.phase(backend, Some(chat))?.is_writable() {
        return Err(closed());
    }
    match chat.blocked_by() {
        Some(_) => Err(Error::Conflict {
            detail: "this chat was ended".into(),
        }),
        None => Ok(()),
    }
}

pub(super) fn closed() -> Error {
    Error::Conflict {
        detail: "this chat is closed: the parcel is not out".into(),
    }
}

/// The messages after one, as a device of whoever asks can read them.
pub(super) async fn after(
    person: &Person,
    backend: &Backend,
    seat: &Seat,
    device: &DeviceId,
    after: u32,
) -> Result<Answer, Error> {
    must_be_own(person, backend, device).await?;
    let pool = backend.store().readers();
    let Some(chat) = queries::chat(pool, seat.reference, &seat.courier).await? else {
        return Ok(Answer::Messages {
            messages: Vec::new(),
        });
    };
    let rows = queries::messages(pool, &chat.id(), device, after, PAGE).await?;
    let messages = rows
        .into_iter()
        .map(queries::MessageRow::message)
        .collect::<Result<_, _>>()?;
    Ok(Answer::Messages { messages })
}

/// One message as a device of somebody who listens can read it; none when it is not there for them.
pub async fn new_message(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    device: &DeviceId,
    seq: u32,
) -> Result<Option<ChatMessage>, Error> {
    let seat = Seat::of(actor, backend, reference).await?;
    let person = actor.person()?;
    match after(person, backend, &seat, device, seq.saturating_sub(1)).await? {
        Answer::Messages { messages } => Ok(messages
            .into_iter()
            .next()
            .filter(|message| message.seq == seq)),
        _ => Ok(None),
    }
}

/// A device has stored what is kept for it, and its person has read.
pub(super) async fn mark(
    person: &Person,
    backend: &Backend,
    seat: &Seat,
    device: &DeviceId,
    stored: u32,
    read: u32,
) -> Result<Answer, Error> {
    must_be_own(person, backend, device).await?;
    let mut tx = backend.store().begin().await?;
    let chat = queries::lock(&mut tx, seat.reference, &seat.courier)
        .await?
        .ok_or(Error::NotFound)?;
    let last = chat.last_seq()?;
    if stored > last || read > stored {
        let rule = "only what is there can be stored, and only what is stored read";
        return Err(Error::invalid("read", &rule));
    }
    let id = chat.id();
    queries::mark(&mut tx, &id, seat.side, Mark { stored, read }).await?;
    queries::forget_stored(&mut tx, &id, device, stored).await?;
    if chat.wants(seat.side.other()).is_some() {
        queries::set_wants(&mut tx, &id, seat.side.other(), None).await?;
    }
    tx.commit().await?;
    let event = ChatEvent::Marked {
        by: seat.side,
        stored,
        read,
    };
    telling::tell(backend, seat, event);
    Ok(Answer::Done {})
}

/// What is kept for a device is for whoever is signed in on it.
async fn must_be_own(person: &Person, backend: &Backend, device: &DeviceId) -> Result<(), Error> {
    let pool = backend.store().readers();
    let rows = queries::devices(pool, &person.id, backend.now()).await?;
    let is_own = rows
        .into_iter()
        .any(|row| row.is_of(&person.session) && row.keys().id == *device);
    if is_own {
        Ok(())
    } else {
        Err(Error::invalid("device", &"enrol this device first"))
    }
}
