//! The request behind a server function: who asks, and how the answer's head is set.

use axum::http::header::{ACCEPT, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use porchlight_backend::accounts::{Actor, Client, SignedIn};
use porchlight_backend::{Backend, Error};
use porchlight_domain::time::Timestamp;

use super::ApiError;

/// The browser's session cookie.
pub const SESSION_COOKIE: &str = "porchlight_session";

/// On a page that a service worker may keep for when there is no network.
const KEEP: HeaderName = HeaderName::from_static("porchlight-keep");

/// How session cookies are set. The server provides it as context; without it they are `Secure`.
#[derive(Debug, Clone, Copy)]
pub struct CookiePolicy {
    /// Whether the browser sends them over HTTPS only.
    pub secure: bool,
}

impl CookiePolicy {
    /// The header that lets a browser keep a session until it ends.
    pub fn keep(self, token: &str, expires_at: Timestamp, now: Timestamp) -> Option<HeaderValue> {
        let left_ms = expires_at.millis() - now.millis();
        self.session_cookie(token, (left_ms / 1000).max(0))
    }

    fn session_cookie(self, value: &str, max_age_s: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie = format!(
            "{SESSION_COOKIE}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}"
        );
        HeaderValue::from_str(&cookie).ok()
    }
}

/// Who asks, and the backend to ask. The server provides both as context.
pub fn caller() -> Result<(Actor, Backend), ApiError> {
    let backend = use_context::<Backend>().ok_or(ApiError::Internal)?;
    let actor = use_context::<Actor>().unwrap_or(Actor::Anonymous);
    Ok((actor, backend))
}

/// Where the request comes from.
pub fn client() -> Result<Client, ApiError> {
    use_context::<Client>().ok_or(ApiError::Internal)
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let (error, status) = match error {
            Error::NotFound => (Self::NotFound, StatusCode::NOT_FOUND),
            Error::Unauthenticated => (Self::SignInNeeded, StatusCode::UNAUTHORIZED),
            Error::Forbidden => (Self::Forbidden, StatusCode::FORBIDDEN),
            Error::Conflict { detail } => (Self::Conflict { detail }, StatusCode::CONFLICT),
            Error::AlreadyDone { detail } => (Self::AlreadyDone { detail }, StatusCode::CONFLICT),
            Error::Invalid { detail, field } => {
                let field = field.map(str::to_owned);
                (
                    Self::Invalid { detail, field },
                    StatusCode::UNPROCESSABLE_ENTITY,
                )
            }
            Error::NotDispatched => (Self::NotDispatched, StatusCode::BAD_REQUEST),
            Error::RateLimited { retry_after_s } => (
                Self::TooMany { retry_after_s },
                StatusCode::TOO_MANY_REQUESTS,
            ),
            Error::Unavailable { .. } => (Self::Unavailable, StatusCode::SERVICE_UNAVAILABLE),
            Error::Internal => (Self::Internal, StatusCode::INTERNAL_SERVER_ERROR),
        };
        answer_with(status);
        error
    }
}

/// Sets the status of the answer. A form sent without script is answered by a redirect back to
/// its page instead, which then shows the error.
fn answer_with(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>()
        && !sent_without_script()
    {
        response.set_status(status);
    }
}

/// Whether the browser itself sent a form, and wants a page as the answer.
fn sent_without_script() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accepted = parts
            .headers
            .get(ACCEPT)
            .and_then(|value| value.to_str().ok());
        parts.method == axum::http::Method::POST
            && accepted.is_some_and(|accepted| accepted.contains("text/html"))
    })
}

/// Leads a form that was sent without script on to a path of this site. With script, the page
/// goes there itself.
pub fn lead_on(path: &str) {
    if let Some(response) = use_context::<ResponseOptions>()
        && sent_without_script()
        && let Ok(path) = HeaderValue::from_str(path)
    {
        response.set_status(StatusCode::FOUND);
        response.insert_header(LOCATION, path);
    }
}

fn cookie_policy() -> CookiePolicy {
    use_context().unwrap_or(CookiePolicy { secure: true })
}

fn set_cookie(cookie: Option<HeaderValue>) {
    if let (Some(response), Some(cookie)) = (use_context::<ResponseOptions>(), cookie) {
        response.append_header(SET_COOKIE, cookie);
    }
}

/// Lets the browser keep a session until it ends.
pub fn keep_session(signed_in: &SignedIn, now: Timestamp) {
    set_cookie(cookie_policy().keep(signed_in.token.as_str(), signed_in.expires_at, now));
}

/// Lets the browser forget its session.
pub fn forget_session() {
    set_cookie(cookie_policy().session_cookie("", 0));
}

/// Says that this page is what someone who is signed in came for, and that their phone may keep it.
pub fn allow_keeping() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(KEEP, HeaderValue::from_static("offline"));
    }
}
