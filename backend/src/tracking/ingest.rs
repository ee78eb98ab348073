//! Fixes come in: judged one by one, shown at once, acknowledged when they are on disk.

use porchlight_domain::cadence::Phase;
use porchlight_domain::fix::{FixRefusal, ReportedFix, Taken};
use porchlight_domain::ids::PersonId;
use porchlight_domain::people::Role;
use serde::{Deserialize, Serialize};

use super::board::{LiveCourier, lock};
use super::queries::{self, FixRow, PastRun};
use super::{arrivals, show, silence, sync};
use crate::accounts::Actor;
use crate::events::Signal;
use crate::{Backend, Error};

/// Fixes in one batch at most: eight hours at one a minute.
pub const MAX_BATCH: usize = 500;
/// A fix that waited longer on the phone may be from an earlier run, seconds.
const LATE_S: f64 = 120.0;
/// Slower is standing, metres a second.
const STANDING_MPS: f64 = 0.7;
/// Nearer to the next stop than this, or sooner there, positions should come often.
const CLOSE_M: f64 = 400.0;
const CLOSE_S: f64 = 120.0;

/// What became of a batch of fixes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingested {
    /// How many were believed; they are on disk.
    pub accepted: u32,
    /// Those that were not, and why.
    pub refused: Vec<RefusedFix>,
    /// Seconds until the phone should report again.
    pub next_interval_s: u32,
}

/// A fix that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFix {
    /// Its place in the batch, from 0.
    pub index: u32,
    /// Why.
    pub reason: FixRefusal,
}

/// Takes a batch of fixes of the courier who asks. Position sharing is on only during a run.
pub async fn ingest(
    actor: &Actor,
    backend: &Backend,
    reported: Vec<ReportedFix>,
) -> Result<Ingested, Error> {
    let courier = &actor.with_role(Role::Courier)?.id;
    if reported.is_empty() || reported.len() > MAX_BATCH {
        return Err(Error::invalid(
            "fixes",
            &format!("send 1 to {MAX_BATCH} fixes"),
        ));
    }
    let place = sync::place_of(backend, courier).await?;
    sync::catch_up_with(backend, courier, &place).await?;
    let has_run = lock(&place).run.is_some();
    let past = past_runs(backend, courier, &reported, has_run).await?;
    let (judged, interval_s, was_silent) = {
        let mut live = lock(&place);
        let judged = judge(backend, courier, &mut live, &reported, &past)?;
        if judged.newest {
            show::show(backend, courier, &mut live);
        }
        let interval_s = interval_s(backend, &live);
        live.asked_s = Some(interval_s);
        let was_silent = !judged.rows.is_empty() && was_silent(backend, &mut live);
        (judged, interval_s, was_silent)
    };
    if judged.newest {
        pass_on(backend, courier, &judged);
        arrivals::announce(backend, courier, &place);
        sync::complete_plan(backend, courier, &place);
    }
    let accepted = u32::try_from(reported.len() - judged.refused.len()).unwrap_or(u32::MAX);
    if !judged.rows.is_empty() {
        backend.tracking().writer.write(judged.rows).await?;
    }
    if was_silent {
        backend.tracking().heard.note();
    }
    metrics::counter!("porchlight_fixes_accepted_total").increment(u64::from(accepted));
    metrics::counter!("porchlight_fixes_refused_total").increment(judged.refused.len() as u64);
    Ok(Ingested {
        accepted,
        refused: judged.refused,
        next_interval_s: interval_s,
    })
}

/// The runs that fixes may be from which waited on the phone for long: the end of a run may have come before them, and
/// the next run may be active by now.
async fn past_runs(
    backend: &Backend,
    courier: &PersonId,
    reported: &[ReportedFix],
    has_run: bool,
) -> Result<Vec<PastRun>, Error> {
    let now = backend.now();
    let is_late = |fix: &ReportedFix| now.seconds_since(fix.time) > LATE_S;
    if has_run && !reported.iter().any(is_late) {
        return Ok(Vec::new());
    }
    let since = now.plus_s(-backend.tracking().settings.limits.max_age_s);
    let pool = backend.store().readers();
    Ok(queries::past_runs(pool, courier, since).await?)
}

struct Judged {
    /// To store. A duplicate is stored again, which changes nothing: the first may not have
    /// reached the disk.
    rows: Vec<FixRow>,
    refused: Vec<RefusedFix>,
    /// Whether the marker has a new place.
    newest: bool,
    latest: Option<porchlight_domain::fix::Fix>,
}

fn judge(
    backend: &Backend,
    courier: &PersonId,
    live: &mut LiveCourier,
    reported: &[ReportedFix],
    past: &[PastRun],
) -> Result<Judged, Error> {
    let active = live.run.as_ref().map(|live| live.run.id.clone());
    let limits = backend.tracking().settings.limits;
    let now = backend.now();
    let mut in_order: Vec<(u32, &ReportedFix)> = (0..).zip(reported).collect();
    in_order.sort_by_key(|(_, fix)| fix.time);
    let mut judged = Judged {
        rows: Vec::with_capacity(reported.len()),
        refused: Vec::new(),
        newest: false,
        latest: None,
    };
    for (index, reported) in in_order {
        let taken = limits.check(reported, now).and_then(|fix| {
            if let Some(past) = past.iter().find(|run| run.was_active_at(fix.time)) {
                // It is history: nobody sees that run any more.
                judged.rows.push(FixRow::of(courier, &past.id(), &fix, now));
                return Ok(Taken::Late);
            }
            let run = active.as_ref().ok_or(FixRefusal::NoRun)?;
            let taken = live.track.take(fix, &limits);
            if matches!(taken, Ok(_) | Err(FixRefusal::Duplicate)) {
                judged.rows.push(FixRow::of(courier, run, &fix, now));
            }
            taken
        });
        match taken {
            Ok(Taken::Latest) => judged.newest = true,
            Ok(Taken::Late) => {}
            Err(reason) => judged.refused.push(RefusedFix { index, reason }),
        }
    }
    let is_of_no_run = |refused: &RefusedFix| refused.reason == FixRefusal::NoRun;
    let all_of_none = past.is_empty() || judged.refused.iter().all(is_of_no_run);
    if active.is_none() && judged.rows.is_empty() && all_of_none {
        return Err(Error::Conflict {
            detail: "position sharing is off: start your run first".into(),
        });
    }
    judged.refused.sort_by_key(|refused| refused.index);
    judged.latest = live.track.latest();
    Ok(judged)
}

fn pass_on(backend: &Backend, courier: &PersonId, judged: &Judged) {
    if backend.bus().is_shared() {
        backend.bus().send(Signal::Fixes {
            courier: courier.clone(),
            fixes: judged.latest.into_iter().collect(),
        });
    }
}

/// Whether the phone may have been told to be silent until now. From now on it is not.
fn was_silent(backend: &Backend, live: &mut LiveCourier) -> bool {
    let now = backend.now();
    let before = live.heard_at.replace(now);
    let patience_s = silence::patience_s(backend, live);
    before.is_some_and(|before| now.seconds_since(before) > patience_s)
}

/// Seconds between reports, as they are wanted now.
pub(super) fn interval_s(backend: &Backend, live: &LiveCourier) -> u32 {
    backend
        .tracking()
        .settings
        .cadence
        .interval_s(phase(backend, live))
}

/// What the courier is doing, by the newest fix.
fn phase(backend: &Backend, live: &LiveCourier) -> Phase {
    let (Some(run), Some(fix)) = (&live.run, live.track.latest()) else {
        return Phase::Idle;
    };
    let approaches = run.approaches(&fix);
    let Some((_, next)) = approaches.first() else {
        return Phase::Idle;
    };
    let is_seen_elsewhere = live.seen_until.is_some_and(|until| until > backend.now());
    let is_seen = is_seen_elsewhere || is_seen_here(backend, live);
    if is_seen || next.distance_m < CLOSE_M || next.remaining_s < CLOSE_S {
        Phase::Close
    } else if fix.speed_mps.is_some_and(|speed| speed < STANDING_MPS) {
        Phase::Idle
    } else {
        Phase::Driving
    }
}

/// Whether anybody who is connected to this instance sees the van itself.
pub(super) fn is_seen_here(backend: &Backend, live: &LiveCourier) -> bool {
    let Some(run) = &live.run else {
        return false;
    };
    run.revealed
        .keys()
        .filter_map(|delivery| run.run.stops.iter().find(|stop| stop.delivery == *delivery))
        .any(|stop| show::is_watched(backend, stop))
}
