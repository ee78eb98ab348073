//! Points in time, as the product stores, sends and compares them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Milliseconds since the Unix epoch, UTC; RFC 3339 on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Text that is not an RFC 3339 time within the years 1970 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not an RFC 3339 time such as 2026-11-20T14:05:00Z")]
pub struct InvalidTimestamp;

/// 9999-12-31T23:59:59.999Z: the last moment RFC 3339 can write.
const LAST_MS: i64 = 253_402_300_799_999;

impl Timestamp {
    /// Clamps to the years 1970 to 9999, so that every value can be written as RFC 3339.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < 0 {
            return Self(0);
        }
        Self(if millis > LAST_MS { LAST_MS } else { millis })
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Later by a number of seconds (earlier when negative).
    #[must_use]
    pub fn plus_s(self, seconds: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, and the result is clamped"
        )]
        let millis = (seconds * 1000.0).round() as i64;
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "differences stay far below 2^53 ms"
        )]
        let millis = (self.0 - earlier.0) as f64;
        millis / 1000.0
    }

    /// Earlier, to the whole multiple of `step_s` seconds.
    #[must_use]
    pub fn floor_to_s(self, step_s: u32) -> Self {
        let period = i64::from(step_s.max(1)) * 1000;
        Self(self.0 - self.0.rem_euclid(period))
    }

    /// Later, to the whole multiple of `step_s` seconds.
    #[must_use]
    pub fn ceil_to_s(self, step_s: u32) -> Self {
        let floor = self.floor_to_s(step_s);
        if floor == self {
            return floor;
        }
        Self::from_millis(floor.0 + i64::from(step_s.max(1)) * 1000)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default();
        f.write_str(&utc.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidTimestamp)?;
        let millis = time.timestamp_millis();
        if (0..=LAST_MS).contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(InvalidTimestamp)
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes_rfc_3339_in_utc() {
        assert_eq!(
            Timestamp::from_millis(1_795_183_500_250).to_string(),
            "2026-11-20T14:05:00.250Z"
        );
        assert_eq!(
            "2026-11-20T16:05:00+02:00".parse(),
            Ok(Timestamp::from_millis(1_795_183_500_000))
        );
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "yesterday",
            "1969-12-31T23:59:59Z",
            "2026-13-01T00:00:00Z",
            "1e400",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }

    proptest! {
        #[test]
        fn survives_the_wire(millis in 0..=LAST_MS) {
            let time = Timestamp::from_millis(millis);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn rounds_outwards(millis in 0_i64..4_000_000_000_000, step in 1_u32..3600) {
            let time = Timestamp::from_millis(millis);
            prop_assert!(time.floor_to_s(step) <= time && time <= time.ceil_to_s(step));
            prop_assert!(time.ceil_to_s(step).seconds_since(time.floor_to_s(step)) <= f64::from(step));
        }
    }
}
