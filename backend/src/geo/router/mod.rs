//! Routes between positions: from the built-in street graph, or from an OSRM-compatible service
//! with the street graph behind it.
//!
//! To add another kind of service: a file beside [`osrm`] with its question and answer, and a
//! variant of [`Router`].

mod osrm;

use std::sync::Arc;

use porchlight_domain::geo::{Line, Position};
use thiserror::Error;

use super::street_graph::{Leg, StreetGraph, StreetPoint};
pub use osrm::{Dialect, OsrmService, ServiceSettings, SettingsError};

/// More stops than any van makes on one run.
const MAX_WAYPOINTS: usize = 500;

/// A drive along waypoints: one leg between each two.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// At least one.
    pub legs: Vec<Leg>,
}

impl Route {
    /// The whole course in one line. Where a service leaves a waypoint by another street than it
    /// came, the two are joined straight.
    pub fn line(&self) -> Line {
        let mut points: Vec<Position> = Vec::new();
        for leg in &self.legs {
            points.extend(&leg.line.0);
        }
        points.dedup();
        Line(points)
    }

    /// Length in metres.
    pub fn distance_m(&self) -> f64 {
        self.legs.iter().map(|leg| leg.distance_m).sum()
    }

    /// Driving time in seconds, without stops.
    pub fn duration_s(&self) -> f64 {
        self.legs.iter().map(|leg| leg.duration_s).sum()
    }
}

/// Why there is no route.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RouteError {
    /// Fewer than two waypoints.
    #[error("a route needs at least a start and an end")]
    TooFewWaypoints,
    /// More waypoints than any run has.
    #[error("a route has at most {MAX_WAYPOINTS} waypoints")]
    TooManyWaypoints,
    /// No street near a waypoint.
    #[error("there is no street near waypoint {index}")]
    OffTheMap {
        /// Which one, counted from 0.
        index: usize,
    },
    /// No way from one waypoint to the next.
    #[error("no way leads from waypoint {index} to the next one")]
    NoWay {
        /// Which one, counted from 0.
        index: usize,
    },
}

/// Where routes come from.
#[derive(Debug)]
pub enum Router {
    /// The street graph of the imported city.
    BuiltIn(Arc<StreetGraph>),
    /// A service, and the street graph whenever that fails.
    Service(OsrmService),
}

/// What a [`Router`] is doing, for health checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouterState {
    /// Routes come from the street graph, as configured.
    BuiltIn,
    /// Routes come from the service.
    Service,
    /// The service fails; routes come from the street graph.
    Fallback {
        /// The last failure.
        reason: String,
    },
}

impl Router {
    /// A drive from the first waypoint over all others in their order.
    pub async fn route(&self, waypoints: &[Position]) -> Result<Route, RouteError> {
        match waypoints.len() {
            0 | 1 => return Err(RouteError::TooFewWaypoints),
            n if n > MAX_WAYPOINTS => return Err(RouteError::TooManyWaypoints),
            _ => {}
        }
        match self {
            Self::BuiltIn(streets) => along_streets(streets, waypoints),
            Self::Service(service) => match service.route(waypoints).await {
                Some(route) => Ok(route),
                None => along_streets(service.fallback(), waypoints),
            },
        }
    }

    /// What it is doing.
    pub fn state(&self) -> RouterState {
        match self {
            Self::BuiltIn(_) => RouterState::BuiltIn,
            Self::Service(service) => match service.last_failure() {
                None => RouterState::Service,
                Some(reason) => RouterState::Fallback { reason },
            },
        }
    }

    /// The built-in street graph, which every router has: for nearest streets and travel times.
    pub fn streets(&self) -> &Arc<StreetGraph> {
        match self {
            Self::BuiltIn(streets) => streets,
            Self::Service(service) => service.fallback(),
        }
    }
}

/// A search takes microseconds a leg: no need to leave the request's thread.
fn along_streets(streets: &StreetGraph, waypoints: &[Position]) -> Result<Route, RouteError> {
    let points = waypoints
        .iter()
        .enumerate()
        .map(|(index, at)| streets.nearest(*at).ok_or(RouteError::OffTheMap { index }))
        .collect::<Result<Vec<StreetPoint>, _>>()?;
    let legs = points
        .windows(2)
        .enumerate()
        .map(|(index, pair)| {
            streets
                .leg(&pair[0], &pair[1])
                .ok_or(RouteError::NoWay { index })
        })
        .collect::<Result<Vec<Leg>, _>>()?;
    Ok(Route { legs })
}

#[cfg(test)]
mod tests;
