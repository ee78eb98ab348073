//! What a customer sees.

use leptos::prelude::*;
use leptos_meta::Title;

/// The customer's start page.
#[component]
pub fn CustomerHome() -> impl IntoView {
    view! {
        <Title text="Your deliveries" />
        <h1>"Your deliveries"</h1>
    }
}
