//! What the courier does: shown at once, kept on the phone, and sent in order until the server has taken it.
//!
//! Every step has a key, so that the server takes it once however often it is sent. It waits for a few
//! seconds before the first time, in which it can be undone without anybody having heard of it.

mod background;
mod bar;
mod outbox;
mod turn;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::pending;
use futures::{FutureExt, StreamExt, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use leptos::task::spawn_local;
use porchlight_domain::action::{Action, IdempotencyKey, Outcome, Refused, Step};
use porchlight_domain::delivery::{PictureHash, Proof};
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::RunView;
use wasm_bindgen::{JsCast, JsValue};

use crate::api::ApiError;
use crate::api::runs::take_all;
use crate::clock::now;
use crate::components::effect;
use crate::live::{wait_ms, watch_network};
use crate::pages::courier::pictures::{Shots, upload};
use crate::phone;
pub use bar::StepBar;
use outbox::{Kept, Outbox};

/// How long a step can be undone before it is sent, seconds.
const UNDO_S: f64 = 5.0;

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
    /// Pictures that the server has.
    sent_pictures: StoredValue<Vec<PictureHash>>,
    trouble: RwSignal<Option<Trouble>>,
    /// Whether the phone can't keep them.
    is_forgetful: RwSignal<bool>,
    /// The page is being left: nothing waits for an undo any more.
    is_leaving: StoredValue<bool>,
    /// How many are sent in one request: one by one where a request was refused as a whole.
    at_once: StoredValue<usize>,
    wake: StoredValue<Option<UnboundedSender<()>>>,
}

impl Steps {
    /// Sends the courier's steps, those of earlier visits first.
    pub fn new(courier: Signal<Option<PersonId>>) -> Self {
        let steps = Self {
            courier,
            kept: RwSignal::new(Vec::new()),
            taken: RwSignal::new(Vec::new()),
            on_its_way: RwSignal::new(Vec::new()),
            sent_pictures: StoredValue::new(Vec::new()),
            at_once: StoredValue::new(phone::STEPS_AT_ONCE),
            trouble: RwSignal::new(None),
            is_forgetful: RwSignal::new(false),
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
        effect(move || show_badge(steps.unsent()));
        steps
    }

    /// Does a step, at an address or at none.
    pub fn take(self, step: Step, place: String) {
        self.take_with(step, place, Shots::default());
    }

    /// Does a step that names pictures.
    pub fn take_with(self, step: Step, place: String, shots: Shots) {
        let Ok(key) = IdempotencyKey::parse(&new_key()) else {
            return;
        };
        let last = self
            .kept
            .with_untracked(|kept| kept.last().map(|last| last.done_at));
        let after_last = last.map(|last| Timestamp::from_millis(last.millis() + 1));
        let kept = Kept {
            key,
            done_at: now().max(after_last.unwrap_or_else(now)),
            step,
            place,
            shots,
            refused: None,
        };
        self.kept.update(|all| all.push(kept.clone()));
        self.look();
        self.with_outbox(async move |outbox| {
            if !outbox.put(&kept).await {
                self.is_forgetful.try_set(true);
            }
        });
    }

    /// Undoes a step that was not sent, or puts aside one that was refused.
    pub fn undo(self, key: &IdempotencyKey) {
        let is_sent = self.on_its_way.with_untracked(|sent| sent.contains(key));
        if let Some(kept) = self.kept_under(key).filter(|_| !is_sent) {
            self.kept
                .update(|all| all.retain(|other| other.key != *key));
            self.with_outbox(async move |outbox| outbox.forget(&[kept]).await);
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

    /// How many were taken since the run that is shown was asked for. Tracks.
    pub fn taken(self) -> usize {
        self.taken.with(Vec::len)
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
                if untrack(|| self.unsent()) > 0 {
                    background::send_when_online();
                }
            }
        });
        on_cleanup(move || listener.remove());
    }

    async fn send(
        self,
        courier: PersonId,
        mut wakes: UnboundedReceiver<()>,
        mut network: UnboundedReceiver<()>,
    ) {
        let outbox = Outbox::open(courier).await;
        let earlier = outbox.all().await;
        self.kept.update(|all| {
            all.retain(|kept| earlier.iter().all(|known| known.key != kept.key));
            all.splice(..0, earlier);
        });
        let (mut failures, mut not_before) = (0, Timestamp::from_millis(0));
        while self.trouble.get_untracked() != Some(Trouble::SignIn) {
            let next = self
                .kept
                .with_untracked(|all| all.iter().find(|kept| waits(kept)).cloned());
            let pause_ms = next.as_ref().map(|next| self.pause_ms(next, not_before));
            match (next, pause_ms) {
                (Some(_), Some(0)) => {
                    failures = if self.send_due(&outbox, not_before).await {
                        0
                    } else {
                        failures + 1
                    };
                    let pause_ms = match failures {
                        0 => 0,
                        _ => wait_ms(failures, js_sys::Math::random()),
                    };
                    not_before = now().plus_s(f64::from(pause_ms) / 1000.0);
                }
                (_, pause_ms) => {
                    select! {
                        () = wakes.select_next_some() => {}
                        // There is a network, or none: either way the back-off was for another one.
                        () = network.select_next_some() => not_before = now(),
                        () = pause(pause_ms).fuse() => {}
                    }
                }
            }
        }
    }

    /// How long until a step may be sent, milliseconds.
    fn pause_ms(self, next: &Kept, not_before: Timestamp) -> u32 {
        let can_be_undone = is_undoable(&next.step) && !self.is_leaving.get_value();
        let undo_s = if can_be_undone { UNDO_S } else { 0.0 };
        let from = next.done_at.plus_s(undo_s).max(not_before);
        u32::try_from(from.millis() - now().millis()).unwrap_or(0)
    }

    /// Sends what may be sent, oldest first, as much as goes into one request. False when that must be sent again.
    async fn send_due(self, outbox: &Outbox, not_before: Timestamp) -> bool {
        let turn = turn::turn().await;
        let mut due = self.due(not_before);
        if due.is_empty() {
            return true;
        }
        let keys = due.iter().map(|kept| kept.key.clone()).collect();
        self.on_its_way.set(keys);
        let answer = match self.send_shots(&mut due).await {
            Ok(()) => take_all(due.iter().map(|kept| kept.action(now())).collect()).await,
            // The parcel is somebody else's now, and so the step will be refused as well.
            Err(ApiError::NotFound) => Ok(vec![Outcome::Refused(Refused {
                why: None,
                is_mendable: false,
            })]),
            Err(error) => Err(error),
        };
        let is_sent = self.answered(outbox, due, answer).await;
        self.on_its_way.set(Vec::new());
        drop(turn);
        is_sent
    }

    /// Sends the pictures of steps. Where one does not get through, the steps from there on wait; an error when
    /// that is the first.
    async fn send_shots(self, due: &mut Vec<Kept>) -> Result<(), ApiError> {
        for place in 0..due.len() {
            if let Err(error) = self.send_shots_of(&due[place]).await {
                due.truncate(place.max(1));
                return if place == 0 { Err(error) } else { Ok(()) };
            }
        }
        Ok(())
    }

    /// Sends what a step names, each picture once as long as the page is there.
    async fn send_shots_of(self, kept: &Kept) -> Result<(), ApiError> {
        let Some(reference) = kept.step.reference() else {
            return Ok(());
        };
        for shot in kept.shots.iter() {
            let hash = &shot.picture.hash;
            if !self.sent_pictures.with_value(|sent| sent.contains(hash)) {
                upload(reference, shot).await?;
                self.sent_pictures
                    .update_value(|sent| sent.push(hash.clone()));
            }
        }
        Ok(())
    }

    /// What goes into the next request.
    fn due(self, not_before: Timestamp) -> Vec<Kept> {
        let at_once = self.at_once.get_value();
        let (mut due, mut bytes) = (Vec::new(), 0);
        self.kept.with_untracked(|all| {
            for kept in all.iter().filter(|kept| waits(kept)).take(at_once) {
                bytes += size(&kept.action(now()));
                let is_full = bytes > phone::STEP_BYTES_AT_ONCE && !due.is_empty();
                if is_full || self.pause_ms(kept, not_before) > 0 {
                    break;
                }
                due.push(kept.clone());
            }
        });
        due
    }

    async fn answered(
        self,
        outbox: &Outbox,
        sent: Vec<Kept>,
        answer: Result<Vec<Outcome>, ApiError>,
    ) -> bool {
        let outcomes = match answer {
            Ok(outcomes) => outcomes,
            // One of them can't even be read: it is found by sending them alone.
            Err(ApiError::Invalid { .. }) if sent.len() > 1 => {
                self.at_once.set_value(1);
                return true;
            }
            Err(ApiError::Invalid { detail, .. }) => {
                self.at_once.set_value(phone::STEPS_AT_ONCE);
                vec![Outcome::Refused(Refused {
                    why: Some(detail),
                    is_mendable: true,
                })]
            }
            Err(ApiError::SignInNeeded | ApiError::Forbidden) => {
                self.trouble.set(Some(Trouble::SignIn));
                return false;
            }
            Err(_) => {
                if self.trouble.get_untracked() != Some(Trouble::Offline) {
                    background::send_when_online();
                }
                self.trouble.set(Some(Trouble::Offline));
                return false;
            }
        };
        self.trouble.set(None);
        let is_any = !outcomes.is_empty();
        self.settle(outbox, sent, outcomes).await;
        is_any
    }

    /// Notes what became of steps; those without an outcome are sent again.
    async fn settle(self, outbox: &Outbox, sent: Vec<Kept>, outcomes: Vec<Outcome>) {
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        for (kept, outcome) in sent.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Taken => taken.push(kept),
                Outcome::Refused(why) => refused.push(Kept {
                    refused: Some(why),
                    ..kept
                }),
            }
        }
        outbox.forget(&taken).await;
        for refused in &refused {
            outbox.put(refused).await;
        }
        let is_one = |of: &[Kept], kept: &Kept| of.iter().any(|other| other.key == kept.key);
        if !taken.is_empty() {
            let steps = taken.iter().map(|kept| kept.step.clone());
            self.taken.update(|all| all.extend(steps));
        }
        self.kept.update(|all| {
            all.retain(|kept| !is_one(&taken, kept));
            for refused in refused {
                if let Some(kept) = all.iter_mut().find(|other| other.key == refused.key) {
                    *kept = refused;
                }
            }
        });
    }
}

/// Whether the server may still take it.
fn waits(kept: &Kept) -> bool {
    kept.refused.is_none()
}

/// The bytes of a step on its way.
fn size(action: &Action) -> usize {
    serde_json::to_vec(action).map_or(0, |json| json.len())
}

/// Whether a step waits for an undo. A run begins at once, a suggestion can be put back, and of a code two people at
/// a door want to know whether it is right.
fn is_undoable(step: &Step) -> bool {
    match step {
        Step::StartRun | Step::SuggestOrder | Step::WrongCode { .. } => false,
        Step::EndRun | Step::Arrive { .. } | Step::Correct { .. } | Step::Reorder { .. } => true,
        Step::ChangeStatus { change, .. } => !matches!(change.proof, Some(Proof::HandoverCode(_))),
    }
}

async fn pause(ms: Option<u32>) {
    match ms {
        Some(ms) => TimeoutFuture::new(ms).await,
        None => pending().await,
    }
}

/// Only its owner's keys can meet, and it is no secret: 104 random bits are plenty.
fn new_key() -> String {
    let random = || js_sys::Math::random().to_bits();
    format!("{:016x}{:016x}", random(), random())
}

/// Shows how much is not sent yet on the app's icon, where the phone can: the Badging API is not in every
/// browser.
fn show_badge(count: usize) {
    let navigator = JsValue::from(window().navigator());
    let set_badge = js_sys::Reflect::get(&navigator, &"setAppBadge".into());
    if let Ok(set_badge) = set_badge
        && let Some(set_badge) = set_badge.dyn_ref::<js_sys::Function>()
        && let Ok(count) = u32::try_from(count)
    {
        // It answers with a promise that fails where the app is not installed.
        if let Ok(shown) = set_badge.call1(&navigator, &count.into())
            && let Ok(shown) = shown.dyn_into::<js_sys::Promise>()
        {
            spawn_local(async move {
                drop(wasm_bindgen_futures::JsFuture::from(shown).await);
            });
        }
    }
}
