//! Who listens on this instance, and the one place that hands frames out.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use porchlight_domain::event::Envelope;

use super::topic::Topic;
use crate::Error;

/// One envelope, serialised once and shared by all who get it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its number in the log; live frames have none.
    pub seq: Option<i64>,
    /// The envelope as JSON, without line breaks.
    pub json: Bytes,
}

impl Frame {
    /// A frame of the log: a listener can resume behind it.
    pub(crate) fn logged(seq: i64, envelope: &Envelope) -> Result<Self, Error> {
        Ok(Self {
            seq: Some(seq),
            json: serialise(envelope)?,
        })
    }

    /// A frame that is only true now.
    pub(crate) fn live(envelope: &Envelope) -> Result<Self, Error> {
        Ok(Self {
            seq: None,
            json: serialise(envelope)?,
        })
    }
}

fn serialise(envelope: &Envelope) -> Result<Bytes, Error> {
    serde_json::to_vec(envelope)
        .map(Bytes::from)
        .map_err(|error| {
            tracing::error!(%error, "An envelope can't be serialised");
            Error::Internal
        })
}

/// A transport that carries frames to its listeners. It must not block.
pub trait Outlet: Send + Sync {
    /// Tells everyone of this transport who listens to the topic.
    fn deliver(&self, topic: &Topic, frame: &Frame);
    /// Cuts off everyone who listens to the topic: their right to it has ended.
    fn close(&self, topic: &Topic);
}

/// The listeners of this instance, by topic, and the transports that reach them.
#[derive(Default)]
pub struct Hub {
    /// How many listen to each topic. Read for every frame, written when someone comes or goes.
    listening: RwLock<HashMap<Topic, u32>>,
    /// Set once at start.
    outlets: RwLock<Vec<Arc<dyn Outlet>>>,
}

impl Hub {
    /// Adds a transport.
    pub fn connect(&self, outlet: Arc<dyn Outlet>) {
        self.outlets
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(outlet);
    }

    /// Notes that someone listens; call before asking for a snapshot, so that nothing falls
    /// between the two.
    pub fn joined(&self, topics: &[Topic]) {
        let mut listening = self
            .listening
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for topic in topics {
            *listening.entry(topic.clone()).or_default() += 1;
        }
    }

    /// Notes that someone stopped listening.
    pub fn left(&self, topics: &[Topic]) {
        let mut listening = self
            .listening
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for topic in topics {
            if let Some(count) = listening.get_mut(topic) {
                *count -= 1;
                if *count == 0 {
                    listening.remove(topic);
                }
            }
        }
    }

    /// Whether a frame for the topic would reach anyone: if not, it need not be made.
    pub fn is_heard(&self, topic: &Topic) -> bool {
        self.listening
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(topic)
    }

    /// Those of the topics that anyone listens to, as `of` reads them.
    pub(crate) fn heard<T>(&self, of: impl Fn(&Topic) -> Option<T>) -> Vec<T> {
        self.listening
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .filter_map(of)
            .collect()
    }

    /// How many listeners there are, each counted once for every topic.
    pub fn listeners(&self) -> u32 {
        self.listening
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .sum()
    }

    /// Hands a frame to every transport.
    pub fn publish(&self, topic: &Topic, frame: &Frame) {
        for outlet in self
            .outlets
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            outlet.deliver(topic, frame);
        }
    }

    /// Cuts off everyone who listens to the topic.
    pub fn close(&self, topic: &Topic) {
        for outlet in self
            .outlets
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            outlet.close(topic);
        }
    }
}
