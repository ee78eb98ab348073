//! SQL of the outbox. To add a query: a `const`, a row type, a function, an entry in `ALL`.

use std::sync::LazyLock;

use chrono_tz::Tz;
use porchlight_domain::ids::PersonId;
use porchlight_domain::notification::text::Language;
use porchlight_domain::notification::{Carried, Channel, Kind, OutboxEntry};
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use super::Entry;
use crate::deliveries::queries::unreadable;
use crate::notify::channels::{Address, Job};
use crate::notify::queries::json;
use crate::store::{ManyRows, Statement};

const INSERT: &str = "
    insert into notification_outbox (
        id, person_id, channel, push_id, kind, reference, details, created_ms, expires_ms, rank,
        due_ms, attempts, state
    )
    values ";
static INSERTS: LazyLock<ManyRows> = LazyLock::new(|| ManyRows::new(INSERT, 13, ""));

const IS_DUE: &str = "
    select case
        when exists (
            select 1
            from notification_outbox
            where state = 'waiting' and channel = $1 and rank = 0 and due_ms <= $2
        ) or exists (
            select 1
            from notification_outbox
            where state = 'waiting' and channel = $1 and rank = 1 and due_ms <= $2
        ) then 1
        else 0
    end";

/// Of two that claim the same row, the second waits for the first and then finds it not due any more.
const CLAIM: &str = "
    update notification_outbox
    set due_ms = $4, attempts = attempts + 1
    where id in (
            select id
            from notification_outbox
            where state = 'waiting' and channel = $1 and rank = $2 and due_ms <= $3
            order by due_ms
            limit $5
        )
        and state = 'waiting'
        and due_ms <= $3
    returning id, person_id, channel, push_id, kind, reference, details, created_ms, expires_ms,
        due_ms, attempts";

/// Where a browser is told, if it still wants it.
const PUSH_JOB: &str = "
    select b.endpoint as address, b.p256dh, b.auth, '' as name, s.language, s.time_zone
    from push_subscriptions b
    join people p on p.id = b.person_id
    left join notification_settings s on s.person_id = p.id
    where b.id = $4 and p.id = $1 and p.disabled = 0
        and not exists (
            select 1
            from notification_choices c
            where c.person_id = $1 and c.kind = $2 and c.channel = $3 and c.is_on = 0
        )";

const EMAIL_JOB: &str = "
    select p.email as address, '' as p256dh, '' as auth, p.name, s.language, s.time_zone
    from people p
    left join notification_settings s on s.person_id = p.id
    where p.id = $1 and p.disabled = 0
        and not exists (
            select 1
            from notification_choices c
            where c.person_id = $1 and c.kind = $2 and c.channel = $3 and c.is_on = 0
        )";

const SMS_JOB: &str = "
    select case when $2 = 'phone_code' then s.phone_new else s.phone end as address,
        '' as p256dh, '' as auth, p.name, s.language, s.time_zone
    from people p
    join notification_settings s on s.person_id = p.id
    where p.id = $1 and p.disabled = 0
        and case when $2 = 'phone_code' then s.phone_new else s.phone end is not null
        and not exists (
            select 1
            from notification_choices c
            where c.person_id = $1 and c.kind = $2 and c.channel = $3 and c.is_on = 0
        )";

const DELETE: &str = "delete from notification_outbox where id in (";
/// One statement for as many as are usually settled together; fewer are filled up with none.
static DELETES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{DELETE}{})",
        crate::store::placeholders(1, DELETED_AT_ONCE)
    )
});
const DELETED_AT_ONCE: usize = 64;

/// Only whoever holds the lease says what came of it.
const PUT_OFF: &str = "
    update notification_outbox
    set due_ms = $3, attempts = $4, problem = $5
    where id = $1 and state = 'waiting' and due_ms = $2";

const GIVE_UP: &str = "
    update notification_outbox
    set state = 'dead', problem = $3
    where id = $1 and state = 'waiting' and due_ms = $2";

const KEEP: &str = "
    update notification_outbox
    set state = 'kept', text = $3
    where id = $1 and state = 'waiting' and due_ms = $2";

const ENDED: &str = "
    select o.id, p.name as person, o.channel, o.kind, o.state, o.created_ms, o.attempts, o.problem, o.text
    from notification_outbox o
    join people p on p.id = o.person_id
    where o.state <> 'waiting'
    order by o.created_ms desc, o.id desc
    limit $1";

const REVIVE: &str = "
    update notification_outbox
    set state = 'waiting', due_ms = $2, expires_ms = $3, attempts = 0, problem = null
    where id = $1 and state = 'dead'
    returning channel";

/// To be run by the store's purge.
pub(in crate::notify) const FORGET: &str = "
    delete from notification_outbox
    where id in (
        select id
        from notification_outbox
        where state <> 'waiting' and created_ms < $1
        order by created_ms
        limit $2
    )";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    IS_DUE, CLAIM, PUSH_JOB, EMAIL_JOB, SMS_JOB, PUT_OFF, GIVE_UP, KEEP, ENDED, REVIVE, FORGET,
];

/// The statements for many rows, for the same test.
#[cfg(test)]
pub(crate) const ALL_MANY: &[&LazyLock<ManyRows>] = &[&INSERTS];

#[derive(Debug, Clone, FromRow)]
struct EntryRow {
    id: String,
    person_id: String,
    channel: String,
    push_id: Option<String>,
    kind: String,
    reference: Option<String>,
    details: String,
    created_ms: i64,
    expires_ms: i64,
    due_ms: i64,
    attempts: i64,
}

impl EntryRow {
    fn entry(self) -> Result<Entry, sqlx::Error> {
        Ok(Entry {
            id: self.id,
            person: PersonId::from_text(self.person_id),
            channel: Channel::from_text(&self.channel).ok_or_else(|| unreadable("channel"))?,
            push_id: self.push_id,
            kind: Kind::from_text(&self.kind).ok_or_else(|| unreadable("kind"))?,
            reference: self.reference.and_then(|reference| reference.parse().ok()),
            details: serde_json::from_str(&self.details).map_err(|_| unreadable("details"))?,
            created_at: Timestamp::from_millis(self.created_ms),
            expires_at: Timestamp::from_millis(self.expires_ms),
            due_at: Timestamp::from_millis(self.due_ms),
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
        })
    }
}

#[derive(Debug, Clone, FromRow)]
struct JobRow {
    address: String,
    p256dh: String,
    auth: String,
    name: String,
    language: Option<String>,
    time_zone: Option<String>,
}

#[derive(Debug, Clone, FromRow)]
struct EndedRow {
    id: String,
    person: String,
    channel: String,
    kind: String,
    state: String,
    created_ms: i64,
    attempts: i64,
    problem: Option<String>,
    text: Option<String>,
}

impl EndedRow {
    fn view(self) -> Result<OutboxEntry, sqlx::Error> {
        Ok(OutboxEntry {
            id: self.id,
            person: self.person,
            channel: Channel::from_text(&self.channel).ok_or_else(|| unreadable("channel"))?,
            kind: Kind::from_text(&self.kind).ok_or_else(|| unreadable("kind"))?,
            state: Carried::from_text(&self.state).ok_or_else(|| unreadable("state"))?,
            created_at: Timestamp::from_millis(self.created_ms),
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            problem: self.problem,
            text: self.text,
        })
    }
}

pub(in crate::notify) fn insert(entries: &[Entry]) -> Result<Vec<Statement>, sqlx::Error> {
    let statements = INSERTS.portions(entries).map(|(sql, portion)| {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for entry in portion {
            query = query
                .bind(&entry.id)
                .bind(entry.person.as_str())
                .bind(entry.channel.as_str())
                .bind(entry.push_id.as_deref())
                .bind(entry.kind.as_str())
                .bind(entry.reference.map(|reference| reference.to_string()))
                .bind(json(&entry.details)?)
                .bind(entry.created_at.millis())
                .bind(entry.expires_at.millis())
                .bind(i64::from(!entry.kind.is_urgent()))
                .bind(entry.due_at.millis())
                .bind(i64::from(entry.attempts))
                .bind(Carried::Waiting.as_str());
        }
        Ok(query)
    });
    statements.collect()
}

/// Whether anything of a channel is due.
pub(in crate::notify) async fn is_due(
    pool: &AnyPool,
    channel: Channel,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let due: i64 = sqlx::query_scalar(IS_DUE)
        .bind(channel.as_str())
        .bind(now.millis())
        .fetch_one(pool)
        .await?;
    Ok(due == 1)
}

/// Takes what is due, the oldest first, and holds it until `until`.
pub(in crate::notify) async fn claim(
    tx: &mut AnyConnection,
    channel: Channel,
    rank: i64,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows: Vec<EntryRow> = sqlx::query_as(CLAIM)
        .bind(channel.as_str())
        .bind(rank)
        .bind(now.millis())
        .bind(until.millis())
        .bind(limit)
        .fetch_all(&mut *tx)
        .await?;
    rows.into_iter().map(EntryRow::entry).collect()
}

/// Where an entry goes, in which language and with whose clock, `zone` where they have not said; none when it is not
/// wanted any more.
pub(super) async fn job(
    pool: &AnyPool,
    entry: &Entry,
    zone: Tz,
) -> Result<Option<Job>, sqlx::Error> {
    let sql = match entry.channel {
        Channel::Push => PUSH_JOB,
        Channel::Email => EMAIL_JOB,
        Channel::Sms => SMS_JOB,
        Channel::InApp => return Ok(None),
    };
    let mut query = sqlx::query_as(sql)
        .bind(entry.person.as_str())
        .bind(entry.kind.as_str())
        .bind(entry.channel.as_str());
    if entry.channel == Channel::Push {
        query = query.bind(entry.push_id.as_deref());
    }
    let row: Option<JobRow> = query.fetch_optional(pool).await?;
    Ok(row.map(|row| Job {
        language: row
            .language
            .and_then(|tag| Language::from_tag(&tag))
            .unwrap_or_default(),
        zone: row
            .time_zone
            .and_then(|name| name.parse().ok())
            .unwrap_or(zone),
        name: row.name,
        pick_up: None,
        address: match entry.channel {
            Channel::Push => Address::Push {
                endpoint: row.address,
                p256dh: row.p256dh,
                auth: row.auth,
            },
            Channel::Email => Address::Email(row.address),
            Channel::Sms | Channel::InApp => Address::Sms(row.address),
        },
    }))
}

pub(super) async fn delete(tx: &mut AnyConnection, ids: &[&str]) -> Result<(), sqlx::Error> {
    for chunk in ids.chunks(DELETED_AT_ONCE) {
        let mut query = sqlx::query(DELETES.as_str());
        for id in chunk
            .iter()
            .copied()
            .chain(std::iter::repeat(""))
            .take(DELETED_AT_ONCE)
        {
            query = query.bind(id);
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

pub(super) async fn put_off(
    tx: &mut AnyConnection,
    entry: &Entry,
    due_at: Timestamp,
    attempts: u32,
    problem: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT_OFF)
        .bind(&entry.id)
        .bind(entry.due_at.millis())
        .bind(due_at.millis())
        .bind(i64::from(attempts))
        .bind(problem)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn give_up(
    tx: &mut AnyConnection,
    entry: &Entry,
    problem: &str,
) -> Result<(), sqlx::Error> {
    end(tx, GIVE_UP, entry, problem).await
}

/// Keeps what it says instead of sending it.
pub(super) async fn keep(
    tx: &mut AnyConnection,
    entry: &Entry,
    text: &str,
) -> Result<(), sqlx::Error> {
    end(tx, KEEP, entry, text).await
}

async fn end(
    tx: &mut AnyConnection,
    sql: &'static str,
    entry: &Entry,
    text: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(sql)
        .bind(&entry.id)
        .bind(entry.due_at.millis())
        .bind(text)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn ended(pool: &AnyPool, limit: i64) -> Result<Vec<OutboxEntry>, sqlx::Error> {
    let rows: Vec<EndedRow> = sqlx::query_as(ENDED).bind(limit).fetch_all(pool).await?;
    rows.into_iter().map(EndedRow::view).collect()
}

/// On which channel it goes out again; none when it was not given up.
pub(super) async fn revive(
    tx: &mut AnyConnection,
    id: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Option<Channel>, sqlx::Error> {
    let channel: Option<String> = sqlx::query_scalar(REVIVE)
        .bind(id)
        .bind(now.millis())
        .bind(expires_at.millis())
        .fetch_optional(&mut *tx)
        .await?;
    Ok(channel.and_then(|channel| Channel::from_text(&channel)))
}
