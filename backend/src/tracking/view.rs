//! Answers to "where is my parcel?", from the same looks that make the frames.

use std::collections::HashMap;

use porchlight_domain::delivery::Status;
use porchlight_domain::eta::Eta;
use porchlight_domain::geo::Position;
use porchlight_domain::ids::PersonId;
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::reveal::Reveal;
use porchlight_domain::tracking::{TrackingView, progress};

use super::board::lock;
use super::sync::place_of;
use super::{hurry, ingest, show};
use crate::accounts::{Actor, couriers};
use crate::deliveries::{Viewer, load_for, queries::DeliveryRow};
use crate::events::{Frame, View};
use crate::{Backend, Error, deliveries};

/// Where a delivery is: for its customer, its courier, and admins. Refused until it is dispatched.
pub async fn tracking(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<TrackingView, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    if !row.status()?.is_dispatched() {
        return Err(Error::NotDispatched);
    }
    view(actor, backend, &row, viewer).await
}

/// The same at any time: before dispatch there is a status and nothing else.
pub(crate) async fn overview(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<TrackingView, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    view(actor, backend, &row, viewer).await
}

async fn view(
    actor: &Actor,
    backend: &Backend,
    row: &DeliveryRow,
    viewer: Viewer,
) -> Result<TrackingView, Error> {
    let (reference, status) = (row.reference()?, row.status()?);
    let mut view = TrackingView {
        reference,
        status,
        courier: None,
        position: None,
        eta: None,
        stops_before: None,
        route: None,
        progress: progress(status, None),
        as_of: backend.now(),
    };
    let courier = row.courier_id.as_deref().map(PersonId::from_text);
    let (Status::OutForDelivery, Some(courier)) = (status, courier) else {
        return Ok(view);
    };
    if viewer != Viewer::ShareLink {
        view.courier = Some(couriers::courier_card(backend, &courier).await?);
    }
    let place = place_of(backend, &courier).await?;
    let policy = backend.tracking().policy();
    let whole = show::whole(&lock(&place), reference, &policy);
    if let Some((look, fact)) = whole {
        note(actor, backend, &courier, reference, look.reveal);
        view.position = look.position;
        view.eta = Some(look.eta);
        view.stops_before = Some(look.stops_before);
        view.progress = progress(status, Some(look.stops_before));
        if let porchlight_domain::event::Fact::LocationUpdated { route, .. } = fact
            && viewer != Viewer::ShareLink
        {
            view.route = route;
        }
    }
    Ok(view)
}

/// What a listener who has just come must be shown: one frame for every delivery of theirs that
/// is out.
pub async fn snapshot(actor: &Actor, backend: &Backend) -> Result<Vec<Frame>, Error> {
    let (rows, kind) = match actor {
        Actor::Person(person) if person.role == Role::Customer => {
            let rows = deliveries::queries::by_customer(backend.store().readers(), &person.id, 200)
                .await?;
            (rows, View::Recipient)
        }
        Actor::Share(grant) => {
            let (row, _) = load_for(actor, backend, grant.delivery).await?;
            (vec![row], View::ShareLink)
        }
        Actor::Person(_) | Actor::System => return Ok(Vec::new()),
        Actor::Anonymous => return Err(Error::Unauthenticated),
    };
    let mut frames = Vec::new();
    for row in rows
        .iter()
        .filter(|row| row.status == Status::OutForDelivery.as_str())
    {
        let Some(courier) = row.courier_id.as_deref().map(PersonId::from_text) else {
            continue;
        };
        let reference = row.reference()?;
        let place = place_of(backend, &courier).await?;
        let policy = backend.tracking().policy();
        let whole = {
            let mut live = lock(&place);
            hurry::seen(backend, &courier, &mut live);
            show::whole(&live, reference, &policy)
        };
        if let Some((look, fact)) = whole {
            note(actor, backend, &courier, reference, look.reveal);
            frames.extend(show::frame(reference, kind, &fact, backend.now())?);
        }
    }
    Ok(frames)
}

fn note(actor: &Actor, backend: &Backend, courier: &PersonId, delivery: Reference, reveal: Reveal) {
    let reader = match actor {
        Actor::Person(person) if person.id != *courier => person.id.as_str(),
        Actor::Share(_) => "a shared link",
        Actor::Person(_) | Actor::Anonymous | Actor::System => return,
    };
    backend
        .tracking()
        .readings
        .note(backend, reader, courier, delivery, reveal);
}

/// When the courier gets to each stop, to the minute: for the courier's own list.
pub(crate) fn etas_for_courier(backend: &Backend, courier: &PersonId) -> HashMap<Reference, Eta> {
    let etas = || {
        let place = backend.tracking().board.find(courier)?;
        let live = lock(&place);
        let (run, fix) = (live.run.as_ref()?, live.track.latest()?);
        let expected = run.approaches(&fix).into_iter().map(|(stop, approach)| {
            let (remaining_s, before) = (approach.remaining_s, approach.stops_before);
            let eta = Eta::window(remaining_s, before, fix.time, Reveal::Exact);
            (stop.delivery, eta)
        });
        Some(expected.collect())
    };
    etas().unwrap_or_default()
}

/// Where the courier was last, if that is known.
pub(crate) async fn last_position(
    backend: &Backend,
    courier: &PersonId,
) -> Result<Option<Position>, Error> {
    let place = place_of(backend, courier).await?;
    let latest = lock(&place).track.latest();
    Ok(latest.map(|fix| fix.position))
}

/// Seconds between the reports of a courier's phone, as they are wanted now; none while nothing is shared.
pub(crate) fn interval_for_courier(backend: &Backend, courier: &PersonId) -> Option<u32> {
    let place = backend.tracking().board.find(courier)?;
    let live = lock(&place);
    live.run.as_ref()?;
    Some(ingest::interval_s(backend, &live))
}
