//! Asks the phone, keeps what it says, and reports it.

use futures::channel::mpsc::UnboundedReceiver;
use futures::{FutureExt, StreamExt, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use porchlight_domain::fix::{FixRefusal, ReportedFix};
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;

use super::outbox::Outbox;
use super::pace::Pace;
use super::receiver::{Reading, Receiver};
use super::{Health, PositionSharing};
use crate::api::ApiError;
use crate::api::runs::{Reported, report_fixes};
use crate::clock::now;
use crate::live::wait_ms;

/// Fixes in one report at most; the server takes 500.
const BATCH: usize = 200;

/// What changes when and how often the phone is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// The network went or came back.
    Network,
    /// The page is looked at again.
    Looked,
    /// The server wants a report in each so many seconds.
    Wanted(u32),
    /// Nobody wants to know any more.
    Over,
    /// The phone has little power left, or no longer.
    Battery {
        /// Whether it has.
        is_low: bool,
    },
}

/// Why the reporter wakes.
enum Wake {
    Reading(Reading),
    Hint(Hint),
    /// The server may be there again.
    Retry,
    /// The phone has said nothing for an interval.
    Silence,
}

/// Breaks when there is nothing more to share.
type Flow = std::ops::ControlFlow<()>;

/// Reports for one run.
pub struct Reporter {
    sharing: PositionSharing,
    receiver: Receiver,
    readings: UnboundedReceiver<Reading>,
    hints: UnboundedReceiver<Hint>,
    outbox: Outbox,
    pace: Pace,
    /// Reports in a row that did not arrive.
    failures: u32,
    /// Until then none is tried after a failure, whatever the phone says meanwhile.
    not_before: Timestamp,
    /// When the phone is asked, if it says nothing by itself.
    ask_at: Timestamp,
    /// How it goes as long as the phone knows where it is.
    server: Health,
    /// What the server does not believe.
    doubt: Doubt,
    phone: Phone,
}

/// What the server said of the newest positions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Doubt {
    /// Reports in a row whose newest position was refused.
    reports: u32,
    /// The accuracy of the last one that was too rough, metres.
    rough_m: Option<f64>,
}

/// Phones jump now and then, and after so many jumps that agree the server believes them.
const JUMPS: u32 = 4;

impl Doubt {
    fn after(self, last: &ReportedFix, refused: Option<FixRefusal>) -> Self {
        let is_rough = refused == Some(FixRefusal::TooInaccurate);
        Self {
            reports: if refused.is_some() {
                self.reports + 1
            } else {
                0
            },
            rough_m: is_rough.then_some(last.accuracy_m),
        }
    }

    /// Whether the courier has to do something about it.
    fn is_lasting(self, reason: FixRefusal) -> bool {
        let is_the_phones = matches!(
            reason,
            FixRefusal::TooInaccurate | FixRefusal::FromTheFuture | FixRefusal::TooOld
        );
        is_the_phones || self.reports >= JUMPS
    }

    /// Whether a position is so much better that it is not to wait for its turn.
    fn is_answered_by(self, fix: &ReportedFix) -> bool {
        self.rough_m
            .is_some_and(|rough_m| fix.accuracy_m * 2.0 < rough_m)
    }
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
    /// Asks the phone; none where the browser has no such thing.
    pub async fn start(
        sharing: PositionSharing,
        courier: PersonId,
        hints: UnboundedReceiver<Hint>,
    ) -> Option<Self> {
        let outbox = Outbox::open(courier).await;
        let (receiver, readings) = Receiver::start()?;
        let pace = Pace::default();
        Some(Self {
            sharing,
            receiver,
            readings,
            hints,
            outbox,
            ask_at: pace.next_after(now()),
            pace,
            failures: 0,
            not_before: now(),
            server: Health::Searching,
            doubt: Doubt::default(),
            phone: Phone::Silent,
        })
    }

    /// Reports until there is nothing more to share, and says how it is then; none when it was told to end.
    pub async fn run(mut self) -> Option<Health> {
        // What a page before this one could not send.
        let mut flow = self.send_all().await;
        while flow.is_continue() {
            flow = match self.wait().await {
                Wake::Reading(reading) => self.take(reading).await,
                Wake::Hint(Hint::Over) => {
                    self.send_the_rest().await;
                    return None;
                }
                Wake::Hint(hint) => self.heed(hint).await,
                Wake::Retry => self.send_all().await,
                Wake::Silence => {
                    self.ask();
                    Flow::Continue(())
                }
            };
        }
        Some(Health::Off)
    }

    /// The run is over: what was kept of it is sent as soon as there is a network. The phone is not asked any more, and
    /// nothing is said on the page; whoever reports for the next run sends what is left.
    async fn send_the_rest(self) {
        let Self {
            sharing,
            mut outbox,
            ..
        } = self;
        let mut failures = 0_u32;
        while sharing.health.try_get_untracked() == Some(Health::Off) {
            let fixes = outbox.oldest(BATCH).await;
            let Some(last) = fixes.last().copied() else {
                return;
            };
            match report_fixes(fixes).await {
                Ok(_) | Err(ApiError::Invalid { .. }) => {
                    failures = 0;
                    outbox.forget_up_to(&last).await;
                }
                Err(ApiError::Conflict { .. }) => {
                    outbox.forget_all().await;
                    return;
                }
                Err(ApiError::SignInNeeded | ApiError::Forbidden) => return,
                Err(_) => {
                    failures = failures.saturating_add(1);
                    TimeoutFuture::new(wait_ms(failures, js_sys::Math::random())).await;
                }
            }
        }
    }

    async fn wait(&mut self) -> Wake {
        let retry_ms = (self.failures > 0).then(|| ms_until(self.not_before));
        let mut retry = std::pin::pin!(
            async {
                match retry_ms {
                    Some(ms) => TimeoutFuture::new(ms).await,
                    None => futures::future::pending().await,
                }
            }
            .fuse()
        );
        select! {
            reading = self.readings.select_next_some() => Wake::Reading(reading),
            hint = self.hints.select_next_some() => Wake::Hint(hint),
            () = retry => Wake::Retry,
            () = TimeoutFuture::new(ms_until(self.ask_at)).fuse() => Wake::Silence,
        }
    }

    /// Asks for a reading now.
    fn ask(&mut self) {
        self.receiver.ask();
        self.ask_at = self.pace.next_after(now());
    }

    async fn heed(&mut self, hint: Hint) -> Flow {
        match hint {
            Hint::Wanted(seconds) => {
                self.pace.set_interval_s(seconds);
                if self.pace.next_after(now()) < self.ask_at {
                    self.ask();
                }
            }
            Hint::Looked => {
                self.pace.take_next();
                self.ask();
            }
            Hint::Battery { is_low } => {
                self.pace.save(is_low);
                self.receiver.rest(is_low);
            }
            Hint::Network | Hint::Over => {}
        }
        // Either way the back-off was for another network.
        if self.failures > 0 && matches!(hint, Hint::Network | Hint::Looked) {
            self.not_before = now();
            return self.send_all().await;
        }
        Flow::Continue(())
    }

    async fn take(&mut self, reading: Reading) -> Flow {
        // What is refused now may be allowed later: the browser then goes on with the same watch, or the
        // page is loaded anew.
        self.phone = self.phone.after(reading);
        self.ask_at = self.pace.next_after(now());
        self.show();
        let Reading::Fix(fix) = reading else {
            return Flow::Continue(());
        };
        self.sharing.newest.try_set(Some(fix));
        if self.doubt.is_answered_by(&fix) {
            // Once: without a network there is no answer that it was good.
            self.doubt.rough_m = None;
            self.pace.take_next();
        }
        if !self.pace.takes(&fix) {
            return Flow::Continue(());
        }
        self.outbox.push(fix).await;
        if self.failures > 0 && now() < self.not_before {
            self.sharing.unsent.try_set(self.outbox.len().await);
            return Flow::Continue(());
        }
        self.send_all().await
    }

    /// Sends what is kept, oldest first, until all of it is acknowledged or one report fails.
    async fn send_all(&mut self) -> Flow {
        loop {
            let fixes = self.outbox.oldest(BATCH).await;
            let Some(last) = fixes.last().copied() else {
                self.sharing.unsent.try_set(0);
                self.failures = 0;
                return Flow::Continue(());
            };
            let answer = report_fixes(fixes).await;
            let flow = self.answered(answer, &last).await;
            self.sharing.unsent.try_set(self.outbox.len().await);
            if self.failures > 0 || flow.is_break() {
                return flow;
            }
        }
    }

    async fn answered(&mut self, answer: Result<Reported, ApiError>, last: &ReportedFix) -> Flow {
        match answer {
            Ok(reported) => {
                self.failures = 0;
                self.pace.set_interval_s(reported.next_interval_s);
                self.outbox.forget_up_to(last).await;
                self.doubt = self.doubt.after(last, reported.newest_refused);
                let lasting = reported
                    .newest_refused
                    .filter(|reason| self.doubt.is_lasting(*reason));
                match (lasting, reported.believed_at) {
                    (Some(reason), _) => self.say(Health::NotBelieved(reason)),
                    (None, Some(at)) => self.say(Health::Shared(at)),
                    (None, None) if self.server == Health::Offline => self.say(Health::Searching),
                    (None, None) => Flow::Continue(()),
                }
            }
            // The run is over, here or elsewhere: these positions, and all behind them, are nobody's business.
            Err(ApiError::Conflict { .. }) => {
                self.outbox.forget_all().await;
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
                let pause_ms = wait_ms(self.failures, js_sys::Math::random());
                self.not_before = now().plus_s(f64::from(pause_ms) / 1000.0);
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
        self.sharing.health.try_set(health);
    }
}

fn ms_until(moment: Timestamp) -> u32 {
    u32::try_from(moment.millis() - now().millis()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_no_news_and_a_rough_place_or_a_wrong_clock_is() {
        let fix = |accuracy_m| ReportedFix {
            lat: 60.17,
            lon: 24.94,
            accuracy_m,
            speed_mps: None,
            heading_deg: None,
            time: Timestamp::from_millis(0),
            seq: None,
        };
        let jump = FixRefusal::ImpossibleJump;
        let mut doubt = Doubt::default();
        for number in 1..=JUMPS {
            doubt = doubt.after(&fix(5.0), Some(jump));
            assert_eq!(doubt.is_lasting(jump), number == JUMPS);
        }
        doubt = doubt.after(&fix(5.0), None);
        assert_eq!(doubt, Doubt::default());
        let rough = doubt.after(&fix(900.0), Some(FixRefusal::TooInaccurate));
        assert!(rough.is_lasting(FixRefusal::TooInaccurate));
        assert!(rough.is_answered_by(&fix(20.0)) && !rough.is_answered_by(&fix(800.0)));
        assert!(doubt.is_lasting(FixRefusal::FromTheFuture));
        assert!(!doubt.is_answered_by(&fix(1.0)));
    }

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
