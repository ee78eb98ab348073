//! The chat between the recipient of a parcel and its courier, encrypted from device to device.
//!
//! What is here is what both devices and the server agree on: who a device is ([`device`]), what is inside a
//! message and how it is bound to what the server stores ([`content`]), how long a chat lives ([`life`]), what is
//! compared to be sure of each other ([`safety_number`]), what both can rely on whatever is said ([`card`]), and
//! what devices and server say ([`wire`]). The encryption itself is Olm, in the app.

pub mod card;
pub mod content;
pub mod device;
pub mod life;
pub mod safety_number;
#[cfg(test)]
mod tests;
pub mod wire;

pub use card::{Agreement, ChatCard};
pub use content::{Body, Commitment, Content, ContentKey};
pub use device::{DeviceKeys, KeyUse, SignedKey};
pub use life::Phase;
pub use safety_number::SafetyNumber;

use serde::{Deserialize, Serialize};

use crate::people::Role;
use crate::wire::{FromWire, Unreadable, Value};

/// The longest text, in characters.
pub const TEXT_LIMIT: usize = 2000;
/// The longest that a message may be for one device, in characters of base 64.
pub const SEALED_LIMIT: usize = 16 * 1024;
/// The most devices that one person may chat with; the one not used for longest makes room.
pub const DEVICES_LIMIT: usize = 10;
/// The most one-time keys that the server keeps for a device.
pub const ONE_TIME_KEYS_LIMIT: usize = 100;
/// The most messages in one answer.
pub const PAGE: u32 = 100;

/// On which side of a chat somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The parcel is theirs.
    Recipient,
    /// They bring it.
    Courier,
}

impl Side {
    /// The one they write to.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Recipient => Self::Courier,
            Self::Courier => Self::Recipient,
        }
    }

    /// As it is stored, and part of what a message is bound to.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Courier => "courier",
        }
    }

    /// Reads it back.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Recipient, Self::Courier]
            .into_iter()
            .find(|side| side.as_str() == text)
    }

    /// The side that somebody of this role can be on.
    pub fn of(role: Role) -> Option<Self> {
        match role {
            Role::Customer => Some(Self::Recipient),
            Role::Courier => Some(Self::Courier),
            Role::Clerk | Role::Admin => None,
        }
    }
}

impl FromWire for Side {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("side"))
    }
}

/// What a page shows of a chat that is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ChatBadge {
    /// Whether the chat can be opened: there is one, or one may begin.
    pub offered: bool,
    /// Messages of the other side that this one has not read.
    pub unread: u32,
    /// Whether the other side waits for this one to open the chat: before that it has no key to write to.
    pub wanted: bool,
}

crate::wire! { ChatBadge { offered, unread, wanted } }
