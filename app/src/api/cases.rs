//! What went wrong with a delivery, and what came of it.

use leptos::prelude::*;
use porchlight_domain::case::CaseView;
use porchlight_domain::ids::CaseId;
use porchlight_domain::reference::Reference;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::cases;

/// The recipient does not have what was delivered.
#[server(prefix = "/api/ui/v1", endpoint = "not-received")]
pub async fn not_received(reference: Reference, words: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(cases::not_received(&actor, &backend, reference, &words).await?)
}

/// Everything that has to be looked into, or was.
#[server(prefix = "/api/ui/v1", endpoint = "cases")]
pub async fn all_cases() -> Result<Vec<CaseView>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(cases::all(&actor, &backend).await?)
}

/// It was looked into.
#[server(prefix = "/api/ui/v1", endpoint = "close-case")]
pub async fn close_case(case: CaseId, outcome: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(cases::close(&actor, &backend, &case, &outcome).await?)
}
