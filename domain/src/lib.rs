//! The language of parcel delivery: rules without I/O, clock or randomness.

pub mod geo;
