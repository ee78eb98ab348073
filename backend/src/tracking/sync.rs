//! Keeps the live board true: to the database, to the log, and to the other instances.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use porchlight_domain::fix::{Fix, Taken, Track};
use porchlight_domain::geo::Position;
use porchlight_domain::ids::{PersonId, RunId};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use tokio::sync::broadcast::error::RecvError;

use super::board::{LiveCourier, LiveRun, lock};
use super::legs::{Leg, ShownWay};
use super::{arrivals, delays, hurry, queries, readings, retention, reveal_policy, show, silence};
use crate::events::Signal;
use crate::events::queries::EventRow;
use crate::{Backend, Error, deliveries, runs};

/// How often an instance looks in the database for fixes that others received: the longest a
/// marker stands still when the bus is silent.
const LOOK_ANYWAY: Duration = Duration::from_secs(1);
const PAGE: i64 = 1000;

/// Loads every active run and starts what keeps the board true.
pub(crate) async fn begin(backend: &Backend) -> Result<(), Error> {
    reveal_policy::load(backend).await?;
    for run in runs::active(backend).await? {
        reload(backend, &run).await?;
    }
    backend.keep_doing(hear(backend.clone()));
    if backend.bus().is_shared() {
        backend.keep_doing(look_for_fixes(backend.clone()));
    }
    backend.keep_doing(arrivals::tell_noted(backend.clone()));
    backend.keep_doing(silence::watch(backend.clone()));
    backend.keep_doing(delays::watch(backend.clone()));
    readings::keep(backend);
    backend.keep_doing(retention::sweep(backend.clone()));
    Ok(())
}

/// The courier's place on the board, filled from the database the first time.
pub(crate) async fn place_of(
    backend: &Backend,
    courier: &PersonId,
) -> Result<Arc<Mutex<LiveCourier>>, Error> {
    let board = &backend.tracking().board;
    if let Some(place) = board.find(courier) {
        return Ok(place);
    }
    let latest = queries::latest_fix(backend.store().readers(), courier)
        .await?
        .map(|row| row.fix())
        .transpose()?;
    let live = LiveCourier {
        track: Track::resumed(latest),
        ..LiveCourier::default()
    };
    Ok(board.place(courier, live))
}

/// Loads the courier's active run if the board does not have it yet: the log may be a moment ahead
/// of the board, and a courier who has just set out must not be refused.
pub(crate) async fn catch_up_with(
    backend: &Backend,
    courier: &PersonId,
    place: &Mutex<LiveCourier>,
) -> Result<(), Error> {
    if lock(place).run.is_some() {
        return Ok(());
    }
    match runs::active_run_of(backend, courier).await? {
        Some(run) => reload(backend, &run).await,
        None => Ok(()),
    }
}

/// Follows a page of the log: every run it touches is loaded again, once.
pub(crate) async fn follow(backend: &Backend, rows: &[EventRow]) {
    let mut touched: HashSet<RunId> = HashSet::new();
    let mut moved: Vec<Reference> = Vec::new();
    for row in rows {
        match row.kind.as_str() {
            "run.started" | "run.ended" | "run.order.changed" => {
                touched.insert(RunId::from_text(row.subject.as_str()));
            }
            "delivery.assigned"
            | "delivery.status.changed"
            | "delivery.status.corrected"
            | "delivery.rescheduled"
            | "hold.confirmed"
            | "hold.cancelled" => moved.extend(row.subject.parse::<Reference>()),
            _ => {}
        }
    }
    touched.extend(runs_of(backend, &moved).await);
    for run in touched {
        if let Err(error) = reload(backend, &run).await {
            tracing::error!(%error, run.id = %run, "The board could not follow a run");
        }
    }
}

/// The runs that deliveries are on, and those they were on.
async fn runs_of(backend: &Backend, deliveries: &[Reference]) -> Vec<RunId> {
    let board = &backend.tracking().board;
    let before = deliveries.iter().filter_map(|one| board.run_of(*one));
    let mut runs: Vec<_> = before.collect();
    match deliveries::queries::runs_of(backend.store().readers(), deliveries).await {
        Ok(now) => runs.extend(now),
        Err(error) => tracing::error!(%error, "The board could not find the runs of deliveries"),
    }
    runs
}

async fn reload(backend: &Backend, id: &RunId) -> Result<(), Error> {
    let _turn = backend.tracking().board.turn_to_load(id).await;
    let Some(run) = runs::load(backend, id).await? else {
        return Ok(());
    };
    backend.tracking().board.note_stops(&run);
    let courier = run.courier.clone();
    let place = place_of(backend, &courier).await?;
    {
        let mut live = lock(&place);
        live.take_run(run);
        show::show(backend, &courier, &mut live);
    }
    complete_plan(backend, &courier, &place);
    Ok(())
}

async fn hear(backend: Backend) {
    let mut signals = backend.bus().subscribe();
    loop {
        match signals.recv().await {
            Ok(Signal::Fixes { courier, fixes }) => {
                if let Err(error) = take_from_elsewhere(&backend, &courier, &fixes).await {
                    tracing::warn!(%error, "Fixes of another instance were not taken");
                }
            }
            Ok(Signal::Watched { courier }) => {
                if let Err(error) = hurry::seen_elsewhere(&backend, &courier).await {
                    tracing::warn!(%error, "A courier was not told that somebody watches");
                }
            }
            Ok(Signal::SettingsChanged | Signal::Lost) | Err(RecvError::Lagged(_)) => {
                if let Err(error) = reveal_policy::load(&backend).await {
                    tracing::warn!(%error, "The reveal policy was not loaded");
                }
            }
            Ok(_) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Fixes that another instance has judged and stored.
async fn take_from_elsewhere(
    backend: &Backend,
    courier: &PersonId,
    fixes: &[Fix],
) -> Result<(), Error> {
    let limits = backend.tracking().settings.limits;
    let place = place_of(backend, courier).await?;
    let moved = {
        let mut live = lock(&place);
        let mut moved = false;
        for fix in fixes {
            moved |= live.track.take(*fix, &limits) == Ok(Taken::Latest);
        }
        if moved {
            show::show(backend, courier, &mut live);
        }
        moved
    };
    if moved {
        complete_plan(backend, courier, &place);
    }
    Ok(())
}

/// What the bus lost is in the database.
async fn look_for_fixes(backend: Backend) {
    let mut since = backend.now();
    let mut ticks = tokio::time::interval(LOOK_ANYWAY);
    loop {
        ticks.tick().await;
        let received =
            async { Ok(queries::received_after(backend.store().readers(), since, PAGE).await?) };
        match backend.while_database_answers(received).await {
            Ok(rows) => {
                for row in rows {
                    since = since.max(Timestamp::from_millis(row.received_ms));
                    let courier = PersonId::from_text(row.courier_id.as_str());
                    let Ok(fix) = row.fix() else { continue };
                    if is_of_another_run(&backend, &courier, &row) {
                        continue;
                    }
                    if let Err(error) = take_from_elsewhere(&backend, &courier, &[fix]).await {
                        tracing::warn!(%error, "A stored fix was not taken");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "Stored fixes can't be read"),
        }
    }
}

/// Whether a fix came late for a run that is over, while its courier is on another one.
fn is_of_another_run(backend: &Backend, courier: &PersonId, row: &queries::FixRow) -> bool {
    let Some(place) = backend.tracking().board.find(courier) else {
        return false;
    };
    let live = lock(&place);
    let run = live.run.as_ref().map(|live| live.run.id.as_str());
    run.is_some() && row.run_id.as_deref() != run
}

/// A way that the plan of a run lacks.
enum Missing {
    Between(Reference, Reference),
    /// From the van itself to its next stop.
    Next(Reference),
    /// From where a recipient sees the van to their door.
    Shown(Reference),
}

/// A way to be computed: what it is for, and its two ends.
type Wanted = (Missing, Position, Position);

/// Computes the ways that are missing beside the request, one task for each courier.
pub(crate) fn complete_plan(
    backend: &Backend,
    courier: &PersonId,
    place: &Arc<Mutex<LiveCourier>>,
) {
    let mut live = lock(place);
    let missing = missing(&live);
    let Some(run) = live.run.as_mut() else { return };
    if run.plan.in_progress || missing.is_empty() || backend.atlas().is_none() {
        return;
    }
    run.plan.in_progress = true;
    drop(live);
    tokio::spawn(complete(
        backend.clone(),
        courier.clone(),
        place.clone(),
        missing,
    ));
}

async fn complete(
    backend: Backend,
    courier: PersonId,
    place: Arc<Mutex<LiveCourier>>,
    missing: Vec<Wanted>,
) {
    let Some(atlas) = backend.atlas() else { return };
    let mut found: Vec<(Missing, Leg)> = Vec::with_capacity(missing.len());
    for (what, from, to) in missing {
        if let Some(leg) = atlas.way(from, to).await {
            found.push((what, leg));
        }
    }
    let mut live = lock(&place);
    let Some(run) = live.run.as_mut() else { return };
    run.plan.in_progress = false;
    for (what, leg) in found {
        match what {
            Missing::Between(from, to) => drop(run.plan.between.insert((from, to), leg)),
            Missing::Next(to) => run.plan.next = Some((to, leg)),
            Missing::Shown(to) => {
                let version = run.plan.shown.get(&to).map_or(1, |known| known.version + 1);
                run.plan.shown.insert(to, ShownWay { leg, version });
            }
        }
    }
    show::show(&backend, &courier, &mut live);
}

fn missing(live: &LiveCourier) -> Vec<Wanted> {
    let Some(run) = &live.run else {
        return Vec::new();
    };
    let van = live.track.latest().map(|fix| fix.position);
    let mut missing = between_stops(run);
    missing.extend(to_doors(run));
    missing.extend(van.and_then(|van| to_next_stop(run, van, &missing)));
    missing
}

fn between_stops(run: &LiveRun) -> Vec<Wanted> {
    let pending: Vec<_> = run.run.pending().collect();
    pending
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|(from, to)| {
            let key = (from.delivery, to.delivery);
            !run.plan.between.contains_key(&key)
        })
        .map(|(from, to)| {
            let what = Missing::Between(from.delivery, to.delivery);
            (what, from.position, to.position)
        })
        .collect()
}

/// The route lines of all who see the van, from where they see it: the van itself may be hidden
/// from them, and then its place must not enter what they are shown.
fn to_doors(run: &LiveRun) -> impl Iterator<Item = Wanted> {
    run.run.pending().filter_map(|stop| {
        let seen = run.revealed.get(&stop.delivery)?.position;
        let known = run.plan.shown.get(&stop.delivery);
        let is_known = known.is_some_and(|way| way.leg.is_way_of(seen));
        (!is_known).then_some((Missing::Shown(stop.delivery), seen, stop.position))
    })
}

/// The way of the van itself, unless one that is known or about to be tells the time as well.
fn to_next_stop(run: &LiveRun, van: Position, wanted: &[Wanted]) -> Option<Wanted> {
    let stop = run.run.pending().next()?;
    let is_known = run.ways_to(stop.delivery).any(|leg| leg.is_way_of(van));
    let is_wanted = wanted.iter().any(|(what, from, _)| {
        matches!(what, Missing::Shown(to) if *to == stop.delivery) && *from == van
    });
    (!is_known && !is_wanted).then_some((Missing::Next(stop.delivery), van, stop.position))
}
