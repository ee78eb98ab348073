//! Who may call what: every route of the API, as everyone. A route without a row fails the test.

use porchlight_domain::people::Role;
use porchlight_server::transport::rest::ROUTES;
use serde_json::json;

use crate::app::{Caller, TestApp};

/// What a kind of caller is to be told: only refusals are listed, everything else must not be one.
#[derive(Clone, Copy)]
struct Row {
    method: &'static str,
    path: &'static str,
    nobody: Told,
    stranger: Told,
    courier: Told,
    clerk: Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// 401.
    SignIn,
    /// 403.
    NotYou,
    /// 404, as if it did not exist.
    NothingThere,
    /// Not a refusal for who they are; the request itself may be refused.
    Welcome,
}
use Told::{NotYou, NothingThere, SignIn, Welcome};

const fn row(method: &'static str, path: &'static str, told: [Told; 4]) -> Row {
    let [nobody, stranger, courier, clerk] = told;
    Row {
        method,
        path,
        nobody,
        stranger,
        courier,
        clerk,
    }
}

/// Nobody, a customer whose delivery it is not, a courier who does not bring it, a clerk.
const MATRIX: &[Row] = &[
    row(
        "POST",
        "/api/v1/tokens",
        [Welcome, Welcome, Welcome, Welcome],
    ),
    row("GET", "/api/v1/me", [SignIn, Welcome, Welcome, Welcome]),
    row(
        "GET",
        "/api/v1/deliveries",
        [SignIn, Welcome, Welcome, NotYou],
    ),
    row(
        "POST",
        "/api/v1/deliveries",
        [SignIn, Welcome, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/tracking",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/timeline",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/status",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/correction",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/pictures/{hash}",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "PUT",
        "/api/v1/deliveries/{ref}/pictures/{hash}",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/cases",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row("GET", "/api/v1/cases", [SignIn, NotYou, NotYou, NotYou]),
    row(
        "POST",
        "/api/v1/cases/{id}/close",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/assignment",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/handover",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "PUT",
        "/api/v1/deliveries/{ref}/handover",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "DELETE",
        "/api/v1/deliveries/{ref}/handover",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/windows",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/reschedule",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/proposals",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/proposals",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/proposals/{id}/accept",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/proposals/{id}/decline",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/instructions",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/instructions",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "DELETE",
        "/api/v1/deliveries/{ref}/instructions/{id}",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/instructions/{id}/confirm",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/instructions/{id}/decline",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/shares",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/shares",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "DELETE",
        "/api/v1/deliveries/{ref}/shares/{id}",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/shared/{token}",
        [NothingThere, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/post-offices",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/hold",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/hold",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "DELETE",
        "/api/v1/deliveries/{ref}/hold",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/hold/extension",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/hold/delegates",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "DELETE",
        "/api/v1/deliveries/{ref}/hold/delegates/{name}",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "POST",
        "/api/v1/deliveries/{ref}/hold/unlock",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/hold-preferences",
        [SignIn, Welcome, NotYou, NotYou],
    ),
    row(
        "PUT",
        "/api/v1/hold-preferences",
        [SignIn, Welcome, NotYou, NotYou],
    ),
    row("GET", "/api/v1/desk", [SignIn, NotYou, NotYou, Welcome]),
    row(
        "POST",
        "/api/v1/holds/present",
        [SignIn, NotYou, NotYou, Welcome],
    ),
    row(
        "POST",
        "/api/v1/holds/collect",
        [SignIn, NotYou, NotYou, Welcome],
    ),
    row(
        "POST",
        "/api/v1/desk/refusals",
        [SignIn, NotYou, NotYou, Welcome],
    ),
    row(
        "POST",
        "/api/v1/desk/sent-back",
        [SignIn, NotYou, NotYou, Welcome],
    ),
    row(
        "POST",
        "/api/v1/desk/counts",
        [SignIn, NotYou, NotYou, Welcome],
    ),
    row(
        "GET",
        "/api/v1/deliveries/{ref}/pick-up",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/post-office-settings",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "PUT",
        "/api/v1/post-offices/{id}",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "POST",
        "/api/v1/post-offices/{id}/clerks",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "POST",
        "/api/v1/post-offices/{id}/unlock",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/courier/run",
        [SignIn, NotYou, NothingThere, NotYou],
    ),
    row(
        "POST",
        "/api/v1/courier/run/start",
        [SignIn, NotYou, NothingThere, NotYou],
    ),
    row(
        "POST",
        "/api/v1/courier/run/end",
        [SignIn, NotYou, NothingThere, NotYou],
    ),
    row(
        "PUT",
        "/api/v1/courier/run/order",
        [SignIn, NotYou, NothingThere, NotYou],
    ),
    row(
        "POST",
        "/api/v1/courier/run/suggested-order",
        [SignIn, NotYou, NothingThere, NotYou],
    ),
    row(
        "POST",
        "/api/v1/courier/steps",
        [SignIn, NotYou, Welcome, NotYou],
    ),
    row(
        "POST",
        "/api/v1/courier/fixes",
        [SignIn, NotYou, Welcome, NotYou],
    ),
    row(
        "GET",
        "/api/v1/silent-couriers",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/position-readings",
        [SignIn, NotYou, Welcome, NotYou],
    ),
    row(
        "GET",
        "/api/v1/reveal-policy",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "PUT",
        "/api/v1/reveal-policy",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/reveal-policy/changes",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "GET",
        "/api/v1/notifications",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "DELETE",
        "/api/v1/notifications",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "PUT",
        "/api/v1/notifications/read",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "PUT",
        "/api/v1/notifications/{id}/read",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "DELETE",
        "/api/v1/notifications/{id}",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/notification-preferences",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "PUT",
        "/api/v1/notification-preferences",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "POST",
        "/api/v1/notification-preferences/test",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "PUT",
        "/api/v1/notification-preferences/phone",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "POST",
        "/api/v1/notification-preferences/phone",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "DELETE",
        "/api/v1/notification-preferences/phone",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "POST",
        "/api/v1/push-subscriptions",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "DELETE",
        "/api/v1/push-subscriptions",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "POST",
        "/api/v1/unsubscribe/{token}",
        [NothingThere, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/api/v1/notification-outbox",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row(
        "POST",
        "/api/v1/notification-outbox/{id}/resend",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row("GET", "/api/v1/events", [SignIn, Welcome, Welcome, Welcome]),
    row(
        "GET",
        "/ws/notifications",
        [SignIn, Welcome, Welcome, Welcome],
    ),
    row(
        "GET",
        "/ws/deliveries/{ref}/tracking",
        [SignIn, NothingThere, NothingThere, NothingThere],
    ),
    row(
        "GET",
        "/ws/courier/fixes",
        [SignIn, NotYou, Welcome, NotYou],
    ),
    row(
        "POST",
        "/api/v1/chat",
        [SignIn, NothingThere, NothingThere, NotYou],
    ),
    row(
        "GET",
        "/api/v1/chat/reports",
        [SignIn, NotYou, NotYou, NotYou],
    ),
    row("GET", "/ws/chat", [SignIn, Welcome, Welcome, NotYou]),
];

fn body_of(path: &str, reference: &str) -> serde_json::Value {
    match path.rsplit('/').next() {
        Some("chat") => json!({ "ask": "chat", "delivery": reference }),
        Some("tokens") => json!({ "email": "x@example.org", "password": "wrong" }),
        Some("status") => json!({ "status": "delivered", "proof": { "recipient_name": "Me" } }),
        Some("correction") => json!({ "from": "delivered", "reason": "The wrong door" }),
        Some("close") => json!({ "outcome": "found" }),
        Some("assignment") => json!({ "courier_email": "courier@example.org" }),
        Some("steps") => json!({ "steps": [] }),
        Some("order") => json!({ "order": [] }),
        Some("reschedule" | "proposals") => json!({ "date": "2026-11-24", "window": "08-12" }),
        Some("instructions") => json!({ "kind": "never_leave" }),
        Some("handover") => json!({ "level": "pin" }),
        Some("fixes") => json!({ "fixes": [] }),
        Some("hold") => json!({ "post_office_id": "off_none" }),
        Some("delegates") => json!({ "name": "Toini" }),
        Some("hold-preferences") => {
            json!({ "office": null, "always": false, "away": null, "never_at_the_door": false })
        }
        Some("present") => json!({ "code": "nonsense" }),
        Some("collect") => {
            let identity = json!({ "document": "passport", "last_digits": "12AB" });
            json!({ "code": "nonsense", "identity": identity })
        }
        Some("refusals") => json!({ "reference": "PL-RE37-7BS6", "reason": "no document" }),
        Some("sent-back") => json!({ "reference": "PL-RE37-7BS6" }),
        Some("counts") => json!({ "references": [] }),
        Some("{id}") => json!({ "capacity": 5 }),
        Some("clerks") => json!({ "clerk_email": "clerk@example.org" }),
        Some("test") => json!({ "channel": "in_app" }),
        Some("phone") => json!({ "phone": "+358401234567", "code": "123456" }),
        Some("push-subscriptions") => {
            json!({ "endpoint": "https://127.0.0.1/", "keys": { "p256dh": "", "auth": "" } })
        }
        Some("reveal-policy") => json!({ "area": "always", "exact": "always" }),
        Some("deliveries") => {
            let address = json!({ "text": "Somewhere", "position": { "lat": 60.0, "lon": 24.0 } });
            let window = json!({ "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z" });
            json!({ "pickup": address, "address": address, "description": "x", "window": window })
        }
        _ => json!({}),
    }
}

async fn call(caller: &Caller, row: &Row, reference: &str) -> u16 {
    let path = row
        .path
        .replace("{ref}", reference)
        .replace("{id}", "shr_none")
        .replace("{name}", "Toini")
        .replace("{hash}", &"0".repeat(64))
        .replace("{token}", &"0".repeat(64));
    let mut request = caller.http.request(
        row.method.parse().expect("a method"),
        format!("{}{path}", caller.url),
    );
    if let Some(token) = &caller.token {
        request = request.bearer_auth(token);
    }
    if row.path.starts_with("/ws/") {
        request = request
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    }
    let has_body = row.path == "/api/v1/push-subscriptions";
    if (row.method != "GET" && row.method != "DELETE") || has_body {
        request = request.json(&body_of(row.path, reference));
    }
    request
        .send()
        .await
        .expect("the server answers")
        .status()
        .as_u16()
}

fn assert_told(told: Told, status: u16, row: &Row, who: &str) {
    let fits = match told {
        SignIn => status == 401,
        NotYou => status == 403,
        NothingThere => status == 404,
        Welcome => !matches!(status, 401 | 403 | 404 | 500..),
    };
    assert!(
        fits,
        "{} {} as {who}: {told:?} expected, {status} came",
        row.method, row.path
    );
}

#[tokio::test]
async fn everyone_is_told_what_they_may_do_at_every_route() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let driver = app.person(Role::Courier, "courier").await;
    let reference = app.loaded(&admin, &ada, &driver).await;
    driver.step(&reference, "out_for_delivery").await;

    let nobody = app.nobody();
    let stranger = app.person(Role::Customer, "stranger").await;
    let courier = app.person(Role::Courier, "other-courier").await;
    let clerk = app.person(Role::Clerk, "clerk").await;
    let mut ended = stranger.clone();
    ended.token = Some("f".repeat(64));
    let mut garbage = stranger.clone();
    garbage.token = Some("garbage".into());

    for route in ROUTES {
        let row = MATRIX
            .iter()
            .find(|row| (row.method, row.path) == (route.method, route.path))
            .unwrap_or_else(|| panic!("{} {} has no row", route.method, route.path));
        let cases = [
            (&nobody, row.nobody, "nobody"),
            (&stranger, row.stranger, "a stranger"),
            (&courier, row.courier, "another courier"),
            (&clerk, row.clerk, "a clerk"),
            (&ended, SignIn, "an ended session"),
            (&garbage, SignIn, "a garbage token"),
        ];
        for (caller, told, who) in cases {
            assert_told(told, call(caller, row, &reference).await, row, who);
        }
    }
    assert_eq!(MATRIX.len(), ROUTES.len(), "a row without a route");
    let untouched = ada
        .get(&format!("/api/v1/deliveries/{reference}"))
        .await
        .json(200)
        .await;
    assert_eq!(
        untouched["status"], "out_for_delivery",
        "none of it changed anything"
    );
    app.service.stop().await;
}
