//! SQL of runs and their stops. To add a query: a `const`, a row type, a function, an entry in
//! `ALL`, a test that runs on both databases.

use porchlight_domain::delivery::{HandoverLevel, Status};
use porchlight_domain::geo::Position;
use porchlight_domain::ids::{PersonId, PostOfficeId, RunId};
use porchlight_domain::reference::Reference;
use porchlight_domain::run::{Run, RunState, Stop};
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::StopOffice;
use sqlx::{AnyConnection, AnyPool, FromRow};

use crate::deliveries::queries::{level_from, unreadable};
use crate::store::{Statement, together};

const OPEN_RUN: &str = "
    select id, courier_id, state, by_hand
    from runs
    where courier_id = $1 and state <> 'ended'";

const RUN: &str = "select id, courier_id, state, by_hand from runs where id = $1";

const ACTIVE_RUNS: &str = "select id, courier_id, state, by_hand from runs where state = 'active'";

/// A write that changes nothing takes the row's lock on PostgreSQL; SQLite's writer has it anyway.
const LOCK_RUN: &str = "
    update runs
    set state = state
    where id = $1
    returning id, courier_id, state, by_hand";

/// The same for the run that a delivery is on.
const LOCK_RUN_OF: &str = "
    update runs
    set state = state
    where id = (select run_id from deliveries where reference = $1)
    returning id, courier_id, state, by_hand";

const INSERT_RUN: &str = "
    insert into runs (id, courier_id, state, created_ms)
    values ($1, $2, 'planned', $3)
    on conflict do nothing";

const START_RUN: &str = "
    update runs
    set state = 'active', started_ms = $2
    where id = $1 and state = 'planned'";

const END_RUN: &str = "
    update runs
    set state = 'ended', ended_ms = $2
    where id = $1 and state = 'active'";

const ADD_STOP: &str = "
    insert into stops (run_id, reference, place, service_s, placed)
    select $1, $2, coalesce(max(place), 0) + 1, $3, 0
    from stops
    where run_id = $1";

const REMOVE_STOP: &str = "delete from stops where run_id = $1 and reference = $2";

const STOPS: &str = "
    select s.reference, s.service_s, s.place, s.placed, d.pickup_lat, d.pickup_lon, d.customer_id, d.status, d.description,
        coalesce(o.address, d.address_text) as address_text, coalesce(o.lat, d.address_lat) as address_lat,
        coalesce(o.lon, d.address_lon) as address_lon, o.id as office_id, o.name as office_name, d.window_from_ms, d.window_to_ms, d.attempts, d.handover,
        d.photo_needed, d.never_leave_ms,
        case when exists (
            select 1
            from arrivals a
            where a.reference = d.reference and a.attempt = d.attempts and a.arrival = 'at_the_door'
        ) then 1 else 0 end as arrived,
        p.name
    from stops s
    join deliveries d on d.reference = s.reference
    join people p on p.id = d.customer_id
    left join holds h on h.reference = d.reference and h.state in ('confirmed', 'ready')
    left join post_offices o on o.id = h.office_id
    where s.run_id = $1
    order by s.place, s.reference";

const PLACE_STOP: &str = "
    update stops
    set place = $3, placed = 1
    where run_id = $1 and reference = $2";

const SET_BY_HAND: &str = "update runs set by_hand = $2 where id = $1";

const WANT_PLAN: &str = "
    insert into runs_to_plan (run_id, changes)
    values ($1, 1)
    on conflict (run_id) do update set changes = runs_to_plan.changes + 1";

const IS_PLANNED: &str = "delete from runs_to_plan where run_id = $1";

const RUNS_TO_PLAN: &str = "
    select r.id, r.courier_id, r.state, r.by_hand
    from runs_to_plan p
    join runs r on r.id = p.run_id
    where r.state <> 'ended'
    order by r.id";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    OPEN_RUN,
    RUN,
    ACTIVE_RUNS,
    LOCK_RUN,
    LOCK_RUN_OF,
    INSERT_RUN,
    START_RUN,
    END_RUN,
    ADD_STOP,
    REMOVE_STOP,
    STOPS,
    PLACE_STOP,
    SET_BY_HAND,
    WANT_PLAN,
    IS_PLANNED,
    RUNS_TO_PLAN,
];

#[derive(Debug, Clone, FromRow)]
pub(crate) struct RunRow {
    pub(crate) id: String,
    pub(crate) courier_id: String,
    pub(crate) state: String,
    pub(crate) by_hand: i64,
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct StopRow {
    pub(crate) reference: String,
    pub(crate) service_s: f64,
    pub(crate) place: i64,
    pub(crate) placed: i64,
    pub(crate) pickup_lat: f64,
    pub(crate) pickup_lon: f64,
    pub(crate) customer_id: String,
    pub(crate) status: String,
    pub(crate) description: String,
    pub(crate) address_text: String,
    pub(crate) address_lat: f64,
    pub(crate) address_lon: f64,
    pub(crate) window_from_ms: i64,
    pub(crate) window_to_ms: i64,
    pub(crate) attempts: i64,
    pub(crate) handover: i64,
    pub(crate) photo_needed: i64,
    pub(crate) never_leave_ms: Option<i64>,
    pub(crate) arrived: i64,
    /// Where it goes instead of the door.
    pub(crate) office_id: Option<String>,
    pub(crate) office_name: Option<String>,
    #[sqlx(rename = "name")]
    pub(crate) recipient: String,
}

impl RunRow {
    pub(crate) fn id(&self) -> RunId {
        RunId::from_text(self.id.as_str())
    }

    pub(crate) fn state(&self) -> Result<RunState, sqlx::Error> {
        RunState::from_text(&self.state).ok_or_else(|| unreadable("state"))
    }

    /// The run with its stops, as the rules see it.
    pub(crate) fn with(&self, stops: &[StopRow]) -> Result<Run, sqlx::Error> {
        Ok(Run {
            id: self.id(),
            courier: PersonId::from_text(self.courier_id.as_str()),
            state: self.state()?,
            stops: stops.iter().map(StopRow::stop).collect::<Result<_, _>>()?,
        })
    }
}

impl StopRow {
    pub(crate) fn status(&self) -> Result<Status, sqlx::Error> {
        Status::from_text(&self.status).ok_or_else(|| unreadable("status"))
    }

    pub(crate) fn position(&self) -> Result<Position, sqlx::Error> {
        Position::new(self.address_lat, self.address_lon).map_err(|_| unreadable("address_lat"))
    }

    /// Where the parcel is collected.
    pub(crate) fn pickup(&self) -> Result<Position, sqlx::Error> {
        Position::new(self.pickup_lat, self.pickup_lon).map_err(|_| unreadable("pickup_lat"))
    }

    pub(crate) fn reference(&self) -> Result<Reference, sqlx::Error> {
        self.reference.parse().map_err(|_| unreadable("reference"))
    }

    pub(crate) fn attempt(&self) -> Result<u32, sqlx::Error> {
        u32::try_from(self.attempts).map_err(|_| unreadable("attempts"))
    }

    /// The post office it goes to.
    pub(crate) fn office(&self) -> Option<StopOffice> {
        Some(StopOffice {
            id: PostOfficeId::from_text(self.office_id.as_deref()?),
            name: self.office_name.clone()?,
        })
    }

    pub(crate) fn handover_level(&self) -> Result<Option<HandoverLevel>, sqlx::Error> {
        level_from(self.handover)
    }

    fn stop(&self) -> Result<Stop, sqlx::Error> {
        let status = self.status()?;
        Ok(Stop {
            delivery: self.reference()?,
            customer: PersonId::from_text(self.customer_id.as_str()),
            position: self.position()?,
            pending: self.is_still_to_bring()?,
            out_for_delivery: status == Status::OutForDelivery,
            attempt: self.attempt()?,
            service_s: self.service_s,
            at_an_office: self.office_id.is_some(),
        })
    }

    /// Whether the parcel is on the van and has a door to go to, or a post office, also after a failure. One that is only
    /// booked may be collected another day: it is no stop before anyone's.
    pub(crate) fn is_still_to_bring(&self) -> Result<bool, sqlx::Error> {
        Ok(match self.status()? {
            Status::Collected | Status::InTransit | Status::OutForDelivery => true,
            Status::Failed => self.office_id.is_some(),
            Status::Booked
            | Status::Delivered
            | Status::Held
            | Status::PickedUp
            | Status::Returned
            | Status::Cancelled => false,
        })
    }
}

/// The courier's run that is not over.
pub(crate) async fn open_run(
    pool: &AnyPool,
    courier: &PersonId,
) -> Result<Option<RunRow>, sqlx::Error> {
    sqlx::query_as(OPEN_RUN)
        .bind(courier.as_str())
        .fetch_optional(pool)
        .await
}

pub(crate) async fn open_run_in(
    tx: &mut AnyConnection,
    courier: &PersonId,
) -> Result<Option<RunRow>, sqlx::Error> {
    sqlx::query_as(OPEN_RUN)
        .bind(courier.as_str())
        .fetch_optional(&mut *tx)
        .await
}

pub(crate) async fn run(pool: &AnyPool, id: &RunId) -> Result<Option<RunRow>, sqlx::Error> {
    sqlx::query_as(RUN)
        .bind(id.as_str())
        .fetch_optional(pool)
        .await
}

/// A run with its stops.
pub(crate) async fn run_with_stops(pool: &AnyPool, id: &RunId) -> Result<Option<Run>, sqlx::Error> {
    let both = [RUN, STOPS].map(|sql| sqlx::query(sql).bind(id.as_str()));
    let mut connection = pool.acquire().await?;
    let [run, stops] = together(&mut connection, both).await?;
    let row: Option<RunRow> = run.optional()?;
    let stops: Vec<StopRow> = stops.all()?;
    row.map(|row| row.with(&stops)).transpose()
}

/// The run, and nobody else changes it until the transaction ends.
pub(crate) async fn lock_run(tx: &mut AnyConnection, id: &RunId) -> Result<RunRow, sqlx::Error> {
    sqlx::query_as(LOCK_RUN)
        .bind(id.as_str())
        .fetch_one(&mut *tx)
        .await
}

/// The same for the run that a delivery is on; the answer is a [`RunRow`], if there is one.
pub(crate) fn lock_run_of(delivery: Reference) -> Statement {
    sqlx::query(LOCK_RUN_OF).bind(delivery.to_string())
}

pub(crate) async fn active_runs(pool: &AnyPool) -> Result<Vec<RunRow>, sqlx::Error> {
    sqlx::query_as(ACTIVE_RUNS).fetch_all(pool).await
}

/// Does nothing when the courier has an open run already.
pub(crate) async fn insert_run(
    tx: &mut AnyConnection,
    id: &RunId,
    courier: &PersonId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_RUN)
        .bind(id.as_str())
        .bind(courier.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Whether it was planned and is active now.
pub(crate) async fn start_run(
    tx: &mut AnyConnection,
    id: &RunId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(START_RUN)
        .bind(id.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether it was active and is over now.
pub(crate) async fn end_run(
    tx: &mut AnyConnection,
    id: &RunId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(END_RUN)
        .bind(id.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn add_stop(
    tx: &mut AnyConnection,
    run: &RunId,
    delivery: Reference,
    service_s: f64,
) -> Result<(), sqlx::Error> {
    sqlx::query(ADD_STOP)
        .bind(run.as_str())
        .bind(delivery.to_string())
        .bind(service_s)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn remove_stop(
    tx: &mut AnyConnection,
    run: &RunId,
    delivery: Reference,
) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE_STOP)
        .bind(run.as_str())
        .bind(delivery.to_string())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn stops(pool: &AnyPool, run: &RunId) -> Result<Vec<StopRow>, sqlx::Error> {
    sqlx::query_as(STOPS)
        .bind(run.as_str())
        .fetch_all(pool)
        .await
}

pub(crate) async fn stops_in(
    tx: &mut AnyConnection,
    run: &RunId,
) -> Result<Vec<StopRow>, sqlx::Error> {
    sqlx::query_as(STOPS)
        .bind(run.as_str())
        .fetch_all(&mut *tx)
        .await
}

/// Puts a stop at a place of its run, if it is there.
pub(crate) async fn place_stop(
    tx: &mut AnyConnection,
    run: &RunId,
    delivery: Reference,
    place: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(PLACE_STOP)
        .bind(run.as_str())
        .bind(delivery.to_string())
        .bind(place)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Notes whether the courier chose the order.
pub(crate) async fn set_by_hand(
    tx: &mut AnyConnection,
    run: &RunId,
    by_hand: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_BY_HAND)
        .bind(run.as_str())
        .bind(i64::from(by_hand))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The run's stops changed: it is to be planned once that is committed.
pub(crate) async fn want_plan(tx: &mut AnyConnection, run: &RunId) -> Result<(), sqlx::Error> {
    sqlx::query(WANT_PLAN)
        .bind(run.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Whether the run was to be planned; it is no longer, once that is committed.
pub(crate) async fn is_planned(tx: &mut AnyConnection, run: &RunId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(IS_PLANNED)
        .bind(run.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The runs whose stops changed since they were planned.
pub(crate) async fn runs_to_plan(pool: &AnyPool) -> Result<Vec<RunRow>, sqlx::Error> {
    sqlx::query_as(RUNS_TO_PLAN).fetch_all(pool).await
}
