//! Steps that the server has not taken yet, on the phone.

use porchlight_domain::action::{Action, IdempotencyKey, Refused, Step};
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;
use serde::Serialize;

use crate::pages::courier::pictures::Shots;
use crate::pages::courier::storage::{Shelf, Storage};

/// A step that is kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kept {
    /// Under which it is sent, each time.
    pub key: IdempotencyKey,
    /// When it was done, by the phone's clock; no two have the same.
    pub done_at: Timestamp,
    /// What was done.
    pub step: Step,
    /// At which address; nothing when it was at none.
    pub place: String,
    /// What it names, to be sent before it.
    pub shots: Shots,
    /// Why the server does not take it; none while it may.
    pub refused: Option<Refused>,
}

porchlight_domain::wire! { Kept { key, done_at, step, place, shots, refused } }

impl Kept {
    /// As it is sent now.
    pub fn action(&self, now: Timestamp) -> Action {
        Action {
            key: self.key.clone(),
            done_s_ago: now.seconds_since(self.done_at).max(0.0),
            step: self.step.clone(),
        }
    }
}

/// One courier's steps.
pub struct Outbox {
    courier: PersonId,
    /// None where the browser keeps nothing.
    storage: Option<Storage>,
}

impl Outbox {
    /// Opens the courier's outbox.
    pub async fn open(courier: PersonId) -> Self {
        Self {
            courier,
            storage: Storage::open().await.ok(),
        }
    }

    /// Everything that is kept, in the order it was done, and how many things are kept that this version can't read. A
    /// step that was withdrawn is not among it, also where it was not forgotten in time.
    pub async fn all(&self) -> (Vec<Kept>, usize) {
        let Some(storage) = &self.storage else {
            return (Vec::new(), 0);
        };
        let all = storage.first(Shelf::Steps, &self.courier, usize::MAX);
        let Ok(mut all): Result<Vec<Kept>, _> = all.await else {
            return (Vec::new(), 0);
        };
        let count = storage.count(Shelf::Steps, &self.courier).await;
        let unreadable = count.map_or(0, |count| count.saturating_sub(all.len()));
        let withdrawn: Vec<_> = all
            .iter()
            .filter_map(|kept| match &kept.step {
                Step::Withdraw { key } => Some(key.clone()),
                _ => None,
            })
            .collect();
        all.retain(|kept| !withdrawn.contains(&kept.key));
        (all, unreadable)
    }

    /// Keeps a step, or what has become of it. False when the phone can't.
    pub async fn put(&self, kept: &Kept) -> bool {
        let Some(storage) = &self.storage else {
            return false;
        };
        let place = kept.done_at.millis();
        let put = storage.put(Shelf::Steps, &self.courier, place, kept);
        put.await.is_ok()
    }

    /// Forgets steps. What can't be deleted is sent again, and the server knows it already.
    pub async fn forget(&self, steps: &[Kept]) {
        if let Some(storage) = &self.storage {
            let places = steps.iter().map(|kept| kept.done_at.millis());
            drop(
                storage
                    .empty_each(Shelf::Steps, &self.courier, places)
                    .await,
            );
        }
    }
}
