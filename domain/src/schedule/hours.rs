//! A part of a day.

use std::fmt;

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::wire::{FromWire, Unreadable, Value};

/// A part of a day by the clock on the wall: `08:00-12:00`, to `24:00` at the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hours {
    from_min: u32,
    to_min: u32,
}

/// Why a text is no part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("write the hours as 08:00-12:00, the later ones last")]
pub struct InvalidHours;

impl Hours {
    /// Reads `08:00-12:00`, or `08-12`.
    pub fn parse(text: &str) -> Result<Self, InvalidHours> {
        let (from, to) = text.split_once('-').ok_or(InvalidHours)?;
        let hours = Self {
            from_min: minutes(from).ok_or(InvalidHours)?,
            to_min: minutes(to).ok_or(InvalidHours)?,
        };
        if hours.from_min < hours.to_min {
            Ok(hours)
        } else {
            Err(InvalidHours)
        }
    }

    /// Minutes after midnight at which it begins.
    pub fn from_min(self) -> u32 {
        self.from_min
    }

    /// Minutes after midnight at which it ends.
    pub fn to_min(self) -> u32 {
        self.to_min
    }

    /// Whether a minute is in both.
    pub fn meets(self, other: Self) -> bool {
        self.from_min < other.to_min && other.from_min < self.to_min
    }
}

/// Minutes after midnight of `08:00` or `08`.
fn minutes(text: &str) -> Option<u32> {
    let number = |digits: &str| -> Option<u32> {
        let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok())?
    };
    let (hour, minute) = text.split_once(':').unwrap_or((text, "00"));
    let minute = number(minute).filter(|minute| *minute < 60)?;
    let minutes = number(hour)? * 60 + minute;
    (minutes <= 24 * 60).then_some(minutes)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from_min, self.to_min);
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            to / 60,
            to % 60
        )
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromWire for Hours {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::parse(&String::from_wire(value)?).map_err(|_| Unreadable("window"))
    }
}

crate::wire_with_serde!(Hours);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_are_written_in_one_way() {
        let written = |text| Hours::parse(text).map(|hours| hours.to_string());
        assert_eq!(written("08-12"), Ok("08:00-12:00".to_owned()));
        assert_eq!(written("17:30-24:00"), Ok("17:30-24:00".to_owned()));
        for wrong in [
            "",
            "08",
            "12-08",
            "08-08",
            "8-12",
            "08:60-12",
            "20-25",
            "24:01-24:02",
            "08-12-17",
        ] {
            assert_eq!(written(wrong), Err(InvalidHours), "{wrong}");
        }
    }

    #[test]
    fn one_after_the_other_do_not_meet() {
        let hours = |text| Hours::parse(text).expect("hours");
        assert!(!hours("08-12").meets(hours("12-17")));
        assert!(hours("08-12").meets(hours("11:59-17")));
        assert!(hours("09-10").meets(hours("08-12")));
    }

    proptest! {
        #[test]
        fn hours_are_read_as_they_are_written(from in 0_u32..1440, long in 1_u32..1440) {
            let hours = Hours { from_min: from, to_min: (from + long).min(1440) };
            prop_assert_eq!(Hours::parse(&hours.to_string()), Ok(hours));
        }
    }
}
