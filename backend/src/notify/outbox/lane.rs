//! One lane for each channel: what is new, and what is due.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use porchlight_domain::notification::Channel;
use tokio::sync::{Notify, mpsc};

use super::settle::{Settlement, Settlements};
use super::{Entry, LEASE_S, queries};
use crate::notify::channels::{Job, Outcome};
use crate::{Backend, Error, holds};

/// New entries that wait in memory; beyond that they are taken from the database like all others.
const WAITING: usize = 4096;
/// How often it is looked for what is due.
const LOOK: Duration = Duration::from_secs(1);
/// After something new came, more of it is expected for so long.
const BUSY: Duration = Duration::from_millis(200);
/// Entries that one claim takes.
const PORTION: i64 = 64;
/// The shortest pause before the second try, seconds; it doubles.
const FIRST_PAUSE_S: f64 = 10.0;
/// The longest pause between two tries, seconds.
const LONGEST_PAUSE_S: f64 = 3600.0;
/// So many tries, and it is given up.
const TRIES: u32 = 12;

/// The lanes of this instance.
pub(in crate::notify) struct Lanes {
    by_channel: HashMap<Channel, Lane>,
    /// When something new came last.
    newest: Mutex<Option<Instant>>,
    pub(super) settlements: Settlements,
}

struct Lane {
    fresh: mpsc::Sender<Entry>,
    /// Taken by the task that serves the lane.
    received: Mutex<Option<mpsc::Receiver<Entry>>>,
    look: Notify,
}

impl Lanes {
    pub(in crate::notify) fn of(channels: impl Iterator<Item = Channel>) -> Self {
        let lanes = channels.map(|channel| {
            let (fresh, received) = mpsc::channel(WAITING);
            let lane = Lane {
                fresh,
                received: Mutex::new(Some(received)),
                look: Notify::new(),
            };
            (channel, lane)
        });
        Self {
            by_channel: lanes.collect(),
            newest: Mutex::new(None),
            settlements: Settlements::default(),
        }
    }

    /// Whether something new would be sent at once.
    pub(in crate::notify) fn has_room(&self, channel: Channel) -> bool {
        self.by_channel
            .get(&channel)
            .is_some_and(|lane| lane.fresh.capacity() > 0)
    }

    /// Sends something new; when there is no room after all, it is due again when its lease is over.
    pub(in crate::notify) fn hand_over(&self, entry: Entry) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        if let Some(lane) = self.by_channel.get(&entry.channel)
            && lane.fresh.try_send(entry).is_err()
        {
            metrics::counter!("porchlight_notify_lane_full_total").increment(1);
        }
    }

    /// Whether something new comes all the time: they share the database, whatever the lane.
    fn are_busy(&self) -> bool {
        let newest = *self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.is_some_and(|newest| newest.elapsed() < BUSY)
    }

    /// Looks at once for what is due.
    pub(in crate::notify) fn look(&self, channel: Channel) {
        if let Some(lane) = self.by_channel.get(&channel) {
            lane.look.notify_one();
        }
    }
}

/// How many of a channel are under way at once: what is new, and what is due. A mail server or a gateway is a
/// guest's house; a push service is made for many.
fn at_once(channel: Channel) -> (usize, usize) {
    match channel {
        Channel::InApp | Channel::Push => (64, 16),
        Channel::Email | Channel::Sms => (8, 4),
    }
}

/// Serves every lane.
pub(super) fn begin(backend: &Backend) {
    for channel in backend.notify().carriers.channels() {
        backend.keep_doing(send_fresh(backend.clone(), channel));
        backend.keep_doing(send_due(backend.clone(), channel));
    }
}

async fn send_fresh(backend: Backend, channel: Channel) {
    let lane = backend.notify().lanes.by_channel.get(&channel);
    let received = lane.and_then(|lane| {
        let mut received = lane.received.lock().unwrap_or_else(PoisonError::into_inner);
        received.take()
    });
    let Some(mut received) = received else {
        return;
    };
    let most = at_once(channel).0;
    let mut under_way = FuturesUnordered::new();
    loop {
        tokio::select! {
            Some(()) = under_way.next() => {}
            entry = received.recv(), if under_way.len() < most => match entry {
                Some(entry) => under_way.push(send(&backend, entry)),
                None => return,
            },
        }
    }
}

async fn send_due(backend: Backend, channel: Channel) {
    let lanes = &backend.notify().lanes;
    let Some(lane) = lanes.by_channel.get(&channel) else {
        return;
    };
    loop {
        let began = Instant::now();
        let sent = backend.while_database_answers(send_portion(&backend, channel));
        let pause = match sent.await {
            // Old ones can wait, and what is new has half of the time for itself.
            Ok(true) if lanes.are_busy() => began.elapsed().min(LOOK),
            Ok(true) => continue,
            Ok(false) => LOOK,
            Err(error) => {
                tracing::warn!(%error, "What is to be sent could not be read");
                LOOK
            }
        };
        // Either way it is time to look.
        let _ = tokio::time::timeout(pause, lane.look.notified()).await;
    }
}

/// Sends some of what is due; whether there may be more.
async fn send_portion(backend: &Backend, channel: Channel) -> Result<bool, Error> {
    if !backend.notify().carriers.permits(channel, Instant::now()) {
        return Ok(false);
    }
    let Some(entries) = claim(backend, channel).await? else {
        return Ok(false);
    };
    let sending = entries.into_iter().map(|entry| send(backend, entry));
    let mut sending = futures::stream::iter(sending).buffer_unordered(at_once(channel).1);
    while sending.next().await.is_some() {}
    // What was sent is to be settled before more is taken: the queue gets shorter, and not the memory fuller.
    backend.notify().lanes.settlements.settled().await;
    Ok(true)
}

/// Takes some of what is due; none when nothing is. Fewer than there are, or not one, when another instance was quicker.
async fn claim(backend: &Backend, channel: Channel) -> Result<Option<Vec<Entry>>, Error> {
    let now = backend.now();
    // Most of the time there is nothing, and nobody has to wait for that.
    if !queries::is_due(backend.store().readers(), channel, now).await? {
        return Ok(None);
    }
    let _turn = backend.store().background_turn().await;
    let mut tx = backend.store().begin().await?;
    let until = now.plus_s(LEASE_S);
    let mut entries = queries::claim(&mut tx, channel, 0, now, until, PORTION).await?;
    let rest = PORTION - i64::try_from(entries.len()).unwrap_or(PORTION);
    if rest > 0 {
        entries.extend(queries::claim(&mut tx, channel, 1, now, until, rest).await?);
    }
    tx.commit().await?;
    Ok(Some(entries))
}

/// Sends one entry and notes what came of it.
async fn send(backend: &Backend, entry: Entry) {
    let state = backend.notify();
    let settlement = match decide(backend, &entry).await {
        Ok(settlement) => settlement,
        Err(error) => {
            tracing::warn!(%error, "An address could not be looked up");
            // It is due again when its lease is over.
            return;
        }
    };
    state.lanes.settlements.note(entry, settlement);
}

async fn decide(backend: &Backend, entry: &Entry) -> Result<Settlement, Error> {
    let now = backend.now();
    if now >= entry.expires_at {
        let reason = "it could not be sent while it was news".to_owned();
        return Ok(Settlement::Dead(reason));
    }
    // Whoever turned it off or went away meanwhile is not told.
    let Some(job) = job(backend, entry).await? else {
        return Ok(Settlement::Done);
    };
    let begun = Instant::now();
    let outcome = backend.notify().carriers.carry(entry, &job, begun).await;
    let (channel, came_to) = (entry.channel.as_str(), outcome.name());
    metrics::counter!("porchlight_notify_sent_total", "channel" => channel, "outcome" => came_to)
        .increment(1);
    metrics::histogram!("porchlight_notify_send_seconds", "channel" => channel)
        .record(begun.elapsed().as_secs_f64());
    Ok(settlement(entry, outcome, now))
}

/// What there is to know to send it; none when it is not wanted any more.
async fn job(backend: &Backend, entry: &Entry) -> Result<Option<Job>, Error> {
    let _turn = backend.store().background_read().await;
    let zone = backend.notify().settings.time_zone;
    let Some(mut job) = queries::job(backend.store().readers(), entry, zone).await? else {
        return Ok(None);
    };
    if let Some(reference) = entry.reference.filter(|_| entry.kind.is_about_collecting()) {
        job.pick_up = holds::pick_up(backend, reference).await?;
    }
    Ok(Some(job))
}

fn settlement(
    entry: &Entry,
    outcome: Outcome,
    now: porchlight_domain::time::Timestamp,
) -> Settlement {
    match outcome {
        Outcome::Sent => Settlement::Done,
        Outcome::Kept(text) => Settlement::Kept(text),
        Outcome::Gone { address, problem } => Settlement::Gone { address, problem },
        Outcome::Refused(problem) => Settlement::Dead(problem),
        Outcome::NotNow { after } => Settlement::Later {
            due_at: now.plus_s(jittered(after.as_secs_f64(), rand::random())),
            was_tried: false,
            problem: None,
        },
        Outcome::Failed { problem, .. } if entry.attempts >= TRIES => Settlement::Dead(problem),
        Outcome::Failed { problem, after } => {
            let pause_s = pause_s(entry.attempts, rand::random());
            let asked_s = after.map_or(0.0, |after| after.as_secs_f64());
            Settlement::Later {
                due_at: now.plus_s(pause_s.max(asked_s)),
                was_tried: true,
                problem: Some(problem),
            }
        }
    }
}

/// How long to wait after so many tries, seconds: doubled each time, and spread so that not everybody comes back at
/// once. `random` is from 0 to 1.
fn pause_s(attempts: u32, random: f64) -> f64 {
    let doublings = i32::try_from(attempts.saturating_sub(1).min(16)).unwrap_or(16);
    jittered(
        (FIRST_PAUSE_S * 2_f64.powi(doublings)).min(LONGEST_PAUSE_S),
        random,
    )
}

/// Between the whole of it and half as much again.
fn jittered(pause_s: f64, random: f64) -> f64 {
    pause_s * (1.0 + random / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_are_spread() {
        let least: Vec<_> = (1..=4).map(|attempts| pause_s(attempts, 0.0)).collect();
        assert_eq!(least, [10.0, 20.0, 40.0, 80.0]);
        assert!((pause_s(30, 0.0) - LONGEST_PAUSE_S).abs() < 1.0);
        assert!((pause_s(1, 1.0) - 15.0).abs() < 0.01);
    }
}
