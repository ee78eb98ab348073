use porchlight_domain::delivery::Proof;
use porchlight_domain::hold::HoldState;

use super::*;
use crate::runs;
use crate::testing::{Listener, TestDatabase};

#[tokio::test]
async fn the_stop_moves_to_the_office_while_the_parcel_is_out() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (near, far) = (
            office(&world.backend, 1, 5).await,
            office(&world.backend, 2, 5).await,
        );
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let phone = Listener::join(&world.backend, vec![World::topic(&world.ada)]);
        request(&world.ada, &world.backend, reference, &near)
            .await
            .expect("there is room");
        let heard = phone.until_type("hold.confirmed").await;
        assert_eq!(heard["data"]["name"], "Office 1");
        assert!(heard["data"]["keep_until"].is_string(), "{heard}");

        let stop = async || {
            let run = runs::today(&world.courier, &world.backend).await;
            let run = run.expect("asked").expect("a run");
            run.stop(reference).expect("a stop").clone()
        };
        let there = stop().await;
        assert_eq!(there.address.text, "Elielinaukio 1");
        assert_eq!(there.office.map(|office| office.id), Some(near.clone()));
        let seen = held(&world, reference).await;
        assert_eq!(seen.state, HoldState::Confirmed);
        assert!(seen.can_change && seen.pass.is_none());
        assert_eq!(seen.office.space_left, 4);

        request(&world.ada, &world.backend, reference, &far)
            .await
            .expect("another one");
        assert_eq!(stop().await.address.text, "Elielinaukio 2");
        assert_eq!(
            (used(&world, &near).await, used(&world, &far).await),
            (0, 1)
        );
        request(&world.ada, &world.backend, reference, &far)
            .await
            .expect("asked twice is asked once");
        assert_eq!(used(&world, &far).await, 1);

        cancel(&world.ada, &world.backend, reference)
            .await
            .expect("not there yet");
        let at_the_door = stop().await;
        assert_eq!(at_the_door.office, None);
        assert_eq!(at_the_door.address.text, "Somewhere in Helsinki");
        assert_eq!(used(&world, &far).await, 0);
        let again = cancel(&world.ada, &world.backend, reference).await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
        let seen = hold(&world.ada, &world.backend, reference).await;
        assert_eq!(seen.expect("hers"), None);
    }
}

#[tokio::test]
async fn nobody_but_its_recipient_chooses_and_nobody_else_reads_a_code() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let backend = &world.backend;
        let stranger = request(&world.bob, backend, reference, &office).await;
        assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
        let courier = request(&world.courier, backend, reference, &office).await;
        assert!(matches!(courier, Err(Error::Forbidden)), "{courier:?}");
        let nobody = request(&Actor::Anonymous, backend, reference, &office).await;
        assert!(matches!(nobody, Err(Error::Unauthenticated)));
        let unknown = PostOfficeId::from_text("off_none");
        let nowhere = request(&world.ada, backend, reference, &unknown).await;
        assert!(matches!(nowhere, Err(Error::Invalid { .. })), "{nowhere:?}");
        assert_eq!(used(&world, &office).await, 0);

        request(&world.ada, backend, reference, &office)
            .await
            .expect("hers");
        drop_it(&world, reference).await.expect("expected there");
        assert!(held(&world, reference).await.pass.is_some());
        let admin = hold(&world.admin, backend, reference).await;
        assert_eq!(admin.expect("theirs").expect("held").pass, None);
        for other in [&world.bob, &world.courier] {
            let seen = hold(other, backend, reference).await;
            assert!(matches!(seen, Err(Error::NotFound | Error::Forbidden)));
        }
    }
}

#[tokio::test]
async fn after_a_failure_the_courier_brings_it_to_the_nearest_office() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let nowhere = drop_it(&world, reference).await;
        assert!(says(&nowhere, "no post office expects"), "{nowhere:?}");
        world
            .step(reference, Status::Failed)
            .await
            .expect("nobody home");
        let is_ahead = async || {
            let courier = &world.courier.person().expect("somebody").id;
            let run = runs::active_run_of(&world.backend, courier).await;
            let run = run.expect("read").expect("it goes on");
            let run = runs::load(&world.backend, &run).await;
            let run = run.expect("read").expect("there");
            run.pending().any(|stop| stop.delivery == reference)
        };
        assert!(!is_ahead().await, "nobody goes there any more");
        request(&world.courier, &world.backend, reference, &office)
            .await
            .expect("the courier looks for a way");
        assert!(is_ahead().await, "the office is a stop like any other");
        drop_it(&world, reference).await.expect("expected there");
        assert!(held(&world, reference).await.pass.is_some());
    }
}

#[tokio::test]
async fn of_a_hold_and_a_delivery_at_once_one_wins_and_both_are_told() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 50).await;
        for _ in 0..8 {
            let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
            let (held, delivered) = tokio::join!(
                request(&world.ada, &world.backend, reference, &office),
                world.step(reference, Status::Delivered),
            );
            assert_ne!(held.is_ok(), delivered.is_ok(), "{held:?} {delivered:?}");
            let now = status(&world, reference).await;
            if held.is_ok() {
                assert_eq!(now, Status::OutForDelivery);
                assert!(says(&delivered, "post office"), "{delivered:?}");
            } else {
                assert_eq!(now, Status::Delivered);
                assert!(says(&held, "can't be sent"), "{held:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_was_delivered_in_a_dead_zone_before_stays_delivered() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("it opens");
        let world = World::on(backend).await;
        let office = office(&world.backend, 1, 5).await;
        let reference = on_its_way(&world, &office).await;
        clock.advance_s(600.0);
        let delivered = |ago_s: f64| {
            let whereabouts = Whereabouts::NoFix {
                reason: "indoors".into(),
            };
            let change = StatusChange {
                proof: Some(Proof::RecipientName("Ada".into())),
                done_at: Some(clock.now().plus_s(-ago_s)),
                ..StatusChange::to(Status::Delivered, whereabouts)
            };
            deliveries::change_status(&world.courier, &world.backend, reference, change)
        };
        let after = delivered(300.0).await;
        assert!(says(&after, "post office"), "{after:?}");
        delivered(900.0).await.expect("it was in her hands by then");
        assert_eq!(used(&world, &office).await, 0);
        let told = told(&world, reference).await;
        assert_eq!(told.last().map(String::as_str), Some("hold.cancelled"));
    }
}

#[tokio::test]
async fn what_was_dropped_in_a_dead_zone_before_another_office_was_chosen_lies_where_it_lies() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let (here, there) = (
            office(&world.backend, 1, 5).await,
            office(&world.backend, 2, 5).await,
        );
        let elsewhere = office(&world.backend, 3, 5).await;
        let reference = on_its_way(&world, &here).await;
        clock.advance_s(600.0);
        request(&world.ada, &world.backend, reference, &there)
            .await
            .expect("another one");
        clock.advance_s(600.0);
        let dropped = |office: &PostOfficeId, ago_s: f64| {
            let whereabouts = Whereabouts::NoFix {
                reason: "indoors".into(),
            };
            let change = StatusChange {
                done_at: Some(clock.now().plus_s(-ago_s)),
                office: Some(office.clone()),
                ..StatusChange::to(Status::Held, whereabouts)
            };
            deliveries::change_status(&world.courier, &world.backend, reference, change)
        };
        let after = dropped(&here, 300.0).await;
        assert!(says(&after, "another post office"), "{after:?}");
        let never_sent_there = dropped(&elsewhere, 900.0).await;
        assert!(
            says(&never_sent_there, "another post office"),
            "{never_sent_there:?}"
        );
        // Somebody took the place that it left: it lies there all the same.
        for _ in 0..5 {
            on_its_way(&world, &here).await;
        }
        dropped(&here, 900.0).await.expect("it lies there");
        let held = held(&world, reference).await;
        assert_eq!(
            (held.state, held.office.id),
            (HoldState::Ready, here.clone())
        );
        assert_eq!(
            (used(&world, &here).await, used(&world, &there).await),
            (6, 0)
        );
        crate::events::verify_log(world.backend.store())
            .await
            .expect("the chain is whole");
    }
}

#[tokio::test]
async fn whoever_calls_a_parcel_off_gives_its_place_back() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 1).await;
        let reference = world.book(&world.ada, 60.1750, 24.9400).await;
        request(&world.ada, &world.backend, reference, &office)
            .await
            .expect("the last place");
        let change = StatusChange::to(Status::Cancelled, Whereabouts::Elsewhere);
        deliveries::change_status(&world.ada, &world.backend, reference, change)
            .await
            .expect("still with its sender");
        assert_eq!(used(&world, &office).await, 0);
        let late = request(&world.ada, &world.backend, reference, &office).await;
        assert!(matches!(late, Err(Error::Conflict { .. })), "{late:?}");
    }
}
