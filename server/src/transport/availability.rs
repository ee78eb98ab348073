//! Nobody waits for what is not there: a request ends when the database falls silent, or when its
//! client sends it too slowly.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use porchlight_backend::{Backend, Error};

use super::problem::ApiError;

/// The longest a request may take until its answer begins, its body included: whoever sends a body byte
/// by byte holds a connection no longer than that. A live stream has left HTTP by then.
const LONGEST: Duration = Duration::from_secs(10);

/// The longest that a picture may take: a quarter of a megabyte from a phone that hardly has a network, 3 kB a
/// second. Only couriers who are signed in send them.
const LONGEST_PICTURE: Duration = Duration::from_secs(80);

fn longest(request: &Request) -> Duration {
    let is_picture = request.method() == Method::PUT && request.uri().path().contains("/pictures/");
    if is_picture { LONGEST_PICTURE } else { LONGEST }
}

/// Answers 503 in time, whatever happens.
pub async fn bound(State(backend): State<Backend>, request: Request, next: Next) -> Response {
    let longest = longest(&request);
    let answer = async {
        tokio::time::timeout(longest, next.run(request))
            .await
            .map_err(|_| Error::Unavailable { retry_after_s: 5 })
    };
    backend
        .while_database_answers(answer)
        .await
        .unwrap_or_else(|error| ApiError::from(error).into_response())
}
