//! What Porchlight does: one module per capability over one database and one bus.
//!
//! [`Backend`] is what a process holds. Every public function of a capability takes the
//! [`accounts::Actor`] first and authorises before it loads; a stranger is told "not found".

pub mod accounts;
pub mod breaker;
pub mod cases;
pub mod chat;
mod clock;
pub mod deliveries;
mod error;
pub mod events;
pub mod geo;
pub mod holds;
mod idempotency;
pub mod instructions;
pub mod listening;
pub mod notify;
pub mod pictures;
mod rate;
pub mod runs;
pub mod schedule;
mod secret;
pub mod sequence;
pub mod store;
#[cfg(any(test, feature = "testing"))]
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a harness that fails fails its test"
)]
pub mod testing;
pub mod tracking;

use std::sync::Arc;
use std::time::Duration;

use porchlight_domain::time::Timestamp;
use rand::Rng;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use clock::Clock;
pub use error::Error;
pub use idempotency::Sent;
pub use secret::Secret;

/// How long what runs beside requests may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// A running backend: a handle that is cheap to clone.
#[derive(Clone)]
pub struct Backend(Arc<Inner>);

struct Inner {
    store: store::Store,
    bus: events::Bus,
    hub: events::Hub,
    relay: events::Relay,
    clock: Clock,
    accounts: accounts::State,
    tracking: tracking::State,
    holds: holds::State,
    planner: runs::Planner,
    notify: notify::State,
    atlas: Option<Arc<geo::Atlas>>,
    secret: Secret,
    schedule: schedule::Settings,
    handover_limits: deliveries::HandoverLimits,
    chat_limits: chat::Limits,
    chat_days: u32,
    closing: CancellationToken,
    beside: TaskTracker,
}

/// How a backend is set up.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite://path?mode=rwc` or `postgres://…`.
    pub database_url: String,
    /// For several instances; none for one.
    pub redis_url: Option<String>,
    /// What tells the time.
    pub clock: Clock,
    /// How positions are judged, shown and kept.
    pub tracking: tracking::Settings,
    /// The city; without one, ways are guessed and addresses can't be searched.
    pub atlas: Option<Arc<geo::Atlas>>,
    /// What is needed beside the database to know the codes of handovers; the same in every instance.
    pub secret: Secret,
    /// How long a chat can be read after it has closed, days.
    pub chat_days: u32,
    /// In which windows parcels come.
    pub schedule: schedule::Settings,
    /// How parcels wait at post offices.
    pub holds: holds::Settings,
    /// How people are notified.
    pub notify: notify::Settings,
}

/// Why a backend does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The bus.
    #[error(transparent)]
    Bus(#[from] events::BusError),
    /// What is stored can't be read.
    #[error("what is stored can't be read: {0}")]
    Load(#[from] Error),
    /// Where post offices are.
    #[error(transparent)]
    Calendar(#[from] holds::CalendarError),
    /// A channel of notifications can't be set up as it was said.
    #[error(transparent)]
    Notify(#[from] notify::SettingsError),
}

impl Backend {
    /// Opens the database and the bus and starts what runs beside requests: the relay, the writer
    /// of fixes, the schedules.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let store = store::Store::open(&settings.database_url).await?;
        let bus = match &settings.redis_url {
            Some(url) => events::Bus::redis(url)?,
            None => events::Bus::memory(),
        };
        let tracking = tracking::State::open(settings.tracking, &store);
        let notify = notify::State::open(settings.notify, &settings.secret)?;
        let backend = Self(Arc::new(Inner {
            store,
            bus,
            hub: events::Hub::default(),
            relay: events::Relay::default(),
            clock: settings.clock,
            accounts: accounts::State::new()?,
            tracking,
            holds: holds::State::open(settings.holds)?,
            planner: runs::Planner::default(),
            notify,
            atlas: settings.atlas,
            secret: settings.secret,
            schedule: settings.schedule,
            handover_limits: deliveries::HandoverLimits::default(),
            chat_limits: chat::Limits::default(),
            chat_days: settings.chat_days,
            closing: CancellationToken::new(),
            beside: TaskTracker::new(),
        }));
        events::begin(&backend).await?;
        tracking::begin(&backend).await?;
        runs::begin(&backend);
        accounts::begin(&backend);
        idempotency::begin(&backend);
        listening::begin(&backend);
        pictures::begin(&backend);
        chat::begin(&backend);
        holds::begin(&backend);
        notify::begin(&backend);
        Ok(backend)
    }

    /// The moment, as this backend sees it.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Who listens on this instance: transports connect to it.
    pub fn hub(&self) -> &events::Hub {
        &self.0.hub
    }

    /// The other instances.
    pub fn bus(&self) -> &events::Bus {
        &self.0.bus
    }

    /// What tells the log on this instance.
    pub fn relay(&self) -> &events::Relay {
        &self.0.relay
    }

    /// The city this process serves.
    pub fn atlas(&self) -> Option<&geo::Atlas> {
        self.0.atlas.as_deref()
    }

    /// How often people write and ask in chats.
    pub(crate) fn chat_limits(&self) -> &chat::Limits {
        &self.0.chat_limits
    }

    /// How long a chat can be read after it has closed, days.
    pub(crate) fn chat_days(&self) -> u32 {
        self.0.chat_days
    }

    /// Whether the database answers.
    pub async fn database_answers(&self) -> bool {
        self.0.store.answers().await
    }

    /// Does something that needs the database; [`Error::Unavailable`] as soon as it falls silent.
    pub async fn while_database_answers<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.0.store.while_answering(work).await
    }

    /// Ends what runs beside requests, writes what it had noted, waits for running statements and
    /// closes the database.
    pub async fn close(&self) {
        self.0.closing.cancel();
        self.0.beside.close();
        if tokio::time::timeout(GRACE, self.0.beside.wait())
            .await
            .is_err()
        {
            tracing::warn!("Something beside requests did not end in time");
        }
        let noted = accounts::write_noted(self).await;
        if let Err(error) = noted.and(tracking::write_noted(self).await) {
            tracing::warn!(%error, "What was noted last could not be written");
        }
        self.0.store.close().await;
    }

    /// Does something beside requests that may be dropped anywhere once the backend is closed.
    pub(crate) fn keep_doing(&self, work: impl Future<Output = ()> + Send + 'static) {
        let closing = self.0.closing.clone();
        let beside = &self.0.beside;
        beside.spawn(async move {
            closing.run_until_cancelled(work).await;
        });
    }

    /// Does something every `pause` until the backend is closed, and never half of it.
    pub(crate) fn keep_doing_every<W: Future<Output = ()> + Send + 'static>(
        &self,
        pause: Duration,
        mut work: impl FnMut(Self) -> W + Send + 'static,
    ) {
        let backend = self.clone();
        self.0.beside.spawn(async move {
            let mut ticks = tokio::time::interval(pause);
            while backend
                .0
                .closing
                .run_until_cancelled(ticks.tick())
                .await
                .is_some()
            {
                work(backend.clone()).await;
            }
        });
    }

    pub(crate) fn store(&self) -> &store::Store {
        &self.0.store
    }

    pub(crate) fn accounts(&self) -> &accounts::State {
        &self.0.accounts
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0.secret
    }

    pub(crate) fn schedule(&self) -> &schedule::Settings {
        &self.0.schedule
    }

    pub(crate) fn handover_limits(&self) -> &deliveries::HandoverLimits {
        &self.0.handover_limits
    }

    pub(crate) fn holds(&self) -> &holds::State {
        &self.0.holds
    }

    pub(crate) fn tracking(&self) -> &tracking::State {
        &self.0.tracking
    }

    pub(crate) fn notify(&self) -> &notify::State {
        &self.0.notify
    }

    pub(crate) fn planner(&self) -> &runs::Planner {
        &self.0.planner
    }

    /// Randomness for ids and secrets, from the operating system's seeded generator.
    #[expect(
        clippy::unused_self,
        reason = "the backend is where impure things come from"
    )]
    pub(crate) fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::rng().fill(&mut bytes[..]);
        bytes
    }
}
