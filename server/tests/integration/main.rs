//! The server from the door: real sockets, real databases, real processes.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod app;
mod crash;
mod instances;
mod refusals;
mod rights;
mod streams;
mod tracking;
