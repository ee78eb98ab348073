//! A stop in one row: enough to know what comes, and a touch away from the rest.
//!
//! A run has up to 150 of them, and all come alive before the first one answers: a row is one thing that is compared, and
//! one part of the page.

use leptos::prelude::*;
use porchlight_domain::instruction::InstructionState;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{RunView, StopView};

use crate::clock::{Clock, SpanWords};
use crate::components::{Icon, part, words};
use crate::text::{CourierText, use_page_text};

/// The stop's address and time, as a switch for everything else about it.
#[component]
pub fn StopRow(
    /// Which.
    reference: Reference,
    /// The run as it is shown.
    run: Memo<Option<RunView>>,
    /// The clock of the list.
    clock: Clock,
    /// Whether the rest is shown.
    opened: RwSignal<bool>,
) -> impl IntoView {
    let row =
        Memo::new(move |_| run.with(|run| Some(Row::of(run.as_ref()?.stop(reference)?, clock))));
    view! {
        <button
            type="button"
            class="stop__row"
            aria-expanded=words(move || if opened.get() { "true" } else { "false" })
            on:click=move |_| opened.update(|opened| *opened = !*opened)
        >
            {part(move || row.get().map(|row| row.view(reference)).into_any())}
            <Icon name="down" />
        </button>
    }
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    address: String,
    /// When the courier gets there, or while that is not known, when it was promised.
    span: SpanWords,
    is_expected: bool,
    is_late: bool,
    /// Whether its recipient waits for an answer.
    asks: bool,
}

impl Row {
    /// Tracks the clock.
    fn of(stop: &StopView, clock: Clock) -> Self {
        let promised = (stop.window.from, stop.window.to);
        let span = stop.eta.map_or(promised, |eta| (eta.from, eta.to));
        Self {
            address: stop.address.text.clone(),
            span: clock.say_span(span),
            is_expected: stop.eta.is_some(),
            is_late: stop.is_late(),
            asks: has_question(stop),
        }
    }

    fn view(self, reference: Reference) -> AnyView {
        let t = use_page_text::<CourierText>();
        let word = if self.is_expected {
            t.expected
        } else {
            t.promised
        };
        view! {
            <span class="stop__row-words">
                <span class="stop__address">{self.address}</span>
                <span class="stop__row-facts">
                    <span class="stop__expected" class:stop__expected--late=self.is_late>
                        <span class="visually-hidden">{word} " "</span>
                        {self.span.view()}
                        {self.is_late.then(|| view! { <strong class="stop__late">{t.late}</strong> })}
                    </span>
                    <span class="stop__reference">{reference.to_string()}</span>
                    {self.asks.then(|| view! { <span class="stop__asks">{t.card_new}</span> })}
                </span>
            </span>
        }
        .into_any()
    }
}

fn has_question(stop: &StopView) -> bool {
    let mut cards = stop.instructions.iter();
    stop.status.still_comes() && cards.any(|card| card.state == InstructionState::Open)
}
