//! What the log says of a hold: enough for a message, and nothing of codes.

use serde::Serialize;

use crate::ids::PostOfficeId;
use crate::time::Timestamp;
use crate::wire::{FromWire, Unreadable, Value};

/// The office and what was promised, in every event of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldTold {
    /// Which office.
    pub office: PostOfficeId,
    /// Its name.
    pub name: String,
    /// One line.
    pub address: String,
    /// In the grammar of OpenStreetMap's `opening_hours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Until when the office keeps the parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_until: Option<Timestamp>,
    /// Why, or who: a reason in words, the name of a delegate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the courier did it, if it could be reported later only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
}

crate::wire! { HoldTold { office, name, address, hours, keep_until, reason, done_at } }

/// Something about a hold that leaves its state as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldNote {
    /// The recipient was reminded.
    Reminded,
    /// It is kept for longer.
    Extended,
    /// The desk did not hand it over, and why.
    Refused,
    /// Too many wrong codes.
    Locked,
    /// An admin lets codes be tried again.
    Unlocked,
    /// Somebody else may collect it: who.
    DelegateNamed,
    /// They may no longer.
    DelegateRevoked,
    /// It left the office for its sender.
    SentBack,
}

impl HoldNote {
    const ALL: [Self; 8] = [
        Self::Reminded,
        Self::Extended,
        Self::Refused,
        Self::Locked,
        Self::Unlocked,
        Self::DelegateNamed,
        Self::DelegateRevoked,
        Self::SentBack,
    ];

    /// As sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reminded => "reminded",
            Self::Extended => "extended",
            Self::Refused => "refused",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::DelegateNamed => "delegate_named",
            Self::DelegateRevoked => "delegate_revoked",
            Self::SentBack => "sent_back",
        }
    }
}

impl FromWire for HoldNote {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let text = String::from_wire(value)?;
        let note = Self::ALL.into_iter().find(|note| note.as_str() == text);
        note.ok_or(Unreadable("note"))
    }
}
