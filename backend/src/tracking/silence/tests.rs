use porchlight_domain::delivery::Status;

use super::*;
use crate::runs;
use crate::testing::{Listener, NOON, TestDatabase, World};

/// The silences and their ends in the log, in order.
async fn told(backend: &Backend) -> Vec<String> {
    let rows = crate::events::queries::after(backend.store().readers(), 0, 1000).await;
    let kinds = rows.expect("the log").into_iter().map(|row| row.kind);
    kinds
        .filter(|kind| kind == "courier.silent" || kind == "courier.heard")
        .collect()
}

#[tokio::test]
async fn a_silence_and_its_end_are_told_once_to_the_operation() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        let admins = Listener::join(backend, vec![crate::events::Topic::operations()]);
        let ada = Listener::join(backend, vec![World::topic(&world.ada)]);
        world.drive(60.1600, 24.9400).await;
        let last_heard = backend.now();
        clock.advance_s(299.0);
        look(backend, NOON).await.expect("looked");
        assert!(told(backend).await.is_empty(), "five minutes are allowed");

        clock.advance_s(2.0);
        for _ in 0..3 {
            look(backend, NOON).await.expect("looked");
        }
        assert_eq!(told(backend).await, ["courier.silent"]);
        let event = admins.until_type("courier.silent").await;
        assert_eq!(event["data"]["last_heard"], serde_json::json!(last_heard));
        let silent = silent_couriers(&world.admin, backend).await.expect("asked");
        assert_eq!(
            silent,
            [SilentCourier {
                courier: "Väinö Aalto".into(),
                last_heard,
                parcels_out: 1
            }]
        );
        for stranger in [&world.ada, &world.courier] {
            let refused = silent_couriers(stranger, backend).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }

        world.drive(60.1610, 24.9400).await;
        for _ in 0..3 {
            look(backend, NOON).await.expect("looked");
        }
        assert_eq!(told(backend).await, ["courier.silent", "courier.heard"]);
        admins.until_type("courier.heard").await;
        assert_eq!(
            silent_couriers(&world.admin, backend).await.expect("asked"),
            []
        );
        // The next one is another silence.
        clock.advance_s(301.0);
        look(backend, NOON).await.expect("looked");
        assert_eq!(told(backend).await.len(), 3);
        let for_ada = ada.heard();
        let is_of_it = |event: &serde_json::Value| {
            let kind = event["type"].as_str().unwrap_or_default();
            kind == "courier.silent" || kind == "courier.heard"
        };
        assert!(!for_ada.iter().any(is_of_it), "it is for the operation");
    }
}

#[tokio::test]
async fn a_phone_that_comes_back_is_noticed_without_waiting_for_the_next_look() {
    let database = TestDatabase::sqlite();
    let (world, clock) = World::with_clock(&database).await;
    world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
    world.settled().await;
    let admins = Listener::join(&world.backend, vec![crate::events::Topic::operations()]);
    world.drive(60.1600, 24.9400).await;
    clock.advance_s(400.0);
    look(&world.backend, NOON).await.expect("looked");
    let began = std::time::Instant::now();
    world.drive(60.1610, 24.9400).await;
    admins.until_type("courier.heard").await;
    assert!(began.elapsed() < LOOK, "{:?}", began.elapsed());
}

#[tokio::test]
async fn two_instances_tell_a_silence_and_its_end_once() {
    let mut databases = vec![TestDatabase::sqlite()];
    databases.extend(TestDatabase::postgres().await);
    for database in databases {
        let (world, clock) = World::with_clock(&database).await;
        let mut settings = database.settings();
        settings.clock = clock.clone();
        let there = Backend::start(settings).await.expect("a second instance");
        let here = &world.backend;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.drive(60.1600, 24.9400).await;
        for round in 1..=5 {
            clock.advance_s(400.0);
            let looks = futures::join!(
                look(here, NOON),
                look(&there, NOON),
                look(here, NOON),
                look(&there, NOON)
            );
            for looked in [looks.0, looks.1, looks.2, looks.3] {
                looked.expect("looked");
            }
            assert_eq!(told(here).await.len(), 2 * round - 1);
            world
                .drive(
                    60.1600 + f64::from(u32::try_from(round).expect("few")) * 1e-3,
                    24.94,
                )
                .await;
            let looks = futures::join!(look(here, NOON), look(&there, NOON));
            looks.0.expect("looked");
            looks.1.expect("looked");
            assert_eq!(told(here).await.len(), 2 * round);
        }
    }
}

#[tokio::test]
async fn a_silence_survives_a_restart_and_one_is_not_made_up_by_it() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.drive(60.1600, 24.9400).await;
        world.backend.close().await;

        // An hour without a server: nobody could be heard.
        clock.advance_s(3600.0);
        let mut settings = database.settings();
        settings.clock = clock.clone();
        let backend = Backend::start(settings.clone()).await.expect("it opens");
        let up_since = backend.now();
        look(&backend, up_since).await.expect("looked");
        clock.advance_s(299.0);
        look(&backend, up_since).await.expect("looked");
        assert!(told(&backend).await.is_empty());
        clock.advance_s(2.0);
        look(&backend, up_since).await.expect("looked");
        assert_eq!(told(&backend).await, ["courier.silent"]);
        backend.close().await;

        let backend = Backend::start(settings).await.expect("it opens");
        clock.advance_s(1000.0);
        look(&backend, up_since).await.expect("looked");
        assert_eq!(told(&backend).await, ["courier.silent"]);
    }
}

#[tokio::test]
async fn nobody_is_silent_before_a_run_or_after_it() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let reference = world.book(&world.ada, 60.1750, 24.9400).await;
        world.assign(reference).await;
        clock.advance_s(3600.0);
        look(backend, NOON).await.expect("looked");
        assert!(told(backend).await.is_empty(), "the run is planned");

        // Whoever has set out and never reported is silent too.
        world
            .step(reference, Status::Collected)
            .await
            .expect("collected");
        world
            .step(reference, Status::OutForDelivery)
            .await
            .expect("out");
        clock.advance_s(301.0);
        look(backend, NOON).await.expect("looked");
        assert_eq!(told(backend).await, ["courier.silent"]);

        world
            .step(reference, Status::Delivered)
            .await
            .expect("delivered");
        runs::end(&world.courier, backend).await.expect("ended");
        clock.advance_s(3600.0);
        look(backend, NOON).await.expect("looked");
        assert_eq!(told(backend).await, ["courier.silent"]);
        assert_eq!(
            silent_couriers(&world.admin, backend).await.expect("asked"),
            []
        );
    }
}

#[tokio::test]
async fn who_read_long_ago_does_not_end_a_newer_silence() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.drive(60.1600, 24.9400).await;
        clock.advance_s(400.0);
        look(backend, NOON).await.expect("looked");
        world.drive(60.1610, 24.9400).await;
        let rows = queries::on_the_road(backend.store().readers()).await;
        let long_ago = rows.expect("a run").pop().expect("one");
        look(backend, NOON).await.expect("looked");
        clock.advance_s(400.0);
        look(backend, NOON).await.expect("looked");
        assert_eq!(told(backend).await.len(), 3);
        tell_heard(backend, &long_ago).await.expect("told nothing");
        assert_eq!(told(backend).await.len(), 3);
        let silent = silent_couriers(&world.admin, backend).await;
        assert_eq!(silent.expect("asked").len(), 1);
    }
}
