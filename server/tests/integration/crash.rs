//! `kill -9` while couriers report: nothing that was acknowledged is lost.

use std::time::Duration;

use porchlight_backend::testing::{count_fixes_in, integrity_of};
use porchlight_backend::{events, store::Store};
use serde_json::{Value, json};

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

/// Rounds in which one of the steps is cut by a kill.
const STEP_ROUNDS: usize = 24;
/// What a courier does with each parcel.
const DAY: [&str; 4] = [
    "out_for_delivery",
    "failed",
    "out_for_delivery",
    "delivered",
];

/// A phone that hears no answer sends a step again, after any crash, until it hears one.
#[tokio::test]
async fn a_step_is_taken_once_however_often_it_is_sent_and_the_server_killed() {
    let mut process = Process::start(&[]).await;
    let mut ada = process.signed_in("customer@demo.test").await;
    let mut admin = process.signed_in("admin@demo.test").await;
    let mut courier = process.signed_in("courier@demo.test").await;
    let undisturbed = collected(&ada, &admin, &courier).await;
    for (number, _) in DAY.iter().enumerate() {
        assert_eq!(send(&courier, &undisturbed, number).await, Some(200));
    }
    for round in 0..STEP_ROUNDS {
        let reference = collected(&ada, &admin, &courier).await;
        for number in 0..DAY.len() {
            let cut = Duration::from_millis(u64::try_from(round).expect("small") % 6);
            if number == round % DAY.len() {
                let sent = [(); 3].map(|()| send(&courier, &reference, number));
                let kill = async {
                    tokio::time::sleep(cut).await;
                    process.kill().await;
                };
                // Some are answered, some are taken and not answered, some never arrive.
                tokio::join!(futures::future::join_all(sent), kill);
                process.restart().await;
                [ada, admin, courier] =
                    [ada, admin, courier].map(|caller| process.welcome(&caller));
            } else {
                // Given up while it is under way.
                let _ = tokio::time::timeout(cut, send(&courier, &reference, number)).await;
            }
            for _ in 0..2 {
                let answer = send(&courier, &reference, number).await;
                assert_eq!(answer, Some(200), "round {round}, step {number}");
            }
        }
        assert_eq!(
            statuses(&ada, &reference).await,
            statuses(&ada, &undisturbed).await,
            "round {round}"
        );
    }
    expect_whole_log(&process.database_url()).await;
}

/// Rounds in which a whole queue of steps is cut by a kill.
const QUEUE_ROUNDS: u64 = 16;

/// Everything that couriers do, kept by a phone and sent as one queue: whatever is cut, the day is the same.
#[tokio::test]
async fn a_queue_of_every_kind_of_step_is_taken_once_and_in_order_by_a_server_that_is_killed() {
    let mut process = Process::start(&[]).await;
    let mut ada = process.signed_in("customer@demo.test").await;
    let mut admin = process.signed_in("admin@demo.test").await;
    let mut courier = process.signed_in("courier@demo.test").await;
    let office = any_office(&ada).await;
    let parcels = [(); 3].map(|()| collected(&ada, &admin, &courier));
    let parcels = futures::future::join_all(parcels).await;
    let queue = queue_of_a_day(&ada, &courier, &parcels, &office).await;
    send_queue(&courier, &queue)
        .await
        .expect("nobody is killed");
    let undisturbed = day_of(&ada, &parcels).await;
    assert!(undisturbed.len() > 12, "{undisturbed:?}");
    for round in 0..QUEUE_ROUNDS {
        let parcels = [(); 3].map(|()| collected(&ada, &admin, &courier));
        let parcels = futures::future::join_all(parcels).await;
        let queue = queue_of_a_day(&ada, &courier, &parcels, &office).await;
        let kill = async {
            tokio::time::sleep(Duration::from_millis(round * 4)).await;
            process.kill().await;
        };
        // A phone and its worker may send at once.
        let both = [(); 2].map(|()| send_queue(&courier, &queue));
        tokio::join!(futures::future::join_all(both), kill);
        process.restart().await;
        [ada, admin, courier] = [ada, admin, courier].map(|caller| process.welcome(&caller));
        for _ in 0..2 {
            send_queue(&courier, &queue)
                .await
                .expect("nobody is killed");
        }
        let day = day_of(&ada, &parcels).await;
        assert_eq!(day, undisturbed, "round {round}");
    }
    expect_whole_log(&process.database_url()).await;
}

/// A post office of the demo city, once they are known.
async fn any_office(ada: &Caller) -> Value {
    loop {
        let path = "/api/v1/post-offices?lat=60.1710&lon=24.9450";
        let offices = ada.get(path).await.json(200).await;
        if let Some(office) = offices.get(0) {
            return office["id"].clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Every kind of step, from the start of a run with three parcels to its end, each with its own key.
async fn queue_of_a_day(
    ada: &Caller,
    courier: &Caller,
    parcels: &[String],
    office: &Value,
) -> Vec<Value> {
    let [first, second, third] = [&parcels[0], &parcels[1], &parcels[2]];
    let path = format!("/api/v1/deliveries/{third}/handover");
    let pin = json!({ "level": "pin" });
    ada.call("PUT", &path, Some(&pin)).await.json(200).await;
    let instruct = async |reference: &String| {
        let path = format!("/api/v1/deliveries/{reference}/instructions");
        let told = json!({ "kind": "other", "words": "Ring twice" });
        let told = ada.post(&path, &told).await.json(201).await;
        told["id"].clone()
    };
    let (instruction, seconds) = (instruct(first).await, instruct(second).await);
    let run = courier.get("/api/v1/courier/run").await.json(200).await;
    let slot = run["slots"]
        .as_array()
        .and_then(|slots| slots.last())
        .cloned();
    let slot = slot.expect("a window that is open");
    let indoors = json!({ "no_fix": { "reason": "indoors" } });
    let change = |reference: &String, to: &str| {
        json!({
            "kind": "change_status", "reference": reference, "to": to, "whereabouts": indoors,
            "reason": "nobody_home", "proof": { "recipient_name": "Ada" },
        })
    };
    let steps = [
        json!({ "kind": "start_run" }),
        json!({ "kind": "reorder", "order": [second, first, third] }),
        json!({
            "kind": "answer_instruction", "reference": first, "instruction": instruction,
            "confirmed": true,
        }),
        json!({
            "kind": "propose_window", "reference": second, "date": slot["date"],
            "window": slot["window"],
        }),
        json!({ "kind": "arrive", "reference": first, "whereabouts": indoors }),
        change(first, "failed"),
        change(first, "out_for_delivery"),
        change(first, "delivered"),
        json!({
            "kind": "correct", "reference": first, "from": "delivered", "whereabouts": indoors,
            "reason": "the wrong door",
        }),
        change(first, "delivered"),
        json!({ "kind": "suggest_order" }),
        json!({
            "kind": "answer_instruction", "reference": second, "instruction": seconds,
            "confirmed": true,
        }),
        change(second, "failed"),
        change(second, "in_transit"),
        json!({ "kind": "wrong_code", "reference": third, "told": "000 000" }),
        change(third, "failed"),
        json!({ "kind": "take_to_office", "reference": third, "post_office_id": office }),
        json!({
            "kind": "change_status", "reference": third, "to": "held", "whereabouts": indoors,
            "office": office,
        }),
        json!({ "kind": "withdraw", "key": format!("never-sent-{first}") }),
        json!({ "kind": "end_run" }),
    ];
    let keyed = steps.into_iter().enumerate().map(|(number, step)| {
        json!({ "key": format!("{first}-of-the-queue-{number}"), "done_s_ago": 90.0, "step": step })
    });
    keyed.collect()
}

/// Sends what is left until nothing is, as a phone does; none when the server is gone.
async fn send_queue(courier: &Caller, queue: &[Value]) -> Option<()> {
    let mut left = queue;
    while !left.is_empty() {
        let request = courier
            .http
            .post(format!("{}/api/v1/courier/steps", courier.url))
            .bearer_auth(courier.token.clone().unwrap_or_default())
            .json(&json!({ "steps": left }));
        let answer = request.send().await.ok()?;
        let answer: Value = answer.json().await.ok()?;
        let outcomes = answer["outcomes"].as_array()?;
        for (step, outcome) in left.iter().zip(outcomes) {
            assert_eq!(outcome["outcome"], "taken", "{step}: {outcome}");
        }
        left = &left[outcomes.len()..];
    }
    Some(())
}

/// What the histories of parcels say, without what differs between two days: ids and times.
async fn day_of(ada: &Caller, parcels: &[String]) -> Vec<String> {
    let mut day = Vec::new();
    for reference in parcels {
        let path = format!("/api/v1/deliveries/{reference}/timeline");
        for entry in ada
            .get(&path)
            .await
            .json(200)
            .await
            .as_array()
            .expect("a list")
        {
            let (kind, data) = (&entry["type"], &entry["data"]);
            let is_late = data["done_at"].is_string();
            let (from, to) = (data["from"].as_str(), data["to"].as_str());
            day.push(format!("{kind} {from:?} {to:?} {is_late}"));
        }
    }
    day
}

/// Sends a step of the day under its own key; the status of the answer, if there is one.
async fn send(courier: &Caller, reference: &str, number: usize) -> Option<u16> {
    let body = json!({
        "status": DAY[number],
        "no_fix_reason": "indoors",
        "reason": "nobody_home",
        "proof": { "recipient_name": "Ada" },
        "done_s_ago": 60.0,
    });
    let request = courier
        .http
        .post(format!(
            "{}/api/v1/deliveries/{reference}/status",
            courier.url
        ))
        .header(
            "idempotency-key",
            format!("{reference}-of-the-day-{number}"),
        )
        .bearer_auth(courier.token.clone().unwrap_or_default())
        .json(&body);
    let answer = request.send().await.ok()?;
    Some(answer.status().as_u16())
}

async fn statuses(ada: &Caller, reference: &str) -> Vec<Value> {
    let path = format!("/api/v1/deliveries/{reference}/timeline");
    let entries = ada.get(&path).await.json(200).await;
    let entries = entries.as_array().expect("a list").clone();
    let changes = entries
        .into_iter()
        .filter(|entry| entry["type"] == "delivery.status.changed");
    changes.map(|entry| entry["data"]["to"].clone()).collect()
}

/// Every seal of the log is whole, and no number is missing.
pub async fn expect_whole_log(database: &str) {
    let store = Store::open(database).await.expect("it opens");
    events::verify_log(&store).await.expect("the log is whole");
    store.close().await;
}

/// A parcel of Ada's, out on the courier's run.
pub async fn out_for_delivery(ada: &Caller, admin: &Caller, courier: &Caller) -> String {
    let reference = collected(ada, admin, courier).await;
    courier.step(&reference, "out_for_delivery").await;
    reference
}

/// A parcel of Ada's on the courier's van.
async fn collected(ada: &Caller, admin: &Caller, courier: &Caller) -> String {
    let reference = booked(ada).await;
    let path = format!("/api/v1/deliveries/{reference}/assignment");
    admin
        .post(&path, &json!({ "courier_email": courier.email }))
        .await
        .json(200)
        .await;
    courier.step(&reference, "collected").await;
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
    match answer.json::<Value>().await {
        Ok(taken) => taken["accepted"].as_u64().unwrap_or(0),
        Err(_) => 0,
    }
}
