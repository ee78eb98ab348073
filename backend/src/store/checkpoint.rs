//! Brings what is in SQLite's write-ahead log into the database file, beside the commits.
//!
//! SQLite does it inside the commit that makes the log a thousand pages long, and whoever waits for that
//! commit waits for both files. Here a connection of its own does it: most of it while others write
//! (`passive`), and the rest, once the log is long, while they wait for a moment (`restart`).
//! <https://www.sqlite.org/wal.html#ckpt>

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyPool, Executor, Row};
use tokio_util::task::AbortOnDropHandle;

use super::group_commit::GroupCommit;

const EVERY: Duration = Duration::from_millis(500);
/// Pages of 4 KiB in the log above which it is begun anew: 32 MiB.
const LONG: i64 = 8192;
/// How long writers may have to wait for readers of the old log, milliseconds.
pub(super) const PATIENCE: &str = "pragma busy_timeout = 20";

pub(super) const WHILE_OTHERS_WRITE: &str = "pragma wal_checkpoint(passive)";
const BEGIN_ANEW: &str = "pragma wal_checkpoint(restart)";

/// The task; it ends with the last handle.
#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    _task: Option<Arc<AbortOnDropHandle<()>>>,
}

impl Checkpoints {
    /// For a database that looks after itself.
    pub(super) fn none() -> Self {
        Self { _task: None }
    }

    /// Begins. The pool is for nothing else.
    pub(super) fn start(pool: AnyPool, commits: GroupCommit) -> Self {
        let task = tokio::spawn(keep_short(pool, commits));
        Self {
            _task: Some(Arc::new(AbortOnDropHandle::new(task))),
        }
    }
}

async fn keep_short(pool: AnyPool, commits: GroupCommit) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failed = false;
    // A log that is perhaps not on disk must not get into the database file.
    while !pool.is_closed() && commits.must_be_well().is_ok() {
        ticks.tick().await;
        let done = checkpoint(&pool).await;
        if let Err(error) = &done
            && !failed
        {
            tracing::warn!(%error, "The write-ahead log could not be brought into the database file");
        }
        failed = done.is_err();
    }
}

async fn checkpoint(pool: &AnyPool) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let pages: i64 = connection
        .fetch_one(WHILE_OTHERS_WRITE)
        .await?
        .try_get("log")?;
    #[expect(clippy::cast_precision_loss, reason = "a gauge")]
    metrics::gauge!("porchlight_wal_pages").set(pages as f64);
    if pages > LONG {
        connection.execute(BEGIN_ANEW).await?;
    }
    Ok(())
}
