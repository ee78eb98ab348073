//! Silent couriers: on the road, and their phone is not heard.
//!
//! A web page can't follow a phone that is locked, and nothing is made up for it: recipients see how old the
//! last position is, and the operation is told. Each silence is told once, by whichever instance makes its row
//! in the database, and its end by the one that deletes the row.

pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::time::Duration;

use porchlight_domain::event::Fact;
use porchlight_domain::ids::RunId;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::SilentCourier;
use tokio::sync::Notify;

use self::queries::OnTheRoadRow;
use super::board::{LiveCourier, lock};
use super::{ingest, sync};
use crate::accounts::Actor;
use crate::events::Batch;
use crate::{Backend, Error};

/// How often an instance looks.
const LOOK: Duration = Duration::from_secs(10);
/// An instance that has not looked for so long could not have heard anybody either, seconds: after a standstill,
/// or without a database, nobody is silent before they have had time to report.
const DEAF_S: f64 = 30.0;
/// So many reports in a row may be missing.
const REPORTS: f64 = 4.0;

/// Wakes whoever looks: a courier who may have been silent is heard.
#[derive(Default)]
pub(crate) struct Heard(Notify);

impl Heard {
    pub(super) fn note(&self) {
        self.0.notify_one();
    }
}

/// For how long nothing may be heard of this courier, seconds.
pub(super) fn patience_s(backend: &Backend, live: &LiveCourier) -> f64 {
    let asked_s = f64::from(ingest::interval_s(backend, live));
    let at_least_s = f64::from(backend.tracking().settings.silent_after_s);
    at_least_s.max(REPORTS * asked_s)
}

/// Looks who is silent and who no longer, for ever.
pub(crate) async fn watch(backend: Backend) {
    let mut looked = backend.now();
    let mut listening_since = looked;
    loop {
        // Either way it is time to look.
        let heard = &backend.tracking().heard;
        let _ = tokio::time::timeout(LOOK, heard.0.notified()).await;
        let now = backend.now();
        if now.seconds_since(looked) > DEAF_S {
            listening_since = now;
        }
        match backend
            .while_database_answers(look(&backend, listening_since))
            .await
        {
            Ok(()) => looked = now,
            Err(error) => tracing::warn!(%error, "Silent couriers could not be looked for"),
        }
    }
}

/// Tells who has fallen silent and who is heard again. Nobody could be heard before `listening_since`.
async fn look(backend: &Backend, listening_since: Timestamp) -> Result<(), Error> {
    for row in queries::on_the_road(backend.store().readers()).await? {
        if is_heard_again(&row) {
            tell_heard(backend, &row).await?;
        } else if is_silent(backend, &row, listening_since).await? {
            tell_silent(backend, &row, listening_since).await?;
        }
    }
    Ok(())
}

fn is_heard_again(row: &OnTheRoadRow) -> bool {
    row.silent_since().is_some_and(|since| row.heard() > since)
}

/// Whether it has been silent for too long, and nobody has noted that.
async fn is_silent(
    backend: &Backend,
    row: &OnTheRoadRow,
    listening_since: Timestamp,
) -> Result<bool, Error> {
    let last = row.heard().max(listening_since);
    let silent_s = backend.now().seconds_since(last);
    let at_least_s = f64::from(backend.tracking().settings.silent_after_s);
    if row.silent_since().is_some() || silent_s <= at_least_s {
        return Ok(false);
    }
    let place = sync::place_of(backend, &row.courier()).await?;
    let patience_s = patience_s(backend, &lock(&place));
    Ok(silent_s > patience_s)
}

async fn tell_silent(
    backend: &Backend,
    row: &OnTheRoadRow,
    listening_since: Timestamp,
) -> Result<(), Error> {
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    // What was read before may be over by now.
    let Some(row) = queries::on_the_road_in(batch.tx().await?, &row.run()).await? else {
        return Ok(());
    };
    if !is_silent(backend, &row, listening_since).await? {
        return Ok(());
    }
    let now = batch.now();
    if queries::begin(batch.tx().await?, &row, now).await? {
        let (courier, last_heard) = (row.courier(), row.heard());
        tracing::warn!(courier.id = %courier, "A courier on the road is silent");
        let fact = Fact::CourierSilent {
            courier,
            last_heard,
        };
        batch.record(&row.run(), fact, []);
        batch.commit().await?;
    }
    Ok(())
}

async fn tell_heard(backend: &Backend, row: &OnTheRoadRow) -> Result<(), Error> {
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    if queries::end(batch.tx().await?, row).await? {
        let courier = row.courier();
        tracing::info!(courier.id = %courier, "A silent courier is heard again");
        batch.record(&row.run(), Fact::CourierHeard { courier }, []);
        batch.commit().await?;
    }
    Ok(())
}

/// A run that is over is not silent any more; that it is over says enough.
pub(crate) async fn forget(batch: &mut Batch, run: &RunId) -> Result<(), Error> {
    queries::forget(batch.tx().await?, run).await?;
    Ok(())
}

/// Who is on the road and not heard, the longest silent first: for admins.
pub async fn silent_couriers(
    actor: &Actor,
    backend: &Backend,
) -> Result<Vec<SilentCourier>, Error> {
    actor.must_run_operations()?;
    let rows = queries::silent(backend.store().readers()).await?;
    let silent = rows.into_iter().map(|row| SilentCourier {
        courier: row.name,
        last_heard: Timestamp::from_millis(row.last_heard_ms),
        parcels_out: u32::try_from(row.parcels_out).unwrap_or(u32::MAX),
    });
    Ok(silent.collect())
}
