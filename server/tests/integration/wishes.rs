//! Another day and instructions over the API.

use porchlight_domain::people::Role;
use serde_json::{Value, json};

use crate::app::{Caller, TestApp};

/// A parcel that is out, its recipient, and its courier.
async fn out(app: &TestApp) -> (Caller, Caller, String) {
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "courier").await;
    let reference = app.loaded(&admin, &ada, &courier).await;
    courier.step(&reference, "out_for_delivery").await;
    (ada, courier, format!("/api/v1/deliveries/{reference}"))
}

/// The names of the last windows that are offered: none of them is today's.
async fn offered(caller: &Caller, path: &str) -> Vec<Value> {
    let windows = caller.get(&format!("{path}/windows")).await.json(200).await;
    let windows = windows.as_array().expect("a list").iter().rev();
    windows
        .map(|view| json!({ "date": view["date"], "window": view["window"] }))
        .collect()
}

#[tokio::test]
async fn a_parcel_is_moved_and_proposed_for_another_day_over_the_api() {
    let app = TestApp::start().await;
    let (ada, courier, path) = out(&app).await;
    let slots = offered(&ada, &path).await;
    let reschedule = format!("{path}/reschedule");
    let proposals = format!("{path}/proposals");

    courier.post(&proposals, &slots[0]).await.json(204).await;
    let open = ada.get(&proposals).await.json(200).await;
    assert_eq!(open[0]["date"], slots[0]["date"]);
    let id = open[0]["id"].as_str().expect("an id");
    let answer = |word: &str| format!("{proposals}/{id}/{word}");
    ada.post(&answer("decline"), &json!({}))
        .await
        .json(204)
        .await;
    let again = ada.post(&answer("decline"), &json!({})).await;
    again.problem(409, "already-done").await;
    let other = ada.post(&answer("accept"), &json!({})).await;
    other.problem(409, "conflict").await;
    assert_eq!(ada.get(&proposals).await.json(200).await, json!([]));

    for wrong in [
        json!({ "date": "2026-02-30", "window": "08-12" }),
        json!({ "date": slots[0]["date"], "window": "03:00-03:01" }),
        json!({ "date": "2000-01-01", "window": slots[0]["window"] }),
        json!({}),
    ] {
        let refused = ada.post(&reschedule, &wrong).await;
        refused.problem(422, "invalid").await;
    }
    let proposes = courier.post(&reschedule, &slots[0]).await;
    proposes.problem(403, "forbidden").await;
    let moved = ada.post(&reschedule, &slots[0]).await.json(200).await;
    assert_eq!(moved["status"], "in_transit");
    let told = moved["timeline"].as_array().expect("a timeline").last();
    let told = told.expect("something happened");
    assert_eq!(told["type"], "delivery.rescheduled");
    assert_eq!(told["data"]["to"], moved["window"]);
    let gone = courier.get(&path).await;
    gone.problem(404, "not-found").await;
    app.service.stop().await;
}

#[tokio::test]
async fn a_courier_is_told_something_over_the_api() {
    let app = TestApp::start().await;
    let (ada, courier, path) = out(&app).await;
    let instructions = format!("{path}/instructions");
    let safe_place = json!({ "kind": "safe_place", "words": "Behind the shed" });
    let given = ada.post(&instructions, &safe_place).await.json(201).await;
    let id = given["id"].as_str().expect("an id");
    let card = format!("{instructions}/{id}");
    courier
        .post(&format!("{card}/confirm"), &json!({}))
        .await
        .json(204)
        .await;
    let run = courier.get("/api/v1/courier/run").await.json(200).await;
    assert_eq!(run["stops"][0]["instructions"][0]["state"], "confirmed");
    let mine = courier.call("DELETE", &card, None).await;
    mine.problem(403, "forbidden").await;
    ada.call("DELETE", &card, None).await.json(204).await;
    let gone = courier.post(&format!("{card}/decline"), &json!({})).await;
    gone.problem(409, "conflict").await;

    for wrong in [
        json!({ "kind": "gate_code", "words": "1234" }),
        json!({ "kind": "gate_code" }),
        json!({ "kind": "other", "words": "x".repeat(301) }),
        json!({ "kind": "other", "words": "x", "picture": "../../etc/passwd" }),
        json!({ "kind": "sing" }),
    ] {
        let refused = ada.post(&instructions, &wrong).await;
        refused.problem(422, "invalid").await;
    }
    let never = json!({ "kind": "never_leave" });
    ada.post(&instructions, &never).await.json(201).await;
    let unattended = json!({ "status": "delivered", "no_fix_reason": "indoors" });
    let refused = courier.post(&format!("{path}/status"), &unattended).await;
    let problem = refused.problem(422, "invalid").await;
    assert_eq!(problem["field"], "proof");
    app.service.stop().await;
}
