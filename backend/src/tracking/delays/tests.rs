use porchlight_domain::delivery::{Status, StatusChange, Whereabouts};
use porchlight_domain::notification::Kind;

use super::*;
use crate::holds::tests::{office, on_its_way};
use crate::notify;
use crate::testing::{TestDatabase, World};

/// What Ada was told of, the newest first.
async fn lines(world: &World) -> Vec<Kind> {
    let page = notify::page(&world.ada, &world.backend, None, None).await;
    let lines = page.expect("hers").notifications.into_iter();
    lines.map(|line| line.kind).collect()
}

fn delays(told: &[Kind]) -> usize {
    told.iter().filter(|kind| **kind == Kind::Delayed).count()
}

#[tokio::test]
async fn a_delay_is_told_once_for_each_promise_by_however_many_instances() {
    let mut databases = vec![TestDatabase::sqlite()];
    databases.extend(TestDatabase::postgres().await);
    for database in databases {
        let (world, clock) = World::with_clock(&database).await;
        let mut settings = database.settings();
        settings.clock = clock.clone();
        let there = Backend::start(settings).await.expect("a second instance");
        let here = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let (mut ours, mut theirs) = (HashSet::new(), HashSet::new());
        look(here, &mut ours).await.expect("looked");
        assert_eq!(delays(&lines(&world).await), 0);

        let promised = deliveries::detail(&world.ada, here, reference).await;
        let promised = promised.expect("hers").summary.window;
        clock.advance_s(promised.to.seconds_since(here.now()) + 16.0 * 60.0);
        for _ in 0..3 {
            let (a, b) = futures::join!(look(here, &mut ours), look(&there, &mut theirs));
            a.and(b).expect("looked");
        }
        assert_eq!(delays(&lines(&world).await), 1);
        let timeline = deliveries::timeline(&world.ada, here, reference).await;
        let last = timeline.expect("hers").pop().expect("an event").fact;
        let unknown = Fact::Delayed {
            promised,
            expected: None,
        };
        assert_eq!(last, unknown, "nobody has heard the courier");
    }
}

#[tokio::test]
async fn the_estimate_tells_it_before_the_clock_does() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let promised = deliveries::detail(&world.ada, backend, reference).await;
        let promised = promised.expect("hers").summary.window;
        // So far away that nobody drives it in time.
        clock.advance_s(promised.to.seconds_since(backend.now()) - 60.0);
        world.drive(60.9900, 25.6500).await;
        world.settled().await;
        let mut doubted = HashSet::new();
        look(backend, &mut doubted).await.expect("looked");
        assert_eq!(delays(&lines(&world).await), 0, "one estimate may be wrong");
        look(backend, &mut doubted).await.expect("looked");
        assert_eq!(delays(&lines(&world).await), 1);
        let timeline = deliveries::timeline(&world.ada, backend, reference).await;
        let last = timeline.expect("hers").pop().expect("an event").fact;
        let Fact::Delayed {
            expected: Some(expected),
            ..
        } = last
        else {
            panic!("an estimate, not {last:?}");
        };
        assert!(expected.from > promised.to);
    }
}

#[tokio::test]
async fn what_was_brought_is_not_late() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let promised = deliveries::detail(&world.ada, backend, reference).await;
        let promised = promised.expect("hers").summary.window;
        clock.advance_s(promised.to.seconds_since(backend.now()) + 16.0 * 60.0);
        let rows = queries::on_the_van(backend.store().readers(), backend.now()).await;
        let row = rows.expect("read").pop().expect("hers");
        let brought = StatusChange::to(Status::Failed, Whereabouts::Elsewhere);
        let brought = StatusChange {
            reason: Some("nobody_home".into()),
            ..brought
        };
        deliveries::change_status(&Actor::System, backend, reference, brought)
            .await
            .expect("it was tried");
        // It was read before that.
        tell(backend, &row, Delay { expected: None })
            .await
            .expect("nothing to tell");
        assert_eq!(delays(&lines(&world).await), 0);
    }
}

#[tokio::test]
async fn what_goes_to_a_post_office_is_promised_to_no_door() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let office = office(backend, 1, 5).await;
        let reference = on_its_way(&world, &office).await;
        let promised = deliveries::detail(&world.ada, backend, reference).await;
        let promised = promised.expect("hers").summary.window;
        clock.advance_s(promised.to.seconds_since(backend.now()) + 16.0 * 60.0);
        look(backend, &mut HashSet::new()).await.expect("looked");
        assert_eq!(delays(&lines(&world).await), 0);
    }
}
