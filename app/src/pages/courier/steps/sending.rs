//! Sending what is kept: in order, with the pictures that it names, until the server has taken or refused it.

use futures::channel::mpsc::UnboundedReceiver;
use futures::future::pending;
use futures::{FutureExt, StreamExt, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use porchlight_domain::action::{Action, Outcome, Refused, Step};
use porchlight_domain::delivery::Proof;
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;

use super::outbox::{Kept, Outbox};
use super::{Steps, Trouble, background, waits};
use crate::api::ApiError;
use crate::api::runs::take_all;
use crate::clock::now;
use crate::live::wait_ms;
use crate::pages::courier::pictures::upload;
use crate::phone;
use crate::turn::turn;

/// How long a step can be undone before it is sent, seconds.
const UNDO_S: f64 = 5.0;

impl Steps {
    /// Sends what an earlier visit kept and what is done from now on, as long as the page is there.
    pub(super) async fn send(
        self,
        courier: PersonId,
        mut wakes: UnboundedReceiver<()>,
        mut network: UnboundedReceiver<()>,
    ) {
        let outbox = Outbox::open(courier).await;
        let (earlier, unreadable) = outbox.all().await;
        self.keeping
            .update(|keeping| keeping.unreadable = unreadable);
        // An earlier visit or the worker may have sent them, and never heard what became of them.
        if let Some(last) = earlier.last() {
            self.are_sent_until(last.done_at);
        }
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
        // Whoever has the turn now may send them too.
        if let Some(last) = self.due(not_before).last() {
            self.are_sent_until(last.done_at);
        }
        let turn = turn(phone::SENDING).await;
        let mut due = self.due(not_before);
        let Some(last) = due.last() else {
            return true;
        };
        self.are_sent_until(last.done_at);
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
            if !self
                .progress
                .with_value(|progress| progress.pictures.contains(hash))
            {
                upload(reference, shot).await?;
                self.progress
                    .update_value(|progress| progress.pictures.push(hash.clone()));
            }
        }
        Ok(())
    }

    /// What goes into the next request.
    fn due(self, not_before: Timestamp) -> Vec<Kept> {
        let at_once = self.progress.with_value(|progress| progress.at_once);
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
                self.send_at_once(1);
                return true;
            }
            Err(ApiError::Invalid { detail, .. }) => {
                self.send_at_once(phone::STEPS_AT_ONCE);
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

    fn send_at_once(self, count: usize) {
        self.progress
            .update_value(|progress| progress.at_once = count);
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

/// The bytes of a step on its way.
fn size(action: &Action) -> usize {
    serde_json::to_vec(action).map_or(0, |json| json.len())
}

/// Whether a step waits for an undo. A run begins at once, a suggestion can be put back, and of a code two people at
/// a door want to know whether it is right.
fn is_undoable(step: &Step) -> bool {
    match step {
        Step::StartRun | Step::SuggestOrder | Step::WrongCode { .. } | Step::Withdraw { .. } => {
            false
        }
        Step::EndRun
        | Step::Arrive { .. }
        | Step::Correct { .. }
        | Step::Reorder { .. }
        | Step::AnswerInstruction { .. }
        | Step::TakeToOffice { .. }
        | Step::ProposeWindow { .. } => true,
        Step::ChangeStatus { change, .. } => !matches!(change.proof, Some(Proof::HandoverCode(_))),
    }
}

async fn pause(ms: Option<u32>) {
    match ms {
        Some(ms) => TimeoutFuture::new(ms).await,
        None => pending().await,
    }
}
