//! What a chat consists of, as this device keeps and shows it.

use porchlight_domain::chat::wire::Disclosure;
use porchlight_domain::chat::{Body, ContentKey, Side};
use porchlight_domain::ids::MessageId;
use porchlight_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing in a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Item {
    /// Something that was said.
    Message(Message),
    /// Something was said that this device can't read.
    Unreadable {
        /// By whom.
        by: Side,
        /// When.
        at: Timestamp,
        /// Why.
        why: Why,
    },
    /// Somebody has devices that were not there before.
    Devices {
        /// Whose.
        of: Side,
        /// How many are new.
        added: u32,
        /// When this device found out.
        at: Timestamp,
    },
}

/// A message that was read, or was written here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in the chat.
    pub seq: u32,
    /// Its name.
    pub id: MessageId,
    /// Who wrote it.
    pub by: Side,
    /// When the server took it.
    pub at: Timestamp,
    /// What it says.
    pub body: Body,
    /// Opens its commitment, when it is to be reported.
    pub key: ContentKey,
}

impl Message {
    /// What shows the operator that it was sent.
    pub fn disclosure(&self) -> Disclosure {
        Disclosure {
            seq: self.seq,
            key: self.key.clone(),
            body: self.body.clone(),
        }
    }
}

/// Why a message can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// It was sent before this device was there.
    Before,
    /// It was changed, or the key is gone.
    NoKey,
    /// It is not what its sender promised the server: others may have got other words.
    Forged,
}

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The order in which they were written: milliseconds since 1970, and more than the one before.
    pub place: i64,
    /// Its name.
    pub id: MessageId,
    /// What it says.
    pub body: Body,
    /// Opens its commitment.
    pub key: ContentKey,
    /// Why the server does not take it; it is not tried again.
    pub refused: Option<String>,
}
