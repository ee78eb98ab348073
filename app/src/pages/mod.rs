//! Pages, one module per person.

pub mod account;
pub mod admin;
pub mod courier;
pub mod customer;
pub mod desk;
pub mod entrance;
pub mod home;
pub mod label;
pub mod lazy;
pub mod not_found;
pub mod notifications;
pub mod shared;
