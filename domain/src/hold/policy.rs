//! For how long an office keeps a parcel, and what happens on the way to that day.

use crate::time::Timestamp;

/// Seconds of a day.
const DAY_S: f64 = 24.0 * 3600.0;
/// So much later a parcel goes back, seconds: a desk that was without a network tells of what it handed over in
/// time, and nobody is told at midnight.
const GRACE_S: f64 = 12.0 * 3600.0;

/// How long, and when people are reminded.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldPolicy {
    /// Days from the day the parcel is there.
    pub keep_days: u32,
    /// Days that the one extension adds.
    pub extension_days: u32,
    /// So many days before the end its recipient is reminded, the first one first.
    pub remind_days_before: Vec<u32>,
}

impl Default for HoldPolicy {
    /// Two weeks, as most post offices in Europe do, and a week more.
    fn default() -> Self {
        Self {
            keep_days: 14,
            extension_days: 7,
            remind_days_before: vec![7, 2],
        }
    }
}

/// What is to be done next about a parcel that waits, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextDue {
    /// Remind its recipient.
    Reminder(Timestamp),
    /// It goes back.
    Return(Timestamp),
}

impl NextDue {
    /// When.
    pub fn at(self) -> Timestamp {
        match self {
            Self::Reminder(at) | Self::Return(at) => at,
        }
    }
}

impl HoldPolicy {
    /// Until when a parcel is kept that arrives then.
    pub fn keep_until(&self, arrives: Timestamp) -> Timestamp {
        arrives.plus_s(f64::from(self.keep_days) * DAY_S)
    }

    /// Until when it is kept once that was extended.
    pub fn extended(&self, keep_until: Timestamp) -> Timestamp {
        keep_until.plus_s(f64::from(self.extension_days) * DAY_S)
    }

    /// When a parcel goes back that is kept until then.
    pub fn goes_back(&self, keep_until: Timestamp) -> Timestamp {
        keep_until.plus_s(GRACE_S)
    }

    /// What comes next after `now`. Reminders that were missed, as after a week without the server, are not made up
    /// for: one is enough.
    pub fn next_due(&self, keep_until: Timestamp, now: Timestamp) -> NextDue {
        let reminders = self
            .remind_days_before
            .iter()
            .map(|days| keep_until.plus_s(-f64::from(*days) * DAY_S));
        match reminders.filter(|at| *at > now).min() {
            Some(at) => NextDue::Reminder(at),
            None => NextDue::Return(self.goes_back(keep_until)),
        }
    }
}
