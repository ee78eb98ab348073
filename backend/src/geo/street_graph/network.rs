//! The stored street network: junctions, the segments between them, and the prepared search.

use std::fmt;

use fast_paths::{FastGraph, InputGraph};
use porchlight_domain::geo::{Bounds, Line, Position};
use serde::{Deserialize, Serialize};

use super::components;

/// Streets that a van may drive, every junction reachable from every other one.
#[derive(Clone, Serialize, Deserialize)]
pub struct StreetNetwork {
    bounds: Bounds,
    #[serde(with = "fixed")]
    junctions: Vec<Position>,
    segments: Vec<Segment>,
    names: Vec<String>,
    #[serde(
        serialize_with = "fast_paths::serialize_32",
        deserialize_with = "fast_paths::deserialize_32"
    )]
    prepared: FastGraph,
}

/// A piece of street from one junction to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Segment {
    /// Junction at the start of the line.
    pub(crate) from: u32,
    /// Junction at its end.
    pub(crate) to: u32,
    /// Index of the street's name; 0 is none.
    pub(crate) name: u32,
    /// Whether it may only be driven from start to end.
    pub(crate) one_way: bool,
    /// How fast a van usually gets along.
    pub(crate) speed_kmh: f64,
    /// Course.
    #[serde(with = "fixed_line")]
    pub(crate) line: Line,
}

impl Segment {
    /// Milliseconds that a van needs for a part of it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "segments are kilometres long at most and take minutes at most"
    )]
    pub(super) fn millis(&self, metres: f64) -> usize {
        (metres.abs() * 3600.0 / self.speed_kmh).round() as usize
    }
}

impl StreetNetwork {
    /// Keeps the largest part in which every junction reaches every other one, and prepares the
    /// search on it. `None` when that leaves no segment.
    pub(crate) fn connected(
        junctions: &[Position],
        segments: Vec<Segment>,
        names: Vec<String>,
    ) -> Option<Self> {
        let mut edges = Vec::with_capacity(segments.len() * 2);
        for segment in &segments {
            edges.push((segment.from, segment.to));
            if !segment.one_way {
                edges.push((segment.to, segment.from));
            }
        }
        let kept = components::largest(junctions.len(), &edges);
        let (junctions, segments) = reduced(&kept, junctions, segments);
        let points = segments.iter().flat_map(|segment| &segment.line.0);
        Some(Self {
            bounds: Bounds::around(points.copied())?,
            prepared: prepare(&segments),
            junctions,
            segments,
            names,
        })
    }

    /// The smallest rectangle around all streets.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Number of junctions and dead ends.
    pub fn junction_count(&self) -> usize {
        self.junctions.len()
    }

    /// Number of pieces of street between them.
    pub fn segment_count(&self) -> usize {
        self.segments.len()
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(super) fn prepared(&self) -> &FastGraph {
        &self.prepared
    }

    /// The name of a segment's street; empty for none.
    pub(super) fn name(&self, segment: &Segment) -> &str {
        self.names
            .get(segment.name as usize)
            .map_or("", String::as_str)
    }

    /// Whether all parts refer only to what is there: a stored network is not trusted blindly.
    pub(crate) fn is_consistent(&self) -> bool {
        let junctions = self.junctions.len();
        self.prepared.get_num_nodes() == junctions
            && self.segments.iter().all(|segment| {
                (segment.from as usize) < junctions
                    && (segment.to as usize) < junctions
                    && segment.line.0.len() >= 2
                    && segment.speed_kmh >= 1.0
            })
    }
}

impl fmt::Debug for StreetNetwork {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StreetNetwork")
            .field("bounds", &self.bounds)
            .field("junctions", &self.junctions.len())
            .field("segments", &self.segments.len())
            .finish_non_exhaustive()
    }
}

/// Equal streets: the prepared search follows from them.
impl PartialEq for StreetNetwork {
    fn eq(&self, other: &Self) -> bool {
        self.junctions == other.junctions
            && self.segments == other.segments
            && self.names == other.names
    }
}

/// Drops what is not kept and numbers the rest anew.
fn reduced(
    kept: &[bool],
    junctions: &[Position],
    segments: Vec<Segment>,
) -> (Vec<Position>, Vec<Segment>) {
    let mut new_number = vec![u32::MAX; junctions.len()];
    let mut left = Vec::new();
    let stay = (0..junctions.len()).filter(|old| kept[*old]);
    for (old, new) in stay.zip(0_u32..) {
        new_number[old] = new;
        left.push(junctions[old]);
    }
    let segments = segments
        .into_iter()
        .filter(|segment| kept[segment.from as usize] && kept[segment.to as usize])
        .map(|segment| Segment {
            from: new_number[segment.from as usize],
            to: new_number[segment.to as usize],
            ..segment
        });
    (left, segments.collect())
}

/// Contraction: slow once, so that every search is fast.
fn prepare(segments: &[Segment]) -> FastGraph {
    let mut graph = InputGraph::new();
    for segment in segments.iter().filter(|segment| segment.from != segment.to) {
        let (from, to) = (segment.from as usize, segment.to as usize);
        // A weight of zero is not an edge to the library.
        let millis = segment.millis(segment.line.length_m()).max(1);
        graph.add_edge(from, to, millis);
        if !segment.one_way {
            graph.add_edge(to, from, millis);
        }
    }
    graph.freeze();
    fast_paths::prepare(&graph)
}

/// Positions as differences in units of 1e-7 degrees, which is exactly what the map states.
mod fixed {
    use porchlight_domain::geo::Position;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        positions: &[Position],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut last = (0, 0);
        let steps: Vec<(i64, i64)> = positions
            .iter()
            .map(|position| {
                let here = (units(position.lat()), units(position.lon()));
                let step = (here.0 - last.0, here.1 - last.1);
                last = here;
                step
            })
            .collect();
        steps.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Position>, D::Error> {
        let steps: Vec<(i64, i64)> = Vec::deserialize(deserializer)?;
        let mut last = (0_i64, 0_i64);
        steps
            .into_iter()
            .map(|(lat, lon)| {
                last = (last.0.wrapping_add(lat), last.1.wrapping_add(lon));
                Position::new(degrees(last.0), degrees(last.1)).map_err(D::Error::custom)
            })
            .collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 180e7")]
    fn units(degrees: f64) -> i64 {
        (degrees * 1e7).round() as i64
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 180e7 in a whole file")]
    fn degrees(units: i64) -> f64 {
        units as f64 / 1e7
    }
}

/// [`fixed`] for a [`Line`].
mod fixed_line {
    use porchlight_domain::geo::Line;
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(line: &Line, serializer: S) -> Result<S::Ok, S::Error> {
        super::fixed::serialize(&line.0, serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Line, D::Error> {
        super::fixed::deserialize(deserializer).map(Line)
    }
}
