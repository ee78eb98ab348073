//! SQL of positions, their readers, arrivals and the operator's settings. To add a query: a
//! `const`, a row type, a function, an entry in `ALL`, a test that runs on both databases.

use std::collections::HashSet;
use std::sync::LazyLock;

use porchlight_domain::fix::Fix;
use porchlight_domain::geo::Position;
use porchlight_domain::ids::{PersonId, RunId};
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use super::history::HistoryQuery;
use crate::deliveries::queries::unreadable;
use crate::events::queries::EventRow;
use crate::store::{ManyRows, ROWS_AT_ONCE, Statement};

const INSERT_FIX: &str = "
    insert into fixes (
        courier_id, time_ms, run_id, lat, lon, accuracy_m, speed_mps, heading_deg, received_ms
    )
    values ";
static INSERT_FIXES: LazyLock<ManyRows> = LazyLock::new(|| {
    ManyRows::new(
        INSERT_FIX,
        9,
        " on conflict (courier_id, time_ms) do nothing",
    )
});

const LATEST_FIX: &str = "
    select courier_id, time_ms, run_id, lat, lon, accuracy_m, speed_mps, heading_deg, received_ms
    from fixes
    where courier_id = $1
    order by time_ms desc
    limit 1";

const RECEIVED_AFTER: &str = "
    select courier_id, time_ms, run_id, lat, lon, accuracy_m, speed_mps, heading_deg, received_ms
    from fixes
    where received_ms > $1
    order by received_ms, time_ms
    limit $2";

/// History by courier, time and area.
const HISTORY: &str = "
    select courier_id, time_ms, run_id, lat, lon, accuracy_m, speed_mps, heading_deg, received_ms
    from fixes
    where courier_id = $1
        and time_ms between $2 and $3
        and lat between $4 and $5
        and lon between $6 and $7
    order by time_ms
    limit $8";

/// For [`crate::store::Store::purge`].
const PAST_RUNS: &str = "
    select id, started_ms, ended_ms
    from runs
    where courier_id = $1 and state = 'ended' and started_ms is not null and ended_ms >= $2";

pub(super) const PURGE_FIXES: &str = "
    delete from fixes where (courier_id, time_ms) in (
        select courier_id, time_ms from fixes where received_ms < $1 limit $2
    )";

const INSERT_READING: &str = "
    insert into position_readings (
        id, reader_id, courier_id, reference, reveal, from_ms, to_ms
    )
    values ";
static SAVE_READINGS: LazyLock<ManyRows> = LazyLock::new(|| {
    let grow = "
    on conflict (id) do update
    set to_ms = excluded.to_ms, reveal = excluded.reveal";
    ManyRows::new(INSERT_READING, 7, grow)
});

const READINGS: &str = "
    select r.id, r.reader_id, r.courier_id, r.reference, r.reveal, r.from_ms, r.to_ms,
        reader.name as reader_name, reader.role as reader_role, courier.name as courier_name
    from position_readings r
    left join people reader on reader.id = r.reader_id
    join people courier on courier.id = r.courier_id
    where ($1 = '' or r.courier_id = $1) and r.to_ms >= $2
    order by r.to_ms desc, r.id
    limit $3";

/// For [`crate::store::Store::purge`].
pub(super) const PURGE_READINGS: &str = "
    delete from position_readings where id in (
        select id from position_readings where to_ms < $1 limit $2
    )";

const INSERT_ARRIVAL: &str = "
    insert into arrivals (reference, attempt, arrival, time_ms)
    values ";
static INSERT_ARRIVALS: LazyLock<ManyRows> = LazyLock::new(|| {
    let new_ones = "
    on conflict do nothing
    returning reference, attempt, arrival";
    ManyRows::new(INSERT_ARRIVAL, 4, new_ones)
});

const SETTING: &str = "select value from operator_settings where name = $1";

/// A write that changes nothing takes the row's lock on PostgreSQL; SQLite's writer has it anyway.
const LOCK_SETTING: &str = "
    update operator_settings
    set value = value
    where name = $1
    returning value";

const SETTING_CHANGES: &str = "
    select e.seq, e.id, e.type, e.time_ms, e.subject, e.actor_role, e.actor_id,
        e.correlation_id, e.data, e.previous_hash, e.hash, p.name as actor_name
    from events e
    left join people p on p.id = e.actor_id
    where e.subject = $1
    order by e.seq desc
    limit $2";

const SAVE_SETTING: &str = "
    insert into operator_settings (name, value)
    values ($1, $2)
    on conflict (name) do update
    set value = excluded.value";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    LATEST_FIX,
    RECEIVED_AFTER,
    HISTORY,
    PURGE_FIXES,
    READINGS,
    PURGE_READINGS,
    SETTING,
    PAST_RUNS,
    LOCK_SETTING,
    SETTING_CHANGES,
    SAVE_SETTING,
];

/// The statements for many rows, for the same test.
#[cfg(test)]
pub(crate) const ALL_MANY: &[&LazyLock<ManyRows>] =
    &[&INSERT_FIXES, &SAVE_READINGS, &INSERT_ARRIVALS];

/// A fix as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FixRow {
    pub(crate) courier_id: String,
    pub(crate) time_ms: i64,
    pub(crate) run_id: Option<String>,
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    pub(crate) accuracy_m: f64,
    pub(crate) speed_mps: Option<f64>,
    pub(crate) heading_deg: Option<f64>,
    pub(crate) received_ms: i64,
}

/// A change of a setting, and the name of whoever made it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SettingChangeRow {
    #[sqlx(flatten)]
    pub(crate) event: EventRow,
    pub(crate) actor_name: Option<String>,
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct ReadingRow {
    pub(crate) id: String,
    pub(crate) reader_id: String,
    pub(crate) courier_id: String,
    pub(crate) reference: Option<String>,
    pub(crate) reveal: String,
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, FromRow)]
pub(crate) struct ArrivalRow {
    pub(crate) reference: String,
    pub(crate) attempt: i64,
    pub(crate) arrival: String,
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct NamedReadingRow {
    #[sqlx(flatten)]
    pub(crate) reading: ReadingRow,
    pub(crate) reader_name: Option<String>,
    pub(crate) reader_role: Option<String>,
    pub(crate) courier_name: String,
}

impl FixRow {
    pub(crate) fn of(courier: &PersonId, run: &RunId, fix: &Fix, received_at: Timestamp) -> Self {
        Self {
            courier_id: courier.as_str().to_owned(),
            time_ms: fix.time.millis(),
            run_id: Some(run.as_str().to_owned()),
            lat: fix.position.lat(),
            lon: fix.position.lon(),
            accuracy_m: fix.accuracy_m,
            speed_mps: fix.speed_mps,
            heading_deg: fix.heading_deg,
            received_ms: received_at.millis(),
        }
    }

    pub(crate) fn fix(&self) -> Result<Fix, sqlx::Error> {
        Ok(Fix {
            position: Position::new(self.lat, self.lon).map_err(|_| unreadable("lat"))?,
            accuracy_m: self.accuracy_m,
            speed_mps: self.speed_mps,
            heading_deg: self.heading_deg,
            time: Timestamp::from_millis(self.time_ms),
            seq: None,
        })
    }
}

/// What writes fixes, [`ROWS_AT_ONCE`] at most; those that are there already stay as
/// they are, which is why the statement may be filled up with the last fix.
pub(crate) fn insert_fixes(rows: &[&FixRow]) -> Result<Statement, sqlx::Error> {
    if rows.len() > ROWS_AT_ONCE {
        let problem = format!("{} fixes in one statement", rows.len());
        return Err(sqlx::Error::InvalidArgument(problem));
    }
    let (sql, filled) = INSERT_FIXES.filled(rows);
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for row in filled {
        query = query
            .bind(row.courier_id.clone())
            .bind(row.time_ms)
            .bind(row.run_id.clone())
            .bind(row.lat)
            .bind(row.lon)
            .bind(row.accuracy_m)
            .bind(row.speed_mps)
            .bind(row.heading_deg)
            .bind(row.received_ms);
    }
    Ok(query)
}

pub(crate) async fn latest_fix(
    pool: &AnyPool,
    courier: &PersonId,
) -> Result<Option<FixRow>, sqlx::Error> {
    sqlx::query_as(LATEST_FIX)
        .bind(courier.as_str())
        .fetch_optional(pool)
        .await
}

/// What any instance received after a moment.
pub(crate) async fn received_after(
    pool: &AnyPool,
    after: Timestamp,
    limit: i64,
) -> Result<Vec<FixRow>, sqlx::Error> {
    sqlx::query_as(RECEIVED_AFTER)
        .bind(after.millis())
        .bind(limit)
        .fetch_all(pool)
        .await
}

pub(crate) async fn history(
    pool: &AnyPool,
    query: &HistoryQuery,
    limit: i64,
) -> Result<Vec<FixRow>, sqlx::Error> {
    sqlx::query_as(HISTORY)
        .bind(query.courier.as_str())
        .bind(query.from.millis())
        .bind(query.to.millis())
        .bind(query.area.min.lat())
        .bind(query.area.max.lat())
        .bind(query.area.min.lon())
        .bind(query.area.max.lon())
        .bind(limit)
        .fetch_all(pool)
        .await
}

pub(crate) async fn save_readings(
    tx: &mut AnyConnection,
    rows: &[ReadingRow],
) -> Result<(), sqlx::Error> {
    for (sql, portion) in SAVE_READINGS.portions(rows) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for row in portion {
            query = query
                .bind(&row.id)
                .bind(&row.reader_id)
                .bind(&row.courier_id)
                .bind(row.reference.as_deref())
                .bind(&row.reveal)
                .bind(row.from_ms)
                .bind(row.to_ms);
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Readings that lasted until `since` or later, newest first; of one courier, or of all.
pub(crate) async fn readings(
    pool: &AnyPool,
    courier: Option<&PersonId>,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<NamedReadingRow>, sqlx::Error> {
    sqlx::query_as(READINGS)
        .bind(courier.map_or("", PersonId::as_str))
        .bind(since.millis())
        .bind(limit)
        .fetch_all(pool)
        .await
}

/// Notes arrivals; says which of them were not there yet.
pub(crate) async fn insert_arrivals(
    tx: &mut AnyConnection,
    arrivals: &[ArrivalRow],
    now: Timestamp,
) -> Result<HashSet<ArrivalRow>, sqlx::Error> {
    let mut new = HashSet::new();
    for (sql, portion) in INSERT_ARRIVALS.portions(arrivals) {
        let mut query = sqlx::query_as(AssertSqlSafe(sql));
        for row in portion {
            query = query
                .bind(&row.reference)
                .bind(row.attempt)
                .bind(&row.arrival)
                .bind(now.millis());
        }
        new.extend(query.fetch_all(&mut *tx).await?);
    }
    Ok(new)
}

pub(crate) async fn setting(pool: &AnyPool, name: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(SETTING)
        .bind(name)
        .fetch_optional(pool)
        .await
}

/// The setting, and nobody else changes it until the transaction ends.
pub(crate) async fn lock_setting(
    tx: &mut AnyConnection,
    name: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(LOCK_SETTING)
        .bind(name)
        .fetch_optional(&mut *tx)
        .await
}

/// Newest first.
pub(crate) async fn setting_changes(
    pool: &AnyPool,
    name: &str,
    limit: i64,
) -> Result<Vec<SettingChangeRow>, sqlx::Error> {
    sqlx::query_as(SETTING_CHANGES)
        .bind(name)
        .bind(limit)
        .fetch_all(pool)
        .await
}

pub(crate) async fn save_setting(
    tx: &mut AnyConnection,
    name: &str,
    value: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(SAVE_SETTING)
        .bind(name)
        .bind(value)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// A run that is over, and when it was not.
#[derive(Debug, Clone, FromRow)]
pub(super) struct PastRun {
    id: String,
    started_ms: i64,
    ended_ms: i64,
}

impl PastRun {
    pub(super) fn id(&self) -> RunId {
        RunId::from_text(self.id.as_str())
    }

    pub(super) fn was_active_at(&self, at: Timestamp) -> bool {
        (self.started_ms..=self.ended_ms).contains(&at.millis())
    }
}

/// A courier's runs that ended since a moment.
pub(super) async fn past_runs(
    pool: &AnyPool,
    courier: &PersonId,
    since: Timestamp,
) -> Result<Vec<PastRun>, sqlx::Error> {
    sqlx::query_as(PAST_RUNS)
        .bind(courier.as_str())
        .bind(since.millis())
        .fetch_all(pool)
        .await
}
