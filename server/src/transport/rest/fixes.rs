//! `/api/v1/courier/fixes`.

use axum::extract::State;
use axum::{Extension, Json as Answer};
use porchlight_backend::Backend;
use porchlight_backend::accounts::Actor;
use porchlight_backend::tracking::{self, Ingested};
use porchlight_domain::fix::ReportedFix;
use serde::Deserialize;

use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// A batch of fixes, over HTTP and WebSocket alike.
#[derive(Debug, Deserialize)]
pub struct FixBatch {
    /// At most 500, in any order.
    pub fixes: Vec<ReportedFix>,
}

/// Takes a batch; answers once the believed ones are on disk.
pub async fn post(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(batch): Json<FixBatch>,
) -> Result<Answer<Ingested>, ApiError> {
    Ok(Answer(
        tracking::ingest(&actor, &backend, batch.fixes).await?,
    ))
}
