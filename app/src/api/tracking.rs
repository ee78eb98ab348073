//! Everything one tracking page shows.

use leptos::prelude::*;
use porchlight_domain::tracking::{DeliveryDetail, SharedView, TrackingView};
use serde::Serialize;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::{Error, deliveries, tracking};
#[cfg(feature = "ssr")]
use porchlight_domain::reference::Reference;

/// A delivery and where its courier is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tracked {
    /// What it is, and everything that happened.
    pub detail: DeliveryDetail,
    /// Where the courier is; none before it is dispatched.
    pub tracking: Option<TrackingView>,
}

porchlight_domain::wire! { Tracked { detail, tracking } }

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
    Ok(Tracked { detail, tracking })
}

/// What a share link shows.
#[server(prefix = "/api/ui/v1", endpoint = "shared")]
pub async fn shared(token: String) -> Result<SharedView, ApiError> {
    let (_, backend) = request::caller()?;
    Ok(deliveries::shared(&backend, &token).await?)
}
