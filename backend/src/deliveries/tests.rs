use porchlight_domain::delivery::{Status, StatusChange, Whereabouts};
use porchlight_domain::reference::Reference;

use super::*;
use crate::events::Topic;
use crate::testing::{Listener as TestListener, TestDatabase, World};

#[tokio::test]
async fn a_stranger_finds_nothing_anywhere() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.book(&world.ada, 60.17, 24.94).await;
        let backend = &world.backend;
        for stranger in [&world.bob, &world.courier] {
            assert!(matches!(
                detail(stranger, backend, reference).await,
                Err(Error::NotFound)
            ));
            assert!(matches!(
                timeline(stranger, backend, reference).await,
                Err(Error::NotFound)
            ));
            assert!(matches!(
                shares(stranger, backend, reference).await,
                Err(Error::NotFound)
            ));
            assert!(matches!(
                share(stranger, backend, reference, "").await,
                Err(Error::NotFound)
            ));
            assert!(
                mine(stranger, backend)
                    .await
                    .expect("an empty list")
                    .is_empty()
            );
            let change = StatusChange::to(Status::Cancelled, Whereabouts::Elsewhere);
            let refused = change_status(stranger, backend, reference, change).await;
            assert!(matches!(refused, Err(Error::NotFound)));
        }
        let unknown = Reference::from_random(12345);
        assert!(matches!(
            detail(&world.ada, backend, unknown).await,
            Err(Error::NotFound)
        ));
        let nobody = Actor::Anonymous;
        assert!(matches!(
            detail(&nobody, backend, reference).await,
            Err(Error::Unauthenticated)
        ));
    }
}

#[tokio::test]
async fn the_timeline_tells_everything_but_where_others_live() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let told = timeline(&world.ada, &world.backend, reference)
            .await
            .expect("hers");
        let kinds: Vec<_> = told.iter().map(|entry| entry.fact.type_name()).collect();
        assert_eq!(
            kinds,
            [
                "delivery.booked",
                "delivery.status.changed",
                "delivery.status.changed"
            ]
        );
        let full = timeline(&world.admin, &world.backend, reference)
            .await
            .expect("the admin's");
        assert_eq!(full.len(), 4, "the assignment is for the inside");
        assert!(full.iter().all(|entry| entry.hash.len() == 64));
    }
}

#[tokio::test]
async fn the_same_step_twice_happens_once() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let tries = (0..8).map(|_| world.step(reference, Status::Delivered));
        let outcomes = futures::future::join_all(tries).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(
            outcome,
            Ok(()) | Err(Error::Conflict { .. } | Error::AlreadyDone { .. })
        )));
        let told = timeline(&world.ada, &world.backend, reference)
            .await
            .expect("hers");
        let delivered = told.iter().filter(|entry| {
            matches!(
                entry.fact,
                Fact::StatusChanged {
                    to: Status::Delivered,
                    ..
                }
            )
        });
        assert_eq!(delivered.count(), 1);
    }
}

#[tokio::test]
async fn a_customer_cancels_what_is_not_collected_and_moves_nothing_else() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.book(&world.ada, 60.17, 24.94).await;
        let to = |status| {
            let change = StatusChange::to(status, Whereabouts::Elsewhere);
            change_status(&world.ada, &world.backend, reference, change)
        };
        assert!(matches!(to(Status::Collected).await, Err(Error::Forbidden)));
        assert_eq!(
            to(Status::Cancelled)
                .await
                .expect("cancelled")
                .summary
                .status,
            Status::Cancelled
        );
    }
}

#[tokio::test]
async fn a_courier_says_where_they_are_or_why_not() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.book(&world.ada, 60.17, 24.94).await;
        world.assign(reference).await;
        let to = |actor, whereabouts| {
            let change = StatusChange::to(Status::Collected, whereabouts);
            change_status(actor, &world.backend, reference, change)
        };
        let refused = to(&world.courier, Whereabouts::Elsewhere).await;
        assert!(
            matches!(
                refused,
                Err(Error::Invalid {
                    field: Some("at"),
                    ..
                })
            ),
            "{refused:?}"
        );
        to(&world.admin, Whereabouts::Elsewhere)
            .await
            .expect("an office is nowhere");
        crate::runs::start(&world.courier, &world.backend)
            .await
            .expect("the whole run goes out");
    }
}

#[tokio::test]
async fn the_customer_hears_that_it_is_out_the_moment_it_is() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let ada = TestListener::join(&world.backend, vec![World::topic(&world.ada)]);
        let bob = TestListener::join(&world.backend, vec![World::topic(&world.bob)]);
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let heard = ada
            .until(|heard| {
                heard
                    .iter()
                    .any(|event| event["data"]["to"] == "out_for_delivery")
            })
            .await;
        assert!(
            heard
                .iter()
                .filter(|event| event["type"] != "notification.created")
                .all(|event| event["subject"] == reference.to_string())
        );
        assert!(bob.heard().is_empty());
    }
}

#[tokio::test]
async fn a_share_link_shows_no_address_and_dies_at_delivery() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let new = share(&world.ada, backend, reference, "Neighbour")
            .await
            .expect("a link");
        let token = new.path.strip_prefix("/s/").expect("a path");
        let seen = shared(backend, token).await.expect("it works");
        let text = serde_json::to_string(&seen).expect("JSON");
        assert!(
            !text.contains("Somewhere") && !text.contains("24.94") && !text.contains("Väinö"),
            "{text}"
        );

        let watcher = TestListener::join(backend, vec![Topic::share(&new.link.id)]);
        world
            .step(reference, Status::Delivered)
            .await
            .expect("delivered");
        assert!(matches!(shared(backend, token).await, Err(Error::NotFound)));
        world.settled().await;
        assert!(watcher.is_closed());
        let listed = shares(&world.ada, backend, reference).await.expect("hers");
        assert!(listed.iter().all(|link| !link.active));
    }
}

#[tokio::test]
async fn a_revoked_link_is_dead_at_once_and_an_old_one_dies_by_itself() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let world = World::on(Backend::start(settings).await.expect("starts")).await;
        let backend = &world.backend;
        let reference = world.book(&world.ada, 60.17, 24.94).await;
        let link = |label| share(&world.ada, backend, reference, label);
        let (one, two) = (
            link("one").await.expect("a link"),
            link("two").await.expect("a link"),
        );
        let open = |new: &porchlight_domain::tracking::NewShareLink| {
            let token = new.path.trim_start_matches("/s/").to_owned();
            async move { open_share(backend, &token).await.is_ok() }
        };
        revoke_share(&world.ada, backend, reference, &one.link.id)
            .await
            .expect("revoked");
        revoke_share(&world.ada, backend, reference, &one.link.id)
            .await
            .expect("twice is once");
        assert!(!open(&one).await && open(&two).await);
        clock.advance_s(3.0 * 24.0 * 3600.0);
        assert!(!open(&two).await);
        let refused = revoke_share(&world.bob, backend, reference, &two.link.id).await;
        assert!(matches!(refused, Err(Error::NotFound)));
    }
}
