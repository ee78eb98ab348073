//! A status in one word and one colour.

use leptos::prelude::*;
use porchlight_domain::delivery::Status;

use super::words;
use crate::text::use_text;

/// The colour of a status: what a person should feel about it.
pub fn tone(status: Status) -> &'static str {
    match status {
        Status::OutForDelivery => "lit",
        Status::Delivered | Status::PickedUp => "done",
        Status::Failed => "warn",
        Status::Returned | Status::Cancelled => "over",
        Status::Booked | Status::Collected | Status::InTransit | Status::Held => "calm",
    }
}

/// A status in a list.
#[component]
pub fn StatusChip(
    /// Which.
    #[prop(into)]
    status: Signal<Status>,
) -> impl IntoView {
    let t = use_text();
    view! {
        <span class=words(move || format!("chip chip--{}", tone(status.get())))>
            {words(move || t.status_name(status.get()))}
        </span>
    }
}
