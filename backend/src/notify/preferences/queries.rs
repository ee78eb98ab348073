//! SQL of what people chose. To add a query: a `const`, a row type, a function, an entry in `ALL`.

use porchlight_domain::ids::{PersonId, SessionId};
use porchlight_domain::notification::{Channel, Choice, Kind, PushSubscription, QuietHours};
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

use crate::notify::queries as shared;

const SETTINGS: &str = "
    select p.email, s.language, s.time_zone, s.quiet_from_min, s.quiet_to_min, s.phone, s.phone_new
    from people p
    left join notification_settings s on s.person_id = p.id
    where p.id = $1 and p.disabled = 0";

const CHOICES: &str = "
    select kind, channel, is_on
    from notification_choices
    where person_id = $1";

/// A channel is dead as long as its address is the one that was refused.
const DEAD_CHANNELS: &str = "
    select c.channel
    from dead_channels c
    join people p on p.id = c.person_id
    left join notification_settings s on s.person_id = p.id
    where c.person_id = $1
        and c.address = case when c.channel = 'email' then p.email else s.phone end
    order by c.channel";

const BROWSERS: &str = "select count(*) from push_subscriptions where person_id = $1";

const ENSURE: &str = "
    insert into notification_settings (person_id)
    values ($1)
    on conflict (person_id) do nothing";

const CHOOSE: &str = "
    insert into notification_choices (person_id, kind, channel, is_on)
    values ($1, $2, $3, $4)
    on conflict (person_id, kind, channel) do update
    set is_on = excluded.is_on";

const SET_QUIET_HOURS: &str = "
    update notification_settings
    set quiet_from_min = $2, quiet_to_min = $3
    where person_id = $1";

const SET_TIME_ZONE: &str = "update notification_settings set time_zone = $2 where person_id = $1";

const SET_LANGUAGE: &str = "update notification_settings set language = $2 where person_id = $1";

const REMEMBER_LANGUAGE: &str = "
    insert into notification_settings (person_id, language)
    values ($1, $2)
    on conflict (person_id) do update
    set language = excluded.language
    where notification_settings.language is null";

/// An API token is short-lived: what it subscribes does not end with it. What still waits for whoever was signed in
/// at that browser before is not for whoever is now: see the outbox's `PUSH_JOB`.
const SUBSCRIBE: &str = "
    insert into push_subscriptions (id, person_id, session_id, endpoint, p256dh, auth, created_ms)
    values (
        $1, $2, (select s.id from sessions s where s.id = $3 and s.kind = 'browser'), $4, $5, $6, $7
    )
    on conflict (endpoint) do update
    set person_id = excluded.person_id,
        session_id = excluded.session_id,
        p256dh = excluded.p256dh,
        auth = excluded.auth,
        created_ms = excluded.created_ms";

const END_OLDEST: &str = "
    delete from push_subscriptions
    where person_id = $1 and id not in (
        select id
        from push_subscriptions
        where person_id = $1
        order by created_ms desc, id
        limit $2
    )";

const UNSUBSCRIBE: &str = "delete from push_subscriptions where person_id = $1 and endpoint = $2";

const END_PUSH: &str = "delete from push_subscriptions where id = $1";

/// Only the address that the person has still.
const END_CHANNEL: &str = "
    insert into dead_channels (person_id, channel, address, since_ms, problem)
    values ($1, $2, $3, $4, $5)
    on conflict (person_id, channel) do update
    set address = excluded.address, since_ms = excluded.since_ms, problem = excluded.problem
    where dead_channels.address <> excluded.address";

const REVIVE: &str = "delete from dead_channels where person_id = $1 and channel = $2";

const SET_PHONE_NEW: &str = "
    update notification_settings
    set phone_new = $2, phone_code_hash = $3, phone_code_ms = $4, phone_tries = 0
    where person_id = $1";

const COUNT_PHONE_TRY: &str = "
    update notification_settings
    set phone_tries = phone_tries + 1
    where person_id = $1 and phone_new is not null and phone_code_hash is not null
    returning phone_new as number, phone_code_hash as code_hash, phone_code_ms as asked_ms, phone_tries as tries";

const TAKE_PHONE: &str = "
    update notification_settings
    set phone = phone_new, phone_new = null, phone_code_hash = null, phone_code_ms = null
    where person_id = $1";

const FORGET_PHONE: &str = "
    update notification_settings
    set phone = null, phone_new = null, phone_code_hash = null, phone_code_ms = null
    where person_id = $1";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    SETTINGS,
    CHOICES,
    DEAD_CHANNELS,
    BROWSERS,
    ENSURE,
    CHOOSE,
    SET_QUIET_HOURS,
    SET_TIME_ZONE,
    SET_LANGUAGE,
    REMEMBER_LANGUAGE,
    SUBSCRIBE,
    END_OLDEST,
    UNSUBSCRIBE,
    END_PUSH,
    END_CHANNEL,
    REVIVE,
    SET_PHONE_NEW,
    COUNT_PHONE_TRY,
    TAKE_PHONE,
    FORGET_PHONE,
];

#[derive(Debug, Clone, FromRow)]
pub(in crate::notify) struct SettingsRow {
    pub(super) email: String,
    pub(super) language: Option<String>,
    pub(super) time_zone: Option<String>,
    quiet_from_min: Option<i64>,
    quiet_to_min: Option<i64>,
    pub(super) phone: Option<String>,
    pub(super) phone_new: Option<String>,
}

impl SettingsRow {
    pub(super) fn quiet_hours(&self) -> Option<QuietHours> {
        shared::quiet_hours(self.quiet_from_min, self.quiet_to_min)
    }
}

#[derive(Debug, Clone, FromRow)]
struct ChoiceRow {
    kind: String,
    channel: String,
    is_on: i64,
}

/// A number that waits for its code.
#[derive(Debug, Clone, FromRow)]
pub(super) struct WaitingPhoneRow {
    pub(super) number: String,
    pub(super) code_hash: String,
    pub(super) asked_ms: i64,
    pub(super) tries: i64,
}

/// A browser to tell from now on.
pub(super) struct NewPush<'a> {
    pub(super) id: &'a str,
    pub(super) person: &'a PersonId,
    pub(super) session: &'a SessionId,
    pub(super) subscription: &'a PushSubscription,
    pub(super) now: Timestamp,
}

/// None when there is no such person any more.
pub(in crate::notify) async fn settings(
    pool: &AnyPool,
    person: &PersonId,
) -> Result<Option<SettingsRow>, sqlx::Error> {
    sqlx::query_as(SETTINGS)
        .bind(person.as_str())
        .fetch_optional(pool)
        .await
}

/// Cells that were set. Those of a kind that this version does not know are left out.
pub(super) async fn choices(pool: &AnyPool, person: &PersonId) -> Result<Vec<Choice>, sqlx::Error> {
    let rows: Vec<ChoiceRow> = sqlx::query_as(CHOICES)
        .bind(person.as_str())
        .fetch_all(pool)
        .await?;
    let choice = |row: ChoiceRow| {
        Some(Choice {
            kind: Kind::from_text(&row.kind)?,
            channel: Channel::from_text(&row.channel)?,
            is_on: row.is_on != 0,
        })
    };
    Ok(rows.into_iter().filter_map(choice).collect())
}

pub(super) async fn dead_channels(
    pool: &AnyPool,
    person: &PersonId,
) -> Result<Vec<Channel>, sqlx::Error> {
    let names: Vec<String> = sqlx::query_scalar(DEAD_CHANNELS)
        .bind(person.as_str())
        .fetch_all(pool)
        .await?;
    Ok(names
        .iter()
        .filter_map(|name| Channel::from_text(name))
        .collect())
}

pub(super) async fn browsers(pool: &AnyPool, person: &PersonId) -> Result<u32, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(BROWSERS)
        .bind(person.as_str())
        .fetch_one(pool)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Makes a row for what a person chooses.
pub(super) async fn ensure(tx: &mut AnyConnection, person: &PersonId) -> Result<(), sqlx::Error> {
    sqlx::query(ENSURE)
        .bind(person.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(in crate::notify) async fn choose(
    tx: &mut AnyConnection,
    person: &PersonId,
    choice: &Choice,
) -> Result<(), sqlx::Error> {
    sqlx::query(CHOOSE)
        .bind(person.as_str())
        .bind(choice.kind.as_str())
        .bind(choice.channel.as_str())
        .bind(i64::from(choice.is_on))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn set_quiet_hours(
    tx: &mut AnyConnection,
    person: &PersonId,
    hours: Option<QuietHours>,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_QUIET_HOURS)
        .bind(person.as_str())
        .bind(hours.map(|hours| i64::from(hours.from_min())))
        .bind(hours.map(|hours| i64::from(hours.to_min())))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn set_time_zone(
    tx: &mut AnyConnection,
    person: &PersonId,
    zone: &str,
) -> Result<(), sqlx::Error> {
    set_text(tx, SET_TIME_ZONE, person, zone).await
}

pub(super) async fn set_language(
    tx: &mut AnyConnection,
    person: &PersonId,
    tag: &str,
) -> Result<(), sqlx::Error> {
    set_text(tx, SET_LANGUAGE, person, tag).await
}

/// Where none was chosen.
pub(super) async fn remember_language(
    tx: &mut AnyConnection,
    person: &PersonId,
    tag: &str,
) -> Result<(), sqlx::Error> {
    set_text(tx, REMEMBER_LANGUAGE, person, tag).await
}

async fn set_text(
    tx: &mut AnyConnection,
    sql: &'static str,
    person: &PersonId,
    text: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(sql)
        .bind(person.as_str())
        .bind(text)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn subscribe(
    tx: &mut AnyConnection,
    new: &NewPush<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(SUBSCRIBE)
        .bind(new.id)
        .bind(new.person.as_str())
        .bind(new.session.as_str())
        .bind(&new.subscription.endpoint)
        .bind(&new.subscription.keys.p256dh)
        .bind(&new.subscription.keys.auth)
        .bind(new.now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Keeps the newest browsers of a person.
pub(super) async fn end_oldest(
    tx: &mut AnyConnection,
    person: &PersonId,
    most: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(END_OLDEST)
        .bind(person.as_str())
        .bind(most)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Whether it was told.
pub(super) async fn unsubscribe(
    tx: &mut AnyConnection,
    person: &PersonId,
    endpoint: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(UNSUBSCRIBE)
        .bind(person.as_str())
        .bind(endpoint)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether it was told until now.
pub(in crate::notify) async fn end_push(
    tx: &mut AnyConnection,
    id: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(END_PUSH).bind(id).execute(&mut *tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Whether that address was not dead already.
pub(in crate::notify) async fn end_channel(
    tx: &mut AnyConnection,
    person: &PersonId,
    channel: Channel,
    address: &str,
    now: Timestamp,
    problem: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(END_CHANNEL)
        .bind(person.as_str())
        .bind(channel.as_str())
        .bind(address)
        .bind(now.millis())
        .bind(problem)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn revive(
    tx: &mut AnyConnection,
    person: &PersonId,
    channel: Channel,
) -> Result<(), sqlx::Error> {
    set_text(tx, REVIVE, person, channel.as_str()).await
}

pub(super) async fn set_phone_new(
    tx: &mut AnyConnection,
    person: &PersonId,
    number: &str,
    code_hash: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_PHONE_NEW)
        .bind(person.as_str())
        .bind(number)
        .bind(code_hash)
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Counts a try and answers with what it is compared to; none when no number waits.
pub(super) async fn count_phone_try(
    tx: &mut AnyConnection,
    person: &PersonId,
) -> Result<Option<WaitingPhoneRow>, sqlx::Error> {
    sqlx::query_as(COUNT_PHONE_TRY)
        .bind(person.as_str())
        .fetch_optional(&mut *tx)
        .await
}

pub(super) async fn take_phone(
    tx: &mut AnyConnection,
    person: &PersonId,
) -> Result<(), sqlx::Error> {
    sqlx::query(TAKE_PHONE)
        .bind(person.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn forget_phone(
    tx: &mut AnyConnection,
    person: &PersonId,
) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET_PHONE)
        .bind(person.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}
