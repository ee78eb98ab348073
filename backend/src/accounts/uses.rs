//! When sessions were last used: noted in memory, written in groups beside the requests.
//!
//! A use that is lost with the process is noted again at the next one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use porchlight_domain::ids::SessionId;
use porchlight_domain::time::Timestamp;

use super::queries;
use crate::store::ROWS_AT_ONCE;
use crate::{Backend, Error};

const FLUSH: Duration = Duration::from_secs(2);
/// Uses in one commit: what couriers post is written in between.
const PORTION: usize = ROWS_AT_ONCE;

/// One use of a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) at: Timestamp,
    /// When the session ends from now on.
    pub(crate) expires_at: Timestamp,
}

/// The uses that are not in the database yet.
#[derive(Default)]
pub(crate) struct Uses {
    noted: Mutex<HashMap<SessionId, Use>>,
}

impl Uses {
    /// The latest use that is still to be written.
    pub(super) fn latest(&self, session: &SessionId) -> Option<Timestamp> {
        self.lock().get(session).map(|noted| noted.at)
    }

    pub(super) fn note(&self, session: &SessionId, noted: Use) {
        self.lock().insert(session.clone(), noted);
    }

    fn take(&self) -> Vec<(SessionId, Use)> {
        self.lock().drain().collect()
    }

    /// Another use may have been noted since.
    fn put_back(&self, uses: &[(SessionId, Use)]) {
        let mut noted = self.lock();
        for (session, used) in uses {
            noted.entry(session.clone()).or_insert(*used);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Use>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what was noted, for ever.
pub(super) fn keep(backend: &Backend) {
    backend.keep_doing_every(
        FLUSH,
        |backend| async move { flush_if_possible(&backend).await },
    );
}

/// Writes what was noted until now, or leaves it for later: on a full disk people can at least read.
pub(super) async fn flush_if_possible(backend: &Backend) {
    if let Err(error) = flush(backend).await {
        tracing::warn!(%error, "The use of sessions was not written yet");
    }
}

/// Writes what was noted until now.
pub(super) async fn flush(backend: &Backend) -> Result<(), Error> {
    let uses = &backend.accounts().uses;
    let noted = uses.take();
    for (place, portion) in noted.chunks(PORTION).enumerate() {
        let written = backend
            .while_database_answers(write(backend, portion))
            .await;
        if written.is_err() {
            uses.put_back(&noted[place * PORTION..]);
            return written;
        }
    }
    Ok(())
}

async fn write(backend: &Backend, uses: &[(SessionId, Use)]) -> Result<(), Error> {
    let _turn = backend.store().background_turn().await;
    let mut tx = backend.store().begin().await?;
    queries::touch_sessions(&mut tx, uses).await?;
    tx.commit().await?;
    Ok(())
}
