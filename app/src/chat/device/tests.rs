//! Two devices, and a server between them that does what it likes.

use porchlight_domain::chat::SignedKey;

use super::*;

struct Two {
    ada: Device,
    ben: Device,
    /// Ada's with Ben, and Ben's with Ada.
    to_ben: Sessions,
    to_ada: Sessions,
}

fn device(name: u8) -> Device {
    Device::new(PersonId::from_text(format!("per_{name}")), [name; 16])
}

/// A key of a device as the server gives it out.
fn claimed(device: &mut Device) -> ClaimedKey {
    let published = device.publication(0).expect("none is left");
    ClaimedKey {
        device: device.id().clone(),
        of: KeyUse::OneTime,
        key: published.one_time_keys[0].clone(),
    }
}

impl Two {
    fn met() -> Self {
        let (ada, mut ben) = (device(1), device(2));
        let (mut to_ben, to_ada) = (Sessions::default(), Sessions::default());
        let key = claimed(&mut ben);
        ada.begin(&ben.keys(), &key, &mut to_ben).expect("begins");
        Self {
            ada,
            ben,
            to_ben,
            to_ada,
        }
    }

    fn say(&mut self, words: &str) -> Sealed {
        self.to_ben.seal(words.as_bytes()).expect("seals")
    }

    fn hear(&mut self, sealed: &Sealed) -> Result<String, OpenError> {
        let plain = self.ben.open(&self.ada.keys(), sealed, &mut self.to_ada)?;
        Ok(String::from_utf8(plain).expect("text"))
    }

    fn answer(&mut self, words: &str) -> String {
        let sealed = self.to_ada.seal(words.as_bytes()).expect("seals");
        let plain = self
            .ada
            .open(&self.ben.keys(), &sealed, &mut self.to_ben)
            .expect("opens");
        String::from_utf8(plain).expect("text")
    }
}

#[test]
fn two_devices_write_to_each_other() {
    let mut two = Two::met();
    let first = two.say("hello");
    assert_eq!(first.kind, 0);
    assert_eq!(two.hear(&first).as_deref(), Ok("hello"));
    assert_eq!(two.answer("hi"), "hi");
    let next = two.say("on my way");
    assert_eq!(next.kind, 1);
    assert_eq!(two.hear(&next).as_deref(), Ok("on my way"));
}

#[test]
fn what_comes_late_is_read_and_what_comes_again_is_not() {
    let mut two = Two::met();
    let sealed: Vec<_> = ["one", "two", "three"].map(|words| two.say(words)).into();
    for at in [2, 0, 1] {
        assert!(two.hear(&sealed[at]).is_ok(), "{at}");
    }
    for again in &sealed {
        assert_eq!(two.hear(again), Err(OpenError::NoSession));
    }
    // Nothing of it was in the way of what follows.
    let next = two.say("four");
    assert_eq!(two.hear(&next).as_deref(), Ok("four"));
}

#[test]
fn whatever_bit_is_flipped_nothing_else_is_read() {
    let mut two = Two::met();
    let first = two.say("hello");
    two.hear(&first).expect("opens");
    two.answer("hi");
    let sealed = two.say("at the door");
    let bytes = vodozemac::base64_decode(&sealed.body).expect("base 64");
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        for kind in [0, 1] {
            let changed = Sealed {
                kind,
                body: vodozemac::base64_encode(&changed),
            };
            // A field that nobody knows is skipped, as in any protobuf: what is read is the same.
            let kept = two.to_ada.pickle();
            match two.hear(&changed) {
                Err(_) => {}
                Ok(read) => assert_eq!(read, "at the door", "bit {bit}, kind {kind}"),
            }
            two.to_ada = Sessions::from_pickle(kept);
        }
    }
    for length in 0..bytes.len() {
        let cut = Sealed {
            kind: 1,
            body: vodozemac::base64_encode(&bytes[..length]),
        };
        assert!(two.hear(&cut).is_err(), "{length} bytes");
    }
    assert_eq!(two.hear(&sealed).as_deref(), Ok("at the door"));
}

#[test]
fn when_both_begin_at_once_they_agree() {
    let mut two = Two::met();
    let key = claimed(&mut two.ada);
    let ada = two.ada.keys();
    two.ben
        .begin(&ada, &key, &mut two.to_ada)
        .expect("begins too");
    let from_ada = two.say("hello");
    let from_ben = two.to_ada.seal(b"hello yourself").expect("seals");
    assert_eq!(two.hear(&from_ada).as_deref(), Ok("hello"));
    let ben = two.ben.keys();
    two.ada
        .open(&ben, &from_ben, &mut two.to_ben)
        .expect("opens");
    for words in ["one", "two", "three"] {
        let sealed = two.say(words);
        assert_eq!(two.hear(&sealed).as_deref(), Ok(words));
        assert_eq!(two.answer(words), words);
    }
}

#[test]
fn a_device_and_its_sessions_survive_being_kept() {
    let mut two = Two::met();
    let first = two.say("hello");
    let kept = |device: &Device| serde_json::to_string(&device.pickle()).expect("written");
    let read = |text: String| -> Device {
        Device::from_pickle(serde_json::from_str(&text).expect("read"))
    };
    let keys = two.ben.keys();
    two.ben = read(kept(&two.ben));
    assert_eq!(two.ben.keys(), keys);
    two.hear(&first).expect("opens");
    let sessions = serde_json::to_string(&two.to_ada.pickle()).expect("written");
    two.to_ada = Sessions::from_pickle(serde_json::from_str(&sessions).expect("read"));
    assert_eq!(two.answer("hi"), "hi");
    let next = two.say("next");
    assert_eq!(two.hear(&next).as_deref(), Ok("next"));
}

#[test]
fn a_key_under_another_name_begins_nothing() {
    let (ada, mut ben, mut eve) = (device(1), device(2), device(3));
    let good = claimed(&mut ben);
    let foreign = claimed(&mut eve);
    let mut sessions = Sessions::default();
    // Eve's key said to be Ben's; Ben's key as the last resort; a weak key; a key of nobody.
    let mut bad = vec![
        ClaimedKey {
            device: good.device.clone(),
            ..foreign.clone()
        },
        ClaimedKey {
            of: KeyUse::Fallback,
            ..good.clone()
        },
        foreign,
    ];
    let weak = vodozemac::base64_encode([0; 32]);
    let text = SignedKey::signed_text(ben.id(), KeyUse::OneTime, &weak);
    bad.push(ClaimedKey {
        key: SignedKey {
            signature: ben.sign(&text),
            key: weak,
        },
        ..good.clone()
    });
    for key in bad {
        let refused = ada.begin(&ben.keys(), &key, &mut sessions);
        assert_eq!(refused, Err(SealError::BadKeys), "{key:?}");
    }
    assert_eq!(sessions.seal(b"to nobody"), Err(SealError::NoKey));
    ada.begin(&ben.keys(), &good, &mut sessions)
        .expect("Ben's own key");
}

#[test]
fn a_device_says_whose_it_is() {
    let (ada, ben) = (device(1), device(2));
    let (of_ada, of_ben) = (PersonId::from_text("per_1"), PersonId::from_text("per_2"));
    assert!(is_genuine(&of_ada, &ada.keys()));
    assert!(!is_genuine(&of_ben, &ada.keys()));
    let mixed = DeviceKeys {
        identity: ben.keys().identity,
        ..ada.keys()
    };
    assert!(!is_genuine(&of_ada, &mixed));
}

#[test]
fn somebody_elses_message_is_not_taken_for_a_devices() {
    let mut two = Two::met();
    let eve = device(3);
    let sealed = two.say("hello");
    let opened = two.ben.open(&eve.keys(), &sealed, &mut Sessions::default());
    assert_eq!(opened, Err(OpenError::NoSession));
    assert_eq!(two.hear(&sealed).as_deref(), Ok("hello"));
}

#[test]
fn keys_are_made_when_few_are_left_and_the_last_resort_opens_too() {
    let mut ben = device(2);
    let ada = device(1);
    let first = ben.publication(0).expect("none is left");
    assert_eq!(first.one_time_keys.len(), ONE_TIME_KEYS);
    assert_eq!(ben.publication(TOO_FEW), None);
    let more = ben.publication(TOO_FEW - 1).expect("too few");
    assert_eq!(more.one_time_keys.len(), ONE_TIME_KEYS - 19);
    let last_resort = ClaimedKey {
        device: ben.id().clone(),
        of: KeyUse::Fallback,
        // The one before is still good: it may have been given out already.
        key: first.fallback_key.expect("one"),
    };
    for _ in 0..2 {
        let mut sessions = Sessions::default();
        ada.begin(&ben.keys(), &last_resort, &mut sessions)
            .expect("begins");
        let sealed = sessions.seal(b"hello").expect("seals");
        let plain = ben.open(&ada.keys(), &sealed, &mut Sessions::default());
        assert_eq!(plain.as_deref(), Ok(&b"hello"[..]));
    }
}
