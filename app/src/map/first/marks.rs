//! Van, way and door, where Leaflet will draw them.

use std::fmt::Write;

use porchlight_domain::geo::{EARTH_RADIUS_M, Line, Position};
use porchlight_domain::reveal::Area;
use porchlight_domain::tracking::ShownPosition;

use super::fit::{Pixels, pixel};
use crate::map::marker::{DOOR, DOOR_ANCHOR, VAN, VAN_ANCHOR};
use crate::map::view::way_left;

/// What is on the map, as far as the page is given it.
pub struct Marks {
    /// The van, or the area it is in.
    pub courier: Option<ShownPosition>,
    /// The way to the door.
    pub route: Option<Line>,
    /// The recipient's door.
    pub door: Option<Position>,
}

fn place(position: Position, zoom: u8, corner: Pixels) -> Pixels {
    let [x, y] = pixel(position, zoom);
    [x - corner[0], y - corner[1]]
}

impl Marks {
    /// Places van and door on the sheet of a zoom.
    pub fn write_style(&self, zoom: u8, corner: Pixels, out: &mut String) {
        let mut put = |class: &str, position: Position, anchor: (f64, f64)| {
            let [x, y] = place(position, zoom, corner).map(|pixel| (pixel + 0.5).floor());
            let (left, top) = (x - anchor.0, y - anchor.1);
            let _ = write!(
                out,
                ".map__sheet--{zoom} .{class}{{left:{left}px;top:{top}px}}"
            );
        };
        if let Some(door) = self.door {
            put("door", door, DOOR_ANCHOR);
        }
        if let Some(ShownPosition::Exact { position, .. }) = self.courier {
            put("van", position, VAN_ANCHOR);
        }
    }

    /// Draws everything on the sheet of a zoom.
    pub fn write(&self, zoom: u8, corner: Pixels, out: &mut String) {
        out.push_str("<svg class=\"map__lines\" width=\"1\" height=\"1\">");
        match self.courier {
            Some(ShownPosition::Exact { position, .. }) => {
                self.write_way(position, zoom, corner, out);
            }
            Some(ShownPosition::Area { area, .. }) => write_area(area, zoom, corner, out),
            None => {}
        }
        out.push_str("</svg>");
        if self.door.is_some() {
            let _ = write!(out, "<div class=\"door\">{DOOR}</div>");
        }
        if let Some(ShownPosition::Exact { heading_deg, .. }) = self.courier {
            // Each needs a gradient of its own: one on a sheet that is not shown is not drawn.
            let beam = format!("beam-{zoom}");
            let mut van = VAN
                .replace("id=\"beam\"", &format!("id=\"{beam}\""))
                .replace("url(#beam)", &format!("url(#{beam})"));
            if let Some(heading) = heading_deg {
                let turned = format!("\"van__turn\" transform=\"rotate({heading:.0})\"");
                van = van.replace("\"van__turn\"", &turned);
            }
            let _ = write!(out, "<div class=\"van\">{van}</div>");
        }
    }

    fn write_way(&self, van: Position, zoom: u8, corner: Pixels, out: &mut String) {
        let Some(route) = &self.route else { return };
        let left = way_left(route, Some(van));
        let last_steps = left.0.last().copied().into_iter().chain(self.door);
        let last_steps = path(last_steps, zoom, corner);
        let way = path(left.0, zoom, corner);
        for class in ["route-casing", "route-line"] {
            let _ = write!(out, "<path class=\"{class}\" d=\"{way}\"/>");
        }
        if self.door.is_some() {
            let _ = write!(out, "<path class=\"route-steps\" d=\"{last_steps}\"/>");
        }
    }
}

fn path(points: impl IntoIterator<Item = Position>, zoom: u8, corner: Pixels) -> String {
    let mut path = String::new();
    for point in points {
        let [x, y] = place(point, zoom, corner).map(f64::round);
        let step = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{step}{x} {y}");
    }
    path
}

fn write_area(area: Area, zoom: u8, corner: Pixels, out: &mut String) {
    let [x, y] = place(area.centre, zoom, corner);
    let edge_lat = area.centre.lat() + (area.radius_m / EARTH_RADIUS_M).to_degrees();
    let edge = Position::new(edge_lat, area.centre.lon()).unwrap_or(area.centre);
    let radius = y - place(edge, zoom, corner)[1];
    let _ = write!(
        out,
        "<circle class=\"courier-area\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.0}\"/>"
    );
}
