use proptest::prelude::*;

use super::*;
use crate::ids::PostOfficeId;

fn delivery(status: Status) -> Delivery {
    let position = Position::new(60.17, 24.94).expect("in Helsinki");
    Delivery {
        reference: Reference::from_random(7),
        status,
        customer: PersonId::from_random([1; 16]),
        assignment: Some(assignment(1)),
        address: Address::new("Mannerheimintie 2", position).expect("an address"),
        attempts: 0,
        handover: None,
        photo_needed: false,
        window: Window {
            from: Timestamp::from_millis(1_795_176_000_000),
            to: Timestamp::from_millis(1_795_190_400_000),
        },
        never_leave: None,
        hold: None,
    }
}

const NOON: Timestamp = Timestamp::from_millis(1_795_176_000_000);

fn at_the_office(status: Status) -> Delivery {
    Delivery {
        hold: Some(Destination {
            office: PostOfficeId::from_text("off_1"),
            position: Position::new(60.17, 24.95).expect("in Helsinki"),
            since: NOON,
        }),
        ..delivery(status)
    }
}

fn told(office: &str) -> HoldTold {
    HoldTold {
        office: PostOfficeId::from_text(office),
        name: "Pääposti".into(),
        address: "Elielinaukio 2".into(),
        hours: None,
        keep_until: Some(NOON.plus_s(1000.0)),
        reason: None,
        done_at: None,
    }
}

fn picked_up() -> Proof {
    Proof::PickUp(PickUp {
        document: Document::Passport,
        delegate: None,
    })
}

fn assignment(number: u8) -> Assignment {
    Assignment {
        courier: PersonId::from_random([number; 16]),
        run: RunId::from_random([number; 16]),
    }
}

/// A step with everything any step could need.
fn complete(to: Status) -> StatusChange {
    StatusChange {
        notes: Some("at the door".into()),
        reason: Some("nobody home".into()),
        proof: Some(Proof::RecipientName("Aino".into())),
        ..StatusChange::to(to, Whereabouts::Elsewhere)
    }
}

fn picture(kind: PictureKind) -> Picture {
    let hash = PictureHash::parse(&"0a".repeat(32)).expect("a hash");
    Picture { kind, hash }
}

fn mistake(from: Status) -> Correction {
    Correction {
        from,
        whereabouts: Whereabouts::Elsewhere,
        reason: "the wrong door".into(),
    }
}

#[test]
fn only_the_steps_of_the_table_are_legal() {
    use Status::*;
    let legal = [
        (Booked, Collected),
        (Booked, Cancelled),
        (Collected, InTransit),
        (Collected, OutForDelivery),
        (Collected, Returned),
        (InTransit, OutForDelivery),
        (InTransit, Returned),
        (OutForDelivery, Delivered),
        (OutForDelivery, Failed),
        (OutForDelivery, Held),
        (Failed, InTransit),
        (Failed, OutForDelivery),
        (Failed, Held),
        (Failed, Returned),
        (Held, PickedUp),
        (Held, Returned),
    ];
    for from in Status::ALL {
        for to in Status::ALL {
            let (delivery, change) = match to {
                Held => (at_the_office(from), complete(to)),
                PickedUp => {
                    let proof = Some(picked_up());
                    (
                        delivery(from),
                        StatusChange {
                            proof,
                            ..complete(to)
                        },
                    )
                }
                _ => (delivery(from), complete(to)),
            };
            let outcome = delivery.apply(Command::ChangeStatus(change));
            assert_eq!(
                outcome.is_ok(),
                legal.contains(&(from, to)),
                "{from:?} to {to:?}"
            );
        }
    }
}

#[test]
fn a_repeated_step_says_so() {
    let outcome =
        delivery(Status::Delivered).apply(Command::ChangeStatus(complete(Status::Delivered)));
    assert_eq!(outcome, Err(Refusal::AlreadyThere(Status::Delivered)));
}

#[test]
fn nothing_is_delivered_without_proof() {
    for proof in [None, Some(Proof::RecipientName("  ".into()))] {
        let change = StatusChange {
            proof,
            ..complete(Status::Delivered)
        };
        let outcome = delivery(Status::OutForDelivery).apply(Command::ChangeStatus(change));
        assert_eq!(outcome, Err(Refusal::ProofMissing));
    }
}

#[test]
fn a_failure_needs_its_reason() {
    let change = StatusChange {
        reason: Some(" ".into()),
        ..complete(Status::Failed)
    };
    let outcome = delivery(Status::OutForDelivery).apply(Command::ChangeStatus(change));
    assert_eq!(outcome, Err(Refusal::ReasonMissing));
}

#[test]
fn nothing_goes_out_without_a_courier() {
    let unassigned = Delivery {
        assignment: None,
        ..delivery(Status::Collected)
    };
    let outcome = unassigned.apply(Command::ChangeStatus(complete(Status::OutForDelivery)));
    assert_eq!(outcome, Err(Refusal::NoCourier));
}

#[test]
fn the_courier_of_a_parcel_on_the_van_stays() {
    let outcome = delivery(Status::OutForDelivery).apply(Command::Assign(assignment(2)));
    assert_eq!(
        outcome,
        Err(Refusal::TooLateToAssign(Status::OutForDelivery))
    );
}

#[test]
fn texts_have_limits() {
    let long = |count: usize| "ä".repeat(count);
    let with = |field, text: String| match field {
        TextField::Notes => StatusChange {
            notes: Some(text),
            ..complete(Status::Delivered)
        },
        TextField::Reason => StatusChange {
            reason: Some(text),
            ..complete(Status::Delivered)
        },
        TextField::NoFixReason => StatusChange {
            whereabouts: Whereabouts::NoFix { reason: text },
            ..complete(Status::Delivered)
        },
        TextField::RecipientName => StatusChange {
            proof: Some(Proof::RecipientName(text)),
            ..complete(Status::Delivered)
        },
    };
    for field in TextField::ALL {
        let outcome = |text| {
            let command = Command::ChangeStatus(with(field, text));
            delivery(Status::OutForDelivery).apply(command)
        };
        let refused = Err(Refusal::InvalidText(field));
        assert!(outcome(long(field.max_chars())).is_ok(), "{field:?}");
        assert_eq!(outcome(long(field.max_chars() + 1)), refused);
        assert_eq!(outcome("a\u{0}b".into()), refused);
        assert_eq!(outcome("a\u{1b}[2Jb".into()), refused);
        let takes_lines = matches!(field, TextField::Notes | TextField::Reason);
        assert_eq!(
            outcome("two\r\nlines".into()).is_ok(),
            takes_lines,
            "{field:?}"
        );
    }
    let silent = with(TextField::NoFixReason, " ".into());
    assert_eq!(
        delivery(Status::OutForDelivery).apply(Command::ChangeStatus(silent)),
        Err(Refusal::InvalidText(TextField::NoFixReason))
    );
}

fn booking(now: Timestamp) -> Booking {
    let address = delivery(Status::Booked).address;
    Booking {
        handover: None,
        pickup: address.clone(),
        address,
        description: "Books".into(),
        window: Window {
            from: now,
            to: now.plus_s(3600.0),
        },
        photo_needed: false,
    }
}

#[test]
fn bookings_are_checked() {
    let now = Timestamp::from_millis(1_000_000);
    let booking = booking(now);
    assert_eq!(booking.clone().checked(now), Ok(booking.clone()));
    assert_eq!(
        booking.clone().checked(now.plus_s(3600.0)),
        Err(InvalidBooking::Window)
    );
    for description in [" ", "two\nlines", &"x".repeat(201)] {
        let nameless = Booking {
            description: description.into(),
            ..booking.clone()
        };
        assert_eq!(nameless.checked(now), Err(InvalidBooking::Description));
    }
}

fn text_around_the_limits() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ a-zä0-9]{0,6}",
        "[a-zä]{195,205}",
        ".{0,20}",
        proptest::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter),
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    let steps =
        (0..Status::ALL.len(), any::<bool>(), any::<bool>()).prop_map(|(at, proof, reason)| {
            let mut change = complete(Status::ALL[at]);
            change.proof = change.proof.filter(|_| proof);
            change.reason = change.reason.filter(|_| reason);
            Command::ChangeStatus(change)
        });
    let handed_over = any::<bool>().prop_map(|is_code| {
        let level = Proof::Handover(HandoverLevel::Pin);
        Command::ChangeStatus(StatusChange {
            proof: Some(level).filter(|_| is_code),
            pictures: vec![picture(PictureKind::Photo)],
            ..complete(Status::Delivered)
        })
    });
    let corrections =
        (0..Status::ALL.len()).prop_map(|at| Command::Correct(mistake(Status::ALL[at])));
    let assignments = (0_u8..3).prop_map(|number| Command::Assign(assignment(number)));
    let levels = [None, Some(HandoverLevel::Pin), Some(HandoverLevel::TwoWay)];
    let handovers = proptest::sample::select(levels.to_vec()).prop_map(Command::AskForHandover);
    prop_oneof![6 => steps, 2 => handed_over, 1 => corrections, 1 => assignments, 1 => handovers]
}

proptest! {
    /// Whatever texts are sent: a booking that is taken has addresses as [`Address::new`] makes them.
    #[test]
    fn a_booking_brings_no_address_that_could_not_be_made(
        pickup in text_around_the_limits(), address in text_around_the_limits(),
    ) {
        let now = Timestamp::from_millis(1_000_000);
        let place = |text: &str| Address { text: text.into(), ..booking(now).address };
        let made = |text: &str| Address::new(text, booking(now).address.position);
        let sent = Booking { pickup: place(&pickup), address: place(&address), ..booking(now) };
        match sent.checked(now) {
            Ok(taken) => {
                prop_assert_eq!(made(&pickup), Ok(taken.pickup));
                prop_assert_eq!(made(&address), Ok(taken.address));
            }
            Err(InvalidBooking::Pickup(problem)) => prop_assert_eq!(made(&pickup), Err(problem)),
            Err(InvalidBooking::Address(problem)) => prop_assert_eq!(made(&address), Err(problem)),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    /// Whatever is tried in whatever order: every step taken is one of the table or takes a mistake
    /// back, the parcel is only ever out with a courier, after a final status nothing else moves, and
    /// what its recipient wants in their hands is delivered by their code alone.
    #[test]
    fn no_sequence_of_commands_reaches_an_illegal_state(
        commands in proptest::collection::vec(any_command(), 0..60),
    ) {
        let mut now = Delivery { assignment: None, ..delivery(Status::Booked) };
        for command in commands {
            let before = now.clone();
            let Ok(facts) = now.apply(command) else { continue };
            now = facts.iter().fold(now, Delivery::after);
            let is_corrected = facts.iter().any(|fact| matches!(fact, Fact::StatusCorrected { .. }));
            prop_assert!(!before.status.is_final() || now == before || is_corrected);
            prop_assert!(
                now.status == before.status
                    || before.status.next().contains(&now.status)
                    || is_corrected && now.status == Status::OutForDelivery
            );
            let is_in_hands = matches!(now.status, Status::Delivered | Status::PickedUp);
            let is_delivered = is_in_hands && before.status != now.status;
            let is_handed_over = facts.iter().any(|fact| {
                matches!(fact, Fact::StatusChanged { proof: Some(Proof::Handover(_)), .. })
            });
            let is_at_a_desk = now.status == Status::PickedUp;
            prop_assert!(!is_delivered || is_at_a_desk || before.handover.is_none() || is_handed_over);
            prop_assert!(now.status != Status::OutForDelivery || now.assignment.is_some());
            prop_assert!(now.attempts - before.attempts <= 1);
        }
    }
}

#[test]
fn a_parcel_for_its_recipients_hands_is_delivered_by_their_code_only() {
    let asked = delivery(Status::OutForDelivery);
    let facts = asked
        .apply(Command::AskForHandover(Some(HandoverLevel::Pin)))
        .expect("it is not too late");
    let asked = facts.iter().fold(asked, Delivery::after);
    assert_eq!(asked.handover, Some(HandoverLevel::Pin));
    let deliver = |proof| {
        asked.apply(Command::ChangeStatus(StatusChange {
            proof,
            ..StatusChange::to(Status::Delivered, Whereabouts::Elsewhere)
        }))
    };
    for proof in [
        None,
        Some(Proof::RecipientName("Aino".into())),
        // Nobody has compared it.
        Some(Proof::HandoverCode("123456".into())),
        // Of the level that they did not ask for.
        Some(Proof::Handover(HandoverLevel::TwoWay)),
    ] {
        assert_eq!(
            deliver(proof.clone()),
            Err(Refusal::HandoverMissing),
            "{proof:?}"
        );
    }
    let delivered = deliver(Some(Proof::Handover(HandoverLevel::Pin))).expect("they were there");
    let delivered = delivered.iter().fold(asked.clone(), Delivery::after);
    assert_eq!(delivered.status, Status::Delivered);
    assert_eq!(
        delivered.apply(Command::AskForHandover(None)),
        Err(Refusal::TooLateForHandover(Status::Delivered))
    );
    assert_eq!(
        asked.apply(Command::AskForHandover(asked.handover)),
        Ok(vec![Fact::HandoverRenewed {}])
    );
    let never_asked = delivery(Status::OutForDelivery);
    assert_eq!(never_asked.apply(Command::AskForHandover(None)), Ok(vec![]));
    let proof = Some(Proof::Handover(HandoverLevel::Pin));
    let change = StatusChange {
        proof,
        ..StatusChange::to(Status::Delivered, Whereabouts::Elsewhere)
    };
    assert_eq!(
        never_asked.apply(Command::ChangeStatus(change)),
        Err(Refusal::ProofMissing),
        "there was no code to compare"
    );
}

#[test]
fn nor_is_it_handed_over_at_a_counter_without_the_pick_up_code() {
    let pick_up = |proof| {
        at_the_office(Status::Held).apply(Command::ChangeStatus(StatusChange {
            proof,
            ..complete(Status::PickedUp)
        }))
    };
    for proof in [
        None,
        Some(Proof::RecipientName("Aino".into())),
        Some(Proof::Handover(HandoverLevel::TwoWay)),
    ] {
        assert_eq!(pick_up(proof), Err(Refusal::PickUpMissing));
    }
    assert!(pick_up(Some(picked_up())).is_ok());
}

#[test]
fn it_can_be_sent_to_an_office_until_the_courier_is_at_the_door() {
    let order = |is_at_the_door| {
        Command::Hold(HoldOrder {
            told: told("off_2"),
            is_at_the_door,
        })
    };
    for status in Status::ALL {
        let outcome = delivery(status).apply(order(false));
        let is_possible = !status.is_final() && status != Status::Held;
        assert_eq!(outcome.is_ok(), is_possible, "{status:?}");
    }
    let out = delivery(Status::OutForDelivery);
    assert_eq!(out.apply(order(true)), Err(Refusal::AtTheDoor));
    // After the courier has failed at the door it may go to an office.
    assert!(delivery(Status::Failed).apply(order(true)).is_ok());
    let there = at_the_office(Status::OutForDelivery);
    let again = HoldOrder {
        told: told("off_1"),
        is_at_the_door: false,
    };
    assert_eq!(there.apply(Command::Hold(again)), Ok(vec![]), "asked twice");
}

#[test]
fn of_the_door_and_the_office_the_earlier_counts() {
    let there = at_the_office(Status::OutForDelivery);
    let deliver = |done_at| {
        there.apply(Command::ChangeStatus(StatusChange {
            done_at,
            ..complete(Status::Delivered)
        }))
    };
    assert_eq!(deliver(None), Err(Refusal::GoesToAnOffice));
    let after = Some(NOON.plus_s(1.0));
    assert_eq!(deliver(after), Err(Refusal::GoesToAnOffice));
    // In a dead zone, a minute before its recipient chose the office.
    let facts = deliver(Some(NOON.plus_s(-60.0))).expect("it was delivered by then");
    let now = facts.iter().fold(there.clone(), Delivery::after);
    assert_eq!((now.status, now.hold), (Status::Delivered, None));
    let nowhere = delivery(Status::OutForDelivery);
    let drop = Command::ChangeStatus(complete(Status::Held));
    assert_eq!(nowhere.apply(drop.clone()), Err(Refusal::NoOffice));
    assert!(there.apply(drop).is_ok());
    // Its recipient has chosen another one while the courier had no network.
    let dropped_at = |office: &str| {
        there.apply(Command::ChangeStatus(StatusChange {
            office: Some(PostOfficeId::from_text(office)),
            ..complete(Status::Held)
        }))
    };
    assert_eq!(dropped_at("off_9"), Err(Refusal::AnotherOffice));
    assert!(dropped_at("off_1").is_ok());
    let back = there.apply(Command::CancelHold(told("off_1")));
    let now = back
        .expect("not there yet")
        .iter()
        .fold(there, Delivery::after);
    assert_eq!(now.hold, None);
}

#[test]
fn a_photo_alone_does_not_deliver_what_is_never_left_at_the_door() {
    let never = Delivery {
        never_leave: Some(Timestamp::from_millis(0)),
        ..delivery(Status::OutForDelivery)
    };
    let with = |kind, proof| {
        never.apply(Command::ChangeStatus(StatusChange {
            pictures: vec![picture(kind)],
            proof,
            ..StatusChange::to(Status::Delivered, Whereabouts::Elsewhere)
        }))
    };
    let refused = with(PictureKind::Photo, None);
    assert_eq!(refused, Err(Refusal::NobodyTookIt));
    assert!(with(PictureKind::Signature, None).is_ok());
    let name = Some(Proof::RecipientName("Aino".into()));
    assert!(with(PictureKind::Photo, name).is_ok());
}

#[test]
fn who_asked_before_there_were_two_levels_asked_for_a_pin() {
    let told = r#"{"type":"delivery.handover.asked","data":{"asked":true}}"#;
    let fact: Fact = serde_json::from_str(told).expect("an older event");
    let asked = delivery(Status::Booked).after(&fact);
    assert_eq!(asked.handover, Some(HandoverLevel::Pin));
}

fn deliver(
    delivery: &Delivery,
    proof: Option<Proof>,
    pictures: Vec<Picture>,
) -> Result<Vec<Fact>, Refusal> {
    delivery.apply(Command::ChangeStatus(StatusChange {
        proof,
        pictures,
        ..StatusChange::to(Status::Delivered, Whereabouts::Elsewhere)
    }))
}

#[test]
fn the_parcels_policy_says_what_is_proof() {
    let name = || Some(Proof::RecipientName("Aino".into()));
    let photo = || vec![picture(PictureKind::Photo)];
    let signature = || vec![picture(PictureKind::Signature)];
    let any = delivery(Status::OutForDelivery);
    assert!(deliver(&any, None, photo()).is_ok(), "left at the door");
    assert!(deliver(&any, None, signature()).is_ok());
    assert!(deliver(&any, name(), vec![]).is_ok());
    assert_eq!(deliver(&any, None, vec![]), Err(Refusal::ProofMissing));

    let photo_needed = Delivery {
        photo_needed: true,
        ..any.clone()
    };
    assert!(deliver(&photo_needed, None, photo()).is_ok());
    for (proof, pictures) in [(None, vec![]), (name(), vec![]), (name(), signature())] {
        let refused = deliver(&photo_needed, proof, pictures);
        assert_eq!(refused, Err(Refusal::PhotoMissing));
    }
    let handover = Delivery {
        handover: Some(HandoverLevel::Pin),
        ..photo_needed
    };
    let in_their_hands = Some(Proof::Handover(HandoverLevel::Pin));
    assert!(deliver(&handover, in_their_hands, vec![]).is_ok());
    let refused = deliver(&handover, name(), photo());
    assert_eq!(
        refused,
        Err(Refusal::HandoverMissing),
        "no picture is a hand"
    );
}

#[test]
fn pictures_come_with_what_happened_at_a_door() {
    let pictures = |count| vec![picture(PictureKind::Photo); count];
    let out = delivery(Status::OutForDelivery);
    assert!(deliver(&out, None, pictures(MOST_PICTURES)).is_ok());
    assert_eq!(
        deliver(&out, None, pictures(MOST_PICTURES + 1)),
        Err(Refusal::TooManyPictures)
    );
    let collected = StatusChange {
        pictures: pictures(1),
        ..complete(Status::Collected)
    };
    assert_eq!(
        delivery(Status::Booked).apply(Command::ChangeStatus(collected)),
        Err(Refusal::TooManyPictures)
    );
}

#[test]
fn a_mistake_is_taken_back_by_what_comes_after_it() {
    for from in [Status::Delivered, Status::Failed] {
        let by_mistake = Delivery {
            attempts: 1,
            ..delivery(from)
        };
        let facts = by_mistake.apply(Command::Correct(mistake(from)));
        let facts = facts.expect("it can be one");
        let after = facts.iter().fold(by_mistake.clone(), Delivery::after);
        assert_eq!(after.status, Status::OutForDelivery);
        assert_eq!(after.attempts, 1, "it is the same way out");
        assert_eq!(
            after.apply(Command::Correct(mistake(from))),
            Err(Refusal::NothingToCorrect(Status::OutForDelivery)),
            "twice is too often"
        );
        let wordless = Correction {
            reason: " ".into(),
            ..mistake(from)
        };
        let refused = by_mistake.apply(Command::Correct(wordless));
        assert_eq!(refused, Err(Refusal::ReasonMissing));
    }
    let unreadable = Correction {
        whereabouts: Whereabouts::NoFix {
            reason: "\u{0}".into(),
        },
        ..mistake(Status::Failed)
    };
    assert_eq!(
        delivery(Status::Failed).apply(Command::Correct(unreadable)),
        Err(Refusal::InvalidText(TextField::NoFixReason))
    );
    let held = delivery(Status::Held).apply(Command::Correct(mistake(Status::Held)));
    assert_eq!(held, Err(Refusal::NothingToCorrect(Status::Held)));
}

const CLOSED: [Status; 5] = [
    Status::Delivered,
    Status::Held,
    Status::PickedUp,
    Status::Returned,
    Status::Cancelled,
];

fn tomorrow() -> Window {
    let window = delivery(Status::Booked).window;
    Window {
        from: window.from.plus_s(86400.0),
        to: window.to.plus_s(86400.0),
    }
}

fn wish(to: Window) -> Reschedule {
    Reschedule {
        by: crate::schedule::ScheduledBy::Customer,
        to,
        keeps_run: false,
        is_at_the_door: false,
        now: delivery(Status::Booked).window.from,
    }
}

#[test]
fn what_still_comes_can_come_at_another_time() {
    for status in Status::ALL {
        let before = delivery(status);
        let decided = before.apply(Command::Reschedule(wish(tomorrow())));
        if CLOSED.contains(&status) {
            assert_eq!(decided, Err(Refusal::TooLateToReschedule(status)));
            continue;
        }
        let after = decided.expect("moved").iter().fold(before, Delivery::after);
        assert_eq!(after.window, tomorrow());
        assert_eq!(after.assignment, None, "{status:?}");
        let waits = match status {
            Status::OutForDelivery | Status::Failed => Status::InTransit,
            other => other,
        };
        assert_eq!(after.status, waits);
        let again = after.apply(Command::Assign(assignment(2)));
        assert!(again.is_ok(), "dispatch can plan it: {status:?}");
    }
}

#[test]
fn later_today_it_stays_on_the_van() {
    let before = delivery(Status::OutForDelivery);
    let later = Reschedule {
        keeps_run: true,
        ..wish(tomorrow())
    };
    let facts = before.apply(Command::Reschedule(later)).expect("moved");
    let after = facts.iter().fold(before.clone(), Delivery::after);
    assert_eq!(facts.len(), 1);
    assert_eq!(
        (after.status, &after.assignment),
        (before.status, &before.assignment)
    );
}

#[test]
fn at_the_door_and_in_the_past_nothing_is_moved() {
    let out = delivery(Status::OutForDelivery);
    let at_the_door = Reschedule {
        is_at_the_door: true,
        ..wish(tomorrow())
    };
    let moved = |wish| out.apply(Command::Reschedule(wish));
    assert_eq!(moved(at_the_door), Err(Refusal::AtTheDoor));
    assert_eq!(moved(wish(out.window)), Ok(vec![]), "it comes then anyway");
    let begun = Window {
        from: out.window.from.plus_s(-1.0),
        to: tomorrow().to,
    };
    assert_eq!(moved(wish(begun)), Err(Refusal::WindowBegun));
    assert_eq!(out.takes_instructions(true), Err(Refusal::AtTheDoor));
    assert_eq!(out.takes_instructions(false), Ok(()));
    for status in CLOSED {
        let told = delivery(status).takes_instructions(false);
        assert_eq!(told, Err(Refusal::TooLateToInstruct(status)));
    }
}

#[test]
fn what_was_done_before_it_was_moved_is_on_its_run_again() {
    let before = delivery(Status::OutForDelivery);
    let facts = before
        .apply(Command::Reschedule(wish(tomorrow())))
        .expect("moved");
    let moved = facts.iter().fold(before.clone(), Delivery::after);
    let back = PutBack {
        assignment: assignment(1),
        window: before.window,
    };
    let facts = moved
        .apply(Command::PutBack(back.clone()))
        .expect("put back");
    assert_eq!(facts.iter().fold(moved, Delivery::after), before);
    assert!(
        before.apply(Command::PutBack(back)).is_err(),
        "it is on a run"
    );
}

#[test]
fn what_is_never_left_at_the_door_is_taken_by_somebody() {
    let since = tomorrow().from;
    let parcel = Delivery {
        never_leave: Some(since),
        ..delivery(Status::OutForDelivery)
    };
    let deliver = |proof: Option<Proof>, kind: PictureKind, done_at: Option<Timestamp>| {
        let change = StatusChange {
            proof,
            pictures: vec![picture(kind)],
            done_at,
            ..StatusChange::to(Status::Delivered, Whereabouts::Elsewhere)
        };
        parcel.apply(Command::ChangeStatus(change)).map(|_| ())
    };
    let name = || Some(Proof::RecipientName("Aino".into()));
    assert_eq!(
        deliver(None, PictureKind::Photo, None),
        Err(Refusal::NobodyTookIt)
    );
    assert_eq!(
        deliver(None, PictureKind::Photo, Some(since)),
        Err(Refusal::NobodyTookIt)
    );
    let before = Some(since.plus_s(-1.0));
    assert_eq!(
        deliver(None, PictureKind::Photo, before),
        Ok(()),
        "nobody had said so"
    );
    assert_eq!(deliver(name(), PictureKind::Photo, None), Ok(()));
    assert_eq!(deliver(None, PictureKind::Signature, None), Ok(()));
}
