//! The nearest of many offices.

use porchlight_domain::geo::Position;
use porchlight_domain::ids::PostOfficeId;
use rstar::RTree;
use rstar::primitives::GeomWithData;

/// Offices by where they are on the globe: as points in space, so that neither the poles nor the antimeridian are
/// special, and who is nearer through the earth is nearer over it.
#[derive(Debug, Default)]
pub struct OfficeIndex {
    ids: Vec<PostOfficeId>,
    places: RTree<GeomWithData<[f64; 3], usize>>,
}

impl OfficeIndex {
    /// An index of these.
    pub fn new(offices: Vec<(PostOfficeId, Position)>) -> Self {
        let places = offices
            .iter()
            .enumerate()
            .map(|(at, (_, position))| GeomWithData::new(in_space(*position), at))
            .collect();
        Self {
            ids: offices.into_iter().map(|(id, _)| id).collect(),
            places: RTree::bulk_load(places),
        }
    }

    /// The nearest ones in a straight line, the nearest first.
    pub fn nearest(&self, position: Position, count: usize) -> impl Iterator<Item = &PostOfficeId> {
        self.places
            .nearest_neighbor_iter(&in_space(position))
            .take(count)
            .filter_map(|place| self.ids.get(place.data))
    }
}

/// A point of the unit sphere.
fn in_space(position: Position) -> [f64; 3] {
    let (lat, lon) = (position.lat().to_radians(), position.lon().to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position() -> impl Strategy<Value = Position> {
        (-90.0..=90.0, -180.0..=180.0)
            .prop_map(|(lat, lon)| Position::new(lat, lon).expect("on the globe"))
    }

    proptest! {
        #[test]
        fn finds_what_looking_at_all_of_them_finds(
            places in proptest::collection::vec(position(), 0..80),
            from in position(),
        ) {
            let offices: Vec<_> = places
                .iter()
                .zip(0_u8..)
                .map(|(position, number)| (PostOfficeId::from_random([number; 16]), *position))
                .collect();
            let index = OfficeIndex::new(offices.clone());
            let mut all: Vec<f64> = places.iter().map(|place| place.distance_m(from)).collect();
            all.sort_by(f64::total_cmp);
            let found = index.nearest(from, 10).map(|id| {
                let office = offices.iter().find(|(known, _)| known == id);
                office.expect("one of them").1.distance_m(from)
            });
            for (found_m, right_m) in found.zip(all) {
                prop_assert!((found_m - right_m).abs() < 1.0, "{found_m} and {right_m}");
            }
        }
    }
}
