//! When the courier comes: a window that narrows, and says how old it is.

use serde::Serialize;

use crate::delivery::Window;
use crate::reveal::Reveal;
use crate::time::Timestamp;

/// The window in which the courier is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Eta {
    /// Not before.
    pub from: Timestamp,
    /// Not after.
    pub to: Timestamp,
    /// The moment the courier's position was known for.
    pub as_of: Timestamp,
}

crate::wire! { Eta { from, to, as_of } }

/// Seconds of doubt that are always left: parking and stairs.
const BASE_DOUBT_S: f64 = 60.0;
/// Share of the driving time that traffic may add or save.
const TRAFFIC_DOUBT: f64 = 0.15;
/// Seconds of doubt for each stop in between.
const STOP_DOUBT_S: f64 = 30.0;

impl Eta {
    /// The window for a courier who needs `remaining_s` more seconds, with `stops_before` stops in
    /// between. The less of the courier a recipient may see, the coarser the window's edges:
    /// otherwise the minutes would tell the distance.
    pub fn window(remaining_s: f64, stops_before: u32, as_of: Timestamp, reveal: Reveal) -> Self {
        let remaining_s = remaining_s.clamp(0.0, 48.0 * 3600.0);
        let doubt_s =
            BASE_DOUBT_S + TRAFFIC_DOUBT * remaining_s + STOP_DOUBT_S * f64::from(stops_before);
        let step_s = match reveal {
            Reveal::Exact => 60,
            Reveal::Area => 300,
            Reveal::Hidden => 900,
        };
        Self {
            from: as_of
                .plus_s((remaining_s - doubt_s).max(0.0))
                .floor_to_s(step_s),
            to: as_of.plus_s(remaining_s + doubt_s).ceil_to_s(step_s),
            as_of,
        }
    }

    /// Whether the window, apart from its age, is another one.
    pub fn differs(&self, other: &Self) -> bool {
        (self.from, self.to) != (other.from, other.to)
    }
}

/// So long after the end of the promised window nobody calls it late, seconds.
const GRACE_S: f64 = 15.0 * 60.0;
/// An older estimate says nothing about now, seconds.
const KNOWN_FOR_S: f64 = 5.0 * 60.0;

/// A parcel on the van that will not come when it was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay {
    /// When it is expected; none where nobody knows.
    pub expected: Option<Window>,
}

impl Delay {
    /// Whether what is estimated, or the clock alone, says that the promise is not kept.
    pub fn of(promised: Window, eta: Option<Eta>, now: Timestamp) -> Option<Self> {
        let eta = eta.filter(|eta| now.seconds_since(eta.as_of) <= KNOWN_FOR_S);
        let soonest = eta.map_or(now, |eta| eta.from.max(now));
        let expected = eta.filter(|eta| eta.to > now).map(|eta| Window {
            from: eta.from,
            to: eta.to,
        });
        (soonest.seconds_since(promised.to) > GRACE_S).then_some(Self { expected })
    }
}

/// How much a position of some age is still worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Recent enough to speak of now.
    Live,
    /// Old: say how old, in whole minutes.
    Stale {
        /// Minutes since it was taken, at least 1.
        minutes: u32,
    },
}

/// Older positions are called old, seconds: two default intervals and some network.
const LIVE_S: f64 = 90.0;

impl Freshness {
    /// Of a position taken at `as_of`, looked at `now`.
    pub fn of(as_of: Timestamp, now: Timestamp) -> Self {
        let age_s = now.seconds_since(as_of);
        if age_s <= LIVE_S {
            return Self::Live;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and saturates"
        )]
        let minutes = (age_s / 60.0).floor() as u32;
        Self::Stale { minutes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_176_000_000);

    #[test]
    fn grows_old_honestly() {
        assert_eq!(Freshness::of(NOON, NOON.plus_s(90.0)), Freshness::Live);
        assert_eq!(
            Freshness::of(NOON, NOON.plus_s(91.0)),
            Freshness::Stale { minutes: 1 }
        );
        assert_eq!(
            Freshness::of(NOON, NOON.plus_s(250.0)),
            Freshness::Stale { minutes: 4 }
        );
        assert_eq!(
            Freshness::of(NOON.plus_s(30.0), NOON),
            Freshness::Live,
            "the phone's clock is ahead"
        );
    }

    #[test]
    fn a_promise_is_broken_by_the_estimate_or_by_the_clock() {
        let promised = Window {
            from: NOON,
            to: NOON.plus_s(3600.0),
        };
        let after_end = |minutes: f64| promised.to.plus_s(minutes * 60.0);
        let eta = |from, as_of| Eta {
            from,
            to: from.plus_s(600.0),
            as_of,
        };
        assert_eq!(Delay::of(promised, None, NOON), None);
        assert_eq!(Delay::of(promised, None, after_end(15.0)), None);
        let unknown = Some(Delay { expected: None });
        assert_eq!(Delay::of(promised, None, after_end(16.0)), unknown);

        let late = eta(after_end(16.0), NOON);
        let expected = Some(Window {
            from: late.from,
            to: late.to,
        });
        assert_eq!(
            Delay::of(promised, Some(late), NOON),
            Some(Delay { expected })
        );
        assert_eq!(
            Delay::of(promised, Some(late), NOON.plus_s(301.0)),
            None,
            "an old estimate says nothing"
        );
        assert_eq!(
            Delay::of(promised, Some(eta(after_end(14.0), NOON)), NOON),
            None
        );
        let over = eta(after_end(5.0), after_end(15.0));
        assert_eq!(Delay::of(promised, Some(over), after_end(16.0)), unknown);
    }

    proptest! {
        #[test]
        fn the_window_holds_the_estimate_and_narrows(
            remaining_s in 0.0..20_000.0_f64, stops in 0_u32..50, progress in 0.0..1.0_f64,
        ) {
            let width_s = |eta: Eta| eta.to.seconds_since(eta.from);
            let far = Eta::window(remaining_s, stops, NOON, Reveal::Exact);
            let expected = NOON.plus_s(remaining_s);
            prop_assert!(far.from <= expected && expected <= far.to);
            prop_assert!(far.from >= NOON.floor_to_s(60));
            let near = Eta::window(remaining_s * progress, stops, NOON, Reveal::Exact);
            prop_assert!(width_s(near) <= width_s(far) + 120.0);
        }

        #[test]
        fn hidden_edges_are_quarters_of_an_hour(remaining_s in 0.0..20_000.0_f64, stops in 0_u32..50) {
            let eta = Eta::window(remaining_s, stops, NOON, Reveal::Hidden);
            prop_assert_eq!(eta.from.millis() % 900_000, 0);
            prop_assert_eq!(eta.to.millis() % 900_000, 0);
        }
    }
}
