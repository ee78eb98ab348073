//! The ways into the server. Each parses, calls one function of the backend, and encodes.

pub mod pages;
