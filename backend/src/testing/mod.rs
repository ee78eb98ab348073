//! Databases for tests: a new one for each test, SQLite always, PostgreSQL where one is given.

mod listener;
mod pictures;
mod queries;
mod world;

use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;
use sqlx::{Connection, Executor};
use tempfile::TempDir;

pub use listener::Listener;
pub use pictures::{jpeg, png};
pub use world::{OTHER_COURIER_EMAIL, World};

use crate::{Backend, Clock, Settings};

/// Names the PostgreSQL server in which tests may make databases.
pub const POSTGRES_URL: &str = "PORCHLIGHT_TEST_POSTGRES_URL";
/// Names the Redis server that tests may use.
pub const REDIS_URL: &str = "PORCHLIGHT_TEST_REDIS_URL";

/// The moment at which tests begin.
pub const NOON: Timestamp = Timestamp::from_millis(1_795_176_000_000);

/// A database of its own, gone with the test.
pub struct TestDatabase {
    /// How to open it.
    pub url: String,
    folder: Option<TempDir>,
}

impl TestDatabase {
    /// A new SQLite file.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("porchlight.db");
        Self {
            url: format!("sqlite://{}?mode=rwc", path.display()),
            folder: Some(folder),
        }
    }

    /// Where the SQLite file is.
    pub fn path(&self) -> Option<std::path::PathBuf> {
        let folder = self.folder.as_ref()?;
        Some(folder.path().join("porchlight.db"))
    }

    /// A new database in the PostgreSQL server of the environment; none without a server.
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var(POSTGRES_URL).ok()?;
        let name = format!("test_{:032x}", rand::random::<u128>());
        let mut connection = sqlx::PgConnection::connect(&server)
            .await
            .expect("the test server answers");
        connection
            .execute(sqlx::AssertSqlSafe(format!("create database {name}")))
            .await
            .expect("tests may make databases");
        let base = server
            .rsplit_once('/')
            .map_or(server.as_str(), |(base, _)| base);
        Some(Self {
            url: format!("{base}/{name}"),
            folder: None,
        })
    }

    /// One of each kind that there is.
    pub async fn all() -> Vec<Self> {
        let mut databases = vec![Self::sqlite()];
        databases.extend(Self::postgres().await);
        databases
    }

    /// How a backend on it is set up: at [`NOON`], alone.
    pub fn settings(&self) -> Settings {
        Settings {
            database_url: self.url.clone(),
            redis_url: None,
            clock: Clock::manual(NOON),
            tracking: crate::tracking::Settings::default(),
            atlas: None,
            secret: crate::Secret::of("of the tests"),
            chat_days: 30,
            schedule: crate::schedule::Settings::default(),
            holds: crate::holds::Settings::default(),
            notify: crate::notify::Settings::default(),
        }
    }

    /// A backend on it.
    pub async fn backend(&self) -> Backend {
        Backend::start(self.settings())
            .await
            .expect("a new database opens")
    }
}

/// One TLS implementation for the whole process, as the server installs it.
pub fn install_tls() {
    // Another test was quicker.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// As if all sessions in a database had last been used two minutes earlier than they were: whoever
/// comes next is noted.
pub async fn age_sessions_in(url: &str) {
    let store = crate::store::Store::open(url)
        .await
        .expect("the database opens");
    queries::age_sessions(&store, 120_000).await;
    store.close().await;
}

/// Ends someone's sessions without a word to anyone, as when the bus loses it.
pub async fn lose_sessions(backend: &Backend, person: &PersonId) {
    queries::lose_sessions(backend, person.as_str()).await;
}

/// Has the streams of one backend checked now; it happens by itself every 30 seconds.
pub async fn recheck_streams(backend: &Backend) {
    crate::listening::close_ended(backend)
        .await
        .expect("the database answers");
}

/// How many fixes a database holds, whoever else has it open.
pub async fn count_fixes_in(url: &str) -> i64 {
    let store = crate::store::Store::open(url)
        .await
        .expect("the database opens");
    let count = queries::count_fixes_of(&store).await;
    store.close().await;
    count
}

/// What SQLite itself says of a database file: "ok".
pub async fn integrity_of(url: &str) -> String {
    let store = crate::store::Store::open(url)
        .await
        .expect("the database opens");
    let said = queries::integrity_of(&store).await;
    store.close().await;
    said
}

/// Reads in a transaction, so that it sees the database as it is now until it ends.
#[cfg(test)]
pub(crate) async fn read_something(tx: &mut sqlx::AnyConnection) {
    queries::count_fixes_in_transaction(tx).await;
}
