use super::*;

fn text(kind: InstructionKind) -> InstructionText {
    InstructionText {
        kind,
        words: None,
        picture: None,
        secret_in: None,
    }
}

fn says(kind: InstructionKind, words: &str) -> InstructionText {
    InstructionText {
        words: Some(words.into()),
        ..text(kind)
    }
}

fn hash() -> PictureHash {
    PictureHash::parse(&"0a".repeat(32)).expect("a hash")
}

#[test]
fn each_kind_says_what_it_must_and_nothing_else() {
    use InstructionKind::*;
    use InvalidInstruction as No;
    let picture = |kind| InstructionText {
        picture: Some(hash()),
        ..text(kind)
    };
    let secret = |kind, id: &str| InstructionText {
        secret_in: Some(id.into()),
        ..text(kind)
    };
    let long = "x".repeat(MOST_CHARS + 1);
    let cases = [
        (says(SafePlace, "Behind the shed"), Ok(())),
        (picture(SafePlace), Ok(())),
        (text(SafePlace), Err(No::Empty)),
        (says(SafePlace, "  \n "), Err(No::Empty)),
        (says(Neighbour, "Virtanen, A 12"), Ok(())),
        (picture(Neighbour), Err(No::Picture)),
        (text(NeverLeave), Ok(())),
        (says(NeverLeave, "The cat"), Ok(())),
        (secret(GateCode, "msg_7K3M-1"), Ok(())),
        (text(GateCode), Err(No::Secret)),
        (secret(GateCode, "1234 5678"), Err(No::Secret)),
        (secret(GateCode, &"a".repeat(65)), Err(No::Secret)),
        (secret(Other, "msg_1"), Err(No::Secret)),
        (says(GateCode, "1234"), Err(No::CodeInClear)),
        (says(Other, &long), Err(No::Words)),
        (says(Other, "a\u{7}b"), Err(No::Words)),
        (says(Other, "two\nlines"), Ok(())),
    ];
    for (instruction, expected) in cases {
        let said = format!("{instruction:?}");
        assert_eq!(instruction.checked().map(|_| ()), expected, "{said}");
    }
    let trimmed = says(Other, "  ring twice ").checked().expect("fine");
    assert_eq!(trimmed.words.as_deref(), Some("ring twice"));
}

#[test]
fn survives_the_wire() {
    for kind in InstructionKind::ALL {
        let view = InstructionView {
            id: InstructionId::from_text("ins_1"),
            state: InstructionState::Confirmed,
            given_at: Timestamp::from_millis(1_795_183_500_000),
            text: InstructionText {
                kind,
                words: Some("Behind the shed".into()),
                picture: Some(hash()),
                secret_in: Some("msg_1".into()),
            },
        };
        let json = serde_json::to_string(&view).expect("serialises");
        assert!(json.contains(kind.as_str()), "{json}");
        assert_eq!(
            serde_json::from_str::<InstructionView>(&json).expect("reads"),
            view
        );
        assert_eq!(InstructionKind::from_text(kind.as_str()), Some(kind));
    }
}

#[test]
fn the_latest_confirmed_of_each_kind_holds() {
    use InstructionKind::{Neighbour, SafePlace};
    use InstructionState::{Confirmed, Declined, Open};
    let view = |number: i64, kind, state| InstructionView {
        id: InstructionId::from_text(format!("ins_{number}")),
        state,
        given_at: Timestamp::from_millis(number),
        text: says(kind, "words"),
    };
    let all = [
        view(1, SafePlace, Confirmed),
        view(2, Neighbour, Declined),
        view(3, SafePlace, Confirmed),
        view(4, SafePlace, Open),
    ];
    let held: Vec<_> = in_force(&all).iter().map(|view| view.id.as_str()).collect();
    assert_eq!(held, ["ins_3"]);
}
