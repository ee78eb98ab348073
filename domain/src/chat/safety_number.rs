//! The number that two people compare to be sure that nobody is between them.

use std::fmt;

use sha2::{Digest, Sha256};

use super::DeviceKeys;
use crate::ids::PersonId;

/// Groups of five digits for each of the two: 30 digits are 99.6 bits of a hash of all their keys.
const GROUPS: usize = 6;

/// Twelve groups of five digits, the same on the devices of both as long as the server told both the same keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyNumber(Vec<String>);

impl SafetyNumber {
    /// Of two people and the devices that each has.
    pub fn of(one: (&PersonId, &[DeviceKeys]), other: (&PersonId, &[DeviceKeys])) -> Self {
        let mut halves = [half(one.0, one.1), half(other.0, other.1)];
        halves.sort();
        Self(halves.concat())
    }

    /// The groups, to be shown.
    pub fn groups(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for SafetyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

fn half(person: &PersonId, devices: &[DeviceKeys]) -> Vec<String> {
    let mut lines: Vec<_> = devices
        .iter()
        .map(|device| format!("{}\n{}\n{}", device.id, device.identity, device.signing))
        .collect();
    lines.sort();
    lines.insert(0, format!("porchlight safety number 1\n{person}"));
    let hash = Sha256::digest(lines.join("\n\n").as_bytes());
    hash.chunks_exact(5)
        .take(GROUPS)
        .map(|chunk| {
            let number = chunk
                .iter()
                .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
            format!("{:05}", number % 100_000)
        })
        .collect()
}
