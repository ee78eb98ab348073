//! What can't be right is refused with a reason, and changes nothing.

use porchlight_domain::people::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{Answer, Caller, TestApp};
use crate::service_worker::{site, start};

async fn send(caller: &Caller, path: &str, kind: &str, body: Vec<u8>) -> Answer {
    let request = caller
        .http
        .post(format!("{}{path}", caller.url))
        .bearer_auth(caller.token.clone().unwrap_or_default())
        .header("content-type", kind)
        .body(body);
    Answer(request.send().await.expect("the server answers"))
}

#[tokio::test]
async fn bodies_that_are_no_fixes_are_problems() {
    let app = TestApp::start().await;
    let courier = app.person(Role::Courier, "courier").await;
    let fix = |lat: &str| {
        format!(
            r#"{{"fixes":[{{"lat":{lat},"lon":24.9,"accuracy_m":5,"time":"2026-11-20T12:00:00Z"}}]}}"#
        )
    };
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let bodies: [Vec<u8>; 8] = [
        b"".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        fix("1e400").into_bytes(),
        fix("NaN").into_bytes(),
        fix("\"60\"").into_bytes(),
        b"\xff\xfe{}".to_vec(),
        deep.into_bytes(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let answer = send(&courier, "/api/v1/courier/fixes", "application/json", body).await;
        let status = answer.status();
        assert!(matches!(status, 400 | 422), "{shown}: {status}");
        answer.problem(status, "invalid").await;
    }
    send(
        &courier,
        "/api/v1/courier/fixes",
        "text/plain",
        b"{}".to_vec(),
    )
    .await
    .problem(415, "unsupported-media-type")
    .await;
    let huge = send(
        &courier,
        "/api/v1/courier/fixes",
        "application/json",
        vec![b' '; 300 * 1024],
    )
    .await;
    huge.problem(413, "too-large").await;
    app.service.stop().await;
}

#[tokio::test]
async fn a_body_that_says_nothing_of_its_size_is_refused_when_it_is_too_large() {
    let app = TestApp::start().await;
    let courier = app.person(Role::Courier, "courier").await;
    let host = app.url.trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&host).await.expect("connected");
    let head = format!(
        "POST /api/v1/courier/fixes HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        courier.token.clone().expect("a token")
    );
    socket.write_all(head.as_bytes()).await.expect("sent");
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    for _ in 0..17 {
        // The server may hang up before all of it is sent.
        let _ = socket.write_all(chunk.as_bytes()).await;
    }
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    app.service.stop().await;
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem_too() {
    let app = TestApp::start().await;
    let nobody = app.nobody();
    nobody
        .get("/api/v1/nothing")
        .await
        .problem(404, "not-found")
        .await;
    nobody
        .call("DELETE", "/api/v1/tokens", None)
        .await
        .problem(405, "method-not-allowed")
        .await;
    assert_eq!(nobody.get("/tiles/light/99/0/0.png").await.status(), 404);
    assert_eq!(nobody.get("/tiles/pink/14/0/0.png").await.status(), 404);
    app.service.stop().await;
}

#[tokio::test]
async fn every_answer_tells_browsers_what_to_refuse() {
    let site = site();
    let app = start(site.path()).await;
    let nobody = app.nobody();
    for path in [
        "/sign-in",
        "/api/v1/me",
        "/healthz",
        "/nothing",
        "/tiles/light/15/18640/9480.png",
    ] {
        let answer = nobody.get(path).await.0;
        assert!(!answer.status().is_server_error(), "{path}");
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            header("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(
            !header("content-security-policy").contains("unsafe-inline"),
            "{path}"
        );
    }
    app.service.stop().await;
}

#[tokio::test]
async fn another_site_can_not_make_a_browser_change_anything() {
    let app = TestApp::start().await;
    let ada = app.person(Role::Customer, "ada").await;
    let request = ada
        .http
        .post(format!("{}/api/ui/v1/sign-out", app.url))
        .header(
            "cookie",
            format!("porchlight_session={}", ada.token.clone().expect("a token")),
        )
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    Answer(request.send().await.expect("answered"))
        .problem(403, "forbidden")
        .await;
    ada.get("/api/v1/me").await.json(200).await;
    app.service.stop().await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_and_the_server_goes_on() {
    let app = TestApp::start().await;
    let host = app.url.trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(&host).await.expect("connected");
    let head = format!(
        "GET / HTTP/1.1\r\nhost: {host}\r\nx-large: {}\r\n\r\n",
        "a".repeat(64 * 1024)
    );
    // The server may hang up before all of it is sent.
    let _ = socket.write_all(head.as_bytes()).await;
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    assert_eq!(app.nobody().get("/healthz").await.status(), 200);
    app.service.stop().await;
}

#[tokio::test]
async fn a_status_with_impossible_evidence_changes_nothing() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "courier").await;
    let reference = app.loaded(&admin, &ada, &courier).await;
    let path = format!("/api/v1/deliveries/{reference}/status");
    let far = json!({ "status": "out_for_delivery", "at": { "lat": 91.0, "lon": 0.0, "accuracy_m": 5.0 } });
    assert_eq!(
        courier
            .post(&path, &far)
            .await
            .problem(422, "invalid")
            .await["field"],
        "at"
    );
    let silent = json!({ "status": "out_for_delivery" });
    assert_eq!(
        courier
            .post(&path, &silent)
            .await
            .problem(422, "invalid")
            .await["field"],
        "at"
    );
    let jump = json!({
        "status": "delivered", "no_fix_reason": "indoors", "proof": { "recipient_name": "Ada" },
    });
    courier
        .post(&path, &jump)
        .await
        .problem(409, "conflict")
        .await;
    let unknown = json!({ "status": "teleported" });
    let refused = courier.post(&path, &unknown).await;
    assert_eq!(refused.status(), 422);
    let now = ada
        .get(&format!("/api/v1/deliveries/{reference}"))
        .await
        .json(200)
        .await;
    assert_eq!(now["status"], "collected");
    app.service.stop().await;
}

#[tokio::test]
async fn texts_over_their_limits_are_refused_by_field() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "courier").await;
    let now = porchlight_backend::Clock::System.now();
    let place = |text: &str| json!({ "text": text, "position": { "lat": 60.17, "lon": 24.945 } });
    let good = json!({
        "pickup": place("Somewhere 1"),
        "address": place("Somewhere 2"),
        "description": "A parcel",
        "window": { "from": now, "to": now.plus_s(3600.0) },
    });
    let bad = [
        ("pickup", place("x")),
        ("address", place(&"x".repeat(201))),
        ("address", place("Somewhere\u{7}")),
        ("description", json!("x".repeat(201))),
    ];
    for (field, value) in bad {
        let mut body = good.clone();
        body[field] = value;
        let refused = ada.post("/api/v1/deliveries", &body).await;
        assert_eq!(refused.problem(422, "invalid").await["field"], field);
    }
    let mine = ada.get("/api/v1/deliveries").await.json(200).await;
    assert_eq!(mine, json!([]));

    let reference = app.loaded(&admin, &ada, &courier).await;
    courier.step(&reference, "out_for_delivery").await;
    let path = format!("/api/v1/deliveries/{reference}/status");
    let good = json!({
        "status": "delivered", "no_fix_reason": "indoors", "notes": "at\nthe door",
        "reason": "asked to", "proof": { "recipient_name": "Ada" },
    });
    let bad = [
        ("notes", json!("x".repeat(2001))),
        ("reason", json!("a\u{0}b")),
        ("no_fix_reason", json!("x".repeat(201))),
        ("no_fix_reason", json!(" ")),
        ("proof", json!({ "recipient_name": "x".repeat(81) })),
    ];
    for (field, value) in bad {
        let mut body = good.clone();
        body[field] = value;
        let refused = courier.post(&path, &body).await;
        assert_eq!(refused.problem(422, "invalid").await["field"], field);
    }
    courier.post(&path, &good).await.json(200).await;
    app.service.stop().await;
}
