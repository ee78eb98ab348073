//! What pages show of chats that are not open, and of what was reported. Chats themselves speak with `/ws/chat`.

use leptos::prelude::*;
use porchlight_domain::chat::ChatBadge;
use porchlight_domain::chat::wire::ReportView;
use porchlight_domain::reference::Reference;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::chat;

/// What is new in the chat about a delivery of the caller.
#[server(prefix = "/api/ui/v1", endpoint = "chat-badge")]
pub async fn whats_new(reference: Reference) -> Result<ChatBadge, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(chat::badge(&actor, &backend, reference).await?)
}

/// Messages that somebody showed to the operator, the newest first.
#[server(prefix = "/api/ui/v1", endpoint = "chat-reports")]
pub async fn chat_reports() -> Result<Vec<ReportView>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(chat::reports(&actor, &backend).await?)
}
