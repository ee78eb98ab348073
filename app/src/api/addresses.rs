//! Finding addresses.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is asynchronous")
)]

use leptos::prelude::*;
use porchlight_domain::delivery::Address;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request;

/// Addresses like the one being typed, best first.
#[server(prefix = "/api/ui/v1", endpoint = "search-addresses")]
pub async fn search_addresses(text: String) -> Result<Vec<Address>, ApiError> {
    let (actor, backend) = request::caller()?;
    Ok(porchlight_backend::geo::search(&actor, &backend, &text)?)
}

/// The address someone typed into a field; one that is found, exactly or alone.
#[cfg(feature = "ssr")]
pub fn resolve(
    actor: &porchlight_backend::accounts::Actor,
    backend: &porchlight_backend::Backend,
    text: &str,
    field: &'static str,
) -> Result<Address, ApiError> {
    let text = text.trim();
    let mut found = porchlight_backend::geo::search(actor, backend, text)?;
    let same = |address: &Address| address.text.to_lowercase() == text.to_lowercase();
    let chosen = match found.iter().position(same) {
        Some(place) => Some(found.swap_remove(place)),
        None if found.len() == 1 => found.pop(),
        None => None,
    };
    chosen.ok_or_else(|| {
        let detail = "Choose one of the suggested addresses.".to_owned();
        porchlight_backend::Error::Invalid {
            detail,
            field: Some(field),
        }
        .into()
    })
}
