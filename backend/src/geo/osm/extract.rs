//! The raw objects of an extract that any part of the import asks for.
//!
//! The file is read three times (relations, ways, nodes), each pass saying what the next one has to
//! keep: memory grows with what is used, not with the file.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use osmpbf::{BlobDecode, BlobReader, Element, ErrorKind, RelMemberType};
use porchlight_domain::geo::{Bounds, Position};

use super::ImportError;
use super::tags::Tags;

/// A node that says something.
pub(super) struct Node {
    pub(super) id: i64,
    pub(super) position: Position,
    pub(super) tags: Tags,
}

/// A way that says something, or that a kept relation consists of.
pub(super) struct Way {
    pub(super) id: i64,
    pub(super) nodes: Vec<i64>,
    pub(super) tags: Tags,
}

impl Way {
    pub(super) fn is_closed(&self) -> bool {
        self.nodes.len() >= 4 && self.nodes.first() == self.nodes.last()
    }
}

/// A multipolygon that says something.
pub(super) struct Multipolygon {
    pub(super) id: i64,
    pub(super) ways: Vec<i64>,
    pub(super) tags: Tags,
}

/// What is kept of an extract.
#[derive(Default)]
pub(super) struct Extract {
    header_bounds: Option<Bounds>,
    pub(super) nodes: Vec<Node>,
    pub(super) ways: Vec<Way>,
    pub(super) multipolygons: Vec<Multipolygon>,
    positions: HashMap<i64, Position>,
    way_index: HashMap<i64, usize>,
}

/// A node or way with one of these keys is kept.
const SPEAKING: &[&str] = &[
    "addr:housenumber",
    "amenity",
    "building",
    "highway",
    "landuse",
    "leisure",
    "man_made",
    "natural",
    "place",
    "railway",
    "waterway",
];

impl Extract {
    pub(super) fn read(path: &Path) -> Result<Self, ImportError> {
        let mut extract = Self::default();
        let mut members = HashSet::new();
        extract.header_bounds = each(path, |element| {
            if let Element::Relation(relation) = element {
                extract.take_relation(&relation, &mut members);
            }
        })?;
        let mut wanted = HashSet::new();
        each(path, |element| {
            if let Element::Way(way) = element {
                extract.take_way(&way, &members, &mut wanted);
            }
        })?;
        each(path, |element| match element {
            Element::Node(node) => {
                let at = (node.decimicro_lat(), node.decimicro_lon());
                extract.take_node(node.id(), at, &wanted, node.tags());
            }
            Element::DenseNode(node) => {
                let at = (node.decimicro_lat(), node.decimicro_lon());
                extract.take_node(node.id(), at, &wanted, node.tags());
            }
            Element::Way(_) | Element::Relation(_) => {}
        })?;
        Ok(extract)
    }

    fn take_relation(&mut self, relation: &osmpbf::Relation<'_>, members: &mut HashSet<i64>) {
        let tags = Tags::collect(relation.tags());
        if !tags.is("type", &["multipolygon"]) || !speaks(&tags) {
            return;
        }
        let ways: Vec<i64> = relation
            .members()
            .filter(|member| member.member_type == RelMemberType::Way)
            .map(|member| member.member_id)
            .collect();
        members.extend(&ways);
        self.multipolygons.push(Multipolygon {
            id: relation.id(),
            ways,
            tags,
        });
    }

    fn take_way(
        &mut self,
        way: &osmpbf::Way<'_>,
        members: &HashSet<i64>,
        wanted: &mut HashSet<i64>,
    ) {
        let tags = Tags::collect(way.tags());
        if !speaks(&tags) && !members.contains(&way.id()) {
            return;
        }
        let nodes: Vec<i64> = way.refs().collect();
        wanted.extend(&nodes);
        self.way_index.insert(way.id(), self.ways.len());
        self.ways.push(Way {
            id: way.id(),
            nodes,
            tags,
        });
    }

    fn take_node<'a>(
        &mut self,
        id: i64,
        (lat, lon): (i32, i32),
        wanted: &HashSet<i64>,
        tags: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        // A position that is not on Earth is left out, and with it the corner of a line.
        let Ok(position) = Position::new(f64::from(lat) / 1e7, f64::from(lon) / 1e7) else {
            return;
        };
        if wanted.contains(&id) {
            self.positions.insert(id, position);
        }
        let tags = Tags::collect(tags);
        if !tags.is_empty() && (speaks(&tags) || tags.has("barrier")) {
            self.nodes.push(Node { id, position, tags });
        }
    }

    pub(super) fn position(&self, node: i64) -> Option<Position> {
        self.positions.get(&node).copied()
    }

    pub(super) fn way(&self, id: i64) -> Option<&Way> {
        self.way_index.get(&id).map(|at| &self.ways[*at])
    }

    /// The positions of nodes; those that the extract cut off are left out.
    pub(super) fn line(&self, nodes: &[i64]) -> Vec<Position> {
        nodes
            .iter()
            .filter_map(|node| self.position(*node))
            .collect()
    }

    /// The positions of nodes as the pieces that the extract did not cut off.
    pub(super) fn pieces(&self, nodes: &[i64]) -> Vec<Vec<Position>> {
        let mut pieces = vec![Vec::new()];
        for node in nodes {
            match (self.position(*node), pieces.last_mut()) {
                (Some(position), Some(piece)) => piece.push(position),
                _ => pieces.push(Vec::new()),
            }
        }
        pieces.retain(|piece| piece.len() >= 2);
        pieces
    }

    /// The middle of what an outline covers.
    pub(super) fn middle(&self, nodes: &[i64]) -> Option<Position> {
        Bounds::around(self.line(nodes)).map(Bounds::centre)
    }

    /// The middle of a multipolygon.
    pub(super) fn middle_of(&self, multipolygon: &Multipolygon) -> Option<Position> {
        let ways = multipolygon.ways.iter().filter_map(|way| self.way(*way));
        Bounds::around(ways.flat_map(|way| self.line(&way.nodes))).map(Bounds::centre)
    }

    /// The header's promise, or what the streets cover where the header makes none.
    pub(super) fn bounds(&self, of_streets: Bounds) -> Bounds {
        self.header_bounds.unwrap_or(of_streets)
    }
}

fn speaks(tags: &Tags) -> bool {
    SPEAKING.iter().any(|key| tags.has(key))
}

/// Calls `visit` for every object; returns the bounds that the header states.
fn each(path: &Path, mut visit: impl FnMut(Element<'_>)) -> Result<Option<Bounds>, ImportError> {
    let mut bounds = None;
    let mut has_header = false;
    let reader = BlobReader::from_path(path).map_err(|error| refused(path, error))?;
    for blob in reader {
        let decoded = blob.and_then(|blob| blob.decode().map(Owned::from));
        match decoded.map_err(|error| refused(path, error))? {
            Owned::Header(stated) => {
                has_header = true;
                bounds = bounds.or(stated);
            }
            Owned::Data(block) => block.for_each_element(&mut visit),
            Owned::Unknown => {}
        }
    }
    if has_header {
        Ok(bounds)
    } else {
        Err(ImportError::NotPbf {
            path: path.to_owned(),
            reason: "it has no header".to_owned(),
        })
    }
}

/// A decoded blob without its borrow of the packed bytes.
enum Owned {
    Header(Option<Bounds>),
    Data(osmpbf::PrimitiveBlock),
    Unknown,
}

impl From<BlobDecode<'_>> for Owned {
    fn from(decoded: BlobDecode<'_>) -> Self {
        match decoded {
            BlobDecode::OsmHeader(header) => Self::Header(header.bbox().and_then(|stated| {
                let min = Position::new(stated.bottom, stated.left).ok()?;
                let max = Position::new(stated.top, stated.right).ok()?;
                Some(Bounds { min, max })
            })),
            BlobDecode::OsmData(block) => Self::Data(block),
            BlobDecode::Unknown(_) => Self::Unknown,
        }
    }
}

fn refused(path: &Path, error: osmpbf::Error) -> ImportError {
    let path = path.to_owned();
    match error.into_kind() {
        // A file that ends too early is damaged, not unreadable.
        ErrorKind::Io(source) if source.kind() != std::io::ErrorKind::UnexpectedEof => {
            ImportError::Read { path, source }
        }
        ErrorKind::Io(_) => ImportError::NotPbf {
            path,
            reason: "it ends too early".to_owned(),
        },
        ErrorKind::Blob(kind) => ImportError::NotPbf {
            path,
            reason: format!("{kind:?}"),
        },
        ErrorKind::Protobuf { err, .. } => ImportError::NotPbf {
            path,
            reason: err.to_string(),
        },
        other => ImportError::NotPbf {
            path,
            reason: format!("{other:?}"),
        },
    }
}
