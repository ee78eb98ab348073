//! Not at home: the way to a post office. What chooses one, and the pass, are fetched when they are needed.

mod chooser;
mod office;
mod panel;
mod pass;

use leptos::prelude::*;
use porchlight_domain::delivery::Status;
use porchlight_domain::event::Fact;
use porchlight_domain::geo::Position;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::TimelineEntry;

use super::is_asked_for;
use crate::components::{Icon, effect, later, maybe};
use crate::live::TrackingState;
use crate::text::use_text;
use panel::hold_panel;

/// Whether a post office is what the timeline speaks of last.
fn is_held(timeline: &[TimelineEntry]) -> bool {
    let holds = timeline.iter().rev().find_map(|entry| match &entry.fact {
        Fact::HoldConfirmed(_) | Fact::HoldReady(_) | Fact::HoldExpired(_) => Some(true),
        Fact::HoldCancelled(_) | Fact::HoldCollected(_) => Some(false),
        _ => None,
    });
    holds.unwrap_or_default()
}

/// Asks for a post office, or says how it stands there.
#[component]
pub fn Hold(
    /// Of which delivery.
    reference: Reference,
    /// Where it would go else.
    door: Position,
    /// What is known.
    state: RwSignal<TrackingState>,
) -> impl IntoView {
    let t = use_text();
    // The server does not wait for the panel.
    let is_here = RwSignal::new(false);
    effect(move || is_here.set(true));
    let is_wanted = RwSignal::new(is_asked_for("hold"));
    let is_held = Memo::new(move |_| state.with(|state| is_held(&state.timeline)));
    let can_ask = Memo::new(move |_| {
        let status = state.with(|state| state.status);
        !status.is_final() && status != Status::Held
    });
    let is_open = Memo::new(move |_| is_held.get() || (is_wanted.get() && can_ask.get()));
    let invitation = move || {
        view! {
            <section class="hold">
                <h2 class="section-title">
                    <Icon name="office" />
                    {t.hold.title}
                </h2>
                <p class="hold__text">{t.hold.text}</p>
                <button
                    type="button"
                    class="button button--wide"
                    on:click=move |_| is_wanted.set(true)
                >
                    {t.hold.ask}
                </button>
            </section>
        }
        .into_any()
    };
    maybe(move || {
        if is_open.get() && is_here.get() {
            let close = Callback::new(move |()| is_wanted.set(false));
            return Some(later(hold_panel(reference, door, state, close)));
        }
        (can_ask.get() && !is_held.get()).then(invitation)
    })
}
