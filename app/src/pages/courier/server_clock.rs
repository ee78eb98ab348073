//! The server's time, as far as this phone knows it: what it shows to prove itself is dated by it, and phones'
//! clocks are wrong by minutes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;

use super::storage::{Shelf, Storage};
use crate::clock::now;

/// Behind the run, on its shelf.
const PLACE: i64 = 2;
/// A difference that is worth writing down, milliseconds: answers take about so long.
const WORTH_KEEPING_MS: i64 = 500;

/// By how much the server's clock is ahead of the phone's. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ServerClock {
    ahead_ms: RwSignal<i64>,
}

impl Default for ServerClock {
    fn default() -> Self {
        Self {
            ahead_ms: RwSignal::new(0),
        }
    }
}

impl ServerClock {
    /// The server has just said what time it is.
    pub fn learn(self, said: Timestamp, courier: Option<PersonId>) {
        let ahead_ms = said.millis() - now().millis();
        let before = self.ahead_ms.try_get_untracked();
        if before.is_none_or(|before| (before - ahead_ms).abs() < WORTH_KEEPING_MS) {
            return;
        }
        self.ahead_ms.try_set(ahead_ms);
        if let Some(courier) = courier {
            spawn_local(async move {
                if let Ok(storage) = Storage::open().await {
                    drop(storage.put(Shelf::Run, &courier, PLACE, &ahead_ms).await);
                }
            });
        }
    }

    /// What this phone knew of it at its last visit: the page starts in a dead zone.
    pub async fn recall(self, courier: &PersonId) {
        let Ok(storage) = Storage::open().await else {
            return;
        };
        if let Ok(Some(ahead_ms)) = storage.one(Shelf::Run, courier, PLACE).await {
            self.ahead_ms.try_set(ahead_ms);
        }
    }

    /// The server's time now. Tracks the difference.
    pub fn now(self) -> Timestamp {
        Timestamp::from_millis(now().millis() + self.ahead_ms.get())
    }
}
