//! Which part of the world to show while following the van.

use porchlight_domain::geo::{Line, Position};
use porchlight_domain::tracking::ShownPosition;

/// Closer shows no more.
pub const MAX_ZOOM: u8 = 18;
/// Framing van and door goes no closer.
pub const MAX_FRAME_ZOOM: u8 = 17;
/// Free space around van and door, pixels: room for the pin above, and for the sheet below.
pub const PADDING_PX: (f64, f64) = (44.0, 56.0);

/// When the way left is shorter than this share of what was framed, it is framed again, larger.
const NEARER: f64 = 0.55;
/// Below so many metres the frame does not tighten any more.
const CLOSE_M: f64 = 120.0;

/// The place that is framed: the van's, or the middle of the area it is in.
pub fn place(shown: ShownPosition) -> Position {
    match shown {
        ShownPosition::Exact { position, .. } => position,
        ShownPosition::Area { area, .. } => area.centre,
    }
}

/// What is left of the way to the door.
pub fn way_left(route: &Line, van: Option<Position>) -> Line {
    let van = van.and_then(|van| route.nearest(van));
    route.from_along(van.map_or(0.0, |van| van.along_m))
}

/// What was framed last: so many metres between van and door.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Framed {
    span_m: Option<f64>,
}

impl Framed {
    /// Whether van and door need a new frame; `is_in_view` says whether the van is well inside
    /// the present one, and is asked only when there is one. Remembers what it answered.
    pub fn again(
        &mut self,
        van: Option<Position>,
        door: Option<Position>,
        is_in_view: impl FnOnce() -> bool,
    ) -> bool {
        let span_m = match (van, door) {
            (Some(van), Some(door)) => van.distance_m(door),
            _ => 0.0,
        };
        let needed = match self.span_m {
            None => true,
            Some(framed_m) => !is_in_view() || (span_m < framed_m * NEARER && framed_m > CLOSE_M),
        };
        if needed {
            self.span_m = Some(span_m);
        }
        needed
    }

    /// Forgets what was framed: the next question is answered with yes.
    pub fn forget(&mut self) {
        self.span_m = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_anew_when_the_van_leaves_or_is_much_nearer() {
        let door = Position::new(60.17, 24.94).ok();
        let van = |lat| Position::new(lat, 24.94).ok();
        let mut framed = Framed::default();
        assert!(framed.again(van(60.18), door, || true), "the first time");
        assert!(!framed.again(van(60.179), door, || true), "hardly nearer");
        assert!(framed.again(van(60.179), door, || false), "left the view");
        assert!(framed.again(van(60.174), door, || true), "half the way");
        framed.forget();
        assert!(framed.again(van(60.174), door, || true), "asked to");
    }

    #[test]
    fn rests_at_the_door() {
        let door = Position::new(60.17, 24.94).ok();
        let mut framed = Framed::default();
        framed.again(Position::new(60.1705, 24.94).ok(), door, || true);
        assert!(!framed.again(Position::new(60.1701, 24.94).ok(), door, || true));
    }
}
