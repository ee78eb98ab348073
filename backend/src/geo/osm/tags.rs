//! Tags of an object: what `OpenStreetMap` says about it.

/// The keys that any part of the import reads; all others are dropped at once to save memory.
pub(super) const KEPT: &[&str] = &[
    "access",
    "addr:city",
    "addr:housenumber",
    "addr:place",
    "addr:postcode",
    "addr:street",
    "amenity",
    "area",
    "barrier",
    "bridge",
    "building",
    "entrance",
    "footway",
    "highway",
    "indoor",
    "junction",
    "landuse",
    "layer",
    "leisure",
    "location",
    "man_made",
    "maxspeed",
    "motor_vehicle",
    "motorcar",
    "name",
    "natural",
    "office",
    "oneway",
    "opening_hours",
    "operator",
    "parking",
    "place",
    "railway",
    "service",
    "shop",
    "tunnel",
    "type",
    "vehicle",
    "waterway",
    "wheelchair",
];

/// The tags of one object, of [`KEPT`] keys only.
#[derive(Debug, Clone, Default)]
pub(super) struct Tags(Vec<(&'static str, Box<str>)>);

impl Tags {
    pub(super) fn collect<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            tags.filter_map(|(key, value)| {
                let kept = KEPT.binary_search(&key).ok()?;
                let value = value.trim();
                (!value.is_empty()).then(|| (KEPT[kept], value.into()))
            })
            .collect(),
        )
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        debug_assert!(KEPT.contains(&key), "{key} is not kept");
        self.0
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| &**value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether the key has one of the values.
    pub(super) fn is(&self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `layer`, 0 when absent or not a number.
    pub(super) fn layer(&self) -> i32 {
        self.get("layer").and_then(|v| v.parse().ok()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_keys_are_sorted_for_the_search() {
        assert!(KEPT.is_sorted());
    }
}
