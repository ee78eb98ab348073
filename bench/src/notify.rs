//! Notifications: from what happened to the list behind the bell and to the push service, also while very many older
//! ones wait to be sent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use clap::Args;
use porchlight_backend::accounts::{self, Actor};
use porchlight_backend::{Backend, deliveries, notify};
use porchlight_domain::delivery::{Status, StatusChange, Whereabouts};
use porchlight_domain::notification::{PushKeys, PushSubscription};
use porchlight_domain::reference::Reference;
use sqlx::AnyPool;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, JoinSet};

use crate::events;
use crate::figures::{percentiles, say};
use crate::town::{Outcome, Town};

/// The load.
#[derive(Debug, Args)]
pub struct Options {
    /// People with a parcel on its way, an open page and a browser that is told by push.
    #[arg(long, default_value_t = 500)]
    customers: usize,
    /// Things that happen a second, each of which one of them is told.
    #[arg(long, default_value_t = 500)]
    rate: u32,
    /// How long.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// An empty PostgreSQL database, `postgres://…`; none: SQLite, on which one commit waits for the other.
    #[arg(long)]
    database: Option<String>,
    /// Older notifications that wait to be pushed.
    #[arg(long, default_value_t = 100_000)]
    queued: u32,
}

/// Notifications may take this long after the last event before they count as lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// The keys of RFC 8291, appendix A: any browser's would do, nobody decrypts here.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// What came, to whom and when.
enum Seen {
    /// On an open page.
    Line { customer: usize, at: Instant },
    /// At the push service.
    Push { customer: usize, at: Instant },
}

/// Lets things happen, without and with a queue, and prints the figures; fails when a notification is lost or told twice.
pub async fn run(options: &Options) -> Outcome<()> {
    let (seen, mut arriving) = unbounded_channel();
    let service = PushService::start(seen.clone()).await?;
    say(&format!("Sending {} parcels out …", options.customers));
    // One more, to whom nothing happens: the queue is theirs.
    let town = Town::open_with(options.customers + 1, |config| {
        config.push_contact = Some("mailto:benchmark@example.org".into());
        config.push_services = vec![service.url.clone()];
        config.database_url.clone_from(&options.database);
    })
    .await?;
    let mut pages = Vec::new();
    for (customer, pair) in town.pairs.iter().enumerate() {
        subscribe(&town, &service, customer).await?;
        if customer < options.customers {
            let stream = events::open(&town.url, &pair.customer).await?;
            pages.push(tokio::spawn(read(stream, customer, seen.clone())));
        }
    }
    service.floor(options, &mut arriving).await?;
    let alone = happen(&town, options, &mut arriving).await?;
    alone.report("alone   ");
    let database = AnyPool::connect(town.database()).await?;
    fill(&town, &database, options.queued).await?;
    let began = Instant::now();
    let beside = happen(&town, options, &mut arriving).await?;
    let left = waiting(&database).await?;
    beside.report("queue   ");
    while waiting(&database).await? > 0 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    say(&format!(
        "drain    {} queued in {:.1} s, {left} left when the live ones were through",
        options.queued,
        began.elapsed().as_secs_f64()
    ));
    for page in pages {
        page.abort();
    }
    town.close().await;
    if alone.is_whole() && beside.is_whole() {
        Ok(())
    } else {
        Err("notifications were lost or told twice".into())
    }
}

/// A push service that takes everything.
struct PushService {
    url: String,
    #[expect(dead_code, reason = "ends with the benchmark")]
    serving: JoinHandle<std::io::Result<()>>,
}

impl PushService {
    async fn start(seen: UnboundedSender<Seen>) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let take = async |State(seen): State<Arc<UnboundedSender<Seen>>>,
                          Path(customer): Path<usize>| {
            let at = Instant::now();
            // The benchmark is over: nobody listens any more.
            let _ = seen.send(Seen::Push { customer, at });
            StatusCode::CREATED
        };
        let routes = Router::new()
            .route("/push/{customer}", post(take))
            .with_state(Arc::new(seen));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, serving })
    }

    fn endpoint(&self, customer: usize) -> String {
        format!("{}/push/{customer}", self.url)
    }

    /// What requests of that size alone take, at the same rate: nothing is stored, encrypted or decided.
    async fn floor(
        &self,
        options: &Options,
        arriving: &mut UnboundedReceiver<Seen>,
    ) -> Outcome<()> {
        let http = reqwest::Client::new();
        let plan = Plan::of(options);
        let mut posting = JoinSet::new();
        for number in 0..plan.events {
            tokio::time::sleep_until(plan.due(number).into()).await;
            let request = http
                .post(self.endpoint(plan.customer(number)))
                .body(vec![0; 400]);
            posting.spawn(async move { request.send().await.map(drop) });
        }
        while let Some(posted) = posting.join_next().await {
            posted??;
        }
        let mut told = Told::default();
        told.listen(arriving, &plan, |told| told.pushes.len() == plan.events)
            .await;
        say(&format!("floor    push {}", percentiles(told.pushes)));
        Ok(())
    }
}

async fn subscribe(town: &Town, service: &PushService, customer: usize) -> Outcome<()> {
    let token = &town.pairs[customer].customer;
    let actor = accounts::authenticate(town.backend(), token).await?.actor;
    let subscription = PushSubscription {
        endpoint: service.endpoint(customer),
        keys: PushKeys {
            p256dh: P256DH.into(),
            auth: AUTH.into(),
        },
        replaces: None,
    };
    Ok(notify::subscribe(&actor, town.backend(), subscription).await?)
}

async fn read(stream: reqwest::Response, customer: usize, seen: UnboundedSender<Seen>) {
    const MARK: &[u8] = b"\"notification.created\"";
    let take = |event: &[u8], at| {
        if event.windows(MARK.len()).any(|part| part == MARK) {
            let _ = seen.send(Seen::Line { customer, at });
        }
    };
    events::each(stream, take).await;
}

/// When what happens to whom: each in turn.
struct Plan {
    start: Instant,
    rate: u32,
    customers: usize,
    events: usize,
}

impl Plan {
    fn of(options: &Options) -> Self {
        Self {
            start: Instant::now() + Duration::from_millis(500),
            rate: options.rate.max(1),
            customers: options.customers.max(1),
            events: (options.rate * options.seconds) as usize,
        }
    }

    fn due(&self, number: usize) -> Instant {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.start + Duration::from_secs(1) * number / self.rate
    }

    fn customer(&self, number: usize) -> usize {
        number % self.customers
    }

    /// The event of which this is the `nth` notification of a customer.
    fn number(&self, customer: usize, nth: usize) -> usize {
        nth * self.customers + customer
    }
}

/// How long after what happened it was told, and in how many cases too often.
#[derive(Default)]
struct Told {
    stored: Vec<Duration>,
    lines: Vec<Duration>,
    pushes: Vec<Duration>,
    events: usize,
    twice: usize,
    line_of: Vec<usize>,
    push_of: Vec<usize>,
}

impl Told {
    async fn listen(
        &mut self,
        arriving: &mut UnboundedReceiver<Seen>,
        plan: &Plan,
        is_whole: impl Fn(&Self) -> bool,
    ) {
        self.events = plan.events;
        self.line_of = vec![0; plan.customers];
        self.push_of = vec![0; plan.customers];
        while !is_whole(self) {
            let Ok(Some(seen)) = tokio::time::timeout(PATIENCE, arriving.recv()).await else {
                return;
            };
            self.take(&seen, plan);
        }
    }

    fn take(&mut self, seen: &Seen, plan: &Plan) {
        let (known, durations, customer, at) = match *seen {
            Seen::Line { customer, at } => (&mut self.line_of, &mut self.lines, customer, at),
            Seen::Push { customer, at } => (&mut self.push_of, &mut self.pushes, customer, at),
        };
        // Of the queue.
        let Some(nth) = known.get_mut(customer) else {
            return;
        };
        let number = plan.number(customer, *nth);
        *nth += 1;
        if number < plan.events {
            durations.push(at.saturating_duration_since(plan.due(number)));
        } else {
            self.twice += 1;
        }
    }

    fn is_complete(&self) -> bool {
        self.lines.len() == self.events && self.pushes.len() == self.events
    }

    fn is_whole(&self) -> bool {
        self.is_complete() && self.twice == 0
    }

    fn report(&self, what: &str) {
        let lost = |told: &[Duration]| self.events.saturating_sub(told.len());
        say(&format!(
            "{what} {} events, {} lines lost, {} pushes lost, {} told twice",
            self.events,
            lost(&self.lines),
            lost(&self.pushes),
            self.twice
        ));
        for (name, durations) in [
            ("stored", &self.stored),
            ("in-app", &self.lines),
            ("push  ", &self.pushes),
        ] {
            say(&format!("{what} {name} {}", percentiles(durations.clone())));
        }
    }
}

/// Lets each parcel fail and go out again in turn, and waits until everybody was told.
async fn happen(
    town: &Town,
    options: &Options,
    arriving: &mut UnboundedReceiver<Seen>,
) -> Outcome<Told> {
    let plan = Plan::of(options);
    let mut changing = JoinSet::new();
    // One thing after the other happens to a parcel, also when the server can't keep up.
    let turns: Vec<Arc<Mutex<()>>> = (0..plan.customers).map(|_| Arc::default()).collect();
    for number in 0..plan.events {
        tokio::time::sleep_until(plan.due(number).into()).await;
        let (backend, due) = (town.backend().clone(), plan.due(number));
        let reference = town.pairs[plan.customer(number)].reference;
        let own_turn = Arc::clone(&turns[plan.customer(number)]);
        changing.spawn(async move {
            let _turn = own_turn.lock().await;
            turn(&backend, reference).await.map(|()| due.elapsed())
        });
    }
    let mut told = Told::default();
    while let Some(changed) = changing.join_next().await {
        told.stored.push(changed??);
    }
    told.listen(arriving, &plan, Told::is_complete).await;
    Ok(told)
}

async fn turn(backend: &Backend, reference: Reference) -> Outcome<()> {
    let now = deliveries::detail(&Actor::System, backend, reference).await?;
    let to = if now.summary.status == Status::OutForDelivery {
        Status::Failed
    } else {
        Status::OutForDelivery
    };
    let mut change = StatusChange::to(to, Whereabouts::Elsewhere);
    change.reason = (to == Status::Failed).then(|| "nobody_home".to_owned());
    deliveries::change_status(&Actor::System, backend, reference, change).await?;
    Ok(())
}

/// The outbox as it is when a push service comes back after a long time. Written past the server: to get there with
/// events takes as many of them.
async fn fill(town: &Town, database: &AnyPool, count: u32) -> Outcome<()> {
    let nobody = &town.pairs[town.pairs.len() - 1].customer;
    let actor = accounts::authenticate(town.backend(), nobody).await?.actor;
    let now = town.backend().now();
    let filling = sqlx::query(
        "with recursive numbers (number) as (
            select 1 union all select number + 1 from numbers where number < cast($1 as bigint)
        )
        insert into notification_outbox (
            id, person_id, channel, push_id, kind, details, created_ms, expires_ms, rank, due_ms, attempts, state
        )
        select 'queued' || number || '.' || s.id, s.person_id, 'push', s.id, 'delivered', '{}', cast($2 as bigint), cast($3 as bigint), 1, cast($2 as bigint), 1, 'waiting'
        from numbers
        join push_subscriptions s on s.person_id = $4",
    );
    filling
        .bind(i64::from(count))
        .bind(now.millis())
        .bind(now.plus_s(24.0 * 3600.0).millis())
        .bind(actor.person()?.id.as_str())
        .execute(database)
        .await?;
    Ok(())
}

async fn waiting(database: &AnyPool) -> Outcome<i64> {
    let counting = sqlx::query_scalar("select count(*) from notification_outbox");
    Ok(counting.fetch_one(database).await?)
}
