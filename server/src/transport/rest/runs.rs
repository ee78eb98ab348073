//! `/api/v1/courier/run`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, Error, runs};
use porchlight_domain::action::{Action, Outcome};
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::RunView;
use serde::{Deserialize, Serialize};

use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// What a courier did, oldest first.
#[derive(Debug, Deserialize)]
pub struct Steps {
    /// At most 100.
    pub steps: Vec<Action>,
}

/// What became of each, in the same order.
#[derive(Debug, Serialize)]
pub struct Outcomes {
    /// Where there are fewer than steps, the rest is to be sent again.
    pub outcomes: Vec<Outcome>,
}

/// Takes what a courier's phone has kept, each step once, however often it is sent.
pub async fn take(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(kept): Json<Steps>,
) -> Result<Answer<Outcomes>, ApiError> {
    let outcomes = runs::take_all(&actor, &backend, kept.steps).await?;
    Ok(Answer(Outcomes { outcomes }))
}

/// The courier's run that is not over.
pub async fn today(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<RunView>, ApiError> {
    let run = runs::today(&actor, &backend).await?;
    Ok(Answer(run.ok_or(Error::NotFound)?))
}

/// Every parcel on the van goes out, and position sharing begins.
pub async fn start(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<RunView>, ApiError> {
    Ok(Answer(runs::start(&actor, &backend).await?))
}

/// The run is over, and so is position sharing.
pub async fn end(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<StatusCode, ApiError> {
    runs::end(&actor, &backend).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of `PUT …/order`.
#[derive(Debug, Deserialize)]
pub struct OrderBody {
    order: Vec<Reference>,
}

/// The stops are driven in this order. Those that are not named keep their places.
pub async fn reorder(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<OrderBody>,
) -> Result<Answer<RunView>, ApiError> {
    Ok(Answer(runs::reorder(&actor, &backend, body.order).await?))
}

/// The stops are put in the best order, but for the one that is driven to.
pub async fn suggest(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<RunView>, ApiError> {
    Ok(Answer(runs::suggest(&actor, &backend).await?))
}
