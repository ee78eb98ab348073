//! The language of parcel delivery: rules without I/O, clock or randomness.
//!
//! Start at [`delivery`] for the life of a parcel, [`run`] for a courier's tour, [`fix`] for
//! positions, [`reveal`] for what a recipient may see, and [`event`] for what is told.

pub mod account;
pub mod action;
mod base32;
pub mod cadence;
pub mod case;
pub mod chat;
pub mod delivery;
pub mod eta;
pub mod event;
pub mod fix;
pub mod geo;
pub mod geofence;
pub mod handover;
pub mod hold;
pub mod ids;
pub mod instruction;
pub mod notification;
pub mod people;
pub mod problem;
pub mod reference;
pub mod reveal;
pub mod run;
pub mod schedule;
pub mod sequence;
pub mod time;
pub mod tracking;
mod trig;
pub mod wire;
