//! Writes down what came of entries, many in one commit: whoever posts a position meanwhile hardly waits.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use porchlight_domain::notification::{Channel, Details, Kind};
use porchlight_domain::time::Timestamp;
use tokio::sync::{Notify, watch};

use super::{Entry, queries};
use crate::accounts::Actor;
use crate::events::Batch;
use crate::notify::Wish;
use crate::notify::preferences;
use crate::{Backend, Error};

/// What comes in this time is written together.
const TOGETHER: Duration = Duration::from_millis(20);
/// How long to wait for a database that is away.
const AGAIN: Duration = Duration::from_millis(500);
/// Entries in one commit.
const PORTION: usize = 256;

/// What came of an entry.
#[derive(Debug, Clone)]
pub(super) enum Settlement {
    /// It was sent, or is not wanted any more.
    Done,
    /// It is tried again.
    Later {
        /// When.
        due_at: Timestamp,
        /// Whether this counts as a try.
        was_tried: bool,
        /// Why it was not sent.
        problem: Option<String>,
    },
    /// It is given up.
    Dead(String),
    /// Its address is given up.
    Gone {
        /// Which.
        address: String,
        /// Why.
        problem: String,
    },
    /// It stays here, in these words.
    Kept(String),
}

/// What is to be written down.
pub(super) struct Settlements {
    noted: Mutex<VecDeque<(Entry, Settlement)>>,
    news: Notify,
    /// How many are not written yet.
    open: watch::Sender<usize>,
}

impl Default for Settlements {
    fn default() -> Self {
        Self {
            noted: Mutex::default(),
            news: Notify::new(),
            open: watch::Sender::new(0),
        }
    }
}

impl Settlements {
    pub(super) fn note(&self, entry: Entry, settlement: Settlement) {
        self.noted().push_back((entry, settlement));
        self.open.send_modify(|open| *open += 1);
        self.news.notify_one();
    }

    /// Waits until what is noted and not written yet goes into one commit.
    pub(super) async fn settled(&self) {
        // It does not end before the state that holds it.
        let _ = self.open.subscribe().wait_for(|open| *open < PORTION).await;
    }

    fn noted(&self) -> MutexGuard<'_, VecDeque<(Entry, Settlement)>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<(Entry, Settlement)> {
        let mut noted = self.noted();
        let count = noted.len().min(PORTION);
        noted.drain(..count).collect()
    }
}

/// Writes down what is noted, for ever. What is not written when the process dies is sent once more.
pub(super) fn begin(backend: &Backend) {
    let own = backend.clone();
    backend.keep_doing(async move {
        let settlements = &own.notify().lanes.settlements;
        loop {
            settlements.news.notified().await;
            tokio::time::sleep(TOGETHER).await;
            loop {
                let portion = settlements.take();
                if portion.is_empty() {
                    break;
                }
                while let Err(error) = own.while_database_answers(write(&own, &portion)).await {
                    tracing::warn!(%error, "What was sent could not be noted");
                    tokio::time::sleep(AGAIN).await;
                }
                settlements.open.send_modify(|open| *open -= portion.len());
            }
        }
    });
}

async fn write(backend: &Backend, portion: &[(Entry, Settlement)]) -> Result<(), Error> {
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    let done: Vec<_> = portion
        .iter()
        .filter(|(_, settlement)| matches!(settlement, Settlement::Done))
        .map(|(entry, _)| entry.id.as_str())
        .collect();
    queries::delete(batch.tx().await?, &done).await?;
    let mut has_news = false;
    for (entry, settlement) in portion {
        match settlement {
            Settlement::Done => {}
            Settlement::Later {
                due_at,
                was_tried,
                problem,
            } => {
                let attempts = entry.attempts - u32::from(!was_tried);
                queries::put_off(
                    batch.tx().await?,
                    entry,
                    *due_at,
                    attempts,
                    problem.as_deref(),
                )
                .await?;
            }
            Settlement::Dead(problem) => {
                tracing::warn!(outbox.id = entry.id, problem, "A notification was given up");
                queries::give_up(batch.tx().await?, entry, problem).await?;
            }
            Settlement::Kept(text) => queries::keep(batch.tx().await?, entry, text).await?,
            Settlement::Gone { address, problem } => {
                has_news |= end_address(&mut batch, entry, address, problem).await?;
            }
        }
    }
    if has_news {
        batch.commit().await?;
    } else {
        batch.commit_quietly().await?;
    }
    Ok(())
}

/// Ends an address and tells its person in the app, once. Whether there is something to tell.
async fn end_address(
    batch: &mut Batch,
    entry: &Entry,
    address: &str,
    problem: &str,
) -> Result<bool, Error> {
    tracing::info!(outbox.id = entry.id, problem, "An address was given up");
    queries::delete(batch.tx().await?, &[entry.id.as_str()]).await?;
    let now = batch.now();
    let is_first = match (&entry.push_id, entry.channel) {
        (Some(push), _) => preferences::queries::end_push(batch.tx().await?, push).await?,
        (None, Channel::Email | Channel::Sms) => {
            let (person, channel) = (&entry.person, entry.channel);
            let ended = preferences::queries::end_channel(
                batch.tx().await?,
                person,
                channel,
                address,
                now,
                problem,
            );
            ended.await?
        }
        (None, Channel::InApp | Channel::Push) => false,
    };
    if is_first {
        batch.notify(Wish {
            person: entry.person.clone(),
            kind: Kind::ChannelFailed,
            reference: None,
            details: Details {
                channel: Some(entry.channel),
                ..Details::default()
            },
            only: None,
        });
        preferences::record_change(batch, &entry.person);
    }
    Ok(is_first)
}
