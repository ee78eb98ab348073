use std::fmt::Write;

use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;

use super::*;
use crate::delivery::Window;
use crate::reference::Reference;

const NOON: Timestamp = Timestamp::from_millis(1_795_176_000_000);
const DAY_S: f64 = 86_400.0;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

fn pass() -> Pass {
    Pass {
        reference: Reference::from_random(7),
        code: PickUpCode::from_random(0x12_3456_789a),
        office: PostOfficeId::from_text("off_1"),
        keep_until: NOON.plus_s(DAY_S),
        delegate: None,
    }
}

fn signed(pass: &Pass, key: &SigningKey) -> String {
    let message = pass_message(pass);
    let signature = hex(&key.sign(message.as_bytes()).to_bytes());
    format!("{message}/{signature}")
}

fn verifier(key: &SigningKey, office: &str) -> PassVerifier {
    let public = hex(key.verifying_key().as_bytes());
    PassVerifier::new(&public, PostOfficeId::from_text(office)).expect("a key")
}

#[test]
fn a_desk_without_a_network_tells_a_pass_from_what_looks_like_one() {
    let (ours, theirs) = (
        SigningKey::from_bytes(&[1; 32]),
        SigningKey::from_bytes(&[2; 32]),
    );
    let text = signed(&pass(), &ours);
    let desk = verifier(&ours, "off_1");
    assert_eq!(desk.check(&text, NOON), Ok(pass()));
    assert_eq!(
        verifier(&ours, "off_2").check(&text, NOON),
        Err(PassProblem::Foreign)
    );
    let late = NOON.plus_s(2.0 * DAY_S);
    assert_eq!(desk.check(&text, late), Err(PassProblem::RunOut));
    let forged = signed(&pass(), &theirs);
    assert_eq!(desk.check(&forged, NOON), Err(PassProblem::Forged));
    for no_pass in ["", "PL-7K3M-92QX", "PLP1/", "PLP2/x/y/z/1/2", &text[..90]] {
        assert_eq!(desk.check(no_pass, NOON), Err(PassProblem::NoPass));
    }
    let longer = Pass {
        keep_until: NOON.plus_s(9.0 * DAY_S),
        ..pass()
    };
    let signature = text.rsplit('/').next().expect("a signature");
    let stretched = format!("{}/{signature}", pass_message(&longer));
    assert_eq!(desk.check(&stretched, NOON), Err(PassProblem::Forged));
    assert!(PassVerifier::new("00", PostOfficeId::from_text("off_1")).is_none());
}

#[test]
fn a_delegates_pass_says_whose_name_must_be_on_the_document() {
    let key = SigningKey::from_bytes(&[1; 32]);
    let desk = verifier(&key, "off_1");
    for name in ["Väinö Ahtisaari-Öhman", "a/b", "李小龍"] {
        let theirs = Pass {
            delegate: Some(name.to_owned()),
            ..pass()
        };
        let text = signed(&theirs, &key);
        assert_eq!(desk.check(&text, NOON), Ok(theirs), "{name}");
        assert_eq!(Pass::code_in(&text), Some(pass().code));
        // Without the name it is not the recipient's.
        let parts: Vec<&str> = text.split('/').collect();
        let [_, said @ .., _, signature] = &*parts else {
            panic!("{text}");
        };
        let without = format!("PLP1/{}/{signature}", said.join("/"));
        assert_eq!(desk.check(&without, NOON), Err(PassProblem::Forged));
    }
}

#[test]
fn a_code_is_read_from_a_pass_and_as_it_is_typed() {
    let text = signed(&pass(), &SigningKey::from_bytes(&[1; 32]));
    assert_eq!(Pass::code_in(&text), Some(pass().code));
    let shown = pass().code.shown();
    assert_eq!(shown.len(), 11, "{shown}");
    let sloppy = shown.to_lowercase().replace('-', " ").replace('0', "o");
    assert_eq!(Pass::code_in(&sloppy), Some(pass().code));
    assert_eq!(format!("{:?}", pass().code), "PickUpCode(..)");
}

#[test]
fn a_desk_notes_four_digits_and_no_more() {
    let check = |digits: &str| {
        IdentityCheck {
            document: Document::Passport,
            last_digits: digits.into(),
        }
        .checked()
    };
    assert_eq!(check(" 12ab ").expect("four").last_digits, "12AB");
    for refused in ["", "123", "12345", "FP1234567", "12-4", "äöåé"] {
        assert_eq!(check(refused), Err(InvalidIdentity), "{refused}");
    }
}

#[test]
fn people_are_reminded_and_then_it_goes_back() {
    let policy = HoldPolicy::default();
    let end = policy.keep_until(NOON);
    let due = |now| policy.next_due(end, now);
    assert_eq!(due(NOON), NextDue::Reminder(end.plus_s(-7.0 * DAY_S)));
    let first = due(NOON).at();
    assert_eq!(due(first), NextDue::Reminder(end.plus_s(-2.0 * DAY_S)));
    let back = policy.goes_back(end);
    assert!(back > end, "a desk may still tell what it did in time");
    assert_eq!(due(due(first).at()), NextDue::Return(back));
    assert_eq!(due(end.plus_s(1.0)), NextDue::Return(back));
    assert!(policy.extended(end) > end);
}

#[test]
fn what_comes_while_they_are_away_is_held() {
    let window = |from_s: f64| Window {
        from: NOON.plus_s(from_s),
        to: NOON.plus_s(from_s + 3600.0),
    };
    let mut wishes = HoldPreferences::default();
    assert!(!wishes.holds(window(0.0)));
    wishes.away = Some(Away {
        from: NOON,
        to: NOON.plus_s(DAY_S),
    });
    assert!(
        wishes.holds(window(-1800.0)),
        "it may come when they are gone"
    );
    assert!(!wishes.holds(window(-3600.0)) && !wishes.holds(window(DAY_S)));
    wishes.always = true;
    assert!(wishes.holds(window(2.0 * DAY_S)));
    let json = serde_json::to_string(&wishes).expect("serialises");
    assert_eq!(
        serde_json::from_str::<HoldPreferences>(&json).expect("reads"),
        wishes
    );
}

#[test]
fn a_state_is_read_as_it_is_written() {
    for state in HoldState::ALL {
        assert_eq!(HoldState::from_text(state.as_str()), Some(state));
    }
    assert!(HoldState::Expired.takes_a_place() && !HoldState::Cancelled.takes_a_place());
}

proptest! {
    #[test]
    fn every_wrong_digit_shows(random in any::<u64>(), place in 0_usize..9, other in 1_u8..32) {
        let code = PickUpCode::from_random(random);
        let mut digits: Vec<char> = code.digits().chars().collect();
        let value = crate::base32::value(digits[place]).expect("a digit");
        digits[place] = crate::base32::digit(value + other);
        let typed: String = digits.into_iter().collect();
        prop_assert_eq!(PickUpCode::typed(&typed), None);
    }

    #[test]
    fn a_code_survives_being_shown(random in any::<u64>()) {
        let code = PickUpCode::from_random(random);
        prop_assert_eq!(PickUpCode::typed(&code.shown()), Some(code));
    }

    #[test]
    fn nothing_that_is_scanned_panics(text in ".{0,200}") {
        let _ = Pass::code_in(&text);
        let _ = Pass::read(&format!("PLP1/{text}"));
    }
}
