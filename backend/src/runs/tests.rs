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
            references.push(world.collected(&world.ada, lat, 24.94).await);
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
        let in_batch = |is_told: bool| {
            let of_batch = rows.iter().filter(|row| row.correlation_id == *batch);
            let told = of_batch.filter(|row| (row.kind == "notification.created") == is_told);
            told.count()
        };
        assert_eq!((in_batch(false), in_batch(true)), (4, 3));
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

mod many_steps {
    use porchlight_domain::action::{Action, IdempotencyKey, Outcome, Step};
    use porchlight_domain::delivery::{Proof, Status, StatusChange, Whereabouts};
    use porchlight_domain::reference::Reference;

    use super::super::*;
    use crate::testing::{TestDatabase, World};

    fn action(number: usize, reference: Reference, to: Status) -> Action {
        let whereabouts = Whereabouts::NoFix {
            reason: "in the cellar".into(),
        };
        let change = StatusChange {
            proof: Some(Proof::RecipientName("Ada".into())),
            ..StatusChange::to(to, whereabouts)
        };
        Action {
            key: IdempotencyKey::parse(&format!("one-of-many-steps-{number}")).expect("a key"),
            done_s_ago: 0.0,
            step: Step::ChangeStatus { reference, change },
        }
    }

    #[tokio::test]
    async fn each_is_taken_or_refused_and_none_keeps_those_behind_it() {
        for database in TestDatabase::all().await {
            let world = World::on(database.backend().await).await;
            let mut parcels = Vec::new();
            for _ in 0..3 {
                parcels.push(world.out_for_delivery(&world.ada, 60.17, 24.94).await);
            }
            world
                .step(parcels[1], Status::Delivered)
                .await
                .expect("delivered");
            let stranger = world.book(&world.bob, 60.17, 24.94).await;
            let steps = vec![
                action(1, parcels[0], Status::Delivered),
                action(2, parcels[1], Status::Held),
                action(3, stranger, Status::Delivered),
                action(4, parcels[2], Status::Delivered),
                action(5, parcels[2], Status::Delivered),
            ];
            let mut outcomes = Vec::new();
            for _ in 0..2 {
                outcomes = take_all(&world.courier, &world.backend, steps.clone())
                    .await
                    .expect("an answer");
                let taken: Vec<_> = outcomes.iter().map(|one| *one == Outcome::Taken).collect();
                assert_eq!(taken, [true, false, false, true, false], "{outcomes:?}");
            }
            assert!(
                matches!(&outcomes[1], Outcome::Refused(refused) if refused.why.is_some()),
                "{outcomes:?}"
            );
            // Somebody else's hand in the same thing: the proof is not lost without a word.
            assert!(
                matches!(&outcomes[4], Outcome::Refused(Refused { why: Some(why), is_mendable: true })
                    if why.contains("not added")),
                "{outcomes:?}"
            );
            for refused in [Vec::new(), vec![steps[0].clone(); MAX_STEPS + 1]] {
                let answer = take_all(&world.courier, &world.backend, refused).await;
                assert!(matches!(answer, Err(Error::Invalid { .. })), "{answer:?}");
            }
            let answer = take_all(&world.ada, &world.backend, steps).await;
            assert!(matches!(answer, Err(Error::Forbidden)), "{answer:?}");
        }
    }
}
