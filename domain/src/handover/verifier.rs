//! Telling a right code from a wrong one without knowing the right one.
//!
//! A hash of the whole code would tell it to whoever has the phone and patience: the six digits of a PIN are
//! tried in minutes, however slow the hash. So the phone gets a *part* of the hash only. Many codes fit that
//! part, all of them equally likely, and no computer finds out which is the right one, because it is not in
//! there. `docs/security.md` has the arithmetic.

use serde::Serialize;

use super::code::HandoverCode;
use super::mac::mac;
use crate::delivery::HandoverLevel;
use crate::reference::Reference;

/// What fits a code and about one in so many others: 2^20 of a two-way code, 2^7 of a PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verifier {
    /// Random, so that two parcels with one code have other marks.
    salt: String,
    /// The first bits of the hash.
    mark: u32,
}

crate::wire! { Verifier { salt, mark } }

/// How much of the hash the phone gets, bits.
fn bits(level: HandoverLevel) -> u32 {
    match level {
        HandoverLevel::TwoWay => 20,
        HandoverLevel::Pin => 7,
    }
}

impl Verifier {
    /// Of the code of a parcel. The salt is random, and the caller brings it.
    pub fn of(level: HandoverLevel, parcel: Reference, code: &HandoverCode, salt: String) -> Self {
        let mark = mark(level, parcel, code, &salt);
        Self { salt, mark }
    }

    /// Whether a code may be the right one. A wrong one is told with certainty but for one in 2^20, or for a
    /// PIN one in 2^7; the server then tells those.
    pub fn fits(&self, level: HandoverLevel, parcel: Reference, code: &HandoverCode) -> bool {
        self.mark == mark(level, parcel, code, &self.salt)
    }
}

fn mark(level: HandoverLevel, parcel: Reference, code: &HandoverCode, salt: &str) -> u32 {
    let texts = [&*parcel.to_string(), code.digits()];
    let hash = mac(salt.as_bytes(), "handover verifier", &texts);
    let [a, b, c, d, ..] = hash;
    u32::from_be_bytes([a, b, c, d]) >> (32 - bits(level))
}
