//! Everybody comes back after a restart: how soon all streams are live again, and whether they tell
//! everything that happened meanwhile, once.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Args;
use porchlight_backend::{Backend, accounts, deliveries};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::figures::{percentiles, say};
use crate::town::{Outcome, Pair, Town};

/// The load.
#[derive(Debug, Args)]
pub struct Options {
    /// Vans on the road.
    #[arg(long, default_value_t = 1000)]
    vans: usize,
    /// Streams that watch each van.
    #[arg(long, default_value_t = 5)]
    watchers: usize,
}

/// Nothing new for so long: what has not come by then is lost.
const PATIENCE: Duration = Duration::from_secs(15);
/// Events told to each stream: before the restart, while everybody comes back, and after.
const ROUNDS: usize = 3;
/// How long a browser waits that was not told how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(3);

/// What a stream saw.
enum Seen {
    /// It has caught up.
    Live(Instant),
    /// An event of the log, by its number.
    Event { stream: usize, id: i64 },
}

/// Restarts a server under its watchers and prints the figures; fails when an event is lost, comes
/// twice or out of order.
pub async fn run(options: &Options) -> Outcome<()> {
    say(&format!("Sending {} vans out …", options.vans));
    let mut town = Town::open(options.vans).await?;
    let count = options.vans * options.watchers;
    let (reports, mut seen) = unbounded_channel();
    let mut streams = Vec::with_capacity(count);
    for number in 0..count {
        let watcher = Watcher {
            number,
            address: town.address(),
            token: town.pairs[number / options.watchers.max(1)]
                .customer
                .clone(),
            last_event: None,
            pause: DEFAULT_PAUSE,
            reports: reports.clone(),
        };
        streams.push(tokio::spawn(watcher.keep_watching()));
    }
    let mut told = Told(vec![Vec::new(); count]);
    told.until_live(&mut seen, count).await?;
    happen_to_all(town.backend(), &town.pairs).await?;

    say("Restarting …");
    town = town.restart().await?;
    let restarted = Instant::now();
    let coming_back = told.until_live(&mut seen, count);
    let meanwhile = happen_to_all(town.backend(), &town.pairs);
    let (live, happened) = tokio::join!(coming_back, meanwhile);
    happened?;
    let waits = live?
        .into_iter()
        .map(|at| at.saturating_duration_since(restarted))
        .collect();
    happen_to_all(town.backend(), &town.pairs).await?;
    told.until_told(&mut seen, count * ROUNDS).await;

    for stream in streams {
        stream.abort();
    }
    let Problems {
        lost,
        twice,
        disorder,
    } = told.problems();
    say(&format!(
        "comeback {count} streams live again, {lost} events lost, {twice} twice, {disorder} out of order; {}",
        percentiles(waits)
    ));
    town.close().await;
    if lost + twice + disorder == 0 {
        Ok(())
    } else {
        Err("events were lost, came twice or out of order".into())
    }
}

/// One event of the log for each customer.
async fn happen_to_all(backend: &Backend, pairs: &[Pair]) -> Outcome<()> {
    for pair in pairs {
        let customer = accounts::authenticate(backend, &pair.customer).await?.actor;
        deliveries::share(&customer, backend, pair.reference, "").await?;
    }
    Ok(())
}

/// The events each stream told.
struct Told(Vec<Vec<i64>>);

struct Problems {
    lost: usize,
    twice: usize,
    disorder: usize,
}

impl Told {
    /// Waits until `count` streams have said that they are live, and returns when each did.
    async fn until_live(
        &mut self,
        seen: &mut UnboundedReceiver<Seen>,
        count: usize,
    ) -> Outcome<Vec<Instant>> {
        let mut live = Vec::with_capacity(count);
        while live.len() < count {
            match tokio::time::timeout(PATIENCE, seen.recv()).await {
                Ok(Some(Seen::Live(at))) => live.push(at),
                Ok(Some(Seen::Event { stream, id })) => self.0[stream].push(id),
                Ok(None) | Err(_) => {
                    return Err(format!("{} of {count} streams are live", live.len()).into());
                }
            }
        }
        Ok(live)
    }

    /// Waits until `count` events were told, or none comes any more.
    async fn until_told(&mut self, seen: &mut UnboundedReceiver<Seen>, count: usize) {
        while self.0.iter().map(Vec::len).sum::<usize>() < count {
            match tokio::time::timeout(PATIENCE, seen.recv()).await {
                Ok(Some(Seen::Event { stream, id })) => self.0[stream].push(id),
                Ok(Some(Seen::Live(_))) => {}
                Ok(None) | Err(_) => return,
            }
        }
    }

    fn problems(&self) -> Problems {
        let (mut lost, mut twice, mut disorder) = (0, 0, 0);
        for told in &self.0 {
            let mut different = told.clone();
            different.sort_unstable();
            different.dedup();
            lost += ROUNDS.saturating_sub(different.len());
            twice += told.len() - different.len();
            disorder += usize::from(!told.is_sorted());
        }
        Problems {
            lost,
            twice,
            disorder,
        }
    }
}

/// A browser's event stream, without the browser: comes back when told, after the last event it got.
struct Watcher {
    number: usize,
    address: SocketAddr,
    token: String,
    last_event: Option<i64>,
    pause: Duration,
    reports: UnboundedSender<Seen>,
}

impl Watcher {
    async fn keep_watching(mut self) {
        loop {
            // However it ended, a browser comes back.
            let _ = self.read_once().await;
            tokio::time::sleep(self.pause).await;
        }
    }

    async fn read_once(&mut self) -> std::io::Result<()> {
        let mut socket = TcpStream::connect(self.address).await?;
        let after = self
            .last_event
            .map_or_else(String::new, |id| format!("last-event-id: {id}\r\n"));
        let request = format!(
            "GET /api/v1/events HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n{after}\r\n",
            self.token
        );
        socket.write_all(request.as_bytes()).await?;
        let (mut text, mut is_live) = (String::new(), false);
        let mut chunk = [0; 2048];
        loop {
            let count = socket.read(&mut chunk).await?;
            if count == 0 {
                return Ok(());
            }
            text.push_str(&String::from_utf8_lossy(&chunk[..count]));
            while let Some(end) = text.find("\n\n") {
                let event: String = text.drain(..end + 2).collect();
                self.take(&event, &mut is_live);
            }
        }
    }

    fn take(&mut self, event: &str, is_live: &mut bool) {
        let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
        if let Some(pause) = field("retry: ").and_then(|ms| ms.parse().ok()) {
            self.pause = Duration::from_millis(pause);
        }
        let Some(id) = field("id: ").and_then(|id| id.parse().ok()) else {
            return;
        };
        self.last_event = Some(id);
        let has_data = field("data: ").is_some();
        // The benchmark is over when nobody takes the report.
        if has_data {
            let stream = self.number;
            let _ = self.reports.send(Seen::Event { stream, id });
        } else if !std::mem::replace(is_live, true) {
            let _ = self.reports.send(Seen::Live(Instant::now()));
        }
    }
}
