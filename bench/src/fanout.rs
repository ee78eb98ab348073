//! Positions to those who watch: what arrives, where, and how soon.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use clap::Args;
use porchlight_backend::Clock;
use reqwest::Client;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::events;
use crate::figures::{percentiles, say};
use crate::town::{Outcome, Town};

/// The load.
#[derive(Debug, Args)]
pub struct Options {
    /// Vans on the road.
    #[arg(long, default_value_t = 200)]
    vans: usize,
    /// Streams that watch each van.
    #[arg(long, default_value_t = 5)]
    watchers: usize,
    /// Reports of each van a second.
    #[arg(long, default_value_t = 1)]
    rate: u64,
    /// How long.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// A frame that arrived.
struct Seen {
    van: usize,
    watcher: usize,
    seq: u64,
    at: Instant,
}

/// Frames may take this long after the last report before they count as lost.
const DRAIN: Duration = Duration::from_secs(5);

/// Drives, watches, and prints the figures; fails when a frame is lost, comes twice or goes astray.
pub async fn run(options: &Options) -> Outcome<()> {
    say(&format!("Sending {} vans out …", options.vans));
    let town = Town::open(options.vans).await?;
    let (seen, mut arriving) = unbounded_channel();
    let mut streams = Vec::new();
    for (van, pair) in town.pairs.iter().enumerate() {
        for watcher in 0..options.watchers {
            let stream = events::open(&town.url, &pair.customer).await?;
            streams.push(tokio::spawn(watch(stream, van, watcher, seen.clone())));
        }
    }
    let rounds = options.rate * options.seconds;
    let start = Instant::now() + Duration::from_millis(500);
    let drivers: Vec<_> = town
        .pairs
        .iter()
        .enumerate()
        .map(|(van, pair)| {
            let (url, token) = (town.url.clone(), pair.courier.clone());
            let offset = u32::try_from(van).unwrap_or(0);
            let phase =
                Duration::from_secs(1) * offset / u32::try_from(options.vans.max(1)).unwrap_or(1);
            let plan = Plan {
                van,
                rounds,
                rate: options.rate,
                start: start + phase,
            };
            tokio::spawn(async move { plan.drive(&url, &token).await })
        })
        .collect();
    for driver in drivers {
        driver.await??;
    }
    let due = |van: usize, seq: u64| due(start, options, van, seq);
    let expected = options.vans as u64 * options.watchers as u64 * rounds;
    let mut known: HashSet<(usize, usize, u64)> = HashSet::new();
    let (mut latencies, mut twice, mut astray) = (Vec::new(), 0_u64, 0_u64);
    while (latencies.len() as u64) < expected {
        let Ok(Some(frame)) = tokio::time::timeout(DRAIN, arriving.recv()).await else {
            break;
        };
        let van_of_seq = usize::try_from(frame.seq / 1_000_000)?;
        let round = frame.seq % 1_000_000;
        if van_of_seq != frame.van {
            astray += 1;
        } else if known.insert((frame.van, frame.watcher, round)) {
            latencies.push(frame.at.saturating_duration_since(due(frame.van, round)));
        } else {
            twice += 1;
        }
    }
    for stream in streams {
        stream.abort();
    }
    let received = latencies.len() as u64;
    say(&format!(
        "fanout   {received} of {expected} frames, {} lost, {twice} twice, {astray} astray; {}",
        expected - received,
        percentiles(latencies)
    ));
    town.close().await;
    if received == expected && twice == 0 && astray == 0 {
        Ok(())
    } else {
        Err("frames were lost, came twice or went astray".into())
    }
}

fn due(start: Instant, options: &Options, van: usize, round: u64) -> Instant {
    let vans = u32::try_from(options.vans.max(1)).unwrap_or(1);
    let phase = Duration::from_secs(1) * u32::try_from(van).unwrap_or(0) / vans;
    start + phase + Duration::from_secs(round) / u32::try_from(options.rate.max(1)).unwrap_or(1)
}

/// When a van reports.
struct Plan {
    van: usize,
    rounds: u64,
    rate: u64,
    start: Instant,
}

impl Plan {
    async fn drive(&self, url: &str, token: &str) -> Outcome<()> {
        let http = Client::builder().pool_max_idle_per_host(1).build()?;
        for round in 0..self.rounds {
            let due = self.start + Duration::from_secs(round) / u32::try_from(self.rate.max(1))?;
            tokio::time::sleep_until(due.into()).await;
            let fix = json!({
                "lat": if round % 2 == 0 { 60.1700 } else { 60.1701 },
                "lon": 24.94,
                "accuracy_m": 5.0,
                "speed_mps": 8.0,
                "time": Clock::System.now(),
                "seq": self.van as u64 * 1_000_000 + round,
            });
            let request = http
                .post(format!("{url}/api/v1/courier/fixes"))
                .bearer_auth(token)
                .json(&json!({ "fixes": [fix] }));
            request.send().await?.error_for_status()?.bytes().await?;
        }
        Ok(())
    }
}

async fn watch(stream: reqwest::Response, van: usize, watcher: usize, seen: UnboundedSender<Seen>) {
    let take = |event: &[u8], at| {
        if let Some(seq) = number_after(event, b"\"seq\":") {
            // The benchmark is over: nobody listens any more.
            let _ = seen.send(Seen {
                van,
                watcher,
                seq,
                at,
            });
        }
    };
    events::each(stream, take).await;
}

fn number_after(event: &[u8], mark: &[u8]) -> Option<u64> {
    let start = event.windows(mark.len()).position(|part| part == mark)? + mark.len();
    let digits: String = event[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    digits.parse().ok()
}
