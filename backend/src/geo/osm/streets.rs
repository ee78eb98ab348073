//! Which ways a van may drive, in which direction and how fast, and the network they form.
//!
//! Not read: turn restrictions, conditional access, and weight or height limits.

use std::collections::{HashMap, HashSet};

use porchlight_domain::geo::{Line, Position};

use super::ImportError;
use super::extract::{Extract, Way};
use super::tags::Tags;
use crate::geo::street_graph::{Segment, StreetNetwork};

/// The street search is prepared in memory: this many junctions take some minutes.
const MAX_JUNCTIONS: usize = 2_000_000;

/// How a van drives along a way.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Drive {
    speed_kmh: f64,
    flow: Flow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Both,
    Along,
    Against,
}

/// Builds the network from every drivable way of the extract.
pub(super) fn network(extract: &Extract) -> Result<StreetNetwork, ImportError> {
    let drivable: Vec<(&Way, Drive)> = extract
        .ways
        .iter()
        .filter_map(|way| Some((way, drive(&way.tags)?)))
        .collect();
    let mut builder = Builder::new(extract, &drivable);
    for (way, drive) in &drivable {
        builder.add(way, *drive);
    }
    if builder.junctions.len() > MAX_JUNCTIONS {
        return Err(ImportError::TooLarge {
            junctions: builder.junctions.len(),
            limit: MAX_JUNCTIONS,
        });
    }
    StreetNetwork::connected(&builder.junctions, builder.segments, builder.names)
        .ok_or(ImportError::NoStreets)
}

/// Cuts ways into segments that run from junction to junction.
struct Builder<'a> {
    extract: &'a Extract,
    crossings: HashSet<i64>,
    barriers: HashSet<i64>,
    junction_of: HashMap<i64, u32>,
    name_of: HashMap<&'a str, u32>,
    junctions: Vec<Position>,
    segments: Vec<Segment>,
    names: Vec<String>,
}

impl<'a> Builder<'a> {
    fn new(extract: &'a Extract, drivable: &[(&'a Way, Drive)]) -> Self {
        let mut seen = HashSet::new();
        let mut crossings = HashSet::new();
        for node in drivable.iter().flat_map(|(way, _)| &way.nodes) {
            if !seen.insert(*node) {
                crossings.insert(*node);
            }
        }
        let barriers = extract
            .nodes
            .iter()
            .filter(|node| bars(&node.tags))
            .map(|node| node.id)
            .collect();
        Self {
            extract,
            crossings,
            barriers,
            junction_of: HashMap::new(),
            name_of: HashMap::new(),
            junctions: Vec::new(),
            segments: Vec::new(),
            // Segments without a name refer to the first, empty one.
            names: vec![String::new()],
        }
    }

    fn add(&mut self, way: &'a Way, drive: Drive) {
        let name = way.tags.get("name").map_or(0, |name| self.name(name));
        let mut from: Option<u32> = None;
        let mut line: Vec<Position> = Vec::new();
        let last = way.nodes.len().saturating_sub(1);
        for (at, node) in way.nodes.iter().enumerate() {
            let Some(position) = self.extract.position(*node) else {
                // Cut off by the extract: what follows is another piece.
                from = None;
                line.clear();
                continue;
            };
            line.push(position);
            let next_is_cut = way
                .nodes
                .get(at + 1)
                .is_some_and(|next| self.extract.position(*next).is_none());
            let barred = self.barriers.contains(node);
            let ends = at == last || next_is_cut || barred || self.crossings.contains(node);
            match from {
                None => from = Some(self.junction(*node, position)),
                Some(start) if ends => {
                    let end = self.junction(*node, position);
                    let piece = Line(std::mem::take(&mut line));
                    self.push(start, end, piece, name, drive);
                    // Beyond a barrier begins another dead end.
                    from = Some(if barred {
                        self.junction(*node, position)
                    } else {
                        end
                    });
                    line.push(position);
                }
                Some(_) => {}
            }
        }
    }

    fn push(&mut self, from: u32, to: u32, mut line: Line, name: u32, drive: Drive) {
        let length_m = line.length_m();
        if length_m <= 0.0 {
            return;
        }
        let (from, to) = if drive.flow == Flow::Against {
            line.0.reverse();
            (to, from)
        } else {
            (from, to)
        };
        self.segments.push(Segment {
            from,
            to,
            name,
            one_way: drive.flow != Flow::Both,
            speed_kmh: drive.speed_kmh,
            line,
        });
    }

    /// The junction at a node; a barrier is a new one every time, so that nothing passes.
    fn junction(&mut self, node: i64, position: Position) -> u32 {
        let next = index(self.junctions.len());
        if self.barriers.contains(&node) {
            self.junctions.push(position);
            return next;
        }
        *self.junction_of.entry(node).or_insert_with(|| {
            self.junctions.push(position);
            next
        })
    }

    fn name(&mut self, name: &'a str) -> u32 {
        *self.name_of.entry(name).or_insert_with(|| {
            self.names.push(name.to_owned());
            index(self.names.len() - 1)
        })
    }
}

/// An index into a list that [`MAX_JUNCTIONS`] keeps short enough.
fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// How a van drives along a way with these tags; `None` where it may not.
fn drive(tags: &Tags) -> Option<Drive> {
    let class = tags.get("highway")?;
    let pedestrian = class == "pedestrian";
    let (limit_kmh, share) = class_speed(class)?;
    if tags.is("area", &["yes"]) || !may_enter(tags, pedestrian) {
        return None;
    }
    let limit_kmh = tags
        .get("maxspeed")
        .and_then(max_speed_kmh)
        .unwrap_or(limit_kmh);
    Some(Drive {
        speed_kmh: (limit_kmh * share).max(5.0),
        flow: flow(tags, class),
    })
}

/// The usual limit of a class in km/h, and the share of a limit that a van reaches between
/// crossings, lights and parked cars.
fn class_speed(class: &str) -> Option<(f64, f64)> {
    Some(match class {
        "motorway" => (110.0, 0.9),
        "trunk" => (80.0, 0.85),
        "motorway_link" | "trunk_link" => (60.0, 0.75),
        "primary" => (60.0, 0.7),
        "secondary" | "primary_link" => (50.0, 0.65),
        "tertiary" | "unclassified" | "secondary_link" | "tertiary_link" => (40.0, 0.65),
        "residential" | "road" => (30.0, 0.65),
        "service" => (20.0, 0.6),
        "living_street" => (15.0, 0.7),
        // Only where a tag lets vehicles in; then at walking pace.
        "pedestrian" => (10.0, 0.7),
        _ => return None,
    })
}

/// The most specific access tag decides. A delivery van is a `destination` and a `delivery`.
fn may_enter(tags: &Tags, needs_permission: bool) -> bool {
    let stated = ["motorcar", "motor_vehicle", "vehicle", "access"]
        .iter()
        .find_map(|key| tags.get(key));
    match stated {
        None => !needs_permission,
        Some(value) => matches!(
            value,
            "yes" | "permissive" | "designated" | "destination" | "delivery" | "customers"
        ),
    }
}

/// Whether nothing on wheels passes this node.
fn bars(tags: &Tags) -> bool {
    let solid = tags.is(
        "barrier",
        &[
            "bollard",
            "block",
            "jersey_barrier",
            "chain",
            "cycle_barrier",
            "debris",
            "planter",
        ],
    );
    let gate = tags.is(
        "barrier",
        &["gate", "lift_gate", "swing_gate", "sliding_gate"],
    );
    (solid || gate) && !may_enter(tags, solid)
}

fn flow(tags: &Tags, class: &str) -> Flow {
    match tags.get("oneway") {
        Some("yes" | "true" | "1") => Flow::Along,
        Some("-1" | "reverse") => Flow::Against,
        Some("no" | "false" | "0") => Flow::Both,
        _ if class == "motorway" || tags.is("junction", &["roundabout", "circular"]) => Flow::Along,
        _ => Flow::Both,
    }
}

/// `50`, `50 km/h`, `30 mph`, `walk`; `None` for what states no number, such as `FI:urban`.
fn max_speed_kmh(text: &str) -> Option<f64> {
    if text == "walk" {
        return Some(7.0);
    }
    let (number, unit) = match text.find(|c: char| !c.is_ascii_digit() && c != '.') {
        Some(end) => (&text[..end], text[end..].trim()),
        None => (text, ""),
    };
    let number: f64 = number.parse().ok()?;
    match unit {
        "" | "km/h" | "kmh" => Some(number),
        "mph" => Some(number * 1.609_344),
        _ => None,
    }
    .filter(|kmh| (1.0..=200.0).contains(kmh))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        Tags::collect(pairs.iter().copied())
    }

    #[test]
    fn stays_out_where_it_must() {
        let closed: &[&[(&str, &str)]] = &[
            &[("highway", "footway")],
            &[("highway", "service"), ("access", "private")],
            &[("highway", "residential"), ("motor_vehicle", "no")],
            &[
                ("highway", "service"),
                ("access", "yes"),
                ("motorcar", "private"),
            ],
            &[("highway", "pedestrian")],
            &[("highway", "construction")],
            &[("building", "yes")],
        ];
        for pairs in closed {
            assert_eq!(drive(&tags(pairs)), None, "{pairs:?}");
        }
        let open: &[&[(&str, &str)]] = &[
            &[("highway", "residential"), ("access", "destination")],
            &[
                ("highway", "service"),
                ("access", "no"),
                ("motor_vehicle", "delivery"),
            ],
            &[("highway", "pedestrian"), ("vehicle", "destination")],
        ];
        for pairs in open {
            assert!(drive(&tags(pairs)).is_some(), "{pairs:?}");
        }
    }

    #[test]
    fn reads_directions() {
        let flow_of = |pairs: &[(&str, &str)]| {
            let tags = tags(pairs);
            flow(&tags, tags.get("highway").unwrap_or_default())
        };
        assert_eq!(flow_of(&[("highway", "primary")]), Flow::Both);
        assert_eq!(
            flow_of(&[("highway", "primary"), ("oneway", "yes")]),
            Flow::Along
        );
        assert_eq!(
            flow_of(&[("highway", "primary"), ("oneway", "-1")]),
            Flow::Against
        );
        assert_eq!(flow_of(&[("highway", "motorway")]), Flow::Along);
        let round = [("highway", "tertiary"), ("junction", "roundabout")];
        assert_eq!(flow_of(&round), Flow::Along);
    }

    #[test]
    fn reads_speeds() {
        assert_eq!(max_speed_kmh("50"), Some(50.0));
        assert_eq!(max_speed_kmh("40 km/h"), Some(40.0));
        assert_eq!(max_speed_kmh("walk"), Some(7.0));
        assert!(max_speed_kmh("30 mph").is_some_and(|kmh| (kmh - 48.28).abs() < 0.01));
        for odd in ["FI:urban", "none", "", "-5", "9999", "50;30", "."] {
            assert_eq!(max_speed_kmh(odd), None, "{odd}");
        }
    }

    #[test]
    fn bollards_bar_and_open_gates_do_not() {
        assert!(bars(&tags(&[("barrier", "bollard")])));
        assert!(!bars(&tags(&[
            ("barrier", "bollard"),
            ("motor_vehicle", "yes")
        ])));
        assert!(!bars(&tags(&[("barrier", "gate")])));
        assert!(bars(&tags(&[("barrier", "gate"), ("access", "private")])));
        assert!(!bars(&tags(&[("barrier", "kerb")])));
    }
}
