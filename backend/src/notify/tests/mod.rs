//! What people are told, on both databases, with real parts: a mail server, push services and gateways in this
//! process, which fail in every way.

mod carriers;
mod drain;
mod planning;
mod preferences;

use std::time::Duration;

use porchlight_domain::notification::{Channel, Kind, NotificationView};
use serde_json::Value;

use super::Settings;
use crate::Clock;
use crate::accounts::Actor;
use crate::notify;
use crate::testing::{TestDatabase, World};

/// A world in which notifications leave the house as a test says.
async fn world_with(database: &TestDatabase, settings: Settings) -> (World, Clock) {
    crate::testing::install_tls();
    World::with(crate::Settings {
        notify: settings,
        ..database.settings()
    })
    .await
}

/// Nothing is sent, and everything that would be can be looked at.
fn kept() -> Settings {
    Settings {
        keep_unsent: true,
        ..Settings::default()
    }
}

/// The list of someone.
async fn lines(world: &World, actor: &Actor) -> Vec<NotificationView> {
    let page = notify::page(actor, &world.backend, None, None).await;
    page.expect("their list").notifications
}

async fn kinds(world: &World, actor: &Actor) -> Vec<Kind> {
    let lines = lines(world, actor).await;
    lines.into_iter().map(|line| line.kind).collect()
}

/// What was kept or given up, the oldest first, as channel and kind.
async fn ended(world: &World) -> Vec<(Channel, Kind)> {
    let mut entries = notify::outbox_entries(&world.admin, &world.backend)
        .await
        .expect("theirs");
    entries.reverse();
    entries
        .into_iter()
        .map(|entry| (entry.channel, entry.kind))
        .collect()
}

/// Waits until something holds.
async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    assert!(came.is_ok(), "{what}");
}

/// The events of a kind that a person was told.
fn of_type<'a>(heard: &'a [Value], kind: &str) -> Vec<&'a Value> {
    heard.iter().filter(|event| event["type"] == kind).collect()
}
