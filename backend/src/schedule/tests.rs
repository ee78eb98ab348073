use futures::future::join_all;
use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::delivery::{Proof, Status, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::people::Email;
use porchlight_domain::schedule::{Day, Hours, ProposalEnd, ScheduledBy, Slot};

use super::*;
use crate::Clock;
use crate::deliveries::{change_status, detail, timeline};
use crate::idempotency::Sent;
use crate::runs;
use crate::testing::{NOON, OTHER_COURIER_EMAIL, TestDatabase, World};

const DOOR: (f64, f64) = (60.1700, 24.9400);

/// The day of the tests is 20 November, two in the afternoon at the depot.
fn slot(date: &str, hours: &str) -> Slot {
    Slot {
        date: Day::parse(date).expect("a day"),
        window: Hours::parse(hours).expect("hours"),
    }
}

fn tomorrow() -> Slot {
    slot("2026-11-21", "08-12")
}

fn tonight() -> Slot {
    slot("2026-11-20", "17-21")
}

fn delivered() -> StatusChange {
    let whereabouts = Whereabouts::NoFix {
        reason: "indoors".into(),
    };
    StatusChange {
        proof: Some(Proof::RecipientName("Ada".into())),
        ..StatusChange::to(Status::Delivered, whereabouts)
    }
}

fn key(number: u32) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("a-key-of-the-tests-{number}")).expect("a key")
}

async fn out(world: &World) -> Reference {
    world.out_for_delivery(&world.ada, DOOR.0, DOOR.1).await
}

async fn reschedule_as(
    world: &World,
    actor: &Actor,
    reference: Reference,
    to: Slot,
) -> Result<(), Error> {
    reschedule(actor, &world.backend, reference, to, None).await
}

async fn status(world: &World, reference: Reference) -> Status {
    let seen = detail(&world.ada, &world.backend, reference).await;
    seen.expect("hers").summary.status
}

async fn facts(world: &World, reference: Reference) -> Vec<Fact> {
    let entries = timeline(&world.ada, &world.backend, reference).await;
    entries
        .expect("hers")
        .into_iter()
        .map(|entry| entry.fact)
        .collect()
}

async fn on_the_run(
    world: &World,
    reference: Reference,
) -> Option<porchlight_domain::tracking::StopView> {
    let run = runs::today(&world.courier, &world.backend)
        .await
        .expect("theirs");
    run.and_then(|run| run.stop(reference).cloned())
}

async fn left(world: &World, of: Slot) -> u32 {
    let all = open_windows(&world.backend).await.expect("counted");
    all.iter()
        .find(|view| view.slot == of)
        .expect("offered")
        .left
}

/// A backend with so much space in each window.
async fn with_capacity(database: &TestDatabase, capacity: u32) -> World {
    let windows: Vec<_> = ["08-12", "12-17", "17-21"].map(str::to_owned).to_vec();
    let schedule = Settings::read("Europe/Helsinki", &windows, 7, capacity).expect("fine");
    let settings = crate::Settings {
        schedule,
        ..database.settings()
    };
    World::on(Backend::start(settings).await.expect("starts")).await
}

#[tokio::test]
async fn another_day_takes_a_parcel_off_the_van_and_dispatch_plans_it_anew() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (reference, other) = (out(&world).await, out(&world).await);
        let before = left(&world, tomorrow()).await;
        for _ in 0..2 {
            reschedule_as(&world, &world.ada, reference, tomorrow())
                .await
                .expect("there is space");
        }
        assert_eq!(left(&world, tomorrow()).await, before - 1);
        assert_eq!(status(&world, reference).await, Status::InTransit);
        assert_eq!(on_the_run(&world, reference).await, None);
        assert!(on_the_run(&world, other).await.is_some());
        let moves: Vec<_> = facts(&world, reference)
            .await
            .into_iter()
            .filter(|fact| matches!(fact, Fact::Rescheduled { .. }))
            .collect();
        assert!(
            matches!(
                &moves[..],
                [Fact::Rescheduled {
                    by: ScheduledBy::Customer,
                    leaves_run: true,
                    ..
                }]
            ),
            "{moves:?}"
        );
        // The board follows: nobody sees the courier any more.
        world.settled().await;
        world.drive(DOOR.0, DOOR.1).await;
        let seen = crate::tracking::tracking(&world.ada, &world.backend, reference).await;
        assert_eq!(seen.expect("hers").position, None);

        world.another_courier().await;
        let next = Email::parse(OTHER_COURIER_EMAIL).expect("an address");
        let planned = deliveries::assign(&world.admin, &world.backend, reference, &next).await;
        let window = planned.expect("planned").summary.window;
        assert_eq!(window.from.to_string(), "2026-11-21T06:00:00.000Z");
    }
}

#[tokio::test]
async fn later_today_a_parcel_stays_on_the_run_which_is_planned_anew() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        reschedule_as(&world, &world.ada, reference, tonight())
            .await
            .expect("there is space");
        let stop = on_the_run(&world, reference).await.expect("on the run");
        assert_eq!(stop.status, Status::OutForDelivery);
        assert_eq!(stop.window.from.to_string(), "2026-11-20T15:00:00.000Z");
        runs::plan_all(&world.backend).await.expect("planned");
        assert!(on_the_run(&world, reference).await.is_some());
    }
}

#[tokio::test]
async fn of_hundreds_at_once_as_many_are_moved_as_there_is_space() {
    const PARCELS: usize = 240;
    const SPACE: u32 = 17;
    for database in TestDatabase::all().await {
        let world = with_capacity(&database, SPACE).await;
        let mut parcels = Vec::new();
        for _ in 0..PARCELS {
            parcels.push(world.book(&world.ada, DOOR.0, DOOR.1).await);
        }
        let tries = parcels.iter().map(|reference| async {
            loop {
                // A database that can't serve so many at once has changed nothing: people ask again.
                match reschedule_as(&world, &world.ada, *reference, tomorrow()).await {
                    Err(Error::Unavailable { .. }) => {}
                    answer => break answer,
                }
            }
        });
        let mut moved = 0;
        for answer in join_all(tries).await {
            match answer {
                Ok(()) => moved += 1,
                Err(Error::Conflict { detail }) => assert!(detail.contains("full"), "{detail}"),
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(moved, SPACE, "{}", database.url);
        assert_eq!(left(&world, tomorrow()).await, 0);
    }
}

#[tokio::test]
async fn space_is_given_back_by_whoever_goes() {
    for database in TestDatabase::all().await {
        let world = with_capacity(&database, 1).await;
        let first = world.book(&world.ada, DOOR.0, DOOR.1).await;
        let second = world.book(&world.bob, DOOR.0, DOOR.1).await;
        reschedule_as(&world, &world.ada, first, tomorrow())
            .await
            .expect("there is space");
        let full = reschedule_as(&world, &world.bob, second, tomorrow()).await;
        assert!(matches!(full, Err(Error::Conflict { .. })));
        reschedule_as(&world, &world.ada, first, tonight())
            .await
            .expect("there is space");
        reschedule_as(&world, &world.bob, second, tomorrow())
            .await
            .expect("she went");
        let third = world.book(&world.ada, DOOR.0, DOOR.1).await;
        let called_off = StatusChange::to(Status::Cancelled, Whereabouts::Elsewhere);
        change_status(&world.bob, &world.backend, second, called_off)
            .await
            .expect("his to call off");
        reschedule_as(&world, &world.ada, third, tomorrow())
            .await
            .expect("he went");
    }
}

#[tokio::test]
async fn delivered_and_moved_at_once_is_one_of_both() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        for number in 0..12 {
            let reference = out(&world).await;
            let step = Action {
                key: key(number),
                done_s_ago: 0.0,
                step: Step::ChangeStatus {
                    reference,
                    change: delivered(),
                },
            };
            let (moved, taken) = tokio::join!(
                reschedule_as(&world, &world.ada, reference, tomorrow()),
                runs::take(&world.courier, &world.backend, step),
            );
            match (status(&world, reference).await, moved, taken) {
                (Status::Delivered, Err(Error::Conflict { detail }), Ok(())) => {
                    assert!(detail.contains("it was delivered"), "{detail}");
                }
                (Status::InTransit, Ok(()), Err(Error::Conflict { detail })) => {
                    assert!(detail.contains("moved to another day"), "{detail}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn what_was_delivered_in_a_dead_zone_before_it_was_moved_was_delivered() {
    for database in TestDatabase::all().await {
        let clock = Clock::manual(NOON);
        let settings = crate::Settings {
            clock: clock.clone(),
            ..database.settings()
        };
        let world = World::on(Backend::start(settings).await.expect("starts")).await;
        let (early, late) = (out(&world).await, out(&world).await);
        clock.advance_s(600.0);
        for reference in [early, late] {
            reschedule_as(&world, &world.ada, reference, tomorrow())
                .await
                .expect("there is space");
        }
        clock.advance_s(600.0);
        let step = |number, reference, done_s_ago| Action {
            key: key(number),
            done_s_ago,
            step: Step::ChangeStatus {
                reference,
                change: delivered(),
            },
        };
        for _ in 0..2 {
            let taken = runs::take(&world.courier, &world.backend, step(1, early, 900.0)).await;
            taken.expect("it was done before");
        }
        assert_eq!(status(&world, early).await, Status::Delivered);
        let told = facts(&world, early).await;
        let back = |fact: &Fact| {
            matches!(
                fact,
                Fact::Rescheduled {
                    by: ScheduledBy::Overtaken,
                    ..
                }
            )
        };
        assert_eq!(told.iter().filter(|fact| back(fact)).count(), 1);
        let after = runs::take(&world.courier, &world.backend, step(2, late, 300.0)).await;
        assert!(matches!(after, Err(Error::Conflict { .. })), "{after:?}");
        assert_eq!(status(&world, late).await, Status::InTransit);
        let strangers = world.another_courier().await;
        let taken = runs::take(&strangers, &world.backend, step(3, late, 900.0)).await;
        assert!(matches!(taken, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn at_the_door_it_is_too_late() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let arrive = Action {
            key: key(1),
            done_s_ago: 0.0,
            step: Step::Arrive {
                reference,
                whereabouts: delivered().whereabouts,
            },
        };
        runs::take(&world.courier, &world.backend, arrive)
            .await
            .expect("at the door");
        let moved = reschedule_as(&world, &world.ada, reference, tomorrow()).await;
        assert!(matches!(moved, Err(Error::Conflict { detail }) if detail.contains("at the door")));
        // Who stands there and finds nobody may propose, and the recipient agree.
        propose(
            &world.courier,
            &world.backend,
            reference,
            tomorrow(),
            Sent::default(),
        )
        .await
        .expect("theirs");
        let open = proposal(&world.ada, &world.backend, reference)
            .await
            .expect("hers")
            .expect("open");
        answer(&world.ada, &world.backend, reference, &open.id, true)
            .await
            .expect("agreed");
        assert_eq!(status(&world, reference).await, Status::InTransit);
    }
}

#[tokio::test]
async fn only_windows_that_are_offered_are_taken_and_only_from_whom_they_concern() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        for wrong in [
            slot("2026-11-20", "12-17"),
            slot("2026-11-19", "08-12"),
            slot("2026-11-28", "08-12"),
            slot("2026-11-21", "09-12"),
        ] {
            let moved = reschedule_as(&world, &world.ada, reference, wrong).await;
            assert!(matches!(moved, Err(Error::Invalid { .. })), "{wrong:?}");
        }
        let stranger = reschedule_as(&world, &world.bob, reference, tomorrow()).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        let courier = reschedule_as(&world, &world.courier, reference, tomorrow()).await;
        assert!(matches!(courier, Err(Error::Forbidden)));
        let nobody = reschedule_as(&world, &Actor::Anonymous, reference, tomorrow()).await;
        assert!(matches!(nobody, Err(Error::Unauthenticated)));
        reschedule_as(&world, &world.admin, reference, tomorrow())
            .await
            .expect("dispatch may");
        world.assign(reference).await;
        assert!(matches!(
            windows(&world.bob, &world.backend, reference).await,
            Err(Error::NotFound)
        ));
        let offered = windows(&world.ada, &world.backend, reference)
            .await
            .expect("hers");
        assert_eq!(offered.len(), 22);
    }
}

#[tokio::test]
async fn the_same_request_again_moves_nothing_back() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let first = key(1);
        let again = || {
            reschedule(
                &world.ada,
                &world.backend,
                reference,
                tomorrow(),
                Some(&first),
            )
        };
        again().await.expect("moved");
        reschedule_as(&world, &world.ada, reference, slot("2026-11-22", "08-12"))
            .await
            .expect("moved on");
        again().await.expect("taken already");
        let window = detail(&world.ada, &world.backend, reference)
            .await
            .expect("hers")
            .summary
            .window;
        assert_eq!(window.from.to_string(), "2026-11-22T06:00:00.000Z");
    }
}

#[tokio::test]
async fn a_proposal_ends_in_one_way() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = out(&world).await;
        let propose = |to| propose(&world.courier, backend, reference, to, Sent::default());
        let open = || async {
            proposal(&world.ada, backend, reference)
                .await
                .expect("hers")
        };
        let ada = &world.ada;
        let answer =
            |id, accepts| async move { answer(ada, backend, reference, &id, accepts).await };

        propose(tonight()).await.expect("theirs");
        propose(tonight()).await.expect("the same again");
        let first = open().await.expect("open");
        let stop = on_the_run(&world, reference).await.expect("on the run");
        assert_eq!(stop.proposal, Some(first.clone()));
        propose(tomorrow()).await.expect("another one");
        let overtaken = answer(first.id.clone(), true).await;
        assert!(matches!(overtaken, Err(Error::Conflict { .. })));

        let second = open().await.expect("open");
        let others = [&world.courier, &world.admin, &world.bob];
        for other in others {
            let refused = super::answer(other, backend, reference, &second.id, true).await;
            assert!(matches!(refused, Err(Error::Forbidden | Error::NotFound)));
        }
        answer(second.id.clone(), false)
            .await
            .expect("hers to decline");
        assert!(matches!(
            answer(second.id.clone(), false).await,
            Err(Error::AlreadyDone { .. })
        ));
        assert!(matches!(
            answer(second.id, true).await,
            Err(Error::Conflict { .. })
        ));
        assert_eq!(open().await, None);

        propose(tomorrow()).await.expect("once more");
        change_status(&world.courier, backend, reference, delivered())
            .await
            .expect("delivered");
        assert_eq!(open().await, None);
        let ends: Vec<_> = facts(&world, reference)
            .await
            .into_iter()
            .filter_map(|fact| match fact {
                Fact::ProposalEnded { end, .. } => Some(end),
                _ => None,
            })
            .collect();
        let (declined, overtaken) = (ProposalEnd::Declined, ProposalEnd::Overtaken);
        assert_eq!(ends, [overtaken, declined, overtaken]);
        assert!(matches!(
            propose(tomorrow()).await,
            Err(Error::Conflict { .. })
        ));
    }
}

#[tokio::test]
async fn who_accepts_too_late_keeps_the_parcel_where_it_is() {
    for database in TestDatabase::all().await {
        let world = with_capacity(&database, 1).await;
        let backend = &world.backend;
        let (reference, other) = (
            out(&world).await,
            world.book(&world.bob, DOOR.0, DOOR.1).await,
        );
        propose(
            &world.courier,
            backend,
            reference,
            tomorrow(),
            Sent::default(),
        )
        .await
        .expect("theirs");
        let open = proposal(&world.ada, backend, reference)
            .await
            .expect("hers")
            .expect("open");
        reschedule_as(&world, &world.bob, other, tomorrow())
            .await
            .expect("his");
        let full = answer(&world.ada, backend, reference, &open.id, true).await;
        assert!(matches!(full, Err(Error::Conflict { detail }) if detail.contains("full")));
        assert_eq!(status(&world, reference).await, Status::OutForDelivery);
        let still = proposal(&world.ada, backend, reference)
            .await
            .expect("hers");
        assert!(
            still.is_some(),
            "nothing of it happened: it can be accepted when there is space"
        );
        let proposed = propose(
            &world.courier,
            backend,
            reference,
            tomorrow(),
            Sent::default(),
        )
        .await;
        assert!(matches!(proposed, Err(Error::Conflict { .. })));
    }
}
