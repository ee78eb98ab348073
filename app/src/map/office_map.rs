//! Post offices by their numbers, and the place they are near to.

use std::cell::RefCell;
use std::rc::Rc;

use leaflet::{Evented, LatLng, LatLngBounds, Map as LeafletMap, Marker, TileLayer};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use porchlight_domain::geo::Position;
use send_wrapper::SendWrapper;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::base::{self, Base};
use super::leaflet_script;
use super::marker::{self, lat_lng};
use super::view::MAX_FRAME_ZOOM;
use crate::components::{effect, maybe};
use crate::text::use_text;

/// An office on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapOffice {
    /// Where.
    pub position: Position,
    /// What it is, for people.
    pub name: String,
}

struct OfficeLayers {
    map: LeafletMap,
    tiles: TileLayer,
    offices: Vec<Marker>,
}

impl OfficeLayers {
    fn new(element: &HtmlElement, door: Option<Position>, alt: &str) -> Result<Self, JsValue> {
        let Base { map, tiles, city } = Base::open(element, false)?;
        // Without a frame Leaflet draws nothing.
        match city {
            Some(city) => drop(map.fit_bounds(&city)),
            None => drop(map.set_view(&LatLng::new(0.0, 0.0), 2.0)),
        }
        if let Some(door) = door {
            marker::door(door, alt).add_to(&map);
        }
        Ok(Self {
            map,
            tiles,
            offices: Vec::new(),
        })
    }

    fn show(&mut self, offices: &[MapOffice], door: Option<Position>, press: Callback<usize>) {
        for marker in self.offices.drain(..) {
            marker.remove();
        }
        for (at, office) in offices.iter().enumerate() {
            let marker = marker::stop(office.position, &(at + 1).to_string(), at == 0);
            let pressed = Closure::<dyn Fn()>::new(move || press.run(at));
            let events: &Evented = marker.unchecked_ref();
            events.on("click", &pressed.into_js_value());
            marker.add_to(&self.map);
            // What is seen is part of what is heard.
            marker::name(&marker, &format!("{} {}", at + 1, office.name));
            self.offices.push(marker);
        }
        self.frame(
            offices
                .iter()
                .map(|office| office.position)
                .take(4)
                .chain(door),
        );
    }

    fn frame(&self, places: impl Iterator<Item = Position>) {
        let mut corners = None::<LatLngBounds>;
        for place in places {
            let place = lat_lng(place);
            match &corners {
                Some(corners) => drop(corners.extend(&place)),
                None => corners = Some(LatLngBounds::new(&place, &place)),
            }
        }
        if let Some(corners) = corners {
            base::fit(&self.map, &corners, MAX_FRAME_ZOOM, false);
        }
    }
}

impl Drop for OfficeLayers {
    fn drop(&mut self) {
        self.map.remove();
    }
}

/// Empty until Leaflet is there, and always on the server, whose threads may not hold the map.
type Map = StoredValue<Option<SendWrapper<Rc<RefCell<OfficeLayers>>>>>;

/// The offices that are offered. Leaflet is fetched when this is shown, and not before.
#[component]
pub fn OfficeMap(
    /// In the order of their numbers.
    #[prop(into)]
    offices: Signal<Vec<MapOffice>>,
    /// Where the parcel would go else.
    door: Option<Position>,
    /// What the map is, for those who don't see it.
    label: &'static str,
    /// One was pressed: which.
    press: Callback<usize>,
) -> impl IntoView {
    let t = use_text();
    let canvas = NodeRef::<Div>::new();
    let map: Map = StoredValue::new(None);
    let is_ready = RwSignal::new(false);
    let is_missing = RwSignal::new(false);
    effect(move || {
        let Some(element) = canvas.get() else { return };
        spawn_local_scoped_with_cancellation(async move {
            let loaded = leaflet_script::load().await;
            match loaded.then(|| OfficeLayers::new(&element, door, t.map.door)) {
                Some(Ok(layers)) => {
                    let shared = Rc::new(RefCell::new(layers));
                    map.set_value(Some(SendWrapper::new(shared)));
                    is_ready.set(true);
                }
                _ => is_missing.set(true),
            }
        });
    });
    effect(move || {
        if is_ready.get()
            && let Some(shared) = map.try_get_value().flatten()
        {
            offices.with(|offices| shared.borrow_mut().show(offices, door, press));
        }
    });
    effect(move || {
        base::on_theme_change(move || {
            if let Some(shared) = map.try_get_value().flatten() {
                base::follow_theme(&shared.borrow().tiles);
            }
        });
    });
    view! {
        <section class="map office-map" aria-label=label>
            <div class="map__canvas" node_ref=canvas></div>
            {maybe(move || {
                is_missing
                    .get()
                    .then(|| view! { <p class="map__missing">{t.map.missing}</p> }.into_any())
            })}
        </section>
    }
}
