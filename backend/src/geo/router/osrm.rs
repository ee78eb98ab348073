//! An outside routing service that speaks OSRM's answers over HTTP.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use porchlight_domain::geo::{Line, Position};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;
use serde_json::json;
use thiserror::Error;

use super::Route;
use crate::breaker::Breaker;
use crate::geo::street_graph::{Leg, StreetGraph};

/// More than the answer for the longest route takes; a service that sends more is broken.
const MAX_ANSWER_BYTES: usize = 8 << 20;

/// How the service is asked. The answer has OSRM's shape in both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// `GET /route/v1/driving/{lon},{lat};...`: OSRM and what copies it.
    #[default]
    Osrm,
    /// `GET /route?json={..,"format":"osrm"}`: Valhalla.
    Valhalla,
}

/// How to reach a routing service, and how long to bear with it.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// Such as `http://127.0.0.1:5000`, with a path prefix if it has one.
    pub url: String,
    /// How it is asked.
    pub dialect: Dialect,
    /// For a whole request; 800 ms unless set: a person waits for the answer.
    pub time_out: Duration,
    /// Failures in a row after which it is left alone; 3 unless set.
    pub failure_limit: u32,
    /// For how long; 30 s unless set.
    pub pause: Duration,
}

impl ServiceSettings {
    /// The usual patience with the service at `url`.
    pub fn new(url: impl Into<String>, dialect: Dialect) -> Self {
        Self {
            url: url.into(),
            dialect,
            time_out: Duration::from_millis(800),
            failure_limit: 3,
            pause: Duration::from_secs(30),
        }
    }
}

/// A routing service with its breaker and its fallback.
#[derive(Debug)]
pub struct OsrmService {
    http: Client,
    base: Url,
    dialect: Dialect,
    breaker: Breaker,
    fallback: Arc<StreetGraph>,
    last_failure: Mutex<Option<String>>,
}

/// Why the settings can't be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// Not an address of a service.
    #[error("the routing service's URL must start with http:// or https://: {0}")]
    Url(String),
    /// The HTTP client could not start.
    #[error("could not prepare the HTTP client: {0}")]
    Client(#[source] reqwest::Error),
}

/// Why a call failed.
#[derive(Debug, Error)]
enum CallError {
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
    #[error("status {0}")]
    Status(StatusCode),
    #[error("the answer is larger than {MAX_ANSWER_BYTES} bytes")]
    TooLong,
    #[error("the answer makes no sense: {0}")]
    Nonsense(String),
}

#[derive(Deserialize)]
struct Answer {
    code: String,
    #[serde(default)]
    routes: Vec<AnswerRoute>,
}

#[derive(Deserialize)]
struct AnswerRoute {
    legs: Vec<AnswerLeg>,
}

#[derive(Deserialize)]
struct AnswerLeg {
    distance: f64,
    duration: f64,
    steps: Vec<AnswerStep>,
}

#[derive(Deserialize)]
struct AnswerStep {
    geometry: String,
}

impl OsrmService {
    /// Prepares the client; calls nobody yet. The process needs a rustls crypto provider
    /// installed as its default before.
    pub fn new(
        settings: &ServiceSettings,
        fallback: Arc<StreetGraph>,
    ) -> Result<Self, SettingsError> {
        let refused = || SettingsError::Url(settings.url.clone());
        let base = Url::parse(&settings.url).map_err(|_| refused())?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(refused());
        }
        let http = Client::builder()
            .timeout(settings.time_out)
            .redirect(Policy::none())
            .user_agent(concat!("porchlight/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(SettingsError::Client)?;
        Ok(Self {
            http,
            base,
            dialect: settings.dialect,
            breaker: Breaker::new(settings.failure_limit, settings.pause),
            fallback,
            last_failure: Mutex::new(None),
        })
    }

    /// `None` when the street graph has to answer: the service is left alone, fails, or knows no
    /// way between these waypoints.
    pub(super) async fn route(&self, waypoints: &[Position]) -> Option<Route> {
        if !self.breaker.permits(Instant::now()) {
            return None;
        }
        match self.call(waypoints).await {
            Ok(route) => {
                self.breaker.succeeded();
                self.note(None);
                route
            }
            Err(error) => {
                tracing::warn!(%error, "The routing service failed");
                self.breaker.failed(Instant::now());
                self.note(Some(error.to_string()));
                None
            }
        }
    }

    pub(super) fn fallback(&self) -> &Arc<StreetGraph> {
        &self.fallback
    }

    /// What went wrong since the service last answered.
    pub(super) fn last_failure(&self) -> Option<String> {
        let last = self.last_failure.lock();
        last.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, failure: Option<String>) {
        let mut last = self
            .last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *last = failure;
    }

    async fn call(&self, waypoints: &[Position]) -> Result<Option<Route>, CallError> {
        let mut response = self.http.get(self.question(waypoints)).send().await?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(CallError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        // Both services say "no way there" with a status of 400 and a reason: that is an answer.
        if status == StatusCode::BAD_REQUEST && is_no_way(&body) {
            return Ok(None);
        }
        if !status.is_success() {
            return Err(CallError::Status(status));
        }
        read_answer(&body, waypoints.len() - 1)
    }

    fn question(&self, waypoints: &[Position]) -> Url {
        let mut url = self.base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        match self.dialect {
            Dialect::Osrm => {
                let places: Vec<String> = waypoints
                    .iter()
                    .map(|at| format!("{:.7},{:.7}", at.lon(), at.lat()))
                    .collect();
                url.set_path(&format!("{prefix}/route/v1/driving/{}", places.join(";")));
                // The steps carry each leg's own course; the overview would only repeat them.
                url.set_query(Some("overview=false&geometries=polyline6&steps=true"));
            }
            Dialect::Valhalla => {
                let question = json!({
                    "locations": waypoints,
                    "costing": "auto",
                    "format": "osrm",
                    "shape_format": "polyline6",
                });
                url.set_path(&format!("{prefix}/route"));
                url.query_pairs_mut()
                    .clear()
                    .append_pair("json", &question.to_string());
            }
        }
        url
    }
}

/// OSRM's `NoRoute` and `NoSegment`; Valhalla's numbers for the same.
fn is_no_way(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Refusal {
        code: Option<String>,
        error_code: Option<u32>,
    }
    serde_json::from_slice::<Refusal>(body).is_ok_and(|refusal| {
        matches!(refusal.code.as_deref(), Some("NoRoute" | "NoSegment"))
            || matches!(refusal.error_code, Some(170 | 171 | 442))
    })
}

fn read_answer(body: &[u8], legs: usize) -> Result<Option<Route>, CallError> {
    let nonsense = |what: &str| CallError::Nonsense(what.to_owned());
    let answer: Answer =
        serde_json::from_slice(body).map_err(|error| nonsense(&error.to_string()))?;
    match answer.code.as_str() {
        "Ok" => {}
        "NoRoute" | "NoSegment" => return Ok(None),
        code => return Err(nonsense(code)),
    }
    let route = answer
        .routes
        .into_iter()
        .next()
        .ok_or_else(|| nonsense("no route"))?;
    if route.legs.len() != legs {
        return Err(nonsense("the number of legs"));
    }
    let legs = route.legs.iter().map(read_leg);
    Ok(Some(Route {
        legs: legs.collect::<Result<_, _>>()?,
    }))
}

fn read_leg(leg: &AnswerLeg) -> Result<Leg, CallError> {
    let sane = |value: f64| value.is_finite() && value >= 0.0;
    if !sane(leg.distance) || !sane(leg.duration) {
        return Err(CallError::Nonsense("a distance or duration".to_owned()));
    }
    let mut points = Vec::new();
    for step in &leg.steps {
        let line = polyline::decode_polyline(&step.geometry, 6)
            .map_err(|error| CallError::Nonsense(format!("{error:?}")))?;
        for at in line {
            let position = Position::new(at.y, at.x)
                .map_err(|error| CallError::Nonsense(error.to_string()))?;
            points.push(position);
        }
    }
    points.dedup();
    if points.is_empty() {
        return Err(CallError::Nonsense("a leg without a course".to_owned()));
    }
    Ok(Leg {
        line: Line(points),
        distance_m: leg.distance,
        duration_s: leg.duration,
    })
}
