//! The map: the only module that knows Leaflet.
//!
//! Leaflet is a script of its own, fetched when a page with a map is opened. Until it is there, and
//! without script, the page shows the map's first view as plain pictures ([`first`]).

mod area;
mod base;
mod courier_map;
mod first;
mod glide;
mod layers;
mod leaflet_script;
mod marker;
mod office_map;
mod run_layers;
mod run_map;
mod view;

pub use area::tiles_of;
pub use courier_map::CourierMap;
pub use office_map::{MapOffice, OfficeMap};
pub use run_map::{MapStop, OwnPlace, RunMap};
