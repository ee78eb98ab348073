//! Which object is drawn as what on the base map.

use porchlight_domain::geo::Bounds;

use super::coast::{self, Frame};
use super::extract::{Extract, Multipolygon, Way};
use super::tags::Tags;
use super::{addresses, places};
use crate::geo::base_map::{Area, AreaKind, BaseMap, HouseNumber, Level, LineKind, MapLine};
use crate::geo::chains;
use crate::geo::mercator::{Shape, WorldPoint};

/// Sorts every object of the extract into its layer.
pub(super) fn base_map(extract: &Extract, bounds: Bounds) -> BaseMap {
    let mut areas = vec![Area {
        kind: AreaKind::Sea,
        rings: sea(extract, bounds),
        name: None,
    }];
    areas.extend(
        extract
            .ways
            .iter()
            .filter_map(|way| closed_area(extract, way)),
    );
    let polygons = extract.multipolygons.iter();
    areas.extend(polygons.filter_map(|polygon| wide_area(extract, polygon)));
    areas.retain(|area| !area.rings.is_empty());
    areas.sort_by_key(|area| area.kind);
    let mut lines: Vec<_> = extract
        .ways
        .iter()
        .flat_map(|way| lines_of(extract, way))
        .collect();
    lines.sort_by_key(|line| (line.level, line.kind));
    BaseMap {
        areas,
        lines,
        places: places::places(extract),
        house_numbers: addresses::addresses(extract)
            .into_iter()
            .map(|address| HouseNumber {
                at: WorldPoint::of(address.position),
                text: address.house_number,
            })
            .collect(),
    }
}

fn sea(extract: &Extract, bounds: Bounds) -> Vec<Shape> {
    let coast = extract
        .ways
        .iter()
        .filter(|way| way.tags.is("natural", &["coastline"]))
        .map(|way| way.nodes.clone());
    let chains: Vec<Vec<WorldPoint>> = chains::joined(coast.collect(), false)
        .iter()
        .flat_map(|chain| extract.pieces(chain))
        .map(|piece| Shape::of(piece).0)
        .collect();
    let (south_west, north_east) = (WorldPoint::of(bounds.min), WorldPoint::of(bounds.max));
    let frame = Frame {
        min: WorldPoint {
            x: south_west.x,
            y: north_east.y,
        },
        max: WorldPoint {
            x: north_east.x,
            y: south_west.y,
        },
    };
    coast::sea(&chains, frame)
}

fn closed_area(extract: &Extract, way: &Way) -> Option<Area> {
    if !way.is_closed() {
        return None;
    }
    Some(Area {
        kind: area_kind(&way.tags)?,
        rings: vec![Shape::of(extract.line(&way.nodes))],
        name: name(&way.tags),
    })
}

fn wide_area(extract: &Extract, polygon: &Multipolygon) -> Option<Area> {
    let kind = area_kind(&polygon.tags)?;
    let ways = polygon.ways.iter().filter_map(|way| extract.way(*way));
    let rings = chains::joined(ways.map(|way| way.nodes.clone()).collect(), true);
    Some(Area {
        kind,
        rings: rings
            .iter()
            .filter(|ring| ring.len() >= 4)
            .map(|ring| Shape::of(extract.line(ring)))
            .collect(),
        name: name(&polygon.tags),
    })
}

fn name(tags: &Tags) -> Option<String> {
    tags.get("name").map(str::to_owned)
}

fn is_underground(tags: &Tags) -> bool {
    tags.layer() < 0 || tags.is("location", &["underground"]) || tags.is("indoor", &["yes"])
}

fn area_kind(tags: &Tags) -> Option<AreaKind> {
    if is_underground(tags) {
        return None;
    }
    if let Some(building) = tags.get("building") {
        return (!matches!(building, "no" | "roof")).then_some(AreaKind::Building);
    }
    let kinds = [
        ("natural", natural_kind as fn(&str) -> Option<AreaKind>),
        ("leisure", leisure_kind),
        ("landuse", landuse_kind),
        ("amenity", amenity_kind),
        ("waterway", waterway_kind),
        ("man_made", |value| {
            (value == "pier").then_some(AreaKind::Pier)
        }),
    ];
    let kind = kinds
        .iter()
        .find_map(|(key, kind)| tags.get(key).and_then(kind));
    kind.or_else(|| square_kind(tags))
        .filter(|kind| *kind != AreaKind::Parking || is_surface_parking(tags))
}

fn natural_kind(value: &str) -> Option<AreaKind> {
    match value {
        "water" => Some(AreaKind::Water),
        "wood" => Some(AreaKind::Wood),
        "grassland" | "heath" | "scrub" | "wetland" => Some(AreaKind::Grass),
        "beach" | "sand" | "bare_rock" | "shingle" | "scree" => Some(AreaKind::Sand),
        _ => None,
    }
}

fn leisure_kind(value: &str) -> Option<AreaKind> {
    match value {
        "park" | "garden" | "nature_reserve" | "golf_course" => Some(AreaKind::Park),
        "pitch" | "playground" | "track" | "dog_park" => Some(AreaKind::Pitch),
        "swimming_pool" => Some(AreaKind::Water),
        _ => None,
    }
}

fn landuse_kind(value: &str) -> Option<AreaKind> {
    match value {
        "forest" => Some(AreaKind::Wood),
        "cemetery" | "village_green" | "recreation_ground" | "allotments" => Some(AreaKind::Park),
        "grass" | "meadow" | "greenery" | "flowerbed" => Some(AreaKind::Grass),
        "reservoir" | "basin" | "pond" => Some(AreaKind::Water),
        _ => None,
    }
}

fn amenity_kind(value: &str) -> Option<AreaKind> {
    match value {
        "school" | "university" | "college" | "kindergarten" | "hospital" => {
            Some(AreaKind::Grounds)
        }
        "grave_yard" => Some(AreaKind::Park),
        "parking" => Some(AreaKind::Parking),
        _ => None,
    }
}

fn waterway_kind(value: &str) -> Option<AreaKind> {
    matches!(value, "riverbank" | "dock").then_some(AreaKind::Water)
}

fn square_kind(tags: &Tags) -> Option<AreaKind> {
    let walked = tags.is("highway", &["pedestrian", "footway", "living_street"]);
    let area = tags.is("area", &["yes"]) || tags.is("type", &["multipolygon"]);
    let square = tags.is("place", &["square"]) || (walked && area);
    square.then_some(AreaKind::Square)
}

fn is_surface_parking(tags: &Tags) -> bool {
    tags.get("parking")
        .is_none_or(|parking| parking == "surface")
}

fn lines_of(extract: &Extract, way: &Way) -> Vec<MapLine> {
    let Some(kind) = line_kind(&way.tags) else {
        return Vec::new();
    };
    let pieces = extract.pieces(&way.nodes).into_iter();
    pieces
        .map(|piece| MapLine {
            kind,
            level: level(&way.tags),
            shape: Shape::of(piece),
            name: name(&way.tags),
        })
        .collect()
}

fn level(tags: &Tags) -> Level {
    let set = |key| tags.get(key).is_some_and(|value| value != "no");
    if set("tunnel") || is_underground(tags) {
        // An arcade or a passage through a building is on the ground.
        if tags.is("tunnel", &["building_passage"]) {
            return Level::Ground;
        }
        Level::Tunnel
    } else if set("bridge") {
        Level::Bridge
    } else {
        Level::Ground
    }
}

fn line_kind(tags: &Tags) -> Option<LineKind> {
    if tags.is("area", &["yes"]) || tags.has("indoor") {
        return None;
    }
    if let Some(highway) = tags.get("highway") {
        // Pavements repeat the street they run along.
        let pavement = tags.is(
            "footway",
            &["sidewalk", "crossing", "traffic_island", "link"],
        );
        return highway_kind(highway).filter(|_| !pavement);
    }
    if let Some(railway) = tags.get("railway") {
        return match railway {
            "rail" | "light_rail" | "narrow_gauge" => Some(LineKind::Rail),
            "tram" => Some(LineKind::Tram),
            _ => None,
        };
    }
    match tags.get("waterway") {
        Some("river" | "stream" | "canal" | "ditch" | "drain") => Some(LineKind::Stream),
        _ => None,
    }
}

fn highway_kind(value: &str) -> Option<LineKind> {
    match value {
        "motorway" | "motorway_link" => Some(LineKind::Motorway),
        "trunk" | "trunk_link" => Some(LineKind::Trunk),
        "primary" | "primary_link" => Some(LineKind::Primary),
        "secondary" | "secondary_link" => Some(LineKind::Secondary),
        "tertiary" | "tertiary_link" => Some(LineKind::Tertiary),
        "residential" | "unclassified" | "living_street" | "road" => Some(LineKind::Residential),
        "service" => Some(LineKind::Service),
        "pedestrian" => Some(LineKind::Pedestrian),
        "cycleway" => Some(LineKind::Cycleway),
        "footway" | "path" | "track" | "bridleway" => Some(LineKind::Path),
        "steps" => Some(LineKind::Steps),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::helsinki;

    #[test]
    fn sorts_helsinki_into_layers() {
        let map = &helsinki().base_map;
        let areas = |kind| map.areas.iter().filter(|area| area.kind == kind).count();
        assert!(
            areas(AreaKind::Building) > 450,
            "{}",
            areas(AreaKind::Building)
        );
        assert!(areas(AreaKind::Water) >= 7);
        assert!(areas(AreaKind::Park) >= 16);
        assert_eq!(areas(AreaKind::Sea), 1);
        assert!(map.areas.is_sorted_by_key(|area| area.kind));
        let named = |kind, name: &str| {
            map.lines
                .iter()
                .any(|line| line.kind == kind && line.name.as_deref() == Some(name))
        };
        assert!(
            named(LineKind::Primary, "Mannerheimintie")
                || named(LineKind::Secondary, "Mannerheimintie")
        );
        assert!(named(LineKind::Residential, "Vuorikatu"));
    }

    #[test]
    fn leaves_out_what_is_below_ground() {
        let tags = |pairs: &[(&str, &str)]| Tags::collect(pairs.iter().copied());
        assert_eq!(
            area_kind(&tags(&[("building", "yes"), ("layer", "-1")])),
            None
        );
        let parking = tags(&[("amenity", "parking"), ("parking", "underground")]);
        assert_eq!(area_kind(&parking), None);
        assert_eq!(
            level(&tags(&[("tunnel", "building_passage")])),
            Level::Ground
        );
        assert_eq!(level(&tags(&[("tunnel", "yes")])), Level::Tunnel);
    }
}
