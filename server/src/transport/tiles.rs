//! The base map: `/tiles/{style}/{z}/{x}/{y}.png`, and `@2x.png` for dense screens.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use porchlight_backend::geo::tiles::{Scale, Style, TileError, TileId};
use porchlight_backend::{Backend, Error};

use super::problem::ApiError;

/// A day, then revalidated: the map changes with an import.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Draws a tile, or takes it from the cache.
pub async fn tile(
    State(backend): State<Backend>,
    Path((style, zoom, x, file)): Path<(String, u8, u32, String)>,
) -> Result<Response, ApiError> {
    let atlas = backend.atlas().ok_or(Error::NotFound)?;
    let style = match style.as_str() {
        "light" => Style::Light,
        "dark" => Style::Dark,
        _ => return Err(Error::NotFound.into()),
    };
    let name = file.strip_suffix(".png").ok_or(Error::NotFound)?;
    let (y, scale) = match name.strip_suffix("@2x") {
        Some(y) => (y, Scale::Double),
        None => (name, Scale::Single),
    };
    let y = y.parse().map_err(|_| Error::NotFound)?;
    let id = TileId::new(zoom, x, y).map_err(|_| Error::NotFound)?;
    match atlas.tiles.tile(id, style, scale).await {
        Ok(png) => {
            let kind = HeaderValue::from_static("image/png");
            Ok((
                [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, CACHE)],
                png,
            )
                .into_response())
        }
        Err(error @ TileError::NoSuchTile { .. }) => Err(ApiError::of_http(
            StatusCode::NOT_FOUND,
            Some(error.to_string()),
        )),
        Err(error) => {
            tracing::error!(%error, "A tile could not be drawn");
            Err(Error::Internal.into())
        }
    }
}
