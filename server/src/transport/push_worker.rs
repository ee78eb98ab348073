//! `/push-worker.js`: shows what is pushed, for everybody; the courier's copy of their page is kept by another worker.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;

const SCRIPT: &str = include_str!("push_worker.js");

/// The worker's own: it fetches from here, shows pictures with what is pushed, and does nothing else.
const POLICY: &str =
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

/// Answers with the worker. A browser with an old one is never further from the new one than one question.
pub async fn script() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, SCRIPT)
}
