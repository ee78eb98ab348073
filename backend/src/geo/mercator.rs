//! The world as web maps draw it: spherical Mercator on a square of 2³² by 2³² units.
//!
//! One unit is at most 9.4 mm on the ground, less towards the poles.

use porchlight_domain::geo::Position;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

/// The latitude at which the Mercator square ends, in degrees.
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// Units along one side of the world.
const WORLD: f64 = 4_294_967_296.0;

/// A point on the Mercator square: `x` grows eastwards, `y` southwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorldPoint {
    /// Units east of the antimeridian.
    pub x: u32,
    /// Units south of the northern edge.
    pub y: u32,
}

impl WorldPoint {
    /// Projects a position; latitudes beyond [`MAX_LATITUDE`] fall on the edge.
    pub fn of(position: Position) -> Self {
        let lat = position
            .lat()
            .clamp(-MAX_LATITUDE, MAX_LATITUDE)
            .to_radians();
        let x = (position.lon() + 180.0) / 360.0;
        let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0;
        Self {
            x: unit(x),
            y: unit(y),
        }
    }
}

/// A fraction of the world, 0..=1, as units.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u32 first"
)]
fn unit(fraction: f64) -> u32 {
    (fraction * WORLD).round().clamp(0.0, f64::from(u32::MAX)) as u32
}

/// How many units one pixel of a 256-pixel tile spans at a zoom, 0..=24.
pub fn units_per_pixel(zoom: u8) -> f64 {
    WORLD / 256.0 / f64::from(1_u32 << zoom.min(24))
}

/// A line or ring of world points; stored as differences, which are small numbers in a city.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape(pub Vec<WorldPoint>);

impl Shape {
    /// Projects a line of positions.
    pub fn of(positions: impl IntoIterator<Item = Position>) -> Self {
        Self(positions.into_iter().map(WorldPoint::of).collect())
    }

    /// The smallest and the largest corner; `None` for no points.
    pub fn corners(&self) -> Option<(WorldPoint, WorldPoint)> {
        let first = *self.0.first()?;
        Some(self.0.iter().fold((first, first), |(min, max), point| {
            (
                WorldPoint {
                    x: min.x.min(point.x),
                    y: min.y.min(point.y),
                },
                WorldPoint {
                    x: max.x.max(point.x),
                    y: max.y.max(point.y),
                },
            )
        }))
    }
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_seq(Some(self.0.len()))?;
        let mut last = WorldPoint { x: 0, y: 0 };
        for point in &self.0 {
            let step = (
                point.x.wrapping_sub(last.x).cast_signed(),
                point.y.wrapping_sub(last.y).cast_signed(),
            );
            out.serialize_element(&step)?;
            last = *point;
        }
        out.end()
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Steps;
        impl<'de> Visitor<'de> for Steps {
            type Value = Shape;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("a sequence of steps between points")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut steps: A) -> Result<Shape, A::Error> {
                // A hostile length must not reserve memory that never gets filled.
                let mut points = Vec::with_capacity(steps.size_hint().unwrap_or(0).min(4096));
                let mut last = WorldPoint { x: 0, y: 0 };
                while let Some((x, y)) = steps.next_element::<(i32, i32)>()? {
                    last = WorldPoint {
                        x: last.x.wrapping_add_signed(x),
                        y: last.y.wrapping_add_signed(y),
                    };
                    points.push(last);
                }
                Ok(Shape(points))
            }
        }
        deserializer.deserialize_seq(Steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn puts_the_origin_in_the_middle() {
        let origin = Position::new(0.0, 0.0).expect("the origin exists");
        let middle = 1_u32 << 31;
        assert_eq!(
            WorldPoint::of(origin),
            WorldPoint {
                x: middle,
                y: middle
            }
        );
    }

    #[test]
    fn a_pixel_at_zoom_19_is_30_cm_at_the_equator() {
        let metres = units_per_pixel(19) / WORLD * 40_075_016.686;
        assert!((metres - 0.2986).abs() < 1e-3, "{metres}");
    }

    proptest! {
        #[test]
        fn shapes_survive_storage(points in proptest::collection::vec((any::<u32>(), any::<u32>()), 0..20)) {
            let shape = Shape(points.into_iter().map(|(x, y)| WorldPoint { x, y }).collect());
            let bytes = postcard::to_stdvec(&shape).expect("shapes can be written");
            let back: Shape = postcard::from_bytes(&bytes).expect("and read");
            prop_assert_eq!(back, shape);
        }
    }
}
