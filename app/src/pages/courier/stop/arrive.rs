//! "I'm here": for where GPS does not know it.

use leptos::prelude::*;
use porchlight_domain::action::Step;

use super::AtStop;
use crate::clock::now;
use crate::components::{Icon, maybe};
use crate::text::{CourierText, use_page_text};

/// Tells the recipient of the next stop that the courier is at the door; says so once they know, from whomever.
#[component]
pub fn Arrive(
    /// Where.
    at: AtStop,
    /// Whether it is the next stop.
    is_next: Memo<bool>,
    /// Whether the recipient knows.
    has_arrived: Memo<bool>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let arrive = move |_| {
        let whereabouts = at.position.whereabouts(now());
        let reference = at.reference;
        let step = Step::Arrive {
            reference,
            whereabouts,
        };
        at.steps.take(step, at.place.get_untracked());
    };
    maybe(move || {
        if has_arrived.get() {
            let line = view! {
                <p class="stop__arrived" role="status">
                    <Icon name="check" />
                    {t.arrived_text}
                </p>
            };
            return Some(line.into_any());
        }
        is_next
            .get()
            .then(|| {
                view! {
                    <button type="button" class="button button--wide" on:click=arrive>
                        <Icon name="door" />
                        {t.arrive}
                    </button>
                }
            })
            .map(IntoAny::into_any)
    })
}
