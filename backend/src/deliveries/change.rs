//! Changing a delivery: authorise, load, decide, save, and tell after the commit.

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::case::CaseKind;
use porchlight_domain::delivery::{
    Assignment, Command, Correction, Delivery, Refusal, Status, StatusChange, Whereabouts,
    goes_back_to_the_depot,
};
use porchlight_domain::event::Fact;
use porchlight_domain::people::Email;
use porchlight_domain::reference::Reference;
use porchlight_domain::run::RunState;
use porchlight_domain::tracking::DeliveryDetail;

use super::access::{Viewer, viewer_of};
use super::handover::{self, Told};
use super::queries::{self, Locked};
use super::sharing;
use crate::accounts::{self, Actor};
use crate::events::{Batch, Listener};
use crate::idempotency::{self, Seen, Sent};
use crate::runs::queries::RunRow;
use crate::store::{Answer, Statement};
use crate::{Backend, Error, cases, chat, holds, instructions, pictures, runs, schedule};

/// Moves a delivery to another status.
pub async fn change_status(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    change: StatusChange,
) -> Result<DeliveryDetail, Error> {
    change_status_once(actor, backend, reference, change, None).await
}

/// Moves a delivery to another status; a request with the key of one that was taken changes nothing.
pub async fn change_status_once(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    change: StatusChange,
    key: Option<&IdempotencyKey>,
) -> Result<DeliveryDetail, Error> {
    take_change(actor, backend, reference, change, key).await?;
    super::detail(actor, backend, reference).await
}

/// The same for whoever does not wait to see the delivery.
pub(crate) async fn take_change(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    change: StatusChange,
    key: Option<&IdempotencyKey>,
) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    // When it was done is told anew each time it is sent, and does not make it another request.
    let request = StatusChange {
        done_at: None,
        ..change.clone()
    };
    schedule::put_back_if_done_before(&mut batch, actor, reference, &change).await?;
    holds::put_back_if_dropped_before(&mut batch, actor, reference, &change).await?;
    // What was put back before is done now, and by nobody's hand.
    batch.is_done_at(change.done_at);
    let told = handover::compared(&mut batch, actor, reference, change, key).await?;
    let change = match told {
        Told::Change(change) => change,
        Told::Wrong(error) => {
            batch.commit().await?;
            return Err(error);
        }
    };
    let to = change.to;
    let command = Command::ChangeStatus(change);
    let locks = queries::lock_all(reference, may_go_out(&command));
    let request = (reference, request);
    let claimed = idempotency::claim_with(&mut batch, actor, key, &request, locks).await?;
    let Some(answers) = claimed else {
        return Ok(());
    };
    let Changed { save, .. } = change_locked(&mut batch, actor, &answers, command).await?;
    batch.commit_with(vec![save]).await?;
    if matches!(
        to,
        Status::OutForDelivery | Status::InTransit | Status::Cancelled
    ) {
        backend.planner().wake();
    }
    tracing::info!(delivery.reference = %reference, delivery.status = to.as_str(), "Status changed");
    Ok(())
}

/// Takes back a status that was set by mistake, while the run it was set on goes on; a request with the
/// key of one that was taken changes nothing.
pub async fn correct_once(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    correction: Correction,
    sent: Sent<'_>,
) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    batch.is_done_at(sent.done_at);
    let request = (reference, &correction);
    if idempotency::claim(&mut batch, actor, sent.key, &request).await? == Seen::First {
        let from = correction.from;
        change_in(&mut batch, actor, reference, Command::Correct(correction)).await?;
        batch.commit().await?;
        tracing::info!(delivery.reference = %reference, delivery.status = from.as_str(), "Status taken back");
    }
    Ok(())
}

/// Takes note of a code that a courier's phone found wrong: five of them lock the parcel, and its recipient is told.
pub async fn report_wrong_code(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    told: &str,
    sent: Sent<'_>,
) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    batch.is_done_at(sent.done_at);
    handover::count_wrong_code(&mut batch, actor, reference, told, sent.key).await?;
    batch.commit().await?;
    Ok(())
}

/// Puts a delivery at the end of a courier's open run, or of a new one.
pub async fn assign(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    courier: &Email,
) -> Result<DeliveryDetail, Error> {
    actor.must_run_operations()?;
    let courier = accounts::courier_by_email(backend, courier).await?;
    let mut batch = Batch::begin(backend, actor).await?;
    let run = runs::open_run_of(&mut batch, &courier).await?;
    let assignment = Assignment { courier, run };
    let before = change_in(
        &mut batch,
        actor,
        reference,
        Command::Assign(assignment.clone()),
    )
    .await?;
    if before.assignment.as_ref() != Some(&assignment) {
        runs::move_stop(&mut batch, &before, &assignment).await?;
    }
    batch.commit().await?;
    backend.planner().wake();
    tracing::info!(delivery.reference = %reference, "Assigned");
    super::detail(actor, backend, reference).await
}

/// Applies one command within a batch: several make one change of several deliveries, all or
/// nothing. Returns the delivery as it was.
pub(crate) async fn change_in(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    command: Command,
) -> Result<Delivery, Error> {
    let locks = queries::lock_all(reference, may_go_out(&command));
    let answers = batch.all_together(locks).await?;
    let Changed { before, save } = change_locked(batch, actor, &answers, command).await?;
    batch.all_together(vec![save]).await?;
    Ok(before)
}

/// A change that is decided and followed.
struct Changed {
    before: Delivery,
    /// What writes the delivery's own row, which nothing that follows a change reads.
    save: Statement,
}

/// Applies a command to a delivery by the answers to [`queries::lock_all`].
async fn change_locked(
    batch: &mut Batch,
    actor: &Actor,
    answers: &[Answer],
    command: Command,
) -> Result<Changed, Error> {
    let Locked { row, beside, run } = Locked::of(answers)?.ok_or(Error::NotFound)?;
    let viewer = viewer_of(actor, &row)?;
    let mut before = row.delivery()?;
    if beside.holds > 0 {
        holds::know(batch, &mut before).await?;
    }
    may(viewer, before.status, &command)?;
    must_say_where(viewer, &command)?;
    let decided = before.apply(command)?;
    let mut facts = go_out(batch, &before, &decided, run).await?;
    facts.extend(decided);
    let after = facts.iter().fold(before.clone(), Delivery::after);
    holds::reserve(batch, &before, &facts).await?;
    let desks = holds::listeners(batch, &facts).await?;
    for fact in &facts {
        follow(batch, &before, &after, fact).await?;
        if beside.proposals > 0 && ends_coming(fact) {
            schedule::overtake(batch, &before, &after).await?;
        }
        let all = listeners(&before, &after).into_iter().chain(desks.clone());
        batch.record(&after.reference, fact.clone(), all);
    }
    if beside.chats > 0 {
        chat::follow(batch, &before, &after).await?;
    }
    instructions::follow(batch, &before, &after).await?;
    holds::follow_change(batch, &before, &facts).await?;
    let save = queries::save(&after, batch.now());
    Ok(Changed { before, save })
}

/// Whether it matters where the delivery's run stands.
fn may_go_out(command: &Command) -> bool {
    matches!(command, Command::ChangeStatus(change) if change.to == Status::OutForDelivery)
}

/// Starts the run that a parcel goes out on, which is one that is not over: when its own has ended, it is put on the
/// courier's open one first. Without that its recipient would wait for a van that nobody follows.
async fn go_out(
    batch: &mut Batch,
    before: &Delivery,
    decided: &[Fact],
    run: Option<RunRow>,
) -> Result<Vec<Fact>, Error> {
    let goes_out = decided.iter().any(
        |fact| matches!(fact, Fact::StatusChanged { to, .. } if *to == Status::OutForDelivery),
    );
    if !goes_out {
        return Ok(Vec::new());
    }
    let assignment = before.assignment.as_ref().ok_or(Refusal::NoCourier)?;
    let state = match run {
        Some(run) => run.state()?,
        None => runs::lock_state(batch, &assignment.run).await?,
    };
    match state {
        RunState::Active => Ok(Vec::new()),
        RunState::Planned => {
            runs::start_with(batch, assignment).await?;
            Ok(Vec::new())
        }
        RunState::Ended => {
            let courier = assignment.courier.clone();
            let run = runs::open_run_of(batch, &courier).await?;
            let next = Assignment { courier, run };
            runs::move_stop(batch, before, &next).await?;
            runs::start_with(batch, &next).await?;
            Ok(before.apply(Command::Assign(next))?)
        }
    }
}

/// Whether nobody can move it to another time any more.
fn ends_coming(fact: &Fact) -> bool {
    matches!(fact, Fact::StatusChanged { to, .. } if !to.still_comes())
}

/// What each kind of viewer may change.
fn may(viewer: Viewer, status: Status, command: &Command) -> Result<(), Error> {
    match (viewer, command) {
        // Whose hands it goes to is for its recipient alone to say.
        (Viewer::Admin, Command::AskForHandover(_)) => Err(Error::Forbidden),
        (Viewer::Admin, _)
        | (
            Viewer::Customer,
            Command::AskForHandover(_)
            | Command::Reschedule(_)
            | Command::Hold(_)
            | Command::CancelHold(_),
        )
        // Of holds only after a failure: `holds` has looked at that.
        | (Viewer::Courier, Command::Correct(_) | Command::Hold(_)) => Ok(()),
        // What lies at a post office is handed over and sent back there, and not by whoever brought it.
        (Viewer::Courier, Command::ChangeStatus(change))
            if status != Status::Held
                && !matches!(change.to, Status::Cancelled | Status::PickedUp) =>
        {
            Ok(())
        }
        (Viewer::Customer, Command::ChangeStatus(change)) if change.to == Status::Cancelled => {
            Ok(())
        }
        _ => Err(Error::Forbidden),
    }
}

/// A courier's step carries a confirmed location, or why there is none; others are not at the door.
fn must_say_where(viewer: Viewer, command: &Command) -> Result<(), Error> {
    let whereabouts = match command {
        Command::ChangeStatus(change) => &change.whereabouts,
        Command::Correct(correction) => &correction.whereabouts,
        Command::Assign(_)
        | Command::AskForHandover(_)
        | Command::Reschedule(_)
        | Command::PutBack(_)
        | Command::Hold(_)
        | Command::CancelHold(_) => return Ok(()),
    };
    match (viewer, whereabouts) {
        (Viewer::Courier, Whereabouts::Elsewhere) => Err(Error::invalid(
            "at",
            &"say where you are with at, or why you can't with no_fix_reason",
        )),
        _ => Ok(()),
    }
}

/// What else must be true once a fact is.
async fn follow(
    batch: &mut Batch,
    before: &Delivery,
    after: &Delivery,
    fact: &Fact,
) -> Result<(), Error> {
    match fact {
        Fact::StatusChanged {
            from,
            to,
            pictures,
            far_m,
            ..
        } => {
            pictures::claim(batch, after.reference, pictures).await?;
            if let Some(far_m) = far_m {
                look_into_distance(batch, after.reference, *far_m).await?;
            }
            if goes_back_to_the_depot(*from, *to)
                && let Some(assignment) = &before.assignment
            {
                runs::remove_stop(batch, &assignment.run, before.reference).await?;
            }
            follow_status(batch, after, *to).await
        }
        Fact::Rescheduled { leaves_run, .. } => {
            schedule::follow_move(batch, before, after, *leaves_run).await
        }
        Fact::HandoverAsked { asked: true, .. } | Fact::HandoverRenewed {} => {
            handover::renew(batch, before).await
        }
        Fact::StatusCorrected { .. } => reopen(batch, after).await,
        _ => Ok(()),
    }
}

async fn follow_status(batch: &mut Batch, after: &Delivery, to: Status) -> Result<(), Error> {
    if to == Status::Cancelled
        && let Some(assignment) = &after.assignment
    {
        runs::stops_changed(batch, &assignment.run).await?;
    }
    if to.is_final() {
        let open =
            queries::forget_secret_and_find_shares(batch.tx().await?, after.reference).await?;
        sharing::end_all(batch, after, open).await?;
    }
    Ok(())
}

/// The parcel is on the van again: on a run that goes on, and with a code if its recipient wants it in
/// their hands.
async fn reopen(batch: &mut Batch, after: &Delivery) -> Result<(), Error> {
    let assignment = after.assignment.as_ref().ok_or(Refusal::NoCourier)?;
    if runs::has_ended(batch, &assignment.run).await? {
        return Err(Error::Conflict {
            detail: "its run is over: tell dispatch what went wrong".into(),
        });
    }
    if after.handover.is_some() {
        handover::renew(batch, after).await?;
    }
    Ok(())
}

/// Admins are told; the recipient reads it on their timeline.
async fn look_into_distance(
    batch: &mut Batch,
    reference: Reference,
    far_m: u32,
) -> Result<(), Error> {
    let words = Some(format!("{far_m} m"));
    cases::open(batch, reference, CaseKind::FarFromDoor, words, []).await
}

/// Who is told of a change.
pub(crate) fn listeners(before: &Delivery, after: &Delivery) -> Vec<Listener> {
    let couriers = [before, after]
        .into_iter()
        .filter_map(|delivery| delivery.assignment.as_ref())
        .map(|assignment| Listener::full(&assignment.courier));
    let mut listeners = vec![
        Listener::recipient(&after.customer),
        Listener::shared(after.reference),
    ];
    listeners.extend(couriers);
    listeners.dedup();
    listeners
}
