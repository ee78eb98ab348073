//! Where a customer lets others watch.

use leptos::prelude::*;
use porchlight_domain::reference::Reference;

use super::share_panel::share_panel;
use crate::components::{later, maybe};
use crate::text::use_text;

/// A line that opens the panel of links. Few people need it, so its code and data come when it is opened.
#[component]
pub fn Shares(
    /// Of which delivery.
    reference: Reference,
) -> impl IntoView {
    let t = use_text();
    let was_opened = RwSignal::new(false);
    view! {
        <details class="shares" on:toggle=move |_| was_opened.set(true)>
            <summary class="shares__title">{t.shares.title}</summary>
            {maybe(move || {
                was_opened.get().then(|| later(share_panel(reference)))
            })}
        </details>
    }
}
