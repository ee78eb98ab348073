//! Live streams over real sockets.

use futures::{SinkExt, StreamExt};
use porchlight_backend::testing;
use porchlight_domain::ids::PersonId;
use porchlight_domain::people::Role;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use crate::app::{Caller, TestApp};
use crate::stream::{PATIENCE, Stream, socket};

struct Scene {
    app: TestApp,
    ada: Caller,
    bob: Caller,
    courier: Caller,
    reference: String,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let bob = app.person(Role::Customer, "bob").await;
    let courier = app.person(Role::Courier, "courier").await;
    let reference = app.loaded(&admin, &ada, &courier).await;
    Scene {
        app,
        ada,
        bob,
        courier,
        reference,
    }
}

#[tokio::test]
async fn frames_come_as_they_happen_and_only_to_the_right_customer() {
    let scene = scene().await;
    let mut ada = Stream::open(&scene.ada, "").await;
    let mut bob = Stream::open(&scene.bob, "").await;
    ada.cursor().await;
    bob.cursor().await;
    scene
        .courier
        .step(&scene.reference, "out_for_delivery")
        .await;
    let out = ada.next().await.expect("an event");
    assert_eq!(
        (out.data["type"].as_str(), out.data["data"]["to"].as_str()),
        (Some("delivery.status.changed"), Some("out_for_delivery"))
    );
    assert!(out.id.is_some());
    scene.courier.report(60.1710, 24.9450).await;
    let moved = ada.next().await.expect("an event");
    assert_eq!(moved.data["type"], "courier.location.updated");
    assert_eq!(moved.id, None, "positions are not in the log");

    // The server ends both cleanly; Bob's stream never had anything to say.
    scene.app.service.stop().await;
    assert!(bob.next().await.is_none());
}

#[tokio::test]
async fn a_stream_resumes_without_a_gap_and_tells_nothing_twice() {
    let scene = scene().await;
    let mut first = Stream::open(&scene.ada, "").await;
    let cursor = first.cursor().await;
    drop(first);
    for status in [
        "out_for_delivery",
        "failed",
        "out_for_delivery",
        "delivered",
    ] {
        scene.courier.step(&scene.reference, status).await;
    }
    let mut resumed = Stream::open(&scene.ada, &format!("?last_event_id={cursor}")).await;
    let mut told = Vec::new();
    while told.len() < 4 {
        let event = resumed.next().await.expect("an event");
        told.push((event.id.expect("logged"), event.data["data"]["to"].clone()));
    }
    let statuses: Vec<_> = told
        .iter()
        .map(|(_, to)| to.as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        statuses,
        [
            "out_for_delivery",
            "failed",
            "out_for_delivery",
            "delivered"
        ]
    );
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(resumed.cursor().await >= told[3].0);
    scene.app.service.stop().await;
}

#[tokio::test]
async fn a_poisoned_cursor_is_told_to_start_anew() {
    let scene = scene().await;
    for poisoned in ["99999999", "9223372036854775807", "-5", "garbage", "1e9"] {
        let mut bob = Stream::open(&scene.bob, &format!("?last_event_id={poisoned}")).await;
        let event = bob.next().await.expect("an event");
        assert_eq!(event.data, json!({ "type": "stream.reset" }), "{poisoned}");
    }
    let mut curious = Stream::open(&scene.bob, "?last_event_id=0").await;
    assert!(
        curious.cursor().await > 0,
        "nothing of what others were told comes before it"
    );
    scene.app.service.stop().await;
}

#[tokio::test]
async fn a_share_link_streams_until_it_is_ended() {
    let scene = scene().await;
    let shares = format!("/api/v1/deliveries/{}/shares", scene.reference);
    let new = scene
        .ada
        .post(&shares, &json!({ "label": "Neighbour" }))
        .await
        .json(201)
        .await;
    let token = new["path"]
        .as_str()
        .and_then(|path| path.strip_prefix("/s/"))
        .expect("a path");
    let mut guest = Stream::open(&scene.app.nobody(), &format!("?share={token}")).await;
    guest.cursor().await;
    scene
        .courier
        .step(&scene.reference, "out_for_delivery")
        .await;
    assert_eq!(
        guest.next().await.expect("an event").data["data"]["to"],
        "out_for_delivery"
    );
    scene.courier.report(60.1710, 24.9450).await;
    let moved = guest.next().await.expect("an event").data;
    assert_eq!(moved["type"], "courier.location.updated");
    assert!(
        moved["data"].get("route").is_none(),
        "the way leads to the door"
    );
    let id = new["id"].as_str().expect("an id");
    assert_eq!(
        scene
            .ada
            .call("DELETE", &format!("{shares}/{id}"), None)
            .await
            .status(),
        204
    );
    // Frames that were on their way may still come, and then the end.
    while guest.next().await.is_some() {}
    scene.app.service.stop().await;
}

#[tokio::test]
async fn the_same_comes_over_websockets_and_fixes_go_in() {
    let scene = scene().await;
    scene
        .courier
        .step(&scene.reference, "out_for_delivery")
        .await;
    let path = format!("/ws/deliveries/{}/tracking", scene.reference);
    let mut watching = socket(&scene.ada, &path).await.expect("hers");
    assert!(
        matches!(socket(&scene.bob, &path).await, Err(SocketError::Http(answer)) if answer.status() == 404)
    );
    let mut phone = socket(&scene.courier, "/ws/courier/fixes")
        .await
        .expect("a courier's");
    let fix = json!({
        "lat": 60.171, "lon": 24.945, "accuracy_m": 5.0, "time": porchlight_backend::Clock::System.now(),
    });
    let batch = json!({ "fixes": [fix] }).to_string();
    phone.send(Message::text(batch)).await.expect("sent");
    let answer = tokio::time::timeout(PATIENCE, phone.next())
        .await
        .expect("in time")
        .expect("open")
        .expect("whole");
    let answer: Value = serde_json::from_str(answer.to_text().expect("text")).expect("JSON");
    assert_eq!(answer["accepted"], 1);
    let seen = async {
        while let Some(Ok(message)) = watching.next().await {
            if message
                .to_text()
                .is_ok_and(|text| text.contains("courier.location.updated"))
            {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(PATIENCE, seen).await.expect("in time"));
    scene.app.service.stop().await;
}

#[tokio::test]
async fn one_person_has_only_so_many_streams_open() {
    let scene = scene().await;
    let events = "/api/v1/events";
    let mut open = Vec::new();
    for _ in 0..31 {
        open.push(Stream::open(&scene.ada, "").await);
    }
    let watching = socket(&scene.ada, "/ws/notifications").await;
    let watching = watching.expect("the last one");
    let refused = scene.ada.get(events).await;
    assert!(refused.0.headers().contains_key("retry-after"));
    refused.problem(429, "rate-limited").await;
    let refused = socket(&scene.ada, "/ws/notifications").await;
    assert!(matches!(refused, Err(SocketError::Http(answer)) if answer.status() == 429));
    Stream::open(&scene.bob, "").await.cursor().await;

    drop(watching);
    let room = async {
        while socket(&scene.ada, "/ws/notifications").await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, room)
        .await
        .expect("a socket that closed leaves its place");
    scene.app.service.stop().await;
}

/// Ends someone's sessions so that nobody hears of it.
async fn lose_sessions(scene: &Scene, caller: &Caller) {
    let me = caller.get("/api/v1/me").await.json(200).await;
    let id = PersonId::from_text(me["id"].as_str().expect("an id"));
    testing::lose_sessions(&scene.app.service.backend, &id).await;
}

/// The number a WebSocket is closed with.
async fn close_code_of(
    socket: &mut (impl futures::Stream<Item = Result<Message, SocketError>> + Unpin),
) -> Option<u16> {
    let closing = async {
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Close(frame) = message {
                return frame.map(|frame| frame.code.into());
            }
        }
        None
    };
    tokio::time::timeout(PATIENCE, closing)
        .await
        .expect("it is closed in time")
}

#[tokio::test]
async fn a_session_that_ended_unheard_is_cut_off_all_the_same() {
    let scene = scene().await;
    let mut stream = Stream::open(&scene.ada, "").await;
    stream.cursor().await;
    let mut watching = socket(&scene.ada, "/ws/notifications").await.expect("hers");
    lose_sessions(&scene, &scene.ada).await;
    testing::recheck_streams(&scene.app.service.backend).await;
    assert!(stream.next().await.is_none());
    assert_eq!(close_code_of(&mut watching).await, Some(1008));

    // This instance remembers for a moment whose token that was.
    lose_sessions(&scene, &scene.courier).await;
    let mut too_late = Stream::open(&scene.courier, "").await;
    assert!(too_late.next().await.is_none());
    for path in ["/ws/notifications", "/ws/courier/fixes"] {
        let mut too_late = socket(&scene.courier, path).await.expect("still known");
        assert_eq!(close_code_of(&mut too_late).await, Some(1008), "{path}");
    }
    scene.app.service.stop().await;
}
