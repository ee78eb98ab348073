//! Whose turn it is to write to SQLite, and the one connection that does.
//!
//! It is of a pool and never goes back to it: a pool asks a connection that comes back whether it is well, and whoever
//! writes next would wait for that.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Whoever waits longer for their turn is answered 503.
const PATIENCE: Duration = Duration::from_secs(5);
/// A database of nothing.
const NONE: &str = "sqlite::memory:";

/// The way to the connection. Cheap to copy.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    /// Has another one at hand.
    pool: AnyPool,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug)]
struct Kept {
    connection: AnyConnection,
    /// Whether a transaction was begun whose end is not known.
    is_open: bool,
}

impl Writer {
    /// Takes one connection of a pool.
    pub(super) async fn of(pool: AnyPool) -> Result<Self, sqlx::Error> {
        let kept = Kept {
            connection: pool.acquire().await?.detach(),
            is_open: false,
        };
        Ok(Self {
            pool,
            kept: Arc::new(Mutex::new(kept)),
        })
    }

    /// The turn, after all who asked before.
    pub(super) async fn turn(&self) -> Result<Turn, sqlx::Error> {
        let asked = Arc::clone(&self.kept).lock_owned();
        let mut kept = tokio::time::timeout(PATIENCE, asked)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?;
        if self.is_closed() {
            return Err(sqlx::Error::PoolClosed);
        }
        self.tidy_up(&mut kept).await?;
        Ok(Turn {
            kept,
            writer: self.clone(),
        })
    }

    /// Rolls back what is open. Who gave up in the middle of a statement may not know whether it still is, and a disk
    /// that refuses a commit ends the transaction too. A connection that can't begin another one is replaced.
    async fn tidy_up(&self, kept: &mut Kept) -> Result<(), sqlx::Error> {
        if kept.is_open {
            let has_ended = kept.connection.execute("rollback").await.is_ok()
                || can_begin(&mut kept.connection).await;
            if !has_ended {
                let other = self.pool.acquire().await?.detach();
                replace(kept, other).await;
            }
            kept.is_open = false;
        }
        Ok(())
    }

    /// Whether there are no more turns.
    pub(super) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    /// Waits for whose turn it is, and closes. Nobody behind them gets one.
    pub(super) async fn close(&self) {
        self.pool.close().await;
        let mut kept = self.kept.lock().await;
        // To close it is to give it away.
        if let Ok(none) = AnyConnection::connect(NONE).await {
            replace(&mut kept, none).await;
        }
    }
}

async fn can_begin(connection: &mut AnyConnection) -> bool {
    connection.execute("begin").await.is_ok() && connection.execute("rollback").await.is_ok()
}

async fn replace(kept: &mut Kept, other: AnyConnection) {
    let old = std::mem::replace(&mut kept.connection, other);
    if let Err(error) = old.close().await {
        tracing::warn!(%error, "A connection to the database was not closed well");
    }
}

/// The right to write until it is dropped. What was begun and not committed is rolled back then.
pub(super) struct Turn {
    kept: OwnedMutexGuard<Kept>,
    writer: Writer,
}

impl Turn {
    /// Says that a transaction begins.
    pub(super) fn opens(&mut self) {
        self.kept.is_open = true;
    }

    /// Says that it has ended.
    pub(super) fn is_over(&mut self) {
        self.kept.is_open = false;
    }
}

impl Deref for Turn {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.kept.connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.kept.connection
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // The next turn would do it; but nobody may come for long, and another process wait.
        if self.kept.is_open
            && let Ok(runtime) = Handle::try_current()
        {
            let writer = self.writer.clone();
            runtime.spawn(async move {
                match writer.turn().await {
                    // To close the connection is to roll back.
                    Ok(_) | Err(sqlx::Error::PoolClosed) => {}
                    Err(error) => tracing::warn!(%error, "A transaction was not rolled back"),
                }
            });
        }
    }
}
