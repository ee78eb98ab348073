//! Pages, one module per person.

pub mod admin;
pub mod courier;
pub mod customer;
