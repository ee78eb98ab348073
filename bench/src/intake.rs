//! Fixes to the disk: how many a second are acknowledged, and how soon.

use std::time::{Duration, Instant};

use clap::Args;
use porchlight_backend::Clock;
use reqwest::Client;
use serde_json::json;

use crate::figures::{percentiles, say};
use crate::town::{Outcome, Town};

/// The load.
#[derive(Debug, Args)]
pub struct Options {
    /// Couriers that post at the same time, each on a connection of its own.
    #[arg(long, default_value_t = 256)]
    couriers: usize,
    /// How long.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Posts until the time is over and prints the figures.
pub async fn run(options: &Options) -> Outcome<()> {
    say(&format!("Sending {} couriers out …", options.couriers));
    let town = Town::open(options.couriers).await?;
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let couriers = town.pairs.iter().map(|pair| {
        let (url, token) = (town.url.clone(), pair.courier.clone());
        tokio::spawn(async move { post_until(&url, &token, until).await })
    });
    let mut durations = Vec::new();
    for courier in couriers.collect::<Vec<_>>() {
        durations.extend(courier.await??);
    }
    let per_second = durations.len() as u64 / options.seconds.max(1);
    say(&format!(
        "intake   {per_second} fixes/s on disk; {}",
        percentiles(durations)
    ));
    town.close().await;
    Ok(())
}

async fn post_until(url: &str, token: &str, until: Instant) -> Outcome<Vec<Duration>> {
    let http = Client::builder().pool_max_idle_per_host(1).build()?;
    let mut durations = Vec::new();
    while Instant::now() < until {
        let fix = json!({
            "lat": if durations.len() % 2 == 0 { 60.1700 } else { 60.1701 },
            "lon": 24.94,
            "accuracy_m": 5.0,
            "speed_mps": 8.0,
            "time": Clock::System.now(),
        });
        let began = Instant::now();
        let request = http
            .post(format!("{url}/api/v1/courier/fixes"))
            .bearer_auth(token)
            .json(&json!({ "fixes": [fix] }));
        request.send().await?.error_for_status()?.bytes().await?;
        durations.push(began.elapsed());
    }
    Ok(durations)
}
