//! JSON bodies, whose refusals are problems too.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::problem::ApiError;

/// A JSON body of a type. Anything else is answered with what is wrong.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        axum::Json::<T>::from_request(request, state)
            .await
            .map(|axum::Json(body)| Self(body))
            .map_err(|rejection: JsonRejection| {
                ApiError::of_http(rejection.status(), Some(rejection.body_text()))
            })
    }
}
