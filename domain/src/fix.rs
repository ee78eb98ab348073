//! Fixes: GPS samples of a courier's phone, and which of them are believed.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::geo::{InvalidPosition, Position};
use crate::time::Timestamp;

/// A fix as a phone sends it, before anything about it is believed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReportedFix {
    /// Degrees north, WGS 84.
    pub lat: f64,
    /// Degrees east, WGS 84.
    pub lon: f64,
    /// Radius in metres that holds the true place with 68 % probability.
    pub accuracy_m: f64,
    /// Metres a second over ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f64>,
    /// Degrees clockwise from north, 0..360.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_deg: Option<f64>,
    /// When the phone took it, by the phone's clock.
    pub time: Timestamp,
    /// The sender's own running number, echoed in the live frame it causes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
}

/// A fix whose values make sense.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// Where the courier was.
    pub position: Position,
    /// Radius in metres that holds the true place with 68 % probability.
    pub accuracy_m: f64,
    /// Metres a second over ground.
    pub speed_mps: Option<f64>,
    /// Degrees clockwise from north, 0..360.
    pub heading_deg: Option<f64>,
    /// When it was taken.
    pub time: Timestamp,
    /// The sender's own running number.
    pub seq: Option<u64>,
}

/// Why a fix is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixRefusal {
    /// Latitude or longitude is out of range or not a number.
    #[error("latitude must be -90 to 90 and longitude -180 to 180 degrees")]
    InvalidPosition,
    /// Exactly (0, 0): what broken receivers report.
    #[error("(0, 0) is what a receiver without a fix reports")]
    NullIsland,
    /// Accuracy is negative or not a number.
    #[error("accuracy_m must be a number from 0 up")]
    InvalidAccuracy,
    /// Too coarse to show anyone.
    #[error("the accuracy is worse than the limit")]
    TooInaccurate,
    /// Speed is negative, not a number, or faster than any van.
    #[error("speed_mps must be 0 to 70")]
    InvalidSpeed,
    /// Heading is not 0..=360.
    #[error("heading_deg must be 0 to 360")]
    InvalidHeading,
    /// Taken later than now, by more than clocks differ.
    #[error("the fix was taken in the future: check the phone's clock")]
    FromTheFuture,
    /// Taken too long ago to matter.
    #[error("the fix is too old")]
    TooOld,
    /// This moment is known already.
    #[error("this fix was received before")]
    Duplicate,
    /// Nobody shared their position then.
    #[error("no run was active at that time")]
    NoRun,
    /// No van gets there that fast.
    #[error("the courier can't have moved that far in that time")]
    ImpossibleJump,
}

impl From<InvalidPosition> for FixRefusal {
    fn from(_: InvalidPosition) -> Self {
        Self::InvalidPosition
    }
}

/// What an operator believes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixLimits {
    /// Coarser fixes are refused, metres.
    pub max_accuracy_m: f64,
    /// How far a phone's clock may run ahead, seconds.
    pub max_ahead_s: f64,
    /// How long a phone may have been offline, seconds.
    pub max_age_s: f64,
    /// Faster is a jump, metres a second.
    pub max_speed_mps: f64,
}

impl Default for FixLimits {
    fn default() -> Self {
        Self {
            max_accuracy_m: 200.0,
            max_ahead_s: 60.0,
            max_age_s: 24.0 * 3600.0,
            max_speed_mps: 70.0,
        }
    }
}

impl FixLimits {
    /// Checks the values of one fix against each other and the clock.
    pub fn check(&self, reported: &ReportedFix, now: Timestamp) -> Result<Fix, FixRefusal> {
        let position = Position::new(reported.lat, reported.lon)?;
        if position.lat() == 0.0 && position.lon() == 0.0 {
            return Err(FixRefusal::NullIsland);
        }
        if !(reported.accuracy_m >= 0.0 && reported.accuracy_m.is_finite()) {
            return Err(FixRefusal::InvalidAccuracy);
        }
        if reported.accuracy_m > self.max_accuracy_m {
            return Err(FixRefusal::TooInaccurate);
        }
        if reported
            .speed_mps
            .is_some_and(|speed| !(0.0..=self.max_speed_mps).contains(&speed))
        {
            return Err(FixRefusal::InvalidSpeed);
        }
        if reported
            .heading_deg
            .is_some_and(|heading| !(0.0..=360.0).contains(&heading))
        {
            return Err(FixRefusal::InvalidHeading);
        }
        let age_s = now.seconds_since(reported.time);
        if age_s < -self.max_ahead_s {
            return Err(FixRefusal::FromTheFuture);
        }
        if age_s > self.max_age_s {
            return Err(FixRefusal::TooOld);
        }
        Ok(Fix {
            position,
            accuracy_m: reported.accuracy_m,
            speed_mps: reported.speed_mps,
            heading_deg: reported.heading_deg,
            time: reported.time,
            seq: reported.seq,
        })
    }
}

/// What becomes of a fix that is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is the newest: it moves the marker.
    Latest,
    /// It was taken before the newest and arrived late: history only.
    Late,
}

/// So many fixes that agree with each other overrule the one they all jump away from: then it was
/// the old one that was wrong.
const JUMPS_THAT_CONVINCE: u8 = 3;

/// One courier's recent past, as far as it is needed to judge the next fix.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Track {
    latest: Option<Fix>,
    suspect: Option<(Fix, u8)>,
}

impl Track {
    /// Continues from the newest fix that is stored.
    pub fn resumed(latest: Option<Fix>) -> Self {
        Self {
            latest,
            suspect: None,
        }
    }

    /// The newest fix that is believed.
    pub fn latest(&self) -> Option<Fix> {
        self.latest
    }

    /// Judges a fix against those before it, and remembers it when it is believed.
    pub fn take(&mut self, fix: Fix, limits: &FixLimits) -> Result<Taken, FixRefusal> {
        let Some(latest) = self.latest else {
            self.latest = Some(fix);
            return Ok(Taken::Latest);
        };
        if fix.time == latest.time {
            return Err(FixRefusal::Duplicate);
        }
        if fix.time < latest.time {
            return Ok(Taken::Late);
        }
        if is_jump(&latest, &fix, limits) && !self.convinces(fix, limits) {
            return Err(FixRefusal::ImpossibleJump);
        }
        self.latest = Some(fix);
        self.suspect = None;
        Ok(Taken::Latest)
    }

    fn convinces(&mut self, fix: Fix, limits: &FixLimits) -> bool {
        let agreeing = match self.suspect {
            Some((suspect, count))
                if fix.time > suspect.time && !is_jump(&suspect, &fix, limits) =>
            {
                count + 1
            }
            _ => 1,
        };
        self.suspect = Some((fix, agreeing));
        agreeing >= JUMPS_THAT_CONVINCE
    }
}

/// Both fixes may be off by their accuracy; what is left must be driven in the time between.
fn is_jump(from: &Fix, to: &Fix, limits: &FixLimits) -> bool {
    let distance_m = from.position.distance_m(to.position);
    let certain_m = distance_m - from.accuracy_m - to.accuracy_m;
    certain_m > limits.max_speed_mps * to.time.seconds_since(from.time).abs()
}

/// Metres a marker must move before anyone could tell on a map at street zoom.
const VISIBLE_M: f64 = 3.0;
/// Below this speed a phone's position wanders by itself, metres a second.
const STANDING_MPS: f64 = 0.7;

/// Whether showing `next` after `shown` makes a difference to a person: standing jitter does not.
pub fn moves_visibly(shown: &Fix, next: &Fix) -> bool {
    let distance_m = shown.position.distance_m(next.position);
    let standing = next.speed_mps.is_some_and(|speed| speed < STANDING_MPS);
    let noise_m = if standing {
        next.accuracy_m.clamp(VISIBLE_M, 30.0)
    } else {
        VISIBLE_M
    };
    distance_m >= noise_m
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_176_000_000);

    fn reported(lat: f64, lon: f64, at_s: f64) -> ReportedFix {
        ReportedFix {
            lat,
            lon,
            accuracy_m: 5.0,
            speed_mps: Some(8.0),
            heading_deg: Some(90.0),
            time: NOON.plus_s(at_s),
            seq: None,
        }
    }

    fn fix(lat: f64, lon: f64, at_s: f64) -> Fix {
        FixLimits::default()
            .check(&reported(lat, lon, at_s), NOON.plus_s(at_s))
            .expect("a good fix")
    }

    #[test]
    fn every_bad_value_has_its_reason() {
        let good = reported(60.17, 24.94, 0.0);
        let cases = [
            (
                ReportedFix { lat: 91.0, ..good },
                FixRefusal::InvalidPosition,
            ),
            (
                ReportedFix {
                    lon: f64::NAN,
                    ..good
                },
                FixRefusal::InvalidPosition,
            ),
            (
                ReportedFix {
                    lat: f64::INFINITY,
                    ..good
                },
                FixRefusal::InvalidPosition,
            ),
            (
                ReportedFix {
                    lat: -0.0,
                    lon: 0.0,
                    ..good
                },
                FixRefusal::NullIsland,
            ),
            (
                ReportedFix {
                    accuracy_m: -1.0,
                    ..good
                },
                FixRefusal::InvalidAccuracy,
            ),
            (
                ReportedFix {
                    accuracy_m: f64::NAN,
                    ..good
                },
                FixRefusal::InvalidAccuracy,
            ),
            (
                ReportedFix {
                    accuracy_m: 201.0,
                    ..good
                },
                FixRefusal::TooInaccurate,
            ),
            (
                ReportedFix {
                    speed_mps: Some(-1.0),
                    ..good
                },
                FixRefusal::InvalidSpeed,
            ),
            (
                ReportedFix {
                    speed_mps: Some(f64::NAN),
                    ..good
                },
                FixRefusal::InvalidSpeed,
            ),
            (
                ReportedFix {
                    heading_deg: Some(361.0),
                    ..good
                },
                FixRefusal::InvalidHeading,
            ),
            (
                ReportedFix {
                    time: NOON.plus_s(61.0),
                    ..good
                },
                FixRefusal::FromTheFuture,
            ),
            (
                ReportedFix {
                    time: Timestamp::from_millis(0),
                    ..good
                },
                FixRefusal::TooOld,
            ),
        ];
        for (bad, reason) in cases {
            assert_eq!(
                FixLimits::default().check(&bad, NOON),
                Err(reason),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_teleport_does_not_move_the_marker() {
        let limits = FixLimits::default();
        let mut track = Track::default();
        assert_eq!(
            track.take(fix(60.17, 24.94, 0.0), &limits),
            Ok(Taken::Latest)
        );
        assert_eq!(
            track.take(fix(60.27, 24.94, 10.0), &limits),
            Err(FixRefusal::ImpossibleJump)
        );
        assert_eq!(track.latest(), Some(fix(60.17, 24.94, 0.0)));
    }

    #[test]
    fn three_fixes_that_agree_overrule_a_wrong_first_one() {
        let limits = FixLimits::default();
        let mut track = Track::default();
        assert!(track.take(fix(61.17, 24.94, 0.0), &limits).is_ok());
        assert!(track.take(fix(60.1700, 24.94, 1.0), &limits).is_err());
        assert!(track.take(fix(60.1701, 24.94, 2.0), &limits).is_err());
        assert_eq!(
            track.take(fix(60.1702, 24.94, 3.0), &limits),
            Ok(Taken::Latest)
        );
    }

    #[test]
    fn the_marker_stands_still_with_the_van() {
        let parked = Fix {
            speed_mps: Some(0.1),
            accuracy_m: 12.0,
            ..fix(60.17, 24.94, 0.0)
        };
        let jitter = Fix {
            position: Position::new(60.170_05, 24.94).expect("near"),
            ..parked
        };
        assert!(
            !moves_visibly(&parked, &jitter),
            "5.6 m within 12 m accuracy, standing"
        );
        assert!(moves_visibly(
            &parked,
            &Fix {
                speed_mps: Some(5.0),
                ..jitter
            }
        ));
    }

    proptest! {
        /// However fixes are shuffled and repeated, the marker's time never goes back.
        #[test]
        fn the_latest_fix_never_goes_back(times in proptest::collection::vec(0_u32..600, 1..80)) {
            let limits = FixLimits::default();
            let mut track = Track::default();
            let mut newest: Option<Timestamp> = None;
            for at_s in times {
                let _ = track.take(fix(60.17, 24.94, f64::from(at_s)), &limits);
                let latest = track.latest().map(|fix| fix.time);
                prop_assert!(latest >= newest);
                newest = latest;
            }
        }

        #[test]
        fn whatever_is_sent_nothing_panics(lat: f64, lon: f64, accuracy: f64, speed: f64, at: i64) {
            let wild = ReportedFix {
                lat, lon, accuracy_m: accuracy, speed_mps: Some(speed), heading_deg: Some(speed),
                time: Timestamp::from_millis(at), seq: None,
            };
            if let Ok(fix) = FixLimits::default().check(&wild, NOON) {
                prop_assert!(fix.position.lat().abs() <= 90.0 && fix.accuracy_m <= 200.0);
            }
        }
    }
}
