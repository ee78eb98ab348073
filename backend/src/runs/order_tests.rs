use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::delivery::Status;
use porchlight_domain::people::Email;
use porchlight_domain::reference::Reference;

use super::plan::plan_all;
use super::*;
use crate::testing::{OTHER_COURIER_EMAIL, TestDatabase, World};
use crate::tracking;

/// North of the depot, the nearest first.
const DOORS: [f64; 4] = [60.172, 60.176, 60.180, 60.184];

async fn order(world: &World) -> Vec<Reference> {
    let run = today(&world.courier, &world.backend).await.expect("asked");
    let stops = run.expect("a run").stops;
    stops.iter().map(|stop| stop.reference).collect()
}

async fn assigned(world: &World, lat: f64) -> Reference {
    let reference = world.book(&world.ada, lat, 24.93).await;
    world.assign(reference).await;
    reference
}

async fn planned(world: &World) -> Vec<Reference> {
    plan_all(&world.backend).await.expect("planned");
    order(world).await
}

fn action(key: &str, step: Step) -> Action {
    Action {
        key: IdempotencyKey::parse(key).expect("a key"),
        done_s_ago: 0.0,
        step,
    }
}

async fn orders_told(world: &World) -> usize {
    let rows = crate::events::queries::after(world.backend.store().readers(), 0, 500).await;
    let rows = rows.expect("the log is there");
    rows.iter()
        .filter(|row| row.kind == "run.order.changed")
        .count()
}

#[tokio::test]
async fn a_planned_run_is_in_the_best_order_whatever_comes_and_goes() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let far = assigned(&world, DOORS[3]).await;
        let near = assigned(&world, DOORS[0]).await;
        let middle = assigned(&world, DOORS[1]).await;
        assert_eq!(planned(&world).await, [near, middle, far]);
        let last = assigned(&world, DOORS[2]).await;
        assert_eq!(planned(&world).await, [near, middle, last, far]);
        let told = orders_told(&world).await;
        assert!(told > 0);
        planned(&world).await;
        assert_eq!(orders_told(&world).await, told, "nothing changed");
    }
}

#[tokio::test]
async fn the_stop_that_is_driven_to_stays_when_others_come() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let driven_to = world.out_for_delivery(&world.bob, DOORS[2], 24.93).await;
        world.drive(60.169, 24.93).await;
        let near = world.out_for_delivery(&world.ada, DOORS[0], 24.93).await;
        let middle = world.out_for_delivery(&world.ada, DOORS[1], 24.93).await;
        assert_eq!(planned(&world).await, [driven_to, middle, near]);
        suggest(&world.courier, &world.backend)
            .await
            .expect("suggested");
        assert_eq!(order(&world).await, [driven_to, middle, near]);
        // Who is expected when is told by the board, which follows.
        world.settled().await;
        let run = today(&world.courier, &world.backend)
            .await
            .expect("asked")
            .expect("a run");
        assert!(
            run.stops.iter().all(|stop| stop.eta.is_some()),
            "each is expected"
        );
        let starts: Vec<_> = run
            .stops
            .iter()
            .filter_map(|stop| stop.eta)
            .map(|eta| eta.to)
            .collect();
        assert!(starts.is_sorted());
    }
}

#[tokio::test]
async fn an_order_by_hand_is_kept_until_a_suggestion_is_asked_for() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (a, b, c) = (
            assigned(&world, DOORS[0]).await,
            assigned(&world, DOORS[1]).await,
            assigned(&world, DOORS[3]).await,
        );
        planned(&world).await;
        let by_hand = reorder(&world.courier, &world.backend, vec![c, a, b]).await;
        assert!(by_hand.expect("ordered").by_hand);
        assert_eq!(planned(&world).await, [c, a, b]);
        let new = assigned(&world, DOORS[2]).await;
        assert_eq!(
            planned(&world).await,
            [new, c, a, b],
            "on the way to the first"
        );
        let suggested = suggest(&world.courier, &world.backend)
            .await
            .expect("suggested");
        assert!(!suggested.by_hand);
        assert_eq!(order(&world).await, [a, b, new, c]);
    }
}

#[tokio::test]
async fn an_order_that_was_made_in_a_dead_zone_is_taken_once_and_as_far_as_it_goes() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (a, b, gone) = (
            assigned(&world, DOORS[0]).await,
            assigned(&world, DOORS[1]).await,
            assigned(&world, DOORS[2]).await,
        );
        planned(&world).await;
        let unknown = Reference::from_random(77);
        let step = Step::Reorder {
            order: vec![gone, b, unknown, a, b],
        };
        // Meanwhile one goes to somebody else, and one comes.
        world.another_courier().await;
        let other = Email::parse(OTHER_COURIER_EMAIL).expect("an address");
        deliveries::assign(&world.admin, &world.backend, gone, &other)
            .await
            .expect("assigned");
        let new = assigned(&world, DOORS[3]).await;
        planned(&world).await;
        let kept = action("0123456789abcdef", step);
        let sent = (0..3).map(|_| take(&world.courier, &world.backend, kept.clone()));
        for taken in futures::future::join_all(sent).await {
            taken.expect("taken");
        }
        assert_eq!(order(&world).await, [b, a, new]);
        let told = orders_told(&world).await;
        let back = vec![a, b, new];
        reorder(&world.courier, &world.backend, back.clone())
            .await
            .expect("ordered");
        take(&world.courier, &world.backend, kept)
            .await
            .expect("taken before");
        assert_eq!(
            order(&world).await,
            back,
            "an order that was taken is not taken again"
        );
        assert_eq!(orders_told(&world).await, told + 1);
    }
}

#[tokio::test]
async fn only_the_courier_of_a_run_orders_it() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        for actor in [&world.ada, &world.admin] {
            let refused = reorder(actor, backend, Vec::new()).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
            let refused = suggest(actor, backend).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        let nothing = reorder(&world.courier, backend, Vec::new()).await;
        assert!(matches!(nothing, Err(Error::NotFound)), "{nothing:?}");
        let nothing = suggest(&world.courier, backend).await;
        assert!(matches!(nothing, Err(Error::NotFound)), "{nothing:?}");
        // What a phone kept until its run was over hurts nobody.
        for (key, step) in [
            ("0123456789abcdef", Step::Reorder { order: Vec::new() }),
            ("fedcba9876543210", Step::SuggestOrder),
        ] {
            take(&world.courier, backend, action(key, step))
                .await
                .expect("taken");
        }
        let a = assigned(&world, DOORS[0]).await;
        let refused = reorder(&world.courier, backend, vec![a; 1001]).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn recipients_see_who_comes_before_them_now() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let ada = world.out_for_delivery(&world.ada, DOORS[0], 24.93).await;
        let bob = world.out_for_delivery(&world.bob, DOORS[1], 24.93).await;
        planned(&world).await;
        world.drive(60.1690, 24.93).await;
        let before = async |reference| {
            world.settled().await;
            let seen = tracking::tracking(&world.admin, &world.backend, reference).await;
            let seen = seen.expect("it is out");
            (seen.stops_before, seen.eta.expect("expected").to)
        };
        let (first, then) = before(ada).await;
        assert_eq!(first, Some(0));
        assert_eq!(before(bob).await.0, Some(1));
        reorder(&world.courier, &world.backend, vec![bob, ada])
            .await
            .expect("ordered");
        let (later, now) = before(ada).await;
        assert_eq!(later, Some(1));
        assert!(now > then, "and later");
        assert_eq!(before(bob).await.0, Some(0));
    }
}

#[tokio::test]
async fn everything_at_once_loses_no_stop() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let mut stops = Vec::new();
        for lat in DOORS {
            stops.push(world.out_for_delivery(&world.ada, lat, 24.93).await);
        }
        let new = world.book(&world.bob, 60.174, 24.94).await;
        let backwards = stops.iter().rev().copied().collect();
        let (suggested, by_hand, delivered, (), planned) = futures::join!(
            suggest(&world.courier, &world.backend),
            reorder(&world.courier, &world.backend, backwards),
            world.step(stops[1], Status::Delivered),
            world.assign(new),
            plan_all(&world.backend),
        );
        suggested.expect("suggested");
        by_hand.expect("ordered");
        delivered.expect("delivered");
        planned.expect("planned");
        plan_all(&world.backend).await.expect("planned");
        let mut after = order(&world).await;
        stops.push(new);
        stops.sort();
        after.sort();
        assert_eq!(after, stops);
        assert!(
            queries::runs_to_plan(world.backend.store().readers())
                .await
                .expect("asked")
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_cancelled_stop_is_passed_by() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (a, b) = (
            assigned(&world, DOORS[1]).await,
            assigned(&world, DOORS[0]).await,
        );
        assert_eq!(planned(&world).await, [b, a]);
        deliveries::change_status(
            &world.ada,
            &world.backend,
            b,
            StatusChange::to(Status::Cancelled, Whereabouts::Elsewhere),
        )
        .await
        .expect("cancelled");
        let c = assigned(&world, DOORS[0]).await;
        planned(&world).await;
        let run = today(&world.courier, &world.backend)
            .await
            .expect("asked")
            .expect("a run");
        let to_go = run
            .stops
            .iter()
            .filter(|stop| stop.status == Status::Booked);
        let to_go: Vec<_> = to_go.map(|stop| stop.reference).collect();
        assert_eq!(to_go, [c, a]);
    }
}
