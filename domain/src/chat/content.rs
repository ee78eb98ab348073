//! What is inside an encrypted message, and the commitment that binds it.
//!
//! The server stores a commitment beside what it can't read: a keyed hash of the content, with a key that is
//! inside the message. Every device checks it, so all devices got the same words, and whoever reports a message
//! shows words and key, and the server sees that they were really sent (message franking: Grubbs, Lu and
//! Ristenpart, "Message Franking via Committing Authenticated Encryption", CRYPTO 2017).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Side, TEXT_LIMIT};
use crate::handover::{is_same, mac};
use crate::ids::MessageId;
use crate::reference::Reference;

/// The size of a message gives away no more than in which step of so many bytes it is.
const STEP: usize = 256;
const PURPOSE: &str = "porchlight chat message 1";

/// What somebody says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// Words.
    Text {
        /// At most [`TEXT_LIMIT`] characters.
        text: String,
    },
    /// How to get into the house. Only the two devices know it.
    GateCode {
        /// At most [`TEXT_LIMIT`] characters.
        code: String,
    },
}

impl Body {
    /// The words in it.
    pub fn words(&self) -> &str {
        match self {
            Self::Text { text } => text,
            Self::GateCode { code } => code,
        }
    }

    /// Whether it can be sent and shown: something is said, not too much, and nothing that plays with the screen.
    pub fn is_readable(&self) -> bool {
        let words = self.words();
        let is_plain = |char: char| !char.is_control() || char == '\n';
        !words.trim().is_empty()
            && words.chars().count() <= TEXT_LIMIT
            && words.chars().all(is_plain)
    }

    /// What the commitment binds.
    fn bound_text(&self) -> String {
        match self {
            Self::Text { text } => format!("text\n{text}"),
            Self::GateCode { code } => format!("gate code\n{code}"),
        }
    }
}

/// 32 random bytes, in hexadecimal: opens the commitment of one message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentKey(String);

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContentKey(…)")
    }
}

impl ContentKey {
    /// Makes a key of randomness, which the caller brings.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(hex(&bytes))
    }

    fn is_good(&self) -> bool {
        is_hash(&self.0)
    }
}

/// A keyed hash, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(String);

impl Commitment {
    /// What binds these words to this delivery, this message and this side.
    pub fn of(
        key: &ContentKey,
        delivery: Reference,
        message: &MessageId,
        side: Side,
        body: &Body,
    ) -> Self {
        let delivery = delivery.to_string();
        let bound = body.bound_text();
        let texts = [&*delivery, message.as_str(), side.as_str(), &*bound];
        Self(hex(&mac(key.0.as_bytes(), PURPOSE, &texts)))
    }

    /// Takes one that was stored or received.
    pub fn parse(text: &str) -> Option<Self> {
        is_hash(text).then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this key and these words are what it was made of.
    pub fn opens(
        &self,
        key: &ContentKey,
        delivery: Reference,
        message: &MessageId,
        side: Side,
        body: &Body,
    ) -> bool {
        let made = Self::of(key, delivery, message, side, body);
        key.is_good() && is_same(made.0.as_bytes(), self.0.as_bytes())
    }
}

/// What is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Opens the commitment.
    pub key: ContentKey,
    /// What is said.
    pub body: Body,
}

impl Content {
    /// The bytes to encrypt, longer than they need be.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts and an enum: there is nothing in it that JSON can't say.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        // JSON may end in spaces.
        bytes.resize(bytes.len().next_multiple_of(STEP), b' ');
        bytes
    }

    /// Reads what was decrypted.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn hex(bytes: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}
