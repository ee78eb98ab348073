//! Pictures that a courier takes at a door: what a status change says of them. The pictures themselves
//! are kept apart, so that they can be erased while the log of what happened stays whole.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::wire::{FromWire, Unreadable, Value};

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// What the courier's camera saw: the parcel at the door, or the closed gate.
    Photo,
    /// What the person who took the parcel drew with a finger.
    Signature,
}

impl PictureKind {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Signature => "signature",
        }
    }
}

impl FromWire for PictureKind {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        match &*String::from_wire(value)? {
            "photo" => Ok(Self::Photo),
            "signature" => Ok(Self::Signature),
            _ => Err(Unreadable("kind")),
        }
    }
}

/// The SHA-256 of a picture's bytes: its name, and what shows that it is still the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PictureHash(String);

/// Why a text is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a picture is named by its SHA-256, in 64 lowercase hexadecimal digits")]
pub struct InvalidPictureHash;

impl PictureHash {
    /// Reads a hash.
    pub fn parse(text: &str) -> Result<Self, InvalidPictureHash> {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if text.len() == 64 && text.chars().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPictureHash)
        }
    }

    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromWire for PictureHash {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::parse(&String::from_wire(value)?).map_err(|_| Unreadable("hash"))
    }
}

crate::wire_with_serde!(PictureHash);

/// A picture that came with a status change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// What it shows.
    pub kind: PictureKind,
    /// Which it is.
    pub hash: PictureHash,
}

crate::wire! { Picture { kind, hash } }

/// The most that come with one change.
pub const MOST_PICTURES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_in_one_way() {
        let hash = "0123456789abcdef".repeat(4);
        assert_eq!(
            PictureHash::parse(&hash).map(|hash| hash.0),
            Ok(hash.clone())
        );
        for wrong in ["", &hash[1..], &hash.to_uppercase(), &"g".repeat(64)] {
            assert_eq!(
                PictureHash::parse(wrong),
                Err(InvalidPictureHash),
                "{wrong}"
            );
        }
    }

    #[test]
    fn survives_the_wire() {
        for kind in [PictureKind::Photo, PictureKind::Signature] {
            let picture = Picture {
                kind,
                hash: PictureHash::parse(&"0a".repeat(32)).expect("a hash"),
            };
            let json = serde_json::to_string(&picture).expect("serialises");
            assert_eq!(
                serde_json::from_str::<Picture>(&json).expect("reads"),
                picture
            );
            assert!(json.contains(kind.as_str()));
        }
    }
}
