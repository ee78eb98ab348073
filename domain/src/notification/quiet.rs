//! Hours in which nothing rings.

use chrono::{Days, NaiveDateTime, NaiveTime, Timelike};
use serde::Serialize;

use crate::wire::{Fields, FromFields, Unreadable};

/// Minutes of a day.
const DAY_MIN: u32 = 24 * 60;

/// Hours of each day, by the person's own clock, in which nothing is sent but to the app. They may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct QuietHours {
    from_min: u32,
    to_min: u32,
}

/// No hours at all, or none of this day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours begin and end at two different times of the day")]
pub struct InvalidQuietHours;

impl QuietHours {
    /// From one minute of the day until another, both counted from midnight.
    pub fn new(from_min: u32, to_min: u32) -> Result<Self, InvalidQuietHours> {
        if from_min < DAY_MIN && to_min < DAY_MIN && from_min != to_min {
            Ok(Self { from_min, to_min })
        } else {
            Err(InvalidQuietHours)
        }
    }

    /// The minute of the day at which they begin.
    pub fn from_min(self) -> u32 {
        self.from_min
    }

    /// The minute of the day at which they end.
    pub fn to_min(self) -> u32 {
        self.to_min
    }

    /// When they end, by the same clock, if it is quiet at this moment.
    pub fn end(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let now_min = local.hour() * 60 + local.minute();
        let goes_over_midnight = self.from_min > self.to_min;
        let is_quiet = if goes_over_midnight {
            now_min >= self.from_min || now_min < self.to_min
        } else {
            (self.from_min..self.to_min).contains(&now_min)
        };
        if !is_quiet {
            return None;
        }
        let ends_tomorrow = goes_over_midnight && now_min >= self.from_min;
        let day = if ends_tomorrow {
            local.date().checked_add_days(Days::new(1))?
        } else {
            local.date()
        };
        let time = NaiveTime::from_hms_opt(self.to_min / 60, self.to_min % 60, 0)?;
        Some(day.and_time(time))
    }
}

impl FromFields for QuietHours {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        Self::new(fields.take("from_min")?, fields.take("to_min")?)
            .map_err(|InvalidQuietHours| Unreadable("quiet_hours"))
    }
}

crate::wire_of_fields!(QuietHours);

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn at(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 11, day)
            .and_then(|date| date.and_hms_opt(hour, minute, 0))
            .expect("a time of November")
    }

    #[test]
    fn a_night_ends_in_the_morning() {
        let night = QuietHours::new(22 * 60, 7 * 60).expect("a night");
        assert_eq!(night.end(at(20, 21, 59)), None);
        assert_eq!(night.end(at(20, 22, 0)), Some(at(21, 7, 0)));
        assert_eq!(night.end(at(21, 6, 59)), Some(at(21, 7, 0)));
        assert_eq!(night.end(at(21, 7, 0)), None);
    }

    #[test]
    fn a_nap_ends_the_same_day() {
        let nap = QuietHours::new(13 * 60, 14 * 60 + 30).expect("a nap");
        assert_eq!(nap.end(at(20, 13, 0)), Some(at(20, 14, 30)));
        assert_eq!(nap.end(at(20, 14, 30)), None);
        assert_eq!(nap.end(at(20, 12, 59)), None);
    }

    #[test]
    fn no_hours_and_impossible_ones_are_refused() {
        assert_eq!(QuietHours::new(60, 60), Err(InvalidQuietHours));
        assert_eq!(QuietHours::new(0, DAY_MIN), Err(InvalidQuietHours));
        let read = serde_json::from_str::<QuietHours>(r#"{"from_min":60,"to_min":60}"#);
        assert!(read.is_err());
    }

    proptest! {
        #[test]
        fn quiet_ends_later_within_a_day_and_then_it_is_not_quiet(
            from in 0..DAY_MIN, to in 0..DAY_MIN, minute in 0..DAY_MIN
        ) {
            prop_assume!(from != to);
            let hours = QuietHours::new(from, to).expect("two times");
            let now = at(20, minute / 60, minute % 60);
            if let Some(end) = hours.end(now) {
                prop_assert!(end > now && (end - now).num_minutes() <= i64::from(DAY_MIN));
                prop_assert_eq!(hours.end(end), None);
            }
        }
    }
}
