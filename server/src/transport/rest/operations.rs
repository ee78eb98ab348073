//! What admins set and read.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, tracking};
use porchlight_domain::reveal::RevealPolicy;
use porchlight_domain::tracking::{PositionReading, RevealPolicyChange, SilentCourier};

use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// Who looked at whose position.
pub async fn readings(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Vec<PositionReading>>, ApiError> {
    Ok(Answer(tracking::readings(&actor, &backend).await?))
}

/// Who is on the road and not heard.
pub async fn silent_couriers(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Vec<SilentCourier>>, ApiError> {
    Ok(Answer(tracking::silent_couriers(&actor, &backend).await?))
}

/// What recipients may see.
pub async fn reveal_policy(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<RevealPolicy>, ApiError> {
    Ok(Answer(tracking::reveal_policy(&actor, &backend).await?))
}

/// Changes what recipients may see.
pub async fn set_reveal_policy(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(policy): Json<RevealPolicy>,
) -> Result<StatusCode, ApiError> {
    tracking::set_reveal_policy(&actor, &backend, policy).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who changed it, from what to what.
pub async fn reveal_policy_changes(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Vec<RevealPolicyChange>>, ApiError> {
    Ok(Answer(
        tracking::reveal_policy_changes(&actor, &backend).await?,
    ))
}
