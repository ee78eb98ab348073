//! The moments of an approach that are worth telling: nearly there, and at the door.

use serde::Serialize;

use crate::reveal::Approach;
use crate::wire::{FromWire, Unreadable, Value};

/// A moment of an approach. Each happens at most once for each time the parcel goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// Few stops or minutes away.
    Near,
    /// Within the radius of the door, and it is the next stop.
    AtTheDoor,
}

impl FromWire for Arrival {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let text = String::from_wire(value)?;
        [Self::Near, Self::AtTheDoor]
            .into_iter()
            .find(|arrival| arrival.as_str() == text)
            .ok_or(Unreadable("arrival"))
    }
}

crate::wire_with_serde!(Arrival);

impl Arrival {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::AtTheDoor => "at_the_door",
        }
    }
}

/// Where the fences stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geofences {
    /// Near, with at most so many stops before.
    pub near_stops: u32,
    /// Near, within so many minutes.
    pub near_minutes: u32,
    /// At the door, within so many metres of it.
    pub door_m: f64,
}

impl Default for Geofences {
    fn default() -> Self {
        Self {
            near_stops: 1,
            near_minutes: 5,
            door_m: 40.0,
        }
    }
}

impl Geofences {
    /// The innermost fence the courier is inside of.
    pub fn reached(&self, approach: &Approach) -> Option<Arrival> {
        if approach.stops_before == 0 && approach.distance_m <= self.door_m {
            Some(Arrival::AtTheDoor)
        } else if approach.stops_before <= self.near_stops
            || approach.remaining_s <= f64::from(self.near_minutes) * 60.0
        {
            Some(Arrival::Near)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fences_stand_one_inside_the_other() {
        let at = |stops_before, remaining_s, distance_m| {
            Geofences::default().reached(&Approach {
                stops_before,
                remaining_s,
                distance_m,
            })
        };
        assert_eq!(at(5, 1200.0, 2000.0), None);
        assert_eq!(at(5, 299.0, 2000.0), Some(Arrival::Near));
        assert_eq!(at(1, 900.0, 2000.0), Some(Arrival::Near));
        assert_eq!(
            at(1, 200.0, 10.0),
            Some(Arrival::Near),
            "next door, but another stop comes first"
        );
        assert_eq!(at(0, 5.0, 39.0), Some(Arrival::AtTheDoor));
    }
}
