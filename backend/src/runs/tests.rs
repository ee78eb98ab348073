use porchlight_domain::delivery::Status;
use porchlight_domain::run::RunState;

use super::*;
use crate::testing::{TestDatabase, World};

#[tokio::test]
async fn starting_a_run_takes_every_parcel_out_as_one_batch() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let mut references = Vec::new();
        for lat in [60.170, 60.171, 60.172] {
            let reference = world.book(&world.ada, lat, 24.94).await;
            world.assign(reference).await;
            world
                .step(reference, Status::Collected)
                .await
                .expect("collected");
            references.push(reference);
        }
        let run = start(&world.courier, &world.backend)
            .await
            .expect("started");
        assert_eq!(run.state, RunState::Active);
        let order: Vec<_> = run.stops.iter().map(|stop| stop.reference).collect();
        assert_eq!(order, references);
        assert!(
            run.stops
                .iter()
                .all(|stop| stop.status == Status::OutForDelivery)
        );

        let rows = crate::events::queries::after(world.backend.store().readers(), 0, 100)
            .await
            .expect("the log is there");
        let batch = &rows.last().expect("not empty").correlation_id;
        assert_eq!(
            rows.iter()
                .filter(|row| row.correlation_id == *batch)
                .count(),
            4
        );
        start(&world.courier, &world.backend)
            .await
            .expect("starting twice is once");
    }
}

#[tokio::test]
async fn starting_without_a_run_leaves_no_trace_and_a_refused_stop_does() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let newest = async || {
            crate::events::queries::last_seq(backend.store().readers())
                .await
                .expect("the log is there")
        };
        for _ in 0..3 {
            let refused = start(&world.courier, backend).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
            let refused = start(&world.ada, backend).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        assert_eq!(newest().await, 0);

        let reference = world.book(&world.ada, 60.17, 24.94).await;
        world.assign(reference).await;
        let before = newest().await;
        let mut batch = Batch::begin(backend, &world.courier).await.expect("begun");
        start_all(&mut batch, &world.courier, &World::id(&world.courier))
            .await
            .expect("there is a run");
        batch.roll_back("a stop was refused").await;
        assert_eq!(newest().await, before + 1);
    }
}

#[tokio::test]
async fn a_run_ends_when_every_parcel_is_accounted_for() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let refused = end(&world.courier, &world.backend).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
        world
            .step(reference, Status::Delivered)
            .await
            .expect("delivered");
        end(&world.courier, &world.backend).await.expect("ended");
        assert!(
            today(&world.courier, &world.backend)
                .await
                .expect("asked")
                .is_none()
        );
    }
}

#[tokio::test]
async fn two_assignments_at_once_share_one_run() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (one, two) = (
            world.book(&world.ada, 60.17, 24.94).await,
            world.book(&world.bob, 60.18, 24.94).await,
        );
        futures::join!(world.assign(one), world.assign(two));
        let run = today(&world.courier, &world.backend)
            .await
            .expect("asked")
            .expect("a run");
        assert_eq!(run.stops.len(), 2);
        let refused = today(&world.ada, &world.backend).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}
