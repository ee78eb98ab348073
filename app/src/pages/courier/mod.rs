//! What a courier sees: today's run.

mod changes;
mod collect;
mod done;
mod gently;
mod last_run;
mod map;
mod order;
mod pictures;
mod position;
mod server_clock;
mod sharing;
mod signal;
mod steps;
mod stop;
mod storage;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use porchlight_domain::action::Step;
use porchlight_domain::delivery::Status;
use porchlight_domain::ids::PersonId;
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::run::RunState;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{RunView, StopView};
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};

use crate::api::ApiError;
use crate::api::runs::{DatedRun, today};
use crate::components::{Access, Empty, Failure, ForRole, Loading, effect, maybe, part, words};
use crate::live::use_live;
use crate::pwa::KeptOnPhone;
use crate::session::use_session;
use crate::text::{CourierText, use_page_text, use_text};
use changes::{Changes, GoneStops};
use collect::Collect;
use done::DoneStops;
use gently::gently;
use map::{MapOfRun, MapSwitch, doors, keep_area};
use order::{OrderBar, OrderList, Ordering, Suggested};
use position::PositionSharing;
use server_clock::ServerClock;
use sharing::Sharing;
use steps::{StepBar, Steps};
use stop::StopCard;

/// How often the run is asked for anyway.
const ASK_AGAIN: Duration = Duration::from_secs(15);

/// The courier's page.
#[derive(Debug)]
pub struct CourierPage;

#[lazy_route]
impl LazyRoute for CourierPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let CourierPage = this;
        let t = use_text();
        view! {
            <Title text=t.nav.run />
            <Access who=ForRole::Only(Role::Courier)>
                <Run />
            </Access>
        }
        .into_any()
    }
}

#[component]
fn Run() -> impl IntoView {
    let t = use_text();
    let courier = courier();
    let steps = Steps::new(courier);
    let asked = RwSignal::new(0_u32);
    let memory = Memory::default();
    let clock = ServerClock::default();
    provide_context(clock);
    let run = Resource::new(
        move || asked.get(),
        move |_| todays_run(courier.get_untracked(), steps, memory, clock),
    );
    keep_up(asked, courier, steps);
    view! {
        <div class="page page--narrow">
            <h1 class="page__title">{t.nav.run}</h1>
            <KeptOnPhone old_since=memory.old_since.into() is_fresh=memory.is_fresh.into() />
            <Transition fallback=Loading>
                <TodaysRun run steps courier memory />
            </Transition>
        </div>
        <StepBar steps />
    }
}

/// Who is signed in. In an effect, so that nothing of the page waits for it: it matters in the browser only.
fn courier() -> Signal<Option<PersonId>> {
    let session = use_session();
    let courier = RwSignal::new(None);
    effect(move || {
        if let Some(Ok(Some(me))) = session.me() {
            set_if_new(courier, Some(me.id));
        }
    });
    courier.into()
}

/// What there is to show of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Known {
    today: DatedRun,
    /// Whether the server was not reached for it.
    is_old: bool,
}

type RunAnswer = Result<Known, ApiError>;

/// What the page knows of the run beside what it shows.
#[derive(Clone, Copy)]
struct Memory {
    newest: StoredValue<Option<DatedRun>>,
    /// Whether the server has told this page a run, rather than a copy of the page.
    is_fresh: RwSignal<bool>,
    /// Of when the run is that is shown, while the server is not reached.
    old_since: RwSignal<Option<Timestamp>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            newest: StoredValue::new(None),
            is_fresh: RwSignal::new(false),
            old_since: RwSignal::new(None),
        }
    }
}

impl Memory {
    /// Remembers each run that is shown, here and on the phone.
    fn remember(self, run: Resource<RunAnswer>, courier: Signal<Option<PersonId>>) {
        effect(move || {
            let courier = courier.get();
            let Some(Ok(Known { today, is_old })) = run.get() else {
                return;
            };
            self.old_since.set(is_old.then_some(today.as_of));
            if is_old {
                return;
            }
            self.newest.update_value(|newest| {
                let known = newest.take().filter(|known| known.as_of > today.as_of);
                *newest = Some(known.unwrap_or_else(|| today.clone()));
            });
            if let Some(courier) = courier {
                spawn_local(async move { last_run::keep(&courier, &today).await });
            }
        });
    }

    /// The newest run that this page, or this phone, has heard of.
    async fn recall(self, courier: Option<PersonId>) -> Option<DatedRun> {
        let here = self.newest.try_get_value().flatten();
        let on_the_phone = match courier {
            // The phone's storage lives in the one thread that pages have.
            Some(courier) => SendWrapper::new(last_run::recall(courier)).await,
            None => None,
        };
        let all = here.into_iter().chain(on_the_phone);
        all.max_by_key(|known| known.as_of)
    }
}

/// Today's run, or in a dead zone the run as it was known last.
async fn todays_run(
    courier: Option<PersonId>,
    steps: Steps,
    memory: Memory,
    clock: ServerClock,
) -> RunAnswer {
    let before = untrack(|| steps.taken());
    match today().await {
        Ok(today) => {
            steps.are_in_the_run(before);
            memory.is_fresh.try_set(true);
            if cfg!(target_arch = "wasm32") {
                clock.learn(today.as_of, courier);
            }
            Ok(Known {
                today,
                is_old: false,
            })
        }
        Err(error @ (ApiError::Unreachable | ApiError::Unavailable)) => {
            if let Some(courier) = &courier {
                SendWrapper::new(clock.recall(courier)).await;
            }
            let today = memory.recall(courier).await.ok_or(error)?;
            Ok(Known {
                today,
                is_old: true,
            })
        }
        Err(error) => Err(error),
    }
}

/// Asks for the run again when something was done, when news come, and now and then: who watches changes
/// without either.
fn keep_up(asked: RwSignal<u32>, courier: Signal<Option<PersonId>>, steps: Steps) {
    let ask = gently(move || {
        asked.try_update(|times| *times = times.wrapping_add(1));
    });
    effect(move || {
        if steps.taken() > 0 {
            ask();
        }
    });
    use_live().on_change(ask);
    // Somebody began to watch, and the phone is to report sooner; or the run began or ended elsewhere.
    use_live().on_other_change(ask);
    effect(move || {
        // A page from the phone's memory may be hours old.
        if courier.get().is_some() {
            ask();
        }
        if let Ok(asking) = set_interval_with_handle(ask, ASK_AGAIN) {
            on_cleanup(move || asking.clear());
        }
    });
}

/// Shares this phone's position while the server knows that the run is active.
fn share_position(run: Resource<RunAnswer>, courier: Signal<Option<PersonId>>) -> PositionSharing {
    let is_active = RwSignal::new(false);
    let wanted_s = RwSignal::new(None);
    effect(move || {
        if let Some(Ok(Known { today, .. })) = run.get() {
            let run = today.run;
            set_if_new(wanted_s, run.as_ref().and_then(|run| run.next_interval_s));
            let active = run.is_some_and(|run| run.state == RunState::Active);
            set_if_new(is_active, active);
        }
    });
    PositionSharing::new(courier, is_active.into(), wanted_s.into())
}

/// Keeps the map of the run on the phone while the server is there to give it.
fn keep_map(run: Resource<RunAnswer>) {
    let around = RwSignal::new(None);
    effect(move || {
        if let Some(Ok(known)) = run.get()
            && !known.is_old
        {
            set_if_new(around, Some(doors(known.today.run.as_ref())));
        }
    });
    keep_area(around.into());
}

/// Sharing begins anew with each change, so that only real ones may count.
fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

/// What there is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Nothing,
    There,
    Failed(ApiError),
}

#[component]
fn TodaysRun(
    run: Resource<RunAnswer>,
    steps: Steps,
    courier: Signal<Option<PersonId>>,
    memory: Memory,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    // Whoever reads the run, in an effect too, is waited for by what is around them: here that is the
    // transition, which goes on showing the run while it is asked for again.
    let position = share_position(run, courier);
    memory.remember(run, courier);
    keep_map(run);
    // The page is made anew for another stage only: what is being typed at a door stays.
    let stage = Memo::new(move |_| {
        run.get().map(|answer| match answer {
            Ok(known) if known.today.run.is_none() => Stage::Nothing,
            Ok(_) => Stage::There,
            Err(error) => Stage::Failed(error),
        })
    });
    let shown = Memo::new(move |_| {
        let known = run.get()?.ok()?;
        known.today.run.map(|run| steps.shown_on(run))
    });
    part(move || match stage.get() {
        None => ().into_any(),
        Some(Stage::Nothing) => {
            view! { <Empty icon="van" title=t.none_title text=t.none_text /> }.into_any()
        }
        Some(Stage::There) => view! { <RunBody shown steps position courier /> }.into_any(),
        Some(Stage::Failed(error)) => view! { <Failure error /> }.into_any(),
    })
}

#[component]
fn RunBody(
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
    let changes = Changes::of(shown);
    let is_map_open = RwSignal::new(false);
    let ordering = Ordering::of(pending, steps);
    let is_ordered = Memo::new(move |_| ordering.is_on());
    let out = Signal::derive(move || of_run(parcels_out));
    // It begins above the stops and ends below them.
    let run_switch = move || view! { <RunSwitch state out steps /> }.into_any();
    view! {
        <GoneStops changes />
        <Sharing position watchers=watchers.into() />
        <Collect shown steps position />
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
            <For each=move || pending.get() key=|reference| *reference let:reference>
                <StopCard reference run=shown next changes steps position />
            </For>
        </ol>
        {maybe(move || (state.get() != Some(RunState::Planned)).then(run_switch))}
        <DoneStops run=shown steps position />
    }
}

/// The parcels whose stops have still to be made, in driving order.
fn pending_stops(run: &RunView) -> Vec<Reference> {
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
    )
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
