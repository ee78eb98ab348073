use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::delivery::{Proof, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::handover::{Checked, PresenceProof, Slot};
use porchlight_domain::people::Email;

use super::*;
use crate::deliveries::{assign, change_status, detail, share, timeline};
use crate::runs;
use crate::testing::{OTHER_COURIER_EMAIL, TestDatabase, World};

const DOOR: (f64, f64) = (60.1700, 24.9400);
const TWO_WAY: Option<HandoverLevel> = Some(HandoverLevel::TwoWay);
const PIN: Option<HandoverLevel> = Some(HandoverLevel::Pin);

/// Ada's parcel, out for delivery and for her hands only.
async fn asked(world: &World, level: Option<HandoverLevel>) -> Reference {
    let reference = world.out_for_delivery(&world.ada, DOOR.0, DOOR.1).await;
    let view = ask(world, reference, level).await;
    assert_eq!(view.level, level);
    reference
}

/// Every database, and each level on a new one.
async fn both_levels() -> Vec<(TestDatabase, Option<HandoverLevel>)> {
    let mut all = Vec::new();
    for level in [TWO_WAY, PIN] {
        let databases = TestDatabase::all().await.into_iter();
        all.extend(databases.map(|database| (database, level)));
    }
    all
}

async fn ask(world: &World, reference: Reference, level: Option<HandoverLevel>) -> HandoverView {
    ask_for_handover(&world.ada, &world.backend, reference, level)
        .await
        .expect("it is hers to ask")
}

async fn pin_at_the_door(world: &World, reference: Reference) -> String {
    world.settled().await;
    world.drive(DOOR.0, DOOR.1).await;
    let near = async {
        loop {
            let view = handover(&world.ada, &world.backend, reference).await;
            if let Some(code) = view.expect("it is hers").code {
                return code;
            }
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), near).await;
    in_time.expect("the courier is at the door")
}

/// What the courier's phone has for a parcel.
async fn kit(world: &World, reference: Reference) -> Option<HandoverKit> {
    let run = runs::today(&world.courier, &world.backend).await;
    let run = run.expect("the courier's").expect("a run");
    let stop = run
        .stops
        .into_iter()
        .find(|stop| stop.reference == reference);
    stop.expect("on the run").kit
}

/// What the courier's screen shows now.
async fn on_the_screen(world: &World, reference: Reference) -> PresenceProof {
    let kit = kit(world, reference).await.expect("it is out");
    let key = kit.presence_key.expect("both sides check");
    key.prove(reference, Slot::at(world.backend.now()))
}

async fn scan(
    world: &World,
    actor: &Actor,
    reference: Reference,
    proof: &PresenceProof,
) -> Result<CourierCheck, Error> {
    check_courier(actor, &world.backend, reference, &proof.to_string()).await
}

/// Ada scans the courier's screen and has the code.
async fn code_at_the_door(world: &World, reference: Reference) -> String {
    let proof = on_the_screen(world, reference).await;
    match scan(world, &world.ada, reference, &proof).await {
        Ok(CourierCheck::Proven(proven)) => proven.code,
        other => panic!("the courier is there: {other:?}"),
    }
}

fn delivered(proof: Proof) -> StatusChange {
    let whereabouts = Whereabouts::NoFix {
        reason: "indoors".into(),
    };
    StatusChange {
        proof: Some(proof),
        ..StatusChange::to(Status::Delivered, whereabouts)
    }
}

async fn deliver(
    world: &World,
    actor: &Actor,
    reference: Reference,
    proof: Proof,
) -> Result<(), Error> {
    change_status(actor, &world.backend, reference, delivered(proof))
        .await
        .map(|_| ())
}

async fn tell(world: &World, reference: Reference, code: &str) -> Result<(), Error> {
    let proof = Proof::HandoverCode(code.to_owned());
    deliver(world, &world.courier, reference, proof).await
}

/// Another code of the same form.
fn other(code: &str) -> String {
    let first = if code.starts_with('0') { "1" } else { "0" };
    format!("{first}{}", &code[1..])
}

fn says(refused: &Result<(), Error>, words: &str) -> bool {
    matches!(refused, Err(Error::Invalid { detail, .. }) if detail.contains(words))
}

async fn count_locks(world: &World, reference: Reference) -> usize {
    let told = timeline(&world.ada, &world.backend, reference).await;
    let told = told.expect("a timeline");
    let locks = told
        .iter()
        .filter(|entry| matches!(entry.fact, Fact::HandoverLocked { .. }));
    locks.count()
}

#[tokio::test]
async fn nobody_delivers_it_without_the_recipients_code() {
    for (database, level) in both_levels().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, level).await;
        let code = match level {
            TWO_WAY => code_at_the_door(&world, reference).await,
            _ => pin_at_the_door(&world, reference).await,
        };
        let right = Proof::HandoverCode(code.clone());
        for (actor, proof) in [
            (&world.courier, Proof::RecipientName("Ada".into())),
            (&world.admin, Proof::RecipientName("Ada".into())),
            (&world.courier, Proof::Handover(HandoverLevel::Pin)),
            (&world.admin, Proof::Handover(HandoverLevel::TwoWay)),
            (&world.courier, Proof::HandoverCode(String::new())),
            (&world.courier, Proof::HandoverCode(other(&code))),
            // It is worth nothing to anybody but the courier at the door.
            (&world.admin, right.clone()),
        ] {
            let refused = deliver(&world, actor, reference, proof.clone()).await;
            let field = Some("proof");
            assert!(
                matches!(&refused, Err(Error::Invalid { field: about, .. }) if *about == field),
                "{proof:?}: {refused:?}"
            );
        }
        for stranger in [&world.ada, &world.bob] {
            let refused = deliver(&world, stranger, reference, right.clone()).await;
            assert!(matches!(refused, Err(Error::Forbidden | Error::NotFound)));
        }
        tell(&world, reference, &code.to_lowercase())
            .await
            .expect("that is the code");
        let told = timeline(&world.courier, &world.backend, reference).await;
        let told = serde_json::to_string(&told.expect("a timeline")).expect("JSON");
        let level = level.map_or("", HandoverLevel::as_str);
        let proof = format!(r#""proof":{{"handover":"{level}"}}"#);
        assert!(told.contains(&proof), "{told}");
    }
}

#[tokio::test]
async fn a_pin_is_for_the_recipient_and_not_before_the_courier_is_near() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, PIN).await;
        let view = handover(&world.ada, &world.backend, reference).await;
        assert_eq!(view.expect("hers").code, None, "nobody is near");
        pin_at_the_door(&world, reference).await;
        let others = [&world.courier, &world.admin, &world.bob, &Actor::Anonymous];
        for other in others {
            let seen = handover(other, &world.backend, reference).await;
            assert!(seen.is_err(), "{other:?}: {seen:?}");
            for level in [TWO_WAY, PIN, None] {
                let asked = ask_for_handover(other, &world.backend, reference, level).await;
                assert!(asked.is_err(), "{other:?}: {asked:?}");
            }
        }
        share(&world.ada, &world.backend, reference, "Mum")
            .await
            .expect("a link shows nothing of it");
        assert_eq!(
            ask(&world, reference, TWO_WAY).await.code,
            None,
            "scan first"
        );
        assert_eq!(ask(&world, reference, None).await.code, None, "given up");
    }
}

#[tokio::test]
async fn a_courier_is_proven_to_the_recipient_of_this_parcel_now_and_to_nobody_else() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let world = World::on(Backend::start(settings).await.expect("it opens")).await;
        let reference = asked(&world, TWO_WAY).await;
        let another = asked(&world, TWO_WAY).await;
        let proof = on_the_screen(&world, reference).await;
        let proven = scan(&world, &world.ada, reference, &proof).await;
        let Ok(CourierCheck::Proven(proven)) = proven else {
            panic!("it is the courier: {proven:?}");
        };
        assert_eq!(proven.courier.first_name, "Väinö");
        assert!(
            !proven.came_near,
            "no position says so: it is evidence, never a key"
        );

        for stranger in [&world.bob, &world.courier, &world.admin, &Actor::Anonymous] {
            let seen = scan(&world, stranger, reference, &proof).await;
            assert!(seen.is_err(), "{stranger:?}: {seen:?}");
        }
        let of_another = scan(&world, &world.ada, another, &proof).await;
        assert_eq!(of_another.expect("hers too"), CourierCheck::Foreign {});
        for nonsense in ["", "1.2", "💌", &"0".repeat(10_000)] {
            let seen = check_courier(&world.ada, &world.backend, reference, nonsense).await;
            assert_eq!(seen.expect("hers"), CourierCheck::Foreign {}, "{nonsense}");
        }
        // A picture of the screen, two minutes later.
        clock.advance_s(120.0);
        let late = scan(&world, &world.ada, reference, &proof).await;
        assert_eq!(late.expect("hers"), CourierCheck::Old {});
    }
}

#[tokio::test]
async fn there_is_nothing_to_scan_for_a_parcel_that_is_not_out_or_not_asked_for() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let proof = on_the_screen(&world, reference).await;
        ask(&world, reference, PIN).await;
        let nothing = scan(&world, &world.ada, reference, &proof).await;
        assert!(
            matches!(nothing, Err(Error::Conflict { .. })),
            "{nothing:?}"
        );
        ask(&world, reference, TWO_WAY).await;
        world
            .step(reference, Status::Failed)
            .await
            .expect("a legal step");
        assert_eq!(kit(&world, reference).await, None, "it is back on the van");
        let nothing = scan(&world, &world.ada, reference, &proof).await;
        assert!(
            matches!(nothing, Err(Error::Conflict { .. })),
            "{nothing:?}"
        );
    }
}

#[tokio::test]
async fn somebody_who_only_tries_is_slowed_down() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let mut refused = None;
        for _ in 0..30 {
            let tried = check_courier(&world.ada, &world.backend, reference, "1.x").await;
            refused = refused.or(tried.err());
        }
        assert!(
            matches!(refused, Some(Error::RateLimited { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn the_courier_before_and_the_way_out_before_are_worth_nothing() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let code = code_at_the_door(&world, reference).await;
        let proof = on_the_screen(&world, reference).await;
        for to in [Status::Failed, Status::OutForDelivery] {
            world.step(reference, to).await.expect("a legal step");
        }
        let refused = tell(&world, reference, &code).await;
        assert!(says(&refused, "newer code"), "{refused:?}");
        let seen = scan(&world, &world.ada, reference, &proof).await;
        assert_eq!(seen.expect("hers"), CourierCheck::Foreign {});

        // Dispatch gives it to somebody else.
        let proof = on_the_screen(&world, reference).await;
        world
            .step(reference, Status::Failed)
            .await
            .expect("a legal step");
        let second = world.another_courier().await;
        let email = Email::parse(OTHER_COURIER_EMAIL).expect("an address");
        assign(&world.admin, &world.backend, reference, &email)
            .await
            .expect("it is on nobody's way");
        let out = StatusChange::to(
            Status::OutForDelivery,
            Whereabouts::NoFix { reason: "x".into() },
        );
        change_status(&second, &world.backend, reference, out)
            .await
            .expect("it is theirs");
        let seen = scan(&world, &world.ada, reference, &proof).await;
        assert_eq!(seen.expect("hers"), CourierCheck::Foreign {});
        let refused = tell(&world, reference, &code).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
}

#[tokio::test]
async fn the_phone_tells_a_right_code_from_a_wrong_one_and_does_not_hold_it() {
    for (database, level) in both_levels().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, level).await;
        let code = match level {
            TWO_WAY => code_at_the_door(&world, reference).await,
            _ => pin_at_the_door(&world, reference).await,
        };
        let kit = kit(&world, reference).await.expect("it is out");
        assert_eq!(kit.presence_key.is_some(), level == TWO_WAY);
        assert_eq!(kit.tries_left, TRIES);
        assert!(matches!(kit.check(reference, &code), Checked::Right(_)));
        let carried = serde_json::to_string(&kit).expect("JSON");
        let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        assert!(!carried.contains(&bare), "{carried}");
    }
}

#[tokio::test]
async fn five_wrong_codes_lock_it_also_when_they_are_tried_at_once() {
    for (database, level) in both_levels().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, level).await;
        let code = match level {
            TWO_WAY => code_at_the_door(&world, reference).await,
            _ => pin_at_the_door(&world, reference).await,
        };
        let wrong = other(&code);
        let tries = (0..20).map(|_| tell(&world, reference, &wrong));
        for refused in futures::future::join_all(tries).await {
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        }
        let refused = tell(&world, reference, &code).await;
        assert!(says(&refused, "too many"), "{refused:?}");
        assert_eq!(
            count_locks(&world, reference).await,
            1,
            "everyone is told once"
        );
        let kit_now = kit(&world, reference).await.expect("it is out");
        assert_eq!(kit_now.tries_left, 0);
        let view = handover(&world.ada, &world.backend, reference).await;
        let view = view.expect("hers");
        assert!(view.locked && view.code.is_none());

        let renewed = ask(&world, reference, level).await;
        assert!(!renewed.locked);
        let refused = tell(&world, reference, &code).await;
        assert!(
            says(&refused, "newer code"),
            "the old one is dead: {refused:?}"
        );
        let renewed = match level {
            TWO_WAY => code_at_the_door(&world, reference).await,
            _ => renewed.code.expect("the courier is near"),
        };
        tell(&world, reference, &renewed)
            .await
            .expect("the new one");
    }
}

fn action(number: u32, step: Step) -> Action {
    Action {
        key: IdempotencyKey::parse(&format!("a-key-of-the-phone-{number}")).expect("a key"),
        done_s_ago: 0.0,
        step,
    }
}

#[tokio::test]
async fn a_wrong_code_whose_answer_got_lost_is_one_try() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let wrong = other(&code_at_the_door(&world, reference).await);
        let change = delivered(Proof::HandoverCode(wrong.clone()));
        let as_change = action(1, Step::ChangeStatus { reference, change });
        let as_report = action(
            2,
            Step::WrongCode {
                reference,
                told: wrong,
            },
        );
        let (backend, courier) = (&world.backend, &world.courier);
        let sent = (0..6).map(|_| runs::take(courier, backend, as_change.clone()));
        for refused in futures::future::join_all(sent).await {
            assert!(says(&refused, "4 tries left"), "{refused:?}");
        }
        let sent = (0..6).map(|_| runs::take(courier, backend, as_report.clone()));
        for taken in futures::future::join_all(sent).await {
            taken.expect("taken note of");
        }
        let kit = kit(&world, reference).await.expect("it is out");
        assert_eq!(kit.tries_left, TRIES - 2);
    }
}

#[tokio::test]
async fn a_report_counts_what_is_wrong_and_nothing_else() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let old = code_at_the_door(&world, reference).await;
        ask(&world, reference, TWO_WAY).await;
        let code = code_at_the_door(&world, reference).await;
        let wrong = other(&code);
        let mut number = 0;
        let mut report = async |actor: &Actor, told: &str| {
            number += 1;
            let told = told.to_owned();
            let step = Step::WrongCode { reference, told };
            runs::take(actor, &world.backend, action(number, step)).await
        };
        // The phone had not heard of the renewal yet.
        for harmless in [&*code, &*old, "", "PL-7K3M-92QX"] {
            report(&world.courier, harmless).await.expect("taken");
        }
        for stranger in [&world.bob, &world.ada, &world.admin] {
            report(stranger, &wrong)
                .await
                .expect_err("it is not theirs");
        }
        let tries = async || kit(&world, reference).await.map(|kit| kit.tries_left);
        assert_eq!(tries().await, Some(TRIES));
        for _ in 0..7 {
            report(&world.courier, &wrong).await.expect("taken");
        }
        assert_eq!(tries().await, Some(0));
        assert_eq!(count_locks(&world, reference).await, 1);
    }
}

#[tokio::test]
async fn a_code_that_was_renewed_meanwhile_is_refused_and_says_so() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let kit_offline = kit(&world, reference).await.expect("it is out");
        let code = code_at_the_door(&world, reference).await;
        assert!(matches!(
            kit_offline.check(reference, &code),
            Checked::Right(_)
        ));
        // While the courier has no network, the recipient asks for another level.
        ask(&world, reference, PIN).await;
        let refused = tell(&world, reference, &code).await;
        assert!(says(&refused, "newer code"), "{refused:?}");
        let kit = kit(&world, reference).await.expect("it is out");
        assert_eq!(kit.tries_left, TRIES, "it was no wrong try");
    }
}

#[tokio::test]
async fn a_right_code_is_taken_once_however_often_it_is_sent() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let code = code_at_the_door(&world, reference).await;
        let change = delivered(Proof::HandoverCode(code));
        let step = action(1, Step::ChangeStatus { reference, change });
        let sent = (0..5).map(|_| runs::take(&world.courier, &world.backend, step.clone()));
        for taken in futures::future::join_all(sent).await {
            taken.expect("taken, or known already");
        }
        let told = timeline(&world.ada, &world.backend, reference).await;
        let told = told.expect("a timeline");
        let times = told.iter().filter(|entry| {
            matches!(
                entry.fact,
                Fact::StatusChanged {
                    to: Status::Delivered,
                    ..
                }
            )
        });
        assert_eq!(times.count(), 1);
    }
}

#[tokio::test]
async fn no_code_is_in_an_event_an_answer_or_the_database() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (two_way, pin) = (asked(&world, TWO_WAY).await, asked(&world, PIN).await);
        let codes = [
            code_at_the_door(&world, two_way).await,
            pin_at_the_door(&world, pin).await,
        ];
        let mut told = serde_json::to_string(
            &runs::today(&world.courier, &world.backend)
                .await
                .expect("a run"),
        )
        .expect("JSON");
        for reference in [two_way, pin] {
            let state = handover_state(&world.ada, &world.backend, reference).await;
            told += &serde_json::to_string(&state.expect("hers")).expect("JSON");
        }
        for (reference, code) in [(two_way, &codes[0]), (pin, &codes[1])] {
            tell(&world, reference, &other(code))
                .await
                .expect_err("wrong");
            told += &world.everything_stored().await;
            tell(&world, reference, code).await.expect("right");
            for actor in [&world.ada, &world.courier, &world.admin] {
                let seen = detail(actor, &world.backend, reference).await;
                told += &serde_json::to_string(&seen.expect("theirs")).expect("JSON");
            }
        }
        told += &world.everything_stored().await;
        for code in codes {
            let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
            for form in [&*code, &*bare] {
                assert!(!told.contains(form), "{form} is in {told}");
            }
        }
    }
}

#[tokio::test]
async fn another_secret_of_the_operator_makes_a_new_code_necessary() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = asked(&world, TWO_WAY).await;
        let code = code_at_the_door(&world, reference).await;
        world.backend.close().await;
        let settings = crate::Settings {
            secret: crate::Secret::of("another one"),
            ..database.settings()
        };
        let backend = Backend::start(settings).await.expect("it opens");
        let world = World { backend, ..world };
        let view = handover(&world.ada, &world.backend, reference).await;
        assert!(view.expect("hers").locked, "she is asked for a new one");
        let refused = tell(&world, reference, &code).await;
        assert!(says(&refused, "ask the recipient"), "{refused:?}");
        ask(&world, reference, TWO_WAY).await;
        let code = code_at_the_door(&world, reference).await;
        tell(&world, reference, &code).await.expect("the new one");
    }
}

#[tokio::test]
async fn it_can_be_asked_for_when_booking() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world
            .book_for_hands(&world.ada, HandoverLevel::TwoWay)
            .await;
        let view = handover(&world.ada, &world.backend, reference).await;
        assert_eq!(view.expect("hers").level, TWO_WAY);
    }
}
