//! The map under everything: its tiles, in the colours of the page, and where it begins and ends.

use js_sys::Array;
use leaflet::{
    LatLng, LatLngBounds, Map, MapOptions, Point, Polyline, PolylineOptions, TileLayer,
    TileLayerOptions,
};
use leptos::prelude::{StoredValue, WithValue, document, on_cleanup, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::view::{MAX_ZOOM, PADDING_PX};
use crate::document::{CITY_META, OWN_TILES, TILES_META};

/// Whose data it is.
pub const ATTRIBUTION: &str = r#"© <a href="https://www.openstreetmap.org/copyright" rel="noopener" target="_blank">OpenStreetMap contributors</a>"#;

/// A map with nothing on it yet, and without a frame.
pub struct Base {
    /// The map.
    pub map: Map,
    /// What is under everything.
    pub tiles: TileLayer,
    /// Where it begins.
    pub city: Option<LatLngBounds>,
}

impl Base {
    /// Makes a map in an element. One that stays in the city shows nothing else, however far it is zoomed out.
    pub fn open(element: &HtmlElement, stays: bool) -> Result<Self, JsValue> {
        let options = MapOptions::new();
        options.set_zoom_control(false);
        options.set_max_zoom(MAX_ZOOM.into());
        let map = Map::new_with_element(element, &options)?;
        credit_the_data_only(&map)?;
        let options = TileLayerOptions::new();
        options.set_max_zoom(MAX_ZOOM.into());
        options.set_attribution(ATTRIBUTION.to_owned());
        let city = city();
        if let Some(city) = city.as_ref().filter(|_| tile_source() == OWN_TILES) {
            // Setting a property of an ordinary object can't fail.
            let _ = js_sys::Reflect::set(&options, &"bounds".into(), city);
            if stays {
                stay_in(city, &map);
            }
        }
        let tiles = TileLayer::new_options(&tile_address(), &options);
        tiles.add_to(&map);
        Ok(Self { map, tiles, city })
    }
}

/// Shows the tiles of the present colours.
pub fn follow_theme(tiles: &TileLayer) {
    tiles.set_url(&tile_address(), None);
}

/// Does something whenever the device changes between light and dark, until the current owner goes.
pub fn on_theme_change(act: impl Fn() + 'static) {
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else {
        return;
    };
    let listener = Closure::<dyn Fn()>::new(act);
    query.set_onchange(Some(listener.as_ref().unchecked_ref()));
    let kept = StoredValue::new_local((query, listener));
    on_cleanup(move || kept.with_value(|(query, _)| query.set_onchange(None)));
}

/// Frames what is between two corners, no closer than this zoom.
pub fn fit(map: &Map, corners: &LatLngBounds, max_zoom: u8, is_animated: bool) {
    let options = js_sys::Object::new();
    let padding = Point::new(PADDING_PX.0, PADDING_PX.1);
    for (name, value) in [
        ("padding", JsValue::from(padding)),
        ("maxZoom", JsValue::from(max_zoom)),
        ("animate", JsValue::from(is_animated)),
    ] {
        // Setting a property of a fresh object can't fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value);
    }
    map.fit_bounds_with_options(corners, &options);
}

/// Whether the page is shown in dark colours now.
fn is_dark() -> bool {
    let chosen = document()
        .document_element()
        .and_then(|html| html.get_attribute("data-theme"));
    match chosen.as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => window()
            .match_media("(prefers-color-scheme: dark)")
            .is_ok_and(|query| query.is_some_and(|query| query.matches())),
    }
}

/// What the page's head says.
fn meta(name: &str) -> Option<String> {
    document()
        .query_selector(&format!("meta[name='{name}']"))
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
}

/// Where tiles come from.
fn tile_source() -> String {
    meta(TILES_META).unwrap_or_else(|| OWN_TILES.to_owned())
}

/// The address of tiles in the present colours.
fn tile_address() -> String {
    let style = if is_dark() { "dark" } else { "light" };
    tile_source().replace("{style}", style)
}

/// The same for our own tiles, as dense as this screen gets them; none where others' are shown.
pub fn own_tile_address() -> Option<String> {
    let is_dense = window().device_pixel_ratio() > 1.0;
    let own = tile_source() == OWN_TILES;
    own.then(|| tile_address().replace("{r}", if is_dense { "@2x" } else { "" }))
}

/// The city, where maps begin.
fn city() -> Option<LatLngBounds> {
    let said = meta(CITY_META)?;
    // Read by the browser: to read them, Rust brings a table of ten kilobytes that does not compress.
    let degrees: Vec<f64> = said.split(',').map(js_sys::parse_float).collect();
    if degrees.iter().any(|degree| degree.is_nan()) {
        return None;
    }
    let [south, west, north, east] = degrees[..] else {
        return None;
    };
    Some(LatLngBounds::new(
        &LatLng::new(south, west),
        &LatLng::new(north, east),
    ))
}

/// Our own tiles end with the city: nobody is to look at what is behind.
fn stay_in(city: &LatLngBounds, map: &Map) {
    map.set_max_bounds(city);
    // So much of the city fills the whole map.
    let fills =
        method(map, "getBoundsZoom").and_then(|zoom_of| zoom_of.call2(map, city, &JsValue::TRUE));
    if let Some(zoom) = fills.ok().and_then(|zoom| zoom.as_f64()) {
        map.set_min_zoom(zoom);
    }
}

/// A method of Leaflet's that the `leaflet` crate does not name.
fn method(object: &JsValue, name: &str) -> Result<js_sys::Function, JsValue> {
    js_sys::Reflect::get(object, &name.into())?.dyn_into()
}

/// A line that only is looked at.
pub fn line(class: &str) -> Polyline {
    let options = PolylineOptions::new();
    options.set_class_name(class.to_owned());
    options.set_interactive(false);
    options.set_smooth_factor(0.0);
    Polyline::new_with_options(&Array::new(), &options)
}

/// Leaves the small print to those whose data it is; Leaflet is credited with its licence.
fn credit_the_data_only(map: &Map) -> Result<(), JsValue> {
    let control = js_sys::Reflect::get(map, &"attributionControl".into())?;
    method(&control, "setPrefix")?.call1(&control, &JsValue::FALSE)?;
    Ok(())
}
