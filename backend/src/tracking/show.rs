//! Shows the courier to those who watch: one frame for each recipient, serialised once for all
//! their devices, and only when something changed that a person could see.

use porchlight_domain::eta::Eta;
use porchlight_domain::event::{Envelope, Fact};
use porchlight_domain::fix::{Fix, moves_visibly};
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use porchlight_domain::reveal::RevealPolicy;
use porchlight_domain::run::Stop;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::ShownPosition;

use super::board::LiveCourier;
use super::hurry;
use super::look::Look;
use crate::events::{Frame, Topic, View};
use crate::{Backend, Error};

/// After so many seconds without a change the age of what is shown is refreshed all the same.
const REFRESH_S: f64 = 45.0;

/// What those who watch one delivery were sent last.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    position: Option<ShownPosition>,
    fix: Option<Fix>,
    eta: Eta,
    stops_before: u32,
    route_version: Option<u64>,
    at: Timestamp,
}

/// Sends whoever listens what changed for them. The caller holds the courier's lock, so frames
/// leave in the order of what they show.
pub(crate) fn show(backend: &Backend, courier: &PersonId, live: &mut LiveCourier) {
    let policy = backend.tracking().policy();
    live.reveal(&policy);
    let Some(fix) = live.track.latest() else {
        return;
    };
    let Some(run) = live.run.as_mut() else {
        return;
    };
    let mut updates = Vec::new();
    for (stop, approach) in run.approaches(&fix) {
        if stop.out_for_delivery && is_watched(backend, stop) {
            let look = run.look_at(&fix, stop, &approach, &policy);
            updates.push((stop.clone(), look));
        }
    }
    let now = backend.now();
    run.shown
        .retain(|delivery, _| updates.iter().any(|(stop, _)| stop.delivery == *delivery));
    for (stop, look) in updates {
        backend
            .tracking()
            .readings
            .note_stream(backend, courier, &stop, &look);
        let route = look
            .fix
            .and_then(|seen| run.route_from(&seen, stop.delivery));
        let known = run.shown.get(&stop.delivery);
        let Some(fact) = change(known, &look, route.clone(), &fix, now) else {
            continue;
        };
        let shown = Shown {
            position: look.position,
            fix: look.fix,
            eta: look.eta,
            stops_before: look.stops_before,
            route_version: route.map(|(_, version)| version),
            at: now,
        };
        run.shown.insert(stop.delivery, shown);
        publish(backend, &stop, &fact, now);
    }
    hurry::seen(backend, courier, live);
}

/// Whether anybody on this instance listens to what happens with a stop.
pub(super) fn is_watched(backend: &Backend, stop: &Stop) -> bool {
    backend.hub().is_heard(&Topic::person(&stop.customer))
        || backend.hub().is_heard(&Topic::shared(stop.delivery))
}

/// What to tell, if anything.
fn change(
    known: Option<&Shown>,
    look: &Look,
    route: Option<(porchlight_domain::geo::Line, u64)>,
    newest: &Fix,
    now: Timestamp,
) -> Option<Fact> {
    let moved = known.is_none_or(|known| has_moved(known, look));
    let new_route = route
        .filter(|(_, version)| known.is_none_or(|known| known.route_version != Some(*version)))
        .map(|(line, _)| line);
    if moved || new_route.is_some() {
        return Some(Fact::LocationUpdated {
            position: look.position,
            eta: look.eta,
            stops_before: look.stops_before,
            route: new_route,
            seq: look.fix.and(newest.seq),
        });
    }
    let known = known?;
    let told_otherwise = known.eta.differs(&look.eta) || known.stops_before != look.stops_before;
    let is_old = now.seconds_since(known.at) >= REFRESH_S && known.eta.as_of != look.eta.as_of;
    (told_otherwise || is_old).then_some(Fact::EtaUpdated {
        eta: look.eta,
        stops_before: look.stops_before,
    })
}

fn has_moved(known: &Shown, look: &Look) -> bool {
    match (&known.fix, &look.fix) {
        (Some(before), Some(after)) => before.time != after.time && moves_visibly(before, after),
        (None, None) => match (&known.position, &look.position) {
            (
                Some(ShownPosition::Area { area: before, .. }),
                Some(ShownPosition::Area { area: after, .. }),
            ) => before != after,
            (before, after) => before.is_some() != after.is_some(),
        },
        _ => true,
    }
}

fn publish(backend: &Backend, stop: &Stop, fact: &Fact, now: Timestamp) {
    let told = [
        (Topic::person(&stop.customer), View::Recipient),
        (Topic::shared(stop.delivery), View::ShareLink),
    ];
    for (topic, view) in told {
        if !backend.hub().is_heard(&topic) {
            continue;
        }
        match frame(stop.delivery, view, fact, now) {
            Ok(Some(frame)) => backend.hub().publish(&topic, &frame),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "A live frame was not made"),
        }
    }
}

/// A live frame in one view.
pub(crate) fn frame(
    delivery: Reference,
    view: View,
    fact: &Fact,
    now: Timestamp,
) -> Result<Option<Frame>, Error> {
    let Some(fact) = view.of(fact) else {
        return Ok(None);
    };
    let envelope = Envelope {
        id: None,
        time: now,
        subject: delivery.to_string(),
        correlation_id: None,
        fact,
    };
    Frame::live(&envelope).map(Some)
}

/// The whole of what one recipient may see, for a listener who has nothing yet.
pub(crate) fn whole(
    live: &LiveCourier,
    delivery: Reference,
    policy: &RevealPolicy,
) -> Option<(Look, Fact)> {
    let look = live.look(delivery, policy)?;
    let route = live
        .run
        .as_ref()
        .and_then(|run| run.route_from(&look.fix?, delivery))
        .map(|(line, _)| line);
    let fact = Fact::LocationUpdated {
        position: look.position,
        eta: look.eta,
        stops_before: look.stops_before,
        route,
        seq: None,
    };
    Some((look, fact))
}
