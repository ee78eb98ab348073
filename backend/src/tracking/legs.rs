//! The ways between the stops of a run, as far as they are known.

use std::collections::HashMap;

use porchlight_domain::geo::{Line, Position};
use porchlight_domain::reference::Reference;

/// A way along streets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leg {
    pub(crate) line: Line,
    pub(crate) duration_s: f64,
    pub(crate) length_m: f64,
}

/// Streets are longer than the crow's flight by about this factor (Barthélemy, Spatial Networks,
/// 2011, gives 1.2 to 1.5 for cities).
const DETOUR: f64 = 1.4;
/// Speed of a van in a city with its lights and turns, metres a second.
const CITY_MPS: f64 = 6.0;
/// A van farther from its line than this drives another way, metres.
pub(crate) const OFF_LINE_M: f64 = 60.0;

impl Leg {
    /// Whether a van at `position` drives this way.
    pub(crate) fn is_way_of(&self, position: Position) -> bool {
        self.line
            .nearest(position)
            .is_some_and(|on| on.off_m <= OFF_LINE_M)
    }

    /// Seconds from the point of the line nearest to `position` to its end; `None` when the
    /// position is not on the line.
    pub(crate) fn remaining_s(&self, position: Position) -> Option<f64> {
        let on = self.line.nearest(position)?;
        if on.off_m > OFF_LINE_M || self.length_m <= 0.0 {
            return (on.off_m <= OFF_LINE_M).then_some(0.0);
        }
        Some(self.duration_s * (1.0 - on.along_m / self.length_m).clamp(0.0, 1.0))
    }
}

/// A guess for two places without a known way between them, seconds.
pub(crate) fn straight_s(from: Position, to: Position) -> f64 {
    from.distance_m(to) * DETOUR / CITY_MPS
}

/// The legs of a run.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// To each stop from the one before it: the key holds both.
    pub(crate) between: HashMap<(Reference, Reference), Leg>,
    /// From the van itself to the stop it makes next: for the expected time only. Nobody but the
    /// courier may see this line, for it can begin at another recipient's door.
    pub(crate) next: Option<(Reference, Leg)>,
    /// From where a recipient sees the van to their door: the route line they are shown.
    pub(crate) shown: HashMap<Reference, ShownWay>,
    /// Whether a task is computing legs now.
    pub(crate) in_progress: bool,
}

/// A way to one door, from a place where its recipient has seen the van.
#[derive(Debug, Clone)]
pub(crate) struct ShownWay {
    pub(crate) leg: Leg,
    /// Grows with each new way, so that watchers are sent only what they don't have.
    pub(crate) version: u64,
}
