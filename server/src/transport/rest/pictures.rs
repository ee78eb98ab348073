//! Pictures of a parcel at a door.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, Error, pictures};
use porchlight_domain::delivery::PictureHash;

use super::deliveries::known;
use crate::transport::problem::ApiError;

/// The same bytes for ever, for whoever was shown them. Nothing in them may run or load anything.
const SHOWN: [(HeaderName, &str); 3] = [
    (
        header::CACHE_CONTROL,
        "private, max-age=31536000, immutable",
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    ),
    (header::CONTENT_DISPOSITION, "inline"),
];

/// Keeps a picture until a change of status names it.
pub async fn put(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, hash)): Path<(String, String)>,
    file: Bytes,
) -> Result<StatusCode, ApiError> {
    let reference = known(&reference)?;
    let hash = PictureHash::parse(&hash).map_err(|problem| Error::invalid("hash", &problem))?;
    pictures::keep(&actor, &backend, reference, &hash, &file).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A picture that a change named.
pub async fn get(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, hash)): Path<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let reference = known(&reference)?;
    let hash = PictureHash::parse(&hash).map_err(|_| Error::NotFound)?;
    let picture = pictures::picture(&actor, &backend, reference, &hash).await?;
    let form = [(header::CONTENT_TYPE, picture.media_type)];
    Ok((form, SHOWN, picture.bytes))
}
