//! For those who run it: liveness, readiness, metrics.

use std::time::Instant;

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::PrometheusHandle;
use porchlight_backend::Backend;
use porchlight_backend::geo::RouterState;
use serde_json::json;

/// The process runs.
pub async fn health() -> &'static str {
    "ok\n"
}

/// Whether requests can be answered, part by part. Only the database decides: without the bus or
/// the routing service the app goes on.
pub async fn ready(State(backend): State<Backend>) -> Response {
    let database = backend.database_answers().await;
    let bus = backend.bus();
    let router = match backend.atlas().map(|atlas| atlas.router.state()) {
        None => "none",
        Some(RouterState::BuiltIn) => "built_in",
        Some(RouterState::Service) => "service",
        Some(RouterState::Fallback { .. }) => "fallback",
    };
    let parts = json!({
        "database": if database { "up" } else { "down" },
        "bus": if !bus.is_shared() { "memory" } else if bus.is_connected() { "up" } else { "down" },
        "router": router,
    });
    let status = if database {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(parts)).into_response()
}

/// Prometheus' text form.
pub async fn metrics(State(metrics): State<PrometheusHandle>) -> String {
    metrics.render()
}

/// Counts and times every request by its route, never by its path.
pub async fn measure(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().to_string();
    let began = Instant::now();
    let response = next.run(request).await;
    let labels = [
        ("method", method),
        ("route", route),
        ("status", response.status().as_u16().to_string()),
    ];
    metrics::histogram!("porchlight_http_request_seconds", &labels)
        .record(began.elapsed().as_secs_f64());
    response
}
