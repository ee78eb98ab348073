//! When an office is open, in its own time.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use opening_hours::localization::Country;
use opening_hours::{Context, OpeningHours};
use porchlight_domain::hold::OpenState;
use porchlight_domain::time::Timestamp;

use super::queries::OfficeRow;
use crate::Error;

/// The clock and the holidays that opening hours are meant in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    zone: Tz,
    country: Option<Country>,
}

/// What is no time zone or country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not in the IANA database.
    #[error("time_zone {0:?} is not one of the IANA database, such as Europe/Helsinki")]
    Zone(String),
    /// Not an ISO code, or one whose holidays are not known.
    #[error("country {0:?} is not an ISO 3166 code with known public holidays, such as FI")]
    Country(String),
}

impl Calendar {
    pub(crate) fn new(zone: &str, country: Option<&str>) -> Result<Self, CalendarError> {
        let unknown = |code: &str| CalendarError::Country(code.to_owned());
        Ok(Self {
            zone: zone
                .parse()
                .map_err(|_| CalendarError::Zone(zone.to_owned()))?,
            country: country
                .map(|code| code.parse().map_err(|_| unknown(code)))
                .transpose()?,
        })
    }

    /// The name of the zone in the IANA database.
    pub(crate) fn zone(self) -> &'static str {
        self.zone.name()
    }

    /// From the first second of a day such as `2026-12-24` to the last one of another.
    pub(crate) fn days(self, from: &str, to: &str) -> Option<(Timestamp, Timestamp)> {
        let begin = |day: NaiveDate| {
            let midnight = day.and_time(NaiveTime::MIN);
            // In some zones a day begins at one: the clock was put forward at midnight.
            let at = self.zone.from_local_datetime(&midnight).earliest();
            let at = at.or_else(|| {
                let one = midnight + chrono::TimeDelta::hours(1);
                self.zone.from_local_datetime(&one).earliest()
            });
            at.map(|at| Timestamp::from_millis(at.timestamp_millis()))
        };
        let (from, to): (NaiveDate, NaiveDate) = (from.parse().ok()?, to.parse().ok()?);
        Some((begin(from)?, begin(to.succ_opt()?)?.plus_s(-1.0)))
    }

    /// The day of a moment, such as `2026-12-24`.
    pub(crate) fn day(self, at: Timestamp) -> String {
        let utc = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or_default();
        utc.with_timezone(&self.zone).date_naive().to_string()
    }

    /// Whether an office is open at a moment, and until when that is so. None where nothing is known of its hours.
    pub(crate) fn state(self, row: &OfficeRow, at: Timestamp) -> Option<OpenState> {
        if let Some((_, reopens)) = row.closed().filter(|_| row.is_closed_at(at)) {
            return Some(OpenState {
                is_open: false,
                changes_at: Some(reopens),
            });
        }
        let hours = parsed(row.hours()?)?;
        let context = match self.country {
            Some(country) => Context::default().with_holidays(country.holidays()),
            None => Context::default(),
        };
        let hours = hours.with_context(context);
        let local = self
            .zone
            .from_utc_datetime(&DateTime::<Utc>::from_timestamp_millis(at.millis())?.naive_utc());
        let changes_at = hours
            .next_change(local.naive_local())
            .and_then(|local| self.zone.from_local_datetime(&local).earliest())
            .map(|change| Timestamp::from_millis(change.timestamp_millis()));
        Some(OpenState {
            is_open: hours.is_open(local.naive_local()),
            changes_at,
        })
    }
}

/// Hours that the library can't read are no hours. It is known to panic on none, and it is handed text of a map that
/// anyone can edit: whoever imports it must not be stopped by it.
fn parsed(text: &str) -> Option<OpeningHours> {
    (text.len() <= 255).then(|| text.parse().ok()).flatten()
}

/// Refuses opening hours that nobody could show.
pub fn check_hours(text: &str) -> Result<(), Error> {
    match parsed(text) {
        Some(_) => Ok(()),
        None => Err(Error::invalid(
            "opening_hours",
            &"write opening hours as OpenStreetMap does, such as Mo-Fr 09:00-21:00; Sa 10:00-18:00; PH off",
        )),
    }
}
