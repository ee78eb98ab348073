//! When the courier comes, and how sure that is.

use leptos::prelude::*;
use porchlight_domain::delivery::{Status, Window};
use porchlight_domain::eta::Freshness;
use porchlight_domain::geofence;
use porchlight_domain::tracking::{ShownPosition, progress};

use crate::clock::{Say, Time, TimeSpan, use_clock};
use crate::components::{Progress, StatusChip, maybe, part, tone, words};
use crate::live::TrackingState;
use crate::text::use_text;

/// The answer to the one question: when?
#[component]
pub fn Arrival(
    /// What is known.
    state: RwSignal<TrackingState>,
    /// When it was promised; none on a shared page.
    window: Option<RwSignal<Window>>,
) -> impl IntoView {
    let t = use_text();
    let status = Memo::new(move |_| state.with(|state| state.status));
    let headline = move || {
        state.with(
            |state| match (state.status, state.arrival, state.stops_before) {
                (Status::OutForDelivery, Some(geofence::Arrival::AtTheDoor), _) => {
                    t.tracking.at_the_door
                }
                (Status::OutForDelivery, Some(geofence::Arrival::Near), _)
                | (Status::OutForDelivery, _, Some(0)) => t.tracking.you_are_next,
                (status, _, _) => t.headline(status),
            },
        )
    };
    let way = move || state.with(|state| progress(state.status, state.stops_before));
    let answer = move || match status.get() {
        Status::OutForDelivery => view! { <Expected state /> }.into_any(),
        // At a post office nobody is on the way any more.
        status if status.is_final() || status == Status::Held => {
            view! { <Reached state /> }.into_any()
        }
        _ => view! { <Promised window /> }.into_any(),
    };
    let class = move || format!("arrival arrival--{}", tone(status.get()));
    view! {
        <section class=words(class)>
            <StatusChip status />
            <h1 class="arrival__headline">{words(headline)}</h1>
            {part(answer)}
            <Progress
                value=Signal::derive(way)
                label=t.tracking.progress
            />
        </section>
    }
}

/// The window in which the courier is expected, with its age.
#[component]
fn Expected(state: RwSignal<TrackingState>) -> impl IntoView {
    let t = use_text();
    let eta = Memo::new(move |_| state.with(|state| state.eta.map(|eta| (eta.from, eta.to))));
    let stops = move || {
        let stops = state.with(|state| state.stops_before);
        stops.map(t.tracking.stops_before).unwrap_or_default()
    };
    let whereabouts = move || {
        state.with(|state| match state.position {
            None => t.tracking.not_shown_yet,
            Some(ShownPosition::Area { .. }) => t.tracking.area_only,
            Some(ShownPosition::Exact { .. }) => "",
        })
    };
    view! {
        <p class="arrival__eta" aria-live="polite">
            <span class="visually-hidden">{t.tracking.expected}</span>
            {part(move || match eta.get() {
                Some(span) => view! { <TimeSpan span=Signal::stored(span) /> }.into_any(),
                None => view! { <span class="arrival__wait">{t.tracking.eta_soon}</span> }.into_any(),
            })}
        </p>
        <p class="arrival__facts">
            <span class="arrival__stops">{words(stops)}</span>
            <Age state />
        </p>
        <p class="arrival__note">{words(whereabouts)}</p>
    }
}

/// How old that is: a time while it is fresh, an honest age when it is not.
#[component]
fn Age(state: RwSignal<TrackingState>) -> impl IntoView {
    let t = use_text();
    let clock = use_clock();
    let as_of = move || state.with(|state| state.eta.map(|eta| eta.as_of));
    let minutes = move || match Freshness::of(as_of()?, clock.now()?) {
        Freshness::Stale { minutes } => Some(minutes),
        Freshness::Live => None,
    };
    let class = move || {
        if minutes().is_some() {
            "age age--stale"
        } else {
            "age"
        }
    };
    let age = move || match (as_of(), minutes()) {
        (_, Some(minutes)) => (t.tracking.last_seen)(minutes),
        (Some(at), None) => format!("{} {}", t.tracking.as_of, clock.say(at, Say::Clock)),
        (None, None) => String::new(),
    };
    view! { <span class=words(class)>{words(age)}</span> }
}

/// When it ended.
#[component]
fn Reached(state: RwSignal<TrackingState>) -> impl IntoView {
    let ended_at = Memo::new(move |_| {
        state.with(|state| {
            let steps = porchlight_domain::tracking::steps(&state.timeline, state.status);
            steps
                .iter()
                .find(|step| step.current)
                .and_then(|step| step.reached_at)
        })
    });
    maybe(move || {
        let at = ended_at.get()?;
        let time = view! {
            <p class="arrival__eta arrival__eta--quiet">
                <Time at=Signal::stored(at) say=Say::DayAndClock />
            </p>
        };
        Some(time.into_any())
    })
}

/// When it was promised, before it is out.
#[component]
fn Promised(window: Option<RwSignal<Window>>) -> impl IntoView {
    let t = use_text();
    window.map(|window| {
        view! {
            <p class="arrival__eta arrival__eta--quiet">
                <Promise window />
            </p>
            <p class="arrival__note">{t.tracking.map_later}</p>
        }
    })
}

/// The day and the window.
#[component]
pub fn Promise(
    /// When it is promised now.
    window: RwSignal<Window>,
) -> impl IntoView {
    let from = Signal::derive(move || window.with(|window| window.from));
    let span = Signal::derive(move || window.with(|window| (window.from, window.to)));
    view! {
        <Time at=from say=Say::Day />
        ", "
        <TimeSpan span />
    }
}
