//! What the courier does: shown at once, kept on the phone, and sent in order until the server has taken it.
//!
//! Every step has a key, so that the server takes it once however often it is sent. It waits for a few
//! seconds before the first time, in which it can be undone without anybody having heard of it.

mod background;
mod bar;
mod outbox;
mod sending;

use std::collections::BTreeSet;

use futures::channel::mpsc::{UnboundedSender, unbounded};
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use leptos::task::spawn_local;
use porchlight_domain::action::{IdempotencyKey, Step};
use porchlight_domain::delivery::{PictureHash, Status};
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::RunView;

use crate::app_icon::show_on_app_icon;
use crate::clock::now;
use crate::components::effect;
use crate::live::watch_network;
use crate::pages::courier::pictures::Shots;
use crate::phone;
pub use bar::StepBar;
use outbox::{Kept, Outbox};

/// What keeps steps from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The server is not reached.
    Offline,
    /// The session is over.
    SignIn,
}

/// The steps of this phone. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Steps {
    courier: Signal<Option<PersonId>>,
    /// In the order they were done.
    kept: RwSignal<Vec<Kept>>,
    /// Taken by the server, and perhaps not in the run that is shown yet.
    taken: RwSignal<Vec<Step>>,
    /// Those that are on their way: too late to undo.
    on_its_way: RwSignal<Vec<IdempotencyKey>>,
    /// Messages that nobody has read, which the app's icon counts too.
    unread: RwSignal<u32>,
    progress: StoredValue<Progress>,
    trouble: RwSignal<Option<Trouble>>,
    keeping: RwSignal<Keeping>,
    /// The page is being left: nothing waits for an undo any more.
    is_leaving: StoredValue<bool>,
    wake: StoredValue<Option<UnboundedSender<()>>>,
}

/// How well the phone keeps them.
#[derive(Debug, Clone, Copy, Default)]
struct Keeping {
    /// Whether it can't.
    is_forgetful: bool,
    /// How many another version kept that this one can't read.
    unreadable: usize,
}

/// How far sending has come.
struct Progress {
    /// What was done until then may have reached the server, though nobody heard so.
    sent_until: Timestamp,
    /// Pictures that the server has.
    pictures: Vec<PictureHash>,
    /// How many are sent in one request: one by one where a request was refused as a whole.
    at_once: usize,
}

impl Steps {
    /// Sends the courier's steps, those of earlier visits first.
    pub fn new(courier: Signal<Option<PersonId>>) -> Self {
        let steps = Self {
            courier,
            kept: RwSignal::new(Vec::new()),
            taken: RwSignal::new(Vec::new()),
            on_its_way: RwSignal::new(Vec::new()),
            unread: RwSignal::new(0),
            progress: StoredValue::new(Progress {
                sent_until: Timestamp::from_millis(0),
                pictures: Vec::new(),
                at_once: phone::STEPS_AT_ONCE,
            }),
            trouble: RwSignal::new(None),
            keeping: RwSignal::new(Keeping::default()),
            is_leaving: StoredValue::new(false),
            wake: StoredValue::new(None),
        };
        effect(move || {
            if let Some(courier) = courier.get() {
                let (wake, wakes) = unbounded();
                steps.wake.set_value(Some(wake));
                steps.send_when_leaving();
                spawn_local_scoped_with_cancellation(steps.send(courier, wakes, watch_network()));
            }
        });
        effect(move || {
            let unsent = u32::try_from(steps.unsent()).unwrap_or(u32::MAX);
            show_on_app_icon(unsent.saturating_add(steps.unread.get()));
        });
        steps
    }

    /// Counts unread messages on the app's icon, beside what is not sent yet: it has one number.
    pub fn count_unread(self, unread: u32) {
        // The page, and its icon with it, may be on its way out.
        self.unread.try_set(unread);
    }

    /// Does a step, at an address or at none.
    pub fn take(self, step: Step, place: String) {
        self.take_with(step, place, Shots::default());
    }

    /// Does a step that names pictures.
    pub fn take_with(self, step: Step, place: String, shots: Shots) {
        let Some(kept) = self.new_kept(step, place, shots) else {
            return;
        };
        self.kept.update(|all| all.push(kept.clone()));
        self.look();
        self.with_outbox(async move |outbox| {
            if !outbox.put(&kept).await {
                self.can_not_keep();
            }
        });
    }

    /// A step that is done now, behind all others.
    fn new_kept(self, step: Step, place: String, shots: Shots) -> Option<Kept> {
        let key = IdempotencyKey::parse(&new_key()).ok()?;
        let last = self
            .kept
            .with_untracked(|kept| kept.last().map(|last| last.done_at));
        let after_last = last.map(|last| Timestamp::from_millis(last.millis() + 1));
        Some(Kept {
            key,
            done_at: now().max(after_last.unwrap_or_else(now)),
            step,
            place,
            shots,
            refused: None,
        })
    }

    /// Undoes a step, or puts aside one that was refused. One that may have reached the server is withdrawn there: if
    /// the server has taken it, the courier is told so.
    pub fn undo(self, key: &IdempotencyKey) {
        let is_on_its_way = self.on_its_way.with_untracked(|sent| sent.contains(key));
        let Some(kept) = self.kept_under(key).filter(|_| !is_on_its_way) else {
            return;
        };
        if !waits(&kept) || kept.done_at > self.sent_until() {
            self.drop_kept(key);
            self.with_outbox(async move |outbox| outbox.forget(&[kept]).await);
            return;
        }
        let step = Step::Withdraw { key: key.clone() };
        let Some(withdrawal) = self.new_kept(step, kept.place.clone(), Shots::default()) else {
            return;
        };
        self.drop_kept(key);
        self.kept.update(|all| all.push(withdrawal.clone()));
        self.look();
        self.with_outbox(async move |outbox| {
            // A phone that dies in between has both, and the outbox knows what that means.
            if outbox.put(&withdrawal).await {
                outbox.forget(&[kept]).await;
            } else {
                self.can_not_keep();
            }
        });
    }

    fn can_not_keep(self) {
        self.keeping
            .try_update(|keeping| keeping.is_forgetful = true);
    }

    fn drop_kept(self, key: &IdempotencyKey) {
        self.kept
            .update(|all| all.retain(|other| other.key != *key));
    }

    /// What was done until then may reach the server from now on.
    fn are_sent_until(self, done_at: Timestamp) {
        self.progress
            .update_value(|progress| progress.sent_until = done_at.max(progress.sent_until));
    }

    fn sent_until(self) -> Timestamp {
        self.progress.with_value(|progress| progress.sent_until)
    }

    /// Everything that is kept may reach the server from now on.
    fn may_all_be_sent(self) {
        let last = self
            .kept
            .with_untracked(|all| all.last().map(|kept| kept.done_at));
        if let Some(last) = last {
            self.are_sent_until(last);
        }
    }

    /// What the server does not have yet and may still take, oldest first. Tracks.
    fn unsent_steps(self) -> Vec<Kept> {
        self.kept
            .with(|all| all.iter().filter(|kept| waits(kept)).cloned().collect())
    }

    /// How many that are. Tracks.
    pub fn unsent(self) -> usize {
        self.kept
            .with(|all| all.iter().filter(|kept| waits(kept)).count())
    }

    /// What the server did not take. Tracks.
    fn refused_steps(self) -> Vec<Kept> {
        let is_refused = |kept: &&Kept| kept.refused.is_some();
        self.kept
            .with(|all| all.iter().filter(is_refused).cloned().collect())
    }

    /// The run with everything that was done since. Tracks.
    pub fn shown_on(self, mut run: RunView) -> RunView {
        self.taken
            .with(|taken| taken.iter().for_each(|step| step.show_on(&mut run)));
        self.kept.with(|all| {
            for kept in all.iter().filter(|kept| waits(kept)) {
                kept.step.show_on(&mut run);
            }
        });
        run
    }

    /// The parcels that these steps send to another place, or off the run. Tracks.
    pub fn redirected(self) -> BTreeSet<Reference> {
        let is_one = |step: &Step| match step {
            Step::TakeToOffice { reference, .. } => Some(*reference),
            Step::ChangeStatus { reference, change } if change.to == Status::InTransit => {
                Some(*reference)
            }
            _ => None,
        };
        let taken: Vec<_> = self
            .taken
            .with(|taken| taken.iter().filter_map(is_one).collect());
        let kept = self.kept.with(|all| {
            all.iter()
                .filter(|kept| waits(kept))
                .filter_map(|kept| is_one(&kept.step))
                .collect()
        });
        [taken, kept].into_iter().flatten().collect()
    }

    /// How many were taken since the run that is shown was asked for; none where the page is gone. Tracks.
    pub fn taken(self) -> usize {
        self.taken.try_with(Vec::len).unwrap_or_default()
    }

    /// A run was loaded that has the first so many of them in it.
    pub fn are_in_the_run(self, count: usize) {
        if count > 0 {
            self.taken
                .update(|taken| drop(taken.drain(..count.min(taken.len()))));
        }
    }

    fn kept_under(self, key: &IdempotencyKey) -> Option<Kept> {
        self.kept
            .with_untracked(|all| all.iter().find(|kept| kept.key == *key).cloned())
    }

    /// Does something with the phone's outbox, beside whatever is being sent.
    fn with_outbox<W>(self, work: impl FnOnce(Outbox) -> W + 'static)
    where
        W: Future<Output = ()> + 'static,
    {
        if let Some(courier) = self.courier.get_untracked() {
            spawn_local(async move { work(Outbox::open(courier).await).await });
        }
    }

    fn look(self) {
        self.wake.with_value(|wake| {
            if let Some(wake) = wake {
                // Nobody sends any more once the page is gone.
                let _ = wake.unbounded_send(());
            }
        });
    }

    /// A phone that is locked or put away may never wake this page again.
    fn send_when_leaving(self) {
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            let is_hidden = document().hidden();
            self.is_leaving.set_value(is_hidden);
            if is_hidden {
                self.look();
                // The worker sends for a page that nobody looks at.
                self.may_all_be_sent();
                if untrack(|| self.unsent()) > 0 {
                    background::send_when_online();
                }
            }
        });
        on_cleanup(move || listener.remove());
    }
}

/// Whether the server may still take it.
fn waits(kept: &Kept) -> bool {
    kept.refused.is_none()
}

/// Only its owner's keys can meet, and it is no secret: 104 random bits are plenty.
fn new_key() -> String {
    let random = || js_sys::Math::random().to_bits();
    format!("{:016x}{:016x}", random(), random())
}
