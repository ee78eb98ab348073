//! A circuit breaker: after some failures in a row a service is left alone for a while, then
//! tried by one request.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Decides whether a service may be called. It has no clock: callers say what time it is.
#[derive(Debug)]
pub struct Breaker {
    /// Failures in a row that open the breaker, at least 1.
    limit: u32,
    /// How long the service is left alone, and how long a trial may take.
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { since: Instant },
    Trial { since: Instant },
}

/// What a [`Breaker`] thinks of its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Calls go through.
    Closed,
    /// Calls are refused.
    Open,
    /// One call is trying whether the service is back.
    Trial,
}

impl Breaker {
    /// A closed breaker that opens after `limit` failures in a row (0 counts as 1) for `pause`.
    pub fn new(limit: u32, pause: Duration) -> Self {
        Self {
            limit: limit.max(1),
            pause,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    /// Whether a call may be made now. Whoever gets `true` reports how it went; a trial that never
    /// reports (its request was dropped) is given up after the pause.
    pub fn permits(&self, now: Instant) -> bool {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => true,
            State::Open { since } | State::Trial { since } => {
                let due = now.saturating_duration_since(since) >= self.pause;
                if due {
                    *state = State::Trial { since: now };
                }
                due
            }
        }
    }

    /// Whether a call would be refused now. Takes no trial: for whoever would fetch work in vain.
    pub fn is_resting(&self, now: Instant) -> bool {
        match *self.state() {
            State::Closed { .. } => false,
            State::Open { since } | State::Trial { since } => {
                now.saturating_duration_since(since) < self.pause
            }
        }
    }

    /// A call went well: the breaker closes and forgets.
    pub fn succeeded(&self) {
        *self.state() = State::Closed { failures: 0 };
    }

    /// A call failed.
    pub fn failed(&self, now: Instant) {
        let mut state = self.state();
        *state = match *state {
            State::Closed { failures } if failures + 1 < self.limit => State::Closed {
                failures: failures + 1,
            },
            // A call from before the breaker opened does not make the pause longer.
            State::Open { since } => State::Open { since },
            State::Closed { .. } | State::Trial { .. } => State::Open { since: now },
        };
    }

    /// For health checks.
    pub fn condition(&self) -> Condition {
        match *self.state() {
            State::Closed { .. } => Condition::Closed,
            State::Open { .. } => Condition::Open,
            State::Trial { .. } => Condition::Trial,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(10);

    #[test]
    fn opens_after_failures_in_a_row() {
        let now = Instant::now();
        let breaker = Breaker::new(3, PAUSE);
        breaker.failed(now);
        breaker.failed(now);
        breaker.succeeded();
        breaker.failed(now);
        breaker.failed(now);
        assert!(
            breaker.permits(now),
            "a success in between starts the count anew"
        );
        breaker.failed(now);
        assert_eq!(breaker.condition(), Condition::Open);
        assert!(!breaker.permits(now + PAUSE / 2));
    }

    #[test]
    fn lets_one_trial_through_after_the_pause() {
        let now = Instant::now();
        let breaker = Breaker::new(1, PAUSE);
        breaker.failed(now);
        assert!(breaker.is_resting(now) && !breaker.is_resting(now + PAUSE));
        assert!(breaker.permits(now + PAUSE));
        assert_eq!(breaker.condition(), Condition::Trial);
        assert!(!breaker.permits(now + PAUSE), "only one");
        assert!(breaker.is_resting(now + PAUSE));
        breaker.succeeded();
        assert_eq!(breaker.condition(), Condition::Closed);
        assert!(breaker.permits(now + PAUSE));
    }

    #[test]
    fn a_failed_trial_opens_again_and_a_lost_one_is_given_up() {
        let now = Instant::now();
        let breaker = Breaker::new(1, PAUSE);
        breaker.failed(now);
        assert!(breaker.permits(now + PAUSE));
        breaker.failed(now + PAUSE);
        assert!(!breaker.permits(now + PAUSE + PAUSE / 2));
        assert!(breaker.permits(now + PAUSE * 2));
        assert!(breaker.permits(now + PAUSE * 3), "the trial never reported");
    }

    #[test]
    fn stands_a_clock_that_goes_back() {
        let earlier = Instant::now();
        let breaker = Breaker::new(0, PAUSE);
        breaker.failed(earlier + PAUSE);
        assert!(!breaker.permits(earlier));
    }
}
