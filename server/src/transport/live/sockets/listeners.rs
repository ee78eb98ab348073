//! Who listens over WebSocket, and what waits for each.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use porchlight_backend::Backend;
use porchlight_backend::events::{Frame, Outlet, Topic};
use tokio::sync::{mpsc, watch};

use super::line::Pace;

/// Frames that may wait for a socket; a slower one is closed, and its client comes back and is
/// caught up.
const MAX_WAITING: usize = 64;

/// Why a socket is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The right to listen has ended.
    SignedOut,
    /// It missed something.
    TooSlow,
    /// There is no database to ask what it may be told.
    Unavailable,
}

/// The way to one socket. Its end has a place of its own, which is never full.
struct Listener {
    frames: mpsc::Sender<Frame>,
    end: watch::Sender<Option<End>>,
}

impl Listener {
    /// Whether it is news.
    fn end(&self, reason: End) -> bool {
        self.end.send_if_modified(|end| {
            let is_first = end.is_none();
            end.get_or_insert(reason);
            is_first
        })
    }
}

type Listeners = HashMap<Topic, Vec<Arc<Listener>>>;

/// The WebSockets of this process.
#[derive(Clone)]
pub struct Sockets {
    listeners: Arc<RwLock<Listeners>>,
    pub(super) pace: Pace,
}

impl Outlet for Sockets {
    fn deliver(&self, topic: &Topic, frame: &Frame) {
        self.each(topic, |listener| {
            if listener.frames.try_send(frame.clone()).is_err() && listener.end(End::TooSlow) {
                metrics::counter!("porchlight_live_behind_total").increment(1);
            }
        });
    }

    fn close(&self, topic: &Topic) {
        self.each(topic, |listener| {
            listener.end(End::SignedOut);
        });
    }
}

impl Sockets {
    /// Connects to the backend's hub.
    pub fn start(backend: &Backend) -> Self {
        Self::start_at(backend, Pace::USUAL)
    }

    pub(super) fn start_at(backend: &Backend, pace: Pace) -> Self {
        let sockets = Self {
            listeners: Arc::default(),
            pace,
        };
        backend.hub().connect(Arc::new(sockets.clone()));
        sockets
    }

    fn each(&self, topic: &Topic, tell: impl Fn(&Listener)) {
        let listeners = self
            .listeners
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for listener in listeners.get(topic).into_iter().flatten() {
            tell(listener);
        }
    }

    pub(super) fn join(&self, backend: &Backend, topics: Vec<Topic>) -> Place {
        let (frames, waiting) = mpsc::channel(MAX_WAITING);
        let (end, ended) = watch::channel(None);
        let listener = Arc::new(Listener { frames, end });
        let mut listeners = self
            .listeners
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for topic in &topics {
            listeners
                .entry(topic.clone())
                .or_default()
                .push(listener.clone());
        }
        backend.hub().joined(&topics);
        Place {
            sockets: self.clone(),
            backend: backend.clone(),
            topics,
            listener,
            waiting,
            ended,
        }
    }
}

/// A socket's place among the listeners, given up when it goes.
pub(super) struct Place {
    sockets: Sockets,
    backend: Backend,
    topics: Vec<Topic>,
    listener: Arc<Listener>,
    waiting: mpsc::Receiver<Frame>,
    ended: watch::Receiver<Option<End>>,
}

impl Place {
    /// The next frame, or the end, which comes before all frames that still wait. May be given up
    /// and asked again: nothing is lost.
    pub(super) async fn next(&mut self) -> Result<Frame, End> {
        tokio::select! {
            biased;
            ended = self.ended.wait_for(Option::is_some) => {
                Err(ended.ok().and_then(|end| *end).unwrap_or(End::SignedOut))
            }
            frame = self.waiting.recv() => frame.ok_or(End::SignedOut),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut listeners = self
            .sockets
            .listeners
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for topic in &self.topics {
            if let Some(known) = listeners.get_mut(topic) {
                known.retain(|listener| !Arc::ptr_eq(listener, &self.listener));
                if known.is_empty() {
                    listeners.remove(topic);
                }
            }
        }
        self.backend.hub().left(&self.topics);
    }
}
