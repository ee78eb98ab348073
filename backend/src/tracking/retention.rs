//! Positions and who read them are kept for a time and then deleted.

use std::time::Duration;

use super::queries;
use crate::{Backend, Error};

const EVERY: Duration = Duration::from_hours(1);
const DAY_S: f64 = 24.0 * 3600.0;
/// Rows of each kind deleted in one commit: what is posted meanwhile is written in between.
pub(super) const PORTION: u32 = 500;

/// Deletes what is too old, for ever.
pub(crate) async fn sweep(backend: Backend) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        match backend.while_database_answers(purge(&backend)).await {
            Ok(0) => {}
            Ok(purged) => tracing::info!(fixes.purged = purged, "Old positions deleted"),
            Err(error) => tracing::warn!(%error, "Old positions could not be deleted"),
        }
    }
}

pub(crate) async fn purge(backend: &Backend) -> Result<u64, Error> {
    let days = f64::from(backend.tracking().settings.history_days);
    let before = backend.now().plus_s(-days * DAY_S);
    let store = backend.store();
    store
        .purge(queries::PURGE_READINGS, before, PORTION)
        .await?;
    store.purge(queries::PURGE_FIXES, before, PORTION).await
}
