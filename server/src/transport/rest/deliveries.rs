//! `/api/v1/deliveries`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, Error, deliveries, tracking};
use porchlight_domain::action::{self, IdempotencyKey};
use porchlight_domain::delivery::{
    Booking, Correction, Picture, Proof, Status, StatusChange, Whereabouts,
};
use porchlight_domain::geo::Position;
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::people::Email;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{DeliveryDetail, DeliverySummary, TimelineEntry, TrackingView};
use serde::Deserialize;

use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// A reference in a path. One that can't exist is simply not found.
pub(super) fn known(text: &str) -> Result<Reference, ApiError> {
    Ok(text.parse().map_err(|_| Error::NotFound)?)
}

/// The deliveries of whoever asks.
pub async fn list(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Vec<DeliverySummary>>, ApiError> {
    Ok(Answer(deliveries::mine(&actor, &backend).await?))
}

/// Books a delivery.
pub async fn book(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(booking): Json<Booking>,
) -> Result<(StatusCode, Answer<DeliveryDetail>), ApiError> {
    let booked = deliveries::book(&actor, &backend, booking).await?;
    Ok((StatusCode::CREATED, Answer(booked)))
}

/// One delivery.
pub async fn detail(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<DeliveryDetail>, ApiError> {
    Ok(Answer(
        deliveries::detail(&actor, &backend, known(&reference)?).await?,
    ))
}

/// Where a delivery is.
pub async fn tracking(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<TrackingView>, ApiError> {
    Ok(Answer(
        tracking::tracking(&actor, &backend, known(&reference)?).await?,
    ))
}

/// What happened to a delivery.
pub async fn timeline(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<Vec<TimelineEntry>>, ApiError> {
    Ok(Answer(
        deliveries::timeline(&actor, &backend, known(&reference)?).await?,
    ))
}

/// The body of `POST …/status`.
#[derive(Debug, Deserialize)]
pub struct StatusBody {
    status: Status,
    at: Option<At>,
    no_fix_reason: Option<String>,
    notes: Option<String>,
    reason: Option<String>,
    proof: Option<Proof>,
    #[serde(default)]
    pictures: Vec<Picture>,
    done_s_ago: Option<f64>,
    post_office_id: Option<PostOfficeId>,
}

#[derive(Debug, Deserialize)]
struct At {
    lat: f64,
    lon: f64,
    accuracy_m: f64,
}

/// A courier says where they are, or why they don't know; others are not asked.
fn whereabouts(at: Option<At>, no_fix_reason: Option<String>) -> Result<Whereabouts, Error> {
    match (at, no_fix_reason) {
        (Some(_), Some(_)) => Err(Error::invalid("at", &"send either at or no_fix_reason")),
        (Some(at), None) => Ok(Whereabouts::At {
            position: Position::new(at.lat, at.lon)
                .map_err(|problem| Error::invalid("at", &problem))?,
            accuracy_m: Some(at.accuracy_m)
                .filter(|accuracy| (0.0..=100_000.0).contains(accuracy))
                .ok_or_else(|| Error::invalid("at", &"accuracy_m must be a number from 0 up"))?,
        }),
        (None, Some(reason)) => Ok(Whereabouts::NoFix { reason }),
        (None, None) => Ok(Whereabouts::Elsewhere),
    }
}

impl StatusBody {
    fn change(self, now: Timestamp) -> Result<StatusChange, Error> {
        Ok(StatusChange {
            to: self.status,
            whereabouts: whereabouts(self.at, self.no_fix_reason)?,
            notes: self.notes,
            reason: self.reason,
            proof: self.proof,
            pictures: self.pictures,
            done_at: self.done_s_ago.and_then(|ago| action::done_at(now, ago)),
            office: self.post_office_id,
        })
    }
}

/// Moves a delivery on. With an `Idempotency-Key`, once: however often it is sent.
pub async fn change_status(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    Json(body): Json<StatusBody>,
) -> Result<Answer<DeliveryDetail>, ApiError> {
    let reference = known(&reference)?;
    let key = idempotency_key(&headers)?;
    let change = body.change(backend.now())?;
    let changed =
        deliveries::change_status_once(&actor, &backend, reference, change, key.as_ref()).await?;
    Ok(Answer(changed))
}

/// The body of `POST …/correction`.
#[derive(Debug, Deserialize)]
pub struct CorrectionBody {
    from: Status,
    at: Option<At>,
    no_fix_reason: Option<String>,
    reason: String,
}

/// Takes back a status that was a mistake. With an `Idempotency-Key`, once.
pub async fn correct(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    Json(body): Json<CorrectionBody>,
) -> Result<StatusCode, ApiError> {
    let reference = known(&reference)?;
    let key = idempotency_key(&headers)?;
    let correction = Correction {
        from: body.from,
        whereabouts: whereabouts(body.at, body.no_fix_reason)?,
        reason: body.reason,
    };
    deliveries::correct_once(&actor, &backend, reference, correction, key.as_ref().into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Error> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    // The draft writes a string in quotation marks; most clients send it bare.
    let text = value.to_str().unwrap_or_default().trim_matches('"');
    match IdempotencyKey::parse(text) {
        Ok(key) => Ok(Some(key)),
        Err(problem) => Err(Error::invalid("idempotency-key", &problem)),
    }
}

/// The body of `POST …/assignment`.
#[derive(Debug, Deserialize)]
pub struct AssignmentBody {
    courier_email: String,
}

/// Puts a delivery on a courier's run.
pub async fn assign(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    Json(body): Json<AssignmentBody>,
) -> Result<Answer<DeliveryDetail>, ApiError> {
    let courier = Email::parse(&body.courier_email)
        .map_err(|problem| Error::invalid("courier_email", &problem))?;
    Ok(Answer(
        deliveries::assign(&actor, &backend, known(&reference)?, &courier).await?,
    ))
}
