//! Plans the order of a run's stops, beside whatever else happens to the run.
//!
//! A plan is made from a snapshot, with no transaction open, and written only if the run is still as it was.
//! What changed a run leaves a row that is deleted with the plan: a crash in between loses nothing.

use std::time::Duration;

use porchlight_domain::action::{IdempotencyKey, Step};
use porchlight_domain::delivery::Status;
use porchlight_domain::geo::Position;
use porchlight_domain::ids::{PersonId, RunId};
use porchlight_domain::reference::Reference;
use porchlight_domain::run::RunState;
use porchlight_domain::time::Timestamp;
use tokio::sync::{Notify, Semaphore};

use super::order;
use super::queries::{self, RunRow, StopRow};
use crate::accounts::Actor;
use crate::events::Batch;
use crate::idempotency::{self, Seen};
use crate::sequence::{self, Effort, End, Problem, Visit};
use crate::{Backend, Error, tracking};

/// How often runs are looked for that wait for a plan, beside being told: those that an instance left
/// behind when it crashed.
const LOOK_ANYWAY: Duration = Duration::from_secs(30);
/// A run that changes faster than it is planned is written as it comes after so many plans.
const TRIES: usize = 4;

/// Plans, one at a time: it takes a whole processor while it lasts.
#[derive(Debug)]
pub(crate) struct Planner {
    changed: Notify,
    turn: Semaphore,
}

impl Default for Planner {
    fn default() -> Self {
        Self {
            changed: Notify::new(),
            turn: Semaphore::new(1),
        }
    }
}

impl Planner {
    /// A change of some run's stops was committed.
    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }
}

/// Why a run is planned.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wish<'k> {
    /// Its stops changed. An order by hand is kept.
    Change,
    /// The courier asks for it, under a key.
    Suggestion(Option<&'k IdempotencyKey>),
}

/// Plans every run whose stops change, from now on.
pub(crate) fn begin(backend: &Backend) {
    let planned = backend.clone();
    backend.keep_doing(async move {
        loop {
            let all = plan_all(&planned);
            if let Err(error) = planned.while_database_answers(all).await {
                tracing::warn!(%error, "Runs could not be planned");
            }
            let changed = planned.planner().changed.notified();
            // Either way it is time to look.
            let _ = tokio::time::timeout(LOOK_ANYWAY, changed).await;
        }
    });
}

/// Plans the runs that wait for it.
pub(crate) async fn plan_all(backend: &Backend) -> Result<(), Error> {
    for run in queries::runs_to_plan(backend.store().readers()).await? {
        plan(&Actor::System, backend, &run.id(), Wish::Change).await?;
    }
    Ok(())
}

/// Plans a run.
pub(super) async fn plan(
    actor: &Actor,
    backend: &Backend,
    run: &RunId,
    wish: Wish<'_>,
) -> Result<(), Error> {
    for tries in 1..=TRIES {
        let Some(snapshot) = Snapshot::of(backend, run).await? else {
            return Ok(());
        };
        let order = snapshot.ordered(backend, wish).await?;
        let as_it_comes = tries == TRIES;
        if snapshot
            .write(actor, backend, &order, wish, as_it_comes)
            .await?
        {
            return Ok(());
        }
    }
    Ok(())
}

/// A run as it was when a plan was begun.
struct Snapshot {
    run: RunRow,
    stops: Vec<StopRow>,
}

impl Snapshot {
    /// None when there is nothing to order any more.
    async fn of(backend: &Backend, run: &RunId) -> Result<Option<Self>, Error> {
        let pool = backend.store().readers();
        let Some(run) = queries::run(pool, run).await? else {
            return Ok(None);
        };
        let stops = queries::stops(pool, &run.id()).await?;
        Ok(Some(Self { run, stops }))
    }

    /// Whether that is still so.
    fn is_still(&self, run: &RunRow, stops: &[StopRow]) -> bool {
        let key = |stop: &StopRow| {
            let (from, to) = (stop.window_from_ms, stop.window_to_ms);
            (
                stop.reference.clone(),
                stop.status.clone(),
                stop.placed,
                (from, to),
                // Sent somewhere else meanwhile.
                (
                    stop.office_id.clone(),
                    stop.address_lat.to_bits(),
                    stop.address_lon.to_bits(),
                ),
            )
        };
        run.state == self.run.state
            && run.by_hand == self.run.by_hand
            && stops.iter().map(key).eq(self.stops.iter().map(key))
    }

    /// Writes an order. False when the run has changed meanwhile and must be planned again.
    async fn write(
        &self,
        actor: &Actor,
        backend: &Backend,
        order: &[Reference],
        wish: Wish<'_>,
        as_it_comes: bool,
    ) -> Result<bool, Error> {
        let id = self.run.id();
        let mut batch = Batch::begin(backend, actor).await?;
        if let Wish::Suggestion(key) = wish {
            let step = Step::SuggestOrder;
            if idempotency::claim(&mut batch, actor, key, &step).await? == Seen::Again {
                return Ok(true);
            }
        }
        // Before the run: whoever changes stops takes them in this order.
        let was_wanted = queries::is_planned(batch.tx().await?, &id).await?;
        let run = queries::lock_run(batch.tx().await?, &id).await?;
        let is_over = run.state()? == RunState::Ended;
        match wish {
            Wish::Suggestion(_) if is_over => return Err(Error::NotFound),
            Wish::Change if is_over || !was_wanted => {
                batch.commit().await?;
                return Ok(true);
            }
            _ => {}
        }
        let stops = queries::stops_in(batch.tx().await?, &id).await?;
        // What its courier has ordered since is never overruled; it is planned when somebody looks again.
        let is_ordered_since = run.by_hand != self.run.by_hand;
        if !self.is_still(&run, &stops) && (!as_it_comes || is_ordered_since) {
            return Ok(false);
        }
        let by_hand = matches!(wish, Wish::Change) && run.by_hand != 0;
        order::write(&mut batch, &run, &stops, order, by_hand).await?;
        batch.commit().await?;
        tracing::info!(run.id = %id, run.stops = stops.len(), "Planned");
        Ok(true)
    }

    /// The stops that are still to be made, in the best order.
    async fn ordered(&self, backend: &Backend, wish: Wish<'_>) -> Result<Vec<Reference>, Error> {
        let mut open = Vec::new();
        for stop in &self.stops {
            if is_to_be_made(stop)? {
                open.push(stop);
            }
        }
        let names: Vec<Reference> = open
            .iter()
            .map(|stop| Ok(stop.reference()?))
            .collect::<Result<_, Error>>()?;
        let Some(first) = open.first() else {
            return Ok(names);
        };
        let now = backend.now();
        let is_active = self.run.state()? == RunState::Active;
        let start = match self.van(backend).await? {
            Some(van) if is_active => van,
            _ => first.pickup()?,
        };
        let departure = if is_active {
            now
        } else {
            at_the_earliest(&open, now)
        };
        let mut places = vec![start];
        for stop in &open {
            places.push(stop.position()?);
        }
        let visits = open.iter().map(|stop| visit(stop, departure)).collect();
        let driven_to = open
            .iter()
            .position(|stop| stop.is_still_to_bring().unwrap_or(false))
            .filter(|_| is_active);
        let keeps_hand = matches!(wish, Wish::Change) && self.run.by_hand != 0;
        let task = if keeps_hand {
            let is_new = |stop: &&StopRow| stop.placed == 0;
            Task::Insert(open.iter().map(is_new).collect())
        } else {
            Task::Order
        };
        let order = solve(backend, places, visits, driven_to, task).await?;
        Ok(order.into_iter().map(|node| names[node - 1]).collect())
    }

    async fn van(&self, backend: &Backend) -> Result<Option<Position>, Error> {
        let courier = PersonId::from_text(self.run.courier_id.as_str());
        tracking::last_position(backend, &courier).await
    }
}

/// What is to be found.
enum Task {
    /// The best order.
    Order,
    /// Places for the visits that have none; the others stay in order.
    Insert(Vec<bool>),
}

/// Solves on a thread of its own, one at a time.
async fn solve(
    backend: &Backend,
    places: Vec<Position>,
    visits: Vec<Visit>,
    driven_to: Option<usize>,
    task: Task,
) -> Result<Vec<usize>, Error> {
    let turn = backend.planner().turn.acquire().await;
    let _turn = turn.map_err(|_| Error::Internal)?;
    let streets = backend.atlas().map(|atlas| atlas.router.streets().clone());
    let solved = tokio::task::spawn_blocking(move || {
        let times = sequence::travel_times(streets.as_deref(), &places);
        let problem = Problem::new(&times, &visits, End::Anywhere);
        let first: Vec<usize> = driven_to.map(|visit| visit + 1).into_iter().collect();
        match task {
            Task::Order => sequence::sequence(&problem, &first, Effort::default()),
            Task::Insert(is_new) => {
                let node = |new: bool| {
                    let of = is_new.iter().enumerate().filter(move |(_, is)| **is == new);
                    of.map(|(visit, _)| visit + 1).collect::<Vec<_>>()
                };
                let (old, new) = (node(false), node(true));
                let driven_to = old.iter().position(|node| first.contains(node));
                let stay = driven_to.map_or(0, |place| place + 1);
                sequence::inserted(&problem, &old, &new, stay)
            }
        }
    });
    solved.await.map_err(|error| {
        tracing::error!(%error, "A run could not be planned");
        Error::Internal
    })
}

/// A run that has not begun begins with the first promise, or now.
fn at_the_earliest(stops: &[&StopRow], now: Timestamp) -> Timestamp {
    let earliest = stops.iter().map(|stop| stop.window_from_ms).min();
    earliest.map_or(now, |from| now.max(Timestamp::from_millis(from)))
}

fn visit(stop: &StopRow, departure: Timestamp) -> Visit {
    let after = |ms| Timestamp::from_millis(ms).seconds_since(departure);
    Visit {
        service_s: stop.service_s,
        window_s: Some((after(stop.window_from_ms), after(stop.window_to_ms))),
    }
}

/// Whether the courier has still to go there, with the parcel or after collecting it.
fn is_to_be_made(stop: &StopRow) -> Result<bool, sqlx::Error> {
    Ok(stop.status()? == Status::Booked || stop.is_still_to_bring()?)
}
