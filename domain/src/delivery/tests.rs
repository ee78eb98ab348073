use proptest::prelude::*;

use super::*;

fn delivery(status: Status) -> Delivery {
    let position = Position::new(60.17, 24.94).expect("in Helsinki");
    Delivery {
        reference: Reference::from_random(7),
        status,
        customer: PersonId::from_random([1; 16]),
        assignment: Some(assignment(1)),
        address: Address::new("Mannerheimintie 2", position).expect("an address"),
        attempts: 0,
    }
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
            let outcome = delivery(from).apply(Command::ChangeStatus(complete(to)));
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
fn bookings_are_checked() {
    let now = Timestamp::from_millis(1_000_000);
    let address = delivery(Status::Booked).address;
    let booking = Booking {
        pickup: address.clone(),
        address,
        description: "Books".into(),
        window: Window {
            from: now,
            to: now.plus_s(3600.0),
        },
    };
    assert_eq!(booking.check(now), Ok(()));
    assert_eq!(
        booking.check(now.plus_s(3600.0)),
        Err(InvalidBooking::Window)
    );
    let nameless = Booking {
        description: " ".into(),
        ..booking
    };
    assert_eq!(nameless.check(now), Err(InvalidBooking::Description));
}

fn any_command() -> impl Strategy<Value = Command> {
    let steps =
        (0..Status::ALL.len(), any::<bool>(), any::<bool>()).prop_map(|(at, proof, reason)| {
            let mut change = complete(Status::ALL[at]);
            change.proof = change.proof.filter(|_| proof);
            change.reason = change.reason.filter(|_| reason);
            Command::ChangeStatus(change)
        });
    let assignments = (0_u8..3).prop_map(|number| Command::Assign(assignment(number)));
    prop_oneof![4 => steps, 1 => assignments]
}

proptest! {
    /// Whatever is tried in whatever order: every step taken is one of the table, the parcel is
    /// only ever out with a courier, and after a final status nothing moves.
    #[test]
    fn no_sequence_of_commands_reaches_an_illegal_state(
        commands in proptest::collection::vec(any_command(), 0..60),
    ) {
        let mut now = Delivery { assignment: None, ..delivery(Status::Booked) };
        for command in commands {
            let before = now.clone();
            let Ok(facts) = now.apply(command) else { continue };
            now = facts.iter().fold(now, Delivery::after);
            prop_assert!(!before.status.is_final() || now == before);
            prop_assert!(now.status == before.status || before.status.next().contains(&now.status));
            prop_assert!(now.status != Status::OutForDelivery || now.assignment.is_some());
            prop_assert!(now.attempts - before.attempts <= 1);
        }
    }
}
