//! What a recipient may see of the courier, decided for every frame on the server.
//!
//! Three levels: nothing, a coarse area, the exact van. Even the exact van is not shown near
//! another recipient's door: where the van stops is where others live.

use crate::trig::cos;
use crate::wire::{Fields, FromWire, Unreadable, Value};
use serde::{Deserialize, Serialize};

use crate::geo::Position;

/// How near the courier must be for a level to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealRule {
    /// As soon as the parcel is out for delivery.
    Always,
    /// At most so many stops come before.
    Stops(u32),
    /// Expected within so many minutes.
    Minutes(u32),
    /// Within so many metres, as the crow flies.
    Metres(u32),
}

impl FromWire for RevealRule {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        if value == "always" {
            return Ok(Self::Always);
        }
        let mut kinds = Fields::of(value)?;
        let stops = kinds.take::<Option<_>>("stops")?.map(Self::Stops);
        let minutes = kinds.take::<Option<_>>("minutes")?.map(Self::Minutes);
        let metres = kinds.take::<Option<_>>("metres")?.map(Self::Metres);
        stops
            .or(minutes)
            .or(metres)
            .ok_or(Unreadable("reveal rule"))
    }
}

impl FromWire for RevealPolicy {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            area: fields.take("area")?,
            exact: fields.take("exact")?,
        })
    }
}

/// An operator's choice. Rules of both levels must hold for the exact van.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealPolicy {
    /// When the coarse area begins.
    pub area: RevealRule,
    /// When the exact van begins.
    pub exact: RevealRule,
}

impl Default for RevealPolicy {
    fn default() -> Self {
        Self {
            area: RevealRule::Stops(10),
            exact: RevealRule::Stops(3),
        }
    }
}

/// How far the courier still is from a recipient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Approach {
    /// Stops the courier makes before this one.
    pub stops_before: u32,
    /// Seconds until arrival.
    pub remaining_s: f64,
    /// Metres as the crow flies.
    pub distance_m: f64,
}

/// What a recipient may see now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reveal {
    /// No coordinate at all.
    Hidden,
    /// The square of a fixed grid that the van is in.
    Area,
    /// The van.
    Exact,
}

impl RevealRule {
    fn holds(self, approach: &Approach) -> bool {
        match self {
            Self::Always => true,
            Self::Stops(most) => approach.stops_before <= most,
            Self::Minutes(most) => approach.remaining_s <= f64::from(most) * 60.0,
            Self::Metres(most) => approach.distance_m <= f64::from(most),
        }
    }
}

impl RevealPolicy {
    /// What the recipient of a parcel that is out for delivery on an active run may see.
    pub fn reveal(&self, approach: &Approach) -> Reveal {
        if !self.area.holds(approach) {
            Reveal::Hidden
        } else if self.exact.holds(approach) {
            Reveal::Exact
        } else {
            Reveal::Area
        }
    }
}

/// Within so many metres of another recipient's door the van is not shown.
pub const OTHER_DOOR_M: f64 = 60.0;

/// Whether showing the van here would point at another recipient's door. A recipient who is next
/// sees the van once it is nearer to their own door than to the other.
pub fn points_at_another_door(
    van: Position,
    own_door: Position,
    is_next: bool,
    other_doors: impl IntoIterator<Item = Position>,
) -> bool {
    let own_m = van.distance_m(own_door);
    other_doors.into_iter().any(|door| {
        let other_m = van.distance_m(door);
        other_m < OTHER_DOOR_M && !(is_next && own_m <= other_m)
    })
}

/// Side of a square of the coarse grid in degrees of latitude: about 560 m.
const CELL_LAT_DEG: f64 = 0.005;

/// A square of a grid that is the same for everyone, so that several recipients who compare what
/// they see learn nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Area {
    /// The middle of the square.
    pub centre: Position,
    /// Metres from the middle that cover the square.
    pub radius_m: f64,
}

crate::wire! { Area { centre, radius_m } }

impl Area {
    /// The square a position is in.
    pub fn around(position: Position) -> Self {
        let lat = cell_centre(position.lat(), CELL_LAT_DEG);
        let cell_lon_deg = CELL_LAT_DEG / cos(lat.to_radians()).max(0.01);
        let lon = cell_centre(position.lon(), cell_lon_deg);
        let centre =
            Position::new(lat.clamp(-90.0, 90.0), lon.clamp(-180.0, 180.0)).unwrap_or(position);
        Self {
            centre,
            radius_m: 400.0,
        }
    }
}

fn cell_centre(degrees: f64, cell_deg: f64) -> f64 {
    ((degrees / cell_deg).floor() + 0.5) * cell_deg
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn approach(stops_before: u32) -> Approach {
        Approach {
            stops_before,
            remaining_s: 240.0 * f64::from(stops_before + 1),
            distance_m: 300.0 * f64::from(stops_before + 1),
        }
    }

    #[test]
    fn ten_stops_by_default() {
        let policy = RevealPolicy::default();
        assert_eq!(policy.reveal(&approach(11)), Reveal::Hidden);
        assert_eq!(policy.reveal(&approach(10)), Reveal::Area);
        assert_eq!(policy.reveal(&approach(4)), Reveal::Area);
        assert_eq!(policy.reveal(&approach(3)), Reveal::Exact);
    }

    #[test]
    fn each_rule_looks_at_its_own_figure() {
        let exact_by = |rule| {
            let policy = RevealPolicy {
                area: RevealRule::Always,
                exact: rule,
            };
            policy.reveal(&approach(4)) == Reveal::Exact
        };
        assert!(exact_by(RevealRule::Always));
        assert!(exact_by(RevealRule::Minutes(20)) && !exact_by(RevealRule::Minutes(19)));
        assert!(exact_by(RevealRule::Metres(1500)) && !exact_by(RevealRule::Metres(1499)));
    }

    proptest! {
        #[test]
        fn the_area_covers_the_van_and_not_its_place(lat in -70.0..70.0_f64, lon in -179.0..179.0_f64) {
            let van = Position::new(lat, lon).expect("on Earth");
            let area = Area::around(van);
            prop_assert!(area.centre.distance_m(van) <= area.radius_m, "{} m", area.centre.distance_m(van));
            let neighbour = Position::new(area.centre.lat() + 0.001, area.centre.lon()).expect("near");
            prop_assert_eq!(Area::around(neighbour), area);
        }
    }
}
