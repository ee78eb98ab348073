//! Moves SQLite's write-ahead log into the database, beside the writer.
//!
//! By default SQLite does so in the commit that happens to fill the log, and whoever waits for that commit
//! waits for tens of milliseconds. <https://www.sqlite.org/wal.html#ckpt>

use std::str::FromStr;
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions};
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(1);
/// Pages of 4 KiB. While writes never pause the log can't begin anew: from 32 MiB on, writers are made to
/// wait until it has.
const LONG: i64 = 8 * 1024;

/// Goes on until the store is dropped.
pub(super) fn start(url: &str) -> Result<watch::Sender<()>, sqlx::Error> {
    let options = AnyConnectOptions::from_str(url)?;
    let (alive, dropped) = watch::channel(());
    tokio::spawn(keep_short(options, dropped));
    Ok(alive)
}

async fn keep_short(options: AnyConnectOptions, mut dropped: watch::Receiver<()>) {
    let mut connection = None;
    loop {
        tokio::select! {
            _ = dropped.changed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        connection = match move_once(&options, connection.take()).await {
            Ok(open) => Some(open),
            Err(error) => {
                tracing::warn!(%error, "The write-ahead log could not be moved");
                None
            }
        };
    }
}

async fn move_once(
    options: &AnyConnectOptions,
    open: Option<AnyConnection>,
) -> Result<AnyConnection, sqlx::Error> {
    let mut connection = match open {
        Some(connection) => connection,
        None => options.connect().await?,
    };
    let (_, pages, _) = super::queries::checkpoint(&mut connection, false).await?;
    if pages >= LONG {
        super::queries::checkpoint(&mut connection, true).await?;
    }
    Ok(connection)
}
