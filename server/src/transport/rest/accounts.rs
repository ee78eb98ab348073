//! `/api/v1/tokens` and `/api/v1/me`.

use axum::extract::State;
use axum::{Extension, Json as Answer};
use porchlight_backend::Backend;
use porchlight_backend::accounts::{self, Actor, Client, SessionKind};
use porchlight_domain::account::{IssuedToken, Me, SignIn};

use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// Signs an API client in.
pub async fn issue_token(
    State(backend): State<Backend>,
    Extension(client): Extension<Client>,
    Json(form): Json<SignIn>,
) -> Result<Answer<IssuedToken>, ApiError> {
    let signed_in = accounts::sign_in(&backend, form, &client, SessionKind::Api).await?;
    Ok(Answer(IssuedToken {
        token: signed_in.token.as_str().to_owned(),
        expires_at: signed_in.expires_at,
        role: signed_in.me.role,
    }))
}

/// Who asks.
pub async fn me(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Me>, ApiError> {
    Ok(Answer(accounts::me(&actor, &backend).await?))
}
