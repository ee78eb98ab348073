//! What Porchlight does: one module per capability over one database and one bus.

/// Map and streets without internet: import, addresses, routes and base-map tiles.
pub mod geo;
