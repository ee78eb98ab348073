//! What the recipient's own page is told at the door.

use leptos::prelude::*;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::CourierCheck;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
use crate::qr::Drawing;
#[cfg(feature = "ssr")]
use porchlight_backend::deliveries;

/// Who stands there, with the code drawn: the page need not carry what draws it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Who it is, and the code for them.
    pub check: CourierCheck,
    /// The code for their scanner.
    pub qr: Option<Drawing>,
}

/// Sends what the courier's screen showed.
#[server(prefix = "/api/ui/v1", endpoint = "check-courier")]
pub async fn check_courier(reference: Reference, proof: String) -> Result<Answered, ApiError> {
    let (actor, backend) = request::caller()?;
    let check = deliveries::check_courier(&actor, &backend, reference, &proof).await?;
    let qr = match &check {
        CourierCheck::Proven(proven) => Drawing::of(&proven.code),
        CourierCheck::Old {} | CourierCheck::Foreign {} => None,
    };
    Ok(Answered { check, qr })
}
