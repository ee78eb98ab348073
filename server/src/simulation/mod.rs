//! Couriers that drive real streets and report like any phone: the demo city's, and replays of
//! recorded traces. They know the server only by its public API.

pub mod api;
pub mod courier;
pub mod demo;
pub mod drive;
pub mod replay;
