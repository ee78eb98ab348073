//! Deliveries: booking, status, timeline, and the links with which customers let others watch.

mod access;
mod arrive;
mod change;
mod handover;
pub(crate) mod queries;
mod sharing;
#[cfg(test)]
mod tests;

use porchlight_domain::delivery::{Booking, Command};
use porchlight_domain::event::Fact;
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{DeliveryDetail, DeliverySummary, TimelineEntry};

pub(crate) use access::{Viewer, load_for, viewer_of};
pub(crate) use arrive::arrive_once;
pub use change::{assign, change_status, change_status_once, correct_once, report_wrong_code};
pub(crate) use change::{change_in, listeners, take_change};
pub use handover::{CourierCheck, ask_for_handover, check_courier, handover, handover_state};
pub(crate) use handover::{HandoverStop, Limits as HandoverLimits, kits};
pub use sharing::{open_share, revoke_share, share, shared, shares};

use self::queries::DeliveryRow;
use crate::accounts::Actor;
use crate::events::{self, Batch, Listener, View};
use crate::{Backend, Error, holds};

/// The longest list; older deliveries are found by reference.
const LIST_LIMIT: i64 = 200;

/// The deliveries of whoever asks, newest first: a customer's own, a courier's, an admin's all.
pub async fn mine(actor: &Actor, backend: &Backend) -> Result<Vec<DeliverySummary>, Error> {
    let person = actor.person()?;
    let pool = backend.store().readers();
    let rows = match person.role {
        Role::Customer => queries::by_customer(pool, &person.id, LIST_LIMIT).await?,
        Role::Courier => queries::by_courier(pool, &person.id, LIST_LIMIT).await?,
        Role::Admin => queries::newest(pool, LIST_LIMIT).await?,
        Role::Clerk => return Err(Error::Forbidden),
    };
    Ok(rows
        .iter()
        .map(DeliveryRow::summary)
        .collect::<Result<_, _>>()?)
}

/// Everything this person may know of a delivery.
pub async fn detail(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<DeliveryDetail, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    detail_of(backend, &row, viewer.view()).await
}

/// Everything that happened to a delivery, oldest first, as far as this person may know.
pub async fn timeline(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<Vec<TimelineEntry>, Error> {
    let (_, viewer) = load_for(actor, backend, reference).await?;
    entries(backend, reference, viewer.view()).await
}

/// When a delivery got other times, oldest first, for parts that decide themselves who learns of it.
pub(crate) async fn moves(
    backend: &Backend,
    reference: Reference,
) -> Result<Vec<(Timestamp, Fact)>, Error> {
    let subject = reference.to_string();
    let rows = events::queries::moves_of(backend.store().readers(), &subject).await?;
    let told = rows.into_iter();
    told.map(|row| Ok((Timestamp::from_millis(row.time_ms), row.fact()?)))
        .collect()
}

/// Books a delivery for the customer who asks.
pub async fn book(
    actor: &Actor,
    backend: &Backend,
    booking: Booking,
) -> Result<DeliveryDetail, Error> {
    let customer = &actor.with_role(Role::Customer)?.id;
    let booking = booking.checked(backend.now())?;
    let wished = holds::wished(backend, actor, &booking).await?;
    let reference = Reference::from_random(u64::from_be_bytes(backend.random_bytes()));
    let mut batch = Batch::begin(backend, actor).await?;
    let now = batch.now();
    queries::insert(batch.tx().await?, reference, customer, &booking, now).await?;
    let fact = Fact::DeliveryBooked {
        window: booking.window,
    };
    batch.record(&reference, fact, [Listener::recipient(customer)]);
    if let Some(level) = booking.handover {
        let wish = Command::AskForHandover(Some(level));
        change_in(&mut batch, actor, reference, wish).await?;
    }
    holds::apply_preferences(&mut batch, actor, reference, &wished).await?;
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, "Booked");
    detail(actor, backend, reference).await
}

async fn detail_of(
    backend: &Backend,
    row: &DeliveryRow,
    view: View,
) -> Result<DeliveryDetail, Error> {
    Ok(DeliveryDetail {
        summary: row.summary()?,
        pickup: row.pickup()?,
        timeline: entries(backend, row.reference()?, view).await?,
    })
}

/// The events of a delivery in one view. The hashes are those of the whole events.
async fn entries(
    backend: &Backend,
    reference: Reference,
    view: View,
) -> Result<Vec<TimelineEntry>, Error> {
    let rows =
        events::queries::by_subject(backend.store().readers(), &reference.to_string()).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(fact) = view.of(&row.fact()?) {
            entries.push(TimelineEntry {
                seq: row.seq,
                time: Timestamp::from_millis(row.time_ms),
                fact,
                actor: row.actor_role,
                hash: row.hash,
            });
        }
    }
    Ok(entries)
}
