//! What a desk notes of the document that it was shown: its kind and its last digits, and no more.

use serde::Serialize;
use thiserror::Error;

use crate::wire::{FromWire, Unreadable, Value};

/// A document that shows who someone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// A passport.
    Passport,
    /// An identity card.
    IdentityCard,
    /// A driving licence.
    DrivingLicence,
    /// A residence permit.
    ResidencePermit,
}

impl Document {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::IdentityCard,
        Self::Passport,
        Self::DrivingLicence,
        Self::ResidencePermit,
    ];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::IdentityCard => "identity_card",
            Self::DrivingLicence => "driving_licence",
            Self::ResidencePermit => "residence_permit",
        }
    }

    /// Reads what [`Document::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl FromWire for Document {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("document"))
    }
}

crate::wire_with_serde!(Document);

/// That someone showed who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityCheck {
    /// By which document.
    pub document: Document,
    /// The last four letters or digits of its number: enough to find it again, too few to misuse.
    pub last_digits: String,
}

crate::wire! { IdentityCheck { document, last_digits } }

/// What can't be noted of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("write the last four letters or digits of the document's number, and no more")]
pub struct InvalidIdentity;

impl IdentityCheck {
    /// Refuses more than the policy lets a desk note: a whole number is nobody's business.
    pub fn checked(self) -> Result<Self, InvalidIdentity> {
        let digits = self.last_digits.trim().to_uppercase();
        let is_short =
            digits.chars().count() == 4 && digits.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_short {
            return Err(InvalidIdentity);
        }
        Ok(Self {
            last_digits: digits,
            ..self
        })
    }
}
