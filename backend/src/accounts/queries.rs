//! SQL of people, sessions and attempts. To add a query: a `const`, a row type, a function, an
//! entry in `ALL`, a test that runs on both databases.

use std::collections::HashSet;
use std::sync::LazyLock;

use porchlight_domain::ids::{PersonId, SessionId};
use porchlight_domain::people::Role;
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use super::sessions::SessionKind;
use super::uses::Use;
use crate::store::{self, ManyRows};

const INSERT_PERSON: &str = "
    insert into people (id, role, email, name, password_hash, vehicle, created_ms)
    values ($1, $2, $3, $4, $5, $6, $7)";

const PERSON_BY_EMAIL: &str = "
    select id, role, email, name, password_hash
    from people
    where email = $1 and disabled = 0";

const PERSON_BY_ID: &str = "
    select id, role, email, name, password_hash
    from people
    where id = $1 and disabled = 0";

const SET_PASSWORD: &str = "update people set password_hash = $2 where id = $1";

const INSERT_SESSION: &str = "
    insert into sessions (
        id, token_hash, person_id, kind, client, created_ms, last_used_ms, expires_ms
    )
    values ($1, $2, $3, $4, $5, $6, $6, $7)";

const SESSION_BY_TOKEN: &str = "
    select s.id, s.person_id, s.kind, s.last_used_ms, s.expires_ms, p.role
    from sessions s
    join people p on p.id = s.person_id
    where s.token_hash = $1 and s.expires_ms > $2 and p.disabled = 0";

static TOUCH_SESSIONS: LazyLock<ManyRows> = LazyLock::new(|| {
    let before = "with used (id, last_used_ms, expires_ms) as (values ";
    let after = ")
    update sessions
    set last_used_ms = cast(used.last_used_ms as bigint),
        expires_ms = cast(used.expires_ms as bigint)
    from used
    where sessions.id = used.id";
    ManyRows::new(before, 3, after)
});

const SESSIONS: &str = "
    select id, client, created_ms, last_used_ms
    from sessions
    where person_id = $1 and kind = 'browser' and expires_ms > $2
    order by last_used_ms desc, id
    limit 100";

/// To be asked about by [`store::find_ids`].
static LIVE_SESSIONS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "
    select s.id
    from sessions s
    join people p on p.id = s.person_id
    where s.expires_ms > $1 and p.disabled = 0 and s.id in ({})",
        store::placeholders(2, store::IDS_AT_ONCE)
    )
});

const END_SESSION: &str = "delete from sessions where id = $1 and person_id = $2";

const END_OTHER_SESSIONS: &str = "
    delete from sessions
    where person_id = $1 and id <> $2
    returning id";

const PURGE_SESSIONS: &str = "delete from sessions where expires_ms <= $1";

/// Counts a try and says how many there were since the window began; a window that is over begins
/// anew. One statement, so that parallel tries are all counted.
const COUNT_TRY: &str = "
    insert into sign_in_attempts (subject, since_ms, tries)
    values ($1, $2, 1)
    on conflict (subject) do update
    set tries = case
            when sign_in_attempts.since_ms <= $3 then 1
            else sign_in_attempts.tries + 1
        end,
        since_ms = case
            when sign_in_attempts.since_ms <= $3 then $2
            else sign_in_attempts.since_ms
        end
    returning tries, since_ms";

const UNCOUNT_TRY: &str = "
    update sign_in_attempts
    set tries = tries - 1
    where subject = $1 and tries > 0";

const FORGET_TRIES: &str = "delete from sign_in_attempts where since_ms <= $1";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    INSERT_PERSON,
    PERSON_BY_EMAIL,
    PERSON_BY_ID,
    SET_PASSWORD,
    INSERT_SESSION,
    SESSION_BY_TOKEN,
    SESSIONS,
    END_SESSION,
    END_OTHER_SESSIONS,
    PURGE_SESSIONS,
    COUNT_TRY,
    UNCOUNT_TRY,
    FORGET_TRIES,
];

/// The statements for many rows, for the same test.
#[cfg(test)]
pub(crate) const ALL_MANY: &[&LazyLock<ManyRows>] = &[&TOUCH_SESSIONS];

#[derive(Debug, Clone, FromRow)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) role: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) password_hash: String,
}

impl AccountRow {
    pub(crate) fn role(&self) -> Result<Role, sqlx::Error> {
        role(&self.role)
    }
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct SessionRow {
    pub(crate) id: String,
    pub(crate) person_id: String,
    pub(crate) kind: String,
    pub(crate) last_used_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) role: String,
}

impl SessionRow {
    pub(crate) fn role(&self) -> Result<Role, sqlx::Error> {
        role(&self.role)
    }
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct SessionListRow {
    pub(crate) id: String,
    pub(crate) client: String,
    pub(crate) created_ms: i64,
    pub(crate) last_used_ms: i64,
}

#[derive(Debug, Clone, Copy, FromRow)]
pub(crate) struct TriesRow {
    pub(crate) tries: i64,
    pub(crate) since_ms: i64,
}

fn role(text: &str) -> Result<Role, sqlx::Error> {
    Role::from_text(text).ok_or_else(|| crate::deliveries::queries::unreadable("role"))
}

/// A person to store.
pub(crate) struct NewPersonRow<'a> {
    pub(crate) id: &'a PersonId,
    pub(crate) role: Role,
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    pub(crate) password_hash: &'a str,
    pub(crate) vehicle: Option<&'a str>,
    pub(crate) created_at: Timestamp,
}

pub(crate) async fn insert_person(
    tx: &mut AnyConnection,
    person: &NewPersonRow<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_PERSON)
        .bind(person.id.as_str())
        .bind(person.role.as_str())
        .bind(person.email)
        .bind(person.name)
        .bind(person.password_hash)
        .bind(person.vehicle)
        .bind(person.created_at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn person_by_email(
    pool: &AnyPool,
    email: &str,
) -> Result<Option<AccountRow>, sqlx::Error> {
    sqlx::query_as(PERSON_BY_EMAIL)
        .bind(email)
        .fetch_optional(pool)
        .await
}

pub(crate) async fn person_by_id(
    pool: &AnyPool,
    id: &PersonId,
) -> Result<Option<AccountRow>, sqlx::Error> {
    sqlx::query_as(PERSON_BY_ID)
        .bind(id.as_str())
        .fetch_optional(pool)
        .await
}

pub(crate) async fn set_password(
    tx: &mut AnyConnection,
    id: &PersonId,
    password_hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_PASSWORD)
        .bind(id.as_str())
        .bind(password_hash)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// A session to store; the token itself is not.
pub(crate) struct NewSessionRow<'a> {
    pub(crate) id: &'a SessionId,
    pub(crate) token_hash: &'a str,
    pub(crate) person: &'a PersonId,
    pub(crate) kind: SessionKind,
    pub(crate) client: &'a str,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn insert_session(
    tx: &mut AnyConnection,
    session: &NewSessionRow<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_SESSION)
        .bind(session.id.as_str())
        .bind(session.token_hash)
        .bind(session.person.as_str())
        .bind(session.kind.as_str())
        .bind(session.client)
        .bind(session.created_at.millis())
        .bind(session.expires_at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The session with this token, if it has not run out.
pub(crate) async fn session_by_token(
    pool: &AnyPool,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<SessionRow>, sqlx::Error> {
    sqlx::query_as(SESSION_BY_TOKEN)
        .bind(token_hash)
        .bind(now.millis())
        .fetch_optional(pool)
        .await
}

/// Notes when sessions were used last and when they end from now on.
pub(crate) async fn touch_sessions(
    tx: &mut AnyConnection,
    uses: &[(SessionId, Use)],
) -> Result<(), sqlx::Error> {
    for (sql, portion) in TOUCH_SESSIONS.portions(uses) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (id, used) in portion {
            query = query
                .bind(id.as_str())
                .bind(used.at.millis())
                .bind(used.expires_at.millis());
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

pub(crate) async fn sessions(
    pool: &AnyPool,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<SessionListRow>, sqlx::Error> {
    sqlx::query_as(SESSIONS)
        .bind(person.as_str())
        .bind(now.millis())
        .fetch_all(pool)
        .await
}

/// Which of these sessions have not ended.
pub(crate) async fn live_sessions(
    pool: &AnyPool,
    sessions: &[SessionId],
    now: Timestamp,
) -> Result<HashSet<String>, sqlx::Error> {
    let ids = sessions.iter().map(SessionId::as_str);
    store::find_ids(pool, &LIVE_SESSIONS, ids, now).await
}

/// Whether there was such a session.
pub(crate) async fn end_session(
    tx: &mut AnyConnection,
    id: &SessionId,
    person: &PersonId,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(END_SESSION)
        .bind(id.as_str())
        .bind(person.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of a person but one, and says which.
pub(crate) async fn end_other_sessions(
    tx: &mut AnyConnection,
    person: &PersonId,
    keep: &SessionId,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(END_OTHER_SESSIONS)
        .bind(person.as_str())
        .bind(keep.as_str())
        .fetch_all(&mut *tx)
        .await
}

pub(crate) async fn purge(
    tx: &mut AnyConnection,
    now: Timestamp,
    tries_before: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(PURGE_SESSIONS)
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    sqlx::query(FORGET_TRIES)
        .bind(tries_before.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn count_try(
    tx: &mut AnyConnection,
    subject: &str,
    now: Timestamp,
    window_began_before: Timestamp,
) -> Result<TriesRow, sqlx::Error> {
    sqlx::query_as(COUNT_TRY)
        .bind(subject)
        .bind(now.millis())
        .bind(window_began_before.millis())
        .fetch_one(&mut *tx)
        .await
}

pub(crate) async fn uncount_try(tx: &mut AnyConnection, subject: &str) -> Result<(), sqlx::Error> {
    sqlx::query(UNCOUNT_TRY)
        .bind(subject)
        .execute(&mut *tx)
        .await?;
    Ok(())
}
