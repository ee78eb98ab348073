//! SQL of post offices. To add a query: a `const`, a row type, a function, an entry in `ALL`, a test that runs on
//! both databases.

use std::sync::LazyLock;

use porchlight_domain::geo::Position;
use porchlight_domain::hold::{TRIES, Wheelchair};
use porchlight_domain::ids::{PersonId, PostOfficeId};
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

use super::SourceOffice;
use crate::deliveries::queries::unreadable;
use crate::store;

const ALL_OFFICES: &str = "
    select id, source, name, address, lat, lon, opening_hours, wheelchair, own_opening_hours, capacity,
        closed_from_ms, closed_to_ms, used, wrong_tries, listed
    from post_offices
    order by id";

const OFFICE: &str = "
    select id, source, name, address, lat, lon, opening_hours, wheelchair, own_opening_hours, capacity,
        closed_from_ms, closed_to_ms, used, wrong_tries, listed
    from post_offices
    where id = $1";

/// Those of [`store::IDS_AT_ONCE`] ids that there are.
static SOME_OFFICES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select id, source, name, address, lat, lon, opening_hours, wheelchair, own_opening_hours, capacity,
            closed_from_ms, closed_to_ms, used, wrong_tries, listed
        from post_offices
        where id in ({})",
        store::placeholders(1, store::IDS_AT_ONCE)
    )
});

/// Capacity and everything else that an admin set stays.
const UPSERT: &str = "
    insert into post_offices (
        id, source, source_id, name, address, lat, lon, opening_hours, wheelchair, capacity
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update
    set name = excluded.name,
        address = excluded.address,
        lat = excluded.lat,
        lon = excluded.lon,
        opening_hours = excluded.opening_hours,
        wheelchair = excluded.wheelchair,
        listed = 1";

const UNLIST: &str = "update post_offices set listed = 0 where id = $1";

const VERSION: &str = "select value from operator_settings where name = 'post_offices_version'";

const NEXT_VERSION: &str = "
    update operator_settings
    set value = cast(cast(value as bigint) + 1 as text)
    where name = 'post_offices_version'";

/// Takes a place only if there is one: the database decides between two who want the last.
const TAKE_PLACE: &str = "
    update post_offices
    set used = used + 1
    where id = $1
        and listed = 1
        and used < capacity";

/// For what lies there already.
const TAKE_PLACE_ANYWAY: &str = "update post_offices set used = used + 1 where id = $1";

const LEAVE_PLACE: &str = "update post_offices set used = used - 1 where id = $1 and used > 0";

const CONFIGURE: &str = "
    update post_offices
    set capacity = $2, own_opening_hours = $3, closed_from_ms = $4, closed_to_ms = $5
    where id = $1
    returning id";

/// Tries of more than a day ago are forgotten, unless they locked the desk.
const COUNT_TRY: &str = "
    update post_offices
    set wrong_tries = case
            when tries_since_ms < $2 and wrong_tries < $4 then 1
            else wrong_tries + 1
        end,
        tries_since_ms = case
            when tries_since_ms < $2 and wrong_tries < $4 then $3
            else tries_since_ms
        end
    where id = $1
    returning wrong_tries";

/// A write that changes nothing takes the row's lock on PostgreSQL; SQLite's writer has it anyway.
const LOCK: &str = "update post_offices set used = used where id = $1 returning wrong_tries";

const UNLOCK: &str = "
    update post_offices
    set wrong_tries = 0
    where id = $1 and wrong_tries >= $2";

const SET_DESK: &str = "
    insert into desk_clerks (person_id, office_id)
    values ($1, $2)
    on conflict (person_id) do update set office_id = excluded.office_id";

const DESK_OF: &str = "select office_id from desk_clerks where person_id = $1";

const CLERKS: &str = "
    select person_id
    from desk_clerks
    where office_id = $1
    order by person_id";

const CLERK_NAMES: &str = "
    select c.office_id, p.name
    from desk_clerks c
    join people p on p.id = c.person_id
    order by p.name";

const CLERK_BY_EMAIL: &str =
    "select id from people where email = $1 and role = 'clerk' and disabled = 0";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    ALL_OFFICES,
    OFFICE,
    UPSERT,
    UNLIST,
    VERSION,
    NEXT_VERSION,
    TAKE_PLACE,
    TAKE_PLACE_ANYWAY,
    LEAVE_PLACE,
    CONFIGURE,
    COUNT_TRY,
    LOCK,
    UNLOCK,
    SET_DESK,
    DESK_OF,
    CLERKS,
    CLERK_NAMES,
    CLERK_BY_EMAIL,
];

/// A post office as it is stored.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub(crate) struct OfficeRow {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    pub(crate) opening_hours: Option<String>,
    pub(crate) wheelchair: Option<String>,
    pub(crate) own_opening_hours: Option<String>,
    pub(crate) capacity: i64,
    pub(crate) closed_from_ms: Option<i64>,
    pub(crate) closed_to_ms: Option<i64>,
    pub(crate) used: i64,
    pub(crate) wrong_tries: i64,
    pub(crate) listed: i64,
}

impl OfficeRow {
    pub(crate) fn id(&self) -> PostOfficeId {
        PostOfficeId::from_text(self.id.as_str())
    }

    pub(crate) fn position(&self) -> Result<Position, sqlx::Error> {
        Position::new(self.lat, self.lon).map_err(|_| unreadable("lat"))
    }

    /// The admin's hours where there are some.
    pub(crate) fn hours(&self) -> Option<&str> {
        self.own_opening_hours
            .as_deref()
            .or(self.opening_hours.as_deref())
    }

    pub(crate) fn wheelchair(&self) -> Option<Wheelchair> {
        Wheelchair::from_text(self.wheelchair.as_deref()?)
    }

    pub(crate) fn closed(&self) -> Option<(Timestamp, Timestamp)> {
        let at = Timestamp::from_millis;
        Some((at(self.closed_from_ms?), at(self.closed_to_ms?)))
    }

    pub(crate) fn is_closed_at(&self, at: Timestamp) -> bool {
        self.closed()
            .is_some_and(|(from, to)| (from..to).contains(&at))
    }

    pub(crate) fn space_left(&self) -> u32 {
        u32::try_from((self.capacity - self.used).max(0)).unwrap_or(u32::MAX)
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.wrong_tries >= i64::from(TRIES)
    }
}

pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<OfficeRow>, sqlx::Error> {
    sqlx::query_as(ALL_OFFICES).fetch_all(pool).await
}

/// The offices with these ids. Fewer ids than the statement takes are filled up with none, so that the database
/// prepares one statement only.
pub(crate) async fn offices(
    pool: &AnyPool,
    ids: impl IntoIterator<Item = &str>,
) -> Result<Vec<OfficeRow>, sqlx::Error> {
    let ids: Vec<_> = ids.into_iter().collect();
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(store::IDS_AT_ONCE) {
        let filled_up = chunk.iter().copied().chain(std::iter::repeat(""));
        let mut query = sqlx::query_as(SOME_OFFICES.as_str());
        for id in filled_up.take(store::IDS_AT_ONCE) {
            query = query.bind(id);
        }
        found.extend(query.fetch_all(pool).await?);
    }
    Ok(found)
}

pub(crate) async fn office(
    pool: &AnyPool,
    id: &PostOfficeId,
) -> Result<Option<OfficeRow>, sqlx::Error> {
    sqlx::query_as(OFFICE)
        .bind(id.as_str())
        .fetch_optional(pool)
        .await
}

pub(crate) async fn office_in(
    tx: &mut AnyConnection,
    id: &PostOfficeId,
) -> Result<Option<OfficeRow>, sqlx::Error> {
    sqlx::query_as(OFFICE)
        .bind(id.as_str())
        .fetch_optional(&mut *tx)
        .await
}

/// Adds an office, or brings what its source says of it up to date.
pub(crate) async fn upsert(
    tx: &mut AnyConnection,
    office: &SourceOffice,
    capacity: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(UPSERT)
        .bind(office.id().as_str().to_owned())
        .bind(office.source)
        .bind(&office.source_id)
        .bind(&office.name)
        .bind(&office.address)
        .bind(office.position.lat())
        .bind(office.position.lon())
        .bind(office.opening_hours.as_deref())
        .bind(office.wheelchair.map(Wheelchair::as_str))
        .bind(capacity)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn unlist(tx: &mut AnyConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(UNLIST).bind(id).execute(&mut *tx).await?;
    Ok(())
}

pub(crate) async fn version(pool: &AnyPool) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(VERSION).fetch_one(pool).await
}

pub(crate) async fn next_version(tx: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query(NEXT_VERSION).execute(&mut *tx).await?;
    Ok(())
}

/// Whether there was a place, which is taken now.
pub(crate) async fn take_place(
    tx: &mut AnyConnection,
    id: &PostOfficeId,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(TAKE_PLACE)
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn take_place_anyway(
    tx: &mut AnyConnection,
    id: &PostOfficeId,
) -> Result<(), sqlx::Error> {
    sqlx::query(TAKE_PLACE_ANYWAY)
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn leave_place(
    tx: &mut AnyConnection,
    id: &PostOfficeId,
) -> Result<(), sqlx::Error> {
    sqlx::query(LEAVE_PLACE)
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// What an admin sets.
#[derive(Debug, Clone)]
pub(crate) struct Configuration<'a> {
    pub(crate) capacity: i64,
    pub(crate) own_hours: Option<&'a str>,
    pub(crate) closed: Option<(Timestamp, Timestamp)>,
}

/// Whether there is such an office.
pub(crate) async fn configure(
    tx: &mut AnyConnection,
    id: &PostOfficeId,
    new: &Configuration<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(CONFIGURE)
        .bind(id.as_str())
        .bind(new.capacity)
        .bind(new.own_hours)
        .bind(new.closed.map(|(from, _)| from.millis()))
        .bind(new.closed.map(|(_, to)| to.millis()))
        .fetch_optional(&mut *tx)
        .await?;
    Ok(done.is_some())
}

/// Counts a wrong code at a desk, and says how many there were.
pub(crate) async fn count_try(
    tx: &mut AnyConnection,
    id: &PostOfficeId,
    forget_before: Timestamp,
    now: Timestamp,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT_TRY)
        .bind(id.as_str())
        .bind(forget_before.millis())
        .bind(now.millis())
        .bind(i64::from(TRIES))
        .fetch_one(&mut *tx)
        .await
}

/// How many wrong codes there were; nobody else counts until the transaction ends.
pub(crate) async fn lock(tx: &mut AnyConnection, id: &PostOfficeId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(LOCK)
        .bind(id.as_str())
        .fetch_one(&mut *tx)
        .await
}

/// Whether it was locked.
pub(crate) async fn unlock(tx: &mut AnyConnection, id: &PostOfficeId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(UNLOCK)
        .bind(id.as_str())
        .bind(i64::from(TRIES))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn set_desk(
    tx: &mut AnyConnection,
    clerk: &str,
    office: &PostOfficeId,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_DESK)
        .bind(clerk)
        .bind(office.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Where a clerk works.
pub(crate) async fn desk_of(
    pool: &AnyPool,
    clerk: &PersonId,
) -> Result<Option<PostOfficeId>, sqlx::Error> {
    let id: Option<String> = sqlx::query_scalar(DESK_OF)
        .bind(clerk.as_str())
        .fetch_optional(pool)
        .await?;
    Ok(id.map(PostOfficeId::from_text))
}

/// Who works there.
pub(crate) async fn clerks(
    tx: &mut AnyConnection,
    office: &PostOfficeId,
) -> Result<Vec<PersonId>, sqlx::Error> {
    let ids: Vec<String> = sqlx::query_scalar(CLERKS)
        .bind(office.as_str())
        .fetch_all(&mut *tx)
        .await?;
    Ok(ids.into_iter().map(PersonId::from_text).collect())
}

/// Names of clerks with the offices they work at.
pub(crate) async fn clerk_names(pool: &AnyPool) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as(CLERK_NAMES).fetch_all(pool).await
}

pub(crate) async fn clerk_by_email(
    pool: &AnyPool,
    email: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(CLERK_BY_EMAIL)
        .bind(email)
        .fetch_optional(pool)
        .await
}
