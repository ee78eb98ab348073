//! Refusals as `application/problem+json` (RFC 9457): the one match over the backend's errors.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use porchlight_backend::Error;
use porchlight_domain::problem::Problem;

/// What every problem's type begins with.
const TYPES: &str = "https://porchlight.dev/problems/";

/// A refusal, on its way to an API client.
#[derive(Debug)]
pub struct ApiError(Problem, Option<u32>);

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let retry_after_s = match error {
            Error::RateLimited { retry_after_s } | Error::Unavailable { retry_after_s } => {
                Some(retry_after_s)
            }
            _ => None,
        };
        Self(problem_of(&error), retry_after_s)
    }
}

impl ApiError {
    /// A refusal that HTTP itself makes, such as a body that is no JSON.
    pub fn of_http(status: StatusCode, detail: Option<String>) -> Self {
        let kind = match status {
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported-media-type",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::SERVICE_UNAVAILABLE => "unavailable",
            status if status.is_client_error() => "invalid",
            _ => "internal",
        };
        let title = status.canonical_reason().unwrap_or("Refused");
        Self(problem(kind, title, status, detail, None), None)
    }
}

/// What an error is to an API client.
pub fn problem_of(error: &Error) -> Problem {
    let detail = Some(error.to_string());
    match error {
        Error::NotFound => problem("not-found", "Not found", StatusCode::NOT_FOUND, None, None),
        Error::Unauthenticated => problem(
            "unauthenticated",
            "Sign in first",
            StatusCode::UNAUTHORIZED,
            None,
            None,
        ),
        Error::Forbidden => problem(
            "forbidden",
            "Not for your role",
            StatusCode::FORBIDDEN,
            None,
            None,
        ),
        Error::Conflict { .. } => problem(
            "conflict",
            "Does not fit the present state",
            StatusCode::CONFLICT,
            detail,
            None,
        ),
        Error::AlreadyDone { .. } => problem(
            "already-done",
            "Done already",
            StatusCode::CONFLICT,
            detail,
            None,
        ),
        Error::Invalid { field, .. } => problem(
            "invalid",
            "Invalid request",
            StatusCode::UNPROCESSABLE_ENTITY,
            detail,
            field.map(str::to_owned),
        ),
        Error::NotDispatched => problem(
            "not-dispatched",
            "Not dispatched yet",
            StatusCode::BAD_REQUEST,
            detail,
            None,
        ),
        Error::RateLimited { .. } => problem(
            "rate-limited",
            "Too many tries",
            StatusCode::TOO_MANY_REQUESTS,
            detail,
            None,
        ),
        Error::Unavailable { .. } => problem(
            "unavailable",
            "Temporarily unavailable",
            StatusCode::SERVICE_UNAVAILABLE,
            None,
            None,
        ),
        Error::Internal => problem(
            "internal",
            "Something went wrong on our side",
            StatusCode::INTERNAL_SERVER_ERROR,
            None,
            None,
        ),
    }
}

fn problem(
    kind: &str,
    title: &str,
    status: StatusCode,
    detail: Option<String>,
    field: Option<String>,
) -> Problem {
    Problem {
        kind: format!("{TYPES}{kind}"),
        title: title.to_owned(),
        status: status.as_u16(),
        detail,
        field,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self(problem, retry_after_s) = self;
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let json = HeaderValue::from_static("application/problem+json");
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, json)], body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
