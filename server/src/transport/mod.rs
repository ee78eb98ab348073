//! The ways into the server. Each parses, calls one function of the backend, and encodes.

pub mod auth;
mod availability;
pub mod connection;
pub mod json;
pub mod live;
mod ops;
mod pages;
pub mod problem;
mod push_worker;
pub mod rest;
mod security;
mod service_worker;
pub mod state;
mod tiles;

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;

use self::problem::ApiError;
use self::state::AppState;

/// Nothing anyone sends is larger: a picture has 240 kB, 500 fixes have about 80 kB.
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
        .layer(CsrfLayer::new().with_rejection_response(other_site))
        .layer(from_fn_with_state(state.clone(), auth::identify))
        .layer(from_fn_with_state(state.clone(), availability::bound))
        .route("/tiles/{style}/{z}/{x}/{file}", get(tiles::tile))
        .route("/healthz", get(ops::health))
        .route("/readyz", get(ops::ready))
        .route("/metrics", get(ops::metrics))
        .route("/service-worker.js", service_worker::route(&state.leptos))
        .route("/push-worker.js", get(push_worker::script))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(from_fn(announced_too_large))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(ops::measure))
        .layer(from_fn_with_state(state.clone(), security::protect))
        .with_state(state)
}

/// What the body limit refuses by `Content-Length` alone, as a problem. What turns out too large
/// while it is read is refused by whoever reads it.
async fn announced_too_large(request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > MAX_BODY as u64) {
        return ApiError::of_http(StatusCode::PAYLOAD_TOO_LARGE, None).into_response();
    }
    next.run(request).await
}

/// A browser was sent by another site.
fn other_site(_: ProtectionError) -> Response {
    let detail = "this was sent by another site".to_owned();
    ApiError::of_http(StatusCode::FORBIDDEN, Some(detail)).into_response()
}

/// A defect: the answer says nothing of it, the log does.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said, "A request ended with a panic");
    ApiError::of_http(StatusCode::INTERNAL_SERVER_ERROR, None).into_response()
}

fn not_found() -> ApiError {
    ApiError::of_http(StatusCode::NOT_FOUND, None)
}

async fn method_not_allowed() -> ApiError {
    ApiError::of_http(StatusCode::METHOD_NOT_ALLOWED, None)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_gives_nothing_away() {
        let router: Router = Router::new()
            .route("/", get(|| async { defect() }))
            .layer(CatchPanicLayer::custom(panicked));
        let request = Request::new(Body::empty());
        let answer = router.oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let form = &answer.headers()[header::CONTENT_TYPE];
        assert_eq!(form, "application/problem+json");
        let body = to_bytes(answer.into_body(), 4096).await.expect("a body");
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("/problems/internal"), "{body}");
        assert!(!body.contains("secret"), "{body}");
    }

    #[expect(clippy::panic, reason = "it is what is tested")]
    fn defect() -> StatusCode {
        panic!("a secret of the system")
    }
}
