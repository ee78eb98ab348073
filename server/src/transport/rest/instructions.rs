//! What a recipient tells their courier.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, instructions};
use porchlight_domain::ids::InstructionId;
use porchlight_domain::instruction::{InstructionText, InstructionView};

use super::deliveries::{idempotency_key, known};
use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// Those that were not taken back.
pub async fn list(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<Vec<InstructionView>>, ApiError> {
    let all = instructions::all(&actor, &backend, known(&reference)?).await?;
    Ok(Answer(all))
}

/// Its recipient tells the courier something. With an `Idempotency-Key`, once.
pub async fn give(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    Json(text): Json<InstructionText>,
) -> Result<(StatusCode, Answer<InstructionView>), ApiError> {
    let key = idempotency_key(&headers)?;
    let given =
        instructions::give(&actor, &backend, known(&reference)?, text, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Answer(given)))
}

/// Its recipient takes it back.
pub async fn withdraw(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, id)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let id = InstructionId::from_text(id);
    instructions::withdraw(&actor, &backend, known(&reference)?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The courier does it. With an `Idempotency-Key`, once.
pub async fn confirm(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    answer(&backend, &actor, &reference, id, &headers, true).await
}

/// The courier can't. With an `Idempotency-Key`, once.
pub async fn decline(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    answer(&backend, &actor, &reference, id, &headers, false).await
}

async fn answer(
    backend: &Backend,
    actor: &Actor,
    reference: &str,
    id: String,
    headers: &HeaderMap,
    confirms: bool,
) -> Result<StatusCode, ApiError> {
    let key = idempotency_key(headers)?;
    let (reference, id) = (known(reference)?, InstructionId::from_text(id));
    instructions::answer(
        actor,
        backend,
        reference,
        &id,
        confirms,
        key.as_ref().into(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
