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
use porchlight_domain::fix::ReportedFix;
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
}

impl PositionSharing {
    /// Shares the courier's position while `is_active`.
    pub fn new(courier: Signal<Option<PersonId>>, is_active: Signal<bool>) -> Self {
        let sharing = Self {
            health: RwSignal::new(Health::Off),
            unsent: RwSignal::new(0),
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

    async fn share(self, courier: PersonId, mut network: UnboundedReceiver<()>) {
        self.health.set(Health::Searching);
        let mut reporter = Reporter {
            sharing: self,
            outbox: Outbox::open(courier).await,
            pace: Pace::default(),
            failures: 0,
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
        match reading {
            Reading::Fix(fix) if self.pace.takes(&fix) => {
                self.outbox.push(fix).await;
                self.send_all().await
            }
            Reading::Fix(_) => Flow::Continue(()),
            Reading::NoSignal => self.say(Health::NoSignal),
            // It may be allowed later: the browser then goes on with the same watch, or the page is
            // loaded anew.
            Reading::Refused => self.say(Health::Refused),
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
            Err(ApiError::Conflict { .. } | ApiError::SignInNeeded | ApiError::Forbidden) => {
                self.outbox.forget_up_to(last).await;
                Flow::Break(())
            }
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

    fn say(&self, health: Health) -> Flow {
        self.sharing.health.set(health);
        Flow::Continue(())
    }
}
