//! The map: the only module that knows Leaflet.
//!
//! Leaflet is a script of its own, fetched when a page with a map is opened. Until it is there, and
//! without script, the page says everything the map would show in words.

mod courier_map;
mod glide;
mod layers;
mod leaflet_script;
mod marker;
mod preload;
mod view;

pub use courier_map::CourierMap;
pub use preload::MapPreload;
