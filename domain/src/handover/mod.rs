//! Two people at a door who check each other: what the courier's screen shows the recipient, what the
//! recipient's page answers, and how a phone without a network tells a right answer from a wrong one.
//!
//! The courier's screen shows a [`PresenceProof`] that is made anew every [`SLOT_S`] seconds from a key that
//! only the assigned courier's phone and the server have. The recipient's page sends it to the server and is
//! answered with the parcel's [`HandoverCode`], which the courier scans or types. A [`Verifier`] on the
//! courier's phone tells at once whether it is right, and can't tell what it is.

mod code;
mod mac;
mod presence;
mod verifier;

use serde::Serialize;

use crate::delivery::HandoverLevel;
pub use code::HandoverCode;
pub(crate) use mac::is_same;
pub use mac::mac;
pub use presence::{Doubt, PresenceKey, PresenceProof, SLOT_S, Slot, proof_link, read_link};
pub use verifier::Verifier;

/// Wrong codes after which none is taken any more.
pub const TRIES: u32 = 5;

/// What a courier's phone has with it for the door of a recipient who asked for handover: enough to prove who
/// it is and to check an answer where there is no network, and not the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandoverKit {
    /// How the two check each other.
    pub level: HandoverLevel,
    /// Proves courier and parcel; none for a PIN, which proves nothing to the recipient.
    pub presence_key: Option<PresenceKey>,
    /// Tells a right code from a wrong one.
    pub verifier: Verifier,
    /// Wrong codes that may still be tried; at none the recipient has to ask for a new code.
    pub tries_left: u32,
}

crate::wire! { HandoverKit { level, presence_key, verifier, tries_left } }

/// What a code that was told at a door is worth, as far as the phone can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// It fits: the server confirms it when it is told.
    Right(HandoverCode),
    /// It is a code, and another one.
    Wrong(HandoverCode),
    /// It is no code at all, as when half of it was typed. It costs no try.
    NoCode,
    /// Too many were wrong.
    Locked,
}

impl HandoverKit {
    /// Checks what was typed or scanned.
    pub fn check(&self, parcel: crate::reference::Reference, told: &str) -> Checked {
        if self.tries_left == 0 {
            return Checked::Locked;
        }
        match HandoverCode::typed(self.level, told) {
            None => Checked::NoCode,
            Some(code) if self.verifier.fits(self.level, parcel, &code) => Checked::Right(code),
            Some(code) => Checked::Wrong(code),
        }
    }
}

#[cfg(test)]
mod tests;
