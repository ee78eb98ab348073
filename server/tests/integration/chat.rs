//! What a device sends over its socket, good, bad and broken.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use porchlight_app::chat::device::Device;
use porchlight_domain::chat::{DEVICES_LIMIT, SEALED_LIMIT};
use porchlight_domain::ids::{DeviceId, PersonId};
use porchlight_domain::people::Role;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::app::{Caller, TestApp};
use crate::stream::socket;

/// Somebody's device, connected.
struct Phone {
    device: Device,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    asked: u32,
}

impl Phone {
    async fn of(caller: &Caller, seed: u8) -> Self {
        let me = caller.get("/api/v1/me").await.json(200).await;
        let person = PersonId::from_text(me["id"].as_str().expect("an id"));
        let device = Device::new(person, [seed; 16]);
        let path = format!("/ws/chat?device={}", device.id());
        let socket = socket(caller, &path).await.expect("welcome");
        let mut phone = Self {
            device,
            socket,
            asked: 0,
        };
        let answer = phone.ask(phone.enrol()).await;
        assert_eq!(answer["answer"], "enrolled", "{answer}");
        phone
    }

    fn enrol(&self) -> Value {
        json!({ "ask": "enrol", "device": self.device.keys() })
    }

    async fn ask(&mut self, mut ask: Value) -> Value {
        self.asked += 1;
        let number = self.asked;
        ask["number"] = number.into();
        self.say(Message::text(ask.to_string())).await;
        self.answer(number).await
    }

    async fn say(&mut self, message: Message) {
        self.socket.send(message).await.expect("sent");
    }

    async fn answer(&mut self, number: u32) -> Value {
        loop {
            let message = timeout(Duration::from_secs(20), self.socket.next()).await;
            let message = message.expect("in time").expect("open").expect("whole");
            let Message::Text(text) = message else {
                continue;
            };
            let told: Value = serde_json::from_str(&text).expect("JSON");
            if told["told"] == "answer" && told["number"] == number {
                return told;
            }
        }
    }

    /// Whether somebody still answers.
    async fn is_well(&mut self) -> bool {
        self.ask(json!({ "ask": "hello" })).await["answer"] == "done"
    }
}

/// A parcel that is out, and the phones of its recipient and courier.
async fn pair(app: &TestApp) -> (String, Phone, Phone) {
    let admin = app.person(Role::Admin, "dispatch").await;
    let customer = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "otto").await;
    let delivery = app.loaded(&admin, &customer, &courier).await;
    courier.step(&delivery, "out_for_delivery").await;
    let phone = Phone::of(&customer, 1).await;
    (delivery, phone, Phone::of(&courier, 2).await)
}

/// A question that is right in form.
fn send(delivery: &str, phone: &Phone, body: &str, devices: &[DeviceId]) -> Value {
    let sealed: Vec<_> = devices
        .iter()
        .map(|device| json!({ "device": device, "kind": 0, "body": body }))
        .collect();
    json!({
        "ask": "send",
        "delivery": delivery,
        "message": {
            "id": "msg_00000000000000000000000000",
            "from": phone.device.id(),
            "commitment": "0".repeat(64),
            "sealed": sealed,
        },
    })
}

#[tokio::test]
async fn what_is_no_question_is_refused_and_the_socket_goes_on() {
    let app = TestApp::start().await;
    let (delivery, mut phone, other) = pair(&app).await;
    let devices = [other.device.id().clone()];
    for broken in [
        "",
        "{",
        "null",
        "[]",
        "\"hello\"",
        "{}",
        "{\"number\":1}",
        "{\"number\":-1,\"ask\":\"hello\"}",
        "{\"number\":1,\"ask\":\"rm -rf\"}",
        "{\"number\":1,\"ask\":\"chat\",\"delivery\":\"PL-0000-0001\"}",
        "{\"number\":1,\"ask\":\"messages\",\"delivery\":7}",
    ] {
        phone.say(Message::text(broken)).await;
        let answer = phone.answer(0).await;
        assert_eq!(answer["answer"], "refused", "{broken}: {answer}");
        assert_eq!(answer["status"], 422, "{broken}: {answer}");
    }
    let nested = "[".repeat(100_000);
    phone.say(Message::text(nested)).await;
    assert_eq!(phone.answer(0).await["answer"], "refused");
    phone.say(Message::binary(vec![0xff; 1000])).await;
    assert!(phone.is_well().await, "after what is no text");

    let plain = phone
        .ask(send(&delivery, &phone, "bWVldCBtZQ", &devices))
        .await;
    assert_eq!(plain["answer"], "refused", "{plain}");
    let empty = phone
        .ask(json!({ "ask": "chat", "delivery": delivery }))
        .await;
    assert_eq!(empty["last_seq"], 0, "{empty}");
}

/// Bytes of a question are other ones, all over it; so few that each still counts as a message that may be sent.
#[tokio::test]
async fn no_changed_byte_breaks_the_socket_or_gets_a_message_in() {
    for offset in 0..3 {
        let app = TestApp::start().await;
        let (delivery, mut phone, other) = pair(&app).await;
        let mut question = send(&delivery, &phone, "AAAA", &[other.device.id().clone()]);
        question["number"] = u32::MAX.into();
        let text = question.to_string();
        for place in (offset * 3..text.len()).step_by(9) {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= [1, 4, 16][place % 3];
            let changed = String::from_utf8(bytes).expect("ASCII");
            phone.say(Message::text(changed)).await;
        }
        assert!(phone.is_well().await);
        let view = phone
            .ask(json!({ "ask": "chat", "delivery": delivery }))
            .await;
        assert_eq!(view["last_seq"], 0, "{view}");
    }
}

#[tokio::test]
async fn as_much_as_all_devices_need_is_taken_and_more_closes_the_socket() {
    let app = TestApp::start().await;
    let (delivery, mut phone, _other) = pair(&app).await;
    let devices: Vec<_> = (0..2 * DEVICES_LIMIT - 1)
        .map(|name| DeviceId::from_random([u8::try_from(name).expect("few"); 16]))
        .collect();
    let most = "A".repeat(SEALED_LIMIT);
    let answer = phone.ask(send(&delivery, &phone, &most, &devices)).await;
    assert_eq!(
        answer["answer"], "refused",
        "what is inside is not Olm: {answer}"
    );
    let more = "A".repeat(SEALED_LIMIT * 2);
    let question = send(&delivery, &phone, &more, &devices).to_string();
    // It may close before everything is written.
    let _ = phone.socket.send(Message::text(question)).await;
    while let Some(Ok(_)) = phone.socket.next().await {}
    // Others are not concerned.
    let again = app.nobody().get("/healthz").await;
    assert_eq!(again.status(), 200);
}
