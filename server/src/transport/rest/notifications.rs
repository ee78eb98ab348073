//! What people are told, and how they want to be told.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::{Backend, notify};
use porchlight_domain::ids::NotificationId;
use porchlight_domain::notification::{
    Channel, NotificationPage, OutboxEntry, PreferencesChange, PreferencesView, PushSubscription,
};
use porchlight_domain::time::Timestamp;
use serde::Deserialize;

use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// What `GET /api/v1/notifications` takes.
#[derive(Debug, Deserialize)]
pub struct PageQuery {
    before: Option<String>,
    limit: Option<u32>,
}

/// Some of the list, the newest first.
pub async fn list(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Query(query): Query<PageQuery>,
) -> Result<Answer<NotificationPage>, ApiError> {
    let before = query.before.as_deref();
    Ok(Answer(
        notify::page(&actor, &backend, before, query.limit).await?,
    ))
}

/// Reads one.
pub async fn read(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    notify::mark_read(&actor, &backend, &NotificationId::from_text(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one out of the list.
pub async fn remove(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    notify::clear_one(&actor, &backend, &NotificationId::from_text(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far reading or clearing goes: what came since then was not seen.
#[derive(Debug, Deserialize)]
pub struct UpTo {
    #[serde(default)]
    up_to: Option<Timestamp>,
}

/// Reads all.
pub async fn read_all(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<UpTo>,
) -> Result<StatusCode, ApiError> {
    notify::mark_all_read(&actor, &backend, body.up_to).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Empties the list.
pub async fn clear(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Query(query): Query<UpTo>,
) -> Result<StatusCode, ApiError> {
    notify::clear(&actor, &backend, query.up_to).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was chosen, and what can be.
pub async fn preferences(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<PreferencesView>, ApiError> {
    Ok(Answer(notify::preferences(&actor, &backend).await?))
}

/// Chooses anew what is named, and answers with everything.
pub async fn choose(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(change): Json<PreferencesChange>,
) -> Result<Answer<PreferencesView>, ApiError> {
    notify::change_preferences(&actor, &backend, change).await?;
    Ok(Answer(notify::preferences(&actor, &backend).await?))
}

/// Which channel to test.
#[derive(Debug, Deserialize)]
pub struct TestBody {
    channel: Channel,
}

/// Sends a test.
pub async fn test(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<TestBody>,
) -> Result<StatusCode, ApiError> {
    notify::send_test(&actor, &backend, body.channel).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A number to send SMS to.
#[derive(Debug, Deserialize)]
pub struct PhoneBody {
    phone: String,
}

/// Sends a code to a number.
pub async fn set_phone(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<PhoneBody>,
) -> Result<StatusCode, ApiError> {
    notify::set_phone(&actor, &backend, &body.phone).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The code that came.
#[derive(Debug, Deserialize)]
pub struct CodeBody {
    code: String,
}

/// Confirms a number.
pub async fn confirm_phone(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<CodeBody>,
) -> Result<StatusCode, ApiError> {
    notify::confirm_phone(&actor, &backend, &body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets the number.
pub async fn forget_phone(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<StatusCode, ApiError> {
    notify::forget_phone(&actor, &backend).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A browser is told from now on.
pub async fn subscribe(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(subscription): Json<PushSubscription>,
) -> Result<StatusCode, ApiError> {
    notify::subscribe(&actor, &backend, subscription).await?;
    Ok(StatusCode::CREATED)
}

/// Which browser is not told any more.
#[derive(Debug, Deserialize)]
pub struct EndpointBody {
    endpoint: String,
}

/// A browser is not told any more.
pub async fn unsubscribe(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(body): Json<EndpointBody>,
) -> Result<StatusCode, ApiError> {
    notify::unsubscribe_browser(&actor, &backend, &body.endpoint).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops what a letter is about, on the word of a mail program (RFC 8058).
pub async fn one_click(
    State(backend): State<Backend>,
    Path(token): Path<String>,
) -> Result<StatusCode, ApiError> {
    notify::turn_off(&backend, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was given up, and what was kept instead of being sent.
pub async fn outbox(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<Vec<OutboxEntry>>, ApiError> {
    Ok(Answer(notify::outbox_entries(&actor, &backend).await?))
}

/// Sends again what was given up.
pub async fn resend(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    notify::resend(&actor, &backend, &id).await?;
    Ok(StatusCode::ACCEPTED)
}
