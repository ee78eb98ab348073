//! Live tracking: fixes come in, the live board takes them, those who may see are shown.
//!
//! A fix takes the fast lane: [`ingest`] judges it, the board (`board.rs`) takes it, `look.rs`
//! decides what each recipient may see, `show.rs` makes the frames; beside that, `writer.rs` puts
//! it on disk before the courier is answered. `readings.rs` keeps who looked.

mod arrivals;
mod board;
pub(crate) mod delays;
mod estimate;
mod history;
mod hurry;
mod ingest;
mod legs;
mod look;
pub(crate) mod queries;
mod readings;
mod retention;
mod reveal_policy;
mod show;
pub(crate) mod silence;
mod sync;
#[cfg(test)]
mod tests;
mod view;
mod way_ahead;
mod writer;

use porchlight_domain::cadence::Cadence;
use porchlight_domain::fix::FixLimits;
use porchlight_domain::geofence::Geofences;
use porchlight_domain::reveal::RevealPolicy;
use std::sync::RwLock;

pub(crate) use arrivals::arrive_by_hand;
pub use history::{HistoryQuery, history};
pub use ingest::{Ingested, MAX_BATCH, RefusedFix, ingest};
pub(crate) use legs::{Leg, straight_s};
pub use readings::readings;
pub(crate) use readings::{watchers, write_noted};
pub use reveal_policy::{reveal_policy, reveal_policy_changes, set_reveal_policy};
pub(crate) use silence::forget as forget_silence;
pub use silence::silent_couriers;
pub(crate) use sync::{begin, follow};
pub(crate) use view::{etas_for_courier, interval_for_courier, last_position, overview};
pub use view::{snapshot, tracking};
pub use way_ahead::way_ahead;

use crate::store::Store;

/// How positions are judged, shown and kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which fixes are believed.
    pub limits: FixLimits,
    /// How often phones should report.
    pub cadence: Cadence,
    /// When the courier counts as arriving.
    pub geofences: Geofences,
    /// Days that positions are kept.
    pub history_days: u32,
    /// A courier on the road who is not heard for so many seconds, and for four of the reports they were asked
    /// for, is silent.
    pub silent_after_s: u32,
    /// What recipients may see until an admin chooses something else.
    pub reveal: RevealPolicy,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: FixLimits::default(),
            cadence: Cadence::default(),
            geofences: Geofences::default(),
            history_days: 30,
            silent_after_s: 300,
            reveal: RevealPolicy::default(),
        }
    }
}

/// What tracking holds in memory. All of it can be had again from the database.
pub(crate) struct State {
    settings: Settings,
    board: board::Board,
    writer: writer::FixWriter,
    readings: readings::Readings,
    arrivals: arrivals::Arrivals,
    heard: silence::Heard,
    reveal: RwLock<RevealPolicy>,
}

impl State {
    pub(crate) fn open(settings: Settings, store: &Store) -> Self {
        Self {
            board: board::Board::default(),
            writer: writer::FixWriter::start(store.clone()),
            readings: readings::Readings::default(),
            arrivals: arrivals::Arrivals::default(),
            heard: silence::Heard::default(),
            reveal: RwLock::new(settings.reveal),
            settings,
        }
    }
}
