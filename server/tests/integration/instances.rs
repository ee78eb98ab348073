//! Two real processes on one PostgreSQL and one Redis.

use serde_json::Value;

use crate::crash::out_for_delivery;
use crate::process::{Process, shared_services};
use crate::stream::{PATIENCE, Stream};

#[tokio::test]
async fn one_serves_the_customer_and_the_other_the_courier() {
    let Some((database, redis)) = shared_services().await else {
        return;
    };
    let here = Process::start_on(&database.url, &redis).await;
    let there = Process::start_on(&database.url, &redis).await;

    let ada = here.signed_in("customer@demo.test").await;
    let admin = there.signed_in("admin@demo.test").await;
    let courier = there.signed_in("courier@demo.test").await;
    let stream = ada
        .http
        .get(format!("{}/api/v1/events", here.url))
        .bearer_auth(ada.token.clone().expect("a token"))
        .send()
        .await
        .expect("a stream");
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    courier.report(60.1710, 24.9450).await;

    let seen = async move {
        let (mut stream, mut text) = (stream, String::new());
        while let Ok(Some(chunk)) = stream.chunk().await {
            text.push_str(&String::from_utf8_lossy(&chunk));
            if text.contains("\"out_for_delivery\"") && text.contains("courier.location.updated") {
                return text;
            }
        }
        panic!("the stream ended: {text}");
    };
    let text = tokio::time::timeout(PATIENCE, seen)
        .await
        .expect("both come in time");
    let first: Value = text
        .lines()
        .find_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).expect("JSON"))
        .expect("an event");
    assert_eq!(first["subject"], reference);
}

#[tokio::test]
async fn who_watched_the_one_that_died_goes_on_at_the_other() {
    let Some((database, redis)) = shared_services().await else {
        return;
    };
    let mut here = Process::start_on(&database.url, &redis).await;
    let there = Process::start_on(&database.url, &redis).await;
    let ada = here.signed_in("customer@demo.test").await;
    let admin = there.signed_in("admin@demo.test").await;
    let courier = there.signed_in("courier@demo.test").await;
    let mut watching = Stream::open(&ada, "").await;
    let cursor = watching.cursor().await;
    here.kill().await;
    while watching.next().await.is_some() {}

    let ada = there.welcome(&ada);
    let reference = out_for_delivery(&ada, &admin, &courier).await;
    courier.report(60.1710, 24.9450).await;
    let mut watching = Stream::open(&ada, &format!("?last_event_id={cursor}")).await;
    let mut last = cursor;
    let mut steps = Vec::new();
    loop {
        let event = watching.next().await.expect("it goes on");
        assert_eq!(event.data["subject"], reference);
        if event.data["type"] == "courier.location.updated" {
            break;
        }
        let id = event.id.expect("what is logged has a number");
        assert!(id > last, "told once, and in order");
        last = id;
        steps.extend(event.data["data"]["to"].as_str().map(str::to_owned));
    }
    assert_eq!(steps, ["collected", "out_for_delivery"]);
}
