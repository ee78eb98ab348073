//! `kill -9` while couriers report: nothing that was acknowledged is lost.

use porchlight_backend::testing::{count_fixes_in, integrity_of};
use porchlight_backend::{events, store::Store};
use serde_json::json;

use crate::app::{Caller, booked};
use crate::process::Process;

/// How often the server is killed.
const ROUNDS: u64 = 200;
/// The log is checked from its beginning only every so many rounds: it grows.
const CHECK_EVERY: u64 = 20;

#[tokio::test]
async fn no_acknowledged_fix_or_status_is_lost_by_kill_9() {
    let mut process = Process::start(&[]).await;
    let mut ada = process.signed_in("customer@demo.test").await;
    let mut admin = process.signed_in("admin@demo.test").await;
    let mut courier = process.signed_in("courier@demo.test").await;
    // Keeps the run going, so that positions are taken all the time.
    out_for_delivery(&ada, &admin, &courier).await;
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let reference = out_for_delivery(&ada, &admin, &courier).await;
        courier.step(&reference, "delivered").await;
        acknowledged += post_until_killed(&courier, &mut process, round % 7).await;
        if round % CHECK_EVERY == 0 {
            let database = process.database_url();
            assert_eq!(integrity_of(&database).await, "ok");
            expect_whole_log(&database).await;
        }
        process.restart().await;
        [ada, admin, courier] = [ada, admin, courier].map(|caller| process.welcome(&caller));
        let known = ada.get(&format!("/api/v1/deliveries/{reference}")).await;
        assert_eq!(
            known.json(200).await["status"],
            "delivered",
            "round {round}"
        );
    }
    let stored = count_fixes_in(&process.database_url()).await;
    let stored = u64::try_from(stored).expect("a count");
    assert!(
        stored >= acknowledged,
        "{stored} fixes are stored, {acknowledged} were acknowledged"
    );
}

/// Every seal of the log is whole, and no number is missing.
pub async fn expect_whole_log(database: &str) {
    let store = Store::open(database).await.expect("it opens");
    events::verify_log(&store).await.expect("the log is whole");
    store.close().await;
}

/// A parcel of Ada's, out on the courier's run.
pub async fn out_for_delivery(ada: &Caller, admin: &Caller, courier: &Caller) -> String {
    let reference = booked(ada).await;
    let path = format!("/api/v1/deliveries/{reference}/assignment");
    admin
        .post(&path, &json!({ "courier_email": courier.email }))
        .await
        .json(200)
        .await;
    courier.step(&reference, "collected").await;
    courier.step(&reference, "out_for_delivery").await;
    reference
}

/// Posts fixes until the server is gone; returns how many were acknowledged.
async fn post_until_killed(courier: &Caller, process: &mut Process, kill_after: u64) -> u64 {
    let mut acknowledged = 0;
    for step in 0_u64.. {
        let fix = json!({
            "lat": if step % 2 == 0 { 60.1710 } else { 60.1711 }, "lon": 24.945, "accuracy_m": 20.0,
            "time": porchlight_backend::Clock::System.now(),
        });
        let request = courier
            .http
            .post(format!("{}/api/v1/courier/fixes", courier.url))
            .bearer_auth(courier.token.clone().unwrap_or_default())
            .json(&json!({ "fixes": [fix] }));
        if step == kill_after {
            // The request and the kill race: either may win.
            let (answer, ()) = tokio::join!(request.send(), process.kill());
            if let Ok(answer) = answer {
                acknowledged += accepted(answer).await;
            }
            return acknowledged;
        }
        acknowledged += accepted(request.send().await.expect("not killed yet")).await;
    }
    acknowledged
}

async fn accepted(answer: reqwest::Response) -> u64 {
    match answer.json::<serde_json::Value>().await {
        Ok(taken) => taken["accepted"].as_u64().unwrap_or(0),
        Err(_) => 0,
    }
}
