//! The run as the phone knew it last: what a courier sees where there is no network.

use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::RunView;
use serde::{Deserialize, Serialize};

use super::storage::{Shelf, Storage};

/// There is one, the newest.
const PLACE: i64 = 0;

/// A run, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownRun {
    /// None when the courier had no run.
    pub run: Option<RunView>,
    /// When the server said so, by the phone's clock; none when it was just now.
    pub as_of: Option<Timestamp>,
}

/// Keeps it in place of the one before. A phone that keeps nothing shows nothing after a cold start.
pub async fn keep(courier: &PersonId, known: &KnownRun) {
    if let (Ok(storage), Ok(text)) = (Storage::open().await, serde_json::to_string(known)) {
        drop(storage.put(Shelf::Run, courier, PLACE, &text).await);
    }
}

/// What was kept.
pub async fn recall(courier: PersonId) -> Option<KnownRun> {
    let storage = Storage::open().await.ok()?;
    let texts = storage.first(Shelf::Run, &courier, 1).await.ok()?;
    serde_json::from_str(texts.first()?).ok()
}
