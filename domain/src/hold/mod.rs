//! Holds: a parcel waits at a post office instead of coming to the door.
//!
//! A delivery has one destination: the door, or the office of its hold. [`Destination`] is what the rules of
//! [`crate::delivery::Delivery`] know of it; [`HoldTold`] is what the log says; [`HoldState`] is the life of a
//! hold. At the office a [`PickUpCode`] opens it, which a [`Pass`] carries in a form that a desk can check
//! without a network.

mod code;
mod identity;
mod pass;
mod policy;
mod preferences;
mod told;
mod view;

pub use code::PickUpCode;
pub use identity::{Document, IdentityCheck, InvalidIdentity};
pub use pass::{Pass, PassProblem, PassVerifier, pass_message};
pub use policy::{HoldPolicy, NextDue};
pub use preferences::{Away, HoldPreferences};
pub use told::{HoldNote, HoldTold};
pub use view::{
    ClosedDays, CountRecord, CountResult, DelegateView, DeskEntry, DeskView, HoldView,
    OfficeSettings, OfficeView, OpenState, PickUpPass, PickUpRecord, Presented, Wheelchair,
};

use serde::Serialize;

use crate::geo::Position;
use crate::ids::PostOfficeId;
use crate::time::Timestamp;
use crate::wire::{FromWire, Unreadable, Value};

/// Wrong codes after which a parcel, or a desk, takes none until an admin has looked into it.
pub const TRIES: u32 = 10;

/// Where a parcel goes instead of the door.
#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    /// Which office.
    pub office: PostOfficeId,
    /// Where that is.
    pub position: Position,
    /// Since when: what was done before then was done at the door.
    pub since: Timestamp,
}

/// What someone asks for: the office they chose, as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldOrder {
    /// The office, and until when it keeps the parcel.
    pub told: HoldTold,
    /// Whether the courier stands at the door already: then they hand it over.
    pub is_at_the_door: bool,
}

/// The life of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldState {
    /// The office keeps a place; the parcel is on its way.
    Confirmed,
    /// The parcel is there.
    Ready,
    /// It was handed over.
    Collected,
    /// Nobody came in time: it lies there until it is sent back.
    Expired,
    /// It left the office again, back to its sender.
    SentBack,
    /// It goes to the door, or to another office.
    Cancelled,
}

impl HoldState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Confirmed,
        Self::Ready,
        Self::Collected,
        Self::Expired,
        Self::SentBack,
        Self::Cancelled,
    ];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Ready => "ready",
            Self::Collected => "collected",
            Self::Expired => "expired",
            Self::SentBack => "sent_back",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads what [`HoldState::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether it takes a place at the office.
    pub fn takes_a_place(self) -> bool {
        matches!(self, Self::Confirmed | Self::Ready | Self::Expired)
    }
}

impl FromWire for HoldState {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("state"))
    }
}

crate::wire_with_serde!(HoldState);

#[cfg(test)]
mod tests;
