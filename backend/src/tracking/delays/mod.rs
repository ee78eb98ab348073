//! Delays: a parcel on the van that will not come when it was promised.
//!
//! Its recipient is told once for each promise, by whichever instance notes it first, from the same estimate that they
//! see: how far away the courier is can't be read from it earlier than on the map.

pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use porchlight_domain::eta::{Delay, Eta};
use porchlight_domain::event::Fact;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;

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
    let mut doubted = HashSet::new();
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(error) = backend
            .while_database_answers(look(&backend, &mut doubted))
            .await
        {
            tracing::warn!(%error, "Delays could not be looked for");
        }
    }
}

/// Tells the recipients of what will be late. An estimate has to say it twice, as the one before a way along the streets is
/// known may be wrong: `doubted` are those of the look before.
async fn look(backend: &Backend, doubted: &mut HashSet<Reference>) -> Result<(), Error> {
    let horizon = backend.now().plus_s(AHEAD_S);
    let rows = queries::on_the_van(backend.store().readers(), horizon).await?;
    let before = std::mem::take(doubted);
    for rows in rows.chunk_by(|a, b| a.courier() == b.courier()) {
        let etas = etas(backend, &rows[0].courier()).await?;
        for row in rows {
            match look_at(backend, row, &etas, &before).await {
                Ok(Some(doubt)) => drop(doubted.insert(doubt)),
                Ok(None) => {}
                Err(error) if !backend.store().answers().await => return Err(error),
                // One that can't be read does not keep those behind it.
                Err(error) => {
                    let reference = row.reference().ok().map(|it| it.to_string());
                    tracing::error!(%error, delivery.reference = reference, "A delay can't be told");
                }
            }
        }
    }
    Ok(())
}

/// Tells of one parcel if it is late; answers with it when an estimate has said so for the first time.
async fn look_at(
    backend: &Backend,
    row: &OnTheVanRow,
    etas: &HashMap<Reference, Eta>,
    doubted: &HashSet<Reference>,
) -> Result<Option<Reference>, Error> {
    let reference = row.reference()?;
    let eta = etas.get(&reference).copied();
    let Some(delay) = Delay::of(row.promised(), eta, backend.now()) else {
        return Ok(None);
    };
    if delay.expected.is_some() && !doubted.contains(&reference) {
        return Ok(Some(reference));
    }
    tell(backend, row, delay).await?;
    Ok(None)
}

/// When a courier comes, as each of their recipients is told.
async fn etas(backend: &Backend, courier: &PersonId) -> Result<HashMap<Reference, Eta>, Error> {
    let policy = backend.tracking().policy();
    let place = sync::place_of(backend, courier).await?;
    let looks = lock(&place).looks(&policy);
    let etas = looks
        .into_iter()
        .map(|(delivery, look)| (delivery, look.eta));
    Ok(etas.collect())
}

async fn tell(backend: &Backend, row: &OnTheVanRow, delay: Delay) -> Result<(), Error> {
    let (reference, promised) = (row.reference()?, row.promised());
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    // It may have been brought, or moved to another time or place, since it was read.
    let Some(now) = deliveries::queries::lock(batch.tx().await?, reference).await? else {
        return Ok(());
    };
    if !queries::is_on_the_van(batch.tx().await?, row).await? {
        return Ok(());
    }
    let told_at = batch.now();
    if queries::claim(batch.tx().await?, reference, promised, told_at).await? {
        let fact = Fact::Delayed {
            promised,
            expected: delay.expected,
        };
        let customer = now.delivery()?.customer;
        batch.record(&reference, fact, [Listener::recipient(&customer)]);
        batch.commit().await?;
        tracing::info!(delivery.reference = %reference, "Later than promised");
    }
    Ok(())
}
