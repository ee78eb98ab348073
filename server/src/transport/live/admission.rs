//! How much of the server one listener may take.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use porchlight_backend::Error;
use porchlight_backend::accounts::Actor;
use porchlight_backend::events::Topic;

use super::super::connection::ConnectionPermit;

/// When to come back, seconds: a page that was left is noticed by then.
const RETRY_AFTER_S: u32 = 30;

/// How many streams and WebSockets each listener has open in this process.
#[derive(Clone)]
pub struct OpenStreams {
    by_listener: Arc<Mutex<HashMap<Topic, usize>>>,
    max: usize,
}

impl OpenStreams {
    /// At most so many for each person or share link.
    pub fn at_most(max: usize) -> Self {
        Self {
            by_listener: Arc::default(),
            max,
        }
    }

    /// Counts one more, or refuses it.
    pub(super) fn admit(
        &self,
        actor: &Actor,
        connection: ConnectionPermit,
    ) -> Result<Admission, Error> {
        let listener = match actor {
            Actor::Person(person) => Topic::person(&person.id),
            Actor::Share(grant) => Topic::share(&grant.share),
            Actor::Anonymous | Actor::System => return Err(Error::Unauthenticated),
        };
        let mut open = self.lock();
        let count = open.entry(listener.clone()).or_default();
        if *count >= self.max {
            return Err(Error::RateLimited {
                retry_after_s: RETRY_AFTER_S,
            });
        }
        *count += 1;
        Ok(Admission {
            open: self.clone(),
            listener,
            _connection: connection,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Topic, usize>> {
        self.by_listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an open stream holds until its socket closes: its place among the streams of its listener,
/// and among the connections of the server.
pub(super) struct Admission {
    open: OpenStreams,
    listener: Topic,
    _connection: ConnectionPermit,
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut open = self.open.lock();
        if let Some(count) = open.get_mut(&self.listener) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.listener);
            }
        }
    }
}
