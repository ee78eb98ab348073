//! SQL of silences. To add a query: a `const`, a row type, a function, an entry in `ALL`.

use porchlight_domain::ids::{PersonId, RunId};
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

/// The newest fix is the one that was received last, or nearly: phones send in order. The index of open runs
/// finds the active ones.
const ON_THE_ROAD: &str = "
    select r.id as run_id, r.courier_id, r.started_ms,
        (
            select f.received_ms
            from fixes f
            where f.courier_id = r.courier_id
            order by f.time_ms desc
            limit 1
        ) as received_ms,
        s.last_heard_ms
    from runs r
    left join silences s on s.run_id = r.id
    where r.state <> 'ended' and r.state = 'active' and ($1 = '' or r.id = $1)";

const BEGIN: &str = "
    insert into silences (run_id, courier_id, last_heard_ms, noticed_ms)
    values ($1, $2, $3, $4)
    on conflict (run_id) do nothing";

/// Whoever read this long ago must not end a newer silence.
const END: &str = "delete from silences where run_id = $1 and last_heard_ms = $2";

const FORGET: &str = "delete from silences where run_id = $1";

const SILENT: &str = "
    select p.name, s.last_heard_ms, (
        select count(*)
        from deliveries d
        where d.run_id = s.run_id and d.status = 'out_for_delivery'
    ) as parcels_out
    from silences s
    join runs r on r.id = s.run_id
    join people p on p.id = s.courier_id
    where r.state = 'active'
    order by s.last_heard_ms, s.run_id";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ON_THE_ROAD, BEGIN, END, FORGET, SILENT];

/// A courier on the road.
#[derive(Debug, Clone, FromRow)]
pub(super) struct OnTheRoadRow {
    run_id: String,
    courier_id: String,
    started_ms: i64,
    received_ms: Option<i64>,
    last_heard_ms: Option<i64>,
}

/// A courier who is silent.
#[derive(Debug, Clone, FromRow)]
pub(super) struct SilentRow {
    pub(super) name: String,
    pub(super) last_heard_ms: i64,
    pub(super) parcels_out: i64,
}

impl OnTheRoadRow {
    pub(super) fn run(&self) -> RunId {
        RunId::from_text(self.run_id.as_str())
    }

    pub(super) fn courier(&self) -> PersonId {
        PersonId::from_text(self.courier_id.as_str())
    }

    /// When the phone was heard last on this run: whoever starts it is heard then.
    pub(super) fn heard(&self) -> Timestamp {
        let received_ms = self.received_ms.unwrap_or(self.started_ms);
        Timestamp::from_millis(received_ms.max(self.started_ms))
    }

    /// When they had been heard last as they fell silent; none while they are not.
    pub(super) fn silent_since(&self) -> Option<Timestamp> {
        self.last_heard_ms.map(Timestamp::from_millis)
    }
}

pub(super) async fn on_the_road(pool: &AnyPool) -> Result<Vec<OnTheRoadRow>, sqlx::Error> {
    sqlx::query_as(ON_THE_ROAD).bind("").fetch_all(pool).await
}

/// The same of one run, none when it is over.
pub(super) async fn on_the_road_in(
    tx: &mut AnyConnection,
    run: &RunId,
) -> Result<Option<OnTheRoadRow>, sqlx::Error> {
    sqlx::query_as(ON_THE_ROAD)
        .bind(run.as_str())
        .fetch_optional(&mut *tx)
        .await
}

/// Whether nobody had noted it. Whoever does so at the same moment is waited for.
pub(super) async fn begin(
    tx: &mut AnyConnection,
    row: &OnTheRoadRow,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(BEGIN)
        .bind(&row.run_id)
        .bind(&row.courier_id)
        .bind(row.heard().millis())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the silence that was read was still there.
pub(super) async fn end(tx: &mut AnyConnection, row: &OnTheRoadRow) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(END)
        .bind(&row.run_id)
        .bind(row.last_heard_ms)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn forget(tx: &mut AnyConnection, run: &RunId) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET)
        .bind(run.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The longest silent first.
pub(super) async fn silent(pool: &AnyPool) -> Result<Vec<SilentRow>, sqlx::Error> {
    sqlx::query_as(SILENT).fetch_all(pool).await
}
