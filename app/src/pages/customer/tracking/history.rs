//! Where everything that happened stands.

use leptos::html::Details;
use leptos::prelude::*;
use porchlight_domain::tracking::TimelineEntry;

use super::history_lines::history_lines;
use crate::components::{effect, later, maybe};
use crate::text::use_text;

/// A line that opens the timeline. Few people open it, so its code and words come then.
#[component]
pub fn History(
    /// Oldest first.
    #[prop(into)]
    timeline: Signal<Vec<TimelineEntry>>,
) -> impl IntoView {
    let t = use_text();
    let was_opened = RwSignal::new(false);
    let details = NodeRef::<Details>::new();
    // It may have been opened before anything here could hear of it.
    effect(move || {
        let is_open = details
            .get()
            .is_some_and(|details| details.has_attribute("open"));
        if is_open {
            was_opened.set(true);
        }
    });
    view! {
        <details class="history" node_ref=details on:toggle=move |_| was_opened.set(true)>
            <summary class="history__title">{t.tracking.history}</summary>
            {maybe(move || {
                was_opened.get().then(|| later(history_lines(timeline)))
            })}
        </details>
    }
}
