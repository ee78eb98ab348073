//! The van with its headlights, and the door with its light.

use js_sys::{Function, Reflect};
use leaflet::{DivIconOptions, Icon, LatLng, Marker, MarkerOptions, Point};
use leptos::prelude::window;
use porchlight_domain::geo::Position;
use wasm_bindgen::{JsCast, JsValue};

/// Seen from above, driving north: the group inside is turned to the heading.
pub const VAN: &str = concat!(
    r#"<svg viewBox="-48 -48 96 96" width="96" height="96" aria-hidden="true">"#,
    r##"<defs><radialGradient id="beam" gradientUnits="userSpaceOnUse" cx="0" cy="-10" r="38">"##,
    r#"<stop offset="0" class="van__beam-near"/><stop offset="1" class="van__beam-far"/>"#,
    r#"</radialGradient></defs>"#,
    r#"<g class="van__turn">"#,
    r#"<path class="van__beam" d="M-6 -12 L-21 -46 A50 50 0 0 1 21 -46 L6 -12 Z" fill="url(#beam)"/>"#,
    r#"<rect class="van__body" x="-9.5" y="-17" width="19" height="34" rx="5.5"/>"#,
    r#"<path class="van__glass" d="M-6.6 -9.2 Q0 -13 6.6 -9.2 L5.6 -4.6 Q0 -6.6 -5.6 -4.6 Z"/>"#,
    r#"<path class="van__roof" d="M-5.6 -1.5 H5.6 M-5.6 5 H5.6 M-5.6 11.5 H5.6"/>"#,
    r#"</g></svg>"#,
);

/// Its middle, pixels from the corner.
pub const VAN_ANCHOR: (f64, f64) = (48.0, 48.0);

/// A pin with a door in it, lit.
pub const DOOR: &str = concat!(
    r#"<span class="door__glow"></span>"#,
    r#"<svg viewBox="0 0 32 32" width="44" height="44" aria-hidden="true">"#,
    r#"<path class="door__pin" d="M16 1.5C9.2 1.5 4 6.7 4 13.3 4 21 16 30.5 16 30.5S28 21 28 13.3C28 6.7 22.8 1.5 16 1.5Z"/>"#,
    r#"<path class="door__door" d="M11.4 19.5v-6.6a4.6 4.6 0 0 1 9.2 0v6.6Z"/>"#,
    r#"<circle class="door__knob" cx="18.3" cy="15.2" r=".9"/></svg>"#,
);

/// The pin's tip, pixels from the corner.
pub const DOOR_ANCHOR: (f64, f64) = (22.0, 42.0);

/// A point as Leaflet takes it.
pub fn lat_lng(position: Position) -> LatLng {
    LatLng::new(position.lat(), position.lon())
}

fn marker(
    at: Position,
    html: &str,
    class: &str,
    size: f64,
    anchor: (f64, f64),
    alt: &str,
) -> Marker {
    let options = options(html, class, (size, size), anchor);
    options.set_alt(alt.to_owned());
    options.set_keyboard(false);
    options.set_interactive(false);
    Marker::new_with_options(&lat_lng(at), &options)
}

fn options(html: &str, class: &str, size: (f64, f64), anchor: (f64, f64)) -> MarkerOptions {
    let icon = DivIconOptions::new();
    icon.set_html(html.to_owned());
    icon.set_class_name(class.to_owned());
    icon.set_icon_size(Point::new(size.0, size.1));
    icon.set_icon_anchor(Point::new(anchor.0, anchor.1));
    let options = MarkerOptions::new();
    if let Ok(icon) = div_icon(&icon) {
        options.set_icon(icon);
    }
    options
}

/// The binding's `DivIcon::new` makes an `L.Icon`, which wants a picture's address; this makes the
/// icon that is drawn by its own markup.
fn div_icon(options: &DivIconOptions) -> Result<Icon, JsValue> {
    let leaflet = Reflect::get(&window(), &"L".into())?;
    let make: Function = Reflect::get(&leaflet, &"divIcon".into())?.dyn_into()?;
    Ok(make.call1(&leaflet, options)?.unchecked_into())
}

/// The van.
pub fn van(at: Position, alt: &str) -> Marker {
    let van = marker(at, VAN, "van", 96.0, VAN_ANCHOR, alt);
    van.set_z_index_offset(1000.0);
    van
}

/// The recipient's door.
pub fn door(at: Position, alt: &str) -> Marker {
    marker(at, DOOR, "door", 44.0, DOOR_ANCHOR, alt)
}

/// A stop of a run by its number, to be pressed; the next one is large. Fingers hit what has 44 pixels.
pub fn stop(at: Position, label: &str, is_next: bool) -> Marker {
    let class = if is_next {
        "stop-mark stop-mark--next"
    } else {
        "stop-mark"
    };
    // A number and a plus: nothing that a person wrote.
    let html = format!(r#"<span class="stop-mark__number">{label}</span>"#);
    let options = options(&html, class, (44.0, 44.0), (22.0, 22.0));
    let stop = Marker::new_with_options(&lat_lng(at), &options);
    if is_next {
        stop.set_z_index_offset(500.0);
    }
    stop
}

/// Says what a marker is, to whoever does not see it. It must be on a map.
pub fn name(marker: &Marker, name: &str) {
    if let Ok(element) = element(marker) {
        // What can be pressed is a button already. Fails for malformed names of attributes only.
        if !element.has_attribute("role") {
            let _ = element.set_attribute("role", "img");
        }
        let _ = element.set_attribute("aria-label", name);
    }
}

/// Points the van's lights, in degrees clockwise from north; none puts them out.
pub fn point(van: &Marker, heading_deg: Option<f64>) {
    let Ok(Some(element)) = element(van).map(|van| van.query_selector(".van__turn").ok().flatten())
    else {
        return;
    };
    // An attribute and not a style: pages allow no inline styles. Fails for malformed names only.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a few turns at most, and it saturates"
    )]
    let _ = match heading_deg.map(|heading| heading.round() as i32) {
        Some(heading) => element.set_attribute("transform", &format!("rotate({heading})")),
        None => element.set_attribute("data-still", ""),
    };
}

fn element(marker: &Marker) -> Result<web_sys::Element, JsValue> {
    let element = Reflect::get(marker, &"_icon".into())?;
    element.dyn_into()
}
