//! The depot's calendar: which moments its windows are, whatever its clocks do in spring and autumn.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use porchlight_domain::delivery::{Refusal, Window};
use porchlight_domain::schedule::{Day, Hours, Slot};
use porchlight_domain::time::Timestamp;

use crate::Error;

/// Days ahead at most: a parcel is not stored for longer.
const MOST_DAYS: u32 = 60;

/// In which windows parcels come.
#[derive(Debug, Clone)]
pub struct Settings {
    zone: Tz,
    windows: Vec<Hours>,
    days_ahead: u32,
    capacity: u32,
}

/// Why the windows can't be used; names the setting.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSchedule {
    /// No such zone.
    #[error("time_zone: there is no time zone {0:?}; write it as Europe/Helsinki")]
    Zone(String),
    /// None, or not a part of a day.
    #[error("delivery_windows: write one or more, as \"08:00-12:00\"")]
    Windows,
    /// A parcel would count in both.
    #[error("delivery_windows: {0} and {1} overlap")]
    Overlap(Hours, Hours),
    /// Too many.
    #[error("reschedule_days: at most {MOST_DAYS}")]
    Days,
}

impl Default for Settings {
    /// Where the demo city is.
    fn default() -> Self {
        let hours = ["08-12", "12-17", "17-21"];
        Self {
            zone: chrono_tz::Europe::Helsinki,
            windows: hours
                .iter()
                .filter_map(|text| Hours::parse(text).ok())
                .collect(),
            days_ahead: 7,
            capacity: 40,
        }
    }
}

impl Settings {
    /// Reads the settings: the depot's time zone, its windows, how many days ahead a parcel can be moved, and how
    /// many parcels come in a window.
    pub fn read(
        zone: &str,
        windows: &[String],
        days_ahead: u32,
        capacity: u32,
    ) -> Result<Self, InvalidSchedule> {
        let zone = zone
            .parse()
            .map_err(|_| InvalidSchedule::Zone(zone.to_owned()))?;
        let windows: Result<Vec<_>, _> = windows
            .iter()
            .map(|text| Hours::parse(text.trim()))
            .collect();
        let mut windows = windows.map_err(|_| InvalidSchedule::Windows)?;
        windows.sort();
        if windows.is_empty() {
            return Err(InvalidSchedule::Windows);
        }
        let neighbours = windows.iter().zip(windows.iter().skip(1));
        if let Some((one, other)) = neighbours
            .into_iter()
            .find(|(one, other)| one.meets(**other))
        {
            return Err(InvalidSchedule::Overlap(*one, *other));
        }
        if days_ahead > MOST_DAYS {
            return Err(InvalidSchedule::Days);
        }
        Ok(Self {
            zone,
            windows,
            days_ahead,
            capacity,
        })
    }

    /// How many parcels come in a window.
    pub(super) fn capacity(&self) -> u32 {
        self.capacity
    }

    /// The day that it is at the depot.
    pub(super) fn day_of(&self, at: Timestamp) -> Option<Day> {
        let utc = DateTime::<Utc>::from_timestamp_millis(at.millis())?;
        Day::new(utc.with_timezone(&self.zone).date_naive()).ok()
    }

    /// The last second of the day that it is at the depot.
    pub(crate) fn end_of_day(&self, at: Timestamp) -> Option<Timestamp> {
        let next = self.day_of(at)?.plus_days(1)?;
        Some(self.moment(next, 0)?.plus_s(-1.0))
    }

    /// Every window that has not begun, the next one first.
    pub(super) fn offered(&self, now: Timestamp) -> Vec<(Slot, Window)> {
        let Some(today) = self.day_of(now) else {
            return Vec::new();
        };
        let days = (0..=u64::from(self.days_ahead)).filter_map(|ahead| today.plus_days(ahead));
        let slots = days.flat_map(|date| {
            self.windows.iter().map(move |window| Slot {
                date,
                window: *window,
            })
        });
        slots
            .filter_map(|slot| Some((slot, self.span(slot)?)))
            .filter(|(_, span)| span.from > now)
            .collect()
    }

    /// The moments of a window that can be chosen now.
    pub(super) fn span_offered(&self, slot: Slot, now: Timestamp) -> Result<Window, Error> {
        let today = self.day_of(now);
        let last = today.and_then(|today| today.plus_days(u64::from(self.days_ahead)));
        if !self.windows.contains(&slot.window) {
            return Err(Error::invalid(
                "window",
                &"there is no such window: choose one of those offered",
            ));
        }
        if Some(slot.date) < today || Some(slot.date) > last {
            let rule = format!("choose a day from today to {} days ahead", self.days_ahead);
            return Err(Error::invalid("date", &rule));
        }
        let span = self.span(slot).filter(|span| span.from > now);
        span.ok_or_else(|| Refusal::WindowBegun.into())
    }

    /// None for a window that a change of clocks leaves out.
    fn span(&self, slot: Slot) -> Option<Window> {
        let (from_min, to_min) = (slot.window.from_min(), slot.window.to_min());
        let span = Window {
            from: self.moment(slot.date, from_min)?,
            to: self.moment(slot.date, to_min)?,
        };
        (span.from < span.to).then_some(span)
    }

    /// So many minutes after midnight by the clock on the wall: the first time it shows that, and where it never
    /// does, an hour later.
    fn moment(&self, day: Day, minutes: u32) -> Option<Timestamp> {
        let midnight = day.date().and_hms_opt(0, 0, 0)?;
        let wall = midnight.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))?;
        let at = match self.zone.from_local_datetime(&wall) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at,
            LocalResult::None => self
                .zone
                .from_local_datetime(&an_hour_later(wall)?)
                .earliest()?,
        };
        Some(Timestamp::from_millis(at.timestamp_millis()))
    }
}

fn an_hour_later(wall: NaiveDateTime) -> Option<NaiveDateTime> {
    wall.checked_add_signed(TimeDelta::hours(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(windows: &[&str]) -> Result<Settings, InvalidSchedule> {
        let windows: Vec<_> = windows.iter().map(|text| (*text).to_owned()).collect();
        Settings::read("Europe/Helsinki", &windows, 7, 40)
    }

    fn span(date: &str, hours: &str) -> Option<(String, String)> {
        let slot = Slot {
            date: Day::parse(date).expect("a day"),
            window: Hours::parse(hours).expect("hours"),
        };
        let span = settings(&[hours]).expect("fine").span(slot)?;
        Some((span.from.to_string(), span.to.to_string()))
    }

    #[test]
    fn windows_are_by_the_depots_clock_all_year() {
        let text = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(
            span("2026-11-24", "08-12"),
            text("2026-11-24T06:00:00.000Z", "2026-11-24T10:00:00.000Z")
        );
        assert_eq!(
            span("2026-07-01", "20-24"),
            text("2026-07-01T17:00:00.000Z", "2026-07-01T21:00:00.000Z")
        );
        // Clocks go from 3 to 4 in spring, and from 4 back to 3 in autumn.
        assert_eq!(
            span("2026-03-29", "00-08"),
            text("2026-03-28T22:00:00.000Z", "2026-03-29T05:00:00.000Z")
        );
        assert_eq!(span("2026-03-29", "03-04"), None);
        assert_eq!(
            span("2026-10-25", "03:30-05"),
            text("2026-10-25T00:30:00.000Z", "2026-10-25T03:00:00.000Z")
        );
    }

    #[test]
    fn windows_that_overlap_are_no_settings() {
        assert!(settings(&["12-17", "08-12", "17:30-21"]).is_ok());
        assert!(matches!(
            settings(&["08-12", "11-17"]),
            Err(InvalidSchedule::Overlap(..))
        ));
        assert!(matches!(settings(&[]), Err(InvalidSchedule::Windows)));
        assert!(matches!(
            settings(&["morning"]),
            Err(InvalidSchedule::Windows)
        ));
        let elsewhere = Settings::read("Mars/Olympus", &["08-12".into()], 7, 1);
        assert!(matches!(elsewhere, Err(InvalidSchedule::Zone(_))));
        let ahead = Settings::read("UTC", &["08-12".into()], 61, 1);
        assert!(matches!(ahead, Err(InvalidSchedule::Days)));
    }

    #[test]
    fn only_what_has_not_begun_is_offered() {
        let settings = settings(&["08-12", "12-17", "17-21"]).expect("fine");
        // 14:05 in Helsinki.
        let now = "2026-11-20T12:05:00Z".parse().expect("a time");
        let offered = settings.offered(now);
        assert_eq!(offered.len(), 1 + 7 * 3);
        let (first, _) = offered.first().expect("this evening");
        assert_eq!(
            (first.date.to_string(), first.window.to_string()),
            ("2026-11-20".into(), "17:00-21:00".into())
        );
        for (slot, span) in &offered {
            assert_eq!(settings.span_offered(*slot, now).ok(), Some(*span));
        }
        let other = |date: &str, hours: &str| {
            let slot = Slot {
                date: Day::parse(date).expect("a day"),
                window: Hours::parse(hours).expect("hours"),
            };
            settings.span_offered(slot, now).is_err()
        };
        assert!(other("2026-11-20", "12-17") && other("2026-11-19", "17-21"));
        assert!(other("2026-11-28", "08-12") && other("2026-11-24", "09-12"));
    }
}
