//! Collecting parcels at the depot: one code after the other, with the camera open.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::delivery::{Status, StatusChange};
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{RunView, StopView};

use super::position::PositionSharing;
use super::signal::{Outcome, Signals};
use super::steps::Steps;
use crate::clock::now;
use crate::components::{Icon, maybe, part, words};
use crate::scan::scanner;
use crate::text::{CourierText, use_page_text};

/// What became of the code that was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Last {
    outcome: Outcome,
    reference: Option<Reference>,
    /// Counts, so that two alike are told twice.
    number: u32,
}

/// What collecting needs to know. Cheap to copy.
#[derive(Clone, Copy)]
struct Collecting {
    shown: Memo<Option<RunView>>,
    steps: Steps,
    position: PositionSharing,
    signals: Signals,
    last: RwSignal<Option<Last>>,
}

impl Collecting {
    /// Takes what was scanned or typed.
    fn read(self, text: &str) {
        let reference = Reference::on_label(text);
        let outcome = match reference {
            None => Outcome::NoParcel,
            Some(reference) => self.collect(reference),
        };
        self.signals.give(outcome);
        self.last.update(|last| {
            let number = last.as_ref().map_or(0, |last| last.number.wrapping_add(1));
            *last = Some(Last {
                outcome,
                reference,
                number,
            });
        });
    }

    fn collect(self, reference: Reference) -> Outcome {
        let stop = self
            .shown
            .with_untracked(|run| run.as_ref()?.stop(reference).cloned());
        match stop {
            None => Outcome::NotOnThisRun,
            Some(stop) if stop.status != Status::Booked => Outcome::Already,
            Some(stop) => {
                let change = StatusChange::to(Status::Collected, self.position.whereabouts(now()));
                let step = Step::ChangeStatus { reference, change };
                self.steps.take(step, stop.address.text);
                Outcome::Good
            }
        }
    }
}

/// What is still to be collected, and how.
#[component]
pub fn Collect(
    /// The run as it is shown.
    shown: Memo<Option<RunView>>,
    /// What is done.
    steps: Steps,
    /// Where the phone is.
    position: PositionSharing,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let missing = Memo::new(move |_| {
        shown.with(|run| {
            let stops = run.iter().flat_map(|run| &run.stops);
            let booked = stops.filter(|stop| stop.status == Status::Booked);
            booked.cloned().collect::<Vec<StopView>>()
        })
    });
    let is_open = RwSignal::new(false);
    let collecting = Collecting {
        shown,
        steps,
        position,
        signals: Signals::default(),
        last: RwSignal::new(None),
    };
    // It stays until it is closed: the last parcel's word is read, too.
    let is_there = Memo::new(move |_| is_open.get() || missing.with(|missing| !missing.is_empty()));
    let toggle = move |_| {
        collecting.signals.allow();
        is_open.update(|is_open| *is_open = !*is_open);
        collecting.last.set(None);
    };
    let label = move || {
        if is_open.get() {
            t.stop_scanning
        } else {
            t.collect
        }
    };
    maybe(move || {
        is_there.get().then(|| {
            view! {
                <section class="collect">
                    <h2 class="section-title">
                        {words(move || (t.collect_missing)(missing.with(Vec::len)))}
                    </h2>
                    {maybe(move || {
                        is_open.get().then(|| view! { <Scanning collecting /> }.into_any())
                    })}
                    <button
                        type="button"
                        class="button button--wide"
                        class:button--primary=move || !is_open.get()
                        on:click=toggle
                    >
                        <Icon name="scan" />
                        {words(label)}
                    </button>
                    {maybe(move || {
                        is_open.get().then(|| view! { <Missing missing /> }.into_any())
                    })}
                </section>
            }
            .into_any()
        })
    })
}

#[component]
fn Scanning(collecting: Collecting) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let read = Callback::new(move |text: String| collecting.read(&text));
    let input = NodeRef::<Input>::new();
    let typed = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            collecting.read(&input.value());
            input.set_value("");
            // The next one is typed at once.
            drop(input.focus());
        }
    };
    let last = collecting.last;
    view! {
        {Suspend::new(scanner(read))}
        <div role="status">
            {part(move || last.get().map(|last| view! { <LastOne last /> }).into_any())}
        </div>
        <form class="collect__typed" on:submit=typed>
            <label class="visually-hidden" for="collect-reference">
                {t.collect_reference}
            </label>
            <input
                class="field__input"
                id="collect-reference"
                node_ref=input
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                maxlength="20"
                placeholder=t.collect_reference
                required
            />
            <button type="submit" class="button">
                {t.collect_typed}
            </button>
        </form>
    }
}

#[component]
fn LastOne(last: Last) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let (class, icon, text) = match last.outcome {
        Outcome::Good => ("collect__last collect__last--good", "check", t.collect_good),
        Outcome::Already => ("collect__last", "check", t.collect_already),
        Outcome::NotOnThisRun => (
            "collect__last collect__last--bad",
            "alert",
            t.collect_not_here,
        ),
        Outcome::NoParcel => (
            "collect__last collect__last--bad",
            "alert",
            t.collect_no_parcel,
        ),
    };
    let reference = last.reference.map(|reference| reference.to_string());
    view! {
        <p class=class>
            <Icon name=icon />
            <span>
                <strong>{reference}</strong>
                " "
                {text}
            </span>
        </p>
    }
}

/// What has not been scanned yet.
#[component]
fn Missing(missing: Memo<Vec<StopView>>) -> impl IntoView {
    part(move || {
        let lines = missing.get().into_iter().map(|stop| {
            view! {
                <li class="collect__line">
                    <span class="collect__reference">{stop.reference.to_string()}</span>
                    <span>{stop.description} ", " {stop.address.text}</span>
                </li>
            }
            .into_any()
        });
        view! { <ul class="collect__lines">{lines.collect_view()}</ul> }.into_any()
    })
}
