//! What people are told, from the door: over the API, the WebSocket, and through `kill -9`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use futures::StreamExt;
use porchlight_domain::people::Role;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::app::{Caller, TestApp};
use crate::crash::{expect_whole_log, out_for_delivery};
use crate::process::Process;

/// A subscription whose keys are those of RFC 8291's example.
fn browser(endpoint: &str) -> Value {
    json!({
        "endpoint": endpoint,
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    })
}

/// A push service that counts what it takes: messages of one notification have one topic.
struct PushService {
    url: String,
    topics: Arc<Mutex<HashMap<String, u32>>>,
}

impl PushService {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let topics: Arc<Mutex<HashMap<String, u32>>> = Arc::default();
        let counted = Arc::clone(&topics);
        let app = Router::new().fallback(async move |headers: HeaderMap| {
            let topic = headers.get("topic").and_then(|topic| topic.to_str().ok());
            let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
            *counted
                .entry(topic.unwrap_or_default().to_owned())
                .or_default() += 1;
            StatusCode::CREATED
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, topics }
    }

    fn taken(&self) -> usize {
        self.topics
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }
}

async fn told(caller: &Caller) -> Vec<(String, String)> {
    let (mut all, mut before) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/notifications?limit=100{before}");
        let page = caller.get(&path).await.json(200).await;
        for line in page["notifications"].as_array().expect("a list") {
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            all.push((text("delivery"), text("kind")));
        }
        match page["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => return all,
        }
    }
}

/// How often the server is killed.
const ROUNDS: u64 = 24;

#[tokio::test]
async fn each_event_is_told_once_in_the_app_and_reaches_the_browser_through_kill_9() {
    let service = PushService::start().await;
    let mut process = Process::start(&[
        ("PORCHLIGHT_PUSH_CONTACT", "mailto:ops@example.org"),
        ("PORCHLIGHT_PUSH_SERVICES", &service.url),
    ])
    .await;
    let mut ada = process.signed_in("customer@demo.test").await;
    let mut admin = process.signed_in("admin@demo.test").await;
    let mut courier = process.signed_in("courier@demo.test").await;
    let endpoint = format!("{}/push/1", service.url);
    let subscribed = ada
        .post("/api/v1/push-subscriptions", &browser(&endpoint))
        .await;
    assert_eq!(subscribed.status(), 201);
    let before = told(&ada).await.len();
    let mut expected = Vec::new();
    for round in 0..ROUNDS {
        let reference = out_for_delivery(&ada, &admin, &courier).await;
        let path = format!("/api/v1/deliveries/{reference}/status");
        let body = json!({
            "status": "delivered", "no_fix_reason": "indoors", "proof": { "recipient_name": "Ada" },
        });
        let step = courier.post_soon(&path, &body);
        let kill = async {
            tokio::time::sleep(Duration::from_millis(round % 8)).await;
            process.kill().await;
        };
        tokio::join!(step, kill);
        process.restart().await;
        [ada, admin, courier] = [ada, admin, courier].map(|caller| process.welcome(&caller));
        expected.push((reference.clone(), "out_for_delivery".to_owned()));
        let known = ada
            .get(&format!("/api/v1/deliveries/{reference}"))
            .await
            .json(200)
            .await;
        if known["status"] == "delivered" {
            expected.push((reference, "delivered".to_owned()));
        } else {
            courier.step(&reference, "delivered").await;
            expected.push((reference, "delivered".to_owned()));
        }
    }
    let mut all = told(&ada).await;
    all.truncate(all.len() - before);
    all.sort();
    expected.sort();
    assert_eq!(all, expected, "each once");
    let arrived = async {
        while service.taken() < expected.len() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_mins(2), arrived).await;
    assert!(
        in_time.is_ok(),
        "{} of {} were pushed",
        service.taken(),
        expected.len()
    );
    assert_eq!(service.taken(), expected.len());
    expect_whole_log(&process.database_url()).await;
}

impl Caller {
    /// Posts and does not mind when nobody answers.
    async fn post_soon(&self, path: &str, body: &Value) {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .bearer_auth(self.token.clone().unwrap_or_default())
            .json(body);
        drop(request.send().await);
    }
}

#[tokio::test]
async fn the_socket_tells_its_person_alone() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "courier").await;
    let listen = async |caller: &Caller| {
        let url = format!("{}/ws/notifications", app.url.replace("http", "ws"));
        let mut request = url.into_client_request().expect("a request");
        let token = format!("Bearer {}", caller.token.clone().unwrap_or_default());
        request
            .headers_mut()
            .insert("authorization", token.parse().expect("a header"));
        connect_async(request).await.expect("it opens").0
    };
    let (mut own, mut other) = (listen(&ada).await, listen(&admin).await);
    let reference = app.loaded(&admin, &ada, &courier).await;
    courier.step(&reference, "out_for_delivery").await;
    courier.step(&reference, "delivered").await;
    let mut kinds = Vec::new();
    while kinds.len() < 2 {
        let message = own.next().await.expect("open").expect("a message");
        let event: Value = serde_json::from_str(message.to_text().expect("text")).expect("JSON");
        if event["type"] == "notification.created" {
            assert_eq!(event["data"]["unread"], kinds.len() + 1);
            kinds.push(
                event["data"]["kind"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
    }
    assert_eq!(kinds, ["out_for_delivery", "delivered"]);
    loop {
        let message = other.next().await.expect("open").expect("a message");
        let text = message.to_text().expect("text");
        assert!(!text.contains("notification."), "{text}");
        if text.contains("\"to\":\"delivered\"") {
            break;
        }
    }
    let me = ada.get("/api/v1/me").await.json(200).await;
    assert_eq!(me["unread"], 2);
    app.service.stop().await;
}

#[tokio::test]
async fn a_mail_program_stops_letters_with_one_click() {
    let app = TestApp::start_with(|config| config.keep_unsent = Some(true)).await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "courier").await;
    let reference = app.loaded(&admin, &ada, &courier).await;
    courier.step(&reference, "out_for_delivery").await;
    let letter = loop {
        let entries = admin
            .get("/api/v1/notification-outbox")
            .await
            .json(200)
            .await;
        if let Some(text) = entries[0]["text"].as_str() {
            break text.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let token = letter
        .rsplit("/unsubscribe/")
        .next()
        .unwrap_or_default()
        .trim();
    let click = app
        .nobody()
        .http
        .post(format!("{}/api/v1/unsubscribe/{token}", app.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click");
    assert_eq!(click.send().await.expect("an answer").status(), 204);
    let chosen = ada
        .get("/api/v1/notification-preferences")
        .await
        .json(200)
        .await;
    let is_off = |cell: &&Value| cell["is_on"] == false && cell["channel"] == "email";
    let off: Vec<_> = chosen["choices"]
        .as_array()
        .expect("cells")
        .iter()
        .filter(is_off)
        .collect();
    assert!(
        off.iter().any(|cell| cell["kind"] == "out_for_delivery"),
        "{off:?}"
    );
    app.service.stop().await;
}
