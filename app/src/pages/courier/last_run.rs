//! The run as the phone knew it last, and the way ahead: what a courier sees where there is no network.

use porchlight_domain::geo::Line;
use porchlight_domain::ids::PersonId;

use super::storage::{Shelf, Storage};
use crate::api::runs::DatedRun;

/// There is one, the newest.
const PLACE: i64 = 0;
/// Beside it, the way to the next stops.
const WAY: i64 = 1;

/// Keeps it in place of an older one: a page that starts from the phone's copy has an old run to tell. A phone
/// that keeps nothing shows nothing after a cold start.
pub async fn keep(courier: &PersonId, today: &DatedRun) {
    let Ok(storage) = Storage::open().await else {
        return;
    };
    let known = read(&storage, courier).await;
    if known.is_none_or(|known| known.as_of < today.as_of) {
        drop(storage.put(Shelf::Run, courier, PLACE, today).await);
    }
}

/// What was kept.
pub async fn recall(courier: PersonId) -> Option<DatedRun> {
    let storage = Storage::open().await.ok()?;
    read(&storage, &courier).await
}

async fn read(storage: &Storage, courier: &PersonId) -> Option<DatedRun> {
    storage.one(Shelf::Run, courier, PLACE).await.ok()?
}

/// Keeps the way in place of an older one.
pub async fn keep_way(courier: &PersonId, way: &Line) {
    if let Ok(storage) = Storage::open().await {
        drop(storage.put(Shelf::Run, courier, WAY, way).await);
    }
}

/// The way that was kept; an empty one where there is none.
pub async fn recall_way(courier: &PersonId) -> Line {
    let Ok(storage) = Storage::open().await else {
        return Line::default();
    };
    let way = storage.one(Shelf::Run, courier, WAY).await;
    way.ok().flatten().unwrap_or_default()
}
