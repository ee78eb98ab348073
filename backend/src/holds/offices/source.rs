//! Where post offices and places are asked about: the imported map, or a service over HTTP with the map behind it.
//!
//! The service answers two questions, both in JSON:
//!
//! - `GET {url}/places?text=00100`: `[{"text", "lat", "lon"}]`, the best first, for an address or a postcode
//! - `GET {url}/offices?lat=60.17&lon=24.94&limit=20`: `[{"id", "name", "address", "lat", "lon",
//!   "opening_hours", "wheelchair"}]`, the nearest first; the last two may be absent
//!
//! To add another kind of service: a file with its questions, and a variant of [`Locations`].

use std::time::{Duration, Instant};

use moka::future::Cache;
use porchlight_domain::geo::Position;
use porchlight_domain::hold::Wheelchair;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{SourceOffice, import};
use crate::Backend;
use crate::breaker::{Breaker, Condition};

/// Offices that a service is asked for at once.
const ASKED_FOR: usize = 20;
/// A service that sends more is broken.
const MAX_ANSWER_BYTES: u64 = 1 << 20;
/// Answers are good for so long.
const FRESH: Duration = Duration::from_mins(10);
const CACHED: u64 = 10_000;
/// People ask from everywhere: answers are kept for squares of so many degrees, some 100 m.
const SQUARE_DEG: f64 = 0.001;

/// How to reach a location service, and how long to bear with it.
#[derive(Debug, Clone)]
pub struct LocationSettings {
    /// Such as `https://locations.example.org/v1`.
    pub url: String,
    /// For a whole request; a person waits for the answer.
    pub time_out: Duration,
    /// Failures in a row after which it is left alone.
    pub failure_limit: u32,
    /// For how long.
    pub pause: Duration,
}

impl LocationSettings {
    /// The usual patience with the service at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            time_out: Duration::from_millis(1500),
            failure_limit: 3,
            pause: Duration::from_secs(30),
        }
    }
}

/// Where post offices and places are asked about.
#[derive(Debug)]
pub enum Locations {
    /// The imported map.
    Map,
    /// A service, and the map whenever that fails.
    Service(Box<LocationService>),
}

impl Locations {
    /// Where an address or a postcode is.
    pub(super) async fn locate(&self, backend: &Backend, text: &str) -> Option<Position> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Self::Service(service) = self
            && let Some(position) = service.locate(text).await
        {
            return Some(position);
        }
        backend.atlas()?.geocoder.locate(text)
    }

    /// Asks for the offices around a place, so that they are known when they are chosen. Whatever goes wrong, those
    /// that are known already are offered.
    pub(super) async fn refresh(&self, backend: &Backend, position: Position) {
        if let Self::Service(service) = self
            && let Some(offices) = service.offices(position).await
            && let Err(error) = import::merge(backend, &offices, None).await
        {
            tracing::warn!(%error, "Post offices of the location service were not kept");
        }
    }
}

/// A location service with its breaker.
#[derive(Debug)]
pub struct LocationService {
    http: Client,
    url: Url,
    breaker: Breaker,
    places: Cache<String, Option<Position>>,
    /// Squares that were asked about lately: their offices are in the database.
    asked: Cache<(i32, i32), ()>,
}

#[derive(Deserialize)]
struct PlaceAnswer {
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
struct OfficeAnswer {
    id: String,
    name: String,
    address: String,
    lat: f64,
    lon: f64,
    opening_hours: Option<String>,
    wheelchair: Option<String>,
}

impl LocationService {
    /// None where the URL is none, or names no host.
    pub fn new(settings: &LocationSettings) -> Option<Self> {
        let url = Url::parse(&settings.url).ok().filter(Url::has_host)?;
        let http = Client::builder()
            .timeout(settings.time_out)
            .redirect(Policy::none())
            .build()
            .ok()?;
        Some(Self {
            http,
            url,
            breaker: Breaker::new(settings.failure_limit, settings.pause),
            places: Cache::builder()
                .max_capacity(CACHED)
                .time_to_live(FRESH)
                .build(),
            asked: Cache::builder()
                .max_capacity(CACHED)
                .time_to_live(FRESH)
                .build(),
        })
    }

    /// For health checks.
    pub fn condition(&self) -> Condition {
        self.breaker.condition()
    }

    async fn locate(&self, text: &str) -> Option<Position> {
        let key = text.to_lowercase();
        if let Some(known) = self.places.get(&key).await {
            return known;
        }
        let found: Vec<PlaceAnswer> = self.ask("places", &[("text", text.to_owned())]).await?;
        let position = found
            .first()
            .and_then(|place| Position::new(place.lat, place.lon).ok());
        self.places.insert(key, position).await;
        position
    }

    /// None when nothing new is to be learnt.
    async fn offices(&self, position: Position) -> Option<Vec<SourceOffice>> {
        let square = square_of(position);
        if self.asked.contains_key(&square) {
            return None;
        }
        let question = [
            ("lat", position.lat().to_string()),
            ("lon", position.lon().to_string()),
            ("limit", ASKED_FOR.to_string()),
        ];
        let found: Vec<OfficeAnswer> = self.ask("offices", &question).await?;
        self.asked.insert(square, ()).await;
        Some(
            found
                .into_iter()
                .take(ASKED_FOR)
                .filter_map(OfficeAnswer::office)
                .collect(),
        )
    }

    async fn ask<T: DeserializeOwned>(&self, what: &str, question: &[(&str, String)]) -> Option<T> {
        if !self.breaker.permits(Instant::now()) {
            return None;
        }
        match self.fetch(what, question).await {
            Ok(answer) => {
                self.breaker.succeeded();
                Some(answer)
            }
            Err(error) => {
                self.breaker.failed(Instant::now());
                tracing::warn!(error, what, "The location service failed");
                None
            }
        }
    }

    async fn fetch<T: DeserializeOwned>(
        &self,
        what: &str,
        question: &[(&str, String)],
    ) -> Result<T, String> {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(what);
        }
        url.query_pairs_mut().extend_pairs(question);
        let answer = self.http.get(url).send().await.map_err(words)?;
        let answer = answer.error_for_status().map_err(words)?;
        if answer.content_length().unwrap_or_default() > MAX_ANSWER_BYTES {
            return Err("the answer is too long".to_owned());
        }
        let bytes = read_at_most(answer, MAX_ANSWER_BYTES).await?;
        serde_json::from_slice(&bytes).map_err(|error| error.to_string())
    }
}

async fn read_at_most(mut answer: reqwest::Response, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(words)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > limit {
            return Err("the answer is too long".to_owned());
        }
    }
    Ok(bytes)
}

fn words(error: reqwest::Error) -> String {
    // The URL may hold a key.
    error.without_url().to_string()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "degrees by a thousandth are some 180,000 squares"
)]
fn square_of(position: Position) -> (i32, i32) {
    let square = |degrees: f64| (degrees / SQUARE_DEG).floor() as i32;
    (square(position.lat()), square(position.lon()))
}

impl OfficeAnswer {
    /// None where it can't be one: what comes from elsewhere is shown to people.
    fn office(self) -> Option<SourceOffice> {
        let is_line = |text: &str| {
            (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        let is_good = is_line(&self.id) && is_line(&self.name) && is_line(&self.address);
        is_good.then_some(())?;
        Some(SourceOffice {
            source: "http",
            position: Position::new(self.lat, self.lon).ok()?,
            source_id: self.id,
            name: self.name,
            address: self.address,
            opening_hours: self.opening_hours.filter(|hours| is_line(hours)),
            wheelchair: self.wheelchair.as_deref().and_then(Wheelchair::from_text),
        })
    }
}
