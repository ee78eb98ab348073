//! Cases: what went wrong with a delivery, or looks as if it did, until someone has looked into it.

use serde::{Deserialize, Serialize};

use crate::ids::CaseId;
use crate::reference::Reference;
use crate::time::Timestamp;
use crate::wire::{FromWire, Unreadable, Value};

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// The recipient says that they don't have what was delivered.
    NotReceived,
    /// It was reported as delivered farther from the door than the phone's inaccuracy explains.
    FarFromDoor,
    /// Too many wrong handover codes were tried.
    HandoverLocked,
}

impl CaseKind {
    /// Every kind, the most pressing first.
    pub const ALL: [Self; 3] = [Self::NotReceived, Self::HandoverLocked, Self::FarFromDoor];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotReceived => "not_received",
            Self::FarFromDoor => "far_from_door",
            Self::HandoverLocked => "handover_locked",
        }
    }

    /// Reads what [`CaseKind::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl FromWire for CaseKind {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("kind"))
    }
}

/// A case, as whoever looks into it sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseView {
    /// Its id.
    pub id: CaseId,
    /// The parcel.
    pub delivery: Reference,
    /// Where the parcel was to go.
    pub address: String,
    /// What it is about.
    pub kind: CaseKind,
    /// What the recipient wrote, or how far it was.
    pub words: Option<String>,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when, and what came of it; none while it is open.
    pub closed: Option<Closing>,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// In the words of whoever looked into it.
    pub outcome: String,
}

/// The longest that someone writes about a case, characters.
pub const MAX_WORDS: usize = 2000;

/// Whether a text about a case can be kept: not too long, and without control characters but those
/// that end a line.
pub fn is_readable(words: &str) -> bool {
    let is_written = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    words.chars().count() <= MAX_WORDS && words.chars().all(is_written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_is_the_wire_form() {
        for kind in CaseKind::ALL {
            let json = serde_json::to_string(&kind).expect("an enum serialises");
            assert_eq!(json, format!("\"{}\"", kind.as_str()));
            assert_eq!(CaseKind::from_text(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn words_are_kept_as_people_write_them() {
        assert!(is_readable("It is not here.\nI looked in the yard."));
        assert!(!is_readable("\u{0}"));
        assert!(!is_readable(&"x".repeat(MAX_WORDS + 1)));
    }
}
