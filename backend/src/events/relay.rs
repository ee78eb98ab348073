//! Tells what the log holds, in the order of the log, to everyone who listens on this instance.
//!
//! Every instance reads the log itself; nudges, from this instance's commits or over the bus, only
//! make it look sooner. So a bus that is down delays by at most [`LOOK_ANYWAY`] and loses nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use porchlight_domain::event::Fact;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;

use super::queries::{self, EventRow};
use super::topic::{Topic, View};
use super::{Signal, frame};
use crate::{Backend, Error, tracking};

/// The longest an event of another instance waits when the bus is silent.
const LOOK_ANYWAY: Duration = Duration::from_secs(1);
const PAGE: i64 = 256;

/// The relay of this instance.
#[derive(Debug, Default)]
pub struct Relay {
    wake: Notify,
    told: AtomicI64,
    /// The newest number this instance has announced over the bus.
    announced: AtomicI64,
}

impl Relay {
    /// Says that the log has grown to `seq` here.
    pub(crate) fn nudge(&self, seq: i64) {
        self.announced.fetch_max(seq, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// Says that another instance wrote something.
    pub(crate) fn look(&self) {
        self.wake.notify_one();
    }

    /// The number of the last event told here.
    pub fn told(&self) -> i64 {
        self.told.load(Ordering::Acquire)
    }
}

async fn run(backend: Backend) {
    let mut announced = 0;
    loop {
        let relay = backend.relay();
        // Either way it is time to look.
        let _ = tokio::time::timeout(LOOK_ANYWAY, relay.wake.notified()).await;
        let newest = relay.announced.load(Ordering::Relaxed);
        if newest > announced {
            announced = newest;
            backend.bus().send(Signal::LogGrew);
        }
        if let Err(error) = backend.while_database_answers(tell_new(&backend)).await {
            tracing::warn!(%error, "The relay could not read the log");
        }
    }
}

/// Starts telling, behind everything that is in the log now, for ever.
pub(crate) async fn start(backend: &Backend) -> Result<(), Error> {
    let last_seq = queries::last_seq(backend.store().readers()).await?;
    backend.relay().told.store(last_seq, Ordering::Release);
    backend.keep_doing(run(backend.clone()));
    backend.keep_doing(hear(backend.clone()));
    Ok(())
}

/// Looks at the log whenever another instance says it grew.
async fn hear(backend: Backend) {
    let mut signals = backend.bus().subscribe();
    loop {
        match signals.recv().await {
            Ok(Signal::LogGrew | Signal::Lost) | Err(RecvError::Lagged(_)) => {
                backend.relay().look();
            }
            Ok(_) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn tell_new(backend: &Backend) -> Result<(), Error> {
    let pool = backend.store().readers();
    loop {
        let told = backend.relay().told();
        let (rows, told_to) = queries::told_after(pool, told, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.seq) else {
            return Ok(());
        };
        if last > backend.relay().announced.load(Ordering::Relaxed) {
            // Not acknowledged yet: nobody hears of what power loss may still undo.
            backend.store().synced().await?;
        }
        let mut audience: HashMap<i64, Vec<(Topic, View)>> = HashMap::new();
        for row in told_to {
            let listener = (Topic::from_stored(&row.topic), View::from_stored(&row.view));
            audience.entry(row.seq).or_default().push(listener);
        }
        // What the live board knows changes before anyone hears of it, so that a page that asks
        // because of an event is answered with the new state.
        tracking::follow(backend, &rows).await;
        for row in &rows {
            tell(backend, row, audience.remove(&row.seq).unwrap_or_default());
            backend.relay().told.store(row.seq, Ordering::Release);
        }
    }
}

fn tell(backend: &Backend, row: &EventRow, audience: Vec<(Topic, View)>) {
    let mut shown: HashMap<View, Option<super::Frame>> = HashMap::new();
    for (topic, view) in audience {
        if !backend.hub().is_heard(&topic) {
            continue;
        }
        let frame = shown
            .entry(view)
            .or_insert_with(|| frame(row, view).unwrap_or_default());
        if let Some(frame) = frame {
            backend.hub().publish(&topic, frame);
        }
    }
    if let Ok(Fact::ShareRevoked { share }) = row.fact() {
        backend.hub().close(&Topic::share(&share));
    }
}
