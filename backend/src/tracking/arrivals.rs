//! Geofences: nearly there, and at the door. Each is told once for each time a parcel goes out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use porchlight_domain::delivery::{Delivery, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::geofence::Arrival;
use porchlight_domain::ids::PersonId;
use porchlight_domain::run::Stop;
use porchlight_domain::time::Timestamp;
use tokio::sync::Notify;

use super::board::{LiveCourier, lock};
use super::queries::{self, ArrivalRow};
use crate::accounts::Actor;
use crate::events::{Batch, Listener};
use crate::{Backend, Error};

/// Positions older than this tell nothing about now, seconds.
const TOO_OLD_S: f64 = 120.0;
/// Arrivals in one transaction: couriers' positions are written in between.
const PORTION: usize = 16;
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A courier who came near a stop.
#[derive(Debug, Clone)]
struct Reached {
    courier: PersonId,
    stop: Stop,
    arrival: Arrival,
    at: Timestamp,
}

/// What is still to be told.
#[derive(Default)]
pub(crate) struct Arrivals {
    waiting: Mutex<Vec<Reached>>,
    wake: Notify,
}

impl Arrivals {
    fn add(&self, reached: impl Iterator<Item = Reached>) {
        let mut waiting = self.lock();
        let before = waiting.len();
        waiting.extend(reached);
        if waiting.len() > before {
            self.wake.notify_one();
        }
    }

    fn take_portion(&self) -> Vec<Reached> {
        let mut waiting = self.lock();
        let portion = PORTION.min(waiting.len());
        waiting.drain(..portion).collect()
    }

    fn put_back(&self, portion: Vec<Reached>) {
        self.lock().splice(..0, portion);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Reached>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks which fences the newest fix is inside of and notes the new ones: they are told beside the
/// request.
pub(crate) fn announce(backend: &Backend, courier: &PersonId, place: &Arc<Mutex<LiveCourier>>) {
    let now = backend.now();
    let reached = newly_reached(backend, &mut lock(place), now);
    let arrivals = &backend.tracking().arrivals;
    arrivals.add(reached.into_iter().map(|(stop, arrival)| Reached {
        courier: courier.clone(),
        stop,
        arrival,
        at: now,
    }));
}

fn newly_reached(
    backend: &Backend,
    live: &mut LiveCourier,
    now: Timestamp,
) -> Vec<(Stop, Arrival)> {
    let Some(fix) = live.track.latest() else {
        return Vec::new();
    };
    if now.seconds_since(fix.time) > TOO_OLD_S {
        return Vec::new();
    }
    let Some(run) = live.run.as_mut() else {
        return Vec::new();
    };
    let fences = &backend.tracking().settings.geofences;
    let reached: Vec<(Stop, Arrival)> = run
        .approaches(&fix)
        .into_iter()
        // Whoever waits for a parcel that goes to a post office is not there.
        .filter(|(stop, _)| stop.out_for_delivery && !stop.at_an_office)
        .filter_map(|(stop, approach)| Some((stop, fences.reached(&approach)?)))
        .filter(|(stop, arrival)| run.arrivals.get(&stop.delivery) < Some(arrival))
        .map(|(stop, arrival)| (stop.clone(), arrival))
        .collect();
    for (stop, arrival) in &reached {
        run.arrivals.insert(stop.delivery, *arrival);
    }
    reached
}

/// Tells what was noted, for ever. What can't be told is tried again until it is of no interest.
pub(crate) async fn tell_noted(backend: Backend) {
    let arrivals = &backend.tracking().arrivals;
    loop {
        let oldest_of_interest = backend.now().plus_s(-TOO_OLD_S);
        let mut portion = arrivals.take_portion();
        portion.retain(|reached| reached.at >= oldest_of_interest);
        // In the order of every instance, so that two never wait for each other.
        portion.sort_by_key(|reached| reached.stop.delivery);
        if portion.is_empty() {
            arrivals.wake.notified().await;
            continue;
        }
        if let Err(error) = backend
            .while_database_answers(tell(&backend, &portion))
            .await
        {
            tracing::warn!(%error, arrivals = portion.len(), "Arrivals were not told yet");
            arrivals.put_back(portion);
            tokio::time::sleep(TRY_AGAIN).await;
        }
    }
}

async fn tell(backend: &Backend, portion: &[Reached]) -> Result<(), Error> {
    let rows: Vec<_> = portion.iter().map(ArrivalRow::of).collect();
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    let now = batch.now();
    let new = queries::insert_arrivals(batch.tx().await?, &rows, now).await?;
    if new.is_empty() {
        return Ok(());
    }
    for (reached, _) in portion
        .iter()
        .zip(&rows)
        .filter(|(_, row)| new.contains(row))
    {
        let stop = &reached.stop;
        let listeners = [
            Listener::recipient(&stop.customer),
            Listener::shared(stop.delivery),
            Listener::full(&reached.courier),
        ];
        let arrival = reached.arrival;
        let fact = Fact::CourierArriving {
            arrival,
            whereabouts: None,
            done_at: None,
        };
        batch.record(&stop.delivery, fact, listeners);
    }
    batch.commit().await?;
    Ok(())
}

/// The courier says that they are at a parcel's door: told unless that was told since the parcel went out. The
/// geofence then has nothing left to tell.
pub(crate) async fn arrive_by_hand(
    batch: &mut Batch,
    delivery: &Delivery,
    whereabouts: Whereabouts,
    done_at: Option<Timestamp>,
) -> Result<(), Error> {
    let row = |arrival: Arrival| ArrivalRow {
        reference: delivery.reference.to_string(),
        attempt: i64::from(delivery.attempts),
        arrival: arrival.as_str().to_owned(),
    };
    let rows = [row(Arrival::Near), row(Arrival::AtTheDoor)];
    let now = batch.now();
    let new = queries::insert_arrivals(batch.tx().await?, &rows, now).await?;
    if !new.contains(&rows[1]) {
        return Ok(());
    }
    let mut listeners = vec![
        Listener::recipient(&delivery.customer),
        Listener::shared(delivery.reference),
    ];
    let courier = delivery.assignment.as_ref().map(|of| &of.courier);
    listeners.extend(courier.map(Listener::full));
    let fact = Fact::CourierArriving {
        arrival: Arrival::AtTheDoor,
        whereabouts: Some(whereabouts),
        done_at,
    };
    batch.record(&delivery.reference, fact, listeners);
    Ok(())
}

impl ArrivalRow {
    fn of(reached: &Reached) -> Self {
        Self {
            reference: reached.stop.delivery.to_string(),
            attempt: i64::from(reached.stop.attempt),
            arrival: reached.arrival.as_str().to_owned(),
        }
    }
}
