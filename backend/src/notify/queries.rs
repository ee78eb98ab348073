//! SQL of what is told. To add a query: a `const`, a row type, a function, an entry in `ALL`.

use std::sync::LazyLock;

use chrono_tz::Tz;
use porchlight_domain::ids::{NotificationId, PersonId};
use porchlight_domain::notification::{
    Channel, Choice, Details, Kind, NotificationView, QuietHours,
};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Executor, FromRow};

use crate::deliveries::queries::unreadable;
use crate::store::{Answer, ManyRows, Statement};

/// Everything that decides where one kind reaches one person, in one statement: it is asked for each notification, while
/// others wait to write. Who it is comes with every row, of which there is one at least.
const REACH: &str = "
    select p.email, s.time_zone, s.quiet_from_min, s.quiet_to_min, s.phone, s.phone_new,
        (select d.description from deliveries d where d.reference = $3) as parcel,
        r.what, r.name, r.flag, r.address
    from people p
    left join notification_settings s on s.person_id = p.id
    cross join (
        select 'person' as what, '' as name, 0 as flag, '' as address
        union all
        select 'choice', channel, is_on, ''
        from notification_choices
        where person_id = $1 and kind = $2
        union all
        select 'push', id, 1, ''
        from push_subscriptions
        where person_id = $1
        union all
        select 'dead', channel, 0, address
        from dead_channels
        where person_id = $1
    ) as r
    where p.id = $1 and p.disabled = 0";

const INSERT_LINE: &str = "
    insert into notifications (id, person_id, kind, reference, details, created_ms)
    values ";
static INSERT_LINES: LazyLock<ManyRows> = LazyLock::new(|| ManyRows::new(INSERT_LINE, 6, ""));

/// More than a hundred are a hundred: nobody reads the number.
const UNREAD: &str = "
    select count(*)
    from (
        select 1
        from notifications
        where person_id = $1 and read_ms is null
        limit 100
    ) as some_of_them";

const PAGE: &str = "
    select id, person_id, kind, reference, details, created_ms, read_ms
    from notifications
    where person_id = $1 and (created_ms, id) < ($2, $3)
    order by created_ms desc, id desc
    limit $4";

const MARK_READ: &str = "
    update notifications
    set read_ms = $3
    where id = $2 and person_id = $1 and read_ms is null";

const EXISTS: &str = "select count(*) from notifications where id = $2 and person_id = $1";

const MARK_ALL_READ: &str = "
    update notifications
    set read_ms = $3
    where person_id = $1 and read_ms is null and created_ms <= $2";

const CLEAR_ONE: &str = "delete from notifications where id = $2 and person_id = $1";

const CLEAR: &str = "delete from notifications where person_id = $1 and created_ms <= $2";

/// To be run by the store's purge.
pub(super) const FORGET: &str = "
    delete from notifications
    where id in (
        select id
        from notifications
        where created_ms < $1
        order by created_ms
        limit $2
    )";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    REACH,
    UNREAD,
    PAGE,
    MARK_READ,
    EXISTS,
    MARK_ALL_READ,
    CLEAR_ONE,
    CLEAR,
    FORGET,
];

/// The statements for many rows, for the same test.
#[cfg(test)]
pub(crate) const ALL_MANY: &[&LazyLock<ManyRows>] = &[&INSERT_LINES];

/// Who is told, as far as it decides how.
#[derive(Debug, Clone, FromRow)]
pub(super) struct RecipientRow {
    email: String,
    time_zone: Option<String>,
    quiet_from_min: Option<i64>,
    quiet_to_min: Option<i64>,
    phone: Option<String>,
    phone_new: Option<String>,
    pub(super) parcel: Option<String>,
}

impl RecipientRow {
    pub(super) fn zone(&self) -> Option<Tz> {
        self.time_zone.as_deref()?.parse().ok()
    }

    pub(super) fn quiet_hours(&self) -> Option<QuietHours> {
        quiet_hours(self.quiet_from_min, self.quiet_to_min)
    }

    /// Where this channel ends.
    pub(super) fn address(&self, channel: Channel, kind: Kind) -> Option<&str> {
        match (channel, kind) {
            (Channel::Email, _) => Some(&self.email),
            (Channel::Sms, Kind::PhoneCode) => self.phone_new.as_deref(),
            (Channel::Sms, _) => self.phone.as_deref(),
            (Channel::InApp | Channel::Push, _) => None,
        }
    }
}

pub(super) fn quiet_hours(from_min: Option<i64>, to_min: Option<i64>) -> Option<QuietHours> {
    let minutes = |stored: Option<i64>| u32::try_from(stored?).ok();
    QuietHours::new(minutes(from_min)?, minutes(to_min)?).ok()
}

/// One thing that decides where a kind reaches a person.
#[derive(Debug, Clone, FromRow)]
pub(super) struct ReachRow {
    #[sqlx(flatten)]
    pub(super) recipient: RecipientRow,
    what: String,
    name: String,
    flag: i64,
    address: String,
}

impl ReachRow {
    /// A cell of the grid that was set.
    pub(super) fn choice(&self, kind: Kind) -> Option<Choice> {
        let is_choice = self.what == "choice";
        let channel = Channel::from_text(&self.name).filter(|_| is_choice)?;
        Some(Choice {
            kind,
            channel,
            is_on: self.flag != 0,
        })
    }

    /// A browser's subscription.
    pub(super) fn push(&self) -> Option<String> {
        (self.what == "push").then(|| self.name.clone())
    }

    /// Whether it says that this address of this channel is dead.
    pub(super) fn is_dead(&self, channel: Channel, address: &str) -> bool {
        self.what == "dead" && self.name == channel.as_str() && self.address == address
    }
}

/// A line behind the bell.
#[derive(Debug, Clone)]
pub(super) struct LineRow {
    pub(super) id: NotificationId,
    pub(super) person: PersonId,
    pub(super) kind: Kind,
    pub(super) reference: Option<Reference>,
    pub(super) details: Details,
    pub(super) created_at: Timestamp,
}

/// A line as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(super) struct StoredLineRow {
    id: String,
    kind: String,
    reference: Option<String>,
    details: String,
    created_ms: i64,
    read_ms: Option<i64>,
}

impl StoredLineRow {
    /// Where a list goes on behind it.
    pub(super) fn cursor(&self) -> String {
        format!("{}.{}", self.created_ms, self.id)
    }

    pub(super) fn view(self) -> Result<NotificationView, sqlx::Error> {
        Ok(NotificationView {
            id: NotificationId::from_text(self.id),
            kind: Kind::from_text(&self.kind).ok_or_else(|| unreadable("kind"))?,
            delivery: self.reference.and_then(|reference| reference.parse().ok()),
            details: serde_json::from_str(&self.details).map_err(|_| unreadable("details"))?,
            created_at: Timestamp::from_millis(self.created_ms),
            is_read: self.read_ms.is_some(),
        })
    }
}

/// Answers with [`ReachRow`]s: none when there is no such person any more.
pub(super) fn reach(person: &PersonId, kind: Kind, reference: Option<Reference>) -> Statement {
    sqlx::query(REACH)
        .bind(person.as_str())
        .bind(kind.as_str())
        .bind(reference.map(|reference| reference.to_string()))
}

pub(super) fn insert_lines(lines: &[LineRow]) -> Result<Vec<Statement>, sqlx::Error> {
    let portions = INSERT_LINES.portions(lines);
    let statements = portions.map(|(sql, portion)| {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for line in portion {
            query = query
                .bind(line.id.as_str())
                .bind(line.person.as_str())
                .bind(line.kind.as_str())
                .bind(line.reference.map(|reference| reference.to_string()))
                .bind(json(&line.details)?)
                .bind(line.created_at.millis());
        }
        Ok(query)
    });
    statements.collect()
}

pub(super) fn json(details: &Details) -> Result<String, sqlx::Error> {
    serde_json::to_string(details).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// How many lines are not read, at most 100.
pub(super) async fn unread<'c>(
    executor: impl Executor<'c, Database = Any>,
    person: &PersonId,
) -> Result<u32, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(UNREAD)
        .bind(person.as_str())
        .fetch_one(executor)
        .await?;
    Ok(u32::try_from(count).unwrap_or(0))
}

/// The same as a statement; [`unread_in`] reads its answer.
pub(super) fn count_unread(person: &PersonId) -> Statement {
    sqlx::query(UNREAD).bind(person.as_str())
}

pub(super) fn unread_in(answer: &Answer) -> Result<u32, sqlx::Error> {
    let (count,): (i64,) = answer.one()?;
    Ok(u32::try_from(count).unwrap_or(0))
}

/// The newest lines before one.
pub(super) async fn page(
    pool: &AnyPool,
    person: &PersonId,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<StoredLineRow>, sqlx::Error> {
    sqlx::query_as(PAGE)
        .bind(person.as_str())
        .bind(before.0)
        .bind(before.1)
        .bind(limit)
        .fetch_all(pool)
        .await
}

/// Whether it was not read before.
pub(super) async fn mark_read(
    tx: &mut AnyConnection,
    person: &PersonId,
    id: &NotificationId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(MARK_READ)
        .bind(person.as_str())
        .bind(id.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn exists(
    tx: &mut AnyConnection,
    person: &PersonId,
    id: &NotificationId,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(EXISTS)
        .bind(person.as_str())
        .bind(id.as_str())
        .fetch_one(&mut *tx)
        .await?;
    Ok(count == 1)
}

/// How many were not read before.
pub(super) async fn mark_all_read(
    tx: &mut AnyConnection,
    person: &PersonId,
    up_to: Timestamp,
    now: Timestamp,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(MARK_ALL_READ)
        .bind(person.as_str())
        .bind(up_to.millis())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected())
}

/// Whether it was there.
pub(super) async fn clear_one(
    tx: &mut AnyConnection,
    person: &PersonId,
    id: &NotificationId,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(CLEAR_ONE)
        .bind(person.as_str())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// How many there were.
pub(super) async fn clear(
    tx: &mut AnyConnection,
    person: &PersonId,
    up_to: Timestamp,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(CLEAR)
        .bind(person.as_str())
        .bind(up_to.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected())
}
