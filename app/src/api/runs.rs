//! The courier's run of today.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use porchlight_domain::action::{Action, Outcome};
use porchlight_domain::fix::{FixRefusal, ReportedFix};
use porchlight_domain::geo::Line;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::RunView;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::{runs, tracking};

/// A courier's run, and when it was so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatedRun {
    /// None when the courier has no run.
    pub run: Option<RunView>,
    /// By the server's clock: of two the later one is newer, whichever way they came.
    pub as_of: Timestamp,
}

/// Today's run, if there is one.
#[server(prefix = "/api/ui/v1", endpoint = "run-today")]
pub async fn today() -> Result<DatedRun, ApiError> {
    let (actor, backend) = request::caller()?;
    let as_of = backend.now();
    let run = runs::today(&actor, &backend).await?;
    Ok(DatedRun { run, as_of })
}

/// Takes steps of the courier's day in their order, each once, however often it is sent. Where there are fewer
/// outcomes than steps, the rest is to be sent again.
#[server(prefix = "/api/ui/v1", endpoint = "take-steps", input = Json)]
pub async fn take_all(steps: Vec<Action>) -> Result<Vec<Outcome>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(runs::take_all(&actor, &backend, steps).await?)
}

/// The way along streets to the next stops, as far as it is known.
#[server(prefix = "/api/ui/v1", endpoint = "way-ahead")]
pub async fn way_ahead() -> Result<Line, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(tracking::way_ahead(&actor, &backend).await?)
}

/// Takes one step: for apps that were installed before there was [`take_all`].
#[server(prefix = "/api/ui/v1", endpoint = "take-step", input = Json)]
pub async fn take(action: Action) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(runs::take(&actor, &backend, action).await?)
}

/// What became of positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Seconds until the phone should say where it is again.
    pub next_interval_s: u32,
    /// Why the newest of them was not believed; none when it was, or is known already.
    pub newest_refused: Option<FixRefusal>,
    /// When the newest that was believed was taken.
    pub believed_at: Option<Timestamp>,
}

/// Where the courier's phone was, oldest first.
#[server(prefix = "/api/ui/v1", endpoint = "report-fixes", input = Json)]
pub async fn report_fixes(fixes: Vec<ReportedFix>) -> Result<Reported, ApiError> {
    let (actor, backend) = request::caller()?;
    let newest = fixes.len().saturating_sub(1);
    let times: Vec<Timestamp> = fixes.iter().map(|fix| fix.time).collect();
    let taken = tracking::ingest(&actor, &backend, fixes).await?;
    let why = |index: usize| {
        let refused = taken.refused.iter();
        let mut of_it = refused.filter(|refused| refused.index as usize == index);
        of_it
            .next()
            .map(|refused| refused.reason)
            .filter(|reason| *reason != FixRefusal::Duplicate)
    };
    let believed = (0..times.len()).filter(|index| why(*index).is_none());
    Ok(Reported {
        next_interval_s: taken.next_interval_s,
        newest_refused: why(newest),
        believed_at: believed.filter_map(|index| times.get(index).copied()).max(),
    })
}

/// The same for apps that were installed before there was [`report_fixes`]: returns the seconds only.
#[server(prefix = "/api/ui/v1", endpoint = "report-positions", input = Json)]
pub async fn report_positions(fixes: Vec<ReportedFix>) -> Result<u32, ApiError> {
    let (actor, backend) = request::caller()?;
    let taken = tracking::ingest(&actor, &backend, fixes).await?;
    Ok(taken.next_interval_s)
}
