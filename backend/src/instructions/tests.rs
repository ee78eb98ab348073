use porchlight_domain::action::{Action, Step};
use porchlight_domain::delivery::{PictureHash, Proof, Status, StatusChange, Whereabouts};
use porchlight_domain::people::Email;
use sha2::{Digest, Sha256};

use super::*;
use crate::deliveries::{assign, change_status, timeline};
use crate::events::hex;
use crate::idempotency::Sent;
use crate::runs;
use crate::schedule::reschedule;
use crate::testing::{OTHER_COURIER_EMAIL, TestDatabase, World, jpeg};

const DOOR: (f64, f64) = (60.1700, 24.9400);

fn text(kind: InstructionKind, words: &str) -> InstructionText {
    InstructionText {
        kind,
        words: (!words.is_empty()).then(|| words.to_owned()),
        picture: None,
        secret_in: None,
    }
}

async fn out(world: &World) -> Reference {
    world.out_for_delivery(&world.ada, DOOR.0, DOOR.1).await
}

async fn tell(
    world: &World,
    reference: Reference,
    kind: InstructionKind,
    words: &str,
) -> Result<InstructionView, Error> {
    give(
        &world.ada,
        &world.backend,
        reference,
        text(kind, words),
        None,
    )
    .await
}

async fn say(
    world: &World,
    reference: Reference,
    id: &InstructionId,
    confirms: bool,
) -> Result<(), Error> {
    answer(
        &world.courier,
        &world.backend,
        reference,
        id,
        confirms,
        Sent::default(),
    )
    .await
}

async fn seen(world: &World, reference: Reference) -> Vec<InstructionView> {
    all(&world.ada, &world.backend, reference)
        .await
        .expect("hers")
}

async fn on_the_stop(world: &World, reference: Reference) -> Vec<InstructionView> {
    let run = runs::today(&world.courier, &world.backend)
        .await
        .expect("theirs")
        .expect("a run");
    run.stop(reference)
        .expect("on the run")
        .instructions
        .clone()
}

async fn kinds_told(world: &World, reference: Reference) -> Vec<&'static str> {
    let entries = timeline(&world.ada, &world.backend, reference)
        .await
        .expect("hers");
    let names = entries.iter().map(|entry| entry.fact.type_name());
    names
        .filter_map(|name| name.strip_prefix("delivery.instruction."))
        .collect()
}

fn photo_only(hash: PictureHash) -> StatusChange {
    let whereabouts = Whereabouts::NoFix {
        reason: "indoors".into(),
    };
    StatusChange {
        pictures: vec![Picture {
            kind: PictureKind::Photo,
            hash,
        }],
        ..StatusChange::to(Status::Delivered, whereabouts)
    }
}

async fn picture_of(world: &World, actor: &Actor, reference: Reference) -> PictureHash {
    let file = jpeg(320, 240);
    let hash = PictureHash::parse(&hex(&Sha256::digest(&file))).expect("a hash");
    pictures::keep(actor, &world.backend, reference, &hash, &file)
        .await
        .expect("kept");
    hash
}

#[tokio::test]
async fn what_the_courier_confirms_is_on_the_stop_and_in_the_timeline() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let given = tell(
            &world,
            reference,
            InstructionKind::SafePlace,
            " Behind the shed ",
        )
        .await
        .expect("hers");
        assert_eq!(given.text.words.as_deref(), Some("Behind the shed"));
        let again = tell(
            &world,
            reference,
            InstructionKind::SafePlace,
            "Behind the shed",
        )
        .await;
        assert_eq!(again.expect("said already").id, given.id);
        let open = on_the_stop(&world, reference).await;
        assert_eq!(open, seen(&world, reference).await);
        assert_eq!(open[0].state, InstructionState::Open);
        let step = Action {
            key: IdempotencyKey::parse("a-key-of-the-tests-1").expect("a key"),
            done_s_ago: 3600.0,
            step: Step::AnswerInstruction {
                reference,
                instruction: given.id.clone(),
                confirmed: true,
            },
        };
        for _ in 0..2 {
            runs::take(&world.courier, &world.backend, step.clone())
                .await
                .expect("from a dead zone");
        }
        assert_eq!(
            on_the_stop(&world, reference).await[0].state,
            InstructionState::Confirmed
        );
        assert_eq!(kinds_told(&world, reference).await, ["given", "confirmed"]);
        // A newer one waits beside it, and takes its place once it is confirmed.
        let newer = tell(
            &world,
            reference,
            InstructionKind::SafePlace,
            "Under the stairs",
        )
        .await
        .expect("hers");
        assert_eq!(seen(&world, reference).await.len(), 2);
        say(&world, reference, &newer.id, true)
            .await
            .expect("theirs");
        let now = seen(&world, reference).await;
        assert_eq!(
            now.iter().map(|card| &card.id).collect::<Vec<_>>(),
            [&newer.id]
        );
    }
}

#[tokio::test]
async fn an_open_one_is_replaced_declined_or_taken_back() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let first = tell(
            &world,
            reference,
            InstructionKind::Neighbour,
            "Virtanen, A 12",
        )
        .await
        .expect("hers");
        let second = tell(
            &world,
            reference,
            InstructionKind::Neighbour,
            "Korhonen, A 3",
        )
        .await
        .expect("hers");
        let gone = say(&world, reference, &first.id, true).await;
        assert!(
            matches!(gone, Err(Error::Conflict { detail }) if detail.contains("took this back"))
        );
        say(&world, reference, &second.id, false)
            .await
            .expect("nobody opens");
        say(&world, reference, &second.id, false)
            .await
            .expect("said already");
        assert_eq!(
            seen(&world, reference).await[0].state,
            InstructionState::Declined
        );
        say(&world, reference, &second.id, true)
            .await
            .expect("somebody does now");
        for _ in 0..2 {
            withdraw(&world.ada, &world.backend, reference, &second.id)
                .await
                .expect("hers");
        }
        assert_eq!(seen(&world, reference).await, []);
        let told = kinds_told(&world, reference).await;
        assert_eq!(
            told,
            [
                "given",
                "withdrawn",
                "given",
                "declined",
                "confirmed",
                "withdrawn"
            ]
        );
    }
}

#[tokio::test]
async fn never_leave_at_the_door_is_not_only_shown() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let place = tell(&world, reference, InstructionKind::SafePlace, "The porch")
            .await
            .expect("hers");
        say(&world, reference, &place.id, true)
            .await
            .expect("theirs");
        let never = tell(&world, reference, InstructionKind::NeverLeave, "")
            .await
            .expect("hers");
        let kinds: Vec<_> = seen(&world, reference)
            .await
            .iter()
            .map(|card| card.text.kind)
            .collect();
        assert_eq!(
            kinds,
            [InstructionKind::NeverLeave],
            "the safe place is over"
        );
        let declined = say(&world, reference, &never.id, false).await;
        assert!(matches!(declined, Err(Error::Conflict { .. })));
        let place = tell(&world, reference, InstructionKind::SafePlace, "The porch").await;
        assert!(matches!(place, Err(Error::Conflict { .. })));

        // It binds before anybody has confirmed it.
        let hash = picture_of(&world, &world.courier, reference).await;
        let left = change_status(
            &world.courier,
            &world.backend,
            reference,
            photo_only(hash.clone()),
        )
        .await;
        assert!(
            matches!(
                left,
                Err(Error::Invalid {
                    field: Some("proof"),
                    ..
                })
            ),
            "{left:?}"
        );
        withdraw(&world.ada, &world.backend, reference, &never.id)
            .await
            .expect("hers");
        tell(&world, reference, InstructionKind::NeverLeave, "")
            .await
            .expect("hers again");
        let taken = StatusChange {
            proof: Some(Proof::RecipientName("Ada".into())),
            ..photo_only(hash)
        };
        change_status(&world.courier, &world.backend, reference, taken)
            .await
            .expect("she took it");
    }
}

#[tokio::test]
async fn who_takes_it_back_may_have_it_left_at_the_door() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let never = tell(&world, reference, InstructionKind::NeverLeave, "")
            .await
            .expect("hers");
        withdraw(&world.ada, &world.backend, reference, &never.id)
            .await
            .expect("hers");
        let hash = picture_of(&world, &world.courier, reference).await;
        let left = change_status(&world.courier, &world.backend, reference, photo_only(hash)).await;
        left.expect("left with a photo");
        let late = tell(&world, reference, InstructionKind::Other, "Ring twice").await;
        assert!(
            matches!(late, Err(Error::Conflict { detail }) if detail.contains("it was delivered"))
        );
    }
}

#[tokio::test]
async fn a_photo_of_the_place_is_the_recipients_to_send_and_a_code_is_not_in_clear() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let hash = picture_of(&world, &world.ada, reference).await;
        let early = pictures::picture(&world.courier, &world.backend, reference, &hash).await;
        assert!(
            matches!(early, Err(Error::NotFound)),
            "nothing names it yet"
        );
        let place = InstructionText {
            picture: Some(hash.clone()),
            ..text(InstructionKind::SafePlace, "")
        };
        give(&world.ada, &world.backend, reference, place, None)
            .await
            .expect("hers");
        for viewer in [&world.ada, &world.courier] {
            pictures::picture(viewer, &world.backend, reference, &hash)
                .await
                .expect("theirs to see");
        }
        let stranger = pictures::picture(&world.bob, &world.backend, reference, &hash).await;
        assert!(matches!(stranger, Err(Error::NotFound)));

        let in_clear = tell(&world, reference, InstructionKind::GateCode, "1234").await;
        assert!(matches!(in_clear, Err(Error::Invalid { .. })));
        let encrypted = InstructionText {
            secret_in: Some("msg_7K3M".into()),
            ..text(InstructionKind::GateCode, "")
        };
        give(&world.ada, &world.backend, reference, encrypted, None)
            .await
            .expect("hers");
        let stop = on_the_stop(&world, reference).await;
        assert_eq!(stop[1].text.secret_in.as_deref(), Some("msg_7K3M"));
    }
}

#[tokio::test]
async fn another_courier_is_asked_anew() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = out(&world).await;
        let given = tell(&world, reference, InstructionKind::Other, "Ring twice")
            .await
            .expect("hers");
        say(&world, reference, &given.id, true)
            .await
            .expect("theirs");
        let tomorrow = porchlight_domain::schedule::Slot {
            date: porchlight_domain::schedule::Day::parse("2026-11-21").expect("a day"),
            window: porchlight_domain::schedule::Hours::parse("08-12").expect("hours"),
        };
        reschedule(&world.ada, &world.backend, reference, tomorrow, None)
            .await
            .expect("moved");
        assert_eq!(
            seen(&world, reference).await[0].state,
            InstructionState::Open
        );
        let next = world.another_courier().await;
        let email = Email::parse(OTHER_COURIER_EMAIL).expect("an address");
        assign(&world.admin, &world.backend, reference, &email)
            .await
            .expect("planned");
        let gone = say(&world, reference, &given.id, true).await;
        assert!(
            matches!(gone, Err(Error::NotFound)),
            "it is not theirs any more"
        );
        answer(
            &next,
            &world.backend,
            reference,
            &given.id,
            true,
            Sent::default(),
        )
        .await
        .expect("theirs");
        assert_eq!(
            seen(&world, reference).await[0].state,
            InstructionState::Confirmed
        );
    }
}

#[tokio::test]
async fn cards_are_for_two_and_only_before_the_door() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = out(&world).await;
        let ring = || text(InstructionKind::Other, "Ring twice");
        for (actor, is_hidden) in [
            (&world.bob, true),
            (&world.courier, false),
            (&world.admin, false),
        ] {
            let told = give(actor, backend, reference, ring(), None).await;
            match told {
                Err(Error::NotFound) => assert!(is_hidden),
                Err(Error::Forbidden) => assert!(!is_hidden),
                other => panic!("{other:?}"),
            }
        }
        let given = give(&world.ada, backend, reference, ring(), None)
            .await
            .expect("hers");
        let own = answer(
            &world.ada,
            backend,
            reference,
            &given.id,
            true,
            Sent::default(),
        )
        .await;
        assert!(matches!(own, Err(Error::Forbidden)));
        let nobody = all(&Actor::Anonymous, backend, reference).await;
        assert!(matches!(nobody, Err(Error::Unauthenticated)));
        let arrive = Action {
            key: IdempotencyKey::parse("a-key-of-the-tests-1").expect("a key"),
            done_s_ago: 0.0,
            step: Step::Arrive {
                reference,
                whereabouts: Whereabouts::NoFix {
                    reason: "indoors".into(),
                },
            },
        };
        runs::take(&world.courier, backend, arrive)
            .await
            .expect("at the door");
        let late = tell(&world, reference, InstructionKind::Neighbour, "Virtanen").await;
        assert!(matches!(late, Err(Error::Conflict { detail }) if detail.contains("at the door")));
        // What was said can still be answered and taken back there.
        say(&world, reference, &given.id, true)
            .await
            .expect("theirs");
        withdraw(&world.ada, backend, reference, &given.id)
            .await
            .expect("hers");
    }
}
