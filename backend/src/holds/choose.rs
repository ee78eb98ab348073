//! Choosing an office, another one, or the door after all; and who else may collect.

use porchlight_domain::delivery::{Command, Delivery, Status, StatusChange};
use porchlight_domain::event::Fact;
use porchlight_domain::hold::{
    DelegateView, HoldNote, HoldOrder, HoldState, HoldTold, HoldView, PickUpPass,
};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::people::PersonName;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::offices::queries::OfficeRow;
use super::offices::{self, queries as office_queries};
use super::queries::{self, HoldRow};
use super::{codes, follow};
use crate::accounts::Actor;
use crate::deliveries::{self, Viewer, load_for};
use crate::events::{self, Batch};
use crate::idempotency::{self, Seen, Sent};
use crate::{Backend, Error, runs};

/// Who may collect in the recipient's stead, at most.
const MOST_DELEGATES: usize = 3;

/// How a parcel is held; none where it goes to the door. For its recipient, who alone gets the codes, and admins.
pub async fn hold(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<Option<HoldView>, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    if !matches!(viewer, Viewer::Customer | Viewer::Admin) {
        return Err(Error::Forbidden);
    }
    let Some(held) = queries::hold(backend.store().readers(), reference).await? else {
        return Ok(None);
    };
    if held.state()? == HoldState::Cancelled {
        return Ok(None);
    }
    let delivery = row.delivery()?;
    view(backend, &delivery, &held, viewer == Viewer::Customer)
        .await
        .map(Some)
}

/// What its recipient has to know to collect a parcel.
#[derive(Debug, Clone)]
pub(crate) struct PickUp {
    /// Where the post office is, one line.
    pub(crate) address: String,
    /// In the grammar of OpenStreetMap's `opening_hours`, which people read as well.
    pub(crate) opening_hours: Option<String>,
    /// Once it is there.
    pub(crate) pass: Option<PickUpPass>,
}

/// For messages to the recipient; none when it neither lies at a post office nor goes there.
pub(crate) async fn pick_up(
    backend: &Backend,
    reference: Reference,
) -> Result<Option<PickUp>, Error> {
    let pool = backend.store().readers();
    let Some(held) = queries::hold(pool, reference).await? else {
        return Ok(None);
    };
    let state = held.state()?;
    if !matches!(state, HoldState::Confirmed | HoldState::Ready) {
        return Ok(None);
    }
    let office = offices::known(backend, &held.office()).await?;
    let office = offices::view(backend, &office.ok_or(Error::Internal)?, None)?;
    let mut pass = None;
    if state == HoldState::Ready {
        let codes = queries::live_codes(pool, reference).await?;
        let own = codes.iter().find(|code| code.delegate.is_none());
        pass = own.and_then(|code| {
            codes::pass_of(backend, code, reference, held.office(), held.keep_until())
        });
    }
    Ok(Some(PickUp {
        address: office.address,
        opening_hours: office.opening_hours,
        pass,
    }))
}

async fn view(
    backend: &Backend,
    delivery: &Delivery,
    held: &HoldRow,
    with_codes: bool,
) -> Result<HoldView, Error> {
    let reference = delivery.reference;
    let state = held.state()?;
    let office = offices::known(backend, &held.office())
        .await?
        .ok_or(Error::Internal)?;
    let mut pass = None;
    let mut delegates = Vec::new();
    if with_codes && state == HoldState::Ready {
        for row in queries::live_codes(backend.store().readers(), reference).await? {
            let made = codes::pass_of(backend, &row, reference, held.office(), held.keep_until());
            let Some(made) = made else { continue };
            match row.delegate {
                None => pass = Some(made),
                Some(name) => delegates.push(DelegateView { name, pass: made }),
            }
        }
    }
    Ok(HoldView {
        state,
        office: offices::view(backend, &office, Some(delivery.address.position))?,
        keep_until: held.keep_until(),
        can_change: state == HoldState::Confirmed && delivery.can_be_redirected(),
        can_extend: state == HoldState::Ready && held.extended == 0,
        is_locked: held.is_locked(),
        pass,
        delegates,
    })
}

/// Sends a parcel to a post office, or to another one than before: right, place, destination, the courier's stop and
/// the confirmation in one transaction.
pub async fn request(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    office: &PostOfficeId,
) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    request_in(&mut batch, actor, reference, office).await?;
    batch.commit().await?;
    backend.planner().wake();
    tracing::info!(delivery.reference = %reference, office.id = %office, "Held at a post office");
    Ok(())
}

/// The courier brings what could not be delivered to an office. A request with the key of one that was taken changes
/// nothing, and one that was made before somebody chose otherwise is too late.
pub(crate) async fn take_to_office(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    office: &PostOfficeId,
    sent: Sent<'_>,
) -> Result<(), Error> {
    let mut batch = Batch::begin(backend, actor).await?;
    batch.is_done_at(sent.done_at);
    let request = ("take to office", reference, office);
    if idempotency::claim(&mut batch, actor, sent.key, &request).await? == Seen::Again {
        // Its first answer may never have come.
        let overtaken = overtaken(&mut batch, reference, office, sent.done_at).await?;
        return overtaken.map_or(Ok(()), |since| Err(since.overtakes()));
    }
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    if deliveries::viewer_of(actor, &row)? != Viewer::Courier {
        return Err(Error::Forbidden);
    }
    // Under the lock: whoever chooses meanwhile is waited for.
    if let Some(since) = overtaken(&mut batch, reference, office, sent.done_at).await? {
        // Where the parcel was taken is noted all the same: it may have been dropped there meanwhile.
        let office = listed(&mut batch, office).await?;
        let told = expected(batch.backend(), office, batch.now());
        follow::tell(&mut batch, &row.delivery()?, Fact::HoldRequested(told)).await?;
        batch.commit().await?;
        return Err(since.overtakes());
    }
    request_in(&mut batch, actor, reference, office).await?;
    batch.commit().await?;
    backend.planner().wake();
    tracing::info!(delivery.reference = %reference, office.id = %office, "Taken to a post office");
    Ok(())
}

/// The same within a batch.
pub(super) async fn request_in(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    office: &PostOfficeId,
) -> Result<(), Error> {
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    let viewer = deliveries::viewer_of(actor, &row)?;
    let delivery = row.delivery()?;
    // At the door it is the recipient's choice; afterwards the courier looks for a way.
    if viewer == Viewer::Courier && delivery.status != Status::Failed {
        return Err(Error::Forbidden);
    }
    let office = listed(batch, office).await?;
    let is_at_the_door =
        queries::is_at_the_door(batch.tx().await?, reference, delivery.attempts).await?;
    let arrives = row.window().to.max(batch.now());
    if office.is_closed_at(arrives) {
        return Err(Error::Conflict {
            detail: format!(
                "{} is closed when this parcel gets there: choose another one",
                office.name
            ),
        });
    }
    let told = expected(batch.backend(), office, arrives);
    let order = HoldOrder {
        told,
        is_at_the_door,
    };
    deliveries::change_in(batch, actor, reference, Command::Hold(order)).await?;
    Ok(())
}

/// An office that can be chosen.
async fn listed(batch: &mut Batch, office: &PostOfficeId) -> Result<OfficeRow, Error> {
    office_queries::office_in(batch.tx().await?, office)
        .await?
        .filter(|office| office.listed != 0)
        .ok_or_else(|| Error::invalid("post_office_id", &"there is no such post office"))
}

/// What is told of a parcel that gets to an office then.
fn expected(backend: &Backend, office: OfficeRow, arrives: Timestamp) -> HoldTold {
    HoldTold {
        office: office.id(),
        hours: office.hours().map(str::to_owned),
        keep_until: Some(follow::keep_until(backend, arrives, office.closed())),
        reason: None,
        done_at: None,
        name: office.name,
        address: office.address,
    }
}

/// Makes the office where a parcel lies its destination again: its courier had dropped it there before its recipient
/// chose another one, and could not say so. Otherwise it does nothing.
pub(crate) async fn put_back_if_dropped_before(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    change: &StatusChange,
) -> Result<(), Error> {
    let (Status::Held, Some(office), Some(done_at)) = (change.to, &change.office, change.done_at)
    else {
        return Ok(());
    };
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    if deliveries::viewer_of(actor, &row)? != Viewer::Courier {
        return Ok(());
    }
    let Some(held) = queries::hold_in(batch.tx().await?, reference).await? else {
        return Ok(());
    };
    let left = match held.state()? {
        HoldState::Confirmed if held.office() != *office && done_at.millis() < held.since_ms => {
            Some(held.office())
        }
        // To the door after all.
        HoldState::Cancelled if said_since(batch, reference, done_at).await?.is_some() => None,
        _ => return Ok(()),
    };
    if !was_sent_there(batch, reference, office, done_at).await? {
        return Ok(());
    }
    let lies_there = office_queries::office_in(batch.tx().await?, office)
        .await?
        .ok_or(Error::NotFound)?;
    let told = expected(batch.backend(), lies_there, batch.now());
    follow::lies_at(batch, &row.delivery()?, left.as_ref(), &told).await?;
    follow::tell(batch, &row.delivery()?, Fact::HoldConfirmed(told)).await?;
    tracing::info!(delivery.reference = %reference, office.id = %office, "Dropped before another office was chosen");
    Ok(())
}

/// What somebody said of where a parcel goes, by when they said it and not by when it was heard.
struct Said {
    at: Timestamp,
    /// Whether they say something again now.
    is_own: bool,
    /// None: to the door.
    office: Option<HoldTold>,
}

impl Said {
    fn is_of(&self, office: &PostOfficeId) -> bool {
        self.office
            .as_ref()
            .is_some_and(|told| told.office == *office)
    }

    fn overtakes(self) -> Error {
        let detail = match self.office {
            Some(told) => format!("{} was chosen for it since", told.name),
            None => "it was to go to the door again since".to_owned(),
        };
        Error::Conflict { detail }
    }
}

/// All that the log has of it.
async fn said(batch: &mut Batch, reference: Reference) -> Result<Vec<Said>, Error> {
    let rows = events::queries::holds_of_subject(batch.tx().await?, &reference.to_string()).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let fact = row.fact()?;
        let is_own = row.actor_id == batch.actor_id();
        let heard_at = Timestamp::from_millis(row.time_ms);
        // What a phone tells soon is not dated.
        let said_at = heard_at.plus_s(if is_own { -runs::WORTH_TELLING_S } else { 0.0 });
        let at = fact.done_at().unwrap_or(said_at);
        let office = match fact {
            Fact::HoldRequested(told) | Fact::HoldConfirmed(told) => Some(told),
            _ => None,
        };
        all.push(Said { at, is_own, office });
    }
    Ok(all)
}

/// What others said since of another place than this office; nothing overtakes what is done now.
async fn overtaken(
    batch: &mut Batch,
    reference: Reference,
    office: &PostOfficeId,
    done_at: Option<Timestamp>,
) -> Result<Option<Said>, Error> {
    let Some(done_at) = done_at else {
        return Ok(None);
    };
    let since = said_since(batch, reference, done_at).await?;
    Ok(since.filter(|since| !since.is_of(office)))
}

/// The last thing that others said of it after a moment. Who says something now has said it in order.
async fn said_since(
    batch: &mut Batch,
    reference: Reference,
    moment: Timestamp,
) -> Result<Option<Said>, Error> {
    let said = said(batch, reference).await?;
    let later = said
        .into_iter()
        .filter(|said| said.at > moment && !said.is_own);
    Ok(later.max_by_key(|said| said.at))
}

/// Whether an office was a parcel's destination at a moment, as the log has it.
async fn was_sent_there(
    batch: &mut Batch,
    reference: Reference,
    office: &PostOfficeId,
    at: Timestamp,
) -> Result<bool, Error> {
    let said = said(batch, reference).await?;
    let by_then = said.into_iter().filter(|said| said.at <= at);
    let last = by_then.max_by_key(|said| said.at);
    Ok(last.is_some_and(|said| said.is_of(office)))
}

/// Brings a parcel to the door after all, while it is not at the office.
pub async fn cancel(actor: &Actor, backend: &Backend, reference: Reference) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    deliveries::viewer_of(actor, &row)?;
    let held = queries::hold_in(batch.tx().await?, reference).await?;
    let Some(held) = held.filter(|held| held.state != HoldState::Cancelled.as_str()) else {
        return Err(Error::Conflict {
            detail: "this parcel goes to the door already".into(),
        });
    };
    let command = Command::CancelHold(held.told());
    deliveries::change_in(&mut batch, actor, reference, command).await?;
    batch.commit().await?;
    backend.planner().wake();
    tracing::info!(delivery.reference = %reference, "No longer held");
    Ok(())
}

/// The recipient's own parcel at an office, locked until the batch ends.
async fn own_parcel(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
) -> Result<(Delivery, HoldRow), Error> {
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    if deliveries::viewer_of(actor, &row)? != Viewer::Customer {
        return Err(Error::Forbidden);
    }
    let held = queries::hold_in(batch.tx().await?, reference).await?;
    match held.filter(|held| held.state == HoldState::Ready.as_str()) {
        Some(held) => Ok((row.delivery()?, held)),
        None => Err(Error::Conflict {
            detail: "this parcel does not lie at a post office".into(),
        }),
    }
}

/// Keeps a parcel for longer, once.
pub async fn extend(actor: &Actor, backend: &Backend, reference: Reference) -> Result<(), Error> {
    actor.person()?;
    let mut batch = Batch::begin(backend, actor).await?;
    let (delivery, held) = own_parcel(&mut batch, actor, reference).await?;
    let policy = &backend.holds().settings.policy;
    let keep_until = policy.extended(held.keep_until());
    let due = policy.next_due(keep_until, batch.now()).at();
    if !queries::extend(batch.tx().await?, reference, keep_until, due).await? {
        return Err(Error::AlreadyDone {
            detail: "it is kept for longer already".into(),
        });
    }
    follow::note(&mut batch, &delivery, HoldNote::Extended, None).await?;
    batch.commit().await?;
    Ok(())
}

/// Lets somebody else collect a parcel, with a code of their own. Named again they get another one.
pub async fn name_delegate(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    name: &str,
) -> Result<(), Error> {
    actor.person()?;
    let name = PersonName::parse(name)?;
    let mut batch = Batch::begin(backend, actor).await?;
    let (delivery, _) = own_parcel(&mut batch, actor, reference).await?;
    let now = batch.now();
    queries::end_delegate(batch.tx().await?, reference, name.as_str(), now).await?;
    let codes = queries::live_codes_in(batch.tx().await?, reference).await?;
    let delegates = codes.iter().filter(|code| code.delegate.is_some()).count();
    if delegates >= MOST_DELEGATES {
        return Err(Error::Conflict {
            detail: format!(
                "{MOST_DELEGATES} people may collect it already: revoke one of them first"
            ),
        });
    }
    codes::make(&mut batch, reference, Some(name.as_str())).await?;
    let who = Some(name.as_str().to_owned());
    follow::note(&mut batch, &delivery, HoldNote::DelegateNamed, who).await?;
    batch.commit().await?;
    Ok(())
}

/// They may not any more.
pub async fn revoke_delegate(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    name: &str,
) -> Result<(), Error> {
    actor.person()?;
    let mut batch = Batch::begin(backend, actor).await?;
    let (delivery, _) = own_parcel(&mut batch, actor, reference).await?;
    let now = batch.now();
    if !queries::end_delegate(batch.tx().await?, reference, name, now).await? {
        return Err(Error::NotFound);
    }
    let who = Some(name.to_owned());
    follow::note(&mut batch, &delivery, HoldNote::DelegateRevoked, who).await?;
    batch.commit().await?;
    Ok(())
}
