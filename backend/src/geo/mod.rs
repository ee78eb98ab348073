//! Map and streets without internet, from any `OpenStreetMap` extract.
//!
//! [`import`] reads a `.osm.pbf` into a [`City`]; [`City::save`] and [`City::load`] keep it in one
//! file. Over a loaded city stand a [`Geocoder`] (addresses), a [`StreetGraph`] (nearest street,
//! shortest time), a [`Router`] (the street graph or an outside service with the graph as its
//! fallback) and [`tiles`] (the base map as raster tiles).
//!
//! What is shown from this data carries [`ATTRIBUTION`], linked to [`ATTRIBUTION_URL`].

mod archive;
mod atlas;
pub mod base_map;
mod chains;
mod city;
mod geocoder;
pub mod mercator;
mod osm;
mod plane;
mod router;
mod street_graph;
pub mod tiles;

pub use archive::ArchiveError;
pub use atlas::{Atlas, AtlasError, search};
pub use city::{Address, City, PostOffice, Wheelchair};
pub use geocoder::Geocoder;
pub use osm::{ImportError, import};
pub use router::{
    Dialect, OsrmService, Route, RouteError, Router, RouterState, ServiceSettings, SettingsError,
};
pub use street_graph::{Leg, StreetGraph, StreetNetwork, StreetPoint};

#[cfg(test)]
pub(crate) mod testing;

/// What the Open Database License asks to show wherever the data is shown.
pub const ATTRIBUTION: &str = "© OpenStreetMap contributors";

/// Where [`ATTRIBUTION`] links to.
pub const ATTRIBUTION_URL: &str = "https://www.openstreetmap.org/copyright";
