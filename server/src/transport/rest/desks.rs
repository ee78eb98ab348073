//! Desks of post offices, and what admins set about them.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json as Answer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use porchlight_backend::accounts::Actor;
use porchlight_backend::holds::{self, Collected, Configuration, HandOver, Locked};
use porchlight_backend::{Backend, Error};
use porchlight_domain::hold::{
    CountResult, DeskView, IdentityCheck, OfficeSettings, PickUpRecord, Presented,
};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::people::Email;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use serde::Deserialize;

use super::deliveries::{idempotency_key, known};
use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// Everything a desk works with.
pub async fn desk(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<DeskView>, ApiError> {
    Ok(Answer(holds::desk(&actor, &backend).await?))
}

/// The body of `POST /api/v1/holds/present`.
#[derive(Debug, Deserialize)]
pub struct PresentBody {
    code: String,
    reference: Option<Reference>,
}

/// What to check before a parcel is handed over.
pub async fn present(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<PresentBody>,
) -> Result<Answer<Presented>, ApiError> {
    Ok(Answer(
        holds::present(&actor, &backend, &body.code, body.reference).await?,
    ))
}

/// The body of `POST /api/v1/holds/collect`.
#[derive(Debug, Deserialize)]
pub struct CollectBody {
    code: String,
    identity: IdentityCheck,
    /// A PNG in base 64.
    signature: Option<String>,
    /// Seconds ago, for a desk that had no network.
    done_s_ago: Option<f64>,
}

/// Hands a parcel over. With an `Idempotency-Key`, once: however often it is sent.
pub async fn collect(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    Json(body): Json<CollectBody>,
) -> Result<Answer<Collected>, ApiError> {
    let key = idempotency_key(&headers)?;
    let signature = body.signature.map(|text| BASE64.decode(text)).transpose();
    let signature = signature.map_err(|_| Error::invalid("signature", &"send a PNG in base 64"))?;
    let hand_over = HandOver {
        told: &body.code,
        identity: body.identity,
        signature: signature.as_deref(),
        done_s_ago: body.done_s_ago,
    };
    Ok(Answer(
        holds::collect(&actor, &backend, hand_over, key.as_ref()).await?,
    ))
}

/// How a parcel was handed over.
pub async fn pick_up(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<PickUpRecord>, ApiError> {
    let reference = known(&reference)?;
    Ok(Answer(
        holds::pick_up_record(&actor, &backend, reference).await?,
    ))
}

/// The body of `POST /api/v1/desk/refusals`.
#[derive(Debug, Deserialize)]
pub struct RefusalBody {
    reference: Reference,
    reason: String,
}

/// A parcel was not handed over.
pub async fn refuse(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<RefusalBody>,
) -> Result<StatusCode, ApiError> {
    holds::refuse(&actor, &backend, body.reference, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of `POST /api/v1/desk/sent-back`.
#[derive(Debug, Deserialize)]
pub struct SentBackBody {
    reference: Reference,
}

/// A parcel left for its sender.
pub async fn send_back(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<SentBackBody>,
) -> Result<StatusCode, ApiError> {
    holds::send_back(&actor, &backend, body.reference).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of `POST /api/v1/desk/counts`.
#[derive(Debug, Deserialize)]
pub struct CountBody {
    references: Vec<Reference>,
}

/// What lies on the shelf, compared with what should.
pub async fn count(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<CountBody>,
) -> Result<Answer<CountResult>, ApiError> {
    Ok(Answer(
        holds::count(&actor, &backend, &body.references).await?,
    ))
}

/// Every office as admins set it.
pub async fn offices(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Vec<OfficeSettings>>, ApiError> {
    Ok(Answer(holds::list_offices(&actor, &backend).await?))
}

/// The body of `PUT /api/v1/post-offices/{id}`.
#[derive(Debug, Deserialize)]
pub struct OfficeBody {
    capacity: u32,
    opening_hours: Option<String>,
    closed_from: Option<Timestamp>,
    closed_to: Option<Timestamp>,
}

/// Sets what an office can take.
pub async fn configure(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(office): Path<String>,
    Json(body): Json<OfficeBody>,
) -> Result<StatusCode, ApiError> {
    let new = Configuration {
        capacity: body.capacity,
        opening_hours: body.opening_hours,
        closed: body.closed_from.zip(body.closed_to),
    };
    holds::configure(&actor, &backend, &PostOfficeId::from_text(office), new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of `POST /api/v1/post-offices/{id}/clerks`.
#[derive(Debug, Deserialize)]
pub struct ClerkBody {
    clerk_email: String,
}

/// Gives a clerk their desk.
pub async fn assign_clerk(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(office): Path<String>,
    Json(body): Json<ClerkBody>,
) -> Result<StatusCode, ApiError> {
    let clerk = Email::parse(&body.clerk_email)
        .map_err(|problem| Error::invalid("clerk_email", &problem))?;
    holds::assign_clerk(&actor, &backend, &PostOfficeId::from_text(office), &clerk).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a desk try codes again.
pub async fn unlock_desk(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(office): Path<String>,
) -> Result<StatusCode, ApiError> {
    let desk = Locked::Desk(PostOfficeId::from_text(office));
    holds::unlock(&actor, &backend, &desk).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets codes of a parcel be tried again.
pub async fn unlock_parcel(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<StatusCode, ApiError> {
    let parcel = Locked::Parcel(known(&reference)?);
    holds::unlock(&actor, &backend, &parcel).await?;
    Ok(StatusCode::NO_CONTENT)
}
