//! The courier's run of today.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use porchlight_domain::fix::ReportedFix;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::RunView;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
#[cfg(feature = "ssr")]
use porchlight_backend::{deliveries, runs, tracking};
#[cfg(feature = "ssr")]
use porchlight_domain::delivery::{Proof, Status, StatusChange, Whereabouts};

/// Today's run, if there is one.
#[server(prefix = "/api/ui/v1", endpoint = "run-today")]
pub async fn today() -> Result<Option<RunView>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(runs::today(&actor, &backend).await?)
}

/// Begins the run: position sharing is on from here.
#[server(prefix = "/api/ui/v1", endpoint = "start-run")]
pub async fn start() -> Result<RunView, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(runs::start(&actor, &backend).await?)
}

/// Ends the run: position sharing is off from here.
#[server(prefix = "/api/ui/v1", endpoint = "end-run")]
pub async fn end() -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(runs::end(&actor, &backend).await?)
}

/// Where the courier's phone was, oldest first. Returns the seconds until it should say so again.
#[server(prefix = "/api/ui/v1", endpoint = "report-positions", input = Json)]
pub async fn report_positions(fixes: Vec<ReportedFix>) -> Result<u32, ApiError> {
    let (actor, backend) = request::caller()?;
    let taken = tracking::ingest(&actor, &backend, fixes).await?;
    Ok(taken.next_interval_s)
}

/// The parcel is on the van.
#[server(prefix = "/api/ui/v1", endpoint = "set-out")]
pub async fn set_out(reference: Reference) -> Result<(), ApiError> {
    let change = StatusChange::to(Status::OutForDelivery, no_fix());
    change_status(reference, change).await
}

/// The parcel was handed to someone.
#[server(prefix = "/api/ui/v1", endpoint = "hand-over")]
pub async fn hand_over(reference: Reference, recipient: String) -> Result<(), ApiError> {
    let change = StatusChange {
        proof: Some(Proof::RecipientName(recipient)),
        ..StatusChange::to(Status::Delivered, no_fix())
    };
    change_status(reference, change).await
}

/// The parcel could not be handed over.
#[server(prefix = "/api/ui/v1", endpoint = "report-failure")]
pub async fn report_failure(reference: Reference, reason: String) -> Result<(), ApiError> {
    let change = StatusChange {
        reason: Some(reason),
        ..StatusChange::to(Status::Failed, no_fix())
    };
    change_status(reference, change).await
}

#[cfg(feature = "ssr")]
async fn change_status(reference: Reference, change: StatusChange) -> Result<(), ApiError> {
    let (actor, backend) = request::caller()?;
    deliveries::change_status(&actor, &backend, reference, change).await?;
    Ok(())
}

/// The forms of the run page carry no position: what the phone reports goes its own way.
#[cfg(feature = "ssr")]
fn no_fix() -> Whereabouts {
    Whereabouts::NoFix {
        reason: "set on the run page".to_owned(),
    }
}
