//! What lies on the courier's own map.

use js_sys::Array;
use leaflet::{
    Circle, CircleOptions, Evented, LatLng, LatLngBounds, Map, Marker, Polyline, TileLayer,
};
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::reference::Reference;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::area::ZOOMS;
use super::base::{self, Base, line};
use super::glide::unwind;
use super::marker::{self, lat_lng};
use super::run_map::{MapStop, OwnPlace};

/// The map and what is on it.
pub struct RunLayers {
    map: Map,
    tiles: TileLayer,
    stops: Vec<Marker>,
    own: Option<(Marker, Circle)>,
    heading_deg: f64,
    way: [Polyline; 2],
}

/// One marker: stops at one door share it.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    label: String,
    name: String,
    first: Reference,
    position: Position,
    is_next: bool,
}

impl RunLayers {
    /// Makes a map in an element.
    pub fn new(element: &HtmlElement) -> Result<Self, JsValue> {
        let Base { map, tiles, city } = Base::open(element, false)?;
        // Without a frame Leaflet draws nothing.
        match city {
            Some(city) => drop(map.fit_bounds(&city)),
            None => drop(map.set_view(&LatLng::new(0.0, 0.0), 2.0)),
        }
        let way = [line("route-casing"), line("route-line")];
        for line in &way {
            line.add_to(&map);
        }
        Ok(Self {
            map,
            tiles,
            stops: Vec::new(),
            own: None,
            heading_deg: 0.0,
            way,
        })
    }

    /// Shows the stops that are left. `press` is told which one was pressed.
    pub fn show_stops(
        &mut self,
        stops: &[MapStop],
        name: fn(usize, &str) -> String,
        press: impl Fn(Reference) + Copy + 'static,
    ) {
        for marker in self.stops.drain(..) {
            marker.remove();
        }
        for mark in marks(stops, name) {
            let marker = marker::stop(mark.position, &mark.label, mark.is_next);
            let pressed = Closure::<dyn Fn()>::new(move || press(mark.first));
            let events: &Evented = marker.unchecked_ref();
            events.on("click", &pressed.into_js_value());
            marker.add_to(&self.map);
            marker::name(&marker, &mark.name);
            self.stops.push(marker);
        }
    }

    /// Shows where the phone is, and how well it knows that.
    pub fn show_own(&mut self, place: OwnPlace, name: &str) {
        let centre = lat_lng(place.position);
        let (van, circle) = self.own.get_or_insert_with(|| {
            let options = CircleOptions::new();
            options.set_class_name("courier-area".to_owned());
            options.set_interactive(false);
            options.set_radius(place.accuracy_m);
            let circle = Circle::new_with_options(&centre, &options);
            circle.add_to(&self.map);
            let van = marker::van(place.position, name);
            van.add_to(&self.map);
            marker::name(&van, name);
            (van, circle)
        });
        van.set_lat_lng(&centre);
        circle.set_lat_lng(&centre);
        circle.set_radius(place.accuracy_m);
        if let Some(heading) = place.heading_deg {
            self.heading_deg = unwind(self.heading_deg, heading);
            marker::point(van, Some(self.heading_deg));
        } else {
            marker::point(van, None);
        }
    }

    /// Shows the way along streets.
    pub fn show_way(&self, way: &Line) {
        let points = Array::new();
        for position in &way.0 {
            points.push(&lat_lng(*position));
        }
        for line in &self.way {
            line.set_lat_lngs(&points);
        }
    }

    /// Frames all of these.
    pub fn frame(&self, places: impl Iterator<Item = Position>) {
        let mut corners = None::<LatLngBounds>;
        for place in places {
            let place = lat_lng(place);
            match &corners {
                Some(corners) => drop(corners.extend(&place)),
                None => corners = Some(LatLngBounds::new(&place, &place)),
            }
        }
        if let Some(corners) = corners {
            base::fit(&self.map, &corners, *ZOOMS.end(), false);
        }
    }

    /// Shows the tiles of the present colours.
    pub fn follow_theme(&self) {
        base::follow_theme(&self.tiles);
    }

    /// One step closer.
    pub fn zoom_in(&self) {
        self.map.zoom_in(1.0);
    }

    /// One step away.
    pub fn zoom_out(&self) {
        self.map.zoom_out(1.0);
    }
}

impl Drop for RunLayers {
    fn drop(&mut self) {
        self.map.remove();
    }
}

/// A marker for each door, by the number of the first stop there.
fn marks(stops: &[MapStop], name: fn(usize, &str) -> String) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::with_capacity(stops.len());
    for (number, stop) in (1..).zip(stops) {
        let at_this_door = marks.iter_mut().find(|mark| mark.position == stop.position);
        match at_this_door {
            Some(mark) if mark.label.ends_with('+') => {}
            Some(mark) => mark.label.push('+'),
            None => marks.push(Mark {
                label: number.to_string(),
                name: name(number, &stop.address),
                first: stop.reference,
                position: stop.position,
                is_next: number == 1,
            }),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_at_one_door_share_a_marker() {
        let stop = |number, lat| MapStop {
            reference: Reference::from_random(number),
            position: Position::new(lat, 24.94).expect("in Helsinki"),
            address: "Annankatu 12".into(),
        };
        let stops = [
            stop(1, 60.17),
            stop(2, 60.18),
            stop(3, 60.17),
            stop(4, 60.17),
        ];
        let marks = marks(&stops, |number, address| format!("{number} {address}"));
        let said: Vec<_> = marks
            .iter()
            .map(|mark| (&*mark.label, mark.is_next))
            .collect();
        assert_eq!(said, [("1+", true), ("2", false)]);
        assert_eq!(marks[0].first, Reference::from_random(1));
        assert_eq!(marks[1].name, "2 Annankatu 12");
    }
}
