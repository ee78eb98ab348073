//! The way along streets to the stops that come next, for the courier's own map.

use porchlight_domain::geo::{Line, Position};
use porchlight_domain::people::Role;

use super::board::{LiveRun, lock};
use super::sync;
use crate::accounts::Actor;
use crate::{Backend, Error};

/// So many stops ahead: farther, lines only cover each other, and a phone is to keep them.
const STOPS: usize = 5;

/// The way from where the courier's phone was last to the next stops, as far as it is known; empty while no run
/// is active. Nobody but the courier is shown it: it leads past other people's doors.
pub async fn way_ahead(actor: &Actor, backend: &Backend) -> Result<Line, Error> {
    let courier = actor.with_role(Role::Courier)?.id.clone();
    let place = sync::place_of(backend, &courier).await?;
    sync::catch_up_with(backend, &courier, &place).await?;
    sync::complete_plan(backend, &courier, &place);
    let live = lock(&place);
    let van = live.track.latest().map(|fix| fix.position);
    Ok(live
        .run
        .as_ref()
        .map_or_else(Line::default, |run| ahead(run, van)))
}

fn ahead(run: &LiveRun, van: Option<Position>) -> Line {
    let stops: Vec<_> = run.run.pending().take(STOPS).collect();
    let mut line = stops
        .first()
        .and_then(|first| to_first(run, first.delivery, van?))
        .unwrap_or_default();
    for pair in stops.windows(2) {
        let leg = run.plan.between.get(&(pair[0].delivery, pair[1].delivery));
        // A way with a gap in it would be drawn through houses.
        let Some(leg) = leg else { break };
        line.0.extend(&leg.line.0);
    }
    line.0.dedup();
    line
}

fn to_first(
    run: &LiveRun,
    stop: porchlight_domain::reference::Reference,
    van: Position,
) -> Option<Line> {
    let leg = run.ways_to(stop).find(|leg| leg.is_way_of(van))?;
    let on = leg.line.nearest(van)?;
    Some(leg.line.from_along(on.along_m))
}
