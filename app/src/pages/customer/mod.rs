//! What a customer sees.

mod book;
mod deliveries;
mod delivery_row;
mod tracking;

pub use book::BookPage;
pub use deliveries::DeliveriesPage;
pub use tracking::TrackingPage;
pub(super) use tracking::{Arrival, SidePanel};
