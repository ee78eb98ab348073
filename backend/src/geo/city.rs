//! What an import knows about one city.

use std::fmt;
use std::sync::Arc;

use porchlight_domain::geo::{Bounds, Position};
use serde::{Deserialize, Serialize};

use super::base_map::BaseMap;
use super::street_graph::StreetNetwork;

/// Everything an import found: enough to search, to route and to draw without any network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct City {
    /// The most important place in the extract, such as `Helsinki`; empty when none is named.
    pub name: String,
    /// What the extract promises to cover.
    pub bounds: Bounds,
    /// Every house number with a street, once.
    pub addresses: Vec<Address>,
    /// Every `amenity=post_office`.
    pub post_offices: Vec<PostOffice>,
    /// The streets a van may drive, prepared for search.
    pub streets: Arc<StreetNetwork>,
    /// What the base map is drawn from.
    pub base_map: Arc<BaseMap>,
}

/// A house number on a street.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// Street, or the place that stands in its stead where streets have no names.
    pub street: String,
    /// As written on the house: `5`, `5b`, `12-14`.
    pub house_number: String,
    /// Postal code, where the map has one.
    pub postcode: Option<String>,
    /// City, where the map has one.
    pub city: Option<String>,
    /// The entrance, the address point, or the middle of the building.
    pub position: Position,
}

impl fmt::Display for Address {
    /// One line as on an envelope: `Mannerheimintie 5, 00100 Helsinki`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.street, self.house_number)?;
        match (&self.postcode, &self.city) {
            (Some(postcode), Some(city)) => write!(out, ", {postcode} {city}"),
            (Some(part), None) | (None, Some(part)) => write!(out, ", {part}"),
            (None, None) => Ok(()),
        }
    }
}

/// A post office that the map knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostOffice {
    /// The map's id, stable between imports: `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Name, or the operator's name where it has none of its own.
    pub name: String,
    /// As tagged, in the grammar of `OpenStreetMap`'s `opening_hours`, not checked here.
    pub opening_hours: Option<String>,
    /// One line, where the map has at least a street.
    pub address: Option<String>,
    /// Whether a wheelchair gets in, where the map says so.
    pub wheelchair: Option<Wheelchair>,
    /// The entrance or the middle of the building.
    pub position: Position,
}

/// How a wheelchair gets into a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wheelchair {
    /// Everywhere without help.
    Yes,
    /// With a step or with help.
    Limited,
    /// Not at all.
    No,
}
