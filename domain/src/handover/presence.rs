//! What a courier's screen shows to prove itself: fresh for half a minute, and made without a network.

use std::fmt;

use serde::{Serialize, Serializer};

use super::mac::{is_same, mac};
use crate::base32;
use crate::reference::Reference;
use crate::time::Timestamp;
use crate::wire::{FromWire, Unreadable, Value};

/// How long a proof is shown, seconds.
pub const SLOT_S: i64 = 30;
/// Slots after its own in which a proof is still taken: a minute, in which a page is opened and signs in.
const SLOTS_AFTER: i64 = 2;
/// Slots before its own: the phone's clock is corrected by the server's, to within the delay of an answer.
const SLOTS_BEFORE: i64 = 1;
/// Base-32 digits of a proof: 80 bits, which nobody guesses.
const PROOF_DIGITS: usize = 16;
/// Begins the fragment of the page's address. Browsers never send fragments to a server.
const FRAGMENT: &str = "courier=";

/// A span of [`SLOT_S`] seconds, counted from 1970 by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(pub(super) i64);

impl Slot {
    /// The one a moment lies in.
    pub fn at(moment: Timestamp) -> Self {
        Self(moment.millis().div_euclid(SLOT_S * 1000))
    }

    /// When it is over.
    pub fn ends_at(self) -> Timestamp {
        Timestamp::from_millis((self.0 + 1).saturating_mul(SLOT_S * 1000))
    }
}

/// 128 random bits of one parcel, courier and way out. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PresenceKey([u8; 16]);

impl PresenceKey {
    /// Of randomness that the caller brings.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// What proves the courier of this parcel now.
    pub fn prove(&self, parcel: Reference, slot: Slot) -> PresenceProof {
        let texts = [&*parcel.to_string(), &slot.0.to_string()];
        let hash = mac(&self.0, "courier's presence", &texts);
        let digits = hash
            .iter()
            .take(PROOF_DIGITS)
            .map(|byte| base32::digit(*byte));
        PresenceProof {
            slot,
            digits: digits.collect(),
        }
    }

    /// Whether a proof is this courier's, of this parcel, and fresh.
    pub fn confirm(
        &self,
        parcel: Reference,
        proof: &PresenceProof,
        now: Timestamp,
    ) -> Result<(), Doubt> {
        let right = self.prove(parcel, proof.slot);
        if !is_same(right.digits.as_bytes(), proof.digits.as_bytes()) {
            return Err(Doubt::Foreign);
        }
        let fresh = -SLOTS_AFTER..=SLOTS_BEFORE;
        if fresh.contains(&(proof.slot.0 - Slot::at(now).0)) {
            Ok(())
        } else {
            Err(Doubt::Old)
        }
    }
}

impl fmt::Debug for PresenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresenceKey(..)")
    }
}

impl Serialize for PresenceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base32::encode_u128(u128::from_be_bytes(self.0)))
    }
}

impl FromWire for PresenceKey {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let text = String::from_wire(value)?;
        let number = base32::decode_u128(&text).ok_or(Unreadable("presence_key"))?;
        Ok(Self(number.to_be_bytes()))
    }
}

crate::wire_with_serde!(PresenceKey);

/// Why a proof shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is not from the courier who brings this parcel, or of another one.
    Foreign,
    /// It was shown earlier: a picture of a screen, perhaps.
    Old,
}

/// What a courier's screen shows, of one slot.
#[derive(Clone, PartialEq, Eq)]
pub struct PresenceProof {
    pub(super) slot: Slot,
    pub(super) digits: String,
}

impl fmt::Debug for PresenceProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresenceProof({}, ..)", self.slot.0)
    }
}

impl fmt::Display for PresenceProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.slot.0, self.digits)
    }
}

impl PresenceProof {
    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (slot, digits) = text.split_once('.')?;
        let slot = Slot(slot.parse().ok()?);
        let is_one = digits.len() == PROOF_DIGITS
            && digits.chars().all(|digit| base32::value(digit).is_some());
        is_one.then(|| Self {
            slot,
            digits: digits.to_owned(),
        })
    }

    /// Reads the fragment of the page's address, with its `#` or without.
    pub fn in_fragment(fragment: &str) -> Option<Self> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        Self::parse(fragment.strip_prefix(FRAGMENT)?)
    }
}

/// What the courier's QR holds: the recipient's own page, and in its fragment the proof.
pub fn proof_link(origin: &str, parcel: Reference, proof: &PresenceProof) -> String {
    format!("{origin}/deliveries/{parcel}#{FRAGMENT}{proof}")
}

/// Reads what [`proof_link`] wrote, of whichever site: the server decides what the proof is worth.
pub fn read_link(text: &str) -> Option<(Reference, PresenceProof)> {
    let (path, fragment) = text.split_once('#')?;
    let (_, parcel) = path.rsplit_once("/deliveries/")?;
    Some((parcel.parse().ok()?, PresenceProof::in_fragment(fragment)?))
}
