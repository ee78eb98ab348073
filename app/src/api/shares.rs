//! Links with which a customer lets others watch a delivery.

use leptos::prelude::*;
use porchlight_domain::ids::ShareId;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{NewShareLink, ShareLink};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::deliveries;

/// The links of a delivery, newest first.
#[server(prefix = "/api/ui/v1", endpoint = "shares")]
pub async fn shares(reference: Reference) -> Result<Vec<ShareLink>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(deliveries::shares(&actor, &backend, reference).await?)
}

/// Makes a link.
#[server(prefix = "/api/ui/v1", endpoint = "share")]
pub async fn share(reference: Reference, label: String) -> Result<NewShareLink, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(deliveries::share(&actor, &backend, reference, &label).await?)
}

/// Ends a link.
#[server(prefix = "/api/ui/v1", endpoint = "revoke-share")]
pub async fn revoke_share(reference: Reference, id: ShareId) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    deliveries::revoke_share(&actor, &backend, reference, &id).await?;
    Ok(())
}
