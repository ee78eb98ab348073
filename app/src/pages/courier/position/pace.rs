//! Which of a phone's fixes are reported: one in each interval that the server asks for.

use porchlight_domain::fix::ReportedFix;
use porchlight_domain::time::Timestamp;

/// Until the server has said how often, seconds.
const FIRST_S: u32 = 5;
/// While the server can't be asked: often enough for a history, seconds.
const OFFLINE_S: u32 = 30;
/// While the battery is low: not more often, seconds.
const SAVING_S: u32 = 30;
/// Phones take their fixes a little early or late, seconds.
const TOLERANCE_S: f64 = 0.5;

/// How often to report.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    interval_s: u32,
    last: Option<Timestamp>,
    is_saving: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval_s: FIRST_S,
            last: None,
            is_saving: false,
        }
    }
}

impl Pace {
    /// Whether this fix is to be reported; the next one is then an interval later.
    pub fn takes(&mut self, fix: &ReportedFix) -> bool {
        let is_due = self.last.is_none_or(|last| {
            let since_s = fix.time.seconds_since(last);
            // A clock that was set back says nothing about how long ago that was.
            since_s < -TOLERANCE_S || since_s >= f64::from(self.interval_s()) - TOLERANCE_S
        });
        if is_due {
            self.last = Some(fix.time);
        }
        is_due
    }

    /// What the server asks for.
    pub fn set_interval_s(&mut self, interval_s: u32) {
        self.interval_s = interval_s.max(1);
    }

    /// The server can't be reached.
    pub fn go_offline(&mut self) {
        self.interval_s = self.interval_s.min(OFFLINE_S);
    }

    /// Takes the next fix, however soon it comes.
    pub fn take_next(&mut self) {
        self.last = None;
    }

    /// Spares the battery, or no longer.
    pub fn save(&mut self, is_saving: bool) {
        self.is_saving = is_saving;
    }

    fn interval_s(self) -> u32 {
        let at_least_s = if self.is_saving { SAVING_S } else { 1 };
        self.interval_s.max(at_least_s)
    }

    /// When a reading is to be asked for, if the last one was then.
    pub fn next_after(self, moment: Timestamp) -> Timestamp {
        moment.plus_s(f64::from(self.interval_s()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: f64) -> ReportedFix {
        ReportedFix {
            lat: 60.17,
            lon: 24.94,
            accuracy_m: 5.0,
            speed_mps: None,
            heading_deg: None,
            time: Timestamp::from_millis(1_795_183_500_000).plus_s(second),
            seq: None,
        }
    }

    #[test]
    fn reports_once_in_an_interval() {
        let mut pace = Pace::default();
        pace.set_interval_s(30);
        let taken: Vec<_> = (0..70)
            .filter(|second| pace.takes(&at(f64::from(*second))))
            .collect();
        assert_eq!(taken, [0, 30, 60]);
    }

    #[test]
    fn goes_on_when_the_clock_is_set_back() {
        let mut pace = Pace::default();
        pace.set_interval_s(30);
        let taken: Vec<_> = [3600.0, 3610.0, 10.0, 20.0, 40.0]
            .into_iter()
            .filter(|second| pace.takes(&at(*second)))
            .collect();
        assert_eq!(taken, [3600.0, 10.0, 40.0]);
    }

    #[test]
    fn reports_at_once_when_asked_to_hurry() {
        let mut pace = Pace::default();
        pace.set_interval_s(60);
        assert!(pace.takes(&at(0.0)) && !pace.takes(&at(8.0)));
        pace.set_interval_s(5);
        assert!(pace.takes(&at(9.0)));
    }

    #[test]
    fn spares_a_low_battery() {
        let mut pace = Pace::default();
        pace.save(true);
        let taken = (0..70).filter(|second| pace.takes(&at(f64::from(*second))));
        assert_eq!(taken.collect::<Vec<_>>(), [0, 30, 60]);
        pace.save(false);
        assert!(pace.takes(&at(70.0)), "it charges");
        pace.take_next();
        assert!(pace.takes(&at(71.0)), "the page is looked at again");
    }

    #[test]
    fn keeps_a_history_in_a_dead_zone() {
        let mut pace = Pace::default();
        pace.set_interval_s(60);
        pace.go_offline();
        assert!(pace.takes(&at(0.0)) && pace.takes(&at(30.0)));
    }
}
