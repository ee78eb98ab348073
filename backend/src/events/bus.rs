//! The bus between instances: memory for one, Redis for several. It carries hints and positions,
//! never the truth: whatever it loses is read from the database.

use std::time::Duration;

use futures::StreamExt;
use porchlight_domain::chat::wire::ChatEvent;
use porchlight_domain::fix::Fix;
use porchlight_domain::ids::{PersonId, SessionId};
use porchlight_domain::reference::Reference;
use redis::AsyncCommands;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::{broadcast, mpsc, watch};

const CHANNEL: &str = "porchlight:signals";
/// Signals a slow subscriber may lag behind before it misses some; it then looks at the database.
const BACKLOG: usize = 4096;
/// Signals waiting for Redis; beyond that they are dropped, as when Redis is down.
const OUTBOX: usize = 4096;
const SEND_TIMEOUT: Duration = Duration::from_millis(500);
const RECONNECT: Duration = Duration::from_millis(500);
/// An instance that has nothing to say says so this often, and hears itself.
const PULSE: Duration = Duration::from_millis(500);
/// Who does not even hear itself for this long is cut off, whatever the connection says.
const SILENCE: Duration = Duration::from_millis(1500);

/// What instances tell each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// There is something new in the event log.
    LogGrew,
    /// A courier's phone reported these fixes, all believed.
    Fixes {
        /// Whose.
        courier: PersonId,
        /// Oldest first.
        fixes: Vec<Fix>,
    },
    /// Somebody sees a courier on the instance that says so.
    Watched {
        /// Whom.
        courier: PersonId,
    },
    /// Sessions ended: they no longer open anything.
    SessionsEnded {
        /// Which.
        sessions: Vec<SessionId>,
    },
    /// Something happened in a chat.
    Chat {
        /// To the two.
        people: [PersonId; 2],
        /// About which delivery.
        delivery: Reference,
        /// What.
        event: ChatEvent,
    },
    /// The operator's settings changed.
    SettingsChanged,
    /// Signals were lost: look at the database.
    Lost,
    /// Nothing; the bus is alive.
    Pulse,
}

#[derive(Serialize, Deserialize)]
struct Letter {
    from: u64,
    signal: Signal,
}

/// Why the bus can't be used.
#[derive(Debug, Error)]
pub enum BusError {
    /// The address is none.
    #[error("redis_url is not a Redis address: {0}")]
    Address(redis::RedisError),
}

/// The bus as one instance sees it.
#[derive(Debug, Clone)]
pub struct Bus {
    /// What other instances said.
    heard: broadcast::Sender<Signal>,
    /// To the task that speaks with Redis.
    outbox: Option<mpsc::Sender<Signal>>,
    connected: watch::Receiver<bool>,
}

impl Bus {
    /// A bus with nobody else on it.
    pub fn memory() -> Self {
        Self {
            heard: broadcast::Sender::new(BACKLOG),
            outbox: None,
            connected: watch::channel(true).1,
        }
    }

    /// A bus over Redis. It connects in the background, and again whenever it is cut off.
    pub fn redis(url: &str) -> Result<Self, BusError> {
        let client = redis::Client::open(url).map_err(BusError::Address)?;
        let heard = broadcast::Sender::new(BACKLOG);
        let (outbox, waiting) = mpsc::channel(OUTBOX);
        let (connection, connected) = watch::channel(false);
        let own = rand::random();
        tokio::spawn(speak(client.clone(), waiting, own));
        tokio::spawn(listen(client, heard.clone(), connection, own));
        Ok(Self {
            heard,
            outbox: Some(outbox),
            connected,
        })
    }

    /// Tells the other instances, if there are any and they can be reached.
    pub fn send(&self, signal: Signal) {
        if let Some(outbox) = &self.outbox
            && outbox.try_send(signal).is_err()
        {
            metrics::counter!("porchlight_bus_dropped_total").increment(1);
        }
    }

    /// What the other instances say from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.heard.subscribe()
    }

    /// Whether there is more than this instance to reach.
    pub fn is_shared(&self) -> bool {
        self.outbox.is_some()
    }

    /// Whether signals get through now.
    pub fn is_connected(&self) -> bool {
        *self.connected.borrow()
    }
}

async fn speak(client: redis::Client, mut waiting: mpsc::Receiver<Signal>, own: u64) {
    let mut connection = None;
    loop {
        let signal = match tokio::time::timeout(PULSE, waiting.recv()).await {
            Ok(Some(signal)) => signal,
            Ok(None) => return,
            Err(_) => Signal::Pulse,
        };
        let Ok(letter) = serde_json::to_string(&Letter { from: own, signal }) else {
            continue;
        };
        if connection.is_none() {
            connection =
                tokio::time::timeout(SEND_TIMEOUT, client.get_multiplexed_async_connection())
                    .await
                    .ok()
                    .and_then(Result::ok);
        }
        let Some(open) = connection.as_mut() else {
            continue;
        };
        let sent =
            tokio::time::timeout(SEND_TIMEOUT, open.publish::<_, _, ()>(CHANNEL, letter)).await;
        if !matches!(sent, Ok(Ok(()))) {
            connection = None;
        }
    }
}

async fn listen(
    client: redis::Client,
    heard: broadcast::Sender<Signal>,
    connected: watch::Sender<bool>,
    own: u64,
) {
    loop {
        match tokio::time::timeout(SILENCE, subscribe(&client)).await {
            Ok(Ok(subscription)) => {
                connected.send_replace(true);
                // Whatever was said while nobody listened.
                let _ = heard.send(Signal::Lost);
                hear(subscription, &heard, own).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "Redis can't be heard"),
            Err(_) => tracing::debug!("Redis does not answer"),
        }
        if connected.send_replace(false) {
            tracing::warn!("The bus is cut off: working from the database");
        }
        tokio::time::sleep(RECONNECT).await;
    }
}

async fn subscribe(client: &redis::Client) -> Result<redis::aio::PubSub, redis::RedisError> {
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(CHANNEL).await?;
    Ok(subscription)
}

/// Until there is nothing to hear any more, not even oneself.
async fn hear(mut subscription: redis::aio::PubSub, heard: &broadcast::Sender<Signal>, own: u64) {
    let mut letters = subscription.on_message();
    while let Ok(Some(message)) = tokio::time::timeout(SILENCE, letters.next()).await {
        match serde_json::from_slice::<Letter>(message.get_payload_bytes()) {
            Ok(letter) if letter.from == own || letter.signal == Signal::Pulse => {}
            // Nobody listening yet is no error.
            Ok(letter) => drop(heard.send(letter.signal)),
            Err(error) => tracing::warn!(%error, "Something else speaks on our channel"),
        }
    }
}
