//! Delays: a parcel on the van that will not come when it was promised.
//!
//! Its recipient is told once for each promise, by whichever instance notes it first, from the same estimate that they
//! see: how far away the courier is can't be read from it earlier than on the map.

pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::time::Duration;

use porchlight_domain::delivery::Status;
use porchlight_domain::eta::Delay;
use porchlight_domain::event::Fact;

use self::queries::OnTheVanRow;
use super::board::lock;
use super::sync;
use crate::accounts::Actor;
use crate::deliveries;
use crate::events::{Batch, Listener};
use crate::{Backend, Error};

/// How often an instance looks.
const LOOK: Duration = Duration::from_mins(1);
/// Promises that end later are not looked at yet, seconds: no round is late by more than that so early.
const AHEAD_S: f64 = 4.0 * 3600.0;

/// Looks who will be late, for ever.
pub(crate) async fn watch(backend: Backend) {
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(error) = backend.while_database_answers(look(&backend)).await {
            tracing::warn!(%error, "Delays could not be looked for");
        }
    }
}

/// Tells the recipients of what will be late.
async fn look(backend: &Backend) -> Result<(), Error> {
    let horizon = backend.now().plus_s(AHEAD_S);
    for row in queries::on_the_van(backend.store().readers(), horizon).await? {
        if let Some(delay) = delay(backend, &row).await? {
            tell(backend, &row, delay).await?;
        }
    }
    Ok(())
}

async fn delay(backend: &Backend, row: &OnTheVanRow) -> Result<Option<Delay>, Error> {
    let (reference, policy) = (row.reference()?, backend.tracking().policy());
    let place = sync::place_of(backend, &row.courier()).await?;
    let seen = lock(&place).look(reference, &policy);
    let eta = seen.map(|look| look.eta);
    Ok(Delay::of(row.promised(), eta, backend.now()))
}

async fn tell(backend: &Backend, row: &OnTheVanRow, delay: Delay) -> Result<(), Error> {
    let (reference, promised) = (row.reference()?, row.promised());
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    // It may have been brought, or moved to another time, since it was read.
    let Some(now) = deliveries::queries::lock(batch.tx(), reference).await? else {
        return Ok(());
    };
    let now = now.delivery()?;
    if now.status != Status::OutForDelivery || now.window != promised {
        return Ok(());
    }
    let told_at = batch.now();
    if queries::claim(batch.tx(), reference, promised, told_at).await? {
        let fact = Fact::Delayed {
            promised,
            expected: delay.expected,
        };
        batch.record(&reference, fact, [Listener::recipient(&now.customer)]);
        batch.commit().await?;
        tracing::info!(delivery.reference = %reference, "Later than promised");
    }
    Ok(())
}
