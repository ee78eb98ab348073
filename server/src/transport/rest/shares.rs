//! Share links.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, deliveries};
use porchlight_domain::ids::ShareId;
use porchlight_domain::tracking::{NewShareLink, ShareLink, SharedView};
use serde::Deserialize;

use super::deliveries::known;
use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// The links of a delivery.
pub async fn list(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<Vec<ShareLink>>, ApiError> {
    Ok(Answer(
        deliveries::shares(&actor, &backend, known(&reference)?).await?,
    ))
}

/// The body of `POST …/shares`.
#[derive(Debug, Deserialize)]
pub struct ShareBody {
    #[serde(default)]
    label: String,
}

/// Makes a link.
pub async fn create(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    Json(body): Json<ShareBody>,
) -> Result<(StatusCode, Answer<NewShareLink>), ApiError> {
    let new = deliveries::share(&actor, &backend, known(&reference)?, &body.label).await?;
    Ok((StatusCode::CREATED, Answer(new)))
}

/// Ends a link.
pub async fn revoke(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, share)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let share = ShareId::from_text(share);
    deliveries::revoke_share(&actor, &backend, known(&reference)?, &share).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a link shows.
pub async fn open(
    State(backend): State<Backend>,
    Path(token): Path<String>,
) -> Result<Answer<SharedView>, ApiError> {
    Ok(Answer(deliveries::shared(&backend, &token).await?))
}
