use proptest::prelude::*;

use super::*;
use crate::reference::Reference;
use crate::time::Timestamp;

const LEVELS: [HandoverLevel; 2] = [HandoverLevel::TwoWay, HandoverLevel::Pin];

fn parcel() -> Reference {
    Reference::from_random(7)
}

fn kit(level: HandoverLevel, code: &HandoverCode, tries_left: u32) -> HandoverKit {
    HandoverKit {
        level,
        presence_key: Some(PresenceKey::from_random([7; 16])),
        verifier: Verifier::of(level, parcel(), code, "salt".into()),
        tries_left,
    }
}

#[test]
fn codes_are_short_enough_to_be_typed() {
    let shown = |level, random| HandoverCode::from_random(level, random).shown();
    assert_eq!(shown(HandoverLevel::TwoWay, 0), "0000-0000");
    assert_eq!(shown(HandoverLevel::TwoWay, u64::MAX), "ZZZZ-ZZZZ");
    assert_eq!(shown(HandoverLevel::Pin, 0), "000 000");
    assert_eq!(shown(HandoverLevel::Pin, 1_000_042), "000 042");
}

#[test]
fn what_can_be_no_code_costs_no_try() {
    let code = HandoverCode::from_random(HandoverLevel::TwoWay, 42);
    let kit = kit(HandoverLevel::TwoWay, &code, 1);
    for typed in ["", "7K3M", "7K3M-92QX-1", "7K3M-92QU", "PL-7K3M-92QX", "💌"] {
        assert_eq!(kit.check(parcel(), typed), Checked::NoCode, "{typed}");
    }
    assert_eq!(HandoverCode::typed(HandoverLevel::Pin, "12345A"), None);
}

#[test]
fn nothing_is_right_once_it_is_locked() {
    let code = HandoverCode::from_random(HandoverLevel::Pin, 42);
    let locked = kit(HandoverLevel::Pin, &code, 0);
    assert_eq!(locked.check(parcel(), &code.shown()), Checked::Locked);
}

#[test]
fn neither_code_nor_key_is_printed() {
    let code = HandoverCode::from_random(HandoverLevel::Pin, 123_456);
    let kit = kit(HandoverLevel::Pin, &code, 5);
    let printed = format!("{code:?} {kit:?} {:?}", kit.check(parcel(), "654 321"));
    assert!(
        !printed.contains("123456") && !printed.contains("654321"),
        "{printed}"
    );
    assert!(printed.contains("PresenceKey(..)"), "{printed}");
}

#[test]
fn a_kit_survives_the_wire() {
    let code = HandoverCode::from_random(HandoverLevel::TwoWay, 99);
    for presence_key in [None, Some(PresenceKey::from_random([0xab; 16]))] {
        let kit = HandoverKit {
            presence_key,
            ..kit(HandoverLevel::TwoWay, &code, 3)
        };
        let json = serde_json::to_string(&kit).expect("serialises");
        assert_eq!(
            serde_json::from_str::<HandoverKit>(&json).expect("reads"),
            kit
        );
    }
}

/// How many of all PINs fit what a phone has. The more, the less a stolen phone tells.
#[test]
fn a_phone_does_not_know_the_pin_it_checks() {
    let level = HandoverLevel::Pin;
    let verifier = kit(level, &HandoverCode::from_random(level, 271_828), 5).verifier;
    let fit = (0..10_u64.pow(6))
        .filter(|pin| verifier.fits(level, parcel(), &HandoverCode::from_random(level, *pin)))
        .count();
    // A million through 128, give or take four standard deviations.
    assert!((7_450..8_180).contains(&fit), "{fit}");
}

proptest! {
    #[test]
    fn a_code_is_read_as_people_type_it(random: u64, at in 0_usize..8, two_way: bool) {
        let level = LEVELS[usize::from(!two_way)];
        let code = HandoverCode::from_random(level, random);
        let shown = code.shown();
        let mut spaced = shown.clone();
        spaced.insert(at.min(shown.len()), ' ');
        for typed in [
            shown.to_lowercase(),
            shown.replace(['-', ' '], ""),
            shown.replace('0', "o").replace('1', "I"),
            shown.replace('0', "O").replace('1', "l"),
            format!(" {shown}\n"),
            spaced,
        ] {
            prop_assert_eq!(HandoverCode::typed(level, &typed), Some(code.clone()));
        }
    }

    #[test]
    fn the_right_code_always_fits_and_another_hardly_ever(random: u64, other: u64) {
        for level in LEVELS {
            let code = HandoverCode::from_random(level, random);
            let kit = kit(level, &code, 5);
            prop_assert_eq!(kit.check(parcel(), &code.shown()), Checked::Right(code));
        }
        let level = HandoverLevel::TwoWay;
        let (code, other) = (HandoverCode::from_random(level, random), HandoverCode::from_random(level, other));
        prop_assume!(code != other);
        prop_assert_eq!(kit(level, &code, 5).check(parcel(), &other.shown()), Checked::Wrong(other));
    }

    #[test]
    fn a_verifier_is_of_one_parcel(random: u64, number in 8_u64..1 << 35) {
        let level = HandoverLevel::TwoWay;
        let code = HandoverCode::from_random(level, random);
        prop_assert!(!kit(level, &code, 5).verifier.fits(level, Reference::from_random(number), &code));
    }

    #[test]
    fn a_proof_is_taken_for_a_minute(key: [u8; 16], moment in 0_i64..4_000_000_000_000, late_ms in -200_000_i64..400_000) {
        let key = PresenceKey::from_random(key);
        let proof = key.prove(parcel(), Slot::at(Timestamp::from_millis(moment)));
        let slots = Slot::at(Timestamp::from_millis(moment + late_ms)).0 - Slot::at(Timestamp::from_millis(moment)).0;
        let told = key.confirm(parcel(), &proof, Timestamp::from_millis(moment + late_ms));
        let expected = if (-1..=2).contains(&slots) { Ok(()) } else { Err(Doubt::Old) };
        prop_assert_eq!(told, expected);
    }

    #[test]
    fn a_proof_of_another_parcel_courier_or_moment_is_foreign(key: [u8; 16], other: [u8; 16], number in 8_u64..1 << 35, moment in 0_i64..4_000_000_000_000) {
        prop_assume!(key != other);
        let (key, other) = (PresenceKey::from_random(key), PresenceKey::from_random(other));
        let now = Timestamp::from_millis(moment);
        let slot = Slot::at(now);
        let moved = PresenceProof { slot: Slot(slot.0 + 1), ..key.prove(parcel(), slot) };
        for proof in [
            other.prove(parcel(), slot),
            key.prove(Reference::from_random(number), slot),
            moved,
        ] {
            prop_assert_eq!(key.confirm(parcel(), &proof, now), Err(Doubt::Foreign));
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written(key: [u8; 16], moment in 0_i64..4_000_000_000_000) {
        let now = Timestamp::from_millis(moment);
        let proof = PresenceKey::from_random(key).prove(parcel(), Slot::at(now));
        let link = proof_link("https://parcels.example.org", parcel(), &proof);
        prop_assert_eq!(read_link(&link), Some((parcel(), proof.clone())));
        let (_, fragment) = link.split_once('#').expect("a fragment");
        prop_assert_eq!(PresenceProof::in_fragment(&format!("#{fragment}")), Some(proof));
        prop_assert!(now < Slot::at(now).ends_at());
    }

    #[test]
    fn anything_else_is_no_link(text in ".{0,80}") {
        prop_assert_eq!(read_link(&text), None);
    }
}
