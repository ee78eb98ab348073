//! Named places and post offices.

use porchlight_domain::geo::Position;

use super::addresses;
use super::extract::Extract;
use super::tags::Tags;
use crate::geo::base_map::{Place, PlaceKind};
use crate::geo::mercator::WorldPoint;
use crate::geo::{PostOffice, Wheelchair};

/// The name of the most important place; of several the first in the file.
pub(super) fn city_name(extract: &Extract) -> String {
    places(extract)
        .into_iter()
        .filter(|place| place.kind <= PlaceKind::Suburb)
        .min_by_key(|place| place.kind)
        .map(|place| place.name)
        .unwrap_or_default()
}

/// Every place with a name that the base map may write, once per name, kind and neighbourhood.
pub(super) fn places(extract: &Extract) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for node in &extract.nodes {
        let (Some(kind), Some(name)) = (kind(&node.tags), node.tags.get("name")) else {
            continue;
        };
        let twin = |known: &Place| known.kind == kind && known.name == name;
        // Large stations are mapped once for each kind of train.
        if kind == PlaceKind::Station && places.iter().any(twin) {
            continue;
        }
        places.push(Place {
            kind,
            name: name.to_owned(),
            at: WorldPoint::of(node.position),
        });
    }
    places
}

fn kind(tags: &Tags) -> Option<PlaceKind> {
    match (tags.get("place"), tags.get("railway"), tags.get("natural")) {
        (Some("city"), _, _) => Some(PlaceKind::City),
        (Some("town"), _, _) => Some(PlaceKind::Town),
        (Some("village" | "hamlet"), _, _) => Some(PlaceKind::Village),
        (Some("suburb" | "borough"), _, _) => Some(PlaceKind::Suburb),
        (Some("neighbourhood" | "quarter"), _, _) => Some(PlaceKind::Neighbourhood),
        (_, Some("station"), _) => Some(PlaceKind::Station),
        (_, _, Some("bay" | "strait")) => Some(PlaceKind::Bay),
        _ => None,
    }
}

/// Every post office: nodes first, then outlines, in the order of the file.
pub(super) fn post_offices(extract: &Extract) -> Vec<PostOffice> {
    let nodes = extract
        .nodes
        .iter()
        .filter_map(|node| office(format!("node/{}", node.id), &node.tags, Some(node.position)));
    let ways = extract.ways.iter().filter_map(|way| {
        let middle = extract.middle(&way.nodes);
        office(format!("way/{}", way.id), &way.tags, middle)
    });
    let relations = extract.multipolygons.iter().filter_map(|area| {
        let middle = extract.middle_of(area);
        office(format!("relation/{}", area.id), &area.tags, middle)
    });
    nodes.chain(ways).chain(relations).collect()
}

fn office(osm_id: String, tags: &Tags, position: Option<Position>) -> Option<PostOffice> {
    if !tags.is("amenity", &["post_office"]) {
        return None;
    }
    let position = position?;
    let street = tags.get("addr:street").map(str::to_owned);
    Some(PostOffice {
        osm_id,
        name: tags
            .get("name")
            .or(tags.get("operator"))
            .unwrap_or("Post office")
            .to_owned(),
        opening_hours: tags.get("opening_hours").map(str::to_owned),
        address: addresses::stated(tags, position)
            .map(|at| at.to_string())
            .or(street),
        wheelchair: match tags.get("wheelchair") {
            Some("yes" | "designated") => Some(Wheelchair::Yes),
            Some("limited") => Some(Wheelchair::Limited),
            Some("no") => Some(Wheelchair::No),
            _ => None,
        },
        position,
    })
}

#[cfg(test)]
mod tests {
    use crate::geo::base_map::PlaceKind;
    use crate::geo::testing::helsinki;

    #[test]
    fn knows_the_main_post_office() {
        let office = &helsinki().post_offices[0];
        assert_eq!(office.name, "Pääposti");
        let address = office.address.as_deref().expect("it has an address");
        assert!(address.starts_with("Elielinaukio 2"), "{address}");
        assert!(helsinki().bounds.contains(office.position));
        assert!(office.osm_id.contains('/'));
        let other = &helsinki().post_offices[1];
        assert_eq!(other.opening_hours.as_deref(), Some("Mo-Fr 09:00-21:00"));
    }

    #[test]
    fn names_the_quarters() {
        let places = &helsinki().base_map.places;
        let kluuvi = places.iter().find(|place| place.name == "Kluuvi");
        assert_eq!(kluuvi.map(|place| place.kind), Some(PlaceKind::Suburb));
    }
}
