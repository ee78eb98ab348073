//! Everything that lies on the map, and how a new fix moves it.

use js_sys::{Array, Promise};
use leaflet::{
    Circle, CircleOptions, Evented, LatLng, LatLngBounds, Map, Marker, Polyline, TileLayer,
};
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::reveal::Area;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::base::{self, Base, line};
use super::glide::{Pose, unwind};
use super::marker::{self, lat_lng};
use super::view::{Framed, MAX_FRAME_ZOOM};

/// The map and what is on it.
pub struct Layers {
    map: Map,
    tiles: TileLayer,
    door: Option<Position>,
    van: Option<Marker>,
    van_alt: String,
    heading_deg: f64,
    area: Option<Circle>,
    route: [Polyline; 2],
    last_steps: Polyline,
    framed: Framed,
}

impl Layers {
    /// Makes a map in an element, framed at once: the page may already show just that.
    pub fn new(
        element: &HtmlElement,
        courier: Option<Position>,
        door: Option<Position>,
        alts: (&str, &str),
    ) -> Result<Self, JsValue> {
        let Base { map, tiles, city } = Base::open(element, true)?;
        let route = [line("route-casing"), line("route-line")];
        let last_steps = line("route-steps");
        for line in route.iter().chain([&last_steps]) {
            line.add_to(&map);
        }
        if let Some(door) = door {
            marker::door(door, alts.1).add_to(&map);
        }
        let mut layers = Self {
            map,
            tiles,
            door,
            van: None,
            van_alt: alts.0.to_owned(),
            heading_deg: 0.0,
            area: None,
            route,
            last_steps,
            framed: Framed::default(),
        };
        layers.begin_at(courier, city.as_ref());
        Ok(layers)
    }

    /// The first frame, without which Leaflet draws nothing.
    fn begin_at(&mut self, courier: Option<Position>, city: Option<&LatLngBounds>) {
        match (courier.or(self.door), city) {
            (Some(_), _) => self.frame(courier, false),
            (None, Some(city)) => drop(self.map.fit_bounds(city)),
            (None, None) => drop(self.map.set_view(&LatLng::new(0.0, 0.0), 2.0)),
        }
    }

    /// Shows the tiles of the present colours.
    pub fn follow_theme(&self) {
        base::follow_theme(&self.tiles);
    }

    /// Shows the van at a place.
    pub fn show_van(&mut self, pose: Pose) {
        self.hide_area();
        let van = self.van.get_or_insert_with(|| {
            let van = marker::van(pose.position, &self.van_alt);
            van.add_to(&self.map);
            van
        });
        van.set_lat_lng(&lat_lng(pose.position));
        if let Some(heading) = pose.heading_deg {
            self.heading_deg = unwind(self.heading_deg, heading);
            marker::point(van, Some(self.heading_deg));
        }
    }

    /// Shows the square the van is in, and nothing nearer.
    pub fn show_area(&mut self, area: Area) {
        self.hide_van();
        let centre = lat_lng(area.centre);
        if let Some(circle) = self.area.take() {
            circle.remove();
        }
        let options = CircleOptions::new();
        options.set_class_name("courier-area".to_owned());
        options.set_interactive(false);
        options.set_radius(area.radius_m);
        let circle = Circle::new_with_options(&centre, &options);
        circle.add_to(&self.map);
        self.area = Some(circle);
    }

    /// Shows nothing of the courier.
    pub fn hide_courier(&mut self) {
        self.hide_van();
        self.hide_area();
    }

    fn hide_van(&mut self) {
        if let Some(van) = self.van.take() {
            van.remove();
        }
        self.show_route(None);
    }

    fn hide_area(&mut self) {
        if let Some(area) = self.area.take() {
            area.remove();
        }
    }

    /// Shows the way still to drive.
    pub fn show_route(&self, route: Option<&Line>) {
        let points = Array::new();
        for position in route.into_iter().flat_map(|route| &route.0) {
            points.push(&lat_lng(*position));
        }
        for line in &self.route {
            line.set_lat_lngs(&points);
        }
        self.show_last_steps(route);
    }

    /// The way on foot, from where the street ends to the door.
    fn show_last_steps(&self, route: Option<&Line>) {
        let points = Array::new();
        if let (Some(end), Some(door)) = (route.and_then(|route| route.0.last()), self.door) {
            points.push(&lat_lng(*end));
            points.push(&lat_lng(door));
        }
        self.last_steps.set_lat_lngs(&points);
    }

    /// Frames courier and door, if that is needed.
    pub fn frame(&mut self, courier: Option<Position>, is_animated: bool) {
        let map = &self.map;
        let is_in_view = || courier.is_none_or(|courier| is_well_in_view(map, courier));
        if !self.framed.again(courier, self.door, is_in_view) {
            return;
        }
        let corners = match (courier.or(self.door), self.door.or(courier)) {
            (Some(one), Some(other)) => LatLngBounds::new(&lat_lng(one), &lat_lng(other)),
            _ => return,
        };
        base::fit(&self.map, &corners, MAX_FRAME_ZOOM, is_animated);
    }

    /// Frames anew at the next occasion.
    pub fn forget_frame(&mut self) {
        self.framed.forget();
    }

    /// One step closer.
    pub fn zoom_in(&self) {
        self.map.zoom_in(1.0);
    }

    /// One step away.
    pub fn zoom_out(&self) {
        self.map.zoom_out(1.0);
    }

    /// Until the tiles of the first frame are there, or the frame is left.
    pub fn first_drawn(&self) -> Promise {
        Promise::new(&mut |resolve, _| {
            let (tiles, map): (&Evented, &Evented) =
                (self.tiles.unchecked_ref(), self.map.unchecked_ref());
            tiles.on("load", &resolve);
            map.on("movestart", &resolve);
        })
    }

    /// The map itself, for listening to it.
    pub fn map(&self) -> &Map {
        &self.map
    }
}

fn is_well_in_view(map: &Map, place: Position) -> bool {
    let bounds = map.get_bounds();
    let (low, high) = (bounds.get_south_west(), bounds.get_north_east());
    let inside = |value: f64, low: f64, high: f64| {
        let margin = (high - low) * 0.12;
        (low + margin..=high - margin).contains(&value)
    };
    inside(place.lat(), low.lat(), high.lat()) && inside(place.lon(), low.lng(), high.lng())
}

impl Drop for Layers {
    fn drop(&mut self) {
        self.map.remove();
    }
}
