//! Porchlight's web pages, rendered on the server and hydrated in the browser.
//!
//! One module of [`pages`] per person. A customer downloads neither the courier's nor the
//! administrator's code: their pages are lazy routes, which the build splits into chunks of their own.
//! Every sentence a person reads stands in [`text`]; every call to the server in [`api`].

// Erased view types are deeper than the default allows the compiler to look.
#![recursion_limit = "256"]

pub mod api;
mod app_icon;
pub mod chat;
mod clock;
mod components;
pub mod document;
pub mod hydration;
mod live;
mod map;
mod pages;
pub mod phone;
pub mod preferences;
mod pwa;
mod qr;
pub mod routes;
mod scan;
mod session;
mod text;
mod turn;
