use futures::future::join_all;
use porchlight_domain::hold::HoldState;

use super::super::due::look;
use super::*;
use crate::testing::TestDatabase;

const DAY_S: f64 = 86_400.0;

/// Two instances look at the same time, and each once more after a restart.
async fn look_together(backends: &[Backend]) -> usize {
    let looks = backends.iter().cycle().take(6).map(look);
    join_all(looks)
        .await
        .into_iter()
        .map(|done| done.expect("looked"))
        .sum()
}

#[tokio::test]
async fn who_does_not_come_is_reminded_once_each_time_and_then_it_goes_back() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let start = || Backend::start(settings.clone());
        let backends = [
            start().await.expect("one opens"),
            start().await.expect("another opens"),
        ];
        let world = World::on(backends[0].clone()).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        assert_eq!(look_together(&backends).await, 0, "nothing is due");
        let before = held(&world, reference).await.keep_until;
        assert_eq!(
            before.to_string(),
            "2026-12-04T21:59:59.000Z",
            "to the end of the day in Helsinki"
        );
        clock.advance_s(7.5 * DAY_S);
        assert_eq!(look_together(&backends).await, 1, "a week before the end");
        extend(&world.ada, &world.backend, reference)
            .await
            .expect("once");
        let twice = extend(&world.ada, &world.backend, reference).await;
        assert!(matches!(twice, Err(Error::AlreadyDone { .. })), "{twice:?}");
        let after = held(&world, reference).await.keep_until;
        assert_eq!(after, before.plus_s(7.0 * DAY_S));
        clock.advance_s(7.0 * DAY_S);
        assert_eq!(
            look_together(&backends).await,
            1,
            "a week before the new end"
        );
        clock.advance_s(5.0 * DAY_S);
        assert_eq!(look_together(&backends).await, 1, "two days before it");
        // Nobody looks for a while, as when the server is down.
        backends[1].close().await;
        clock.advance_s(3.0 * DAY_S);
        let refused = hand_out(&clerk, &world, &code).await;
        assert!(says(&refused, "is over"), "{refused:?}");
        let again = start().await.expect("it opens again");
        assert_eq!(look_together(&[backends[0].clone(), again]).await, 1);

        assert_eq!(status(&world, reference).await, Status::Returned);
        let noted = told(&world, reference).await;
        let count = |name: &str| noted.iter().filter(|told| *told == name).count();
        assert_eq!(count("hold.noted reminded"), 3);
        assert_eq!((count("hold.expired"), count("returned")), (1, 1));
        let refused = hand_out(&clerk, &world, &code).await;
        assert!(says(&refused, "goes back"), "{refused:?}");

        // It takes its place until it has left.
        assert_eq!(used(&world, &office).await, 1);
        let shelf = desk(&clerk, &world.backend).await.expect("theirs").parcels;
        assert_eq!(shelf[0].state, HoldState::Expired);
        send_back(&clerk, &world.backend, reference)
            .await
            .expect("it has left");
        assert_eq!(used(&world, &office).await, 0);
        let twice = send_back(&clerk, &world.backend, reference).await;
        assert!(matches!(twice, Err(Error::Conflict { .. })), "{twice:?}");
    }
}

#[tokio::test]
async fn nothing_goes_back_while_its_office_is_closed() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let office = office(&world.backend, 1, 5).await;
        let reference = at_the_office(&world, &office).await;
        let until = held(&world, reference).await.keep_until;
        // Nobody knew of it when the parcel came.
        let reopens = until.plus_s(3.0 * DAY_S);
        close(&world, &office, (until.plus_s(-3.0 * DAY_S), reopens)).await;
        let wait_s = until.seconds_since(world.backend.now());
        clock.advance_s(wait_s + 0.8 * DAY_S);
        assert_eq!(look(&world.backend).await.expect("looked"), 1);
        let seen = held(&world, reference).await;
        assert_eq!(seen.keep_until, reopens.plus_s(3.0 * DAY_S));
        assert!(seen.can_extend, "that was the office's doing");
        clock.advance_s(9.0 * DAY_S);
        assert_eq!(look(&world.backend).await.expect("looked"), 1);
        assert_eq!(status(&world, reference).await, Status::Returned);

        // It was closed on the last day, and opened again before anybody looked.
        let reference = at_the_office(&world, &office).await;
        let until = held(&world, reference).await.keep_until;
        close(&world, &office, (until.plus_s(-3.0 * DAY_S), until)).await;
        let wait_s = until.seconds_since(world.backend.now());
        clock.advance_s(wait_s + 0.8 * DAY_S);
        assert_eq!(look(&world.backend).await.expect("looked"), 1);
        let seen = held(&world, reference).await;
        assert_eq!(seen.keep_until, until.plus_s(3.0 * DAY_S));
    }
}

#[tokio::test]
async fn who_came_in_time_is_not_reminded() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("it opens");
        let world = World::on(backend).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        hand_out(&clerk, &world, &code).await.expect("right");
        clock.advance_s(60.0 * DAY_S);
        assert_eq!(look(&world.backend).await.expect("looked"), 0);
        assert_eq!(status(&world, reference).await, Status::PickedUp);
    }
}
