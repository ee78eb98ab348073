//! Where it is shown how a parcel was handed over.

use leptos::prelude::*;
use porchlight_domain::delivery::Status;
use porchlight_domain::reference::Reference;

use super::proof_panel::proof_panel;
use crate::components::{effect, later, maybe};
use crate::live::TrackingState;

/// Pictures, and what to do when the parcel is not there. Most people who look wait for a parcel still, so the code
/// comes when there is something to show.
#[component]
pub fn Proof(
    /// Of which delivery.
    reference: Reference,
    /// What is known.
    state: RwSignal<TrackingState>,
) -> impl IntoView {
    // The server does not wait for it.
    let is_here = RwSignal::new(false);
    effect(move || is_here.set(true));
    let is_there = Memo::new(move |_| {
        let status = state.with(|state| state.status);
        is_here.get() && matches!(status, Status::Delivered | Status::Failed)
    });
    maybe(move || is_there.get().then(|| later(proof_panel(reference, state))))
}
