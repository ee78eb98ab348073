//! The built-in router: nearest point on a street, and the shortest time between two such points.
//!
//! One-way streets are kept to; turn restrictions and today's traffic are not known.

mod components;
mod network;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use fast_paths::PathCalculator;
use porchlight_domain::geo::{Line, Position};
use rstar::primitives::{GeomWithData, Line as Straight};
use rstar::{PointDistance, RTree};

use super::plane::Plane;
pub(crate) use network::Segment;
pub use network::StreetNetwork;

/// A position farther than this from every street is not in the city.
const MAX_OFF_M: f64 = 500.0;

/// From one point of a street to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// Course along the streets, from the first street point to the last one.
    pub line: Line,
    /// Length in metres.
    pub distance_m: f64,
    /// Driving time in seconds, without stops.
    pub duration_s: f64,
}

/// A point on a street.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreetPoint {
    /// The point itself.
    pub position: Position,
    /// How far the position asked for lies off it, in metres.
    pub off_m: f64,
    segment: u32,
    along_m: f64,
}

/// Streets, ready to search. Share it behind an [`Arc`]; searches run side by side.
pub struct StreetGraph {
    network: Arc<StreetNetwork>,
    plane: Plane,
    straights: RTree<GeomWithData<Straight<[f64; 2]>, u32>>,
    hops: HashMap<(usize, usize), Hop>,
    /// Scratch memory of searches, as many as ever ran at once.
    idle: Mutex<Vec<PathCalculator>>,
}

/// The fastest segment from one junction to a neighbour.
#[derive(Debug, Clone, Copy)]
struct Hop {
    segment: u32,
    backwards: bool,
    millis: usize,
}

/// A way to leave or reach a junction along a part of a segment.
#[derive(Debug, Clone, Copy)]
struct Access {
    junction: usize,
    millis: usize,
    /// Where on the segment the junction lies, in metres.
    along_m: f64,
}

/// A point with the junctions around it and the milliseconds to them: made once, searched often.
struct Ends {
    point: StreetPoint,
    exits: Vec<(usize, usize)>,
    entries: Vec<(usize, usize)>,
}

/// What a search found.
enum Found {
    /// Along one segment.
    Direct { millis: usize },
    /// Over these junctions.
    Over {
        junctions: Vec<usize>,
        millis: usize,
    },
}

impl Found {
    fn millis(&self) -> usize {
        match self {
            Self::Direct { millis } | Self::Over { millis, .. } => *millis,
        }
    }
}

impl StreetGraph {
    /// Builds the indexes of a network: milliseconds for a city.
    pub fn new(network: Arc<StreetNetwork>) -> Self {
        let plane = Plane::around(network.bounds());
        let mut straights = Vec::new();
        let mut hops: HashMap<(usize, usize), Hop> = HashMap::new();
        for (segment, index) in network.segments().iter().zip(0_u32..) {
            for pair in segment.line.0.windows(2) {
                let straight = Straight::new(plane.point(pair[0]), plane.point(pair[1]));
                straights.push(GeomWithData::new(straight, index));
            }
            let (from, to) = (segment.from as usize, segment.to as usize);
            let hop = Hop {
                segment: index,
                backwards: false,
                millis: segment.millis(segment.line.length_m()),
            };
            keep_faster(&mut hops, (from, to), hop);
            if !segment.one_way {
                let back = Hop {
                    backwards: true,
                    ..hop
                };
                keep_faster(&mut hops, (to, from), back);
            }
        }
        Self {
            straights: RTree::bulk_load(straights),
            network,
            plane,
            hops,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// The network it searches.
    pub fn network(&self) -> &StreetNetwork {
        &self.network
    }

    /// The nearest point on any street; `None` more than 500 m away from all of them.
    pub fn nearest(&self, position: Position) -> Option<StreetPoint> {
        let flat = self.plane.point(position);
        let straight = self.straights.nearest_neighbor(&flat)?;
        if straight.distance_2(&flat) > MAX_OFF_M * MAX_OFF_M {
            return None;
        }
        let segment = self.network.segments().get(straight.data as usize)?;
        let on = segment.line.nearest(position)?;
        Some(StreetPoint {
            position: on.position,
            off_m: on.off_m,
            segment: straight.data,
            along_m: on.along_m,
        })
    }

    /// The name of the street a point lies on; empty where the map has none.
    pub fn street_name(&self, point: &StreetPoint) -> &str {
        self.network.name(self.segment(point.segment))
    }

    /// The fastest way from one street point to another. `None` does not happen between points
    /// of this graph, where everything reaches everything.
    pub fn leg(&self, from: &StreetPoint, to: &StreetPoint) -> Option<Leg> {
        let found = self.search(&self.ends(from), &self.ends(to))?;
        let line = match &found {
            Found::Direct { .. } => self
                .segment(from.segment)
                .line
                .between(from.along_m, to.along_m),
            Found::Over { junctions, .. } => self.line_over(from, to, junctions)?,
        };
        let line = between_ends(line, from.position, to.position);
        Some(Leg {
            distance_m: line.length_m(),
            line,
            duration_s: seconds(found.millis()),
        })
    }

    /// Driving seconds from every point to every point, row by row: `[from][to]`. Infinite where
    /// there is no way.
    pub fn travel_times(&self, points: &[StreetPoint]) -> Vec<Vec<f64>> {
        let ends: Vec<Ends> = points.iter().map(|point| self.ends(point)).collect();
        ends.iter()
            .map(|from| {
                let time = |to: &Ends| self.fastest_s(from, to);
                ends.iter().map(time).collect()
            })
            .collect()
    }

    /// Driving seconds from one point to each of the others.
    pub fn travel_times_from(&self, from: &StreetPoint, to: &[StreetPoint]) -> Vec<f64> {
        let from = self.ends(from);
        to.iter()
            .map(|to| self.fastest_s(&from, &self.ends(to)))
            .collect()
    }

    fn fastest_s(&self, from: &Ends, to: &Ends) -> f64 {
        if from.point == to.point {
            return 0.0;
        }
        let found = self.search(from, to);
        found.map_or(f64::INFINITY, |found| seconds(found.millis()))
    }

    fn segment(&self, index: u32) -> &Segment {
        &self.network.segments()[index as usize]
    }

    fn ends(&self, point: &StreetPoint) -> Ends {
        let pairs =
            |accesses: Vec<Access>| accesses.iter().map(|a| (a.junction, a.millis)).collect();
        Ends {
            point: *point,
            exits: pairs(self.exits(point)),
            entries: pairs(self.entries(point)),
        }
    }

    fn search(&self, from: &Ends, to: &Ends) -> Option<Found> {
        let direct = self.direct(&from.point, &to.point);
        let over = self.over(from, to);
        match (direct, over) {
            (Some(direct), Some(over)) if direct.millis() <= over.millis() => Some(direct),
            (_, Some(over)) => Some(over),
            (direct, None) => direct,
        }
    }

    fn direct(&self, from: &StreetPoint, to: &StreetPoint) -> Option<Found> {
        let segment = self.segment(from.segment);
        let allowed =
            from.segment == to.segment && (!segment.one_way || from.along_m <= to.along_m);
        allowed.then(|| Found::Direct {
            millis: segment.millis(to.along_m - from.along_m),
        })
    }

    fn over(&self, from: &Ends, to: &Ends) -> Option<Found> {
        let (starts, ends) = (from.exits.clone(), to.entries.clone());
        let prepared = self.network.prepared();
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut calculator = idle.unwrap_or_else(|| fast_paths::create_calculator(prepared));
        let path = calculator.calc_path_multiple_sources_and_targets(prepared, starts, ends);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(calculator);
        path.map(|path| Found::Over {
            junctions: path.get_nodes().clone(),
            millis: path.get_weight(),
        })
    }

    /// Junctions that can be driven to from a point on its own segment.
    fn exits(&self, point: &StreetPoint) -> Vec<Access> {
        self.accesses(point, |segment, at_end| at_end || !segment.one_way)
    }

    /// Junctions from which the point can be driven to on its own segment.
    fn entries(&self, point: &StreetPoint) -> Vec<Access> {
        self.accesses(point, |segment, at_end| !at_end || !segment.one_way)
    }

    fn accesses(
        &self,
        point: &StreetPoint,
        allowed: impl Fn(&Segment, bool) -> bool,
    ) -> Vec<Access> {
        let segment = self.segment(point.segment);
        let ends = [
            (segment.from, 0.0, false),
            (segment.to, segment.line.length_m(), true),
        ];
        ends.into_iter()
            .filter(|(_, _, at_end)| allowed(segment, *at_end))
            .map(|(junction, along_m, _)| Access {
                junction: junction as usize,
                millis: segment.millis(along_m - point.along_m),
                along_m,
            })
            .collect()
    }

    fn line_over(&self, from: &StreetPoint, to: &StreetPoint, over: &[usize]) -> Option<Line> {
        let exit = cheapest(self.exits(from), *over.first()?)?;
        let entry = cheapest(self.entries(to), *over.last()?)?;
        let start = &self.segment(from.segment).line;
        let mut line = start.between(from.along_m, exit.along_m);
        for pair in over.windows(2) {
            let hop = self.hops.get(&(pair[0], pair[1]))?;
            let points = self.segment(hop.segment).line.0.iter().copied();
            if hop.backwards {
                line.0.extend(points.rev());
            } else {
                line.0.extend(points);
            }
        }
        let end = self
            .segment(to.segment)
            .line
            .between(entry.along_m, to.along_m);
        line.0.extend(end.0);
        Some(line)
    }
}

impl fmt::Debug for StreetGraph {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("StreetGraph").field(&self.network).finish()
    }
}

fn keep_faster(hops: &mut HashMap<(usize, usize), Hop>, key: (usize, usize), hop: Hop) {
    let best = hops.entry(key).or_insert(hop);
    if hop.millis < best.millis {
        *best = hop;
    }
}

fn cheapest(accesses: Vec<Access>, junction: usize) -> Option<Access> {
    accesses
        .into_iter()
        .filter(|access| access.junction == junction)
        .min_by_key(|access| access.millis)
}

/// The line from exactly one point to the other; its pieces repeat the junctions they share.
fn between_ends(mut line: Line, start: Position, end: Position) -> Line {
    if let Some(first) = line.0.first_mut() {
        *first = start;
    }
    if let Some(last) = line.0.last_mut() {
        *last = end;
    }
    line.0.dedup();
    line
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a drive")]
fn seconds(millis: usize) -> f64 {
    millis as f64 / 1000.0
}

#[cfg(test)]
mod tests;
