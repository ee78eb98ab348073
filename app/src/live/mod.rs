//! The one client-side store that pages live from.
//!
//! It owns the event stream, says how the connection is, and keeps a signal for each delivery a
//! page follows. Pages seed it with what the server rendered and from then on only read.

mod backoff;
mod connection;
mod state;

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use porchlight_domain::delivery::Status;
use porchlight_domain::event::{Envelope, Fact};
use porchlight_domain::geofence::Arrival;
use porchlight_domain::reference::Reference;

use crate::api::account::who_am_i;
use crate::components::effect;
pub use backoff::wait_ms;
pub use connection::{Scope, watch_network};
pub use state::TrackingState;

/// How the connection to the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not yet opened.
    Connecting,
    /// The stream is open: what is shown is true now.
    Live,
    /// The stream broke and is being opened again.
    Reconnecting,
    /// The stream can't be opened; the page asks every few seconds instead.
    Polling,
    /// The device has no network.
    Offline,
}

/// Something a person is told the moment it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The parcel went out for delivery.
    OutForDelivery,
    /// The courier is nearly there.
    Near,
    /// The courier is at the door.
    AtTheDoor,
    /// The parcel was handed over.
    Delivered,
    /// The courier came and could not deliver.
    Failed,
    /// It was neither: it is still on the van.
    Corrected,
    /// It can be collected at a post office.
    Held,
}

impl News {
    fn of(fact: &Fact) -> Option<Self> {
        match fact {
            Fact::StatusChanged { to, .. } => match to {
                Status::OutForDelivery => Some(Self::OutForDelivery),
                Status::Delivered => Some(Self::Delivered),
                Status::Failed => Some(Self::Failed),
                Status::Held => Some(Self::Held),
                _ => None,
            },
            Fact::StatusCorrected { .. } => Some(Self::Corrected),
            // One that was reported late is no news.
            Fact::CourierArriving {
                arrival,
                done_at: None,
                ..
            } => Some(match arrival {
                Arrival::Near => Self::Near,
                Arrival::AtTheDoor => Self::AtTheDoor,
            }),
            _ => None,
        }
    }
}

/// News on the screen until it is dismissed or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Counts up, so that the same news twice is announced twice.
    pub number: u32,
    /// What happened.
    pub news: News,
    /// To which delivery.
    pub delivery: Reference,
}

/// The store. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Live {
    link: RwSignal<Link>,
    notice: RwSignal<Option<Notice>>,
    resync: RwSignal<u32>,
    changes: RwSignal<u32>,
    /// Counts what happened to something else than a delivery.
    others: RwSignal<u32>,
    /// How many notifications are not read, once the stream or the server said so.
    unread: RwSignal<Option<u32>>,
    /// Counts what happened to notifications.
    told: RwSignal<u32>,
    /// Counts what was chosen of how they are told.
    chosen: RwSignal<u32>,
    /// Whether a page was here that asks again: its successors are rendered from newer answers.
    has_had_page: StoredValue<bool>,
    followed: StoredValue<HashMap<Reference, ArcRwSignal<TrackingState>>>,
    /// To whom something happened before any page followed them.
    missed: StoredValue<HashSet<Reference>>,
    last_event: StoredValue<Option<String>>,
    is_leaving: StoredValue<bool>,
    /// Whether news are not shown.
    is_quiet: StoredValue<bool>,
}

/// Makes the store of the page.
pub fn provide_live() {
    provide_context(Live {
        link: RwSignal::new(Link::Connecting),
        notice: RwSignal::new(None),
        resync: RwSignal::new(0),
        changes: RwSignal::new(0),
        others: RwSignal::new(0),
        unread: RwSignal::new(None),
        told: RwSignal::new(0),
        chosen: RwSignal::new(0),
        has_had_page: StoredValue::new(false),
        followed: StoredValue::new(HashMap::new()),
        missed: StoredValue::new(HashSet::new()),
        last_event: StoredValue::new(None),
        is_leaving: StoredValue::new(false),
        is_quiet: StoredValue::new(false),
    });
}

/// The page's store.
pub fn use_live() -> Live {
    expect_context()
}

impl Live {
    /// How the connection is.
    pub fn link(self) -> ReadSignal<Link> {
        self.link.read_only()
    }

    /// The latest news, until dismissed.
    pub fn notice(self) -> ReadSignal<Option<Notice>> {
        self.notice.read_only()
    }

    /// Takes the news off the screen.
    pub fn dismiss_notice(self) {
        self.notice.set(None);
    }

    /// Does something whenever the page should ask the server again: after a gap that the stream can't
    /// fill, and while the stream can't be opened. To be said before the page follows anything: that
    /// may find a gap already.
    pub fn on_resync(self, act: impl Fn() + 'static) {
        self.on_another(move || self.resync.get(), act);
    }

    /// Does something whenever any delivery may be another than before, those no page follows among
    /// them: one may be new. A courier who merely moved is not meant.
    ///
    /// What `act` spawns in its scope is cancelled when it is called again.
    pub fn on_change(self, act: impl Fn() + 'static) {
        self.on_another(move || (self.resync.get(), self.changes.get()), act);
    }

    /// Does something whenever something else than a delivery may be another than before: a run, or who watches a
    /// courier.
    pub fn on_other_change(self, act: impl Fn() + 'static) {
        self.on_another(move || (self.resync.get(), self.others.get()), act);
    }

    /// Does something whenever notifications may be others than before.
    pub fn on_told(self, act: impl Fn() + 'static) {
        self.on_another(move || (self.resync.get(), self.told.get()), act);
    }

    /// Does something whenever it may have been chosen anew how they are told.
    pub fn on_chosen(self, act: impl Fn() + 'static) {
        self.on_another(move || (self.resync.get(), self.chosen.get()), act);
    }

    /// How many notifications are not read; none until something changes. Tracks.
    pub fn unread(self) -> Option<u32> {
        self.unread.get()
    }

    /// Asks how many notifications are not read whenever the stream can't tell.
    pub fn keep_unread(self) {
        effect(move || {
            if self.resync.get() > 0 {
                leptos::reactive::spawn_local_scoped_with_cancellation(async move {
                    if let Ok(Some(me)) = who_am_i().await {
                        self.unread.set(Some(me.unread));
                    }
                });
            }
        });
    }

    /// Opens the stream and keeps it open until the current owner goes. Only a browser does this.
    pub fn connect(self, scope: Scope) {
        connection::keep_open(self, scope);
    }

    /// The same for someone who is told nothing: pages only hear that something changed.
    pub fn connect_quietly(self, scope: Scope) {
        self.is_quiet.set_value(true);
        on_cleanup(move || {
            self.is_quiet.try_set_value(false);
        });
        self.connect(scope);
    }

    /// Whether the person is signing out: a stream that ends then is not opened again.
    pub fn set_leaving(self, is_leaving: bool) {
        self.is_leaving.set_value(is_leaving);
    }

    /// What is known of a delivery, from now on: what a page was rendered with, and what comes.
    pub fn follow(self, reference: Reference, seen: TrackingState) -> ArcRwSignal<TrackingState> {
        let known = self.followed.with_value(|all| all.get(&reference).cloned());
        if let Some(state) = known {
            state.update(|state| state.refresh(seen));
            return state;
        }
        let state = ArcRwSignal::new(seen);
        let kept = state.clone();
        // Whatever it was, the answer that this was seen in may be older.
        let has_missed = self.missed.try_update_value(|all| all.remove(&reference));
        if has_missed == Some(true) {
            self.ask_again();
        }
        self.followed.update_value(|all| {
            all.insert(reference, kept);
        });
        state
    }

    /// Takes one message of the stream; `seq` is its number in the log, when it is logged.
    fn take(self, envelope: &Envelope, seq: Option<i64>) {
        if let Fact::NotificationCreated { unread, .. } | Fact::NotificationSeen { unread } =
            &envelope.fact
        {
            self.unread.set(Some(*unread));
            return increase(self.told);
        }
        let Ok(reference) = envelope.subject.parse::<Reference>() else {
            let is_choice = matches!(envelope.fact, Fact::NotificationPreferencesChanged {});
            return increase(if is_choice { self.chosen } else { self.others });
        };
        let state = self.followed.with_value(|all| all.get(&reference).cloned());
        let is_new = match state {
            Some(state) => self.apply(&state, envelope, seq),
            None => self.note_missed(reference, seq),
        };
        if !is_new {
            return;
        }
        if let Some(news) = News::of(&envelope.fact).filter(|_| !self.is_quiet.get_value()) {
            self.announce(reference, news);
        }
        if seq.is_some() {
            increase(self.changes);
        }
    }

    /// A delivery no page shows: its news are news all the same.
    fn note_missed(self, reference: Reference, seq: Option<i64>) -> bool {
        if seq.is_some() {
            self.missed.update_value(|all| {
                all.insert(reference);
            });
        }
        true
    }

    fn apply(
        self,
        state: &ArcRwSignal<TrackingState>,
        envelope: &Envelope,
        seq: Option<i64>,
    ) -> bool {
        let applied = state
            .try_maybe_update(|state| {
                let applied = state.apply(envelope, seq);
                (applied.changed, applied)
            })
            .unwrap_or_default();
        if applied.incomplete {
            self.ask_again();
        }
        applied.changed
    }

    fn announce(self, delivery: Reference, news: News) {
        self.notice.update(|notice| {
            let number = notice.map_or(0, |notice| notice.number.wrapping_add(1));
            *notice = Some(Notice {
                number,
                news,
                delivery,
            });
        });
    }

    fn ask_again(self) {
        increase(self.resync);
    }

    /// Does something when what is read is another than when the page was rendered.
    fn on_another<T: PartialEq + Default + 'static>(
        self,
        read: impl Fn() -> T + 'static,
        act: impl Fn() + 'static,
    ) {
        // The first page was rendered by the server before there was a stream, and its code may come
        // later than what the stream had to say.
        let is_first = !self.has_had_page.get_value();
        self.has_had_page.set_value(true);
        let mut known = if is_first {
            T::default()
        } else {
            untrack(&read)
        };
        effect(move || {
            let now = read();
            if now != known {
                known = now;
                act();
            }
        });
    }
}

fn increase(count: RwSignal<u32>) {
    count.update(|count| *count = count.wrapping_add(1));
}
