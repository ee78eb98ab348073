//! A running server: parts made from settings, and ended in order.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use leptos::prelude::{LeptosOptions, get_configuration};
use porchlight_backend::geo::{self, Atlas, City, ServiceSettings};
use porchlight_backend::notify::Settings as NotifySettings;
use porchlight_backend::{Backend, Clock, Settings, StartError, schedule, tracking};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::notify;
use crate::secret;
use crate::telemetry;
use crate::transport::live::sockets::Sockets;
use crate::transport::live::{OpenStreams, Streams};
use crate::transport::state::{AppState, Parts};
use crate::transport::{self, connection};

/// The demo city, for whoever has imported none.
const DEMO_CITY: &[u8] = include_bytes!("../../backend/assets/cities/helsinki.osm.pbf");

/// A server that listens.
pub struct Service {
    /// What it serves.
    pub backend: Backend,
    /// Where it listens.
    pub address: SocketAddr,
    streams: Streams,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
    upkeep: JoinHandle<()>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database or the bus.
    #[error(transparent)]
    Backend(#[from] StartError),
    /// The city.
    #[error("the city can't be loaded: {0}")]
    City(Box<dyn std::error::Error + Send + Sync>),
    /// The windows in which parcels come.
    #[error("settings: {0}")]
    Schedule(#[from] schedule::InvalidSchedule),
    /// The build settings of the pages.
    #[error("Leptos.toml: {0}")]
    Pages(String),
    /// The address, a folder, a thread.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A channel of notifications.
    #[error("settings: {0}")]
    Notify(&'static str),
    /// Metrics.
    #[error("metrics: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

impl Service {
    /// Starts everything and listens.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, ServiceError> {
        let backend = open(&config, clock).await?;
        Self::listen(backend, config).await
    }

    /// Listens for those who want to speak with an open backend.
    pub async fn listen(backend: Backend, config: Config) -> Result<Self, ServiceError> {
        let streams = Streams::start(&backend)?;
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let max_connections = config.max_connections;
        let metrics = telemetry::start_metrics()?;
        let upkeep = tokio::spawn(telemetry::keep_up(metrics.clone()));
        let state = AppState::from(Parts {
            backend: backend.clone(),
            streams: streams.clone(),
            sockets: Sockets::start(&backend),
            open: OpenStreams::at_most(config.max_streams_each),
            leptos: page_options(&config.file)?,
            metrics,
            config: Arc::new(config),
        });
        let shutdown = CancellationToken::new();
        let app = transport::router(state);
        let serving = tokio::spawn(connection::serve(
            listener,
            app,
            max_connections,
            shutdown.clone(),
        ));
        tracing::info!(server.address = %address, "Listening");
        Ok(Self {
            backend,
            address,
            streams,
            shutdown,
            serving,
            upkeep,
        })
    }

    /// Takes no more requests, ends streams cleanly, and waits for what is in progress.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.streams.stop();
        if self.serving.await.is_err() {
            tracing::warn!("Serving ended with a panic");
        }
        self.upkeep.abort();
        self.backend.close().await;
        tracing::info!("Stopped");
    }
}

/// Opens what a server serves: the city and the database.
pub async fn open(config: &Config, clock: Clock) -> Result<Backend, ServiceError> {
    telemetry::start_log(config);
    install_tls();
    std::fs::create_dir_all(&config.data_dir)?;
    let atlas = Arc::new(open_atlas(config)?);
    Ok(Backend::start(settings(config, clock, Some(atlas))?).await?)
}

/// Opens the database alone, for a command that needs no city.
pub async fn open_database(config: &Config) -> Result<Backend, ServiceError> {
    install_tls();
    std::fs::create_dir_all(&config.data_dir)?;
    let mut settings = settings(config, Clock::System, None)?;
    // A command that soon ends takes nothing of what is to be sent.
    settings.notify = NotifySettings::default();
    Ok(Backend::start(settings).await?)
}

fn settings(
    config: &Config,
    clock: Clock,
    atlas: Option<Arc<Atlas>>,
) -> Result<Settings, ServiceError> {
    let secret = secret::open(config.secret.as_deref(), &config.data_dir)?;
    Ok(Settings {
        database_url: config.database(),
        redis_url: config.redis_url.clone(),
        clock,
        tracking: tracking::Settings {
            history_days: config.history_days,
            silent_after_s: config.silent_after_s,
            reveal: config.reveal(),
            ..tracking::Settings::default()
        },
        atlas,
        secret,
        chat_days: config.chat_days,
        schedule: schedule::Settings::read(
            &config.time_zone,
            &config.delivery_windows,
            config.reschedule_days,
            config.window_capacity,
        )?,
        holds: config.holds(),
        notify: notify::settings(config)?,
    })
}

/// One TLS implementation for the whole process.
pub fn install_tls() {
    // A second server in one process finds it installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn open_atlas(config: &Config) -> Result<Atlas, ServiceError> {
    let city = match &config.city {
        Some(path) => City::load(path).map_err(|error| ServiceError::City(error.into()))?,
        None => demo_city(&config.data_dir)?,
    };
    let service = config
        .router_url
        .as_ref()
        .map(|url| ServiceSettings::new(url, config.router_dialect.into()));
    Atlas::open(&city, service.as_ref()).map_err(|error| ServiceError::City(error.into()))
}

/// Puts the demo's extract beside the database, where people can look at it, and imports it.
fn demo_city(data_dir: &Path) -> Result<City, ServiceError> {
    let path = data_dir.join("helsinki.osm.pbf");
    std::fs::write(&path, DEMO_CITY)?;
    geo::import(&path).map_err(|error| ServiceError::City(error.into()))
}

/// Where pages' settings stand when the settings file has none.
const PAGES_FILE: &str = "Leptos.toml";
/// The heading of the pages' settings, as the build writes it.
const PAGES_HEADING: &str = "[[workspace.metadata.leptos]]";

/// Where the pages' files are, as the build wrote them: by the settings file if it says so, else by
/// the one in the working folder, else by the environment.
fn page_options(settings: &Path) -> Result<LeptosOptions, ServiceError> {
    let says = |file: &&Path| {
        std::fs::read_to_string(file)
            .is_ok_and(|text| text.lines().any(|line| line.starts_with(PAGES_HEADING)))
    };
    let file = [settings, Path::new(PAGES_FILE)]
        .into_iter()
        .find(says)
        .and_then(Path::to_str);
    get_configuration(file)
        .map(|file| file.leptos_options)
        .map_err(|error| ServiceError::Pages(error.to_string()))
}
