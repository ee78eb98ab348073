//! The database: one SQL text for SQLite (embedded, WAL) and PostgreSQL, through `sqlx::Any`.
//!
//! Rules that keep one text true on both: `$1` placeholders; times as `bigint` milliseconds,
//! booleans as `bigint` 0 or 1, ids and JSON as `text`; ids come from the application; writers
//! begin with [`Store::begin`]. To add a query: a `const` and a function in the capability's
//! `queries.rs`, and a test that runs on both databases.

mod checkpoint;
mod group_commit;
mod many_rows;
mod purge;
#[cfg(test)]
mod tests;
mod together;
mod watchdog;
mod writer;
mod writing;

use std::collections::HashSet;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use porchlight_domain::time::Timestamp;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Executor, Row};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::checkpoint::Checkpoints;
use self::group_commit::GroupCommit;
pub(crate) use self::many_rows::{ManyRows, ROWS_AT_ONCE};
pub(crate) use self::together::{Answer, Statement, together};
use self::watchdog::Watchdog;
use self::writer::Writer;
pub(crate) use self::writing::{Begun, Writing};
use crate::Error as BackendError;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Readers beside the one writer of SQLite: WAL lets them go on while it writes.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// The main database's file, as SQLite opened it: links are followed.
const FILE: &str = "select file from pragma_database_list where name = 'main'";
/// Transactions at once that nobody waits for.
const SQLITE_BACKGROUND: usize = 1;
const POSTGRES_BACKGROUND: usize = 4;
/// Readers at once that nobody waits for: half of the connections, so that one is free for whoever does.
const SQLITE_BACKGROUND_READS: usize = 2;
const POSTGRES_BACKGROUND_READS: usize = 8;
/// How long to wait for another process that writes, milliseconds.
const WRITERS_PATIENCE: &str = "pragma busy_timeout = 5000";
/// A request that waits longer for a connection is answered 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(900);

/// An open database, migrated.
#[derive(Debug, Clone)]
pub struct Store {
    readers: AnyPool,
    writers: Writers,
    background: Arc<Semaphore>,
    background_reads: Arc<Semaphore>,
    commits: GroupCommit,
    watchdog: Watchdog,
    _checkpoints: Checkpoints,
}

/// The right to write, or to read, while nobody waits for it; see [`Store::background_turn`] and
/// [`Store::background_read`].
#[must_use = "the turn ends when it is dropped"]
pub(crate) struct BackgroundTurn {
    _permit: Option<OwnedSemaphorePermit>,
}

impl BackgroundTurn {
    async fn of(turns: &Arc<Semaphore>) -> Self {
        Self {
            // Never closed; were it, to go on out of turn is better than not at all.
            _permit: Arc::clone(turns).acquire_owned().await.ok(),
        }
    }
}

/// Who writes.
#[derive(Debug, Clone)]
enum Writers {
    /// One after the other.
    Sqlite(Writer),
    Postgres(AnyPool),
}

/// Why the database can't be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Neither `sqlite:` nor `postgres:`.
    #[error("database_url must begin with sqlite: or postgres:")]
    UnknownScheme,
    /// It does not answer or refuses us.
    #[error("the database can't be opened: {0}")]
    Connect(#[from] sqlx::Error),
    /// Its tables are not those of this version.
    #[error("the database can't be brought to this version: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Its write-ahead log can't be opened.
    #[error("the database's write-ahead log can't be opened: {0}")]
    Log(#[from] std::io::Error),
}

impl Store {
    /// Opens the database and applies the migrations that are missing.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else {
            Err(OpenError::UnknownScheme)
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, OpenError> {
        // One writer, so that writers queue here in order and not in SQLite's busy loop.
        let writers = sqlite_pool(url, 1, WRITERS_PATIENCE).await?;
        // The log is there once somebody has written.
        MIGRATIONS.run(&writers).await?;
        writers.execute(checkpoint::WHILE_OTHERS_WRITE).await?;
        let file: String = writers.fetch_one(FILE).await?.try_get("file")?;
        let commits = GroupCommit::of_database(Path::new(&file))?;
        let checkpoints = sqlite_pool(url, 1, checkpoint::PATIENCE).await?;
        let writer = Writer::of(writers).await?;
        Ok(Self {
            commits: commits.clone(),
            writers: Writers::Sqlite(writer.clone()),
            readers: sqlite_pool(url, SQLITE_READERS, WRITERS_PATIENCE).await?,
            background: Arc::new(Semaphore::new(SQLITE_BACKGROUND)),
            background_reads: Arc::new(Semaphore::new(SQLITE_BACKGROUND_READS)),
            watchdog: Watchdog::none(),
            _checkpoints: Checkpoints::start(checkpoints, file.into(), commits, writer),
        })
    }

    async fn open_postgres(url: &str) -> Result<Self, OpenError> {
        let options = AnyConnectOptions::from_str(url)?;
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await?;
        MIGRATIONS.run(&pool).await?;
        Ok(Self {
            commits: GroupCommit::none(),
            writers: Writers::Postgres(pool.clone()),
            readers: pool,
            background: Arc::new(Semaphore::new(POSTGRES_BACKGROUND)),
            background_reads: Arc::new(Semaphore::new(POSTGRES_BACKGROUND_READS)),
            watchdog: Watchdog::start(url)?,
            _checkpoints: Checkpoints::none(),
        })
    }

    /// For reading outside a transaction.
    pub(crate) fn readers(&self) -> &AnyPool {
        &self.readers
    }

    /// A transaction that writes, whose first statement begins it.
    pub(crate) async fn write(&self) -> Result<Writing, sqlx::Error> {
        self.commits.must_be_well()?;
        let asked = Instant::now();
        let writing = match &self.writers {
            Writers::Sqlite(writer) => {
                Writing::on_sqlite(writer.turn().await?, self.commits.clone())
            }
            Writers::Postgres(pool) => Writing::on_postgres(pool.begin().await?),
        };
        metrics::histogram!("porchlight_write_wait_seconds").record(asked.elapsed());
        Ok(writing)
    }

    /// One statement that is a transaction of its own: one way to the database, on PostgreSQL too.
    pub(crate) async fn write_one(&self, statement: Statement) -> Result<(), sqlx::Error> {
        match &self.writers {
            Writers::Sqlite(_) => self.write().await?.commit_after(vec![statement]).await,
            Writers::Postgres(pool) => statement.execute(pool).await.map(drop),
        }
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Begun, sqlx::Error> {
        Begun::of(self.write().await?).await
    }

    /// Waits until everything that can be read now is on disk.
    pub(crate) async fn synced(&self) -> Result<(), sqlx::Error> {
        self.commits.synced().await
    }

    /// To be held by whoever writes what nobody waits for, from before [`Store::begin`] until the
    /// commit. Writers are served in the order they come: without it, a thousand arrivals told at once
    /// would all be written before the next courier's position is acknowledged.
    pub(crate) async fn background_turn(&self) -> BackgroundTurn {
        BackgroundTurn::of(&self.background).await
    }

    /// To be held by whoever reads for what nobody waits for, such as a queue of a hundred thousand old messages:
    /// readers are served in the order they come as well.
    pub(crate) async fn background_read(&self) -> BackgroundTurn {
        BackgroundTurn::of(&self.background_reads).await
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        let asked = async {
            self.commits.must_be_well()?;
            sqlx::query("select 1").execute(&self.readers).await?;
            Ok(())
        };
        self.while_answering(asked).await.is_ok()
    }

    /// Does something that needs the database, and gives it up, connections included, when the
    /// database falls silent half-way.
    pub(crate) async fn while_answering<T>(
        &self,
        work: impl Future<Output = Result<T, BackendError>>,
    ) -> Result<T, BackendError> {
        tokio::select! {
            biased;
            done = work => done,
            () = self.watchdog.silence() => Err(BackendError::Unavailable { retry_after_s: 1 }),
        }
    }

    /// Waits for running statements and closes.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Writers::Sqlite(writer) = &self.writers {
            writer.close().await;
        }
    }
}

/// `$first, …`: places in a statement for a list of values.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let names: Vec<_> = (first..first + count).map(|n| format!("${n}")).collect();
    names.join(", ")
}

/// Ids that one statement asks about.
pub(crate) const IDS_AT_ONCE: usize = 200;

/// Which of many ids a statement finds that takes a moment and [`IDS_AT_ONCE`] ids. Fewer are filled
/// up with none, so that the database prepares one statement only.
pub(crate) async fn find_ids<'a>(
    pool: &AnyPool,
    sql: &'static str,
    ids: impl Iterator<Item = &'a str>,
    now: Timestamp,
) -> Result<HashSet<String>, sqlx::Error> {
    let ids: Vec<_> = ids.collect();
    let mut found = HashSet::new();
    for chunk in ids.chunks(IDS_AT_ONCE) {
        let mut query = sqlx::query_scalar(sql).bind(now.millis());
        let filled_up = chunk.iter().copied().chain(std::iter::repeat(""));
        for id in filled_up.take(IDS_AT_ONCE) {
            query = query.bind(id);
        }
        found.extend(query.fetch_all(pool).await?);
    }
    Ok(found)
}

async fn sqlite_pool(
    url: &str,
    connections: u32,
    patience: &'static str,
) -> Result<AnyPool, sqlx::Error> {
    AnyPoolOptions::new()
        .max_connections(connections)
        // All at once: later there may be no descriptor left for one.
        .min_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(None)
        .max_lifetime(None)
        // A file in this process needs no asking whether it is still there.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                // NORMAL: `group_commit` waits for the disk before a commit is acknowledged.
                for pragma in [
                    "pragma journal_mode = wal",
                    "pragma synchronous = normal",
                    "pragma foreign_keys = on",
                    "pragma wal_autocheckpoint = 0",
                    patience,
                ] {
                    connection.execute(pragma).await?;
                }
                Ok(())
            })
        })
        .connect_with(AnyConnectOptions::from_str(url)?)
        .await
}
