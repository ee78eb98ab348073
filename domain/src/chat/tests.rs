//! What a chat agrees on, under what people and servers may do to it.

use proptest::prelude::*;

use super::life::CLOSING_S;
use super::wire::{Answer, Ask, ChatEvent, Disclosure, Question, Sealed, SealedFor, Told};
use super::*;
use crate::ids::{DeviceId, MessageId, PersonId};
use crate::reference::Reference;
use crate::time::Timestamp;

fn delivery() -> Reference {
    Reference::from_random(7)
}

fn message() -> MessageId {
    MessageId::from_random([1; 16])
}

fn text(words: &str) -> Body {
    Body::Text { text: words.into() }
}

fn device(byte: u8) -> DeviceKeys {
    DeviceKeys {
        id: DeviceId::from_random([byte; 16]),
        identity: format!("identity {byte}"),
        signing: format!("signing {byte}"),
        signature: String::new(),
    }
}

#[test]
fn a_commitment_opens_with_what_it_was_made_of_and_nothing_else() {
    let key = ContentKey::from_random([3; 32]);
    let body = text("the red door");
    let made = Commitment::of(&key, delivery(), &message(), Side::Courier, &body);
    assert!(made.opens(&key, delivery(), &message(), Side::Courier, &body));
    let other_key = ContentKey::from_random([4; 32]);
    let other_message = MessageId::from_random([2; 16]);
    let other_delivery = Reference::from_random(8);
    let code = Body::GateCode {
        code: "the red door".into(),
    };
    assert!(!made.opens(&other_key, delivery(), &message(), Side::Courier, &body));
    assert!(!made.opens(&key, other_delivery, &message(), Side::Courier, &body));
    assert!(!made.opens(&key, delivery(), &other_message, Side::Courier, &body));
    assert!(!made.opens(&key, delivery(), &message(), Side::Recipient, &body));
    assert!(!made.opens(&key, delivery(), &message(), Side::Courier, &code));
    assert!(!made.opens(
        &key,
        delivery(),
        &message(),
        Side::Courier,
        &text("the red doors")
    ));
}

#[test]
fn a_commitment_is_read_only_as_it_is_written() {
    let key = ContentKey::from_random([3; 32]);
    let made = Commitment::of(&key, delivery(), &message(), Side::Courier, &text("a"));
    assert_eq!(Commitment::parse(made.as_str()), Some(made.clone()));
    for bad in ["", "zz", &made.as_str().to_uppercase(), &made.as_str()[1..]] {
        assert_eq!(Commitment::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_key_is_not_shown_by_accident() {
    let content = Content {
        key: ContentKey::from_random([0xab; 32]),
        body: text("a"),
    };
    assert!(!format!("{content:?}").contains("abab"));
}

#[test]
fn nothing_unreadable_is_said() {
    assert!(text("Moi!\nI am here. 👋").is_readable());
    assert!(text(&"a".repeat(TEXT_LIMIT)).is_readable());
    for bad in [
        "",
        " \n ",
        "\u{7}",
        "a\u{1b}[2J",
        &"a".repeat(TEXT_LIMIT + 1),
    ] {
        assert!(!text(bad).is_readable(), "{bad:?}");
    }
}

#[test]
fn a_chat_opens_with_the_delivery_and_closes_after_it() {
    let ended = Timestamp::from_millis(1_795_183_500_000);
    let closes = Some(ended.plus_s(CLOSING_S));
    assert_eq!(Phase::of(false, false, None, ended), Phase::None {});
    assert_eq!(Phase::of(true, false, None, ended), Phase::Open {});
    // Out again after a failure.
    assert_eq!(Phase::of(true, true, closes, ended), Phase::Open {});
    let soon = Phase::of(false, true, closes, ended);
    assert!(soon.is_writable(), "{soon:?}");
    let later = ended.plus_s(CLOSING_S);
    assert_eq!(Phase::of(false, true, closes, later), Phase::ReadOnly {});
    assert_eq!(Phase::of(false, true, None, later), Phase::ReadOnly {});
}

#[test]
fn both_see_one_number_and_another_one_with_another_device() {
    let (ada, ben) = (PersonId::from_text("per_a"), PersonId::from_text("per_b"));
    let (phone, tablet, other) = (device(1), device(2), device(3));
    let both = [phone.clone(), tablet.clone()];
    let turned = [tablet, phone.clone()];
    let theirs = [other.clone()];
    let seen_by_ada = SafetyNumber::of((&ada, &both), (&ben, &theirs));
    let seen_by_ben = SafetyNumber::of((&ben, &theirs), (&ada, &turned));
    assert_eq!(seen_by_ada, seen_by_ben);
    assert_eq!(seen_by_ada.groups().len(), 12);
    assert!(seen_by_ada.groups().iter().all(|group| group.len() == 5));
    let fewer = SafetyNumber::of((&ada, &[phone]), (&ben, &theirs));
    assert_ne!(seen_by_ada, fewer);
    let changed = DeviceKeys {
        identity: "another".into(),
        ..other
    };
    let swapped = SafetyNumber::of((&ada, &both), (&ben, &[changed]));
    assert_ne!(seen_by_ada, swapped);
}

#[test]
fn what_a_device_signs_names_it_and_its_person() {
    let (ada, ben) = (PersonId::from_text("per_a"), PersonId::from_text("per_b"));
    assert_ne!(device(1).signed_text(&ada), device(1).signed_text(&ben));
    assert_ne!(device(1).signed_text(&ada), device(2).signed_text(&ada));
    let one_time = SignedKey::signed_text(&device(1).id, KeyUse::OneTime, "k");
    assert_ne!(
        one_time,
        SignedKey::signed_text(&device(1).id, KeyUse::Fallback, "k")
    );
    assert!(device(1).has_good_name());
    let unnamed = DeviceKeys {
        id: DeviceId::from_text("phone"),
        ..device(1)
    };
    assert!(!unnamed.has_good_name());
}

#[test]
fn questions_and_what_is_told_have_their_form() {
    let question = Question {
        number: 4,
        ask: Ask::Report {
            delivery: delivery(),
            disclosure: Disclosure {
                seq: 2,
                key: ContentKey::from_random([1; 32]),
                body: text("a"),
            },
        },
    };
    let json = serde_json::to_value(&question).expect("serialises");
    assert_eq!(json["ask"], "report");
    assert_eq!(json["disclosure"]["body"]["kind"], "text");
    assert_eq!(
        serde_json::from_value::<Question>(json).expect("parses"),
        question
    );

    let told = Told::Answer {
        number: 4,
        answer: Answer::Sent {
            seq: 2,
            at: Timestamp::from_millis(1_795_183_500_000),
        },
    };
    let json = serde_json::to_value(&told).expect("serialises");
    assert_eq!(
        json,
        serde_json::json!({
            "told": "answer", "number": 4, "answer": "sent", "seq": 2,
            "at": "2026-11-20T14:05:00.000Z",
        })
    );
    assert_eq!(serde_json::from_value::<Told>(json).expect("parses"), told);

    let told = Told::Event {
        delivery: delivery(),
        event: ChatEvent::Typing { by: Side::Courier },
    };
    let json = serde_json::to_value(&told).expect("serialises");
    assert_eq!(serde_json::from_value::<Told>(json).expect("parses"), told);
}

#[test]
fn a_message_for_a_device_is_one_flat_object() {
    let sealed = SealedFor {
        device: device(1).id,
        sealed: Sealed {
            kind: 0,
            body: "AAAA".into(),
        },
    };
    let json = serde_json::to_value(&sealed).expect("serialises");
    assert_eq!(json["kind"], 0);
    assert_eq!(
        serde_json::from_value::<SealedFor>(json).expect("parses"),
        sealed
    );
}

proptest! {
    #[test]
    fn what_is_encrypted_is_read_back_and_has_the_size_of_many(words in "\\PC{0,600}") {
        let content = Content { key: ContentKey::from_random([9; 32]), body: text(&words) };
        let bytes = content.to_bytes();
        prop_assert_eq!(bytes.len() % 256, 0);
        prop_assert_eq!(Content::from_bytes(&bytes), Some(content));
    }

    #[test]
    fn bytes_that_are_no_content_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        // A panic would fail the test.
        let _ = Content::from_bytes(&bytes);
    }
}
