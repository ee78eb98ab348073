//! Into the recipient's hands only: asked for, given up, and how it stands. No answer has a code.

use axum::extract::{Path, State};
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, deliveries};
use porchlight_domain::delivery::HandoverLevel;
use porchlight_domain::tracking::HandoverState;
use serde::Deserialize;

use super::deliveries::known;
use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// How it stands.
pub async fn state(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<HandoverState>, ApiError> {
    let reference = known(&reference)?;
    let state = deliveries::handover_state(&actor, &backend, reference).await?;
    Ok(Answer(state))
}

/// The body of `PUT …/handover`.
#[derive(Debug, Deserialize)]
pub struct HandoverBody {
    level: HandoverLevel,
}

/// Asks for it, or for a new code.
pub async fn ask(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    Json(body): Json<HandoverBody>,
) -> Result<Answer<HandoverState>, ApiError> {
    set(&backend, &actor, &reference, Some(body.level)).await
}

/// Gives it up.
pub async fn give_up(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<HandoverState>, ApiError> {
    set(&backend, &actor, &reference, None).await
}

async fn set(
    backend: &Backend,
    actor: &Actor,
    reference: &str,
    level: Option<HandoverLevel>,
) -> Result<Answer<HandoverState>, ApiError> {
    let reference = known(reference)?;
    deliveries::ask_for_handover(actor, backend, reference, level).await?;
    let state = deliveries::handover_state(actor, backend, reference).await?;
    Ok(Answer(state))
}
