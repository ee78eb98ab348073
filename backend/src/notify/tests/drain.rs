//! Several instances and many entries: each is sent once, and nobody waits for them.

use std::collections::HashSet;

use porchlight_domain::notification::Channel;

use super::{kept, until, world_with};
use crate::notify;
use crate::notify::outbox::queries;
use crate::testing::{TestDatabase, World};

/// Two instances on one PostgreSQL, or one on a file: what one has claimed no other gets.
#[tokio::test]
async fn what_one_has_claimed_no_other_gets_until_the_lease_is_over() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, notify::Settings::default()).await;
        let store = world.backend.store();
        let now = world.backend.now();
        put(&world, 100).await;
        let until = now.plus_s(60.0);
        let claim = async || {
            let mut tx = store.begin().await.expect("a transaction");
            let claimed = queries::claim(&mut tx, Channel::Email, 1, now, until, 8).await;
            tx.commit().await.expect("committed");
            claimed.expect("claimed")
        };
        let mut seen = HashSet::new();
        // Of those that ask at the same moment some get nothing, and ask again.
        while queries::is_due(store.readers(), Channel::Email, now)
            .await
            .expect("asked")
        {
            let at_once = futures::future::join_all((0..8).map(|_| claim())).await;
            for entry in at_once.into_iter().flatten() {
                assert!(seen.insert(entry.id.clone()), "{} twice", entry.id);
            }
        }
        assert_eq!(seen.len(), 100);
        assert!(
            !queries::is_due(store.readers(), Channel::Email, now)
                .await
                .expect("asked")
        );
        assert!(
            queries::is_due(store.readers(), Channel::Email, until)
                .await
                .expect("asked")
        );
    }
}

/// Whoever took entries died: another sends them once the lease is over.
#[tokio::test]
async fn what_a_dead_instance_had_claimed_is_sent_by_another() {
    for database in TestDatabase::all().await {
        let (world, clock) = world_with(&database, kept()).await;
        put(&world, 20).await;
        let state = || async {
            let entries = notify::outbox_entries(&world.admin, &world.backend).await;
            entries.expect("theirs").len()
        };
        until("all are kept", || async {
            clock.advance_s(1.0);
            state().await == 20
        })
        .await;
    }
}

async fn put(world: &World, count: usize) {
    let now = world.backend.now();
    let entries: Vec<_> = (0..count)
        .map(|number| notify::outbox::Entry {
            id: format!("ntf_{number}.email"),
            person: World::id(&world.ada),
            channel: Channel::Email,
            push_id: None,
            kind: porchlight_domain::notification::Kind::Delivered,
            reference: None,
            details: porchlight_domain::notification::Details::default(),
            created_at: now,
            expires_at: now.plus_s(7200.0),
            due_at: now,
            attempts: 0,
        })
        .collect();
    let writing = world.backend.store().write().await.expect("a turn");
    let statements = queries::insert(&entries).expect("statements");
    writing.commit_after(statements).await.expect("committed");
}
