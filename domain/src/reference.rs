//! The reference of a delivery, `PL-7K3M-92QX`: what a customer reads out on the phone.
//!
//! Seven random Crockford digits (35 bits) and a check digit. The check is a weighted sum in the
//! field GF(32) with a different weight at each place, so every single wrong digit and every swap
//! of two digits is noticed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::wire::{FromWire, Unreadable, Value};

use crate::base32;

const DATA_DIGITS: usize = 7;

/// A valid reference. Its text form is always `PL-XXXX-XXXX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference([u8; DATA_DIGITS]);

/// Text that is no reference, with a sentence a person can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidReference {
    /// Not `PL-` and eight digits of Crockford's base 32.
    #[error("a reference looks like PL-7K3M-92QX")]
    Form,
    /// The form is right but a digit is wrong or two are swapped.
    #[error("this reference has a typing error: please check each character")]
    Check,
}

impl FromWire for Reference {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        String::from_wire(value)?
            .parse()
            .map_err(|_| Unreadable("reference"))
    }
}

impl Reference {
    /// Makes a reference of the lowest 35 bits.
    pub fn from_random(bits: u64) -> Self {
        Self(std::array::from_fn(|place| {
            ((bits >> (place * 5)) & 31) as u8
        }))
    }

    /// Reads what a scanner finds on a label: the reference itself, or the address of the parcel's page.
    pub fn on_label(text: &str) -> Option<Self> {
        let text = match text.rsplit_once("/deliveries/") {
            Some((_, path)) => path.split(['/', '?', '#']).next()?,
            None => text,
        };
        text.trim().parse().ok()
    }

    /// Σ αⁱ·dᵢ for i = 1..7; α = 2 generates GF(32), so all weights differ and none is one, the
    /// weight of the check digit itself.
    fn check_digit(self) -> u8 {
        self.0
            .iter()
            .fold(0, |sum, data| multiply_by_alpha(sum ^ data))
    }
}

/// Multiplies by x in GF(2⁵) modulo x⁵ + x² + 1.
fn multiply_by_alpha(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 {
        shifted
    } else {
        (shifted ^ 0b10_0101) & 31
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PL-")?;
        for (place, value) in self.0.iter().chain([&self.check_digit()]).enumerate() {
            if place == 4 {
                f.write_str("-")?;
            }
            write!(f, "{}", base32::digit(*value))?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = InvalidReference;

    /// Accepts any case, spaces and missing dashes, as people type.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let typed: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(12)
            .collect();
        let digits = typed
            .strip_prefix("PL")
            .or_else(|| typed.strip_prefix("pl"))
            .or_else(|| typed.strip_prefix("Pl"))
            .ok_or(InvalidReference::Form)?;
        let values: Option<Vec<u8>> = digits.chars().map(base32::value).collect();
        let values: [u8; DATA_DIGITS + 1] = values
            .and_then(|values| values.try_into().ok())
            .ok_or(InvalidReference::Form)?;
        let mut data = [0; DATA_DIGITS];
        data.copy_from_slice(&values[..DATA_DIGITS]);
        let reference = Self(data);
        if reference.check_digit() == values[DATA_DIGITS] {
            Ok(reference)
        } else {
            Err(InvalidReference::Check)
        }
    }
}

impl TryFrom<String> for Reference {
    type Error = InvalidReference;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_what_people_type() {
        let reference = Reference::from_random(0x3_1234_5678);
        let text = reference.to_string();
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('-', ""),
            text.replace('1', "l").replace('0', "o"),
        ] {
            assert_eq!(typed.parse(), Ok(reference), "{typed}");
        }
    }

    #[test]
    fn a_label_holds_a_reference_or_an_address() {
        let reference = Reference::from_random(99);
        for label in [
            format!("{reference}"),
            format!(" {reference}\n").to_lowercase(),
            format!("https://parcels.example.org/deliveries/{reference}"),
            format!("http://127.0.0.1:3000/deliveries/{reference}#courier=1.x"),
            format!("https://parcels.example.org/deliveries/{reference}/label?print"),
        ] {
            assert_eq!(Reference::on_label(&label), Some(reference), "{label}");
        }
        for other in ["", "4006381333931", "https://example.org/", "/deliveries/"] {
            assert_eq!(Reference::on_label(other), None, "{other}");
        }
    }

    #[test]
    fn refuses_other_texts() {
        for text in [
            "",
            "PL",
            "PL-",
            "7K3M-92QX",
            "PL-7K3M-92Q",
            "PL-7K3M-92QXX",
            "PL-7U3M-92QX",
            "pl-💌💌💌💌💌💌💌💌",
        ] {
            assert_eq!(
                text.parse::<Reference>(),
                Err(InvalidReference::Form),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn survives_being_written(bits: u64) {
            let reference = Reference::from_random(bits);
            prop_assert_eq!(reference.to_string().parse(), Ok(reference));
        }

        #[test]
        fn one_wrong_digit_is_noticed(bits: u64, place in 0_usize..8, wrong in 0_u8..32) {
            let mut digits: Vec<char> =
                Reference::from_random(bits).to_string().replace("PL-", "").replace('-', "").chars().collect();
            prop_assume!(digits[place] != base32::digit(wrong));
            digits[place] = base32::digit(wrong);
            let typed: String = digits.into_iter().collect();
            prop_assert_eq!(format!("PL{typed}").parse::<Reference>(), Err(InvalidReference::Check));
        }

        #[test]
        fn two_swapped_digits_are_noticed(bits: u64, a in 0_usize..8, b in 0_usize..8) {
            let mut digits: Vec<char> =
                Reference::from_random(bits).to_string().replace("PL-", "").replace('-', "").chars().collect();
            prop_assume!(digits[a] != digits[b]);
            digits.swap(a, b);
            let typed: String = digits.into_iter().collect();
            prop_assert_eq!(format!("PL{typed}").parse::<Reference>(), Err(InvalidReference::Check));
        }
    }
}
