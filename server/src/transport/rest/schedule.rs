//! When a delivery comes: the windows with space, moving it to one of them, and what its courier proposes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, deliveries, schedule};
use porchlight_domain::ids::ProposalId;
use porchlight_domain::schedule::{ProposalView, Slot, SlotView};
use porchlight_domain::tracking::DeliveryDetail;

use super::deliveries::{idempotency_key, known};
use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// The windows that it can be moved to.
pub async fn windows(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<Vec<SlotView>>, ApiError> {
    let windows = schedule::windows(&actor, &backend, known(&reference)?).await?;
    Ok(Answer(windows))
}

/// Moves it to a window. With an `Idempotency-Key`, once.
pub async fn reschedule(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    Json(slot): Json<Slot>,
) -> Result<Answer<DeliveryDetail>, ApiError> {
    let reference = known(&reference)?;
    let key = idempotency_key(&headers)?;
    schedule::reschedule(&actor, &backend, reference, slot, key.as_ref()).await?;
    Ok(Answer(
        deliveries::detail(&actor, &backend, reference).await?,
    ))
}

/// What its courier proposes now: one or none.
pub async fn proposals(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<Vec<ProposalView>>, ApiError> {
    let open = schedule::proposal(&actor, &backend, known(&reference)?).await?;
    Ok(Answer(open.into_iter().collect()))
}

/// Its courier proposes a window. With an `Idempotency-Key`, once.
pub async fn propose(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    Json(slot): Json<Slot>,
) -> Result<StatusCode, ApiError> {
    let key = idempotency_key(&headers)?;
    schedule::propose(
        &actor,
        &backend,
        known(&reference)?,
        slot,
        key.as_ref().into(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Its recipient agrees, and it comes then.
pub async fn accept(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, proposal)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    answer(&backend, &actor, &reference, proposal, true).await
}

/// Its recipient does not.
pub async fn decline(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, proposal)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    answer(&backend, &actor, &reference, proposal, false).await
}

async fn answer(
    backend: &Backend,
    actor: &Actor,
    reference: &str,
    proposal: String,
    accepts: bool,
) -> Result<StatusCode, ApiError> {
    let proposal = ProposalId::from_text(proposal);
    schedule::answer(actor, backend, known(reference)?, &proposal, accepts).await?;
    Ok(StatusCode::NO_CONTENT)
}
