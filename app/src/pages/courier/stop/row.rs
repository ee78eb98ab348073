//! A stop in one row: enough to know what comes, and a touch away from the rest.

use leptos::prelude::*;
use porchlight_domain::instruction::InstructionState;
use porchlight_domain::tracking::StopView;

use crate::clock::TimeSpan;
use crate::components::{Icon, maybe, words};
use crate::text::{CourierText, use_page_text};

/// The stop's address and time, as a switch for everything else about it.
#[component]
pub fn StopRow(
    /// Which.
    stop: Memo<Option<StopView>>,
    /// Whether the rest is shown.
    opened: RwSignal<bool>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let of = move |read: fn(&StopView) -> String| {
        words(move || stop.with(|stop| stop.as_ref().map(read).unwrap_or_default()))
    };
    view! {
        <button
            type="button"
            class="stop__row"
            aria-expanded=words(move || if opened.get() { "true" } else { "false" })
            on:click=move |_| opened.update(|opened| *opened = !*opened)
        >
            <span class="stop__row-words">
                <span class="stop__address">{of(|stop| stop.address.text.clone())}</span>
                <span class="stop__row-facts">
                    {maybe(move || Some(view! { <When stop=stop.get()? /> }.into_any()))}
                    <span class="stop__reference">{of(|stop| stop.reference.to_string())}</span>
                    {maybe(move || {
                        let asks = stop.with(|stop| stop.as_ref().is_some_and(has_question));
                        asks.then(|| view! { <span class="stop__asks">{t.card_new}</span> }.into_any())
                    })}
                </span>
            </span>
            <Icon name="down" />
        </button>
    }
}

/// Whether its recipient waits for an answer.
fn has_question(stop: &StopView) -> bool {
    let mut cards = stop.instructions.iter();
    stop.status.still_comes() && cards.any(|card| card.state == InstructionState::Open)
}

/// When the courier gets there, or while that is not known, when it was promised.
#[component]
fn When(stop: StopView) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let is_late = stop.is_late();
    let span = stop
        .eta
        .map_or((stop.window.from, stop.window.to), |eta| (eta.from, eta.to));
    let word = if stop.eta.is_some() {
        t.expected
    } else {
        t.promised
    };
    view! {
        <span class="stop__expected" class:stop__expected--late=is_late>
            <span class="visually-hidden">{word} " "</span>
            <TimeSpan span=Signal::stored(span) />
            {is_late.then(|| view! { <strong class="stop__late">{t.late}</strong> })}
        </span>
    }
}
