//! Holds: parcels that wait at a post office, from the choice of the office to the desk.
//!
//! [`offices`] knows the post offices; `choose.rs` is the customer's side, `follow.rs` what a change of a delivery
//! means for its hold, within that change's transaction; `desk.rs` the clerk's side; `due.rs` what happens by itself;
//! `records.rs` what is kept of a hand-over, and for how long.
//! A place at an office is taken and left in the transaction of the change, by the database's own arithmetic.

mod admin;
mod choose;
mod codes;
mod desk;
mod due;
mod follow;
pub mod offices;
mod preferences;
pub(crate) mod queries;
mod records;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use porchlight_domain::hold::HoldPolicy;
use tokio::sync::Semaphore;

use crate::accounts::Actor;
use crate::{Backend, Error};

pub use self::admin::{
    Configuration, Locked, assign_clerk, closure, configure, list_offices, unlock,
};
pub(crate) use self::choose::{PickUp, pick_up, put_back_if_dropped_before, take_to_office};
pub use self::choose::{cancel, extend, hold, name_delegate, request, revoke_delegate};
pub use self::desk::{Collected, HandOver, collect, count, desk, present, refuse, send_back};
pub(crate) use self::due::begin;
pub(crate) use self::follow::{follow_change, know, listeners, reserve};
pub use self::offices::{
    CalendarError, LocationService, LocationSettings, Locations, Near, OfficeIndex, nearest, office,
};
pub(crate) use self::preferences::{apply as apply_preferences, wished};
pub use self::preferences::{preferences, set_preferences};
pub use self::records::pick_up_record;

use self::offices::{Calendar, Known};

/// How holds are kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// For how long, and when people are reminded.
    pub policy: HoldPolicy,
    /// The time zone of the offices, as in the IANA database.
    pub time_zone: String,
    /// ISO 3166 code of the country whose public holidays opening hours mean.
    pub country: Option<String>,
    /// Parcels that fit into an office until an admin says how many do.
    pub capacity: u32,
    /// Days that it is kept which document was seen, and what was signed.
    pub record_days: u32,
    /// A location service beside the map.
    pub locations: Option<LocationSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            policy: HoldPolicy::default(),
            time_zone: "Europe/Helsinki".to_owned(),
            country: Some("FI".to_owned()),
            capacity: 40,
            record_days: 90,
            locations: None,
        }
    }
}

/// Brings the table of offices up to date with the map now. It happens by itself soon after the start.
pub async fn import_offices(actor: &Actor, backend: &Backend) -> Result<(), Error> {
    actor.must_run_operations()?;
    offices::import(backend).await
}

/// What an instance knows of holds beside the database.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) calendar: Calendar,
    pub(crate) known: Known,
    pub(crate) locations: Locations,
    /// Held by whoever asks a location service for the next time.
    pub(crate) refreshing: Arc<Semaphore>,
}

impl State {
    pub(crate) fn open(settings: Settings) -> Result<Self, CalendarError> {
        let service = settings.locations.as_ref().and_then(|locations| {
            let service = LocationService::new(locations);
            if service.is_none() {
                tracing::error!("locations_url is no URL: post offices come from the map");
            }
            service
        });
        Ok(Self {
            calendar: Calendar::new(&settings.time_zone, settings.country.as_deref())?,
            known: Known::default(),
            refreshing: Arc::new(Semaphore::new(1)),
            locations: service.map_or(Locations::Map, |service| {
                Locations::Service(Box::new(service))
            }),
            settings,
        })
    }
}
