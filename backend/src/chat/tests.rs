//! Chats on both databases, with real Olm devices.

mod cards;

use std::collections::{BTreeSet, HashMap};

use porchlight_domain::chat::life::CLOSING_S;
use porchlight_domain::chat::wire::{
    Answer, Ask, ChatMessage, ChatView, ClaimedKey, Disclosure, Outgoing, Sealed, SealedFor,
};
use porchlight_domain::chat::{
    Body, Commitment, Content, ContentKey, DeviceKeys, KeyUse, Phase, Side, SignedKey,
};
use porchlight_domain::delivery::Status;
use porchlight_domain::ids::{DeviceId, MessageId};
use porchlight_domain::people::Email;
use porchlight_domain::reference::Reference;
use vodozemac::Curve25519PublicKey;
use vodozemac::olm::{Account, OlmMessage, Session, SessionConfig};

use super::{answer, badge, badges, purge, reports};
use crate::accounts::{Actor, Person};
use crate::testing::{self, Listener, OTHER_COURIER_EMAIL, TestDatabase, World};
use crate::{Backend, Error, deliveries};

/// A person's browser with real keys.
struct Device {
    person: Person,
    account: Account,
    keys: DeviceKeys,
    sessions: HashMap<DeviceId, Session>,
}

impl Device {
    fn new(actor: &Actor) -> Self {
        let person = actor.person().expect("a person").clone();
        let account = Account::new();
        let mut keys = DeviceKeys {
            id: DeviceId::from_random(rand::random()),
            identity: account.curve25519_key().to_base64(),
            signing: account.ed25519_key().to_base64(),
            signature: String::new(),
        };
        keys.signature = account.sign(keys.signed_text(&person.id)).to_base64();
        Self {
            person,
            account,
            keys,
            sessions: HashMap::new(),
        }
    }

    async fn enrolled(actor: &Actor, backend: &Backend) -> Self {
        let mut device = Self::new(actor);
        device.enrol(backend, 3).await.expect("a good device");
        device
    }

    fn actor(&self) -> Actor {
        Actor::Person(self.person.clone())
    }

    fn signed(&self, of: KeyUse, key: Curve25519PublicKey) -> SignedKey {
        let key = key.to_base64();
        let text = SignedKey::signed_text(&self.keys.id, of, &key);
        SignedKey {
            signature: self.account.sign(text).to_base64(),
            key,
        }
    }

    async fn enrol(&mut self, backend: &Backend, one_time: usize) -> Result<Answer, Error> {
        self.account.generate_one_time_keys(one_time);
        self.account.generate_fallback_key();
        let signed = |of, keys: HashMap<_, Curve25519PublicKey>| -> Vec<SignedKey> {
            keys.into_values().map(|key| self.signed(of, key)).collect()
        };
        let one_time_keys = signed(KeyUse::OneTime, self.account.one_time_keys());
        let fallback_key = signed(KeyUse::Fallback, self.account.fallback_key()).pop();
        self.account.mark_keys_as_published();
        let ask = Ask::Enrol {
            device: self.keys.clone(),
            one_time_keys,
            fallback_key,
        };
        answer(&self.actor(), backend, ask).await
    }

    async fn view(&self, backend: &Backend, delivery: Reference) -> Result<ChatView, Error> {
        match answer(&self.actor(), backend, Ask::Chat { delivery }).await? {
            Answer::Chat(view) => Ok(view),
            other => panic!("a view, not {other:?}"),
        }
    }

    async fn claim(
        &self,
        backend: &Backend,
        delivery: Reference,
        devices: Vec<DeviceId>,
    ) -> Vec<ClaimedKey> {
        let ask = Ask::ClaimKeys { delivery, devices };
        match answer(&self.actor(), backend, ask).await {
            Ok(Answer::Keys { keys }) => keys,
            other => panic!("keys, not {other:?}"),
        }
    }

    /// Seals a message for every other device there is.
    async fn seal(
        &mut self,
        backend: &Backend,
        delivery: Reference,
        words: &str,
    ) -> (Outgoing, Content) {
        let view = self.view(backend, delivery).await.expect("a chat");
        let id = MessageId::from_random(rand::random());
        let body = Body::Text { text: words.into() };
        let key = ContentKey::from_random(rand::random());
        let commitment = Commitment::of(&key, delivery, &id, view.side, &body);
        let content = Content { key, body };
        let mut sealed = Vec::new();
        for device in view.me.devices.iter().chain(&view.other.devices) {
            if device.id == self.keys.id {
                continue;
            }
            if !self.sessions.contains_key(&device.id) {
                let claimed = self.claim(backend, delivery, vec![device.id.clone()]).await;
                let session = self.session(device, &claimed[0]);
                self.sessions.insert(device.id.clone(), session);
            }
            let session = self.sessions.get_mut(&device.id).expect("a session");
            let message = session.encrypt(content.to_bytes()).expect("encrypts");
            let (kind, bytes) = message.to_parts();
            sealed.push(SealedFor {
                device: device.id.clone(),
                sealed: Sealed {
                    kind: u8::try_from(kind).expect("0 or 1"),
                    body: vodozemac::base64_encode(bytes),
                },
            });
        }
        let outgoing = Outgoing {
            id,
            from: self.keys.id.clone(),
            commitment,
            sealed,
            is_gate_code: false,
        };
        (outgoing, content)
    }

    /// The same for how to come in.
    async fn seal_gate_code(
        &mut self,
        backend: &Backend,
        delivery: Reference,
        words: &str,
    ) -> Outgoing {
        let (outgoing, _) = self.seal(backend, delivery, words).await;
        Outgoing {
            is_gate_code: true,
            ..outgoing
        }
    }

    fn session(&self, with: &DeviceKeys, claimed: &ClaimedKey) -> Session {
        let key = |text: &str| Curve25519PublicKey::from_base64(text).expect("a key");
        self.account
            .create_outbound_session(
                SessionConfig::version_1(),
                key(&with.identity),
                key(&claimed.key.key),
            )
            .expect("a session")
    }

    async fn send(
        &mut self,
        backend: &Backend,
        delivery: Reference,
        words: &str,
    ) -> Result<Answer, Error> {
        let (message, _) = self.seal(backend, delivery, words).await;
        self.post(backend, delivery, message).await
    }

    async fn post(
        &self,
        backend: &Backend,
        delivery: Reference,
        message: Outgoing,
    ) -> Result<Answer, Error> {
        answer(&self.actor(), backend, Ask::Send { delivery, message }).await
    }

    async fn messages(
        &self,
        backend: &Backend,
        delivery: Reference,
        after: u32,
    ) -> Vec<ChatMessage> {
        let ask = Ask::Messages {
            delivery,
            device: self.keys.id.clone(),
            after,
        };
        match answer(&self.actor(), backend, ask).await {
            Ok(Answer::Messages { messages }) => messages,
            other => panic!("messages, not {other:?}"),
        }
    }

    /// Decrypts the first message of a device.
    fn open(&mut self, from: &DeviceKeys, sealed: &Sealed) -> Content {
        let bytes = vodozemac::base64_decode(&sealed.body).expect("base 64");
        let message = OlmMessage::from_parts(sealed.kind.into(), &bytes).expect("Olm");
        let OlmMessage::PreKey(message) = message else {
            panic!("the first message begins a session");
        };
        let identity = Curve25519PublicKey::from_base64(&from.identity).expect("a key");
        let made = self
            .account
            .create_inbound_session(SessionConfig::version_1(), identity, &message)
            .expect("a session");
        self.sessions.insert(from.id.clone(), made.session);
        Content::from_bytes(&made.plaintext).expect("content")
    }

    async fn mark(
        &self,
        backend: &Backend,
        delivery: Reference,
        stored: u32,
        read: u32,
    ) -> Result<Answer, Error> {
        let ask = Ask::Mark {
            delivery,
            device: self.keys.id.clone(),
            stored,
            read,
        };
        answer(&self.actor(), backend, ask).await
    }
}

/// A parcel that is out, its recipient's device and its courier's.
struct Pair {
    world: World,
    delivery: Reference,
    ada: Device,
    courier: Device,
}

impl Pair {
    async fn on(backend: Backend) -> Self {
        let world = World::on(backend).await;
        let delivery = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let ada = Device::enrolled(&world.ada, &world.backend).await;
        let courier = Device::enrolled(&world.courier, &world.backend).await;
        Self {
            world,
            delivery,
            ada,
            courier,
        }
    }
}

fn seq(answer: Result<Answer, Error>) -> u32 {
    match answer {
        Ok(Answer::Sent { seq, .. }) => seq,
        other => panic!("sent, not {other:?}"),
    }
}

#[tokio::test]
async fn two_people_write_and_the_server_reads_nothing() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            mut courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        assert_eq!(
            seq(ada
                .send(backend, delivery, "the door behind the lilac")
                .await),
            1
        );

        let stored = world.everything_stored().await;
        assert!(!stored.contains("lilac"), "{stored}");
        let waiting = badge(&world.courier, backend, delivery).await.expect("one");
        assert!(waiting.offered && waiting.unread == 1);

        let messages = courier.messages(backend, delivery, 0).await;
        let [message] = &messages[..] else {
            panic!("one message, not {messages:?}");
        };
        let sealed = message.sealed.clone().expect("for this device");
        let content = courier.open(&ada.keys, &sealed);
        assert_eq!(content.body.words(), "the door behind the lilac");
        assert!(message.commitment.opens(
            &content.key,
            delivery,
            &message.id,
            Side::Recipient,
            &content.body
        ));

        courier.mark(backend, delivery, 1, 1).await.expect("marked");
        let again = courier.messages(backend, delivery, 0).await;
        assert_eq!(again[0].sealed, None, "what is stored is not kept");
        let view = ada.view(backend, delivery).await.expect("a chat");
        assert_eq!((view.other.stored, view.other.read), (1, 1));
        let waiting = badge(&world.courier, backend, delivery).await.expect("one");
        assert_eq!(waiting.unread, 0);

        assert_eq!(seq(courier.send(backend, delivery, "I see it").await), 2);
        let mine = badges(&world.ada, backend).await.expect("hers");
        assert_eq!(mine[&delivery].unread, 1);
    }
}

#[tokio::test]
async fn a_message_sent_again_is_there_once() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let (message, _) = ada.seal(backend, delivery, "twice").await;
        let first = ada.post(backend, delivery, message.clone()).await;
        let again = ada.post(backend, delivery, message.clone()).await;
        assert_eq!(first.expect("sent"), again.expect("sent"));
        assert_eq!(courier.messages(backend, delivery, 0).await.len(), 1);

        // The same name in another chat, or by somebody else, is another's message.
        let other = world.out_for_delivery(&world.ada, 60.171, 24.941).await;
        let refused = ada.post(backend, other, message).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn many_at_once_have_numbers_without_a_gap() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            mut courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let mut sending = Vec::new();
        for number in 0..12 {
            let device = if number % 2 == 0 {
                &mut ada
            } else {
                &mut courier
            };
            let (message, _) = device.seal(backend, delivery, "at once").await;
            let (actor, backend) = (device.actor(), backend.clone());
            sending.push(tokio::spawn(async move {
                answer(&actor, &backend, Ask::Send { delivery, message }).await
            }));
        }
        let mut seqs = BTreeSet::new();
        for sent in sending {
            seqs.insert(seq(sent.await.expect("it runs")));
        }
        assert!(seqs.into_iter().eq(1..=12));
        let heard: Vec<_> = ada
            .messages(backend, delivery, 0)
            .await
            .into_iter()
            .map(|message| message.seq)
            .collect();
        assert!(heard.into_iter().eq(1..=12));
    }
}

#[tokio::test]
async fn what_anyone_could_read_or_nobody_sent_is_refused() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            ..
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let (good, _) = ada.seal(backend, delivery, "good").await;
        let with_body = |kind, body: &str| {
            let mut message = good.clone();
            message.sealed[0].sealed = Sealed {
                kind,
                body: body.into(),
            };
            message
        };
        let plain = vodozemac::base64_encode("meet me at the red door");
        let long = "A".repeat(20_000);
        let mut bad = vec![
            with_body(0, &plain),
            with_body(1, &plain),
            with_body(7, &good.sealed[0].sealed.body),
            with_body(0, "not base 64!"),
            with_body(0, ""),
            with_body(0, &long),
        ];
        bad.push(Outgoing {
            id: MessageId::from_text("hello"),
            ..good.clone()
        });
        bad.push(Outgoing {
            from: DeviceId::from_random([9; 16]),
            ..good.clone()
        });
        for message in bad {
            let refused = ada.post(backend, delivery, message.clone()).await;
            assert!(
                matches!(refused, Err(Error::Invalid { .. })),
                "{message:?}: {refused:?}"
            );
        }
        // Not for every device, for one twice, for a stranger's.
        let mut twice = good.clone();
        twice.sealed.push(twice.sealed[0].clone());
        let mut nobody = good.clone();
        nobody.sealed.clear();
        let mut strangers = good.clone();
        strangers.sealed[0].device = DeviceId::from_random([8; 16]);
        for message in [twice, nobody, strangers] {
            let told = ada.post(backend, delivery, message).await;
            assert!(matches!(told, Ok(Answer::OtherDevices { .. })), "{told:?}");
        }
        assert_eq!(seq(ada.post(backend, delivery, good).await), 1);
    }
}

#[tokio::test]
async fn keys_that_are_not_signed_or_keep_no_secret_are_refused() {
    // Points of small order (RFC 7748, section 6.1; the list of cr.yp.to/ecdh.html).
    const SMALL_ORDER: [&str; 5] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let ada = Device::new(&world.ada);
        let enrol = |device: DeviceKeys, keys: Vec<SignedKey>| Ask::Enrol {
            device,
            one_time_keys: keys,
            fallback_key: None,
        };
        let bob = Device::new(&world.bob);
        let refused_as = async |device: DeviceKeys, keys: Vec<SignedKey>| {
            let refused = answer(&world.ada, backend, enrol(device.clone(), keys)).await;
            assert!(
                matches!(refused, Err(Error::Invalid { .. })),
                "{device:?}: {refused:?}"
            );
        };
        // Somebody else's device, a name that is none, a signature that is none.
        refused_as(bob.keys.clone(), vec![]).await;
        let unnamed = DeviceKeys {
            id: DeviceId::from_text("dev_me"),
            ..ada.keys.clone()
        };
        refused_as(unnamed, vec![]).await;
        let unsigned = DeviceKeys {
            signature: bob.keys.signature.clone(),
            ..ada.keys.clone()
        };
        refused_as(unsigned, vec![]).await;
        for hex in SMALL_ORDER {
            let bytes: Vec<u8> = (0..32)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex"))
                .collect();
            let weak = vodozemac::base64_encode(&bytes);
            let mut keys = DeviceKeys {
                identity: weak.clone(),
                ..ada.keys.clone()
            };
            keys.signature = ada
                .account
                .sign(keys.signed_text(&ada.person.id))
                .to_base64();
            refused_as(keys, vec![]).await;
            let text = SignedKey::signed_text(&ada.keys.id, KeyUse::OneTime, &weak);
            let key = SignedKey {
                signature: ada.account.sign(text).to_base64(),
                key: weak,
            };
            refused_as(ada.keys.clone(), vec![key]).await;
        }
        // A key signed for another use.
        let good = Curve25519PublicKey::from_base64(&bob.keys.identity).expect("a key");
        refused_as(ada.keys.clone(), vec![ada.signed(KeyUse::Fallback, good)]).await;
    }
}

#[tokio::test]
async fn a_device_is_nobody_elses_and_keeps_its_keys() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let ada = Device::enrolled(&world.ada, backend).await;
        // Another account of the same name and person, with other keys.
        let mut impostor = Device::new(&world.ada);
        impostor.keys.id = ada.keys.id.clone();
        impostor.keys.signature = impostor
            .account
            .sign(impostor.keys.signed_text(&impostor.person.id))
            .to_base64();
        let refused = impostor.enrol(backend, 1).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
        // Bob, under the same name.
        let mut bob = Device::new(&world.bob);
        bob.keys.id = ada.keys.id.clone();
        bob.keys.signature = bob
            .account
            .sign(bob.keys.signed_text(&bob.person.id))
            .to_base64();
        let refused = bob.enrol(backend, 1).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_key_is_given_out_once_and_the_last_one_to_all() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let mut asking = Vec::new();
        for _ in 0..8 {
            let (actor, backend) = (ada.actor(), backend.clone());
            let devices = vec![courier.keys.id.clone()];
            asking.push(tokio::spawn(async move {
                answer(&actor, &backend, Ask::ClaimKeys { delivery, devices }).await
            }));
        }
        let (mut one_time, mut fallback) = (BTreeSet::new(), 0);
        for asked in asking {
            let Ok(Answer::Keys { keys }) = asked.await.expect("it runs") else {
                panic!("keys");
            };
            match keys[0].of {
                KeyUse::OneTime => assert!(one_time.insert(keys[0].key.key.clone())),
                KeyUse::Fallback => fallback += 1,
            }
        }
        assert_eq!((one_time.len(), fallback), (3, 5));
        // A stranger's devices are not in this chat.
        let bob = Device::enrolled(&world.bob, backend).await;
        assert!(
            ada.claim(backend, delivery, vec![bob.keys.id])
                .await
                .is_empty()
        );
    }
}

#[tokio::test]
async fn only_the_two_have_a_chat() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            ada,
            ..
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        world.another_courier().await;
        for (actor, is_role) in [(&world.bob, true), (&world.admin, false)] {
            let asks = [
                Ask::Chat { delivery },
                Ask::Typing { delivery },
                Ask::Knock { delivery },
                Ask::Block {
                    delivery,
                    blocked: true,
                },
                Ask::ClaimKeys {
                    delivery,
                    devices: vec![ada.keys.id.clone()],
                },
                Ask::Messages {
                    delivery,
                    device: ada.keys.id.clone(),
                    after: 0,
                },
            ];
            for ask in asks {
                let refused = answer(actor, backend, ask.clone()).await;
                let is_right = match &refused {
                    Err(Error::NotFound) => is_role,
                    Err(Error::Forbidden) => !is_role,
                    _ => false,
                };
                assert!(is_right, "{ask:?}: {refused:?}");
            }
        }
        let nobody = answer(&Actor::Anonymous, backend, Ask::Chat { delivery }).await;
        assert!(matches!(nobody, Err(Error::Unauthenticated)));
        // What is kept for a device is for its own session only.
        let mut elsewhere = ada.person.clone();
        elsewhere.session = world.bob.person().expect("a person").session.clone();
        let ask = Ask::Messages {
            delivery,
            device: ada.keys.id.clone(),
            after: 0,
        };
        let refused = answer(&Actor::Person(elsewhere), backend, ask).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_chat_opens_when_the_parcel_goes_out_and_is_gone_in_the_end() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let world = World::on(Backend::start(settings).await.expect("starts")).await;
        let backend = &world.backend;
        let delivery = world.book(&world.ada, 60.17, 24.94).await;
        let mut ada = Device::enrolled(&world.ada, backend).await;
        let _courier = Device::enrolled(&world.courier, backend).await;
        let before = badge(&world.ada, backend, delivery).await.expect("asked");
        assert!(!before.offered);
        world.assign(delivery).await;
        let view = ada.view(backend, delivery).await.expect("a chat");
        assert_eq!(view.phase, Phase::None {});
        let (early, _) = ada.seal(backend, delivery, "early").await;
        let refused = ada.post(backend, delivery, early).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );

        for to in [Status::Collected, Status::OutForDelivery] {
            world.step(delivery, to).await.expect("a legal step");
        }
        assert_eq!(seq(ada.send(backend, delivery, "hello").await), 1);
        world
            .step(delivery, Status::Delivered)
            .await
            .expect("legal");
        let view = ada.view(backend, delivery).await.expect("a chat");
        assert!(matches!(view.phase, Phase::Closing { .. }));
        assert_eq!(seq(ada.send(backend, delivery, "thanks").await), 2);

        clock.advance_s(CLOSING_S);
        let (late, _) = ada.seal(backend, delivery, "late").await;
        let refused = ada.post(backend, delivery, late).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
        assert_eq!(ada.messages(backend, delivery, 0).await.len(), 2);

        assert_eq!(purge(backend).await.expect("purges"), 0);
        clock.advance_s(30.0 * 24.0 * 3600.0 + 1.0);
        assert_eq!(purge(backend).await.expect("purges"), 1);
        assert!(ada.messages(backend, delivery, 0).await.is_empty());
        let gone = badge(&world.ada, backend, delivery).await.expect("asked");
        assert!(!gone.offered);
    }
}

#[tokio::test]
async fn whoever_takes_the_parcel_over_reads_nothing_of_before() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let second = world.another_courier().await;
        ada.send(backend, delivery, "for the first")
            .await
            .expect("sent");
        world.step(delivery, Status::Failed).await.expect("legal");
        let email = Email::parse(OTHER_COURIER_EMAIL).expect("an address");
        deliveries::assign(&world.admin, backend, delivery, &email)
            .await
            .expect("assigned");
        let other = Device::enrolled(&second, backend).await;
        assert!(other.messages(backend, delivery, 0).await.is_empty());
        let view = other.view(backend, delivery).await.expect("a chat");
        assert_eq!((view.last_seq, view.phase), (0, Phase::None {}));
        let refused = courier.view(backend, delivery).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
}

#[tokio::test]
async fn an_ended_sign_in_is_not_written_to() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        testing::lose_sessions(backend, &World::id(&world.courier)).await;
        let told = ada.send(backend, delivery, "anyone?").await;
        assert!(matches!(told, Ok(Answer::OtherDevices { .. })), "{told:?}");
        let refused = courier.mark(backend, delivery, 0, 0).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        purge(backend).await.expect("purges");
        let stored = world.everything_stored().await;
        assert!(!stored.contains(courier.keys.id.as_str()));
    }
}

#[tokio::test]
async fn whoever_has_no_device_is_asked_to_open_the_chat_once() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let world = World::on(Backend::start(settings).await.expect("starts")).await;
        let backend = &world.backend;
        let delivery = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let courier = Device::enrolled(&world.courier, backend).await;
        let listener = Listener::join(backend, vec![World::topic(&world.ada)]);
        let chats = Listener::join(
            backend,
            vec![crate::events::Topic::chat(&World::id(&world.courier))],
        );
        for _ in 0..3 {
            answer(&courier.actor(), backend, Ask::Knock { delivery })
                .await
                .expect("asked");
        }
        let told = listener.until_type("chat.wanted").await;
        assert_eq!(told["data"]["by"], "courier");
        world.settled().await;
        let wanted = |heard: &[serde_json::Value]| {
            heard
                .iter()
                .filter(|event| event["type"] == "chat.wanted")
                .count()
        };
        assert_eq!(wanted(&listener.heard()), 1);
        let asked = badge(&world.ada, backend, delivery).await.expect("asked");
        assert!(asked.wanted && asked.unread == 0);
        clock.advance_s(3600.0);
        answer(&courier.actor(), backend, Ask::Knock { delivery })
            .await
            .expect("asked");
        listener.until(|heard| wanted(heard) == 2).await;

        // Whoever waits is told at once that there is a device now.
        let ada = Device::enrolled(&world.ada, backend).await;
        chats
            .until(|heard| heard.iter().any(|event| event["event"] == "changed"))
            .await;
        ada.mark(backend, delivery, 0, 0).await.expect("marked");
        let asked = badge(&world.ada, backend, delivery).await.expect("asked");
        assert!(!asked.wanted);
    }
}

#[tokio::test]
async fn a_report_shows_what_was_sent_and_nothing_else() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            ada,
            mut courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let (message, content) = courier.seal(backend, delivery, "something rude").await;
        courier
            .post(backend, delivery, message)
            .await
            .expect("sent");
        let report = |words: &str| Ask::Report {
            delivery,
            disclosure: Disclosure {
                seq: 1,
                key: content.key.clone(),
                body: Body::Text { text: words.into() },
            },
        };
        let forged = answer(&ada.actor(), backend, report("something worse")).await;
        assert!(matches!(forged, Err(Error::Invalid { .. })), "{forged:?}");
        let own = answer(&courier.actor(), backend, report("something rude")).await;
        assert!(matches!(own, Err(Error::Invalid { .. })), "{own:?}");
        for _ in 0..2 {
            let told = answer(&ada.actor(), backend, report("something rude")).await;
            assert_eq!(told.expect("reported"), Answer::Reported {});
        }
        let seen = reports(&world.admin, backend)
            .await
            .expect("an admin reads");
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].words, "something rude");
        assert_eq!(
            (seen[0].side, &*seen[0].author),
            (Side::Courier, "Väinö Aalto")
        );
        assert!(matches!(
            reports(&world.ada, backend).await,
            Err(Error::Forbidden)
        ));
    }
}

#[tokio::test]
async fn a_chat_that_was_ended_takes_nothing_until_the_same_one_opens_it() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            mut courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let block = |blocked| Ask::Block { delivery, blocked };
        let (actor, other) = (ada.actor(), courier.actor());
        answer(&actor, backend, block(true)).await.expect("ended");
        for device in [&mut ada, &mut courier] {
            let (message, _) = device.seal(backend, delivery, "still there?").await;
            let refused = device.post(backend, delivery, message).await;
            assert!(
                matches!(refused, Err(Error::Conflict { .. })),
                "{refused:?}"
            );
        }
        let refused = answer(&other, backend, block(false)).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
        answer(&actor, backend, block(false)).await.expect("opened");
        assert_eq!(seq(courier.send(backend, delivery, "hello").await), 1);
    }
}

#[tokio::test]
async fn nobody_marks_what_is_not_there() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            courier,
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        for words in ["one", "two"] {
            ada.send(backend, delivery, words).await.expect("sent");
        }
        for (stored, read) in [(3, 0), (1, 2), (u32::MAX, u32::MAX)] {
            let refused = courier.mark(backend, delivery, stored, read).await;
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        }
        courier.mark(backend, delivery, 2, 2).await.expect("marked");
        // A mark that comes late does not go back.
        courier.mark(backend, delivery, 1, 1).await.expect("marked");
        let view = ada.view(backend, delivery).await.expect("a chat");
        assert_eq!((view.other.stored, view.other.read), (2, 2));
    }
}

#[tokio::test]
async fn nobody_floods_a_chat() {
    for database in TestDatabase::all().await {
        let Pair {
            world,
            delivery,
            mut ada,
            ..
        } = Pair::on(database.backend().await).await;
        let backend = &world.backend;
        let (message, _) = ada.seal(backend, delivery, "again").await;
        let mut refused = 0;
        for _ in 0..60 {
            match ada.post(backend, delivery, message.clone()).await {
                Err(Error::RateLimited { .. }) => refused += 1,
                told => assert!(matches!(told, Ok(Answer::Sent { .. })), "{told:?}"),
            }
        }
        assert!(refused > 10, "{refused}");
    }
}
