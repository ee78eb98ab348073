//! Sending a picture, before the step that names it.

use gloo_net::http::Request;
use js_sys::Uint8Array;
use porchlight_domain::reference::Reference;
use serde::Deserialize;
use web_sys::AbortSignal;

use super::{Shot, bytes};
use crate::api::ApiError;

/// Longer than a quarter of a megabyte takes where there is hardly a network.
const PATIENCE_MS: u32 = 90_000;

/// What the server says of a picture that it does not take.
#[derive(Deserialize)]
struct Problem {
    detail: String,
}

/// Sends a picture. What the server has already it takes again without doing anything.
pub async fn upload(reference: Reference, shot: &Shot) -> Result<(), ApiError> {
    let hash = shot.picture.hash.as_str();
    let address = format!("/api/v1/deliveries/{reference}/pictures/{hash}");
    let file = bytes(&shot.data).unwrap_or_default();
    let patience = AbortSignal::timeout_with_u32(PATIENCE_MS);
    let request = Request::put(&address)
        .header("content-type", &shot.media_type)
        .abort_signal(Some(&patience))
        .body(Uint8Array::from(&file[..]))
        .map_err(|_| ApiError::Internal)?;
    let answer = request.send().await.map_err(|_| ApiError::Unreachable)?;
    match answer.status() {
        // At odds with how the parcel stands: the step that follows says how.
        200..=299 | 409 => Ok(()),
        401 => Err(ApiError::SignInNeeded),
        403 => Err(ApiError::Forbidden),
        404 => Err(ApiError::NotFound),
        400 | 413 | 415 | 422 => {
            let problem = answer.json::<Problem>().await;
            Err(ApiError::Invalid {
                detail: problem.map_or_else(|_| String::new(), |problem| problem.detail),
                field: None,
            })
        }
        _ => Err(ApiError::Unavailable),
    }
}
