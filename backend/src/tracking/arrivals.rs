//! Geofences: nearly there, and at the door. Each is told once for each time a parcel goes out.

use std::sync::{Arc, Mutex};

use porchlight_domain::event::Fact;
use porchlight_domain::geofence::Arrival;
use porchlight_domain::ids::PersonId;
use porchlight_domain::run::Stop;

use super::board::{LiveCourier, lock};
use super::queries;
use crate::accounts::Actor;
use crate::events::{Batch, Listener};
use crate::{Backend, Error};

/// Positions older than this tell nothing about now, seconds.
const TOO_OLD_S: f64 = 120.0;

/// Looks which fences the newest fix is inside of and tells of the new ones beside the request.
pub(crate) fn announce(backend: &Backend, courier: &PersonId, place: &Arc<Mutex<LiveCourier>>) {
    let reached = newly_reached(backend, &mut lock(place));
    for (stop, arrival) in reached {
        let (backend, courier) = (backend.clone(), courier.clone());
        tokio::spawn(async move {
            if let Err(error) = tell(&backend, &courier, &stop, arrival).await {
                tracing::error!(%error, delivery.reference = %stop.delivery, "An arrival was not told");
            }
        });
    }
}

fn newly_reached(backend: &Backend, live: &mut LiveCourier) -> Vec<(Stop, Arrival)> {
    let Some(fix) = live.track.latest() else {
        return Vec::new();
    };
    if backend.now().seconds_since(fix.time) > TOO_OLD_S {
        return Vec::new();
    }
    let Some(run) = live.run.as_mut() else {
        return Vec::new();
    };
    let fences = &backend.tracking().settings.geofences;
    let reached: Vec<(Stop, Arrival)> = run
        .approaches(&fix)
        .into_iter()
        .filter(|(stop, _)| stop.out_for_delivery)
        .filter_map(|(stop, approach)| Some((stop, fences.reached(&approach)?)))
        .filter(|(stop, arrival)| run.arrivals.get(&stop.delivery) < Some(arrival))
        .map(|(stop, arrival)| (stop.clone(), arrival))
        .collect();
    for (stop, arrival) in &reached {
        run.arrivals.insert(stop.delivery, *arrival);
    }
    reached
}

async fn tell(
    backend: &Backend,
    courier: &PersonId,
    stop: &Stop,
    arrival: Arrival,
) -> Result<(), Error> {
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    let now = batch.now();
    if !queries::insert_arrival(batch.tx(), stop.delivery, stop.attempt, arrival, now).await? {
        return Ok(());
    }
    let listeners = [
        Listener::recipient(&stop.customer),
        Listener::shared(stop.delivery),
        Listener::full(courier),
    ];
    batch.record(&stop.delivery, Fact::CourierArriving { arrival }, listeners);
    batch.commit().await?;
    Ok(())
}
