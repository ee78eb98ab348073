//! SQL of the event log. To add a query: a `const`, a row type, a function, a test in `tests.rs`
//! that runs on both databases.

use std::sync::LazyLock;

use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use super::topic::Listener;
use crate::store::{ManyRows, ROWS_AT_ONCE, Statement, together};

const LOCK_HEAD: &str = "
    update event_log_head
    set last_seq = last_seq + $1
    where id = 1
    returning last_seq, last_hash";

const SET_HEAD_HASH: &str = "update event_log_head set last_hash = $1 where id = 1";

const INSERT_EVENT: &str = "
    insert into events (
        seq, id, type, time_ms, subject, actor_role, actor_id, correlation_id, data,
        previous_hash, hash
    )
    values ";
static INSERT_EVENTS: LazyLock<ManyRows> = LazyLock::new(|| ManyRows::new(INSERT_EVENT, 11, ""));

const INSERT_AUDIENCE: &str = "
    insert into event_audience (topic, seq, view)
    values ";
static INSERT_AUDIENCES: LazyLock<ManyRows> =
    LazyLock::new(|| ManyRows::new(INSERT_AUDIENCE, 3, " on conflict (topic, seq) do nothing"));

const LAST_SEQ: &str = "select last_seq from event_log_head where id = 1";

const HEAD: &str = "select last_seq, last_hash from event_log_head where id = 1";

const AFTER: &str = "
    select seq, id, type, time_ms, subject, actor_role, actor_id, correlation_id, data,
        previous_hash, hash
    from events
    where seq > $1
    order by seq
    limit $2";

const AUDIENCE_BETWEEN: &str = "
    select topic, seq, view
    from event_audience
    where seq > $1 and seq <= $2
    order by seq";

const TOLD_TO_TOPIC_AFTER: &str = "
    select e.seq, e.id, e.type, e.time_ms, e.subject, e.actor_role, e.actor_id,
        e.correlation_id, e.data, e.previous_hash, e.hash, a.view
    from event_audience a
    join events e on e.seq = a.seq
    where a.topic = $1 and a.seq > $2
    order by a.seq
    limit $3";

const BY_SUBJECT: &str = "
    select seq, id, type, time_ms, subject, actor_role, actor_id, correlation_id, data,
        previous_hash, hash
    from events
    where subject = $1
    order by seq";

const MOVES_OF_SUBJECT: &str = "
    select seq, id, type, time_ms, subject, actor_role, actor_id, correlation_id, data,
        previous_hash, hash
    from events
    where subject = $1 and type = 'delivery.rescheduled'
    order by seq";

/// What was said of where a parcel is held.
const HOLDS_OF_SUBJECT: &str = "
    select seq, id, type, time_ms, subject, actor_role, actor_id, correlation_id, data,
        previous_hash, hash
    from events
    where subject = $1 and type in ('hold.requested', 'hold.confirmed', 'hold.cancelled')
    order by seq";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    LOCK_HEAD,
    SET_HEAD_HASH,
    LAST_SEQ,
    HEAD,
    AFTER,
    AUDIENCE_BETWEEN,
    TOLD_TO_TOPIC_AFTER,
    BY_SUBJECT,
    MOVES_OF_SUBJECT,
    HOLDS_OF_SUBJECT,
];

/// The statements for many rows, for the same test.
#[cfg(test)]
pub(crate) const ALL_MANY: &[&LazyLock<ManyRows>] = &[&INSERT_EVENTS, &INSERT_AUDIENCES];

#[derive(Debug, Clone, FromRow)]
pub(crate) struct EventRow {
    pub(crate) seq: i64,
    pub(crate) id: String,
    #[sqlx(rename = "type")]
    pub(crate) kind: String,
    pub(crate) time_ms: i64,
    pub(crate) subject: String,
    pub(crate) actor_role: String,
    pub(crate) actor_id: String,
    pub(crate) correlation_id: String,
    pub(crate) data: String,
    pub(crate) previous_hash: String,
    pub(crate) hash: String,
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct ToldRow {
    #[sqlx(flatten)]
    pub(crate) event: EventRow,
    pub(crate) view: String,
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct AudienceRow {
    pub(crate) topic: String,
    pub(crate) seq: i64,
    pub(crate) view: String,
}

/// The end of the log.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Head {
    pub(crate) last_seq: i64,
    pub(crate) last_hash: String,
}

/// Takes `count` sequence numbers and holds the log's head until the transaction ends; the answer is a [`Head`]
/// with the new last number and the hash of the event before the first new one.
pub(crate) fn lock_head(count: i64) -> Statement {
    sqlx::query(LOCK_HEAD).bind(count)
}

pub(crate) fn set_head_hash(hash: &str) -> Statement {
    sqlx::query(SET_HEAD_HASH).bind(hash)
}

pub(crate) fn insert_events(events: &[EventRow]) -> impl Iterator<Item = Statement> {
    INSERT_EVENTS.portions(events).map(|(sql, portion)| {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for event in portion {
            query = query
                .bind(event.seq)
                .bind(&event.id)
                .bind(&event.kind)
                .bind(event.time_ms)
                .bind(&event.subject)
                .bind(&event.actor_role)
                .bind(&event.actor_id)
                .bind(&event.correlation_id)
                .bind(&event.data)
                .bind(&event.previous_hash)
                .bind(&event.hash);
        }
        query
    })
}

/// Who is told of events, by their sequence numbers.
pub(crate) fn insert_audience(audience: &[(i64, &Listener)]) -> impl Iterator<Item = Statement> {
    audience.chunks(ROWS_AT_ONCE).map(|portion| {
        let (sql, rows) = INSERT_AUDIENCES.filled(portion);
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (seq, listener) in rows {
            query = query
                .bind(listener.topic.as_str())
                .bind(*seq)
                .bind(listener.view.as_str());
        }
        query
    })
}

pub(crate) async fn last_seq(pool: &AnyPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(LAST_SEQ).fetch_one(pool).await
}

pub(crate) async fn head(pool: &AnyPool) -> Result<Head, sqlx::Error> {
    sqlx::query_as(HEAD).fetch_one(pool).await
}

/// The next events behind one, and who is told of them; perhaps also of some behind those.
pub(crate) async fn told_after(
    pool: &AnyPool,
    seq: i64,
    limit: i64,
) -> Result<(Vec<EventRow>, Vec<AudienceRow>), sqlx::Error> {
    let both = [
        sqlx::query(AFTER).bind(seq).bind(limit),
        sqlx::query(AUDIENCE_BETWEEN).bind(seq).bind(seq + limit),
    ];
    let mut connection = pool.acquire().await?;
    let [events, audience] = together(&mut connection, both).await?;
    Ok((events.all()?, audience.all()?))
}

pub(crate) async fn after(
    pool: &AnyPool,
    seq: i64,
    limit: i64,
) -> Result<Vec<EventRow>, sqlx::Error> {
    sqlx::query_as(AFTER)
        .bind(seq)
        .bind(limit)
        .fetch_all(pool)
        .await
}

pub(crate) async fn told_to_topic_after(
    pool: &AnyPool,
    topic: &str,
    seq: i64,
    limit: i64,
) -> Result<Vec<ToldRow>, sqlx::Error> {
    sqlx::query_as(TOLD_TO_TOPIC_AFTER)
        .bind(topic)
        .bind(seq)
        .bind(limit)
        .fetch_all(pool)
        .await
}

pub(crate) async fn by_subject(
    pool: &AnyPool,
    subject: &str,
) -> Result<Vec<EventRow>, sqlx::Error> {
    sqlx::query_as(BY_SUBJECT)
        .bind(subject)
        .fetch_all(pool)
        .await
}

pub(crate) async fn moves_of(pool: &AnyPool, subject: &str) -> Result<Vec<EventRow>, sqlx::Error> {
    sqlx::query_as(MOVES_OF_SUBJECT)
        .bind(subject)
        .fetch_all(pool)
        .await
}

/// None where nothing was.
pub(crate) async fn holds_of_subject(
    tx: &mut AnyConnection,
    subject: &str,
) -> Result<Vec<EventRow>, sqlx::Error> {
    sqlx::query_as(HOLDS_OF_SUBJECT)
        .bind(subject)
        .fetch_all(&mut *tx)
        .await
}
