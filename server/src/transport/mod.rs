//! The ways into the server. Each parses, calls one function of the backend, and encodes.

pub mod auth;
mod availability;
pub mod connection;
pub mod json;
pub mod live;
mod ops;
mod pages;
pub mod problem;
pub mod rest;
mod security;
pub mod state;
mod tiles;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;

use self::problem::ApiError;
use self::state::AppState;

/// Nothing anyone sends is larger: 500 fixes have about 80 kB.
const MAX_BODY: usize = 256 * 1024;

/// The whole server. Layers run from the last one down.
pub fn router(state: AppState) -> Router {
    let api = rest::ROUTES.iter().fold(Router::new(), |router, route| {
        router.route(route.path, (route.handler)())
    });
    Router::new()
        .merge(api)
        .merge(pages::router(&state))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(state.clone(), auth::identify))
        .layer(from_fn_with_state(state.clone(), availability::bound))
        .route("/tiles/{style}/{z}/{x}/{file}", get(tiles::tile))
        .route("/healthz", get(ops::health))
        .route("/readyz", get(ops::ready))
        .route("/metrics", get(ops::metrics))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(CompressionLayer::new())
        .layer(from_fn(ops::measure))
        .layer(from_fn_with_state(state.clone(), security::protect))
        .layer(CatchPanicLayer::new())
        .with_state(state)
}

fn not_found() -> ApiError {
    ApiError::of_http(StatusCode::NOT_FOUND, None)
}

async fn method_not_allowed() -> ApiError {
    ApiError::of_http(StatusCode::METHOD_NOT_ALLOWED, None)
}
