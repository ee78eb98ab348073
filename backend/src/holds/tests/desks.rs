use futures::future::join_all;
use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::hold::{HoldState, PassVerifier};

use super::*;
use crate::events;
use crate::testing::TestDatabase;

#[tokio::test]
async fn a_parcel_goes_from_the_door_to_the_office_to_its_recipient() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let seen = desk(&clerk, &world.backend).await.expect("theirs");
        assert_eq!(seen.parcels[0].reference, reference);
        assert_eq!(seen.parcels[0].state, HoldState::Ready);
        let pass = pass(&world, reference).await;

        let offline = PassVerifier::new(&seen.key, office.clone()).expect("a key");
        let read = offline
            .check(&pass.pass, world.backend.now())
            .expect("ours");
        assert_eq!(read.reference, reference);
        // Whoever brought it has no more to say about it.
        let taken_back = world.step(reference, Status::Returned).await;
        assert!(
            matches!(taken_back, Err(Error::Forbidden)),
            "{taken_back:?}"
        );

        let presented = present(&clerk, &world.backend, &pass.pass, None).await;
        let presented = presented.expect("right");
        assert_eq!(
            (presented.name.as_str(), presented.on_behalf_of),
            ("Ada Lovelace", None)
        );
        assert_eq!(
            hand_out(&clerk, &world, &pass.code).await.expect("right"),
            reference
        );
        assert_eq!(status(&world, reference).await, Status::PickedUp);
        assert_eq!(used(&world, &office).await, 0);
        let told = told(&world, reference).await;
        let hold: Vec<&str> = told
            .iter()
            .map(String::as_str)
            .skip_while(|name| *name != "hold.requested")
            .collect();
        let expected = [
            "hold.requested",
            "hold.confirmed",
            "held",
            "hold.ready",
            "picked_up",
            "hold.collected",
        ];
        assert_eq!(hold, expected);
        let used_again = hand_out(&clerk, &world, &pass.code).await;
        assert!(says(&used_again, "handed over already"), "{used_again:?}");
        let seen = desk(&clerk, &world.backend).await.expect("theirs");
        assert!(seen.parcels.is_empty() && seen.revoked.len() == 1);
        events::verify_log(world.backend.store())
            .await
            .expect("the chain is whole");
    }
}

#[tokio::test]
async fn one_code_at_two_desks_at_once_hands_over_one_parcel() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let one = clerk_at(&world, CLERK, &office).await;
        let other = clerk_at(&world, "clerk2@example.org", &office).await;
        let reference = at_the_office(&world, &office).await;
        let pass = pass(&world, reference).await;
        let tries = (0..10).map(|number| {
            let clerk = if number % 2 == 0 { &one } else { &other };
            hand_out(clerk, &world, &pass.code)
        });
        let answers = join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(used(&world, &office).await, 0);
    }
}

#[tokio::test]
async fn an_answer_that_got_lost_is_given_again() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        let key = IdempotencyKey::parse("a-key-of-the-desk-1").expect("a key");
        for _ in 0..3 {
            let answer = collect(&clerk, &world.backend, hand_over(&code), Some(&key));
            assert_eq!(answer.await.expect("once").reference, reference);
        }
        // A code of another office is wrong here, also the second time.
        let other = super::office(&world.backend, 2, 5).await;
        let elsewhere = at_the_office(&world, &other).await;
        let code = pass(&world, elsewhere).await.code;
        let key = IdempotencyKey::parse("a-key-of-the-desk-2").expect("a key");
        for _ in 0..2 {
            let wrong = collect(&clerk, &world.backend, hand_over(&code), Some(&key)).await;
            assert!(wrong.is_err(), "{wrong:?}");
        }
    }
}

#[tokio::test]
async fn a_code_is_worth_nothing_at_another_office_or_in_other_hands() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let here = office(&world.backend, 1, 5).await;
        let there = office(&world.backend, 2, 5).await;
        let clerk = clerk_at(&world, CLERK, &here).await;
        let elsewhere = clerk_at(&world, "clerk2@example.org", &there).await;
        let idle = world.clerk("idle@example.org").await;
        let reference = at_the_office(&world, &here).await;
        let other = at_the_office(&world, &here).await;
        let PickUpPass { code, pass } = pass(&world, reference).await;
        let foreign = hand_out(&elsewhere, &world, &pass).await;
        assert!(
            says(&foreign, "another post office: Office 1"),
            "{foreign:?}"
        );
        let tries = async |office| {
            let known = super::super::offices::known(&world.backend, office).await;
            known.expect("read").expect("there").wrong_tries
        };
        assert_eq!(tries(&there).await, 0, "a pass is no guess");
        // Nor is it a pass when somebody writes a code that they guessed into the form of one.
        let (rest, _) = pass.rsplit_once('/').expect("a signature");
        for guess in [code.clone(), format!("{rest}/{}", "0".repeat(128))] {
            let foreign = hand_out(&elsewhere, &world, &guess).await;
            assert!(says(&foreign, "not right"), "{foreign:?}");
        }
        assert_eq!(tries(&there).await, 2, "it may have been guessed");
        let without_desk = hand_out(&idle, &world, &code).await;
        assert!(says(&without_desk, "no desk yet"), "{without_desk:?}");
        for nobody in [&world.ada, &world.bob, &world.courier, &world.admin] {
            let refused = hand_out(nobody, &world, &code).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        let mixed_up = present(&clerk, &world.backend, &code, Some(other)).await;
        assert!(says(&mixed_up, "another parcel"), "{mixed_up:?}");
        assert_eq!(tries(&here).await, 0, "it is known here");
        hand_out(&clerk, &world, &code).await.expect("here");
    }
}

#[tokio::test]
async fn a_delegate_collects_with_a_code_of_their_own_until_it_is_called_back() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let backend = &world.backend;
        for name in ["Toini", "Veikko", "Aino"] {
            name_delegate(&world.ada, backend, reference, name)
                .await
                .expect("hers to say");
        }
        let fourth = name_delegate(&world.ada, backend, reference, "Eino").await;
        assert!(matches!(fourth, Err(Error::Conflict { .. })), "{fourth:?}");
        let named = held(&world, reference).await.delegates;
        let code = |name: &str| {
            let delegate = named.iter().find(|delegate| delegate.name == name);
            delegate.expect("named").pass.code.clone()
        };
        revoke_delegate(&world.ada, backend, reference, "Veikko")
            .await
            .expect("hers to say");
        let revoked = hand_out(&clerk, &world, &code("Veikko")).await;
        assert!(says(&revoked, "called back"), "{revoked:?}");
        // Named anew they have another code.
        name_delegate(&world.ada, backend, reference, "Aino")
            .await
            .expect("hers to say");
        let outdated = hand_out(&clerk, &world, &code("Aino")).await;
        assert!(says(&outdated, "called back"), "{outdated:?}");
        let presented = present(&clerk, backend, &code("Toini"), None).await;
        let presented = presented.expect("right");
        assert_eq!(presented.name, "Toini");
        assert_eq!(presented.on_behalf_of.as_deref(), Some("Ada Lovelace"));
        hand_out(&clerk, &world, &code("Toini"))
            .await
            .expect("right");
        let own = held(&world, reference).await;
        assert_eq!((own.state, own.pass), (HoldState::Collected, None));
    }
}

#[tokio::test]
async fn what_a_desk_without_a_network_handed_over_in_time_counts_afterwards() {
    const HOUR_S: f64 = 3600.0;
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let backend = &world.backend;
        let late = async |told: &str, hours: f64| {
            let told = HandOver {
                done_s_ago: Some(hours * HOUR_S),
                ..hand_over(told)
            };
            collect(&clerk, backend, told, None).await
        };

        // Called back after it was used.
        let reference = at_the_office(&world, &office).await;
        name_delegate(&world.ada, backend, reference, "Toini")
            .await
            .expect("hers to say");
        let theirs = held(&world, reference).await.delegates[0].pass.pass.clone();
        clock.advance_s(2.0 * HOUR_S);
        revoke_delegate(&world.ada, backend, reference, "Toini")
            .await
            .expect("hers to say");
        clock.advance_s(HOUR_S);
        let too_late = late(&theirs, 0.5).await;
        assert!(says(&too_late, "called back"), "{too_late:?}");
        late(&theirs, 2.0).await.expect("it was good then");
        assert_eq!(status(&world, reference).await, Status::PickedUp);

        // In the last hour of the last day, and told in the night.
        let reference = at_the_office(&world, &office).await;
        let held = held(&world, reference).await;
        let pass = held.pass.expect("it is there").pass;
        let rest_s = held.keep_until.seconds_since(backend.now());
        clock.advance_s(rest_s + 6.0 * HOUR_S);
        super::super::due::look(backend).await.expect("looked");
        assert_eq!(status(&world, reference).await, Status::Held, "not yet");
        let too_late = late(&pass, 5.0).await;
        assert!(says(&too_late, "is over"), "{too_late:?}");
        late(&pass, 7.0).await.expect("it was in time");
        assert_eq!(status(&world, reference).await, Status::PickedUp);
    }
}

#[tokio::test]
async fn a_desk_notes_no_whole_number_and_takes_no_other_picture() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        let whole = IdentityCheck {
            last_digits: "FP1234567".into(),
            ..identity()
        };
        let png = crate::testing::png(640, 240);
        let (whole, no_png, long_ago, to_come) = (
            HandOver {
                identity: whole,
                ..hand_over(&code)
            },
            HandOver {
                signature: Some(b"<svg>"),
                ..hand_over(&code)
            },
            HandOver {
                done_s_ago: Some(5.0 * 86_400.0),
                ..hand_over(&code)
            },
            HandOver {
                done_s_ago: Some(-1.0),
                ..hand_over(&code)
            },
        );
        for wrong in [whole, no_png, long_ago, to_come] {
            let refused = collect(&clerk, &world.backend, wrong, None).await;
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        }
        let signed = HandOver {
            signature: Some(&png),
            ..hand_over(&code)
        };
        let signed = collect(&clerk, &world.backend, signed, None).await;
        signed.expect("signed");
        let record = pick_up_record(&world.admin, &world.backend, reference).await;
        let record = record.expect("theirs to look up");
        assert_eq!(
            (record.document, &*record.last_digits),
            (Document::Passport, "12AB")
        );
        assert!(record.signature.is_some_and(|png| !png.is_empty()));
        for nobody in [&world.ada, &world.courier, &clerk] {
            let refused = pick_up_record(nobody, &world.backend, reference).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn what_a_desk_noted_is_deleted_in_time() {
    for database in TestDatabase::all().await {
        let (world, clock) = World::with_clock(&database).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let code = pass(&world, reference).await.code;
        hand_out(&clerk, &world, &code).await.expect("right");
        for (days, is_kept) in [(89.0, true), (2.0, false)] {
            clock.advance_s(days * 86_400.0);
            let purged = records::purge(&world.backend).await;
            assert_eq!(purged.expect("purged"), u64::from(!is_kept));
            let record = pick_up_record(&world.admin, &world.backend, reference).await;
            assert_eq!(record.is_ok(), is_kept, "{record:?}");
        }
    }
}

#[tokio::test]
async fn what_is_refused_is_told_and_what_is_counted_adds_up() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let office = office(&world.backend, 1, 5).await;
        let clerk = clerk_at(&world, CLERK, &office).await;
        let reference = at_the_office(&world, &office).await;
        let missing = at_the_office(&world, &office).await;
        let expected = on_its_way(&world, &office).await;
        refuse(
            &clerk,
            &world.backend,
            reference,
            "the document has run out",
        )
        .await
        .expect("noted");
        let told = told(&world, reference).await;
        assert_eq!(told.last().map(String::as_str), Some("hold.noted refused"));
        let counted = count(&clerk, &world.backend, &[reference, expected, expected]).await;
        let counted = counted.expect("counted");
        assert_eq!((counted.right, counted.missing), (1, vec![missing]));
        assert_eq!(counted.unexpected, [expected]);
    }
}
