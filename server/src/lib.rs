//! The Porchlight server: settings, wiring, transports and commands.

pub mod commands;
pub mod config;
pub mod simulation;
pub mod service;
mod telemetry;
pub mod transport;
