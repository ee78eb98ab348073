//! The code that the recipient's page shows and the courier scans or types.

use std::fmt;

use super::mac::is_same;
use crate::base32;
use crate::delivery::HandoverLevel;

/// Digits of a PIN.
const PIN_DIGITS: usize = 6;
/// Digits of a two-way code, in base 32: 40 bits.
const TWO_WAY_DIGITS: usize = 8;

/// A live code, or what someone says is one. Never printed, logged or kept by whoever only checks it.
#[derive(Clone)]
pub struct HandoverCode(String);

impl HandoverCode {
    /// Makes the code of some random bits: 40 of them, or six digits, each code as likely as any other to
    /// within 2^-44.
    pub fn from_random(level: HandoverLevel, random: u64) -> Self {
        Self(match level {
            HandoverLevel::TwoWay => (0..TWO_WAY_DIGITS)
                .map(|place| base32::digit(((random >> (place * 5)) & 31) as u8))
                .collect(),
            HandoverLevel::Pin => {
                let number = random % 10_u64.pow(6);
                format!("{number:0PIN_DIGITS$}")
            }
        })
    }

    /// Reads what people type and scanners read: any case, spaces and hyphens anywhere, O for 0, I and L for 1.
    /// None when it can't be a code of this level.
    pub fn typed(level: HandoverLevel, text: &str) -> Option<Self> {
        let (length, below) = match level {
            HandoverLevel::TwoWay => (TWO_WAY_DIGITS, 32),
            HandoverLevel::Pin => (PIN_DIGITS, 10),
        };
        let digits: Option<String> = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–'))
            .take(length + 1)
            .map(|c| base32::value(c).filter(|value| *value < below))
            .map(|value| value.map(base32::digit))
            .collect();
        digits.filter(|digits| digits.len() == length).map(Self)
    }

    /// As a page shows it and a QR holds it: `7K3M-92QX`, `123 456`.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(self.0.len() / 2);
        let between = if self.0.len() == TWO_WAY_DIGITS {
            '-'
        } else {
            ' '
        };
        format!("{first}{between}{second}")
    }

    pub(super) fn digits(&self) -> &str {
        &self.0
    }
}

/// In the same time wherever they differ.
impl PartialEq for HandoverCode {
    fn eq(&self, other: &Self) -> bool {
        is_same(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for HandoverCode {}

impl fmt::Debug for HandoverCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandoverCode(..)")
    }
}
