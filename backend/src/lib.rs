//! What Porchlight does: one module per capability over one database and one bus.

pub mod geo;
