//! The courier's phone says where it is, from the start of the run to its end.
//!
//! Each fix is kept on the phone until the server has acknowledged it; after a dead zone they are sent
//! in order. A position is never made up: where the phone has none, none is sent, and the page says so.

mod battery;
mod outbox;
mod pace;
mod receiver;
mod reporter;
mod wake_lock;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_domain::delivery::Whereabouts;
use porchlight_domain::fix::{FixRefusal, ReportedFix};
use porchlight_domain::geo::Position;
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;

use crate::components::effect;
use reporter::{Hint, Reporter};

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
    /// What the phone says of where it is can't be right, or is too coarse.
    NotBelieved(FixRefusal),
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
    /// Whether the battery is low, and the phone is asked less often.
    is_saving: RwSignal<bool>,
}

/// A fix older than this says nothing about where something was done, seconds.
const FRESH_S: f64 = 60.0;

impl PositionSharing {
    /// Shares the courier's position while `is_active`, as often as the server wants it by now.
    pub fn new(
        courier: Signal<Option<PersonId>>,
        is_active: Signal<bool>,
        wanted_s: Signal<Option<u32>>,
    ) -> Self {
        let sharing = Self {
            health: RwSignal::new(Health::Off),
            unsent: RwSignal::new(0),
            newest: RwSignal::new(None),
            is_saving: RwSignal::new(false),
        };
        effect(move || {
            sharing.health.set(Health::Off);
            if let Some(courier) = courier.get()
                && is_active.get()
            {
                wake_lock::keep_screen_on();
                let hints = sharing.listen_for_hints(wanted_s);
                // Told when it is over, and not cancelled: the phone's storage is to be left at rest.
                spawn_local(sharing.share(courier, hints));
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

    /// Where the phone was last. Tracks.
    pub fn newest(self) -> Option<ReportedFix> {
        self.newest.get()
    }

    /// Whether the phone is asked less often because its battery is low. Tracks.
    pub fn is_saving(self) -> bool {
        self.is_saving.get()
    }

    /// Where the phone is now, or why that is not known. GPS is evidence, never made up.
    pub fn whereabouts(self, now: Timestamp) -> Whereabouts {
        let fresh = self
            .newest
            .get_untracked()
            .filter(|fix| now.seconds_since(fix.time).abs() <= FRESH_S);
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
                    Health::Searching
                    | Health::Shared(_)
                    | Health::NotBelieved(_)
                    | Health::Offline => "the phone has no recent position",
                }
                .to_owned(),
            },
        }
    }

    /// What changes when and how often the phone is asked, until the current owner goes.
    fn listen_for_hints(self, wanted_s: Signal<Option<u32>>) -> UnboundedReceiver<Hint> {
        let (sender, hints) = unbounded();
        let tell = move |sender: &UnboundedSender<Hint>, hint| {
            // Nobody reports any more once the run is over.
            let _ = sender.unbounded_send(hint);
        };
        let wanted = sender.clone();
        effect(move || {
            if let Some(seconds) = wanted_s.get() {
                tell(&wanted, Hint::Wanted(seconds));
            }
        });
        let events = [
            ("online", Hint::Network),
            ("offline", Hint::Network),
            // A page that was hidden may have been asleep for hours.
            ("visibilitychange", Hint::Looked),
            ("pageshow", Hint::Looked),
        ];
        let listeners = events.map(|(event, hint)| {
            let sender = sender.clone();
            window_event_listener_untyped(event, move |_| {
                if hint != Hint::Looked || !document().hidden() {
                    tell(&sender, hint);
                }
            })
        });
        let over = sender.clone();
        on_cleanup(move || {
            listeners.into_iter().for_each(WindowListenerHandle::remove);
            tell(&over, Hint::Over);
        });
        battery::watch(move |is_low| {
            let _ = self.is_saving.try_set(is_low);
            tell(&sender, Hint::Battery { is_low });
        });
        hints
    }

    async fn share(self, courier: PersonId, hints: UnboundedReceiver<Hint>) {
        self.health.set(Health::Searching);
        let health = match Reporter::start(self, courier, hints).await {
            Some(reporter) => reporter.run().await,
            None => Some(Health::Refused),
        };
        // Else there is another run by now, or no page.
        if let Some(health) = health {
            self.health.try_set(health);
        }
    }
}
