//! The server from the door: real sockets, real databases, real processes.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod app;
mod browser;
mod chat;
mod commands;
mod connections;
mod crash;
mod instances;
mod notifications;
mod order;
mod outages;
mod pages;
mod process;
mod proxy;
mod refusals;
mod rights;
mod service_worker;
mod stream;
mod streams;
mod tracking;
mod wishes;
