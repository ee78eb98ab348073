//! What its recipient can still wish for a parcel: another day, and what the courier is to know.

mod cards;
mod day;
mod panel;
mod photo;
mod tell;

use leptos::prelude::*;
use porchlight_domain::reference::Reference;

use crate::components::{effect, later, maybe};
use crate::live::TrackingState;
use panel::wishes_panel;
pub use panel::{wish_card, wishes_in_chat};

/// The panel, while the parcel still comes. The page is there without it, and the server does not wait for it.
#[component]
pub fn Wishes(
    /// Of which delivery.
    reference: Reference,
    /// What is known.
    state: RwSignal<TrackingState>,
) -> impl IntoView {
    let is_here = RwSignal::new(false);
    effect(move || is_here.set(true));
    let still_comes =
        Memo::new(move |_| is_here.get() && state.with(|state| state.status.still_comes()));
    maybe(move || {
        still_comes
            .get()
            .then(|| later(wishes_panel(reference, state)))
    })
}
