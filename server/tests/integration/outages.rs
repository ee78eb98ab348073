//! The database, the bus and the disk go away and come back: nothing acknowledged is lost, whoever asks
//! is told so soon, and nobody has to be restarted.

use std::time::Duration;

use porchlight_backend::testing::{TestDatabase, age_sessions_in, count_fixes_in, integrity_of};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::app::{Answer, Caller};
use crate::crash::{expect_whole_log, out_for_delivery};
use crate::process::{Process, shared_services};
use crate::proxy::{Cable, Proxy, host_of};
use crate::stream::{PATIENCE, Stream};

/// Where the courier is a number of seconds into the past hour: a little further each second.
async fn report(courier: &Caller, second: u32) -> Answer {
    let fix = json!({
        "lat": 60.1650 + f64::from(second) * 1e-4, "lon": 24.9450, "accuracy_m": 5.0,
        "time": porchlight_backend::Clock::System.now().plus_s(f64::from(second) - 3600.0),
    });
    courier
        .post("/api/v1/courier/fixes", &json!({ "fixes": [fix] }))
        .await
}

/// Asks again, as a client does, until it is not told to come back.
async fn until_taken(ask: impl AsyncFn() -> Answer) {
    let taken = async {
        loop {
            let answer = ask().await;
            if answer.status() != 503 {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let answer = tokio::time::timeout(PATIENCE, taken).await;
    answer.expect("it is there again").json(200).await;
}

/// With a key, as whoever asks again has to: what was stored may have been answered with 503.
async fn deliver(courier: &Caller, reference: &str) -> Answer {
    let delivered = json!({
        "status": "delivered", "no_fix_reason": "indoors", "proof": { "recipient_name": "Ada" },
    });
    let path = format!("{}/api/v1/deliveries/{reference}/status", courier.url);
    let request = courier
        .http
        .post(path)
        .header("idempotency-key", format!("{reference}-is-delivered"))
        .bearer_auth(courier.token.clone().unwrap_or_default())
        .json(&delivered);
    Answer(request.send().await.expect("the server answers"))
}

/// Whoever asks meanwhile is told to come back.
async fn expect_unavailable(answer: Answer) {
    let comes_back = answer.0.headers().contains_key("retry-after");
    answer.problem(503, "unavailable").await;
    assert!(comes_back, "it says when to try again");
}

/// Waits until `/readyz` says so of a part.
async fn until(process: &Process, part: &str, state: &str) {
    let http = reqwest::Client::new();
    let ready = async {
        loop {
            let asked = http.get(format!("{}/readyz", process.url)).send().await;
            let parts: Value = match asked {
                Ok(answer) => answer.json().await.unwrap_or_default(),
                Err(_) => Value::Null,
            };
            if parts[part] == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ready)
        .await
        .unwrap_or_else(|_| panic!("the {part} is {state} in time"));
}

async fn a_database_that_goes_away(cable: Cable) {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let proxy = Proxy::before(&database.url).await;
    let process = Process::start(&[("PORCHLIGHT_DATABASE_URL", proxy.url.as_str())]).await;
    let ada = process.signed_in("customer@demo.test").await;
    let admin = process.signed_in("admin@demo.test").await;
    let courier = process.signed_in("courier@demo.test").await;
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    let mut watching = Stream::open(&ada, "").await;
    watching.cursor().await;
    report(&courier, 1).await.json(200).await;

    proxy.be(cable);
    let refused = async {
        expect_unavailable(report(&courier, 2).await).await;
        expect_unavailable(deliver(&courier, &reference).await).await;
        expect_unavailable(ada.get("/api/v1/deliveries").await).await;
    };
    tokio::time::timeout(PATIENCE, refused)
        .await
        .expect("nobody is kept waiting");
    until(&process, "database", "down").await;
    assert_eq!(ada.get("/healthz").await.status(), 200);

    proxy.be(Cable::Whole);
    until(&process, "database", "up").await;
    until_taken(async || report(&courier, 3).await).await;
    until_taken(async || deliver(&courier, &reference).await).await;
    while watching.next().await.expect("the stream outlives it").data["data"]["to"] != "delivered" {
    }
    let stored = count_fixes_in(&database.url).await;
    assert!(
        stored >= 2,
        "{stored} fixes are stored, 2 were acknowledged"
    );
    expect_whole_log(&database.url).await;
}

#[tokio::test]
async fn a_database_that_restarts_is_waited_for() {
    a_database_that_goes_away(Cable::Cut).await;
}

#[tokio::test]
async fn a_database_that_falls_silent_keeps_nobody_waiting() {
    a_database_that_goes_away(Cable::Silent).await;
}

async fn a_bus_that_goes_away(cable: Cable) {
    let Some((database, redis)) = shared_services().await else {
        return;
    };
    let proxy = Proxy::before(&redis).await;
    let here = Process::start_on(&database.url, &proxy.url).await;
    let there = Process::start_on(&database.url, &proxy.url).await;
    let ada = here.signed_in("customer@demo.test").await;
    let admin = there.signed_in("admin@demo.test").await;
    let courier = there.signed_in("courier@demo.test").await;
    let mut watching = Stream::open(&ada, "").await;
    watching.cursor().await;

    proxy.be(cable);
    until(&here, "bus", "down").await;
    until(&there, "bus", "down").await;
    // Events and positions still reach whoever watches the other instance.
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    report(&courier, 1).await.json(200).await;
    for expected in ["delivery.status.changed", "courier.location.updated"] {
        loop {
            let event = watching.next().await.expect("it goes on");
            assert_eq!(event.data["subject"], reference);
            if event.data["type"] == expected {
                break;
            }
        }
    }

    proxy.be(Cable::Whole);
    until(&here, "bus", "up").await;
    until(&there, "bus", "up").await;
    report(&courier, 60).await.json(200).await;
    while watching.next().await.expect("it goes on").data["type"] != "courier.location.updated" {}
}

#[tokio::test]
async fn a_bus_that_dies_is_done_without() {
    a_bus_that_goes_away(Cable::Cut).await;
}

#[tokio::test]
async fn a_bus_that_stalls_is_done_without() {
    a_bus_that_goes_away(Cable::Silent).await;
}

#[tokio::test]
async fn a_bus_that_lies_is_not_believed() {
    let Some((database, redis)) = shared_services().await else {
        return;
    };
    let process = Process::start_on(&database.url, &redis).await;
    until(&process, "bus", "up").await;
    let mut bus = TcpStream::connect(host_of(&redis)).await.expect("Redis");
    let nobody = r#"{"from":1,"signal":{"fixes":{"courier":"nobody","fixes":[]}}}"#;
    for lie in ["garbage", "{}", nobody, r#"{"from":1,"signal":"log_grew"}"#] {
        let words = ["publish", "porchlight:signals", lie];
        let [command, channel, lie] = words.map(|word| format!("${}\r\n{word}\r\n", word.len()));
        let command = format!("*3\r\n{command}{channel}{lie}");
        bus.write_all(command.as_bytes()).await.expect("said");
    }
    bus.write_all(b"flushall\r\n").await.expect("said");

    let ada = process.signed_in("customer@demo.test").await;
    let admin = process.signed_in("admin@demo.test").await;
    let courier = process.signed_in("courier@demo.test").await;
    let mut watching = Stream::open(&ada, "").await;
    watching.cursor().await;
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    let event = watching.next().await.expect("it goes on");
    assert_eq!(event.data["subject"], reference);
    until(&process, "bus", "up").await;
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let process = Process::start(&[]).await;
    let ada = process.signed_in("customer@demo.test").await;
    let admin = process.signed_in("admin@demo.test").await;
    let courier = process.signed_in("courier@demo.test").await;
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    report(&courier, 1).await.json(200).await;

    // This one is to be noted as in use when she comes, which takes a write.
    let ada_elsewhere = process.signed_in("customer@demo.test").await;
    age_sessions_in(&process.database_url()).await;

    // No file can be written behind its first page: to SQLite, a disk that is full or broken.
    process.limit("fsize", "4096").await;
    expect_unavailable(report(&courier, 2).await).await;
    expect_unavailable(deliver(&courier, &reference).await).await;
    for ada in [&ada, &ada_elsewhere] {
        let known = ada.get(&format!("/api/v1/deliveries/{reference}")).await;
        assert_eq!(known.json(200).await["status"], "out_for_delivery");
    }

    process.limit("fsize", "unlimited").await;
    report(&courier, 3).await.json(200).await;
    deliver(&courier, &reference).await.json(200).await;
    assert_eq!(integrity_of(&process.database_url()).await, "ok");
    assert!(count_fixes_in(&process.database_url()).await >= 2);
    expect_whole_log(&process.database_url()).await;
}

#[tokio::test]
async fn running_out_of_descriptors_harms_nobody_who_is_there() {
    let process = Process::start(&[]).await;
    let ada = process.signed_in("customer@demo.test").await;
    let admin = process.signed_in("admin@demo.test").await;
    let courier = process.signed_in("courier@demo.test").await;
    let mut watching = Stream::open(&ada, "").await;
    watching.cursor().await;
    let used = std::fs::read_dir(format!("/proc/{}/fd", process.id()))
        .expect("what it has open")
        .count();
    process.limit("nofile", &(used + 4).to_string()).await;

    let mut crowd = Vec::new();
    for _ in 0..30 {
        let waiting = TcpStream::connect(host_of(&process.url)).await;
        crowd.push(waiting.expect("the system's own queue"));
    }
    // On the connections that these three have already.
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    let event = watching.next().await.expect("it goes on");
    assert_eq!(event.data["subject"], reference);

    drop(crowd);
    let newcomer = process.welcome(&ada);
    newcomer.get("/api/v1/deliveries").await.json(200).await;
}

#[tokio::test]
async fn everyone_is_back_after_a_restart_and_has_missed_nothing() {
    /// As many as one person may be.
    const WATCHERS: usize = 32;
    let mut process = Process::start(&[]).await;
    let ada = process.signed_in("customer@demo.test").await;
    let admin = process.signed_in("admin@demo.test").await;
    let courier = process.signed_in("courier@demo.test").await;
    let mut cursors = Vec::new();
    let mut streams = Vec::new();
    for _ in 0..WATCHERS {
        let mut stream = Stream::open(&ada, "").await;
        cursors.push(stream.cursor().await);
        streams.push(stream);
    }
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    process.restart().await;
    drop(streams);
    let (ada, courier) = (process.welcome(&ada), process.welcome(&courier));
    let back = cursors
        .into_iter()
        .map(|cursor| comes_back(&ada, &reference, cursor));
    let mut streams = futures::future::join_all(back).await;
    courier.step(&reference, "delivered").await;
    for stream in &mut streams {
        while stream.next().await.expect("live again").data["data"]["to"] != "delivered" {}
    }
}

/// A stream that goes on where it was, and is told everything that happened since, once.
async fn comes_back(ada: &Caller, reference: &str, cursor: i64) -> Stream {
    let mut stream = Stream::open(ada, &format!("?last_event_id={cursor}")).await;
    let mut told = Vec::new();
    while told.last().is_none_or(|to| to != "out_for_delivery") {
        let event = stream.next().await.expect("what was missed");
        assert_eq!(event.data["subject"], reference);
        told.extend(event.data["data"]["to"].as_str().map(str::to_owned));
    }
    assert_eq!(told, ["collected", "out_for_delivery"]);
    stream
}
