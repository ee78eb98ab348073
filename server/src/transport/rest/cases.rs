//! What has to be looked into.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, cases};
use porchlight_domain::case::CaseView;
use porchlight_domain::ids::CaseId;
use serde::Deserialize;

use super::deliveries::known;
use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// The body of `POST …/cases`.
#[derive(Debug, Deserialize)]
pub struct CaseBody {
    #[serde(default)]
    words: String,
}

/// The recipient does not have what was delivered.
pub async fn open(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    Json(body): Json<CaseBody>,
) -> Result<StatusCode, ApiError> {
    cases::not_received(&actor, &backend, known(&reference)?, &body.words).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything that has to be looked into, or was.
pub async fn list(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Vec<CaseView>>, ApiError> {
    Ok(Answer(cases::all(&actor, &backend).await?))
}

/// The body of `POST …/close`.
#[derive(Debug, Deserialize)]
pub struct ClosingBody {
    outcome: String,
}

/// It was looked into.
pub async fn close(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(case): Path<String>,
    Json(body): Json<ClosingBody>,
) -> Result<StatusCode, ApiError> {
    cases::close(&actor, &backend, &CaseId::from_text(case), &body.outcome).await?;
    Ok(StatusCode::NO_CONTENT)
}
