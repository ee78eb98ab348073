//! The demo city, imported once for all tests.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use porchlight_domain::geo::Position;

use super::{Atlas, City, StreetGraph, import};

/// The extract that comes with the project.
pub(crate) const HELSINKI_PBF: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/cities/helsinki.osm.pbf"
);

static CITY: LazyLock<City> =
    LazyLock::new(|| import(Path::new(HELSINKI_PBF)).expect("the extract is good"));

static GRAPH: LazyLock<Arc<StreetGraph>> =
    LazyLock::new(|| Arc::new(StreetGraph::new(Arc::clone(&CITY.streets))));

static ATLAS: LazyLock<Arc<Atlas>> =
    LazyLock::new(|| Arc::new(Atlas::open(&CITY, None).expect("the city is good")));

/// Everything that stands over [`helsinki`].
pub(crate) fn atlas() -> Arc<Atlas> {
    ATLAS.clone()
}

/// Central Helsinki.
pub(crate) fn helsinki() -> &'static City {
    &CITY
}

/// Its streets.
pub(crate) fn streets() -> &'static Arc<StreetGraph> {
    &GRAPH
}

/// A position that a test writes down.
pub(crate) fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).expect("a test writes real positions")
}

/// Where a house of the demo city stands.
pub(crate) fn house(street: &str, number: &str) -> Position {
    helsinki()
        .addresses
        .iter()
        .find(|a| a.street == street && a.house_number == number)
        .unwrap_or_else(|| panic!("{street} {number} is on the map"))
        .position
}
