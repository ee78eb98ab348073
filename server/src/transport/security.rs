//! What browsers are told to refuse.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::state::AppState;

/// On every answer.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Tile servers ask to see which site uses them.
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(self), microphone=(self), payment=(), usb=()",
    ),
];

/// Two years, as the preload lists ask.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
/// For whatever is not a page of ours: nothing may be loaded or run.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Adds the headers. Pages bring their own policy with a nonce.
pub async fn protect(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(NOTHING);
    if state.config.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    response
}

/// What a page may load: its own scripts by nonce, its own styles, and tiles from wherever the
/// operator has them. `reload_port` is where `make watch` tells pages to load anew, and nowhere else.
pub fn page_policy(nonce: &str, tiles: &str, reload_port: Option<u32>) -> String {
    let tiles = tile_origin(tiles).unwrap_or_default();
    let reload = reload_port.map_or_else(String::new, |port| {
        format!(" ws://127.0.0.1:{port} ws://localhost:{port}")
    });
    format!(
        "default-src 'self'; \
         script-src 'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: {tiles}; \
         connect-src 'self'{reload}; \
         font-src 'self'; \
         manifest-src 'self'; \
         worker-src 'self'; \
         object-src 'none'; \
         base-uri 'none'; \
         form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// `https://tile.example.org/{z}/{x}/{y}.png` comes from `https://tile.example.org`.
fn tile_origin(tiles: &str) -> Option<String> {
    let (scheme, rest) = tiles.split_once("://")?;
    let host = rest.split('/').next()?;
    Some(format!("{scheme}://{}", host.replace("{s}", "*")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_load_anew_only_while_they_are_watched() {
        let usual = page_policy("abc", "offline", None);
        assert!(usual.contains("connect-src 'self';"), "{usual}");
        let watched = page_policy("abc", "offline", Some(3001));
        assert!(
            watched.contains("connect-src 'self' ws://127.0.0.1:3001 ws://localhost:3001;"),
            "{watched}"
        );
    }

    #[test]
    fn tiles_come_from_where_the_operator_says() {
        let osm = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";
        assert_eq!(
            tile_origin(osm).as_deref(),
            Some("https://tile.openstreetmap.org")
        );
        assert_eq!(tile_origin("offline"), None);
        assert!(
            page_policy("abc", osm, None)
                .contains("img-src 'self' data: https://tile.openstreetmap.org;")
        );
    }
}
