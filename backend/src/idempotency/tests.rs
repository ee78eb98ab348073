use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::delivery::{Proof, Status, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::reference::Reference;

use crate::testing::{TestDatabase, World};
use crate::{Error, deliveries, runs};

fn action(number: u32, step: Step) -> Action {
    Action {
        key: IdempotencyKey::parse(&format!("a-key-of-the-phone-{number}")).expect("a key"),
        done_s_ago: 0.0,
        step,
    }
}

fn change(reference: Reference, to: Status) -> Step {
    let whereabouts = Whereabouts::NoFix {
        reason: "in the cellar".into(),
    };
    let mut change = StatusChange::to(to, whereabouts);
    if to == Status::Delivered {
        change.proof = Some(Proof::RecipientName("Ada".into()));
    }
    Step::ChangeStatus { reference, change }
}

/// What the timeline says was done, without when and by which event.
async fn story(world: &World, reference: Reference) -> Vec<Fact> {
    let entries = deliveries::timeline(&world.courier, &world.backend, reference).await;
    let entries = entries.expect("a timeline");
    entries.into_iter().map(|entry| entry.fact).collect()
}

#[tokio::test]
async fn a_day_that_is_sent_again_and_again_is_one_day() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (undisturbed, repeated) = (
            world.collected(&world.ada, 60.17, 24.94).await,
            world.collected(&world.ada, 60.17, 24.94).await,
        );
        let day = |reference, first| {
            [
                change(reference, Status::OutForDelivery),
                change(reference, Status::Failed),
                change(reference, Status::OutForDelivery),
                change(reference, Status::Delivered),
            ]
            .into_iter()
            .map(|mut step| {
                if let Step::ChangeStatus { change, .. } = &mut step
                    && change.to == Status::Failed
                {
                    change.reason = Some("nobody home".into());
                }
                step
            })
            .zip(first..)
            .map(|(step, number)| action(number, step))
            .collect::<Vec<_>>()
        };
        for once in day(undisturbed, 0) {
            runs::take(&world.courier, &world.backend, once)
                .await
                .expect("taken");
        }
        for often in day(repeated, 100) {
            let sent = (0..4).map(|_| runs::take(&world.courier, &world.backend, often.clone()));
            for taken in futures::future::join_all(sent).await {
                taken.expect("taken, or known already");
            }
        }
        // The answer to the first one got lost, and the phone sends it once more at the end of the day.
        for late in day(repeated, 100) {
            runs::take(&world.courier, &world.backend, late)
                .await
                .expect("known already");
        }
        assert_eq!(
            story(&world, repeated).await,
            story(&world, undisturbed).await
        );
    }
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_person() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (one, two) = (
            world.collected(&world.ada, 60.17, 24.94).await,
            world.collected(&world.ada, 60.17, 24.94).await,
        );
        let take = async |action| runs::take(&world.courier, &world.backend, action).await;
        take(action(1, change(one, Status::OutForDelivery)))
            .await
            .expect("taken");
        let other = take(action(1, change(two, Status::OutForDelivery))).await;
        assert!(
            matches!(
                other,
                Err(Error::Invalid {
                    field: Some("idempotency-key"),
                    ..
                })
            ),
            "{other:?}"
        );
        assert_eq!(story(&world, two).await.len(), 3, "nothing of it happened");
        let stranger = runs::take(
            &world.ada,
            &world.backend,
            action(1, change(one, Status::OutForDelivery)),
        );
        assert!(matches!(stranger.await, Err(Error::Forbidden)));
    }
}

#[tokio::test]
async fn a_refused_request_has_not_used_its_key() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.book(&world.ada, 60.17, 24.94).await;
        world.assign(reference).await;
        let set_out = action(1, change(reference, Status::OutForDelivery));
        let refused = runs::take(&world.courier, &world.backend, set_out.clone()).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
        world
            .step(reference, Status::Collected)
            .await
            .expect("collected");
        runs::take(&world.courier, &world.backend, set_out)
            .await
            .expect("now it is possible");
        let again = action(2, change(reference, Status::OutForDelivery));
        let again = runs::take(&world.courier, &world.backend, again).await;
        assert!(matches!(again, Err(Error::AlreadyDone { .. })), "{again:?}");
    }
}

#[tokio::test]
async fn what_was_withdrawn_is_not_taken_when_it_comes_after_all() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.collected(&world.ada, 60.17, 24.94).await;
        let take = async |action| runs::take(&world.courier, &world.backend, action).await;
        let set_out = action(1, change(reference, Status::OutForDelivery));
        let withdraw = |number, of: &Action| {
            let key = of.key.clone();
            action(number, Step::Withdraw { key })
        };
        take(withdraw(2, &set_out)).await.expect("withdrawn");
        take(withdraw(2, &set_out)).await.expect("known already");
        let before = story(&world, reference).await;
        take(set_out.clone()).await.expect("nothing left to do");
        assert_eq!(story(&world, reference).await, before);

        let set_out = action(3, set_out.step);
        take(set_out.clone()).await.expect("taken");
        let late = take(withdraw(4, &set_out)).await;
        assert!(matches!(late, Err(Error::Conflict { .. })), "{late:?}");
        let (sent, undone) = (
            action(5, change(reference, Status::Delivered)),
            action(5, change(reference, Status::Delivered)),
        );
        let (taken, withdrawn) = tokio::join!(take(sent), take(withdraw(6, &undone)));
        taken.expect("taken, or withdrawn before");
        let is_delivered = story(&world, reference)
            .await
            .iter()
            .any(|fact| matches!(fact, Fact::StatusChanged { to, .. } if *to == Status::Delivered));
        assert_eq!(withdrawn.is_ok(), !is_delivered, "one of the two");
    }
}

#[tokio::test]
async fn a_run_starts_and_ends_once() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.collected(&world.ada, 60.17, 24.94).await;
        let day = [
            action(1, Step::StartRun),
            action(2, change(reference, Status::Delivered)),
            action(3, Step::EndRun),
        ];
        for _ in 0..3 {
            for step in day.clone() {
                runs::take(&world.courier, &world.backend, step)
                    .await
                    .expect("taken once");
            }
        }
        let run = runs::today(&world.courier, &world.backend).await;
        assert!(run.expect("asked").is_none());
    }
}

#[tokio::test]
async fn what_was_done_in_a_dead_zone_is_dated_by_when_it_was_done() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let mut late = action(1, change(reference, Status::Delivered));
        late.done_s_ago = 1800.0;
        let arrived = world.backend.now();
        runs::take(&world.courier, &world.backend, late)
            .await
            .expect("taken");
        let entries = deliveries::timeline(&world.ada, &world.backend, reference).await;
        let entries = entries.expect("a timeline");
        let delivered = entries.iter().find_map(|entry| match &entry.fact {
            Fact::StatusChanged {
                to: Status::Delivered,
                done_at,
                ..
            } => Some((entry.time, *done_at)),
            _ => None,
        });
        assert_eq!(delivered, Some((arrived, Some(arrived.plus_s(-1800.0)))));
    }
}

#[tokio::test]
async fn keys_are_forgotten_after_a_month() {
    let database = TestDatabase::sqlite();
    let settings = database.settings();
    let clock = settings.clock.clone();
    let backend = crate::Backend::start(settings).await.expect("it opens");
    let world = World::on(backend).await;
    let reference = world.collected(&world.ada, 60.17, 24.94).await;
    let set_out = action(1, change(reference, Status::OutForDelivery));
    let take = async || runs::take(&world.courier, &world.backend, set_out.clone()).await;
    take().await.expect("taken");
    super::purge(&world.backend).await.expect("swept");
    take().await.expect("known still");
    clock.advance_s(31.0 * 24.0 * 3600.0);
    super::purge(&world.backend).await.expect("swept");
    let forgotten = take().await;
    assert!(
        matches!(forgotten, Err(Error::AlreadyDone { .. })),
        "{forgotten:?}"
    );
}
