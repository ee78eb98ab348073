//! Everything one tracking page shows.

use leptos::prelude::*;
use porchlight_domain::chat::ChatBadge;
#[cfg(feature = "ssr")]
use porchlight_domain::delivery::HandoverLevel;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{DeliveryDetail, HandoverView, SharedView, TrackingView};
use serde::Serialize;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::{Error, chat, deliveries, tracking};

/// A delivery and where its courier is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tracked {
    /// What it is, and everything that happened.
    pub detail: DeliveryDetail,
    /// Where the courier is; none before it is dispatched.
    pub tracking: Option<TrackingView>,
    /// Whether it is handed to them only, and their code.
    pub handover: HandoverView,
    /// What is new in the chat with the courier.
    pub chat: ChatBadge,
}

porchlight_domain::wire! { Tracked { detail, tracking, handover, chat } }

/// A delivery of the caller's and where its courier is.
#[server(prefix = "/api/ui/v1", endpoint = "track")]
pub async fn track(reference: String) -> Result<Tracked, ApiError> {
    let (actor, backend) = request::caller()?;
    let reference = reference
        .parse::<Reference>()
        .map_err(|_| Error::NotFound)?;
    let detail = deliveries::detail(&actor, &backend, reference).await?;
    let tracking = match tracking::tracking(&actor, &backend, reference).await {
        Ok(view) => Some(view),
        Err(Error::NotDispatched) => None,
        Err(error) => return Err(error.into()),
    };
    let handover = deliveries::handover(&actor, &backend, reference).await?;
    let chat = chat::badge(&actor, &backend, reference).await?;
    Ok(Tracked {
        detail,
        tracking,
        handover,
        chat,
    })
}

/// The recipient wants it in their hands only, and shows it like that: `two_way`, `pin` or, no longer, nothing.
/// Asked again it makes a new code.
#[server(prefix = "/api/ui/v1", endpoint = "ask-for-handover")]
pub async fn ask_for_handover(
    reference: Reference,
    #[server(default)] level: String,
) -> Result<HandoverView, ApiError> {
    let (actor, backend) = request::caller()?;
    let level = HandoverLevel::from_text(&level);
    Ok(deliveries::ask_for_handover(&actor, &backend, reference, level).await?)
}

/// What a share link shows.
#[server(prefix = "/api/ui/v1", endpoint = "shared")]
pub async fn shared(token: String) -> Result<SharedView, ApiError> {
    let (_, backend) = request::caller()?;
    Ok(deliveries::shared(&backend, &token).await?)
}
