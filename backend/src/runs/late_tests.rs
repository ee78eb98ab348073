//! What was done in a dead zone and told later: with the time of both.

use porchlight_domain::action::{Action, IdempotencyKey, Outcome, Step};
use porchlight_domain::delivery::{Correction, Status, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::instruction::{InstructionKind, InstructionText};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::*;
use crate::holds::tests::office;
use crate::testing::{TestDatabase, World};

fn indoors() -> Whereabouts {
    Whereabouts::NoFix {
        reason: "indoors".into(),
    }
}

fn change(reference: Reference, to: Status) -> Step {
    let change = StatusChange {
        reason: Some("nobody_home".into()),
        proof: (to == Status::Delivered)
            .then(|| porchlight_domain::delivery::Proof::RecipientName("Ada".into())),
        ..StatusChange::to(to, indoors())
    };
    Step::ChangeStatus { reference, change }
}

/// Tells of steps that were all done so many seconds ago.
async fn tell(world: &World, steps: Vec<Step>, done_s_ago: f64) -> Vec<Outcome> {
    let actions = steps.into_iter().map(|step| Action {
        key: IdempotencyKey::parse(&format!(
            "{:032x}",
            u128::from_be_bytes(world.backend.random_bytes())
        ))
        .expect("a key"),
        done_s_ago,
        step,
    });
    send(world, &actions.collect::<Vec<_>>()).await
}

/// As a phone does: what has no outcome yet is sent again.
async fn send(world: &World, actions: &[Action]) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(actions.len());
    while outcomes.len() < actions.len() {
        let rest = actions[outcomes.len()..].to_vec();
        match take_all(&world.courier, &world.backend, rest).await {
            Ok(more) => outcomes.extend(more),
            // The machine has much to do.
            Err(Error::Unavailable { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    outcomes
}

async fn is_told(world: &World, steps: Vec<Step>, done_s_ago: f64) {
    for outcome in tell(world, steps, done_s_ago).await {
        assert_eq!(outcome, Outcome::Taken);
    }
}

/// What the log has of these kinds, with when it was done.
async fn dated(world: &World, kinds: &[&str]) -> Vec<(String, Option<Timestamp>)> {
    let rows = crate::events::queries::after(world.backend.store().readers(), 0, 1000)
        .await
        .expect("the log is there");
    let of_kind = rows.iter().filter(|row| kinds.contains(&row.kind.as_str()));
    of_kind
        .map(|row| {
            let text = format!(r#"{{"type":"{}","data":{}}}"#, row.kind, row.data);
            let fact: Fact = serde_json::from_str(&text).expect("a fact");
            (row.kind.clone(), fact.done_at())
        })
        .collect()
}

#[tokio::test]
async fn every_kind_of_step_keeps_when_it_was_done() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let (one, two) = (
            world.collected(&world.ada, 60.170, 24.94).await,
            world.collected(&world.ada, 60.171, 24.94).await,
        );
        let near = office(backend, 1, 5).await;
        let text = InstructionText {
            kind: InstructionKind::Other,
            words: Some("Ring twice".into()),
            picture: None,
            secret_in: None,
        };
        let card = instructions::give(&world.ada, backend, one, text, None)
            .await
            .expect("hers");
        let slot = schedule::open_windows(backend).await.expect("open");
        let slot = slot.last().expect("one").slot;
        clock.advance_s(3600.0);
        let steps = vec![
            Step::StartRun,
            Step::Reorder {
                order: vec![two, one],
            },
            Step::AnswerInstruction {
                reference: one,
                instruction: card.id,
                confirmed: true,
            },
            Step::ProposeWindow {
                reference: one,
                slot,
            },
            Step::Arrive {
                reference: one,
                whereabouts: indoors(),
            },
            change(one, Status::Delivered),
            Step::Correct {
                reference: one,
                correction: Correction {
                    from: Status::Delivered,
                    whereabouts: indoors(),
                    reason: "the wrong door".into(),
                },
            },
            change(one, Status::Delivered),
            change(two, Status::Failed),
            Step::TakeToOffice {
                reference: two,
                office: near,
            },
            change(two, Status::Held),
            Step::EndRun,
        ];
        is_told(&world, steps, 600.0).await;
        let then = Some(clock.now().plus_s(-600.0));
        let kinds = [
            "run.started",
            "run.order.changed",
            "delivery.instruction.confirmed",
            "delivery.proposal.made",
            "courier.arriving",
            "delivery.status.corrected",
            "hold.confirmed",
            "run.ended",
        ];
        let told = dated(&world, &kinds).await;
        let found: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(found, kinds);
        assert!(told.iter().all(|(_, done_at)| *done_at == then), "{told:?}");
        // Two went out with the run, and five more were told of since; they were collected on the spot.
        let changes = dated(&world, &["delivery.status.changed"]).await;
        let late = changes.iter().filter(|(_, done_at)| *done_at == then);
        assert_eq!(late.count(), changes.len() - 2);
        assert_eq!(changes.len(), 8);
    }
}

#[tokio::test]
async fn what_goes_back_to_the_depot_leaves_the_run_and_waits_for_another() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let back = [
            change(reference, Status::Failed),
            change(reference, Status::InTransit),
        ];
        is_told(&world, back.to_vec(), 0.0).await;
        let run = today(&world.courier, backend).await.expect("asked");
        assert_eq!(run.map(|run| run.stops.len()), Some(0));
        let detail = deliveries::detail(&world.ada, backend, reference).await;
        assert_eq!(detail.expect("hers").summary.status, Status::InTransit);
        let theirs = deliveries::detail(&world.courier, backend, reference).await;
        assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
        end(&world.courier, backend).await.expect("nothing is out");
        world.assign(reference).await;
        start(&world.courier, backend).await.expect("another run");
        let detail = deliveries::detail(&world.ada, backend, reference).await;
        assert_eq!(detail.expect("hers").summary.status, Status::OutForDelivery);
    }
}

#[tokio::test]
async fn a_phone_knows_the_offices_with_room_near_its_stops() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
        let (free, full) = (office(backend, 1, 5).await, office(backend, 2, 0).await);
        let run = today(&world.courier, backend).await.expect("asked");
        let run = run.expect("a run");
        let known: Vec<_> = run
            .offices
            .iter()
            .map(|known| known.office.id.clone())
            .collect();
        assert!(known.contains(&free) && !known.contains(&full), "{known:?}");
        // As the courier sees it before the server has heard of it.
        let mut shown = run;
        change(reference, Status::Failed).show_on(&mut shown);
        let step = Step::TakeToOffice {
            reference,
            office: free.clone(),
        };
        step.show_on(&mut shown);
        is_told(&world, vec![change(reference, Status::Failed), step], 0.0).await;
        let run = today(&world.courier, backend).await.expect("asked");
        let now = run.expect("a run");
        let stop = |run: &RunView| {
            let stop = run.stop(reference).expect("there").clone();
            (stop.office, stop.address, stop.status)
        };
        assert_eq!(stop(&shown), stop(&now));
    }
}

fn take(reference: Reference, office: &PostOfficeId) -> Step {
    Step::TakeToOffice {
        reference,
        office: office.clone(),
    }
}

/// As a phone does that drops it there.
fn drop_at(reference: Reference, office: &PostOfficeId) -> Step {
    let change = StatusChange {
        office: Some(office.clone()),
        ..StatusChange::to(Status::Held, indoors())
    };
    Step::ChangeStatus { reference, change }
}

/// One of Ada's that nobody took.
async fn failed(world: &World) -> Reference {
    let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
    is_told(world, vec![change(reference, Status::Failed)], 0.0).await;
    reference
}

fn is_overtaken(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(Refused { why: Some(why), .. }) if why.contains("since"))
}

async fn office_of(world: &World, reference: Reference) -> PostOfficeId {
    let hold = holds::hold(&world.ada, &world.backend, reference).await;
    hold.expect("hers").expect("held").office.id
}

#[tokio::test]
async fn of_two_choices_of_an_office_the_later_one_stands_whenever_it_is_told() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let (theirs, hers) = (office(backend, 1, 9).await, office(backend, 2, 9).await);
        let reference = failed(&world).await;
        clock.advance_s(600.0);
        holds::request(&world.ada, backend, reference, &hers)
            .await
            .expect("she chooses");
        clock.advance_s(600.0);
        let outcomes = tell(&world, vec![take(reference, &theirs)], 900.0).await;
        assert!(is_overtaken(&outcomes[0]), "{outcomes:?}");
        assert_eq!(office_of(&world, reference).await, hers);
        // Whoever knows of her choice may still have a reason.
        is_told(&world, vec![take(reference, &theirs)], 60.0).await;
        assert_eq!(office_of(&world, reference).await, theirs);

        // Its answer may get lost: it is told again.
        let again = Action {
            key: IdempotencyKey::parse("told-again-and-again").expect("a key"),
            done_s_ago: 1800.0,
            step: take(reference, &theirs),
        };
        holds::request(&world.ada, backend, reference, &hers)
            .await
            .expect("hers again");
        for _ in 0..3 {
            let outcomes = send(&world, std::slice::from_ref(&again)).await;
            assert!(is_overtaken(&outcomes[0]), "{outcomes:?}");
        }

        // The door after all is a choice too.
        let reference = failed(&world).await;
        is_told(&world, vec![take(reference, &theirs)], 0.0).await;
        clock.advance_s(600.0);
        holds::cancel(&world.ada, backend, reference)
            .await
            .expect("she is at home");
        clock.advance_s(600.0);
        let outcomes = tell(&world, vec![take(reference, &hers)], 900.0).await;
        assert!(is_overtaken(&outcomes[0]), "{outcomes:?}");

        let stranger = world.out_for_delivery(&world.bob, 60.1750, 24.9400).await;
        let other = world.another_courier().await;
        let refused =
            holds::take_to_office(&other, backend, stranger, &theirs, Sent::default()).await;
        assert!(
            matches!(refused, Err(Error::NotFound | Error::Forbidden)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_courier_who_thinks_again_in_a_dead_zone_is_believed() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let (first, then) = (office(backend, 1, 9).await, office(backend, 2, 9).await);
        let reference = failed(&world).await;
        clock.advance_s(3600.0);
        is_told(&world, vec![take(reference, &first)], 1800.0).await;
        is_told(&world, vec![take(reference, &then)], 1500.0).await;
        is_told(&world, vec![drop_at(reference, &then)], 1200.0).await;
        assert_eq!(office_of(&world, reference).await, then);
    }
}

#[tokio::test]
async fn what_was_dropped_before_its_recipient_chose_lies_where_the_courier_took_it() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let backend = &world.backend;
        let (theirs, hers) = (office(backend, 1, 9).await, office(backend, 2, 9).await);
        // Told at once, and told in two parts; another office, and the door after all.
        for (is_cut, is_door) in [(false, false), (true, false), (false, true), (true, true)] {
            let reference = failed(&world).await;
            if is_door {
                holds::request(&world.ada, backend, reference, &hers)
                    .await
                    .expect("she chooses");
            }
            clock.advance_s(1800.0);
            if is_cut {
                is_told(&world, vec![take(reference, &theirs)], 1500.0).await;
            }
            let choice = if is_door {
                holds::cancel(&world.ada, backend, reference).await
            } else {
                holds::request(&world.ada, backend, reference, &hers).await
            };
            choice.expect("she chooses");
            clock.advance_s(60.0);
            if !is_cut {
                let outcomes = tell(&world, vec![take(reference, &theirs)], 1560.0).await;
                assert!(is_overtaken(&outcomes[0]), "{outcomes:?}");
            }
            is_told(&world, vec![drop_at(reference, &theirs)], 1200.0).await;
            assert_eq!(office_of(&world, reference).await, theirs);
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_sent_again_was_taken_also_when_the_parcel_is_gone() {
    for database in TestDatabase::all().await {
        let (world, _) = World::with_clock(&database).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let text = InstructionText {
            kind: InstructionKind::Other,
            words: Some("Ring twice".into()),
            picture: None,
            secret_in: None,
        };
        let card = instructions::give(&world.ada, &world.backend, reference, text, None)
            .await
            .expect("hers");
        let steps = [
            Step::AnswerInstruction {
                reference,
                instruction: card.id,
                confirmed: true,
            },
            change(reference, Status::Failed),
            change(reference, Status::InTransit),
        ];
        let actions: Vec<_> = (0..)
            .zip(steps)
            .map(|(number, step)| Action {
                key: IdempotencyKey::parse(&format!("sent-again-and-again-{number}"))
                    .expect("a key"),
                done_s_ago: 0.0,
                step,
            })
            .collect();
        for _ in 0..2 {
            assert_eq!(send(&world, &actions).await, vec![Outcome::Taken; 3]);
        }
    }
}
