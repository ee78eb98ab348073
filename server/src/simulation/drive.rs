//! A drive along a line: where a phone in the van would say it is.

use porchlight_domain::fix::ReportedFix;
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::time::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;

/// What GPS between houses is off by, metres.
const NOISE_M: f64 = 3.0;
/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// A van on its way along a line.
#[derive(Debug, Clone)]
pub struct Drive {
    line: Line,
    length_m: f64,
    speed_mps: f64,
}

impl Drive {
    /// Takes `duration_s` for the whole line.
    pub fn new(line: Line, duration_s: f64) -> Self {
        let length_m = line.length_m();
        Self {
            speed_mps: length_m / duration_s.max(1.0),
            line,
            length_m,
        }
    }

    /// Seconds from start to end.
    pub fn duration_s(&self) -> f64 {
        if self.speed_mps > 0.0 {
            self.length_m / self.speed_mps
        } else {
            0.0
        }
    }

    /// Where the van is after `driven_s` seconds, and where it heads, degrees from north.
    pub fn at(&self, driven_s: f64) -> Option<(Position, f64)> {
        let along_m = driven_s * self.speed_mps;
        let here = self.line.at(along_m)?;
        let ahead = self.line.at(along_m + 8.0)?;
        let behind = self.line.at(along_m - 8.0)?;
        Some((here, behind.bearing_deg(ahead)))
    }

    /// What the phone reports there.
    pub fn fix(&self, driven_s: f64, time: Timestamp, chance: &mut StdRng) -> Option<ReportedFix> {
        let (here, heading_deg) = self.at(driven_s)?;
        let moving = driven_s < self.duration_s();
        Some(ReportedFix {
            lat: here.lat() + noise_deg(chance),
            lon: here.lon() + noise_deg(chance) / here.lat().to_radians().cos(),
            accuracy_m: 6.0,
            speed_mps: Some(if moving {
                self.speed_mps.min(60.0)
            } else {
                0.0
            }),
            heading_deg: Some(heading_deg),
            time,
            seq: None,
        })
    }
}

fn noise_deg(chance: &mut StdRng) -> f64 {
    chance.random_range(-NOISE_M..NOISE_M) / DEGREE_M
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn street() -> Line {
        let at = |lat, lon| Position::new(lat, lon).expect("on Earth");
        Line(vec![at(60.0, 24.0), at(60.009, 24.0)])
    }

    #[test]
    fn takes_its_time_and_stops_at_the_end() {
        let drive = Drive::new(street(), 100.0);
        let (start, heading) = drive.at(0.0).expect("a place");
        let (end, _) = drive.at(1000.0).expect("a place");
        assert_eq!(start, street().0[0]);
        assert_eq!(end, street().0[1]);
        assert!(heading < 0.001 && (drive.duration_s() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn the_same_seed_drives_the_same() {
        let drive = Drive::new(street(), 100.0);
        let fixes = |seed| {
            let mut chance = StdRng::seed_from_u64(seed);
            (0..10)
                .filter_map(|s| drive.fix(f64::from(s), Timestamp::from_millis(0), &mut chance))
                .collect::<Vec<_>>()
        };
        assert_eq!(fixes(7), fixes(7));
        assert_ne!(fixes(7), fixes(8));
    }
}
