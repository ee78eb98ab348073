//! The Porchlight server: settings, wiring, transports and commands.

pub mod commands;
pub mod config;
mod notify;
pub mod secret;
pub mod service;
pub mod simulation;
mod telemetry;
pub mod transport;
