use std::time::Duration;

use super::*;
use crate::testing::{Listener, REDIS_URL, TestDatabase, World};
use crate::{runs, tracking};

/// A parcel that is out, seven kilometres from a van that drives there: nobody is near and nobody watches.
async fn far_away(world: &World) {
    world.out_for_delivery(&world.ada, 60.2300, 24.9400).await;
    world.settled().await;
    let taken = world.drive(60.1700, 24.9400).await;
    assert_eq!(taken.next_interval_s, 30);
}

#[tokio::test]
async fn a_phone_hears_at_once_that_somebody_watches() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        far_away(&world).await;
        let phone = Listener::join(backend, vec![World::topic(&world.courier)]);
        let _ada = Listener::join(backend, vec![World::topic(&world.ada)]);
        for _ in 0..3 {
            tracking::snapshot(&world.ada, backend)
                .await
                .expect("a snapshot");
        }
        let told = phone.until_type("courier.watched").await;
        assert_eq!(told["data"]["next_interval_s"], 5);
        let heard = phone.heard();
        let watched = heard
            .iter()
            .filter(|event| event["type"] == "courier.watched");
        assert_eq!(watched.count(), 1, "it is told once");
        let run = runs::today(&world.courier, backend)
            .await
            .expect("asked")
            .expect("a run");
        assert_eq!(run.next_interval_s, Some(5));
    }
}

#[tokio::test]
async fn a_phone_hears_of_those_who_watch_on_another_instance() {
    let (Some(database), Ok(redis)) = (TestDatabase::postgres().await, std::env::var(REDIS_URL))
    else {
        return;
    };
    let settings = || {
        let mut settings = database.settings();
        settings.redis_url = Some(redis.clone());
        settings
    };
    let here = Backend::start(settings()).await.expect("an instance");
    let there = Backend::start(settings()).await.expect("another instance");
    let world = World::on(here).await;
    far_away(&world).await;
    let phone = Listener::join(&world.backend, vec![World::topic(&world.courier)]);
    let _ada = Listener::join(&there, vec![World::topic(&world.ada)]);
    let told = async {
        // The other instance follows the run a moment later.
        loop {
            tracking::snapshot(&world.ada, &there)
                .await
                .expect("a snapshot");
            if let Ok(told) = tokio::time::timeout(
                Duration::from_millis(200),
                phone.until_type("courier.watched"),
            )
            .await
            {
                return told;
            }
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(20), told)
        .await
        .expect("told in time");
    assert_eq!(told["data"]["next_interval_s"], 5);
}
