//! Brings what is in SQLite's write-ahead log into the database file, beside the commits.
//!
//! SQLite does it inside the commit that makes the log a thousand pages long, and whoever waits for that
//! commit waits for both files. Here a connection of its own does it: most of it while others write
//! (`passive`), and the rest, once the log is long, while they wait for a moment (`restart`): in the turn of a writer, so
//! that they queue for it as for each other.
//! <https://www.sqlite.org/wal.html#ckpt>

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyConnection, AnyPool, Executor, Row};
use tokio_util::task::AbortOnDropHandle;

use super::group_commit::GroupCommit;
use super::writer::Writer;

const EVERY: Duration = Duration::from_millis(500);
/// Pages of 4 KiB in the log above which it is begun anew: 32 MiB.
const LONG: i64 = 8192;
/// So many pages may be left to bring over, or to put on disk, while others wait: 1 MiB.
const FEW: i64 = 256;
/// Looks at most until only few are left: whoever writes more meanwhile each time does so for ever.
const LOOKS: u32 = 4;
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
    pub(super) fn start(
        pool: AnyPool,
        file: PathBuf,
        commits: GroupCommit,
        writer: Writer,
    ) -> Self {
        let database = Database {
            pool,
            file,
            open: None,
            commits,
            writer,
        };
        let task = tokio::spawn(keep_short(database));
        Self {
            _task: Some(Arc::new(AbortOnDropHandle::new(task))),
        }
    }
}

async fn keep_short(mut database: Database) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failed = false;
    // A log that is perhaps not on disk must not get into the database file.
    while !database.writer.is_closed() && database.commits.must_be_well().is_ok() {
        ticks.tick().await;
        let done = database.checkpoint().await;
        if let Err(error) = &done
            && !failed
        {
            tracing::warn!(%error, "The write-ahead log could not be brought into the database file");
        }
        failed = done.is_err();
    }
}

struct Database {
    pool: AnyPool,
    file: PathBuf,
    /// Opened when the log is long for the first time, and never closed: with any descriptor of the file, SQLite's locks
    /// on it would go. <https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_>
    open: Option<&'static File>,
    commits: GroupCommit,
    writer: Writer,
}

/// How long the log is, pages.
struct Log {
    pages: i64,
    /// Of them in the database file too.
    brought: i64,
}

impl Database {
    async fn checkpoint(&mut self) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let mut log = bring(&mut connection).await?;
        #[expect(clippy::cast_precision_loss, reason = "a gauge")]
        metrics::gauge!("porchlight_wal_pages").set(log.pages as f64);
        if log.pages <= LONG {
            return Ok(());
        }
        // Whoever begins it anew puts the file on disk first, and the others wait: little is left of that when it is there.
        for _ in 0..LOOKS {
            let before = log.brought;
            self.put_on_disk().await?;
            log = bring(&mut connection).await?;
            if log.brought - before <= FEW {
                break;
            }
        }
        if log.pages - log.brought > FEW {
            // Somebody reads what was before, and it can't begin anew yet.
            return Ok(());
        }
        let _turn = self.writer.turn().await?;
        connection.execute(BEGIN_ANEW).await?;
        Ok(())
    }

    async fn put_on_disk(&mut self) -> Result<(), sqlx::Error> {
        let file = match self.open {
            Some(file) => file,
            None => &*Box::leak(Box::new(File::open(&self.file)?)),
        };
        self.open = Some(file);
        let synced = tokio::task::spawn_blocking(|| file.sync_data()).await;
        synced.map_err(std::io::Error::other)?.map_err(|error| {
            // What was brought is perhaps lost, and the disk tells that once only.
            tracing::error!(%error, "The disk refuses the database file: restart the server");
            self.commits.believe_no_more();
            error.into()
        })
    }
}

/// Brings over what nobody reads any more.
async fn bring(connection: &mut AnyConnection) -> Result<Log, sqlx::Error> {
    let row = connection.fetch_one(WHILE_OTHERS_WRITE).await?;
    Ok(Log {
        pages: row.try_get("log")?,
        brought: row.try_get("checkpointed")?,
    })
}
