//! Two real processes on one PostgreSQL and one Redis.

use std::time::Duration;

use porchlight_backend::testing::{REDIS_URL, TestDatabase};
use serde_json::{Value, json};

use crate::crash::{Process, signed_in};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn one_serves_the_customer_and_the_other_the_courier() {
    let (Some(database), Ok(redis)) = (TestDatabase::postgres().await, std::env::var(REDIS_URL))
    else {
        return;
    };
    let settings = [
        ("PORCHLIGHT_DATABASE_URL", database.url.as_str()),
        ("PORCHLIGHT_REDIS_URL", redis.as_str()),
    ];
    let here = Process::start(&settings).await;
    let there = Process::start(&settings).await;

    let ada = signed_in(&here.url, "customer@demo.test").await;
    let admin = signed_in(&there.url, "admin@demo.test").await;
    let courier = signed_in(&there.url, "courier@demo.test").await;
    let stream = ada
        .http
        .get(format!("{}/api/v1/events", here.url))
        .bearer_auth(ada.token.clone().expect("a token"))
        .send()
        .await
        .expect("a stream");
    let reference = crate::app::booked(&ada).await;
    let path = format!("/api/v1/deliveries/{reference}/assignment");
    admin
        .post(&path, &json!({ "courier_email": "courier@demo.test" }))
        .await
        .json(200)
        .await;
    courier.step(&reference, "collected").await;
    courier.step(&reference, "out_for_delivery").await;
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
