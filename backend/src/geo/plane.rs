//! A city laid flat: metres east and north of its middle, for nearest-neighbour search.

use porchlight_domain::geo::{Bounds, EARTH_RADIUS_M, Position};

/// An equirectangular projection, right within 0.1 % over a metropolis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    origin: Position,
    metres_per_degree_east: f64,
}

/// Metres per degree of latitude.
const METRES_PER_DEGREE: f64 = EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

impl Plane {
    pub(super) fn around(bounds: Bounds) -> Self {
        let origin = bounds.centre();
        Self {
            origin,
            metres_per_degree_east: METRES_PER_DEGREE * origin.lat().to_radians().cos(),
        }
    }

    /// Metres east and north of the middle.
    pub(super) fn point(self, position: Position) -> [f64; 2] {
        [
            (position.lon() - self.origin.lon()) * self.metres_per_degree_east,
            (position.lat() - self.origin.lat()) * METRES_PER_DEGREE,
        ]
    }
}
