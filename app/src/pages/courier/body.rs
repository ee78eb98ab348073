//! Today's run on the screen: the next stop on top, then the others, then what was done.

use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::delivery::Status;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use porchlight_domain::run::RunState;
use porchlight_domain::tracking::{RunView, StopView};

use super::changes::{Changes, GoneStops};
use super::chat::RunChat;
use super::collect::Collect;
use super::done::DoneStops;
use super::drop_off::DropOff;
use super::map::{MapOfRun, MapSwitch};
use super::order::{OrderBar, OrderList, Ordering, Suggested};
use super::position::PositionSharing;
use super::sharing::Sharing;
use super::steps::Steps;
use super::stop::StopCard;
use crate::clock::use_clock;
use crate::components::{effect, maybe, words};
use crate::text::{CourierText, use_page_text};

/// Stops that are there when the page comes alive: more than a screen holds. A touch on the first of 150 has not to wait for
/// the last one.
const STOPS_AT_FIRST: usize = 20;
/// And so many more with each frame.
const STOPS_A_FRAME: usize = 10;

/// The run, while there is one.
#[component]
pub fn RunBody(
    shown: Memo<Option<RunView>>,
    steps: Steps,
    position: PositionSharing,
    courier: Signal<Option<PersonId>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let of_run =
        move |count: fn(&RunView) -> usize| shown.with(|run| run.as_ref().map_or(0, count));
    let state = Memo::new(move |_| shown.with(|run| run.as_ref().map(|run| run.state)));
    let watchers = Memo::new(move |_| {
        shown
            .with(|run| run.as_ref().map(|run| run.watchers.clone()))
            .unwrap_or_default()
    });
    let pending = Memo::new(move |_| {
        shown
            .with(|run| run.as_ref().map(pending_stops))
            .unwrap_or_default()
    });
    let next = Memo::new(move |_| {
        let first = pending.with(|pending| pending.first().copied());
        first.filter(|_| state.get() == Some(RunState::Active))
    });
    let changes = Changes::of(shown, steps);
    let is_map_open = RwSignal::new(false);
    let ordering = Ordering::of(pending, steps);
    let is_ordered = Memo::new(move |_| ordering.is_on());
    let out = Signal::derive(move || of_run(parcels_out));
    // One for all stops.
    let clock = use_clock();
    let on_the_page = RwSignal::new(STOPS_AT_FIRST);
    effect(move || follow_with_the_rest(on_the_page, pending));
    let listed = Memo::new(move |_| {
        let mut all = pending.get();
        all.truncate(on_the_page.get());
        all
    });
    // It begins above the stops and ends below them.
    let run_switch = move || view! { <RunSwitch state out steps /> }.into_any();
    view! {
        <GoneStops changes />
        <Sharing position watchers=watchers.into() />
        <Collect shown steps position />
        <DropOff shown steps position />
        {maybe(move || (state.get() == Some(RunState::Planned)).then(run_switch))}
        <div class="run-head">
            <h2 class="section-title">
                {words(move || (t.stops_left)(of_run(parcels_left), of_run(parcels_on_the_run)))}
            </h2>
            <MapSwitch is_open=is_map_open />
        </div>
        <MapOfRun is_open=is_map_open run=shown courier position />
        <Suggested ordering />
        <OrderBar ordering />
        {maybe(move || {
            is_ordered.get().then(|| view! { <OrderList ordering run=shown /> }.into_any())
        })}
        // They stay while they are put in order: what is being typed at a door is not lost.
        <ol class="stops" hidden=is_ordered>
            <For each=move || listed.get() key=|reference| *reference let:reference>
                <StopCard reference run=shown next changes clock steps position />
            </For>
        </ol>
        {maybe(move || (state.get() != Some(RunState::Planned)).then(run_switch))}
        <DoneStops run=shown steps position />
        <RunChat run=shown steps position courier />
    }
}

/// Puts the other stops on the page, some with each frame, until all are there.
fn follow_with_the_rest(on_the_page: RwSignal<usize>, all: Memo<Vec<Reference>>) {
    request_animation_frame(move || {
        // The page may be gone.
        let (Some(there), Some(all_of_them)) = (
            on_the_page.try_get_untracked(),
            all.try_with_untracked(Vec::len),
        ) else {
            return;
        };
        if there < all_of_them {
            on_the_page.set(there + STOPS_A_FRAME);
            follow_with_the_rest(on_the_page, all);
        } else {
            on_the_page.set(usize::MAX);
        }
    });
}

/// The parcels whose stops have still to be made, in driving order.
pub fn pending_stops(run: &RunView) -> Vec<Reference> {
    let pending = run.stops.iter().filter(|stop| is_to_be_made(stop));
    pending.map(|stop| stop.reference).collect()
}

fn count(run: &RunView, is_one: fn(&StopView) -> bool) -> usize {
    run.stops.iter().filter(|stop| is_one(stop)).count()
}

fn parcels_out(run: &RunView) -> usize {
    count(run, |stop| stop.status == Status::OutForDelivery)
}

fn parcels_left(run: &RunView) -> usize {
    count(run, |stop| is_to_be_made(stop) && is_on_the_van(stop))
}

fn parcels_on_the_run(run: &RunView) -> usize {
    count(run, is_on_the_van)
}

/// Whether the courier has still to go there.
fn is_to_be_made(stop: &StopView) -> bool {
    matches!(
        stop.status,
        Status::Booked | Status::Collected | Status::InTransit | Status::OutForDelivery
    ) || (stop.status == Status::Failed && stop.office.is_some())
}

/// What the courier has not collected yet is on the list, and not on the van.
fn is_on_the_van(stop: &StopView) -> bool {
    stop.status != Status::Booked
}

/// Begins or ends the run.
#[component]
fn RunSwitch(
    state: Memo<Option<RunState>>,
    /// Parcels that are still out: until then the run can't end.
    out: Signal<usize>,
    steps: Steps,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let button = move |label, class: &'static str, step: Step| {
        view! {
            <button
                type="button"
                class=format!("button button--wide {class}")
                on:click=move |_| steps.take(step.clone(), String::new())
            >
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="run-switch">
            {maybe(move || {
                Some(
                    match state.get()? {
                        RunState::Planned => button(t.start, "button--primary", Step::StartRun),
                        RunState::Active if out.get() > 0 => {
                            view! { <p class="run-switch__when">{(t.end_when)(out.get())}</p> }
                                .into_any()
                        }
                        RunState::Active => button(t.end, "", Step::EndRun),
                        RunState::Ended => {
                            view! { <p class="callout">{t.ended}</p> }.into_any()
                        }
                    },
                )
            })}
        </div>
    }
}
