//! Puts fixes on disk in groups: whoever waits while one commit runs goes into the next, so that
//! the price of a commit is shared by all who post at the same time.

use tokio::sync::{mpsc, oneshot};

use super::queries::{self, FixRow};
use crate::Error;
use crate::store::{ROWS_AT_ONCE, Store};

/// Batches waiting for the writer; beyond that, posting couriers are told to come back.
const QUEUE: usize = 4096;
/// Rows in one commit at most, so that no commit holds the database for long.
const GROUP: usize = 2048;

/// The way to the one task that writes fixes.
#[derive(Debug, Clone)]
pub(crate) struct FixWriter {
    queue: mpsc::Sender<Waiting>,
}

struct Waiting {
    rows: Vec<FixRow>,
    written: oneshot::Sender<bool>,
}

impl FixWriter {
    pub(crate) fn start(store: Store) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write_groups(store, waiting));
        Self { queue }
    }

    /// Returns once the rows are on disk.
    pub(crate) async fn write(&self, rows: Vec<FixRow>) -> Result<(), Error> {
        let (written, done) = oneshot::channel();
        self.queue
            .try_send(Waiting { rows, written })
            .map_err(|_| Error::Unavailable { retry_after_s: 1 })?;
        match done.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Error::Unavailable { retry_after_s: 2 }),
        }
    }
}

async fn write_groups(store: Store, mut waiting: mpsc::Receiver<Waiting>) {
    while let Some(first) = waiting.recv().await {
        let mut group = vec![first];
        let mut rows = group[0].rows.len();
        while rows < GROUP {
            let Ok(next) = waiting.try_recv() else { break };
            rows += next.rows.len();
            group.push(next);
        }
        let written = store.while_answering(write_group(&store, &group)).await;
        if let Err(error) = &written {
            tracing::error!(%error, fixes = rows, "Fixes could not be written");
        }
        metrics::histogram!("porchlight_fixes_per_commit")
            .record(f64::from(u32::try_from(rows).unwrap_or(u32::MAX)));
        for waiting in group {
            // Whoever stopped waiting no longer needs to know.
            let _ = waiting.written.send(written.is_ok());
        }
    }
}

/// Mostly one statement, in one way to the database and back while couriers wait.
async fn write_group(store: &Store, group: &[Waiting]) -> Result<(), Error> {
    let rows: Vec<&FixRow> = group.iter().flat_map(|waiting| &waiting.rows).collect();
    let mut portions = rows.chunks(ROWS_AT_ONCE).map(queries::insert_fixes);
    let Some(last) = portions.next_back() else {
        return Ok(());
    };
    if portions.len() == 0 {
        return Ok(store.write_one(last?).await?);
    }
    let mut writing = store.write().await?;
    for portion in portions {
        writing.all_together(vec![portion?]).await?;
    }
    Ok(writing.commit_after(vec![last?]).await?)
}
