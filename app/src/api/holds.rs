//! Parcels that wait at post offices: what their recipients choose and read.

use leptos::prelude::*;
use porchlight_domain::geo::Position;
use porchlight_domain::hold::{HoldPreferences, HoldView, OfficeView};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::reference::Reference;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
use crate::qr::Drawing;
#[cfg(feature = "ssr")]
use porchlight_backend::{deliveries, holds};

/// How a parcel is held, with the passes drawn: the page need not carry what draws them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoldPage {
    /// None where it goes to the door.
    pub hold: Option<HoldView>,
    /// The recipient's pass.
    pub qr: Option<Drawing>,
    /// The delegates', in their order.
    pub delegates: Vec<Option<Drawing>>,
}

/// How a parcel of the caller's is held.
#[server(prefix = "/api/ui/v1", endpoint = "hold")]
pub async fn read_hold(reference: Reference) -> Result<HoldPage, ApiError> {
    let (actor, backend) = request::caller()?;
    let hold = holds::hold(&actor, &backend, reference).await?;
    let pass = hold.as_ref().and_then(|hold| hold.pass.as_ref());
    let delegates = hold.iter().flat_map(|hold| &hold.delegates);
    Ok(HoldPage {
        qr: pass.and_then(|pass| Drawing::of(&pass.pass)),
        delegates: delegates
            .map(|delegate| Drawing::of(&delegate.pass.pass))
            .collect(),
        hold,
    })
}

/// The offices nearest to where a parcel goes, to a text, or to where the phone is.
#[server(prefix = "/api/ui/v1", endpoint = "post-offices", input = server_fn::codec::Json)]
pub async fn post_offices(
    reference: Reference,
    text: String,
    at: Option<Position>,
) -> Result<Vec<OfficeView>, ApiError> {
    let (actor, backend) = request::caller()?;
    let parcel = deliveries::detail(&actor, &backend, reference)
        .await?
        .summary;
    let near = match at {
        Some(at) => holds::Near::Position(at),
        None if text.trim().is_empty() => holds::Near::Position(parcel.address.position),
        None => holds::Near::Text(text),
    };
    let arrives = parcel.window.to.max(backend.now());
    Ok(holds::nearest(&actor, &backend, near, Some(arrives)).await?)
}

/// Sends a parcel to an office, or to another one.
#[server(prefix = "/api/ui/v1", endpoint = "request-hold")]
pub async fn request_hold(reference: Reference, office: PostOfficeId) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::request(&actor, &backend, reference, &office).await?)
}

/// Brings it to the door after all.
#[server(prefix = "/api/ui/v1", endpoint = "cancel-hold")]
pub async fn cancel_hold(reference: Reference) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::cancel(&actor, &backend, reference).await?)
}

/// Keeps it for longer.
#[server(prefix = "/api/ui/v1", endpoint = "extend-hold")]
pub async fn extend_hold(reference: Reference) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::extend(&actor, &backend, reference).await?)
}

/// Lets somebody else collect it.
#[server(prefix = "/api/ui/v1", endpoint = "name-delegate")]
pub async fn name_delegate(reference: Reference, name: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::name_delegate(&actor, &backend, reference, &name).await?)
}

/// They may not any more.
#[server(prefix = "/api/ui/v1", endpoint = "revoke-delegate")]
pub async fn revoke_delegate(reference: Reference, name: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::revoke_delegate(&actor, &backend, reference, &name).await?)
}

/// What the caller wants for every parcel, with the office's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wishes {
    /// What they want.
    pub preferences: HoldPreferences,
    /// Offices to choose from.
    pub offices: Vec<OfficeView>,
}

/// What the caller wants, and the offices near an address to choose from; none without an address.
#[server(prefix = "/api/ui/v1", endpoint = "hold-wishes")]
pub async fn hold_wishes(address: String) -> Result<Wishes, ApiError> {
    let (actor, backend) = request::caller()?;
    let preferences = holds::preferences(&actor, &backend).await?;
    let mut offices = Vec::new();
    if let Some(office) = &preferences.office {
        offices.extend(holds::office(&actor, &backend, office).await?);
    }
    if !address.trim().is_empty() {
        let near = holds::nearest(&actor, &backend, holds::Near::Text(address), None).await?;
        let chosen = preferences.office.clone();
        offices.extend(
            near.into_iter()
                .filter(|office| Some(&office.id) != chosen.as_ref()),
        );
    }
    Ok(Wishes {
        preferences,
        offices,
    })
}

/// Changes what the caller wants.
#[server(prefix = "/api/ui/v1", endpoint = "set-hold-wishes", input = server_fn::codec::Json)]
pub async fn set_hold_wishes(preferences: HoldPreferences) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::set_preferences(&actor, &backend, &preferences).await?)
}
