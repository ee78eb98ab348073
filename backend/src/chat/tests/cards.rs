//! What both can rely on.

use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::chat::{Agreement, ChatCard};
use porchlight_domain::delivery::Whereabouts;
use porchlight_domain::instruction::{
    InstructionKind, InstructionState, InstructionText, InstructionView,
};
use porchlight_domain::schedule::{Day, Hours, ProposalEnd, ScheduledBy, Slot};

use super::*;
use crate::idempotency::Sent;
use crate::{instructions, runs, schedule};

fn slot(date: &str, hours: &str) -> Slot {
    Slot {
        date: Day::parse(date).expect("a day"),
        window: Hours::parse(hours).expect("hours"),
    }
}

fn neighbour() -> InstructionText {
    InstructionText {
        kind: InstructionKind::Neighbour,
        words: Some("Virtanen, A 12".into()),
        picture: None,
        secret_in: None,
    }
}

async fn cards(device: &Device, backend: &Backend, delivery: Reference) -> Vec<Agreement> {
    let view = device.view(backend, delivery).await.expect("a chat");
    view.cards.into_iter().map(|card| card.what).collect()
}

/// The instructions among the cards.
async fn told(device: &Device, backend: &Backend, delivery: Reference) -> Vec<InstructionView> {
    let instruction = |card| match card {
        Agreement::Instruction { instruction } => Some(instruction),
        _ => None,
    };
    let cards = cards(device, backend, delivery).await;
    cards.into_iter().filter_map(instruction).collect()
}

#[tokio::test]
async fn what_is_agreed_shows_on_both_sides() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        assert_eq!(seq(ada.send(backend, delivery, "hello").await), 1);
        let given = instructions::give(&world.ada, backend, delivery, neighbour(), None).await;
        let given = given.expect("taken");
        let theirs = told(&courier, backend, delivery).await;
        assert_eq!(theirs, std::slice::from_ref(&given));
        instructions::answer(
            &world.courier,
            backend,
            delivery,
            &given.id,
            true,
            Sent::default(),
        )
        .await
        .expect("confirmed");
        let hers = told(&ada, backend, delivery).await;
        assert_eq!(hers[0].state, InstructionState::Confirmed);

        let tomorrow = slot("2026-11-21", "08-12");
        schedule::propose(&world.courier, backend, delivery, tomorrow, Sent::default())
            .await
            .expect("asked");
        let [
            _,
            Agreement::Proposal {
                proposal,
                end: None,
            },
        ] = &cards(&ada, backend, delivery).await[..]
        else {
            panic!("an open proposal");
        };
        schedule::answer(&world.ada, backend, delivery, &proposal.id, true)
            .await
            .expect("agreed");
        let seen = cards(&courier, backend, delivery).await;
        let [
            _,
            Agreement::Proposal { end, .. },
            Agreement::Rescheduled { by, to },
        ] = &seen[..]
        else {
            panic!("agreed and moved, not {seen:?}");
        };
        assert_eq!(*end, Some(ProposalEnd::Accepted));
        assert_eq!(*by, ScheduledBy::Courier);
        assert_eq!(*to, proposal.span);
        assert_eq!(seen, cards(&ada, backend, delivery).await);

        let json = serde_json::to_value(ada.view(backend, delivery).await.expect("a chat"));
        let json = json.expect("serialises");
        assert_eq!(json["cards"][2]["card"], "rescheduled");
        let read: Vec<ChatCard> = serde_json::from_value(json["cards"].clone()).expect("reads");
        assert_eq!(read.len(), 3);
    }
}

#[tokio::test]
async fn a_courier_who_lost_the_parcel_still_says_goodbye_and_learns_nothing_after() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("starts");
        let Pair {
            world,
            delivery,
            mut ada,
            mut courier,
        } = Pair::on(backend).await;
        let backend = &world.backend;
        assert_eq!(seq(ada.send(backend, delivery, "not today").await), 1);
        let later = slot("2026-11-23", "08-12");
        schedule::reschedule(&world.ada, backend, delivery, later, None)
            .await
            .expect("moved");
        for device in [&ada, &courier] {
            let view = device.view(backend, delivery).await.expect("still theirs");
            assert!(matches!(view.phase, Phase::Closing { .. }), "{view:?}");
            assert!(matches!(
                &view.cards[..],
                [ChatCard {
                    what: Agreement::Rescheduled {
                        by: ScheduledBy::Customer,
                        ..
                    },
                    ..
                }]
            ));
        }
        assert_eq!(seq(courier.send(backend, delivery, "see you").await), 2);
        assert_eq!(seq(ada.send(backend, delivery, "thanks").await), 3);

        clock.advance_s(CLOSING_S + 1.0);
        let (late, _) = courier.seal(backend, delivery, "late").await;
        let refused = courier.post(backend, delivery, late).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
        // What is told after that is for another courier.
        instructions::give(&world.ada, backend, delivery, neighbour(), None)
            .await
            .expect("taken");
        assert!(told(&courier, backend, delivery).await.is_empty());

        let other = world.another_courier().await;
        let email = Email::parse(OTHER_COURIER_EMAIL).expect("an address");
        deliveries::assign(&world.admin, backend, delivery, &email)
            .await
            .expect("assigned");
        let refused = courier.view(backend, delivery).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        let other = Device::enrolled(&other, backend).await;
        assert_eq!(told(&other, backend, delivery).await.len(), 1);
    }
}

#[tokio::test]
async fn a_gate_code_asks_to_be_confirmed_and_is_nowhere_readable() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            mut courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let code = ada.seal_gate_code(backend, delivery, "4711 hash").await;
        for _ in 0..2 {
            assert_eq!(seq(ada.post(backend, delivery, code.clone()).await), 1);
        }
        let theirs = told(&courier, backend, delivery).await;
        let [card] = &theirs[..] else {
            panic!("one card, not {theirs:?}");
        };
        assert_eq!(card.text.kind, InstructionKind::GateCode);
        assert_eq!(card.text.secret_in.as_deref(), Some(code.id.as_str()));
        assert_eq!(card.text.words, None);
        let stored = world.everything_stored().await;
        assert!(!stored.contains("4711"), "{stored}");

        // Another one takes its place.
        let second = ada.seal_gate_code(backend, delivery, "0815").await;
        assert_eq!(seq(ada.post(backend, delivery, second.clone()).await), 2);
        let theirs = told(&courier, backend, delivery).await;
        assert_eq!(theirs.len(), 1);
        assert!(
            ChatCard {
                at: theirs[0].given_at,
                what: Agreement::Instruction {
                    instruction: theirs[0].clone()
                },
            }
            .is_about(second.id.as_str())
        );

        // A courier does not say how to come in.
        let theirs = courier.seal_gate_code(backend, delivery, "1").await;
        let refused = courier.post(backend, delivery, theirs).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn what_was_between_others_is_not_told_to_the_next_courier() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let code = ada.seal_gate_code(backend, delivery, "4711").await;
        assert_eq!(seq(ada.post(backend, delivery, code).await), 1);
        instructions::give(&world.ada, backend, delivery, neighbour(), None)
            .await
            .expect("taken");
        let later = slot("2026-11-21", "08-12");
        schedule::propose(&world.courier, backend, delivery, later, Sent::default())
            .await
            .expect("asked");
        let open = schedule::proposal(&world.ada, backend, delivery).await;
        let open = open.expect("hers").expect("open");
        schedule::answer(&world.ada, backend, delivery, &open.id, true)
            .await
            .expect("agreed");
        // Who asked for it has it in writing. The code's message is theirs alone, and so was its card.
        let theirs = cards(&courier, backend, delivery).await;
        assert_eq!(theirs.len(), 3, "{theirs:?}");

        let other = world.another_courier().await;
        let email = Email::parse(OTHER_COURIER_EMAIL).expect("an address");
        deliveries::assign(&world.admin, backend, delivery, &email)
            .await
            .expect("assigned");
        let other = Device::enrolled(&other, backend).await;
        let seen = cards(&other, backend, delivery).await;
        let [Agreement::Instruction { instruction }] = &seen[..] else {
            panic!("only what holds for anyone, not {seen:?}");
        };
        assert_eq!(instruction.text.kind, InstructionKind::Neighbour);
    }
}

#[tokio::test]
async fn at_the_door_a_gate_code_is_still_said() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let arrive = Action {
            key: IdempotencyKey::parse("a-key-of-the-tests-1").expect("a key"),
            done_s_ago: 0.0,
            step: Step::Arrive {
                reference: delivery,
                whereabouts: Whereabouts::NoFix {
                    reason: "indoors".into(),
                },
            },
        };
        runs::take(&world.courier, backend, arrive)
            .await
            .expect("at the door");
        let code = ada.seal_gate_code(backend, delivery, "4711").await;
        assert_eq!(seq(ada.post(backend, delivery, code).await), 1);
        assert!(told(&courier, backend, delivery).await.is_empty());
        assert_eq!(courier.messages(backend, delivery, 0).await.len(), 1);
    }
}
