//! What a courier sees: today's run.

mod position;
mod sharing;
mod stop;

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use porchlight_domain::delivery::Status;
use porchlight_domain::people::Role;
use porchlight_domain::run::RunState;
use porchlight_domain::tracking::{RunView, StopView};

use crate::api::ApiError;
use crate::api::runs::{End, HandOver, ReportFailure, SetOut, Start, today};
use crate::components::{Access, Empty, Failure, ForRole, FormFailure, Loading, Submit};
use crate::session::use_session;
use crate::text::use_text;
use position::PositionSharing;
use sharing::Sharing;
use stop::StopCard;

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

/// Everything a courier can do. One set for the page, so that one answer refreshes it.
#[derive(Clone, Copy)]
struct Actions {
    start: ServerAction<Start>,
    end: ServerAction<End>,
    set_out: ServerAction<SetOut>,
    hand_over: ServerAction<HandOver>,
    report: ServerAction<ReportFailure>,
}

impl Actions {
    fn new() -> Self {
        Self {
            start: ServerAction::new(),
            end: ServerAction::new(),
            set_out: ServerAction::new(),
            hand_over: ServerAction::new(),
            report: ServerAction::new(),
        }
    }

    /// Counts everything that was done. Tracks.
    fn version(self) -> usize {
        self.start.version().get()
            + self.end.version().get()
            + self.set_out.version().get()
            + self.hand_over.version().get()
            + self.report.version().get()
    }
}

#[component]
fn Run() -> impl IntoView {
    let t = use_text();
    let actions = Actions::new();
    let known = StoredValue::new(None);
    let run = Resource::new(move || actions.version(), move |_| today_or(known));
    let position = share_position(run);
    // Who watches changes without the courier doing anything.
    Effect::new(move |_| {
        let again = move || run.refetch();
        if let Ok(asking) = set_interval_with_handle(again, std::time::Duration::from_secs(15)) {
            on_cleanup(move || asking.clear());
        }
    });
    view! {
        <div class="page page--narrow">
            <h1 class="page__title">{t.nav.run}</h1>
            <crate::pwa::KeptOnPhone />
            <Transition fallback=Loading>
                {move || match run.get()? {
                    Ok(Some(run)) => Some(view! { <RunBody run actions position /> }.into_any()),
                    Ok(None) => {
                        Some(
                            view! { <Empty icon="van" title=t.run.none_title text=t.run.none_text /> }
                                .into_any(),
                        )
                    }
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Transition>
        </div>
    }
}

/// Today's run, or in a dead zone the run as it was known last.
async fn today_or(known: StoredValue<Option<RunView>>) -> Result<Option<RunView>, ApiError> {
    match today().await {
        Ok(run) => {
            known.try_set_value(run.clone());
            Ok(run)
        }
        Err(error @ (ApiError::Unreachable | ApiError::Unavailable)) => {
            known.try_get_value().flatten().map(Some).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// Shares this phone's position while the run is active.
fn share_position(run: Resource<Result<Option<RunView>, ApiError>>) -> PositionSharing {
    let session = use_session();
    let courier = RwSignal::new(None);
    let is_active = RwSignal::new(false);
    let position = PositionSharing::new(courier.into(), is_active.into());
    // In an effect, so that nothing of it is waited for: it happens in the browser only.
    Effect::new(move |_| {
        if let Some(Ok(Some(me))) = session.me() {
            set_if_new(courier, Some(me.id));
        }
        if let Some(Ok(run)) = run.get() {
            set_if_new(
                is_active,
                run.is_some_and(|run| run.state == RunState::Active),
            );
        }
    });
    position
}

/// Sharing begins anew with each change, so that only real ones may count.
fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

#[component]
fn RunBody(run: RunView, actions: Actions, position: PositionSharing) -> impl IntoView {
    let t = use_text();
    let state = run.state;
    let (pending, done): (Vec<_>, Vec<_>) = run.stops.into_iter().partition(is_to_be_made);
    let left = pending.iter().filter(|stop| is_on_the_van(stop)).count();
    let all = left + done.len();
    let cards = pending
        .into_iter()
        .enumerate()
        .map(|(place, stop)| {
            let is_next = place == 0 && state == RunState::Active;
            view! { <StopCard stop is_next actions /> }
        })
        .collect_view();
    view! {
        <Sharing position watchers=run.watchers />
        <RunSwitch state actions />
        <h2 class="section-title">{(t.run.stops_left)(left, all)}</h2>
        <ol class="stops">{cards}</ol>
    }
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
fn RunSwitch(state: RunState, actions: Actions) -> impl IntoView {
    let t = use_text();
    let error = move || -> Option<ApiError> {
        let start = actions.start.value().get().and_then(Result::err);
        start.or_else(|| actions.end.value().get().and_then(Result::err))
    };
    view! {
        <div class="run-switch">
            {match state {
                RunState::Planned => {
                    view! {
                        <ActionForm action=actions.start>
                            <Submit
                                label=t.run.start
                                pending=actions.start.pending()
                                class="button--primary button--wide"
                            />
                        </ActionForm>
                    }
                        .into_any()
                }
                RunState::Active => {
                    view! {
                        <ActionForm action=actions.end>
                            <Submit
                                label=t.run.end
                                pending=actions.end.pending()
                                class="button--wide"
                            />
                        </ActionForm>
                    }
                        .into_any()
                }
                RunState::Ended => view! { <p class="callout">{t.run.ended}</p> }.into_any(),
            }} <FormFailure error=Signal::derive(error) fields=&[] />
        </div>
    }
}
