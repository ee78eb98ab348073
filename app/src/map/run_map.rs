//! The courier's own map: the stops that are left, where the phone is, and the way ahead.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::reference::Reference;
use send_wrapper::SendWrapper;

use super::run_layers::RunLayers;
use super::{base, leaflet_script};
use crate::components::{Icon, effect, maybe};
use crate::text::{CourierText, use_page_text, use_text};

/// A stop on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapStop {
    /// The parcel.
    pub reference: Reference,
    /// The door.
    pub position: Position,
    /// For people.
    pub address: String,
}

/// Where the phone is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnPlace {
    /// As far as it knows.
    pub position: Position,
    /// Radius in metres that holds the true place with 68 % probability.
    pub accuracy_m: f64,
    /// Degrees clockwise from north, while it moves.
    pub heading_deg: Option<f64>,
}

/// Empty until Leaflet is there, and always on the server, whose threads may not hold the map.
type Map = StoredValue<Option<SendWrapper<Rc<RefCell<RunLayers>>>>>;

/// Stops by their numbers, the phone, and the way. Leaflet is fetched when this is shown, and not before.
#[component]
pub fn RunMap(
    /// The stops that are left, in driving order.
    #[prop(into)]
    stops: Signal<Vec<MapStop>>,
    /// Where the phone is.
    #[prop(into)]
    own: Signal<Option<OwnPlace>>,
    /// The way along streets to the next stops.
    #[prop(into)]
    way: Signal<Line>,
    /// A stop was pressed.
    press: Callback<Reference>,
) -> impl IntoView {
    let t = use_text();
    let c = use_page_text::<CourierText>();
    let canvas = NodeRef::<Div>::new();
    let map: Map = StoredValue::new(None);
    let is_ready = RwSignal::new(false);
    let is_missing = RwSignal::new(false);
    let with_map = move |act: &dyn Fn(&mut RunLayers)| {
        if let Some(shared) = map.try_get_value().flatten() {
            act(&mut shared.borrow_mut());
        }
    };
    let frame_all = move || {
        let mut places: Vec<_> =
            stops.with_untracked(|all| all.iter().map(|one| one.position).collect());
        places.extend(own.get_untracked().map(|own| own.position));
        with_map(&|layers| layers.frame(places.iter().copied()));
    };
    effect(move || {
        let Some(element) = canvas.get() else { return };
        spawn_local_scoped_with_cancellation(async move {
            let loaded = leaflet_script::load().await;
            match loaded.then(|| RunLayers::new(&element)) {
                Some(Ok(layers)) => {
                    let shared = Rc::new(RefCell::new(layers));
                    map.set_value(Some(SendWrapper::new(shared)));
                    frame_all();
                    is_ready.set(true);
                }
                _ => is_missing.set(true),
            }
        });
    });
    effect(move || {
        if is_ready.get() {
            stops.with(|stops| {
                with_map(&|layers| {
                    layers.show_stops(stops, c.map_stop, move |stop| press.run(stop));
                });
            });
        }
    });
    effect(move || {
        if let Some(own) = own.get()
            && is_ready.get()
        {
            with_map(&|layers| layers.show_own(own, c.map_you));
        }
    });
    effect(move || {
        if is_ready.get() {
            way.with(|way| with_map(&|layers| layers.show_way(way)));
        }
    });
    effect(move || base::on_theme_change(move || with_map(&|layers| layers.follow_theme())));
    let button = move |label: &'static str, icon, act: Box<dyn Fn()>| {
        view! {
            <button type="button" class="map__button" aria-label=label title=label on:click=move |_| act()>
                <Icon name=icon />
            </button>
        }
        .into_any()
    };
    view! {
        <section class="map run-map" aria-label=c.map_label>
            <div class="map__canvas" node_ref=canvas></div>
            {maybe(move || {
                is_missing
                    .get()
                    .then(|| view! { <p class="map__missing">{t.map.missing}</p> }.into_any())
            })}
            <div class="map__controls" class:map__controls--ready=is_ready>
                <div class="map__zoom">
                    {button(c.map_all, "target", Box::new(frame_all))}
                    {button(t.map.zoom_in, "plus", Box::new(move || with_map(&|map| map.zoom_in())))}
                    {button(
                        t.map.zoom_out,
                        "minus",
                        Box::new(move || with_map(&|map| map.zoom_out())),
                    )}
                </div>
            </div>
        </section>
    }
}
