//! The event log and everything that follows from it: what happened is written once, in the
//! transaction that makes it so, and told from there in order.
//!
//! [`Batch`] writes, [`Relay`] tells, [`Hub`] knows who listens, [`Bus`] reaches the other
//! instances.

mod batch;
mod bus;
mod chain;
pub(crate) use chain::hex;
mod hub;
pub(crate) mod queries;
mod relay;
#[cfg(test)]
mod tests;
mod topic;

use porchlight_domain::event::{Envelope, Fact};
use porchlight_domain::ids::{CorrelationId, EventId};
use porchlight_domain::time::Timestamp;

pub(crate) use batch::Batch;
pub use bus::{Bus, BusError, Signal};
pub use hub::{Frame, Hub, Outlet};
pub use relay::Relay;
pub(crate) use relay::start as begin;
pub use topic::Topic;
pub(crate) use topic::{Listener, View};

use self::queries::EventRow;
use crate::store::Store;
use crate::{Backend, Error};

/// The most events a returning listener is told; who missed more starts from a fresh snapshot.
pub const REPLAY_LIMIT: u16 = 500;

/// What a listener missed.
#[derive(Debug)]
pub struct Replay {
    /// The missed frames, in order.
    pub frames: Vec<Frame>,
    /// Everything up to here is told with them: later frames follow live.
    pub up_to: i64,
    /// Whether that is all. If not, the listener must start from a fresh snapshot.
    pub complete: bool,
}

/// What was told to `topics` after the event numbered `last_seen`. A number from the future or
/// from nowhere is answered with nothing and an incomplete replay.
pub async fn replay(
    backend: &Backend,
    topics: &[Topic],
    last_seen: Option<i64>,
) -> Result<Replay, Error> {
    let pool = backend.store().readers();
    let up_to = queries::last_seq(pool).await?;
    let Some(last_seen) = last_seen else {
        return Ok(Replay {
            frames: Vec::new(),
            up_to,
            complete: true,
        });
    };
    if !(0..=up_to).contains(&last_seen) {
        return Ok(Replay {
            frames: Vec::new(),
            up_to,
            complete: false,
        });
    }
    let mut told = Vec::new();
    for topic in topics {
        told.extend(
            queries::told_to_topic_after(
                pool,
                topic.as_str(),
                last_seen,
                i64::from(REPLAY_LIMIT) + 1,
            )
            .await?,
        );
    }
    told.sort_by_key(|row| row.event.seq);
    told.dedup_by_key(|row| row.event.seq);
    if told.len() > usize::from(REPLAY_LIMIT) {
        return Ok(Replay {
            frames: Vec::new(),
            up_to,
            complete: false,
        });
    }
    let frames: Vec<Frame> = told
        .into_iter()
        .filter_map(|row| frame(&row.event, View::from_stored(&row.view)).transpose())
        .collect::<Result<_, _>>()?;
    let up_to = frames
        .last()
        .and_then(|frame| frame.seq)
        .unwrap_or(up_to)
        .max(up_to);
    Ok(Replay {
        frames,
        up_to,
        complete: true,
    })
}

/// Walks the whole log and compares every seal. Returns how many events it holds. The log may grow
/// meanwhile: what must be there is what its head said at the beginning.
pub async fn verify_log(store: &Store) -> Result<i64, LogProblem> {
    let pool = store.readers();
    let must_have = queries::head(pool).await.map_err(LogProblem::Unreadable)?;
    let (mut seq, mut hash) = (0, String::new());
    loop {
        let rows = queries::after(pool, seq, 1000)
            .await
            .map_err(LogProblem::Unreadable)?;
        let is_end = rows.is_empty() || seq >= must_have.last_seq;
        for row in rows {
            if row.seq != seq + 1 {
                return Err(LogProblem::Gap { after: seq });
            }
            if row.previous_hash != hash || row.sealed().hash() != row.hash {
                return Err(LogProblem::BrokenSeal { seq: row.seq });
            }
            (seq, hash) = (row.seq, row.hash);
            if seq == must_have.last_seq && hash != must_have.last_hash {
                return Err(LogProblem::BrokenSeal { seq });
            }
        }
        if is_end {
            break;
        }
    }
    if seq < must_have.last_seq {
        return Err(LogProblem::CutOff { after: seq });
    }
    let head = queries::head(pool).await.map_err(LogProblem::Unreadable)?;
    if seq > head.last_seq {
        return Err(LogProblem::Added {
            after: head.last_seq,
        });
    }
    Ok(seq)
}

/// What is wrong with the log.
#[derive(Debug, thiserror::Error)]
pub enum LogProblem {
    /// It can't be read.
    #[error("the log can't be read: {0}")]
    Unreadable(sqlx::Error),
    /// Events are missing.
    #[error("events are missing after number {after}")]
    Gap {
        /// The last one that is there.
        after: i64,
    },
    /// An event, or the one before it, is not what was written.
    #[error("event number {seq} was changed after it was written")]
    BrokenSeal {
        /// The first one whose seal does not fit.
        seq: i64,
    },
    /// The newest events are gone.
    #[error("the newest events are missing after number {after}")]
    CutOff {
        /// The last one that is there.
        after: i64,
    },
    /// There are events that the log does not know of.
    #[error("events were added behind the log's back after number {after}")]
    Added {
        /// The last one that the log knows.
        after: i64,
    },
}

impl EventRow {
    fn sealed(&self) -> chain::Sealed<'_> {
        chain::Sealed {
            seq: self.seq,
            id: &self.id,
            kind: &self.kind,
            time_ms: self.time_ms,
            subject: &self.subject,
            actor_role: &self.actor_role,
            actor_id: &self.actor_id,
            correlation_id: &self.correlation_id,
            data: &self.data,
            previous_hash: &self.previous_hash,
        }
    }

    /// What happened, read back from the log.
    pub(crate) fn fact(&self) -> Result<Fact, Error> {
        let tagged = serde_json::from_str::<serde_json::Value>(&self.data)
            .map(|data| serde_json::json!({ "type": self.kind, "data": data }));
        tagged.and_then(serde_json::from_value).map_err(|error| {
            tracing::error!(event.seq = self.seq, %error, "An event can't be read");
            Error::Internal
        })
    }
}

/// The `data` part of a fact, as stored.
fn fact_data(fact: &Fact) -> Result<String, serde_json::Error> {
    let tagged = serde_json::to_value(fact)?;
    serde_json::to_string(&tagged["data"])
}

/// An event as it is told in one view; `None` when it is not for that view.
fn frame(row: &EventRow, view: View) -> Result<Option<Frame>, Error> {
    let Some(fact) = view.of(&row.fact()?) else {
        return Ok(None);
    };
    let envelope = Envelope {
        id: Some(EventId::from_text(row.id.as_str())),
        time: Timestamp::from_millis(row.time_ms),
        subject: row.subject.clone(),
        correlation_id: Some(CorrelationId::from_text(row.correlation_id.as_str())),
        fact,
    };
    Frame::logged(row.seq, &envelope).map(Some)
}
