//! Moving a parcel to another window, in one transaction: the parcel, its run, the window's space, and the facts.

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::delivery::{Command, Delivery, Reschedule, Status, Window};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::run::RunState;
use porchlight_domain::schedule::{ScheduledBy, Slot};

use super::queries;
use crate::accounts::Actor;
use crate::deliveries::{self, Viewer};
use crate::events::Batch;
use crate::idempotency::{self, Seen};
use crate::{Backend, Error, runs};

/// Moves a delivery to another window; a request with the key of one that was taken changes nothing.
pub async fn reschedule(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    slot: Slot,
    key: Option<&IdempotencyKey>,
) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let by = match actor {
        Actor::Person(person) if person.role == Role::Customer => ScheduledBy::Customer,
        _ => ScheduledBy::Operation,
    };
    let mut batch = Batch::begin(backend, actor).await?;
    let request = ("reschedule", reference, slot);
    if idempotency::claim(&mut batch, actor, key, &request).await? == Seen::Again {
        return Ok(());
    }
    move_to(&mut batch, actor, reference, slot, by).await?;
    batch.commit().await?;
    backend.planner().wake();
    tracing::info!(delivery.reference = %reference, "Rescheduled");
    Ok(())
}

/// The same within a batch.
pub(super) async fn move_to(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    slot: Slot,
    by: ScheduledBy,
) -> Result<(), Error> {
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    match deliveries::viewer_of(actor, &row)? {
        Viewer::Customer | Viewer::Admin => {}
        // A courier proposes.
        Viewer::Courier | Viewer::ShareLink => return Err(Error::Forbidden),
    }
    let delivery = row.delivery()?;
    let now = batch.now();
    // Of one that comes no more the window is of no interest: the rules say why.
    let span = if delivery.status.still_comes() {
        batch.backend().schedule().span_offered(slot, now)?
    } else {
        delivery.window
    };
    let wish = Reschedule {
        by,
        to: span,
        keeps_run: keeps_run(batch, &delivery, slot).await?,
        // Who proposed it there knows.
        is_at_the_door: by != ScheduledBy::Courier && is_at_the_door(batch, &delivery).await?,
        now,
    };
    deliveries::change_in(batch, actor, reference, Command::Reschedule(wish)).await?;
    if span == delivery.window {
        return Ok(());
    }
    take_space(batch, span).await
}

/// Refuses what is one parcel too many. Whoever comes second waits for the first, and then counts them.
async fn take_space(batch: &mut Batch, span: Window) -> Result<(), Error> {
    queries::take_turn(batch.tx().await?, span).await?;
    let parcels = queries::count_in(batch.tx().await?, span).await?;
    if parcels > i64::from(batch.backend().schedule().capacity()) {
        return Err(full());
    }
    Ok(())
}

pub(super) fn full() -> Error {
    Error::Conflict {
        detail: "this window is full by now: choose another one".into(),
    }
}

/// Whether the courier is at the door of a parcel that is out.
pub(crate) async fn is_at_the_door(batch: &mut Batch, delivery: &Delivery) -> Result<bool, Error> {
    Ok(queries::is_at_the_door(batch.tx().await?, delivery).await?)
}

/// Whether a parcel is on the right run for a window: that of today, if it goes on, or one that has not begun and
/// was for that day. Either way the run is to be planned anew.
async fn keeps_run(batch: &mut Batch, delivery: &Delivery, slot: Slot) -> Result<bool, Error> {
    let Some(assignment) = &delivery.assignment else {
        return Ok(false);
    };
    let now = batch.now();
    let settings = batch.backend().schedule();
    let is_today = settings.day_of(now) == Some(slot.date);
    let is_same_day = settings.day_of(delivery.window.from) == Some(slot.date);
    // Before the run: whoever changes stops takes them in this order.
    runs::stops_changed(batch, &assignment.run).await?;
    let state = runs::lock_state(batch, &assignment.run).await?;
    let is_on_its_way = matches!(delivery.status, Status::OutForDelivery | Status::Failed);
    Ok(match state {
        RunState::Ended => false,
        RunState::Active => is_today,
        RunState::Planned => is_today || (is_same_day && !is_on_its_way),
    })
}

/// What else must be true once a parcel was moved.
pub(crate) async fn follow_move(
    batch: &mut Batch,
    before: &Delivery,
    after: &Delivery,
    leaves_run: bool,
) -> Result<(), Error> {
    if leaves_run && let Some(assignment) = &before.assignment {
        runs::remove_stop(batch, &assignment.run, before.reference).await?;
        let now = batch.now();
        queries::leave(batch.tx().await?, before, assignment, now).await?;
    }
    super::overtake(batch, before, after).await
}
