//! Typed server functions: what pages ask the server, one module per capability of the backend.
//!
//! To add one: a function with an explicit `endpoint` below `/api/ui/v1` that takes the caller from
//! [`request::caller`], calls one function of the backend, and lets `?` turn its error into
//! [`ApiError`]. An installed app may run last week's code, so a changed signature is a new endpoint.

pub(crate) mod account;
pub(crate) mod addresses;
pub(crate) mod cases;
pub(crate) mod chat;
pub(crate) mod deliveries;
pub(crate) mod desk;
mod error;
pub(crate) mod handover;
pub(crate) mod holds;
pub(crate) mod label;
pub(crate) mod notifications;
pub(crate) mod operations;
#[cfg(feature = "ssr")]
mod request;
pub(crate) mod runs;
pub(crate) mod shares;
pub(crate) mod tracking;
pub(crate) mod wishes;

pub use error::{Answer, ApiError};
#[cfg(feature = "ssr")]
pub use request::{CookiePolicy, SESSION_COOKIE, allow_keeping};
