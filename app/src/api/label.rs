//! What stands on a parcel's label.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;
use crate::qr::Drawing;
#[cfg(feature = "ssr")]
use porchlight_backend::{Error, deliveries};
#[cfg(feature = "ssr")]
use porchlight_domain::reference::Reference;

/// A label. It does not say what is in the parcel: everyone on the way reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// As people read it.
    pub reference: String,
    /// The same for scanners.
    pub qr: Option<Drawing>,
    /// Where it goes.
    pub address: String,
    /// The day it was promised for, `2026-11-20`: "today" would be wrong tomorrow.
    pub day: String,
    /// Whether it is handed to its recipient only.
    pub hands_only: bool,
}

/// The label of a parcel, for those who may see the parcel.
#[server(prefix = "/api/ui/v1", endpoint = "label")]
pub async fn read_label(reference: String) -> Result<Label, ApiError> {
    let (actor, backend) = request::caller()?;
    let reference = reference
        .parse::<Reference>()
        .map_err(|_| Error::NotFound)?;
    let detail = deliveries::detail(&actor, &backend, reference).await?;
    let text = reference.to_string();
    let hands_only = detail.is_for_hands_only();
    Ok(Label {
        qr: Drawing::of(&text),
        reference: text,
        address: detail.summary.address.text,
        day: detail
            .summary
            .window
            .from
            .to_string()
            .chars()
            .take(10)
            .collect(),
        hands_only,
    })
}
