//! Notices that a PostgreSQL server has stopped answering.
//!
//! A server that is cut off without a word (a fail-over, a pulled cable) leaves connections on which
//! answers are waited for until TCP gives up: a quarter of an hour. So one connection asks the simplest
//! question all the time, and when it gets no answer, whoever waits for the database is told at once.

use std::str::FromStr;
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection};
use tokio::sync::watch;

const EVERY: Duration = Duration::from_millis(200);
/// A server that needs longer than this for nothing is of no use.
const PATIENCE: Duration = Duration::from_millis(700);

/// Whether the database answers, as last seen.
#[derive(Debug, Clone)]
pub(super) struct Watchdog(watch::Receiver<bool>);

impl Watchdog {
    /// For a database in this process: it has no way to fall silent.
    pub(super) fn none() -> Self {
        Self(watch::channel(true).1)
    }

    /// Begins to ask, until nobody wants to know any more.
    pub(super) fn start(url: &str) -> Result<Self, sqlx::Error> {
        let options = AnyConnectOptions::from_str(url)?;
        let (answers, seen) = watch::channel(true);
        tokio::spawn(ask(options, answers));
        Ok(Self(seen))
    }

    /// Returns as soon as the database does not answer.
    pub(super) async fn silence(&self) {
        let mut answers = self.0.clone();
        // Nobody asks: nothing will be noticed.
        if answers.wait_for(|answers| !answers).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

async fn ask(options: AnyConnectOptions, answers: watch::Sender<bool>) {
    let mut connection = None;
    while !answers.is_closed() {
        let asked = tokio::time::timeout(PATIENCE, ask_once(&options, connection.take())).await;
        connection = match asked {
            Ok(Ok(open)) => Some(open),
            Ok(Err(_)) | Err(_) => None,
        };
        let answered = connection.is_some();
        if answers.send_replace(answered) != answered {
            if answered {
                tracing::info!("The database answers again");
            } else {
                tracing::error!("The database does not answer");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn ask_once(
    options: &AnyConnectOptions,
    open: Option<AnyConnection>,
) -> Result<AnyConnection, sqlx::Error> {
    let mut connection = match open {
        Some(connection) => connection,
        None => options.connect().await?,
    };
    connection.ping().await?;
    Ok(connection)
}
