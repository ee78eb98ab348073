//! The chat where no WebSocket gets through, and what admins read of it.

use axum::extract::State;
use axum::{Extension, Json as Answered};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, chat};
use porchlight_domain::chat::wire::{Answer, Ask, ReportView};

use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// Answers one question of a device, as `/ws/chat` does.
pub async fn ask(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(ask): Json<Ask>,
) -> Result<Answered<Answer>, ApiError> {
    Ok(Answered(chat::answer(&actor, &backend, ask).await?))
}

/// Messages that were shown to the operator.
pub async fn reports(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answered<Vec<ReportView>>, ApiError> {
    Ok(Answered(chat::reports(&actor, &backend).await?))
}
