//! Who asks: turns a cookie or a bearer token into the [`Actor`] in the request's extensions.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use porchlight_backend::accounts::{self, Actor, Client};
use porchlight_backend::{Backend, Error};

use super::problem::ApiError;
use super::state::AppState;

/// The browser's session cookie.
pub const SESSION_COOKIE: &str = "porchlight_session";

/// Puts the [`Actor`] and the [`Client`] into the request's extensions.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = client_of(&state, &request);
    match actor_of(&state.backend, request.headers()).await {
        Ok(actor) => {
            request.extensions_mut().insert(actor);
            request.extensions_mut().insert(client);
            next.run(request).await
        }
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// A bearer token that does not work is refused. A cookie that does not is an old one: its browser
/// is simply not signed in.
async fn actor_of(backend: &Backend, headers: &HeaderMap) -> Result<Actor, Error> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or(Error::Unauthenticated)?;
        return accounts::authenticate(backend, token).await;
    }
    match CookieJar::from_headers(headers).get(SESSION_COOKIE) {
        Some(cookie) => match accounts::authenticate(backend, cookie.value()).await {
            Err(Error::Unauthenticated) => Ok(Actor::Anonymous),
            known => known,
        },
        None => Ok(Actor::Anonymous),
    }
}

/// The peer; behind a trusted proxy, the last address that no trusted proxy added.
fn client_of(state: &AppState, request: &Request) -> Client {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(
            || [127, 0, 0, 1].into(),
            |ConnectInfo(peer)| peer.ip().to_canonical(),
        );
    let text = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let trusted = &state.config.trusted_proxies;
    let address = if trusted.contains(&peer) {
        text("x-forwarded-for")
            .into_iter()
            .flat_map(|list| list.rsplit(','))
            .map_while(|entry| entry.trim().parse().ok())
            .find(|address| !trusted.contains(address))
            .unwrap_or(peer)
    } else {
        peer
    };
    Client {
        address,
        user_agent: text("user-agent").unwrap_or("unknown").to_owned(),
    }
}
