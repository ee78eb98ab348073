//! The code with which a parcel is collected.

use std::fmt;

use crate::base32;
use crate::handover::is_same;

/// Random digits, in base 32: 40 bits.
const DIGITS: usize = 8;

/// Nine digits in base 32: eight at random, and one that tells most typing errors, so that those cost no try.
/// Never logged, and kept nowhere: it is derived when its owner looks, and compared by a keyed hash.
#[derive(Clone)]
pub struct PickUpCode(String);

impl PickUpCode {
    /// Makes the code of 40 random bits.
    pub fn from_random(random: u64) -> Self {
        let values: Vec<u8> = (0..DIGITS)
            .map(|place| ((random >> (place * 5)) & 31) as u8)
            .collect();
        let check = check_of(&values);
        let all = values.into_iter().chain([check]);
        Self(all.map(base32::digit).collect())
    }

    /// Reads what people type and scanners read: any case, spaces and hyphens anywhere, O for 0, I and L for 1. None
    /// when it can't be a code, as after a typing error.
    pub fn typed(text: &str) -> Option<Self> {
        let values: Option<Vec<u8>> = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–'))
            .take(DIGITS + 2)
            .map(base32::value)
            .collect();
        let values = values.filter(|values| values.len() == DIGITS + 1)?;
        let is_whole = check_of(&values[..DIGITS]) == values[DIGITS];
        is_whole.then(|| Self(values.into_iter().map(base32::digit).collect()))
    }

    /// As it is shown: `7K3-M92-QXD`.
    pub fn shown(&self) -> String {
        let (first, rest) = self.0.split_at(3);
        let (second, third) = rest.split_at(3);
        format!("{first}-{second}-{third}")
    }

    /// Its digits, to be hashed.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// Odd weights have an inverse modulo 32: every single wrong digit shows, and most that changed places.
fn check_of(values: &[u8]) -> u8 {
    let weighted = (0_u32..)
        .zip(values)
        .map(|(place, value)| (2 * place + 3) * u32::from(*value));
    (weighted.sum::<u32>() % 32) as u8
}

/// In the same time wherever they differ.
impl PartialEq for PickUpCode {
    fn eq(&self, other: &Self) -> bool {
        is_same(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for PickUpCode {}

impl fmt::Debug for PickUpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PickUpCode(..)")
    }
}
