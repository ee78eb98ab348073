//! Addresses: `addr:housenumber` with `addr:street` (or `addr:place`) on any object.

use std::collections::HashMap;

use porchlight_domain::geo::Position;

use super::extract::Extract;
use super::tags::Tags;
use crate::geo::Address;

/// Two objects with one street and number, nearer than this, are one address; farther apart they
/// are streets of one name in two towns.
const SAME_HOUSE_M: f64 = 250.0;

/// How well an object marks the place to go to, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A node that is an entrance or nothing but an address.
    Door,
    /// The outline of a building.
    Building,
    /// A shop or office that states its address.
    Tenant,
}

/// Every house once, in the order of street and number.
pub(super) fn addresses(extract: &Extract) -> Vec<Address> {
    let nodes = extract
        .nodes
        .iter()
        .filter_map(|node| found(&node.tags, Some(node.position), true));
    let ways = extract
        .ways
        .iter()
        .filter_map(|way| found(&way.tags, extract.middle(&way.nodes), false));
    let relations = extract
        .multipolygons
        .iter()
        .filter_map(|area| found(&area.tags, extract.middle_of(area), false));
    let spellings = street_spellings(extract);
    let found = nodes.chain(ways).chain(relations);
    merged(found.filter_map(|(source, address)| {
        let spelling = spellings.get(&address.street.to_lowercase());
        match spelling {
            Some(street) => Some((
                source,
                Address {
                    street: (*street).to_owned(),
                    ..address
                },
            )),
            // What a shop calls its street is believed only if there is such a street.
            None if source == Source::Tenant => None,
            None => Some((source, address)),
        }
    }))
}

/// How the streets themselves are written, by their name in lower case.
fn street_spellings(extract: &Extract) -> HashMap<String, &str> {
    let streets = extract.ways.iter().filter(|way| way.tags.has("highway"));
    streets
        .filter_map(|way| way.tags.get("name"))
        .map(|name| (name.to_lowercase(), name))
        .collect()
}

/// The number alone: shops append their floor after a comma.
fn number_alone(text: &str) -> &str {
    text.split(',').next().unwrap_or(text).trim()
}

/// The address that an object states.
pub(super) fn stated(tags: &Tags, position: Position) -> Option<Address> {
    Some(Address {
        street: tags
            .get("addr:street")
            .or(tags.get("addr:place"))?
            .to_owned(),
        house_number: number_alone(tags.get("addr:housenumber")?).to_owned(),
        postcode: tags.get("addr:postcode").map(str::to_owned),
        city: tags.get("addr:city").map(str::to_owned),
        position,
    })
}

fn found(tags: &Tags, position: Option<Position>, is_node: bool) -> Option<(Source, Address)> {
    let address = stated(tags, position?)?;
    let tenant = ["amenity", "shop", "office", "leisure"]
        .iter()
        .any(|key| tags.has(key));
    let source = match (is_node, tenant) {
        (_, true) => Source::Tenant,
        (true, false) => Source::Door,
        (false, false) => Source::Building,
    };
    Some((source, address))
}

/// Joins the objects of one house: the best marked position, and what any of them knows.
fn merged(found: impl Iterator<Item = (Source, Address)>) -> Vec<Address> {
    let mut houses: HashMap<(String, String), Vec<(Source, Address)>> = HashMap::new();
    for (source, address) in found {
        let key = (
            address.street.to_lowercase(),
            address.house_number.to_lowercase(),
        );
        let same_name = houses.entry(key).or_default();
        let near = same_name
            .iter_mut()
            .find(|(_, known)| known.position.distance_m(address.position) < SAME_HOUSE_M);
        match near {
            None => same_name.push((source, address)),
            Some(known) => join(known, (source, address)),
        }
    }
    let mut all: Vec<_> = houses
        .into_values()
        .flatten()
        .map(|(_, house)| house)
        .collect();
    all.sort_by(|a, b| {
        let order = (&a.street, leading_number(&a.house_number), &a.house_number);
        order
            .cmp(&(&b.street, leading_number(&b.house_number), &b.house_number))
            .then(a.position.lat().total_cmp(&b.position.lat()))
    });
    all
}

fn join(known: &mut (Source, Address), other: (Source, Address)) {
    if other.0 < known.0 {
        let worse = std::mem::replace(known, other);
        join(known, worse);
        return;
    }
    if known.1.postcode.is_none() {
        known.1.postcode = other.1.postcode;
    }
    if known.1.city.is_none() {
        known.1.city = other.1.city;
    }
}

/// `12` of `12b-14`; numbers sort before words.
fn leading_number(text: &str) -> u32 {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use crate::geo::testing::helsinki;

    #[test]
    fn knows_every_house_once() {
        // 1,451 objects of the extract state a street and a number: houses, doors, shops in them.
        let addresses = &helsinki().addresses;
        assert_eq!(addresses.len(), 581);
        let with_postcode = addresses.iter().filter(|a| a.postcode.is_some()).count();
        assert!(with_postcode > 300, "{with_postcode}");
        let station = addresses
            .iter()
            .find(|a| a.street == "Kaivokatu" && a.house_number == "1")
            .expect("the railway station has an address");
        assert!(helsinki().bounds.contains(station.position));
    }
}
