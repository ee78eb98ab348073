//! Notifications: from what happened to the list behind the bell and to the push service, also while very many older
//! ones wait to be sent.

mod push_service;
mod told;

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use porchlight_backend::accounts::{self, Actor};
use porchlight_backend::{Backend, Error, deliveries, notify, runs};
use porchlight_domain::action::{Action, IdempotencyKey, Step};
use porchlight_domain::delivery::{Status, StatusChange, Whereabouts};
use porchlight_domain::notification::{PushKeys, PushSubscription};
use porchlight_domain::reference::Reference;
use sqlx::AnyPool;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use self::push_service::PushService;
use self::told::{Plan, Told};
use crate::events;
use crate::figures::say;
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

/// The queue may take so long.
const DRAIN: Duration = Duration::from_mins(10);

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
    let draining = async {
        while waiting(&database).await? > 0 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Outcome::Ok(())
    };
    tokio::time::timeout(DRAIN, draining).await??;
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

/// Lets each parcel fail and go out again in turn, and waits until everybody was told.
async fn happen(
    town: &Town,
    options: &Options,
    arriving: &mut UnboundedReceiver<Seen>,
) -> Outcome<Told> {
    let plan = Plan::of(options);
    let mut changing = JoinSet::new();
    // One thing after the other happens to a parcel, also when the server can't keep up.
    let mut parcels = Vec::new();
    for pair in &town.pairs[..plan.customers] {
        let now = deliveries::detail(&Actor::System, town.backend(), pair.reference).await?;
        parcels.push(Arc::new(Parcel {
            reference: pair.reference,
            courier: accounts::authenticate(town.backend(), &pair.courier)
                .await?
                .actor,
            status: Mutex::new(now.summary.status),
        }));
    }
    for number in 0..plan.events {
        tokio::time::sleep_until(plan.due(number).into()).await;
        let (backend, due) = (town.backend().clone(), plan.due(number));
        let parcel = Arc::clone(&parcels[plan.customer(number)]);
        changing.spawn(async move {
            parcel.turn(&backend).await?;
            Outcome::Ok(due.elapsed())
        });
    }
    let mut told = Told::default();
    while let Some(changed) = changing.join_next().await {
        told.stored.push(changed??);
    }
    told.listen(arriving, &plan, Told::is_complete).await;
    Ok(told)
}

/// A parcel to which something happens again and again: its courier's phone sends one step after the other.
struct Parcel {
    reference: Reference,
    courier: Actor,
    status: Mutex<Status>,
}

impl Parcel {
    async fn turn(&self, backend: &Backend) -> Outcome<()> {
        let mut status = self.status.lock().await;
        let to = if *status == Status::OutForDelivery {
            Status::Failed
        } else {
            Status::OutForDelivery
        };
        let step = self.step(to)?;
        loop {
            match runs::take(&self.courier, backend, step.clone()).await {
                Ok(()) => break,
                // As a phone would; the time counts.
                Err(Error::Unavailable { retry_after_s }) => {
                    tokio::time::sleep(Duration::from_secs(retry_after_s.into())).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        *status = to;
        Ok(())
    }

    fn step(&self, to: Status) -> Outcome<Action> {
        let whereabouts = Whereabouts::NoFix {
            reason: "in a stairwell".into(),
        };
        let change = StatusChange {
            reason: (to == Status::Failed).then(|| "nobody_home".to_owned()),
            ..StatusChange::to(to, whereabouts)
        };
        Ok(Action {
            key: IdempotencyKey::parse(&format!("{:032x}", rand::random::<u128>()))?,
            done_s_ago: 0.0,
            step: Step::ChangeStatus {
                reference: self.reference,
                change,
            },
        })
    }
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
    let counting =
        sqlx::query_scalar("select count(*) from notification_outbox where state = 'waiting'");
    Ok(counting.fetch_one(database).await?)
}
