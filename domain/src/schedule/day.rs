//! A day of the calendar.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::wire::{FromWire, Unreadable, Value};

/// A day of the calendar, `2026-11-24`, of the years 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("write the day as 2026-11-24")]
pub struct InvalidDay;

impl Day {
    /// Takes a day of those years.
    pub fn new(date: NaiveDate) -> Result<Self, InvalidDay> {
        if (1970..=9999).contains(&date.year()) {
            Ok(Self(date))
        } else {
            Err(InvalidDay)
        }
    }

    /// Reads a day, in this one form only. Number by number: chrono's parser would come to every page.
    pub fn parse(text: &str) -> Result<Self, InvalidDay> {
        let number = |from: usize, to: usize| -> Option<u32> {
            let digits = text.get(from..to)?;
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse().ok())?
        };
        let is_dashed =
            text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let date = || {
            let year = i32::try_from(number(0, 4)?).ok()?;
            NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)
        };
        let date = is_dashed.then(date).flatten().ok_or(InvalidDay)?;
        Self::new(date)
    }

    /// The date.
    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// So many days later; none beyond the calendar.
    #[must_use]
    pub fn plus_days(self, days: u64) -> Option<Self> {
        let date = self.0.checked_add_days(chrono::Days::new(days))?;
        Self::new(date).ok()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.0.year(), self.0.month(), self.0.day());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromWire for Day {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::parse(&String::from_wire(value)?).map_err(|_| Unreadable("date"))
    }
}

crate::wire_with_serde!(Day);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_is_no_day() {
        for text in [
            "",
            "2026-02-30",
            "2026-2-3",
            "1969-12-31",
            "2026/11/24",
            "+226-11-24",
            "2026-11-24Z",
            "２026-11-2",
        ] {
            assert_eq!(Day::parse(text), Err(InvalidDay), "{text}");
        }
        let last = Day::parse("9999-12-31").expect("a day");
        assert_eq!(last.plus_days(1), None);
        assert_eq!(last.plus_days(u64::MAX), None);
    }

    proptest! {
        #[test]
        fn a_day_is_read_as_it_is_written(ahead in 0_u64..2_900_000) {
            let first = Day::parse("1970-01-01").expect("a day");
            let day = first.plus_days(ahead).expect("before the year 10000");
            prop_assert_eq!(Day::parse(&day.to_string()), Ok(day));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,12}") {
            if let Ok(day) = Day::parse(&text) {
                prop_assert_eq!(day.to_string(), text);
            }
        }
    }
}
