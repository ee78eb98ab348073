//! Who asks: turns a cookie or a bearer token into the [`Actor`] in the request's extensions.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use porchlight_app::api::SESSION_COOKIE;
use porchlight_backend::Error;
use porchlight_backend::accounts::{self, Actor, Client};

use super::problem::ApiError;
use super::state::AppState;

/// Puts the [`Actor`] and the [`Client`] into the request's extensions.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = client_of(&state, &request);
    match caller_of(&state, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller.actor);
            request.extensions_mut().insert(client);
            let mut response = next.run(request).await;
            if let Some(cookie) = caller.cookie {
                keep_signed_in(response.headers_mut(), cookie);
            }
            response
        }
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// Who asks.
struct Caller {
    actor: Actor,
    /// The browser's cookie anew, when its session has just been prolonged.
    cookie: Option<HeaderValue>,
}

impl From<Actor> for Caller {
    fn from(actor: Actor) -> Self {
        Self {
            actor,
            cookie: None,
        }
    }
}

/// Adds a session cookie to an answer that has none of its own, as after signing out, and that no
/// cache between here and the browser would keep for others.
fn keep_signed_in(headers: &mut HeaderMap, cookie: HeaderValue) {
    let has_own = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .any(|value| value.as_bytes().starts_with(SESSION_COOKIE.as_bytes()));
    let may_be_kept = headers
        .get(header::CACHE_CONTROL)
        .is_some_and(|value| value != "no-store");
    if has_own || may_be_kept {
        return;
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private"));
    headers.append(header::SET_COOKIE, cookie);
}

/// A bearer token that does not work is refused. A cookie that does not is an old one: its browser
/// is simply not signed in.
async fn caller_of(state: &AppState, headers: &HeaderMap) -> Result<Caller, Error> {
    let backend = &state.backend;
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or(Error::Unauthenticated)?;
        return Ok(accounts::authenticate(backend, token).await?.actor.into());
    }
    let cookies = CookieJar::from_headers(headers);
    let Some(token) = cookies.get(SESSION_COOKIE).map(Cookie::value) else {
        return Ok(Actor::Anonymous.into());
    };
    match accounts::authenticate(backend, token).await {
        Ok(known) => Ok(Caller {
            actor: known.actor,
            cookie: known.prolonged_to.and_then(|expires_at| {
                state.cookie_policy().keep(token, expires_at, backend.now())
            }),
        }),
        Err(Error::Unauthenticated) => Ok(Actor::Anonymous.into()),
        Err(error) => Err(error),
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

    use axum::http::HeaderName;

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
    fn a_cookie_goes_only_where_no_cache_keeps_it_and_none_is_set_already() {
        let answer = |name: HeaderName, value| HeaderMap::from_iter([(name, value)]);
        let cookies = |mut headers: HeaderMap| {
            keep_signed_in(&mut headers, HeaderValue::from_static("new"));
            headers.get_all(header::SET_COOKIE).iter().count()
        };
        let cached = |value| answer(header::CACHE_CONTROL, HeaderValue::from_static(value));
        assert_eq!(cookies(HeaderMap::new()), 1);
        assert_eq!(cookies(cached("no-store")), 1);
        assert_eq!(cookies(cached("no-cache")), 0);
        assert_eq!(cookies(cached("public, max-age=31536000, immutable")), 0);
        let signed_out = HeaderValue::from_static("porchlight_session=; Max-Age=0");
        assert_eq!(cookies(answer(header::SET_COOKIE, signed_out)), 1);
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
