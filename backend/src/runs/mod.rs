//! Runs: which parcels a courier brings, in which order, and when the tour begins and ends.

#[cfg(test)]
mod late_tests;
mod order;
#[cfg(test)]
mod order_tests;
mod plan;
pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use porchlight_domain::action::{self, Action, Outcome, Refused, Step};
use porchlight_domain::chat::ChatBadge;
use porchlight_domain::delivery::{
    Assignment, Command, Delivery, Status, StatusChange, Whereabouts,
};
use porchlight_domain::eta::Eta;
use porchlight_domain::event::Fact;
use porchlight_domain::handover::HandoverKit;
use porchlight_domain::ids::{PersonId, RunId};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::run::{DEFAULT_SERVICE_S, Run, RunState};
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{RunOffice, RunView, StopView};

pub use self::order::{reorder, suggest};
#[cfg(test)]
pub(crate) use self::plan::plan_all;
pub(crate) use self::plan::{Planner, begin};
use self::queries::StopRow;
use crate::accounts::Actor;
use crate::deliveries::HandoverStop;
use crate::events::{Batch, Listener};
use crate::idempotency::{self, Seen, Sent};
use crate::{Backend, Error, chat, deliveries, holds, instructions, schedule, tracking};

/// Steps in one request at most.
pub const MAX_STEPS: usize = 100;
/// What is left of a batch after so many seconds is sent again by the phone: requests have a limit.
const LONGEST_BATCH_S: f64 = 4.0;
/// Whatever arrives within so many seconds was done when it arrived.
pub(crate) const WORTH_TELLING_S: f64 = 30.0;
/// Why a parcel that goes out when its run starts has no location of its own.
const WITH_THE_RUN: &str = "went out with the whole run";

/// The courier's run that is not over, if there is one.
pub async fn today(actor: &Actor, backend: &Backend) -> Result<Option<RunView>, Error> {
    let courier = actor.with_role(Role::Courier)?.id.clone();
    match queries::open_run(backend.store().readers(), &courier).await? {
        Some(row) => view(backend, &row).await.map(Some),
        None => Ok(None),
    }
}

/// Starts the courier's run: every parcel that is on the van goes out for delivery, all at once or
/// none, and position sharing begins. Starting twice changes nothing.
pub async fn start(actor: &Actor, backend: &Backend) -> Result<RunView, Error> {
    start_once(actor, backend, Sent::default()).await?;
    today(actor, backend).await?.ok_or(Error::NotFound)
}

async fn start_once(actor: &Actor, backend: &Backend, sent: Sent<'_>) -> Result<(), Error> {
    let courier = actor.with_role(Role::Courier)?.id.clone();
    let mut batch = Batch::begin(backend, actor).await?;
    batch.is_done_at(sent.done_at);
    if idempotency::claim(&mut batch, actor, sent.key, &Step::StartRun).await? == Seen::Again {
        return Ok(());
    }
    if let Err(error) = start_all(&mut batch, actor, &courier).await {
        batch.roll_back(&error.to_string()).await;
        return Err(error);
    }
    batch.commit().await?;
    tracing::info!(courier.id = %courier, "Run started");
    Ok(())
}

async fn start_all(batch: &mut Batch, actor: &Actor, courier: &PersonId) -> Result<(), Error> {
    let row = queries::open_run_in(batch.tx().await?, courier)
        .await?
        .ok_or(Error::NotFound)?;
    let run = row.id();
    let assignment = Assignment {
        courier: courier.clone(),
        run: run.clone(),
    };
    start_with(batch, &assignment).await?;
    for stop in queries::stops_in(batch.tx().await?, &run).await? {
        if matches!(stop.status()?, Status::Collected | Status::InTransit) {
            let whereabouts = Whereabouts::NoFix {
                reason: WITH_THE_RUN.to_owned(),
            };
            let change = StatusChange::to(Status::OutForDelivery, whereabouts);
            let command = Command::ChangeStatus(change);
            deliveries::change_in(batch, actor, stop.reference()?, command).await?;
        }
    }
    Ok(())
}

/// Ends the courier's run and with it position sharing. Parcels that are still out must be
/// accounted for first.
pub async fn end(actor: &Actor, backend: &Backend) -> Result<(), Error> {
    end_once(actor, backend, Sent::default()).await
}

async fn end_once(actor: &Actor, backend: &Backend, sent: Sent<'_>) -> Result<(), Error> {
    let courier = actor.with_role(Role::Courier)?.id.clone();
    let mut batch = Batch::begin(backend, actor).await?;
    batch.is_done_at(sent.done_at);
    if idempotency::claim(&mut batch, actor, sent.key, &Step::EndRun).await? == Seen::Again {
        return Ok(());
    }
    let row = queries::open_run_in(batch.tx().await?, &courier)
        .await?
        .ok_or(Error::NotFound)?;
    let run = row.id();
    // Whoever sends a parcel out on this run at the same moment is waited for, or finds it ended.
    queries::lock_run(batch.tx().await?, &run).await?;
    let stops = queries::stops_in(batch.tx().await?, &run).await?;
    let out = stops
        .iter()
        .filter(|stop| stop.status == Status::OutForDelivery.as_str())
        .count();
    if out > 0 {
        return Err(Error::Conflict {
            detail: format!("{out} parcels are still out: deliver them, or say why not"),
        });
    }
    let now = batch.now();
    if !queries::end_run(batch.tx().await?, &run, now).await? {
        return Err(Error::Conflict {
            detail: "this run has not started".into(),
        });
    }
    let fact = Fact::RunEnded {
        run: run.clone(),
        done_at: None,
    };
    batch.record(&run, fact, [Listener::full(&courier)]);
    tracking::forget_silence(&mut batch, &run).await?;
    batch.commit().await?;
    tracing::info!(courier.id = %courier, "Run ended");
    Ok(())
}

/// Takes a step that a courier's phone may have kept for a while and may send several times: it is
/// taken once.
pub async fn take(actor: &Actor, backend: &Backend, action: Action) -> Result<(), Error> {
    let reference = action.step.reference();
    match take_step(actor, backend, action).await {
        Err(error @ Error::AlreadyDone { .. }) => {
            backend.store().synced().await?;
            Err(error)
        }
        Err(error) => Err(schedule::explained(actor, backend, reference, error).await),
        taken => taken,
    }
}

async fn take_step(actor: &Actor, backend: &Backend, action: Action) -> Result<(), Error> {
    let key = Some(&action.key);
    let done_at = action::done_at(backend.now(), action.done_s_ago)
        .filter(|_| action.done_s_ago >= WORTH_TELLING_S);
    let sent = Sent { key, done_at };
    match action.step {
        Step::StartRun => start_once(actor, backend, sent).await,
        Step::EndRun => end_once(actor, backend, sent).await,
        Step::Reorder { order } => of_a_run(order::reorder_once(actor, backend, order, sent).await),
        Step::SuggestOrder => of_a_run(order::suggest_once(actor, backend, key).await),
        Step::WrongCode { reference, told } => {
            deliveries::report_wrong_code(actor, backend, reference, &told, sent).await
        }
        Step::AnswerInstruction {
            reference,
            instruction,
            confirmed,
        } => instructions::answer(actor, backend, reference, &instruction, confirmed, sent).await,
        Step::Withdraw { key } => idempotency::withdraw(actor, backend, &key).await,
        Step::ProposeWindow { reference, slot } => {
            schedule::propose(actor, backend, reference, slot, sent).await
        }
        Step::TakeToOffice { reference, office } => {
            holds::take_to_office(actor, backend, reference, &office, sent).await
        }
        Step::ChangeStatus { reference, change } => {
            let change = StatusChange { done_at, ..change };
            deliveries::take_change(actor, backend, reference, change, key).await
        }
        Step::Correct {
            reference,
            correction,
        } => deliveries::correct_once(actor, backend, reference, correction, sent).await,
        Step::Arrive {
            reference,
            whereabouts,
        } => deliveries::arrive_once(actor, backend, reference, whereabouts, sent).await,
    }
}

/// Takes steps in their order, each as a whole, and says what became of each. One that is refused does not
/// keep those behind it. Where the server can't go on, the rest has no outcome and is to be sent again.
pub async fn take_all(
    actor: &Actor,
    backend: &Backend,
    actions: Vec<Action>,
) -> Result<Vec<Outcome>, Error> {
    actor.with_role(Role::Courier)?;
    if actions.is_empty() || actions.len() > MAX_STEPS {
        let problem = format!("send 1 to {MAX_STEPS} steps");
        return Err(Error::invalid("steps", &problem));
    }
    let began = backend.now();
    let mut outcomes = Vec::with_capacity(actions.len());
    for action in actions {
        let has_proof = action.step.has_proof();
        match outcome(take(actor, backend, action).await, has_proof) {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) if outcomes.is_empty() => return Err(error),
            Err(_) => break,
        }
        if backend.now().seconds_since(began) > LONGEST_BATCH_S {
            break;
        }
    }
    Ok(outcomes)
}

/// What is to be said of a step; an error where it is to be sent again.
fn outcome(answer: Result<(), Error>, has_proof: bool) -> Result<Outcome, Error> {
    let refused = |why, is_mendable| Ok(Outcome::Refused(Refused { why, is_mendable }));
    match answer {
        // What this step brings beside the status is not kept, and its courier is told so. Nothing is to be kept back
        // for it: the parcel is where the step says.
        Err(Error::AlreadyDone { detail }) if has_proof => refused(
            Some(format!("{detail}. The proof from this phone was not added")),
            true,
        ),
        Ok(()) | Err(Error::AlreadyDone { .. }) => Ok(Outcome::Taken),
        Err(Error::NotFound | Error::Forbidden | Error::NotDispatched) => refused(None, false),
        Err(Error::Conflict { detail }) => refused(Some(detail), false),
        Err(Error::Invalid { detail, .. }) => refused(Some(detail), true),
        Err(
            error @ (Error::Unauthenticated
            | Error::RateLimited { .. }
            | Error::Unavailable { .. }
            | Error::Internal),
        ) => Err(error),
    }
}

/// The order of a run that is over meanwhile is nobody's concern.
fn of_a_run(ordered: Result<(), Error>) -> Result<(), Error> {
    match ordered {
        Err(Error::NotFound) => Ok(()),
        other => other,
    }
}

/// Makes a planned run active within a batch; an active one stays as it is.
pub(crate) async fn start_with(batch: &mut Batch, assignment: &Assignment) -> Result<(), Error> {
    let now = batch.now();
    if queries::start_run(batch.tx().await?, &assignment.run, now).await? {
        let fact = Fact::RunStarted {
            run: assignment.run.clone(),
            done_at: None,
        };
        batch.record(&assignment.run, fact, [Listener::full(&assignment.courier)]);
    }
    Ok(())
}

/// The courier's open run, made when there is none.
pub(crate) async fn open_run_of(batch: &mut Batch, courier: &PersonId) -> Result<RunId, Error> {
    let id = RunId::from_random(batch.random_bytes());
    let now = batch.now();
    // Two at once: one inserts, both find the same run.
    queries::insert_run(batch.tx().await?, &id, courier, now).await?;
    let row = queries::open_run_in(batch.tx().await?, courier)
        .await?
        .ok_or(Error::Internal)?;
    Ok(row.id())
}

/// Whether a run is over; if not, it stays so until the batch ends.
pub(crate) async fn has_ended(batch: &mut Batch, run: &RunId) -> Result<bool, Error> {
    let row = queries::lock_run(batch.tx().await?, run).await?;
    Ok(row.state()? == RunState::Ended)
}

/// Where a run stands; it stays there until the batch ends.
pub(crate) async fn lock_state(batch: &mut Batch, run: &RunId) -> Result<RunState, Error> {
    Ok(queries::lock_run(batch.tx().await?, run).await?.state()?)
}

/// Takes a delivery's stop off a run.
pub(crate) async fn remove_stop(
    batch: &mut Batch,
    run: &RunId,
    delivery: Reference,
) -> Result<(), Error> {
    queries::remove_stop(batch.tx().await?, run, delivery).await?;
    stops_changed(batch, run).await
}

/// Takes a delivery's stop off its old run and puts it at the end of the new one, to wait there for its
/// place.
pub(crate) async fn move_stop(
    batch: &mut Batch,
    before: &Delivery,
    to: &Assignment,
) -> Result<(), Error> {
    if let Some(from) = &before.assignment {
        queries::remove_stop(batch.tx().await?, &from.run, before.reference).await?;
        queries::want_plan(batch.tx().await?, &from.run).await?;
    }
    queries::add_stop(
        batch.tx().await?,
        &to.run,
        before.reference,
        DEFAULT_SERVICE_S,
    )
    .await?;
    stops_changed(batch, &to.run).await
}

/// The order of a run is to be planned anew; whoever commits wakes the planner.
pub(crate) async fn stops_changed(batch: &mut Batch, run: &RunId) -> Result<(), Error> {
    Ok(queries::want_plan(batch.tx().await?, run).await?)
}

/// A run as the live board follows it; `None` when it is unknown.
pub(crate) async fn load(backend: &Backend, id: &RunId) -> Result<Option<Run>, Error> {
    Ok(queries::run_with_stops(backend.store().readers(), id).await?)
}

/// The courier's run on which position sharing is on.
pub(crate) async fn active_run_of(
    backend: &Backend,
    courier: &PersonId,
) -> Result<Option<RunId>, Error> {
    let open = queries::open_run(backend.store().readers(), courier).await?;
    let active = open.filter(|row| row.state == RunState::Active.as_str());
    Ok(active.map(|row| row.id()))
}

/// Every run on which position sharing is on.
pub(crate) async fn active(backend: &Backend) -> Result<Vec<RunId>, Error> {
    let rows = queries::active_runs(backend.store().readers()).await?;
    Ok(rows.iter().map(queries::RunRow::id).collect())
}

async fn view(backend: &Backend, row: &queries::RunRow) -> Result<RunView, Error> {
    let stops = queries::stops(backend.store().readers(), &row.id()).await?;
    let state = row.state()?;
    let courier = PersonId::from_text(row.courier_id.as_str());
    let watchers = if state == RunState::Active {
        tracking::watchers(backend, &courier).await?
    } else {
        Vec::new()
    };
    let next_interval_s = tracking::interval_for_courier(backend, &courier);
    let mut etas = tracking::etas_for_courier(backend, &courier);
    let mut kits = kits(backend, row, &stops).await?;
    let mut chats = chat::badges_of_run(backend, &row.id(), &courier).await?;
    let mut cards = instructions::of_run(backend, &row.id(), &courier).await?;
    let mut proposals = schedule::of_run(backend, &row.id()).await?;
    let mut views = Vec::with_capacity(stops.len());
    for stop in &stops {
        let view = stop_view(&mut etas, stop)?;
        let kit = kits.remove(&view.reference);
        let mut chat = chats.remove(&view.reference).unwrap_or_default();
        chat.offered |= view.status == Status::OutForDelivery;
        views.push(StopView {
            kit,
            chat,
            instructions: cards.remove(&view.reference).unwrap_or_default(),
            proposal: proposals.remove(&view.reference),
            ..view
        });
    }
    Ok(RunView {
        id: row.id(),
        state,
        next_interval_s: next_interval_s.filter(|_| state == RunState::Active),
        stops: views,
        watchers,
        by_hand: row.by_hand != 0,
        slots: schedule::open_windows(backend).await?,
        offices: offices(backend, &stops).await?,
    })
}

/// Where the courier may bring what can't be delivered: near each stop, which may be an office that is full.
async fn offices(backend: &Backend, stops: &[StopRow]) -> Result<Vec<RunOffice>, Error> {
    let mut places = Vec::with_capacity(stops.len());
    for stop in stops {
        let window_to = Timestamp::from_millis(stop.window_to_ms);
        places.push((stop.position()?, window_to.max(backend.now())));
    }
    holds::offices::with_room_near(backend, &places).await
}

/// What the phone needs at the doors of recipients who asked for handover, while their parcels are out.
async fn kits(
    backend: &Backend,
    row: &queries::RunRow,
    stops: &[StopRow],
) -> Result<BTreeMap<Reference, HandoverKit>, Error> {
    let assignment = Assignment {
        courier: PersonId::from_text(row.courier_id.as_str()),
        run: row.id(),
    };
    let mut asked = Vec::new();
    for stop in stops {
        if let Some(level) = stop.handover_level()?
            && stop.status()? == Status::OutForDelivery
        {
            asked.push(HandoverStop {
                reference: stop.reference()?,
                level,
                attempt: stop.attempt()?,
            });
        }
    }
    deliveries::kits(backend, &assignment, asked).await
}

fn stop_view(etas: &mut HashMap<Reference, Eta>, stop: &StopRow) -> Result<StopView, Error> {
    let reference = stop.reference()?;
    Ok(StopView {
        reference,
        status: stop.status()?,
        address: porchlight_domain::delivery::Address {
            text: stop.address_text.clone(),
            position: stop.position()?,
        },
        description: stop.description.clone(),
        recipient: stop.recipient.clone(),
        window: porchlight_domain::delivery::Window {
            from: Timestamp::from_millis(stop.window_from_ms),
            to: Timestamp::from_millis(stop.window_to_ms),
        },
        eta: etas.remove(&reference),
        handover: stop.handover_level()?.is_some(),
        kit: None,
        photo_needed: stop.photo_needed != 0,
        arrived: stop.arrived != 0,
        chat: ChatBadge::default(),
        never_leave: stop.never_leave_ms.map(Timestamp::from_millis),
        instructions: Vec::new(),
        proposal: None,
        office: stop.office(),
    })
}
