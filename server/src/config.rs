//! Every run-time setting: `Leptos.toml` has each with its default, `PORCHLIGHT_*` overrides it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use porchlight_backend::geo::Dialect;
use porchlight_backend::holds;
use porchlight_domain::hold::HoldPolicy;
use porchlight_domain::reveal::{RevealPolicy, RevealRule};
use serde::Deserialize;

use crate::commands;

/// The settings of one server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The file they were read from.
    #[serde(skip)]
    pub file: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address people use, such as `https://parcels.example.org`; none: where it listens.
    #[serde(default)]
    pub public_url: Option<String>,
    /// Folder for the embedded database.
    pub data_dir: PathBuf,
    /// `postgres://…`, or `sqlite://…`; none: SQLite in the data folder.
    #[serde(default)]
    pub database_url: Option<String>,
    /// `redis://…` when several instances share a PostgreSQL.
    #[serde(default)]
    pub redis_url: Option<String>,
    /// What handover codes are made with beside the database; the same in every instance. None: made at the first
    /// start, in the data folder.
    #[serde(default)]
    pub secret: Option<String>,
    /// The imported city; none: the demo city.
    #[serde(default)]
    pub city: Option<PathBuf>,
    /// Tiles to show: `offline` for the base map of the city, or a URL such as
    /// `https://tile.openstreetmap.org/{z}/{x}/{y}.png`.
    pub tiles: String,
    /// A routing service; none: the city's own streets.
    #[serde(default)]
    pub router_url: Option<String>,
    /// What the routing service speaks.
    pub router_dialect: RouterDialect,
    /// Where post offices and postcodes are asked about beside the map.
    #[serde(default)]
    pub locations_url: Option<String>,
    /// ISO 3166 code of the country whose public holidays their opening hours mean; none knows no holidays.
    #[serde(default)]
    pub country: Option<String>,
    /// Parcels that fit into a post office until an admin says how many do.
    pub office_capacity: u32,
    /// Days that a post office keeps a parcel.
    pub hold_days: u32,
    /// Days that the one extension adds.
    pub hold_extension_days: u32,
    /// Days that it is kept which document a clerk saw, and what was signed at the desk.
    pub pick_up_record_days: u32,
    /// Proxies whose word on the client's address is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// Days that positions are kept.
    pub history_days: u32,
    /// Days that a chat can be read after it has closed; then it is erased.
    pub chat_days: u32,
    /// A courier on the road who is not heard for so many seconds is reported to the operation.
    pub silent_after_s: u32,
    /// The time zone of the depot, the post offices and people who have not said theirs, such as `Europe/Helsinki`.
    pub time_zone: String,
    /// The parts of a day in which parcels come, by the depot's clock: `08:00-12:00`.
    pub delivery_windows: Vec<String>,
    /// Parcels in each window at most.
    pub window_capacity: u32,
    /// Days ahead to which a parcel can be moved.
    pub reschedule_days: u32,
    /// Stops before a recipient's own at which the coarse area begins.
    pub reveal_area_stops: u32,
    /// Stops before a recipient's own at which the exact van begins.
    pub reveal_exact_stops: u32,
    /// Connections at the same time, live streams included.
    pub max_connections: usize,
    /// Event streams and WebSockets of one person or share link at the same time.
    pub max_streams_each: usize,
    /// `smtps://user:password@host`, or `smtp://host:port`; none: no e-mail.
    #[serde(default)]
    pub smtp_url: Option<String>,
    /// Whom e-mails come from, such as `Porchlight <parcels@example.org>`.
    #[serde(default)]
    pub mail_from: Option<String>,
    /// Whom push services ask; none: `public_url`, if it is `https://`.
    #[serde(default)]
    pub push_contact: Option<String>,
    /// Hosts of push services that are allowed, `*.host` for all below one, or a whole origin.
    pub push_services: Vec<String>,
    /// A gateway that takes SMS in the form of Twilio's; none: no SMS.
    #[serde(default)]
    pub sms_url: Option<String>,
    /// The account there.
    #[serde(default)]
    pub sms_account: Option<String>,
    /// Its token.
    #[serde(default)]
    pub sms_token: Option<String>,
    /// The number or name that SMS come from.
    #[serde(default)]
    pub sms_from: Option<String>,
    /// Whether what a channel that is not set up would send is kept for admins to look at; none: in the demo only.
    #[serde(default)]
    pub keep_unsent: Option<bool>,
    /// `text` or `json`.
    pub log_format: LogFormat,
    /// How much is logged, as `tracing` filters.
    pub log: String,
    /// How many of the demo's three couriers drive.
    pub demo_couriers: usize,
    /// How much faster than real time the demo's couriers drive.
    pub demo_speed: f64,
    /// What decides the demo's drives.
    pub demo_seed: u64,
    /// How far the demo's clock is ahead, seconds.
    pub demo_ahead_s: u32,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, an object a line.
    Json,
}

/// What a routing service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouterDialect {
    /// OSRM's own.
    Osrm,
    /// Valhalla's OSRM format.
    Valhalla,
}

/// Why the settings can't be used; names the setting.
#[derive(Debug, thiserror::Error)]
#[error("settings: {0}")]
pub struct ConfigError(#[from] config::ConfigError);

/// The heading of the server's settings in `Leptos.toml`.
const TABLE: &str = "server";

impl Config {
    /// Reads a file and the environment.
    pub fn read(file: &str) -> Result<Self, ConfigError> {
        let contents = config::Config::builder()
            .add_source(config::File::new(file, config::FileFormat::Toml))
            .build()?;
        let table = contents.get::<config::Map<String, config::Value>>(TABLE)?;
        let mut settings = config::Config::builder();
        for (name, value) in table {
            settings = settings.set_default(name, value)?;
        }
        let environment = config::Environment::with_prefix("PORCHLIGHT")
            .prefix_separator("_")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("trusted_proxies")
            .with_list_parse_key("delivery_windows")
            .with_list_parse_key("push_services");
        let read: Self = settings
            .add_source(environment.source(Some(own_variables())))
            .build()?
            .try_deserialize()?;
        Ok(Self {
            file: file.into(),
            ..read
        })
    }

    /// The address people use.
    pub fn base_url(&self) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Whether people come by HTTPS.
    pub fn is_https(&self) -> bool {
        self.base_url().starts_with("https://")
    }

    /// The database to open.
    pub fn database(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| {
            format!(
                "sqlite://{}?mode=rwc",
                self.data_dir.join("porchlight.db").display()
            )
        })
    }

    /// How parcels wait at post offices.
    pub fn holds(&self) -> holds::Settings {
        holds::Settings {
            policy: HoldPolicy {
                keep_days: self.hold_days,
                extension_days: self.hold_extension_days,
                ..HoldPolicy::default()
            },
            time_zone: self.time_zone.clone(),
            country: self.country.clone(),
            capacity: self.office_capacity,
            record_days: self.pick_up_record_days,
            locations: self
                .locations_url
                .as_ref()
                .map(holds::LocationSettings::new),
        }
    }

    /// What recipients see until an admin chooses something else.
    pub fn reveal(&self) -> RevealPolicy {
        RevealPolicy {
            area: RevealRule::Stops(self.reveal_area_stops),
            exact: RevealRule::Stops(self.reveal_exact_stops),
        }
    }
}

impl From<RouterDialect> for Dialect {
    fn from(dialect: RouterDialect) -> Self {
        match dialect {
            RouterDialect::Osrm => Self::Osrm,
            RouterDialect::Valhalla => Self::Valhalla,
        }
    }
}

/// The environment without what set-up and tests name with the same prefix, and without the options
/// of commands.
fn own_variables() -> config::Map<String, String> {
    const OTHERS: [&str; 5] = [
        "PORCHLIGHT_TEST_",
        "PORCHLIGHT_TOOLS",
        "PORCHLIGHT_ROOT",
        "PORCHLIGHT_CARGO_BIN",
        "PORCHLIGHT_BINARY",
    ];
    let options = commands::environment_options();
    std::env::vars()
        .filter(|(name, _)| !OTHERS.iter().any(|other| name.starts_with(other)))
        .filter(|(name, _)| !options.contains(name))
        .collect()
}
