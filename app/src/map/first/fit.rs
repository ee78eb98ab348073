//! Which part of the world Leaflet will show in a map of any size: its own rules, reckoned before it runs.

use std::f64::consts::PI;
use std::fmt::Write;

use porchlight_domain::geo::{Bounds, Position};

use crate::map::view::{MAX_FRAME_ZOOM, MAX_ZOOM, PADDING_PX};

/// East and south, pixels.
pub type Pixels = [f64; 2];

/// Tiles are so wide and high, pixels.
pub const TILE_PX: f64 = 256.0;
/// Our own tiles begin here; a city in which maps begin further away is none.
const MIN_ZOOM: u8 = 12;
/// Leaflet takes a zoom that is missed by less than a hundredth of a step: 2^0.005.
const NEARLY: f64 = 1.003_471_748_5;
/// Mercator's world ends here, degrees.
const MAX_LATITUDE: f64 = 85.051_128_78;

/// A place in the world at a zoom.
pub fn pixel(position: Position, zoom: u8) -> Pixels {
    let side = TILE_PX * f64::from(zoom).exp2();
    let sin = position
        .lat()
        .clamp(-MAX_LATITUDE, MAX_LATITUDE)
        .to_radians()
        .sin();
    let south = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI);
    [(position.lon() / 360.0 + 0.5) * side, south * side]
}

/// The north-western and the south-eastern corner.
pub fn corners(bounds: Bounds, zoom: u8) -> [Pixels; 2] {
    let (south_west, north_east) = (pixel(bounds.min, zoom), pixel(bounds.max, zoom));
    [
        [south_west[0], north_east[1]],
        [north_east[0], south_west[1]],
    ]
}

fn size(bounds: Bounds, zoom: u8) -> Pixels {
    let [low, high] = corners(bounds, zoom);
    [high[0] - low[0], high[1] - low[1]]
}

/// What is to be in view, and what may not be left.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    shown: Bounds,
    padding_px: (f64, f64),
    max_zoom: u8,
    limits: Option<Bounds>,
}

impl Fit {
    /// Van and door as [`Layers::frame`](crate::map::layers::Layers::frame) frames them, or else the city.
    pub fn new(
        courier: Option<Position>,
        door: Option<Position>,
        city: Bounds,
        limits: Option<Bounds>,
    ) -> Self {
        match Bounds::around(courier.into_iter().chain(door)) {
            Some(shown) => Self {
                shown,
                padding_px: PADDING_PX,
                max_zoom: MAX_FRAME_ZOOM,
                limits,
            },
            None => Self {
                shown: city,
                padding_px: (0.0, 0.0),
                max_zoom: MAX_ZOOM,
                limits,
            },
        }
    }

    /// The smallest map that shows everything at this zoom.
    fn needs(&self, zoom: u8) -> Pixels {
        let [width, height] = size(self.shown, zoom);
        [
            width / NEARLY + 2.0 * self.padding_px.0,
            height / NEARLY + 2.0 * self.padding_px.1,
        ]
    }

    /// The largest map that what may not be left still fills at this zoom.
    fn fills(&self, zoom: u8) -> Option<Pixels> {
        let [width, height] = size(self.limits?, zoom);
        Some([width * NEARLY, height * NEARLY])
    }

    /// Whether a map of this size is shown at this zoom or closer.
    fn reaches(&self, zoom: u8, map: Pixels) -> bool {
        let needs = self.needs(zoom);
        let fits = zoom <= self.max_zoom && map[0] >= needs[0] && map[1] >= needs[1];
        let fills = self.fills(zoom - 1);
        zoom <= MAX_ZOOM && (fits || fills.is_some_and(|most| map[0] > most[0] || map[1] > most[1]))
    }

    /// The zoom of a map of this size.
    pub fn zoom(&self, map: Pixels) -> Option<u8> {
        (MIN_ZOOM..=MAX_ZOOM)
            .rev()
            .find(|zoom| self.reaches(*zoom, map))
    }

    /// The sizes for which [`zoom`](Self::zoom) is this or closer, as CSS asks it; none is never.
    pub fn condition(&self, zoom: u8) -> Option<String> {
        let mut asked = String::new();
        if zoom > MAX_ZOOM {
            return None;
        }
        if zoom <= self.max_zoom {
            let [width, height] = self.needs(zoom);
            let _ = write!(
                asked,
                "((min-width:{width:.2}px) and (min-height:{height:.2}px))"
            );
        }
        if let Some([width, height]) = self.fills(zoom - 1) {
            let or = if asked.is_empty() { "" } else { " or " };
            let _ = write!(
                asked,
                "{or}(min-width:{:.2}px) or (min-height:{:.2}px)",
                width + 0.01,
                height + 0.01
            );
        }
        (!asked.is_empty()).then_some(asked)
    }

    /// The middle of what is to be in view.
    pub fn centre(&self, zoom: u8) -> Pixels {
        let [low, high] = corners(self.shown, zoom);
        [0, 1].map(|axis| f64::midpoint(low[axis], high[axis]))
    }

    /// What may not be left.
    pub fn limits(&self, zoom: u8) -> Option<[Pixels; 2]> {
        self.limits.map(|limits| corners(limits, zoom))
    }

    /// The north-western corner of a map of this size. `style/components/first-view.css` says the same.
    pub fn origin(&self, zoom: u8, map: Pixels) -> Pixels {
        let (centre, limits) = (self.centre(zoom), self.limits(zoom));
        [0, 1].map(|axis| {
            let start = centre[axis] - map[axis] / 2.0;
            let inside = limits.map_or(0.0, |[low, high]| {
                let before = (low[axis] - start).ceil().max(0.0);
                let behind = (start + map[axis] - high[axis]).floor().max(0.0);
                before - behind
            });
            (start + inside + 0.5).floor()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).expect("a test writes real positions")
    }

    fn helsinki() -> Bounds {
        Bounds {
            min: at(60.164_155, 24.935_176),
            max: at(60.179_113, 24.953_415),
        }
    }

    #[test]
    fn knows_where_leaflet_puts_a_place() {
        // `L.CRS.EPSG3857.latLngToPoint(L.latLng(60.1714549, 24.9498749), 17)`
        let [x, y] = pixel(at(60.171_454_9, 24.949_874_9), 17);
        assert!((x - 19_102_712.890_9).abs() < 0.001, "{x}");
        assert!((y - 9_712_150.327_3).abs() < 0.001, "{y}");
    }

    #[test]
    fn larger_maps_are_closer_and_none_shows_more_than_the_city() {
        let (van, door) = (at(60.1716, 24.9373), at(60.1715, 24.9499));
        let fit = |limits| Fit::new(Some(van), Some(door), helsinki(), limits);
        let free = fit(None);
        assert_eq!(free.zoom([390.0, 408.0]), Some(15));
        assert_eq!(free.zoom([848.0, 736.0]), Some(16));
        let bound = fit(Some(helsinki()));
        assert_eq!(bound.zoom([768.0, 509.0]), Some(16));
        for map in [[390.0, 408.0], [848.0, 736.0], [320.0, 224.0]] {
            let zoom = bound.zoom(map).expect("a zoom");
            let [low, high] = bound.limits(zoom).expect("limits");
            let origin = bound.origin(zoom, map);
            for axis in [0, 1] {
                assert!(origin[axis] >= low[axis] - 1.0, "{map:?}");
                assert!(origin[axis] + map[axis] <= high[axis] + 1.0, "{map:?}");
            }
        }
    }

    #[test]
    fn a_door_alone_is_shown_as_near_as_we_go() {
        let fit = Fit::new(None, Some(at(60.1715, 24.9499)), helsinki(), None);
        assert_eq!(fit.zoom([320.0, 224.0]), Some(MAX_FRAME_ZOOM));
        assert_eq!(fit.condition(MAX_ZOOM), None);
    }
}
