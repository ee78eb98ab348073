//! SQL of positions, their readers, arrivals and the operator's settings. To add a query: a
//! `const`, a row type, a function, an entry in `ALL`, a test that runs on both databases.

use std::fmt::Write;
use std::sync::LazyLock;

use porchlight_domain::fix::Fix;
use porchlight_domain::geo::Position;
use porchlight_domain::geofence::Arrival;
use porchlight_domain::ids::{PersonId, RunId};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{Any, AnyPool, AssertSqlSafe, FromRow, Transaction};

use super::history::HistoryQuery;
use crate::deliveries::queries::unreadable;
use crate::events::queries::EventRow;

const INSERT_FIX: &str = "
    insert into fixes (
        courier_id, time_ms, run_id, lat, lon, accuracy_m, speed_mps, heading_deg, received_ms
    )
    values ";
const FIX_COLUMNS: usize = 9;
const ONCE: &str = " on conflict (courier_id, time_ms) do nothing";

/// Statements of fixed sizes, so that each is prepared once.
static INSERT_MANY: LazyLock<[(usize, String); 3]> =
    LazyLock::new(|| [64, 8, 1].map(|rows| (rows, insert_statement(rows))));

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

const PURGE_FIXES: &str = "
    delete from fixes where (courier_id, time_ms) in (
        select courier_id, time_ms from fixes where received_ms < $1 limit $2
    )";

const INSERT_READING: &str = "
    insert into position_readings (
        id, reader_id, courier_id, reference, reveal, from_ms, to_ms
    )
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (id) do update
    set to_ms = excluded.to_ms, reveal = excluded.reveal";

const READINGS: &str = "
    select r.id, r.reader_id, r.courier_id, r.reference, r.reveal, r.from_ms, r.to_ms,
        reader.name as reader_name, reader.role as reader_role, courier.name as courier_name
    from position_readings r
    left join people reader on reader.id = r.reader_id
    join people courier on courier.id = r.courier_id
    where ($1 = '' or r.courier_id = $1) and r.to_ms >= $2
    order by r.to_ms desc, r.id
    limit $3";

const PURGE_READINGS: &str = "
    delete from position_readings where id in (
        select id from position_readings where to_ms < $1 limit $2
    )";

const INSERT_ARRIVAL: &str = "
    insert into arrivals (reference, attempt, arrival, time_ms)
    values ($1, $2, $3, $4)
    on conflict do nothing";

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
    INSERT_READING,
    READINGS,
    PURGE_READINGS,
    INSERT_ARRIVAL,
    SETTING,
    LOCK_SETTING,
    SETTING_CHANGES,
    SAVE_SETTING,
];

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

fn insert_statement(rows: usize) -> String {
    let mut sql = INSERT_FIX.to_owned();
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=FIX_COLUMNS {
            let separator = if column == 1 { "" } else { ", " };
            // Writing to a String can't fail.
            let _ = write!(sql, "{separator}${}", row * FIX_COLUMNS + column);
        }
        sql.push(')');
    }
    sql + ONCE
}

/// Writes fixes; those that are there already stay as they are.
pub(crate) async fn insert_fixes(
    tx: &mut Transaction<'_, Any>,
    rows: &[&FixRow],
) -> Result<(), sqlx::Error> {
    let mut rest = rows;
    for (size, sql) in INSERT_MANY.iter() {
        while rest.len() >= *size {
            let (chunk, after) = rest.split_at(*size);
            let mut query = sqlx::query(AssertSqlSafe(sql.as_str()));
            for row in chunk {
                query = query
                    .bind(row.courier_id.as_str())
                    .bind(row.time_ms)
                    .bind(row.run_id.as_deref())
                    .bind(row.lat)
                    .bind(row.lon)
                    .bind(row.accuracy_m)
                    .bind(row.speed_mps)
                    .bind(row.heading_deg)
                    .bind(row.received_ms);
            }
            query.execute(&mut **tx).await?;
            rest = after;
        }
    }
    Ok(())
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

/// How many were purged: `limit` at most.
pub(crate) async fn purge_fixes(
    tx: &mut Transaction<'_, Any>,
    before: Timestamp,
    limit: u32,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(PURGE_FIXES)
        .bind(before.millis())
        .bind(i64::from(limit))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn save_reading(
    tx: &mut Transaction<'_, Any>,
    row: &ReadingRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_READING)
        .bind(&row.id)
        .bind(&row.reader_id)
        .bind(&row.courier_id)
        .bind(row.reference.as_deref())
        .bind(&row.reveal)
        .bind(row.from_ms)
        .bind(row.to_ms)
        .execute(&mut **tx)
        .await?;
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

/// How many were purged: `limit` at most.
pub(crate) async fn purge_readings(
    tx: &mut Transaction<'_, Any>,
    before: Timestamp,
    limit: u32,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(PURGE_READINGS)
        .bind(before.millis())
        .bind(i64::from(limit))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// Whether it is the first time.
pub(crate) async fn insert_arrival(
    tx: &mut Transaction<'_, Any>,
    delivery: Reference,
    attempt: u32,
    arrival: Arrival,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(INSERT_ARRIVAL)
        .bind(delivery.to_string())
        .bind(i64::from(attempt))
        .bind(arrival.as_str())
        .bind(now.millis())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn setting(pool: &AnyPool, name: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(SETTING)
        .bind(name)
        .fetch_optional(pool)
        .await
}

/// The setting, and nobody else changes it until the transaction ends.
pub(crate) async fn lock_setting(
    tx: &mut Transaction<'_, Any>,
    name: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(LOCK_SETTING)
        .bind(name)
        .fetch_optional(&mut **tx)
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
    tx: &mut Transaction<'_, Any>,
    name: &str,
    value: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(SAVE_SETTING)
        .bind(name)
        .bind(value)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
