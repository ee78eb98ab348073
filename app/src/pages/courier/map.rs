//! The map of the run: opened when it is wanted, and with what the phone knows where there is no network.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use porchlight_domain::run::RunState;
use porchlight_domain::tracking::RunView;

use super::body::pending_stops;
use super::last_run;
use super::position::PositionSharing;
use super::stop::card_id;
use crate::api::runs::way_ahead;
use crate::components::{Icon, effect, maybe, words};
use crate::map::{MapStop, OwnPlace, RunMap, tiles_of};
use crate::pwa::keep_tiles;
use crate::text::{CourierText, use_page_text};

/// How often the way is asked for while the map is open.
const ASK_AGAIN: Duration = Duration::from_mins(1);

/// Has the phone keep the map around these doors; nothing is done before they are known.
pub fn keep_area(doors: Signal<Option<Vec<Position>>>) {
    effect(move || {
        if let Some(tiles) = doors.with(|doors| doors.as_deref().map(tiles_of)) {
            spawn_local(async move { keep_tiles(&tiles).await });
        }
    });
}

/// All doors of a run that is not over, so that the area stays the same while its stops are made.
pub fn doors(run: Option<&RunView>) -> Vec<Position> {
    let run = run.filter(|run| run.state != RunState::Ended);
    let stops = run.into_iter().flat_map(|run| &run.stops);
    stops.map(|stop| stop.address.position).collect()
}

/// Opens and closes the map.
#[component]
pub fn MapSwitch(
    /// Whether it is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <button
            type="button"
            class="button button--small"
            aria-expanded=words(move || is_open.get().to_string())
            aria-controls="run-map"
            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
        >
            <Icon name="pin" />
            {t.map}
        </button>
    }
}

/// The map while it is open.
#[component]
pub fn MapOfRun(
    /// Whether it is open.
    is_open: RwSignal<bool>,
    /// The run as it is shown.
    run: Memo<Option<RunView>>,
    /// Whose.
    courier: Signal<Option<PersonId>>,
    /// Where the phone is.
    position: PositionSharing,
) -> impl IntoView {
    view! {
        <div id="run-map">
            {maybe(move || {
                is_open.get().then(|| view! { <Opened run courier position /> }.into_any())
            })}
        </div>
    }
}

#[component]
fn Opened(
    run: Memo<Option<RunView>>,
    courier: Signal<Option<PersonId>>,
    position: PositionSharing,
) -> impl IntoView {
    let stops = Memo::new(move |_| run.with(|run| run.as_ref().map(map_stops).unwrap_or_default()));
    let own = Memo::new(move |_| {
        let fix = position.newest()?;
        Some(OwnPlace {
            position: Position::new(fix.lat, fix.lon).ok()?,
            accuracy_m: fix.accuracy_m,
            heading_deg: fix.heading_deg,
        })
    });
    let way = way_of(stops, courier);
    let press = Callback::new(show_card);
    view! { <RunMap stops own way press /> }
}

fn map_stops(run: &RunView) -> Vec<MapStop> {
    let pending = pending_stops(run);
    let stops = pending.iter().filter_map(|reference| {
        let stop = run.stop(*reference)?;
        Some(MapStop {
            reference: *reference,
            position: stop.address.position,
            address: stop.address.text.clone(),
        })
    });
    stops.collect()
}

/// The way ahead: as the server knows it, and else as this phone knew it last.
fn way_of(stops: Memo<Vec<MapStop>>, courier: Signal<Option<PersonId>>) -> Signal<Line> {
    let way = RwSignal::new(Line::default());
    let asked = RwSignal::new(0_u32);
    effect(move || {
        let ask = move || asked.update(|times| *times = times.wrapping_add(1));
        if let Ok(asking) = set_interval_with_handle(ask, ASK_AGAIN) {
            on_cleanup(move || asking.clear());
        }
    });
    effect(move || {
        asked.track();
        stops.track();
        let Some(courier) = courier.get() else { return };
        // Not cancelled with the map: the phone's storage is to be left at rest.
        spawn_local(async move {
            if let Ok(line) = way_ahead().await {
                last_run::keep_way(&courier, &line).await;
                way.try_set(line);
                return;
            }
            let known = last_run::recall_way(&courier).await;
            way.try_update(|way| {
                if way.0.is_empty() {
                    *way = known;
                }
            });
        });
    });
    way.into()
}

/// Leads to the card of a stop.
fn show_card(reference: Reference) {
    if let Some(card) = document().get_element_by_id(&card_id(reference)) {
        card.scroll_into_view();
        if let Ok(card) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(card) {
            // It is looked at either way.
            let _ = card.focus();
        }
    }
}
