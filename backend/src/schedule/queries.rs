//! SQL of windows and proposals. To add a query: a `const`, a function, an entry in `ALL`.

use porchlight_domain::delivery::{Assignment, Delivery, Status, Window};
use porchlight_domain::ids::{PersonId, ProposalId, RunId};
use porchlight_domain::reference::Reference;
use porchlight_domain::schedule::{Day, Hours, ProposalEnd, ProposalView, Slot};
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

use super::proposals::Made;
use crate::deliveries::queries::unreadable;

const TAKE_TURN: &str = "
    insert into window_turns (from_ms, to_ms)
    values ($1, $2)
    on conflict (from_ms, to_ms) do update set to_ms = excluded.to_ms";

/// Those that come no more give their space back. What was delivered has used it.
const COUNT_IN: &str = "
    select count(*)
    from deliveries
    where window_from_ms >= $1 and window_from_ms < $2
        and status not in ('cancelled', 'returned', 'held', 'picked_up')";

const LOADS: &str = "
    select window_from_ms, count(*) as parcels
    from deliveries
    where window_from_ms >= $1 and window_from_ms < $2
        and status not in ('cancelled', 'returned', 'held', 'picked_up')
    group by window_from_ms";

const IS_AT_THE_DOOR: &str = "
    select count(*)
    from arrivals
    where reference = $1 and attempt = $2 and arrival = 'at_the_door'";

const LEAVE: &str = "
    insert into left_runs (
        reference, courier_id, run_id, was_out, window_from_ms, window_to_ms, left_ms
    )
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (reference) do update
    set courier_id = excluded.courier_id,
        run_id = excluded.run_id,
        was_out = excluded.was_out,
        window_from_ms = excluded.window_from_ms,
        window_to_ms = excluded.window_to_ms,
        left_ms = excluded.left_ms";

const LEFT: &str = "
    select courier_id, run_id, was_out, window_from_ms, window_to_ms, left_ms
    from left_runs
    where reference = $1 and courier_id = $2";

const FORGET_LEFT: &str = "delete from left_runs where reference = $1";

const PROPOSE: &str = "
    insert into proposals (
        id, reference, date, hours, from_ms, to_ms, proposed_by, proposed_ms
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

const PROPOSAL: &str = "
    select id, reference, date, hours, from_ms, to_ms, outcome
    from proposals
    where id = $1 and reference = $2";

const OPEN_PROPOSAL: &str = "
    select id, reference, date, hours, from_ms, to_ms, outcome
    from proposals
    where reference = $1 and ended_ms is null";

const PROPOSALS_OF_RUN: &str = "
    select p.id, p.reference, p.date, p.hours, p.from_ms, p.to_ms, p.outcome
    from proposals p
    join stops s on s.reference = p.reference
    where s.run_id = $1 and p.ended_ms is null";

const PROPOSALS_BY: &str = "
    select id, reference, date, hours, from_ms, to_ms, outcome, proposed_ms
    from proposals
    where reference = $1 and proposed_by = $2
    order by proposed_ms
    limit 100";

const END_PROPOSAL: &str = "
    update proposals
    set ended_ms = $2, outcome = $3
    where id = $1 and ended_ms is null";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    TAKE_TURN,
    COUNT_IN,
    LOADS,
    IS_AT_THE_DOOR,
    LEAVE,
    LEFT,
    FORGET_LEFT,
    PROPOSE,
    PROPOSAL,
    OPEN_PROPOSAL,
    PROPOSALS_OF_RUN,
    PROPOSALS_BY,
    END_PROPOSAL,
];

#[derive(FromRow)]
pub(super) struct LoadRow {
    pub(super) window_from_ms: i64,
    pub(super) parcels: i64,
}

/// The run that a parcel was taken from.
#[derive(Debug, Clone, FromRow)]
pub(super) struct LeftRow {
    courier_id: String,
    run_id: String,
    pub(super) was_out: i64,
    window_from_ms: i64,
    window_to_ms: i64,
    left_ms: i64,
}

impl LeftRow {
    pub(super) fn assignment(&self) -> Assignment {
        Assignment {
            courier: PersonId::from_text(self.courier_id.as_str()),
            run: RunId::from_text(self.run_id.as_str()),
        }
    }

    pub(super) fn window(&self) -> Window {
        window(self.window_from_ms, self.window_to_ms)
    }

    pub(super) fn left_at(&self) -> Timestamp {
        Timestamp::from_millis(self.left_ms)
    }
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct ProposalRow {
    id: String,
    reference: String,
    date: String,
    hours: String,
    from_ms: i64,
    to_ms: i64,
    pub(super) outcome: Option<String>,
}

impl ProposalRow {
    pub(super) fn reference(&self) -> Result<Reference, sqlx::Error> {
        self.reference.parse().map_err(|_| unreadable("reference"))
    }

    pub(super) fn view(&self) -> Result<ProposalView, sqlx::Error> {
        Ok(ProposalView {
            id: ProposalId::from_text(self.id.as_str()),
            slot: Slot {
                date: Day::parse(&self.date).map_err(|_| unreadable("date"))?,
                window: Hours::parse(&self.hours).map_err(|_| unreadable("hours"))?,
            },
            span: window(self.from_ms, self.to_ms),
        })
    }
}

/// A proposal, when it was made and how it ended.
#[derive(Debug, Clone, FromRow)]
pub(super) struct MadeRow {
    #[sqlx(flatten)]
    proposal: ProposalRow,
    proposed_ms: i64,
}

impl MadeRow {
    pub(super) fn made(&self) -> Result<Made, sqlx::Error> {
        let end =
            self.proposal.outcome.as_deref().map(|outcome| {
                ProposalEnd::from_text(outcome).ok_or_else(|| unreadable("outcome"))
            });
        Ok(Made {
            view: self.proposal.view()?,
            at: Timestamp::from_millis(self.proposed_ms),
            end: end.transpose()?,
        })
    }
}

fn window(from_ms: i64, to_ms: i64) -> Window {
    Window {
        from: Timestamp::from_millis(from_ms),
        to: Timestamp::from_millis(to_ms),
    }
}

/// Waits until nobody else moves a parcel into this window, and keeps others from it until the transaction ends.
pub(super) async fn take_turn(tx: &mut AnyConnection, span: Window) -> Result<(), sqlx::Error> {
    sqlx::query(TAKE_TURN)
        .bind(span.from.millis())
        .bind(span.to.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// How many parcels come in a window.
pub(super) async fn count_in(tx: &mut AnyConnection, span: Window) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT_IN)
        .bind(span.from.millis())
        .bind(span.to.millis())
        .fetch_one(&mut *tx)
        .await
}

/// How many parcels come from which moment on, of those that come in a span.
pub(super) async fn loads(pool: &AnyPool, span: Window) -> Result<Vec<LoadRow>, sqlx::Error> {
    sqlx::query_as(LOADS)
        .bind(span.from.millis())
        .bind(span.to.millis())
        .fetch_all(pool)
        .await
}

/// Whether its courier is at the door of a parcel that is out.
pub(super) async fn is_at_the_door(
    tx: &mut AnyConnection,
    delivery: &Delivery,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(IS_AT_THE_DOOR)
        .bind(delivery.reference.to_string())
        .bind(i64::from(delivery.attempts))
        .fetch_one(&mut *tx)
        .await?;
    Ok(delivery.status == Status::OutForDelivery && count > 0)
}

/// Notes the run that a parcel was on.
pub(super) async fn leave(
    tx: &mut AnyConnection,
    before: &Delivery,
    assignment: &Assignment,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(LEAVE)
        .bind(before.reference.to_string())
        .bind(assignment.courier.as_str())
        .bind(assignment.run.as_str())
        .bind(i64::from(before.status == Status::OutForDelivery))
        .bind(before.window.from.millis())
        .bind(before.window.to.millis())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The run of this courier that a parcel was taken from last.
pub(super) async fn left(
    pool: &AnyPool,
    reference: Reference,
    courier: &PersonId,
) -> Result<Option<LeftRow>, sqlx::Error> {
    sqlx::query_as(LEFT)
        .bind(reference.to_string())
        .bind(courier.as_str())
        .fetch_optional(pool)
        .await
}

pub(super) async fn left_in(
    tx: &mut AnyConnection,
    reference: Reference,
    courier: &PersonId,
) -> Result<Option<LeftRow>, sqlx::Error> {
    sqlx::query_as(LEFT)
        .bind(reference.to_string())
        .bind(courier.as_str())
        .fetch_optional(&mut *tx)
        .await
}

pub(super) async fn forget_left(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET_LEFT)
        .bind(reference.to_string())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// A proposal to store.
pub(super) struct NewProposal<'a> {
    pub(super) id: &'a ProposalId,
    pub(super) reference: Reference,
    pub(super) slot: Slot,
    pub(super) span: Window,
    pub(super) by: &'a PersonId,
}

pub(super) async fn propose(
    tx: &mut AnyConnection,
    new: &NewProposal<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(PROPOSE)
        .bind(new.id.as_str())
        .bind(new.reference.to_string())
        .bind(new.slot.date.to_string())
        .bind(new.slot.window.to_string())
        .bind(new.span.from.millis())
        .bind(new.span.to.millis())
        .bind(new.by.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn proposal(
    tx: &mut AnyConnection,
    id: &ProposalId,
    reference: Reference,
) -> Result<Option<ProposalRow>, sqlx::Error> {
    sqlx::query_as(PROPOSAL)
        .bind(id.as_str())
        .bind(reference.to_string())
        .fetch_optional(&mut *tx)
        .await
}

pub(super) async fn open_proposal(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Option<ProposalRow>, sqlx::Error> {
    sqlx::query_as(OPEN_PROPOSAL)
        .bind(reference.to_string())
        .fetch_optional(pool)
        .await
}

pub(super) async fn open_proposal_in(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Option<ProposalRow>, sqlx::Error> {
    sqlx::query_as(OPEN_PROPOSAL)
        .bind(reference.to_string())
        .fetch_optional(&mut *tx)
        .await
}

pub(super) async fn proposals_of_run(
    pool: &AnyPool,
    run: &RunId,
) -> Result<Vec<ProposalRow>, sqlx::Error> {
    sqlx::query_as(PROPOSALS_OF_RUN)
        .bind(run.as_str())
        .fetch_all(pool)
        .await
}

/// Those that one courier made for a delivery, oldest first.
pub(super) async fn proposals_by(
    pool: &AnyPool,
    reference: Reference,
    courier: &PersonId,
) -> Result<Vec<MadeRow>, sqlx::Error> {
    sqlx::query_as(PROPOSALS_BY)
        .bind(reference.to_string())
        .bind(courier.as_str())
        .fetch_all(pool)
        .await
}

/// Whether it was open.
pub(super) async fn end_proposal(
    tx: &mut AnyConnection,
    id: &ProposalId,
    end: ProposalEnd,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(END_PROPOSAL)
        .bind(id.as_str())
        .bind(now.millis())
        .bind(end.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
