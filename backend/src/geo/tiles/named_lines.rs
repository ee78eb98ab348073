//! Streets as people know them: the map's pieces of one name, joined to lines worth writing on.

use std::collections::BTreeMap;

use crate::geo::base_map::{BaseMap, Level, LineKind};
use crate::geo::chains;
use crate::geo::mercator::WorldPoint;

/// A street with its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NamedLine {
    pub(super) name: String,
    pub(super) kind: LineKind,
    pub(super) points: Vec<WorldPoint>,
    /// Length in world units.
    pub(super) length: f64,
}

/// All named streets, the most important first, then the longest. The order depends on nothing
/// but the map: it decides which names win.
pub(super) fn named_lines(map: &BaseMap) -> Vec<NamedLine> {
    let mut pieces: BTreeMap<(&str, LineKind), Vec<Vec<WorldPoint>>> = BTreeMap::new();
    for line in map.lines.iter().filter(|line| line.level != Level::Tunnel) {
        if let Some(name) = &line.name {
            let same = pieces.entry((name, line.kind)).or_default();
            same.push(line.shape.0.clone());
        }
    }
    let mut lines: Vec<NamedLine> = pieces
        .into_iter()
        .flat_map(|((name, kind), pieces)| {
            chains::joined(pieces, true)
                .into_iter()
                .map(move |points| NamedLine {
                    name: name.to_owned(),
                    kind,
                    length: length(&points),
                    points,
                })
        })
        .collect();
    lines.sort_by(|a, b| {
        let importance = b.kind.cmp(&a.kind).then(b.length.total_cmp(&a.length));
        importance
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.points.cmp(&b.points))
    });
    lines
}

fn length(points: &[WorldPoint]) -> f64 {
    let steps = points.windows(2).map(|pair| {
        let dx = f64::from(pair[1].x) - f64::from(pair[0].x);
        let dy = f64::from(pair[1].y) - f64::from(pair[0].y);
        dx.hypot(dy)
    });
    steps.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::helsinki;

    #[test]
    fn joins_streets_from_their_pieces() {
        let map = &helsinki().base_map;
        let lines = named_lines(map);
        let pieces = map.lines.iter().filter(|line| line.name.is_some()).count();
        assert!(lines.len() * 2 < pieces, "{} of {pieces}", lines.len());
        assert!(lines.is_sorted_by(|a, b| a.kind >= b.kind));
    }
}
