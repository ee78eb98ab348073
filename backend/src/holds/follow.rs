//! What a change of a delivery means for its hold, in the transaction of that change.
//!
//! Locks are taken in one order: the delivery, then offices by their ids.

use porchlight_domain::case::CaseKind;
use porchlight_domain::delivery::{Delivery, Status};
use porchlight_domain::event::Fact;
use porchlight_domain::hold::{HoldNote, HoldState, HoldTold};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::offices::queries as offices;
use super::{codes, queries};
use crate::deliveries;
use crate::events::{Batch, Listener};
use crate::{Backend, Error, cases, runs};

/// Completes what the rules decide by: the destination.
pub(crate) async fn know(batch: &mut Batch, delivery: &mut Delivery) -> Result<(), Error> {
    let reference = delivery.reference;
    if let Some(row) = queries::hold_in(batch.tx().await?, reference).await? {
        delivery.hold = row.destination()?;
    }
    Ok(())
}

/// Takes the place that these facts promise, and leaves the one before. To be done before they are recorded: where
/// there is no room, nothing was said.
pub(crate) async fn reserve(
    batch: &mut Batch,
    before: &Delivery,
    facts: &[Fact],
) -> Result<(), Error> {
    for fact in facts {
        match fact {
            Fact::HoldConfirmed(told) => confirm(batch, before, told).await?,
            Fact::HoldCancelled(_) => end(batch, before, HoldState::Cancelled).await?,
            _ => {}
        }
    }
    Ok(())
}

/// What else must be true once these facts are.
pub(crate) async fn follow_change(
    batch: &mut Batch,
    before: &Delivery,
    facts: &[Fact],
) -> Result<(), Error> {
    for fact in facts {
        if let Fact::StatusChanged { to, .. } = fact {
            follow_status(batch, before, *to).await?;
        }
    }
    Ok(())
}

async fn follow_status(batch: &mut Batch, before: &Delivery, to: Status) -> Result<(), Error> {
    match to {
        Status::Held => arrive(batch, before).await,
        Status::PickedUp => end(batch, before, HoldState::Collected).await,
        // It was at the office and is on its way out: the place is left when the desk sends it back.
        Status::Returned if before.status == Status::Held => {
            let now = batch.now();
            queries::set_state(batch.tx().await?, before.reference, HoldState::Expired).await?;
            queries::end_codes(batch.tx().await?, before.reference, now).await?;
            Ok(())
        }
        Status::Delivered | Status::Cancelled | Status::Returned if before.hold.is_some() => {
            let told = told(batch, before.reference).await?;
            end(batch, before, HoldState::Cancelled).await?;
            tell(batch, before, Fact::HoldCancelled(told)).await
        }
        _ => Ok(()),
    }
}

/// Takes a place at the office, and leaves that at the one before.
async fn confirm(batch: &mut Batch, before: &Delivery, told: &HoldTold) -> Result<(), Error> {
    let (now, reference) = (batch.now(), before.reference);
    let left = before.hold.as_ref().map(|hold| hold.office.clone());
    let mut both: Vec<(&PostOfficeId, bool)> = left.iter().map(|left| (left, false)).collect();
    both.push((&told.office, true));
    both.sort_by_key(|(office, _)| office.as_str().to_owned());
    for (office, is_taken) in both {
        if !is_taken {
            offices::leave_place(batch.tx().await?, office).await?;
        } else if !offices::take_place(batch.tx().await?, office).await? {
            return Err(Error::Conflict {
                detail: format!("{} has no room left: choose another one", told.name),
            });
        }
    }
    let keep_until = told.keep_until.unwrap_or(now);
    queries::confirm(batch.tx().await?, reference, &told.office, keep_until, now).await?;
    move_stop(batch, before).await
}

/// It lies at an office that was not its destination any more: it takes a place there, whether there is room or not.
pub(super) async fn lies_at(
    batch: &mut Batch,
    delivery: &Delivery,
    left: Option<&PostOfficeId>,
    told: &HoldTold,
) -> Result<(), Error> {
    let now = batch.now();
    let mut both: Vec<_> = left.into_iter().map(|left| (left, false)).collect();
    both.push((&told.office, true));
    both.sort_by_key(|(office, _)| office.as_str().to_owned());
    for (office, is_taken) in both {
        if is_taken {
            offices::take_place_anyway(batch.tx().await?, office).await?;
        } else {
            offices::leave_place(batch.tx().await?, office).await?;
        }
    }
    let keep_until = told.keep_until.unwrap_or(now);
    queries::confirm(
        batch.tx().await?,
        delivery.reference,
        &told.office,
        keep_until,
        now,
    )
    .await?;
    Ok(())
}

/// It does not lie there, nor goes there, any more.
async fn end(batch: &mut Batch, before: &Delivery, state: HoldState) -> Result<(), Error> {
    let now = batch.now();
    if let Some(hold) = &before.hold {
        offices::leave_place(batch.tx().await?, &hold.office).await?;
        queries::set_state(batch.tx().await?, before.reference, state).await?;
        queries::end_codes(batch.tx().await?, before.reference, now).await?;
    }
    move_stop(batch, before).await
}

/// The courier drives somewhere else: the order of the run is planned anew.
async fn move_stop(batch: &mut Batch, before: &Delivery) -> Result<(), Error> {
    match &before.assignment {
        Some(assignment) if before.status != Status::Held => {
            runs::stops_changed(batch, &assignment.run).await
        }
        _ => Ok(()),
    }
}

/// Until when a parcel is kept that arrives then: days are whole, by the clock of the post offices, and those on which
/// the office is closed are given on top.
pub(super) fn keep_until(
    backend: &Backend,
    arrives: Timestamp,
    closed: Option<(Timestamp, Timestamp)>,
) -> Timestamp {
    let until = backend.holds().settings.policy.keep_until(arrives);
    let shut = closed.map(|(from, to)| (from.max(arrives), to));
    let until = match shut {
        Some((from, to)) if from < to && from < until => until.plus_s(to.seconds_since(from)),
        _ => until,
    };
    end_of_day(backend, until)
}

/// The end of that day by the clock of the post offices.
pub(super) fn end_of_day(backend: &Backend, at: Timestamp) -> Timestamp {
    backend.schedule().end_of_day(at).unwrap_or(at)
}

/// It is at the office: its recipient gets a code, and the days begin to count.
async fn arrive(batch: &mut Batch, before: &Delivery) -> Result<(), Error> {
    let (now, reference) = (batch.now(), before.reference);
    let policy = batch.backend().holds().settings.policy.clone();
    let held = queries::hold_in(batch.tx().await?, reference).await?;
    let office = held.ok_or(Error::NotFound)?.office();
    let office = offices::office_in(batch.tx().await?, &office).await?;
    let closed = office.and_then(|office| office.closed());
    let keep_until = keep_until(batch.backend(), now, closed);
    let due = policy.next_due(keep_until, now).at();
    queries::is_ready(batch.tx().await?, reference, now, keep_until, due).await?;
    codes::make(batch, reference, None).await?;
    let told = told(batch, reference).await?;
    tell(batch, before, Fact::HoldReady(told)).await
}

/// What the log says of a hold as it stands now.
pub(super) async fn told(batch: &mut Batch, reference: Reference) -> Result<HoldTold, Error> {
    let row = queries::hold_in(batch.tx().await?, reference).await?;
    Ok(row.ok_or(Error::NotFound)?.told())
}

/// Records something about a hold, and tells all whom it concerns.
pub(super) async fn tell(batch: &mut Batch, delivery: &Delivery, fact: Fact) -> Result<(), Error> {
    let mut all = deliveries::listeners(delivery, delivery);
    all.extend(listeners(batch, std::slice::from_ref(&fact)).await?);
    batch.record(&delivery.reference, fact, all);
    Ok(())
}

/// The same of something that leaves its state.
pub(super) async fn note(
    batch: &mut Batch,
    delivery: &Delivery,
    note: HoldNote,
    reason: Option<String>,
) -> Result<(), Error> {
    let told = HoldTold {
        reason,
        ..told(batch, delivery.reference).await?
    };
    tell(batch, delivery, Fact::HoldNoted { note, told }).await
}

/// The parcel takes no code any more, and admins look into it.
pub(super) async fn lock_parcel(batch: &mut Batch, delivery: &Delivery) -> Result<(), Error> {
    note(batch, delivery, HoldNote::Locked, None).await?;
    let words = Some("at the desk of a post office".to_owned());
    cases::open(
        batch,
        delivery.reference,
        CaseKind::HandoverLocked,
        words,
        [],
    )
    .await
}

/// The desks that these facts concern.
pub(crate) async fn listeners(batch: &mut Batch, facts: &[Fact]) -> Result<Vec<Listener>, Error> {
    let mut listeners = Vec::new();
    for fact in facts {
        let (Fact::HoldConfirmed(told)
        | Fact::HoldReady(told)
        | Fact::HoldCollected(told)
        | Fact::HoldExpired(told)
        | Fact::HoldCancelled(told)
        | Fact::HoldNoted { told, .. }) = fact
        else {
            continue;
        };
        let clerks = offices::clerks(batch.tx().await?, &told.office).await?;
        listeners.extend(clerks.iter().map(Listener::full));
    }
    Ok(listeners)
}
