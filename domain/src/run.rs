//! A run: one courier's tour, its stops in the order they are driven.

use serde::{Deserialize, Serialize};

use crate::geo::Position;
use crate::ids::{PersonId, RunId};
use crate::reference::Reference;

/// How long a stop takes when nothing better is known, in seconds: the middle of what parcel
/// carriers report for a stop in a city (2 to 5 minutes from door to door of the van).
pub const DEFAULT_SERVICE_S: f64 = 150.0;

/// Where a run stands. Position sharing is on exactly while it is [`RunState::Active`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Not started.
    Planned,
    /// The courier is on the road and shares their position.
    Active,
    /// Over: position sharing has stopped.
    Ended,
}

impl RunState {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Active => "active",
            Self::Ended => "ended",
        }
    }

    /// Reads what [`RunState::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Planned, Self::Active, Self::Ended]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// One stop of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// The parcel to deliver there.
    pub delivery: Reference,
    /// Who waits for it.
    pub customer: PersonId,
    /// The door.
    pub position: Position,
    /// Whether the parcel is on the van and still to be brought.
    pub pending: bool,
    /// Whether the parcel is out for delivery: only then may its customer see the courier.
    pub out_for_delivery: bool,
    /// Which time the parcel goes out, from 1; 0 before the first.
    pub attempt: u32,
    /// Seconds the stop takes.
    pub service_s: f64,
    /// Whether it goes to a post office: its recipient is not waiting there.
    pub at_an_office: bool,
}

/// A run with its stops in driving order.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Who drives.
    pub courier: PersonId,
    /// Where it stands.
    pub state: RunState,
    /// In driving order.
    pub stops: Vec<Stop>,
}

impl Run {
    /// The stops the courier has still to make, in order.
    pub fn pending(&self) -> impl Iterator<Item = &Stop> {
        self.stops.iter().filter(|stop| stop.pending)
    }

    /// How many stops come before the one of `delivery`; `None` when it is not pending here.
    pub fn stops_before(&self, delivery: Reference) -> Option<u32> {
        self.pending()
            .position(|stop| stop.delivery == delivery)
            .and_then(|count| u32::try_from(count).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_only_the_stops_still_to_make() {
        let stop = |number: u64, pending| Stop {
            delivery: Reference::from_random(number),
            customer: PersonId::from_random([1; 16]),
            position: Position::new(60.0, 24.0).expect("on Earth"),
            pending,
            out_for_delivery: pending,
            attempt: 1,
            service_s: DEFAULT_SERVICE_S,
            at_an_office: false,
        };
        let run = Run {
            id: RunId::from_random([0; 16]),
            courier: PersonId::from_random([2; 16]),
            state: RunState::Active,
            stops: vec![stop(1, false), stop(2, true), stop(3, true)],
        };
        assert_eq!(run.stops_before(Reference::from_random(1)), None);
        assert_eq!(run.stops_before(Reference::from_random(2)), Some(0));
        assert_eq!(run.stops_before(Reference::from_random(3)), Some(1));
    }
}
