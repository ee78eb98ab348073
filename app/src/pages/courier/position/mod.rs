//! The courier's phone says where it is, from the start of the run to its end.
//!
//! Each fix is kept on the phone until the server has acknowledged it; after a dead zone they are sent
//! in order. A position is never made up: where the phone has none, none is sent, and the page says so.

mod outbox;
mod pace;
mod receiver;
mod wake_lock;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{FutureExt, StreamExt, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use porchlight_domain::delivery::Whereabouts;
use porchlight_domain::fix::ReportedFix;
use porchlight_domain::geo::Position;
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;

use crate::api::ApiError;
use crate::api::runs::report_positions;
use crate::components::effect;
use crate::live::{wait_ms, watch_network};
use outbox::Outbox;
use pace::Pace;
use receiver::{Reading, Receiver};

/// Fixes in one report at most; the server takes 500.
const BATCH: usize = 200;

/// How sharing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// There is no active run.
    Off,
    /// The phone has been asked and has not answered yet.
    Searching,
    /// The newest position the server has was taken then.
    Shared(Timestamp),
    /// The server can't be reached; positions are kept.
    Offline,
    /// The phone does not know where it is.
    NoSignal,
    /// The browser does not let this page know.
    Refused,
}

/// Sharing of this phone's position. Cheap to copy.
#[derive(Clone, Copy)]
pub struct PositionSharing {
    health: RwSignal<Health>,
    unsent: RwSignal<usize>,
    newest: RwSignal<Option<ReportedFix>>,
}

/// A fix older than this says nothing about where something was done, seconds.
const FRESH_S: f64 = 60.0;

impl PositionSharing {
    /// Shares the courier's position while `is_active`.
    pub fn new(courier: Signal<Option<PersonId>>, is_active: Signal<bool>) -> Self {
        let sharing = Self {
            health: RwSignal::new(Health::Off),
            unsent: RwSignal::new(0),
            newest: RwSignal::new(None),
        };
        effect(move || {
            sharing.health.set(Health::Off);
            if let Some(courier) = courier.get()
                && is_active.get()
            {
                wake_lock::keep_screen_on();
                spawn_local_scoped_with_cancellation(sharing.share(courier, watch_network()));
            }
        });
        sharing
    }

    /// How it goes. Tracks.
    pub fn health(self) -> Health {
        self.health.get()
    }

    /// Positions that the server has not got yet. Tracks.
    pub fn unsent(self) -> usize {
        self.unsent.get()
    }

    /// Where the phone is now, or why that is not known. GPS is evidence, never made up.
    pub fn whereabouts(self, now: Timestamp) -> Whereabouts {
        let fresh = self
            .newest
            .get_untracked()
            .filter(|fix| now.seconds_since(fix.time) <= FRESH_S);
        let position = fresh.and_then(|fix| Position::new(fix.lat, fix.lon).ok());
        match (fresh, position) {
            (Some(fix), Some(position)) => Whereabouts::At {
                position,
                accuracy_m: fix.accuracy_m,
            },
            _ => Whereabouts::NoFix {
                reason: match self.health.get_untracked() {
                    Health::Refused => "location is blocked on the phone",
                    Health::NoSignal => "the phone does not know where it is",
                    Health::Off => "position sharing is off",
                    Health::Searching | Health::Shared(_) | Health::Offline => {
                        "the phone has no recent position"
                    }
                }
                .to_owned(),
            },
        }
    }

    async fn share(self, courier: PersonId, mut network: UnboundedReceiver<()>) {
        self.health.set(Health::Searching);
        let mut reporter = Reporter {
            sharing: self,
            outbox: Outbox::open(courier).await,
            pace: Pace::default(),
            failures: 0,
            server: Health::Searching,
            phone: Phone::Silent,
        };
        let Some((receiver, mut readings)) = Receiver::start() else {
            self.health.set(Health::Refused);
            return;
        };
        // What a page before this one could not send.
        let mut is_over = reporter.send_all().await.is_break();
        while !is_over {
            match reporter.wait(&mut readings, &mut network).await {
                Wake::Reading(reading) => is_over = reporter.take(reading).await.is_break(),
                Wake::Retry => is_over = reporter.send_all().await.is_break(),
                Wake::Silence => receiver.ask(),
            }
        }
        self.health.set(Health::Off);
    }
}

/// Why the reporter wakes.
enum Wake {
    Reading(Reading),
    /// The server may be there again.
    Retry,
    /// The phone has said nothing for an interval.
    Silence,
}

/// Breaks when there is nothing more to share.
type Flow = std::ops::ControlFlow<()>;

struct Reporter {
    sharing: PositionSharing,
    outbox: Outbox,
    pace: Pace,
    /// Reports in a row that did not arrive.
    failures: u32,
    /// How it goes as long as the phone knows where it is.
    server: Health,
    phone: Phone,
}

/// What the phone said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phone {
    /// Nothing yet.
    Silent,
    Knows,
    /// It did not know once: phones lose their signal for a moment all the time.
    Lost,
    DoesNotKnow,
    Refuses,
}

impl Phone {
    fn after(self, reading: Reading) -> Self {
        match (self, reading) {
            (_, Reading::Fix(_)) => Self::Knows,
            (Self::Knows, Reading::NoSignal) => Self::Lost,
            (_, Reading::NoSignal) => Self::DoesNotKnow,
            (_, Reading::Refused) => Self::Refuses,
        }
    }
}

impl Reporter {
    async fn wait(
        &self,
        readings: &mut UnboundedReceiver<Reading>,
        network: &mut UnboundedReceiver<()>,
    ) -> Wake {
        let (pause_ms, then) = if self.failures > 0 {
            (wait_ms(self.failures, js_sys::Math::random()), Wake::Retry)
        } else {
            (self.pace.interval_ms(), Wake::Silence)
        };
        select! {
            reading = readings.select_next_some() => Wake::Reading(reading),
            () = network.select_next_some() => Wake::Retry,
            () = TimeoutFuture::new(pause_ms).fuse() => then,
        }
    }

    async fn take(&mut self, reading: Reading) -> Flow {
        // What is refused now may be allowed later: the browser then goes on with the same watch, or the
        // page is loaded anew.
        self.phone = self.phone.after(reading);
        self.show();
        if let Reading::Fix(fix) = reading {
            self.sharing.newest.set(Some(fix));
        }
        match reading {
            Reading::Fix(fix) if self.pace.takes(&fix) => {
                self.outbox.push(fix).await;
                self.send_all().await
            }
            Reading::Fix(_) | Reading::NoSignal | Reading::Refused => Flow::Continue(()),
        }
    }

    /// Sends what is kept, oldest first, until all of it is acknowledged or one report fails.
    async fn send_all(&mut self) -> Flow {
        loop {
            let fixes = self.outbox.oldest(BATCH).await;
            let Some(last) = fixes.last().copied() else {
                self.sharing.unsent.set(0);
                return Flow::Continue(());
            };
            let answer = report_positions(fixes).await;
            let flow = self.answered(answer, &last).await;
            self.sharing.unsent.set(self.outbox.len().await);
            if self.failures > 0 || flow.is_break() {
                return flow;
            }
        }
    }

    async fn answered(&mut self, answer: Result<u32, ApiError>, last: &ReportedFix) -> Flow {
        match answer {
            Ok(next_interval_s) => {
                self.failures = 0;
                self.pace.set_interval_s(next_interval_s);
                self.outbox.forget_up_to(last).await;
                self.say(Health::Shared(last.time))
            }
            // The run is over, here or elsewhere: these positions are nobody's business.
            Err(ApiError::Conflict { .. }) => {
                self.outbox.forget_up_to(last).await;
                Flow::Break(())
            }
            // They are sent once this courier has signed in again.
            Err(ApiError::SignInNeeded | ApiError::Forbidden) => Flow::Break(()),
            // A batch that is refused as a whole would be refused for ever.
            Err(ApiError::Invalid { .. }) => {
                self.outbox.forget_up_to(last).await;
                Flow::Continue(())
            }
            Err(_) => {
                self.failures = self.failures.saturating_add(1);
                self.pace.go_offline();
                self.say(Health::Offline)
            }
        }
    }

    fn say(&mut self, health: Health) -> Flow {
        self.server = health;
        self.show();
        Flow::Continue(())
    }

    fn show(&self) {
        let health = match self.phone {
            Phone::Silent | Phone::Knows | Phone::Lost => self.server,
            Phone::DoesNotKnow => Health::NoSignal,
            Phone::Refuses => Health::Refused,
        };
        self.sharing.health.set(health);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_lost_for_a_moment_is_no_news() {
        let fix = Reading::Fix(ReportedFix {
            lat: 60.17,
            lon: 24.94,
            accuracy_m: 5.0,
            speed_mps: None,
            heading_deg: None,
            time: Timestamp::from_millis(0),
            seq: None,
        });
        let said = |readings: &[Reading]| {
            readings
                .iter()
                .fold(Phone::Silent, |phone, reading| phone.after(*reading))
        };
        assert_eq!(said(&[Reading::NoSignal]), Phone::DoesNotKnow);
        assert_eq!(said(&[fix, Reading::NoSignal]), Phone::Lost);
        assert_eq!(
            said(&[fix, Reading::NoSignal, Reading::NoSignal]),
            Phone::DoesNotKnow
        );
        assert_eq!(said(&[fix, Reading::NoSignal, fix]), Phone::Knows);
        assert_eq!(said(&[Reading::Refused, fix]), Phone::Knows);
    }
}
