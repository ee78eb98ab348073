use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::delivery::{Status, Whereabouts};
use porchlight_domain::reference::Reference;
use serde_json::Value;

use crate::testing::{Listener, TestDatabase, World};
use crate::{Backend, Error, runs};

fn arrive(number: u32, reference: Reference, done_s_ago: f64) -> Action {
    Action {
        key: IdempotencyKey::parse(&format!("an-arrival-of-a-phone-{number}")).expect("a key"),
        done_s_ago,
        step: Step::Arrive {
            reference,
            whereabouts: Whereabouts::NoFix {
                reason: "in the cellar".into(),
            },
        },
    }
}

/// How often it was told that the courier is near, and at the door.
async fn told(backend: &Backend) -> (usize, usize) {
    let rows = crate::events::queries::after(backend.store().readers(), 0, 1000).await;
    let rows = rows.expect("the log");
    let count = |arrival: &str| {
        let is_one = |kind: &str, data: &str| kind == "courier.arriving" && data.contains(arrival);
        rows.iter()
            .filter(|row| is_one(&row.kind, &row.data))
            .count()
    };
    (count("\"near\""), count("\"at_the_door\""))
}

fn arrivals(heard: &[Value]) -> Vec<&Value> {
    let is_one = |event: &&Value| event["type"] == "courier.arriving";
    heard.iter().filter(is_one).collect()
}

#[tokio::test]
async fn a_courier_without_gps_tells_the_recipient_once() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (courier, backend) = (&world.courier, &world.backend);
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        let ada = Listener::join(backend, vec![World::topic(&world.ada)]);
        for _ in 0..2 {
            runs::take(courier, backend, arrive(1, reference, 0.0))
                .await
                .expect("taken");
        }
        runs::take(courier, backend, arrive(2, reference, 0.0))
            .await
            .expect("a second press");
        let heard = ada.until(|heard| !arrivals(heard).is_empty()).await;
        assert_eq!(
            arrivals(&heard)[0]["data"],
            serde_json::json!({"arrival": "at_the_door"})
        );
        let run = runs::today(courier, backend)
            .await
            .expect("asked")
            .expect("a run");
        assert!(run.stops[0].arrived);

        // The geofence then has nothing to add.
        world.drive(60.1750, 24.9400).await;
        world.step(reference, Status::Failed).await.expect("failed");
        world.settled().await;
        assert_eq!(told(backend).await, (0, 1));
        // The next time it goes out is another one.
        world
            .step(reference, Status::OutForDelivery)
            .await
            .expect("out again");
        let run = runs::today(courier, backend)
            .await
            .expect("asked")
            .expect("a run");
        assert!(!run.stops[0].arrived);
        runs::take(courier, backend, arrive(3, reference, 0.0))
            .await
            .expect("taken");
        assert_eq!(told(backend).await, (0, 2));
    }
}

#[tokio::test]
async fn what_the_geofence_has_told_is_not_told_again() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        world.settled().await;
        let ada = Listener::join(backend, vec![World::topic(&world.ada)]);
        world.drive(60.1750, 24.9400).await;
        ada.until(|heard| !arrivals(heard).is_empty()).await;
        runs::take(&world.courier, backend, arrive(1, reference, 0.0))
            .await
            .expect("taken");
        assert_eq!(told(backend).await, (0, 1));
    }
}

#[tokio::test]
async fn an_arrival_in_a_dead_zone_is_dated_by_when_it_was() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        runs::take(&world.courier, backend, arrive(1, reference, 600.0))
            .await
            .expect("taken");
        let entries = crate::deliveries::timeline(&world.ada, backend, reference).await;
        let last = entries.expect("a timeline").pop().expect("an entry");
        let json = serde_json::to_value(&last).expect("JSON");
        assert_eq!(
            json["data"]["done_at"],
            serde_json::json!(backend.now().plus_s(-600.0))
        );
        assert!(json["data"].get("whereabouts").is_none(), "{json}");
    }
}

#[tokio::test]
async fn only_its_courier_arrives_with_a_parcel_that_is_out() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.book(&world.ada, 60.1750, 24.9400).await;
        let take = async |actor, action| runs::take(actor, backend, action).await;
        let refused = take(&world.courier, arrive(1, reference, 0.0)).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        world.assign(reference).await;
        let refused = take(&world.courier, arrive(1, reference, 0.0)).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
        for to in [Status::Collected, Status::OutForDelivery] {
            world.step(reference, to).await.expect("a legal step");
        }
        for actor in [&world.ada, &world.admin] {
            let refused = take(actor, arrive(2, reference, 0.0)).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        let refused = take(&world.bob, arrive(2, reference, 0.0)).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        let mut nowhere = arrive(3, reference, 0.0);
        nowhere.step = Step::Arrive {
            reference,
            whereabouts: Whereabouts::Elsewhere,
        };
        let refused = take(&world.courier, nowhere).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        assert_eq!(told(backend).await, (0, 0));
    }
}
