//! A listener that keeps what it hears.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::Backend;
use crate::events::{Frame, Outlet, Topic};

/// Hears everything that is told to its topics on one backend.
#[derive(Clone)]
pub struct Listener {
    topics: Vec<Topic>,
    heard: Arc<Mutex<Vec<Frame>>>,
    closed: Arc<Mutex<bool>>,
    news: Arc<Notify>,
}

impl Outlet for Listener {
    fn deliver(&self, topic: &Topic, frame: &Frame) {
        if self.topics.contains(topic) {
            self.heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(frame.clone());
            self.news.notify_one();
        }
    }

    fn close(&self, topic: &Topic) {
        if self.topics.contains(topic) {
            *self.closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.news.notify_one();
        }
    }
}

impl Listener {
    /// Begins to listen.
    pub fn join(backend: &Backend, topics: Vec<Topic>) -> Self {
        let listener = Self {
            topics,
            heard: Arc::default(),
            closed: Arc::default(),
            news: Arc::default(),
        };
        backend.hub().joined(&listener.topics);
        backend.hub().connect(Arc::new(listener.clone()));
        listener
    }

    /// Everything heard so far, as JSON.
    pub fn heard(&self) -> Vec<serde_json::Value> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|frame| serde_json::from_slice(&frame.json).expect("a frame is JSON"))
            .collect()
    }

    /// The numbers of the logged events heard so far.
    pub fn seqs(&self) -> Vec<i64> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .filter_map(|frame| frame.seq)
            .collect()
    }

    /// Whether a topic was closed.
    pub fn is_closed(&self) -> bool {
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until what was heard fulfils a condition.
    pub async fn until(
        &self,
        condition: impl Fn(&[serde_json::Value]) -> bool,
    ) -> Vec<serde_json::Value> {
        let waiting = async {
            loop {
                let news = self.news.notified();
                let heard = self.heard();
                if condition(&heard) {
                    return heard;
                }
                news.await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waiting)
            .await
            .unwrap_or_else(|_| panic!("not heard; only {:?}", self.heard()))
    }

    /// Waits until an event of a type was heard, and returns the newest.
    pub async fn until_type(&self, kind: &str) -> serde_json::Value {
        let heard = self
            .until(|heard| heard.iter().any(|event| event["type"] == kind))
            .await;
        heard
            .into_iter()
            .rev()
            .find(|event| event["type"] == kind)
            .expect("it was heard")
    }
}
