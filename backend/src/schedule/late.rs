//! A parcel was moved to another day, and then its courier's phone comes out of a dead zone: what was done before
//! counts, what came after does not, and both sides read which it was.

use porchlight_domain::delivery::{Command, PutBack, Status, StatusChange};
use porchlight_domain::ids::PersonId;
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;

use super::queries;
use crate::accounts::Actor;
use crate::events::Batch;
use crate::{Backend, Error, deliveries, runs};

/// Puts a parcel back on the run that it was moved from, for a change that its courier made before it was moved.
/// Otherwise it does nothing.
pub(crate) async fn put_back_if_done_before(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    change: &StatusChange,
) -> Result<(), Error> {
    let ends_here = matches!(change.to, Status::Delivered | Status::Failed);
    let (Some(courier), Some(done_at), true) = (courier(actor), change.done_at, ends_here) else {
        return Ok(());
    };
    let Some(left) = queries::left_in(batch.tx().await?, reference, courier).await? else {
        return Ok(());
    };
    if left.was_out == 0 || done_at >= left.left_at() {
        return Ok(());
    }
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    let delivery = row.delivery()?;
    let assignment = left.assignment();
    let is_waiting = delivery.assignment.is_none() && delivery.status == Status::InTransit;
    if !is_waiting {
        return Ok(());
    }
    // Before the run: whoever changes stops takes them in this order.
    runs::stops_changed(batch, &assignment.run).await?;
    if runs::has_ended(batch, &assignment.run).await? {
        return Ok(());
    }
    let back = PutBack {
        assignment: assignment.clone(),
        window: left.window(),
    };
    // It is nobody's now; that it was this courier's, the row has just said.
    deliveries::change_in(batch, &Actor::System, reference, Command::PutBack(back)).await?;
    runs::move_stop(batch, &delivery, &assignment).await?;
    queries::forget_left(batch.tx().await?, reference).await?;
    tracing::info!(delivery.reference = %reference, "Done before it was moved");
    Ok(())
}

/// Whether a parcel was this courier's until it was moved.
pub(crate) async fn has_left(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<bool, Error> {
    let Some(courier) = courier(actor) else {
        return Ok(false);
    };
    let left = queries::left(backend.store().readers(), reference, courier).await?;
    Ok(left.is_some())
}

/// Says why a parcel is not found where its courier had it until it was moved.
pub(crate) async fn explained(
    actor: &Actor,
    backend: &Backend,
    reference: Option<Reference>,
    error: Error,
) -> Error {
    let (Error::NotFound, Some(reference)) = (&error, reference) else {
        return error;
    };
    match has_left(actor, backend, reference).await {
        Ok(true) => Error::Conflict {
            detail: "this parcel was moved to another day: bring it back to the depot".into(),
        },
        Ok(false) => error,
        Err(other) => other,
    }
}

fn courier(actor: &Actor) -> Option<&PersonId> {
    match actor {
        Actor::Person(person) if person.role == Role::Courier => Some(&person.id),
        _ => None,
    }
}
