//! SQL about the database itself.

use sqlx::AnyConnection;

const PASSIVE_CHECKPOINT: &str = "pragma wal_checkpoint(passive)";
const RESTARTING_CHECKPOINT: &str = "pragma wal_checkpoint(restart)";

/// Moves what it can of SQLite's write-ahead log, or all of it while writers wait. Answers whether it was
/// hindered, the pages of the log, and how many of them were moved.
pub(super) async fn checkpoint(
    connection: &mut AnyConnection,
    writers_wait: bool,
) -> Result<(i64, i64, i64), sqlx::Error> {
    let sql = if writers_wait {
        RESTARTING_CHECKPOINT
    } else {
        PASSIVE_CHECKPOINT
    };
    sqlx::query_as(sql).fetch_one(connection).await
}
