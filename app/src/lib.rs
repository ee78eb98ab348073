//! Porchlight's web pages, rendered on the server and hydrated in the browser.
//!
//! One module of [`pages`] per person. A customer downloads neither the courier's nor the
//! administrator's code: their pages are lazy routes, which the build splits into chunks of their own.

pub mod document;
pub mod pages;
pub mod routes;
