//! Who asks: turns a cookie or a bearer token into the [`Actor`] in the request's extensions.

use std::net::{IpAddr, SocketAddr};

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

/// Who sends this request, and from where.
fn client_of(state: &AppState, request: &Request) -> Client {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(
            || [127, 0, 0, 1].into(),
            |ConnectInfo(peer)| peer.ip().to_canonical(),
        );
    let user_agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    Client {
        address: address_of(peer, request.headers(), &state.config.trusted_proxies),
        user_agent: user_agent.unwrap_or("unknown").to_owned(),
    }
}

/// The peer; behind a trusted proxy, the last address that no trusted proxy added. A proxy may add
/// to the last line of `X-Forwarded-For` or write one of its own behind it: all lines are one list.
fn address_of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .flat_map(|line| line.to_str().unwrap_or_default().rsplit(','))
        .map_while(|entry| entry.trim().parse().ok())
        .find(|address| !trusted.contains(address))
        .unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
    const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const SECOND_PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn seen(peer: IpAddr, lines: &[&'static str]) -> IpAddr {
        let headers = lines
            .iter()
            .map(|line| {
                let name = HeaderName::from_static("x-forwarded-for");
                (name, HeaderValue::from_static(line))
            })
            .collect();
        address_of(peer, &headers, &[PROXY, SECOND_PROXY])
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_added_is_the_client() {
        assert_eq!(seen(PROXY, &[]), PROXY);
        assert_eq!(seen(PROXY, &["203.0.113.7"]), CLIENT);
        assert_eq!(seen(PROXY, &["198.51.100.1, 203.0.113.7"]), CLIENT);
        assert_eq!(seen(PROXY, &["203.0.113.7, 192.0.2.2"]), CLIENT);
        assert_eq!(seen(CLIENT, &["198.51.100.1"]), CLIENT, "not a proxy");
        assert_eq!(seen(PROXY, &["203.0.113.7, unknown"]), PROXY);
    }

    #[test]
    fn a_line_of_its_own_that_a_proxy_adds_is_believed_before_what_the_client_wrote() {
        assert_eq!(seen(PROXY, &["198.51.100.1", "203.0.113.7"]), CLIENT);
        let two = ["198.51.100.1, 203.0.113.7", "192.0.2.2"];
        assert_eq!(seen(PROXY, &two), CLIENT);
    }
}
