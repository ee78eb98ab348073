//! How the van moves between two fixes: along the street it was on, not through the houses.

use porchlight_domain::geo::{Line, Position};

/// A gap between fixes is driven in at most so long, milliseconds: what is shown must not lag.
const LONGEST_MS: f64 = 4_000.0;
/// Shorter is a jump anyway, milliseconds.
const SHORTEST_MS: f64 = 250.0;
/// A fix further from the known route is not on it, metres.
const ON_ROUTE_M: f64 = 40.0;
/// A longer way than so many times the straight one is a route that has turned elsewhere.
const DETOUR: f64 = 3.0;
/// Headings come from a stretch of at least so many metres: shorter ones are noise.
const HEADING_M: f64 = 2.0;

/// A movement from one fix to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Glide {
    way: Line,
    length_m: f64,
    started_ms: f64,
    lasts_ms: f64,
}

/// Where the van is shown, and where its lights point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// The place.
    pub position: Position,
    /// Degrees clockwise from north, when it moves along something.
    pub heading_deg: Option<f64>,
}

impl Glide {
    /// From where the van is shown to a new fix. `route` is the way to the door that was known
    /// before the fix; `gap_ms` the time between the two fixes.
    pub fn new(
        from: Position,
        to: Position,
        route: Option<&Line>,
        gap_ms: f64,
        now_ms: f64,
    ) -> Self {
        let way = route
            .and_then(|route| along(route, from, to))
            .unwrap_or_else(|| Line(vec![from, to]));
        Self {
            length_m: way.length_m(),
            way,
            started_ms: now_ms,
            lasts_ms: gap_ms.clamp(SHORTEST_MS, LONGEST_MS),
        }
    }

    /// Where the van is at a moment.
    pub fn at(&self, now_ms: f64) -> Option<Pose> {
        let along_m = self.length_m * self.fraction(now_ms);
        let position = self.way.at(along_m)?;
        let ahead = self.way.at((along_m + HEADING_M).min(self.length_m))?;
        let behind = self.way.at((along_m - HEADING_M).max(0.0))?;
        let heading_deg =
            (behind.distance_m(ahead) >= HEADING_M).then(|| behind.bearing_deg(ahead));
        Some(Pose {
            position,
            heading_deg,
        })
    }

    /// Whether the van has arrived at the fix.
    pub fn is_over(&self, now_ms: f64) -> bool {
        self.fraction(now_ms) >= 1.0
    }

    fn fraction(&self, now_ms: f64) -> f64 {
        ((now_ms - self.started_ms) / self.lasts_ms).clamp(0.0, 1.0)
    }
}

/// The stretch of a route between two points, if both are on it in that order.
fn along(route: &Line, from: Position, to: Position) -> Option<Line> {
    let (start, end) = (route.nearest(from)?, route.nearest(to)?);
    let way_m = end.along_m - start.along_m;
    let straight_m = from.distance_m(to);
    let is_on_it = start.off_m < ON_ROUTE_M && end.off_m < ON_ROUTE_M;
    if !is_on_it || way_m <= 0.0 || way_m > straight_m * DETOUR {
        return None;
    }
    let mut way = vec![from];
    let rest = route.from_along(start.along_m);
    let mut walked_m = 0.0;
    for pair in rest.0.windows(2) {
        walked_m += pair[0].distance_m(pair[1]);
        if walked_m >= way_m {
            break;
        }
        way.push(pair[1]);
    }
    way.push(to);
    Some(Line(way))
}

/// The heading next to `before` that means the same as `next`, so that turning from 350 to 10
/// degrees turns 20 and not 340.
pub fn unwind(before: f64, next: f64) -> f64 {
    before + (next - before + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).expect("on Earth")
    }

    #[test]
    fn turns_the_corner_instead_of_cutting_it() {
        let corner = at(60.17, 24.945);
        let route = Line(vec![at(60.17, 24.94), corner, at(60.172, 24.945)]);
        let glide = Glide::new(
            at(60.17, 24.944),
            at(60.1705, 24.945),
            Some(&route),
            2_000.0,
            0.0,
        );
        let near_corner = (0..=20)
            .filter_map(|step| glide.at(f64::from(step) * 100.0))
            .map(|pose| pose.position.distance_m(corner))
            .fold(f64::INFINITY, f64::min);
        assert!(near_corner < 4.0, "passes {near_corner} m from the corner");
        let end = glide.at(2_000.0).expect("a way");
        assert_eq!(end.position, at(60.1705, 24.945));
        assert!(glide.is_over(2_000.0) && !glide.is_over(1_999.0));
    }

    #[test]
    fn lights_point_where_it_drives() {
        let glide = Glide::new(at(60.17, 24.94), at(60.17, 24.95), None, 1_000.0, 0.0);
        let heading = glide
            .at(500.0)
            .and_then(|pose| pose.heading_deg)
            .expect("moves");
        assert!((heading - 90.0).abs() < 1.0, "{heading}");
    }

    #[test]
    fn a_standing_van_keeps_its_heading() {
        let here = at(60.17, 24.94);
        let glide = Glide::new(here, here, None, 1_000.0, 0.0);
        assert_eq!(glide.at(500.0).map(|pose| pose.heading_deg), Some(None));
    }

    #[test]
    fn goes_straight_when_the_route_led_elsewhere() {
        let route = Line(vec![at(60.2, 24.9), at(60.21, 24.9)]);
        let glide = Glide::new(
            at(60.17, 24.94),
            at(60.17, 24.95),
            Some(&route),
            1_000.0,
            0.0,
        );
        assert_eq!(glide.way.0.len(), 2);
    }

    #[test]
    fn never_lags_behind_for_long() {
        let glide = Glide::new(at(60.17, 24.94), at(60.17, 24.95), None, 30_000.0, 0.0);
        assert!(glide.is_over(LONGEST_MS));
    }

    #[test]
    fn turns_the_short_way() {
        assert!((unwind(350.0, 10.0) - 370.0).abs() < 1e-9);
        assert!((unwind(10.0, 350.0) + 10.0).abs() < 1e-9);
        assert!((unwind(725.0, 10.0) - 730.0).abs() < 1e-9);
    }
}
