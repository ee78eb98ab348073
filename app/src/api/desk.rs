//! What a desk asks, and what admins set about offices.

use leptos::prelude::*;
use porchlight_domain::hold::{
    CountResult, DeskView, IdentityCheck, OfficeSettings, PickUpRecord, Presented,
};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::reference::Reference;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use base64::Engine;
#[cfg(feature = "ssr")]
use base64::engine::general_purpose::STANDARD as BASE64;
#[cfg(feature = "ssr")]
use porchlight_backend::{Error, holds};
#[cfg(feature = "ssr")]
use porchlight_domain::action::IdempotencyKey;
#[cfg(feature = "ssr")]
use porchlight_domain::people::Email;

/// Everything the caller's desk works with.
#[server(prefix = "/api/ui/v1", endpoint = "desk")]
pub async fn read_desk() -> Result<DeskView, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::desk(&actor, &backend).await?)
}

/// What to check before a parcel is handed over for this code.
#[server(prefix = "/api/ui/v1", endpoint = "present-code", input = server_fn::codec::Json)]
pub async fn present_code(code: String, parcel: Option<Reference>) -> Result<Presented, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::present(&actor, &backend, &code, parcel).await?)
}

/// Hands a parcel over; `signature` is a PNG in base 64, or empty. Told later it says how many seconds ago it was.
#[server(prefix = "/api/ui/v1", endpoint = "collect-parcel", input = server_fn::codec::Json)]
pub async fn collect_parcel(
    code: String,
    identity: IdentityCheck,
    signature: String,
    key: String,
    done_s_ago: Option<f64>,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let bytes = BASE64
        .decode(&signature)
        .map_err(|_| Error::invalid("signature", &"send a PNG in base 64"))?;
    let key = IdempotencyKey::parse(&key).map_err(|problem| Error::invalid("key", &problem))?;
    let hand_over = holds::HandOver {
        told: &code,
        identity,
        signature: (!bytes.is_empty()).then_some(&*bytes),
        done_s_ago,
    };
    holds::collect(&actor, &backend, hand_over, Some(&key)).await?;
    Ok(())
}

/// A parcel was not handed over.
#[server(prefix = "/api/ui/v1", endpoint = "refuse-parcel")]
pub async fn refuse_parcel(reference: Reference, reason: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::refuse(&actor, &backend, reference, &reason).await?)
}

/// A parcel left for its sender.
#[server(prefix = "/api/ui/v1", endpoint = "send-back")]
pub async fn send_back(reference: Reference) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::send_back(&actor, &backend, reference).await?)
}

/// What lies on the shelf, compared with what should.
#[server(prefix = "/api/ui/v1", endpoint = "count-shelf", input = server_fn::codec::Json)]
pub async fn count_shelf(references: Vec<Reference>) -> Result<CountResult, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::count(&actor, &backend, &references).await?)
}

/// How a parcel was handed over at a desk.
#[server(prefix = "/api/ui/v1", endpoint = "pick-up-record")]
pub async fn read_pick_up(reference: Reference) -> Result<PickUpRecord, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::pick_up_record(&actor, &backend, reference).await?)
}

/// Every office as admins set it.
#[server(prefix = "/api/ui/v1", endpoint = "office-settings")]
pub async fn all_offices() -> Result<Vec<OfficeSettings>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(holds::list_offices(&actor, &backend).await?)
}

/// Sets what an office can take; empty hours are those of the map, empty days no closure.
#[server(prefix = "/api/ui/v1", endpoint = "configure-office")]
pub async fn configure_office(
    office: PostOfficeId,
    capacity: u32,
    #[server(default)] opening_hours: String,
    #[server(default)] closed_from: String,
    #[server(default)] closed_to: String,
) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let is_closed = !closed_from.is_empty() && !closed_to.is_empty();
    let closed = is_closed
        .then(|| {
            let days = holds::closure(&backend, &closed_from, &closed_to);
            days.ok_or_else(|| Error::invalid("closed", &"choose two days"))
        })
        .transpose()?;
    let new = holds::Configuration {
        capacity,
        opening_hours: Some(opening_hours),
        closed,
    };
    Ok(holds::configure(&actor, &backend, &office, new).await?)
}

/// Gives a clerk their desk.
#[server(prefix = "/api/ui/v1", endpoint = "assign-clerk")]
pub async fn assign_clerk(office: PostOfficeId, email: String) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let email = Email::parse(&email).map_err(|problem| Error::invalid("clerk_email", &problem))?;
    Ok(holds::assign_clerk(&actor, &backend, &office, &email).await?)
}

/// Lets a desk try codes again.
#[server(prefix = "/api/ui/v1", endpoint = "unlock-desk")]
pub async fn unlock_desk(office: PostOfficeId) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let desk = holds::Locked::Desk(office);
    Ok(holds::unlock(&actor, &backend, &desk).await?)
}

/// Lets codes of a parcel be tried again.
#[server(prefix = "/api/ui/v1", endpoint = "unlock-parcel")]
pub async fn unlock_parcel(reference: Reference) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    let parcel = holds::Locked::Parcel(reference);
    Ok(holds::unlock(&actor, &backend, &parcel).await?)
}
