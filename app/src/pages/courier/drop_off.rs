//! Dropping parcels at a post office: all that go there, one code after the other, also without a network.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::delivery::{Status, StatusChange};
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{RunView, StopOffice, StopView};

use super::position::PositionSharing;
use super::signal::{Outcome, Signals};
use super::steps::Steps;
use crate::clock::now;
use crate::components::{Icon, maybe, part, words};
use crate::scan::scanner;
use crate::text::{CourierText, use_page_text};

/// What was read last, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Last {
    outcome: Outcome,
    reference: Option<Reference>,
}

/// What dropping needs to know. Cheap to copy.
#[derive(Clone, Copy)]
struct Dropping {
    waiting: Memo<Vec<StopView>>,
    steps: Steps,
    position: PositionSharing,
    signals: Signals,
    last: RwSignal<Option<Last>>,
}

/// Whether a parcel is on the van and goes to an office.
fn is_for_an_office(stop: &StopView) -> bool {
    stop.office.is_some() && matches!(stop.status, Status::OutForDelivery | Status::Failed)
}

/// The parcels for the office that comes first.
fn for_one_office(run: &RunView) -> Vec<StopView> {
    let all = || run.stops.iter().filter(|stop| is_for_an_office(stop));
    let first = all().next().and_then(|stop| stop.office.clone());
    all().filter(|stop| stop.office == first).cloned().collect()
}

impl Dropping {
    fn read(self, text: &str) {
        let reference = Reference::on_label(text);
        let outcome = match reference {
            None => Outcome::NoParcel,
            Some(reference) => self.drop_one(reference),
        };
        self.signals.give(outcome);
        self.last.set(Some(Last { outcome, reference }));
    }

    fn drop_one(self, reference: Reference) -> Outcome {
        let stop = self.waiting.with_untracked(|stops| {
            let stop = stops.iter().find(|stop| stop.reference == reference);
            stop.cloned()
        });
        let Some(stop) = stop else {
            return Outcome::NotOnThisRun;
        };
        let change = StatusChange {
            office: stop.office.map(|office| office.id),
            ..StatusChange::to(Status::Held, self.position.whereabouts(now()))
        };
        let step = Step::ChangeStatus { reference, change };
        self.steps.take(step, stop.address.text);
        Outcome::Good
    }

    fn drop_all(self) {
        let references = self
            .waiting
            .with_untracked(|stops| stops.iter().map(|stop| stop.reference).collect::<Vec<_>>());
        for reference in references {
            self.drop_one(reference);
        }
    }
}

/// The parcels for a post office, and how they are dropped there.
#[component]
pub fn DropOff(
    /// The run as it is shown.
    shown: Memo<Option<RunView>>,
    /// What is done.
    steps: Steps,
    /// Where the phone is.
    position: PositionSharing,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let waiting =
        Memo::new(move |_| shown.with(|run| run.as_ref().map(for_one_office).unwrap_or_default()));
    let office = Memo::new(move |_| {
        waiting.with(|stops| stops.first().and_then(|stop| stop.office.clone()))
    });
    let is_open = RwSignal::new(false);
    let dropping = Dropping {
        waiting,
        steps,
        position,
        signals: Signals::default(),
        last: RwSignal::new(None),
    };
    let toggle = move |_| {
        dropping.signals.allow();
        is_open.update(|is_open| *is_open = !*is_open);
        dropping.last.set(None);
    };
    let is_there = Memo::new(move |_| is_open.get() || waiting.with(|waiting| !waiting.is_empty()));
    let title = move || {
        let name = office.get().map(|StopOffice { name, .. }| name);
        (t.drop_title)(waiting.with(Vec::len), &name.unwrap_or_default())
    };
    let label = move || {
        if is_open.get() {
            t.stop_scanning
        } else {
            t.drop_scan
        }
    };
    maybe(move || {
        is_there.get().then(|| {
            view! {
                <section class="collect drop-off">
                    <h2 class="section-title">
                        <Icon name="office" />
                        {words(title)}
                    </h2>
                    {maybe(move || {
                        is_open.get().then(|| view! { <Scanning dropping /> }.into_any())
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
                    {part(move || {
                        let lines = waiting.get().into_iter().map(|stop| {
                            view! {
                                <li class="collect__line">
                                    <span class="collect__reference">{stop.reference.to_string()}</span>
                                    <span>{stop.description}</span>
                                </li>
                            }
                            .into_any()
                        });
                        view! { <ul class="collect__lines">{lines.collect_view()}</ul> }.into_any()
                    })}
                </section>
            }
            .into_any()
        })
    })
}

#[component]
fn Scanning(dropping: Dropping) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let read = Callback::new(move |text: String| dropping.read(&text));
    let input = NodeRef::<Input>::new();
    let typed = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            dropping.read(&input.value());
            input.set_value("");
            // The next one is typed at once.
            drop(input.focus());
        }
    };
    let said = move || {
        let Some(Last { outcome, reference }) = dropping.last.get() else {
            return String::new();
        };
        let words = match outcome {
            Outcome::Good => t.drop_good,
            Outcome::NoParcel => t.collect_no_parcel,
            Outcome::Already | Outcome::NotOnThisRun => t.drop_not_here,
        };
        let reference = reference.map(|reference| reference.to_string());
        format!("{} {words}", reference.unwrap_or_default())
    };
    view! {
        {Suspend::new(scanner(read))}
        <p class="collect__last" role="status">
            {words(said)}
        </p>
        <form class="collect__typed" on:submit=typed>
            <label class="visually-hidden" for="drop-reference">
                {t.collect_reference}
            </label>
            <input
                class="field__input"
                id="drop-reference"
                node_ref=input
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                maxlength="20"
                placeholder=t.collect_reference
                required
            />
            <button type="submit" class="button">
                {t.drop_one}
            </button>
        </form>
        <button type="button" class="button button--quiet" on:click=move |_| dropping.drop_all()>
            {t.drop_all}
        </button>
    }
}
