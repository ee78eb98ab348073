//! SQL of holds, pick-up codes and desks. To add a query: a `const`, a row type, a function, an entry in `ALL`, a test
//! that runs on both databases.

use porchlight_domain::geo::Position;
use porchlight_domain::hold::{
    Away, CountRecord, Destination, HoldPreferences, HoldState, HoldTold, IdentityCheck, TRIES,
};
use porchlight_domain::ids::{PersonId, PostOfficeId};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

use crate::deliveries::queries::unreadable;

const HOLD: &str = "
    select h.office_id, h.state, h.since_ms, h.ready_ms, h.keep_until_ms, h.extended, h.due_ms,
        h.wrong_tries, o.name, o.address, o.lat, o.lon, coalesce(o.own_opening_hours, o.opening_hours) as hours
    from holds h
    join post_offices o on o.id = h.office_id
    where h.reference = $1";

/// Whether the courier is at the door on this way out.
const IS_AT_THE_DOOR: &str = "
    select count(*)
    from arrivals
    where reference = $1 and attempt = $2 and arrival = 'at_the_door'";

const CONFIRM: &str = "
    insert into holds (reference, office_id, state, since_ms, keep_until_ms)
    values ($1, $2, 'confirmed', $3, $4)
    on conflict (reference) do update
    set office_id = excluded.office_id,
        state = excluded.state,
        since_ms = excluded.since_ms,
        ready_ms = null,
        keep_until_ms = excluded.keep_until_ms,
        extended = 0,
        due_ms = null,
        wrong_tries = 0";

const SET_STATE: &str = "update holds set state = $2, due_ms = null where reference = $1";

const IS_READY: &str = "
    update holds
    set state = 'ready', ready_ms = $2, keep_until_ms = $3, due_ms = $4
    where reference = $1";

const EXTEND: &str = "
    update holds
    set keep_until_ms = $2, due_ms = $3, extended = 1
    where reference = $1 and extended = 0";

const KEEP: &str = "update holds set keep_until_ms = $2, due_ms = $3 where reference = $1";

const SET_DUE: &str = "update holds set due_ms = $2 where reference = $1";

const DUE: &str = "
    select reference
    from holds
    where due_ms <= $1
    order by due_ms, reference
    limit $2";

const COUNT_TRY: &str = "
    update holds
    set wrong_tries = wrong_tries + 1
    where reference = $1
    returning wrong_tries";

const UNLOCK: &str = "
    update holds
    set wrong_tries = 0
    where reference = $1 and wrong_tries >= $2";

const INSERT_CODE: &str = "
    insert into pick_up_codes (id, reference, delegate, seed, secret_mark, code_hash, mark, made_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict do nothing";

const LIVE_CODES: &str = "
    select id, reference, delegate, seed, secret_mark, ended_ms
    from pick_up_codes
    where reference = $1 and ended_ms is null
    order by made_ms, id";

const CODE_BY_HASH: &str = "
    select id, reference, delegate, seed, secret_mark, ended_ms
    from pick_up_codes
    where code_hash = $1";

const END_CODES: &str = "
    update pick_up_codes
    set ended_ms = $2
    where reference = $1 and ended_ms is null";

const END_DELEGATE: &str = "
    update pick_up_codes
    set ended_ms = $3
    where reference = $1 and delegate = $2 and ended_ms is null";

/// Of passes that a desk could still be shown: those of parcels that were here lately.
const ENDED_MARKS: &str = "
    select c.mark
    from pick_up_codes c
    join holds h on h.reference = c.reference
    where h.office_id = $1 and c.ended_ms >= $2
    order by c.ended_ms desc
    limit 5000";

const AT_OFFICE: &str = "
    select h.reference, h.state, h.ready_ms, h.keep_until_ms, h.wrong_tries, p.name
    from holds h
    join deliveries d on d.reference = h.reference
    join people p on p.id = d.customer_id
    where h.office_id = $1 and h.state in ('confirmed', 'ready', 'expired')
    order by h.ready_ms is null, h.ready_ms, h.reference
    limit $2";

const RECIPIENT: &str = "
    select p.name
    from deliveries d
    join people p on p.id = d.customer_id
    where d.reference = $1";

const INSERT_PICK_UP: &str = "
    insert into pick_ups (
        reference, office_id, clerk_id, document, last_digits, delegate, signature, time_ms
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

const PICK_UP: &str = "
    select u.time_ms, o.name as office, p.name as clerk, u.document, u.last_digits, u.delegate, u.signature
    from pick_ups u
    join post_offices o on o.id = u.office_id
    join people p on p.id = u.clerk_id
    where u.reference = $1";

pub(super) const PURGE_PICK_UPS: &str = "
    delete from pick_ups where reference in (
        select reference from pick_ups where time_ms < $1 limit $2
    )";

const INSERT_COUNT: &str = "
    insert into desk_counts (id, office_id, clerk_id, time_ms, counted, missing, unexpected)
    values ($1, $2, $3, $4, $5, $6, $7)";

const LAST_COUNTS: &str = "
    select c.office_id, c.time_ms, c.counted, c.missing, c.unexpected
    from desk_counts c
    where c.time_ms = (select max(d.time_ms) from desk_counts d where d.office_id = c.office_id)";

const PREFERENCES: &str = "
    select office_id, always_hold, away_from_ms, away_to_ms, never_at_the_door
    from hold_preferences
    where person_id = $1";

const SET_PREFERENCES: &str = "
    insert into hold_preferences (
        person_id, office_id, always_hold, away_from_ms, away_to_ms, never_at_the_door
    )
    values ($1, $2, $3, $4, $5, $6)
    on conflict (person_id) do update
    set office_id = excluded.office_id,
        always_hold = excluded.always_hold,
        away_from_ms = excluded.away_from_ms,
        away_to_ms = excluded.away_to_ms,
        never_at_the_door = excluded.never_at_the_door";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    HOLD,
    IS_AT_THE_DOOR,
    CONFIRM,
    SET_STATE,
    IS_READY,
    EXTEND,
    KEEP,
    SET_DUE,
    DUE,
    COUNT_TRY,
    UNLOCK,
    INSERT_CODE,
    LIVE_CODES,
    CODE_BY_HASH,
    END_CODES,
    END_DELEGATE,
    ENDED_MARKS,
    AT_OFFICE,
    RECIPIENT,
    INSERT_PICK_UP,
    PICK_UP,
    PURGE_PICK_UPS,
    INSERT_COUNT,
    LAST_COUNTS,
    PREFERENCES,
    SET_PREFERENCES,
];

/// A hold with its office.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct HoldRow {
    pub(crate) office_id: String,
    pub(crate) state: String,
    pub(crate) since_ms: i64,
    pub(crate) ready_ms: Option<i64>,
    pub(crate) keep_until_ms: i64,
    pub(crate) extended: i64,
    pub(crate) due_ms: Option<i64>,
    pub(crate) wrong_tries: i64,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    pub(crate) hours: Option<String>,
}

impl HoldRow {
    pub(crate) fn office(&self) -> PostOfficeId {
        PostOfficeId::from_text(self.office_id.as_str())
    }

    pub(crate) fn state(&self) -> Result<HoldState, sqlx::Error> {
        HoldState::from_text(&self.state).ok_or_else(|| unreadable("state"))
    }

    pub(crate) fn keep_until(&self) -> Timestamp {
        Timestamp::from_millis(self.keep_until_ms)
    }

    /// A moment, or that at which the parcel came, if that was later.
    pub(crate) fn since_it_lies_there(&self, at: Timestamp) -> Timestamp {
        let came = self.ready_ms.map_or(at, Timestamp::from_millis);
        at.max(came)
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.wrong_tries >= i64::from(TRIES)
    }

    /// Where the parcel goes, or is; none once that is over.
    pub(crate) fn destination(&self) -> Result<Option<Destination>, sqlx::Error> {
        if !matches!(self.state()?, HoldState::Confirmed | HoldState::Ready) {
            return Ok(None);
        }
        Ok(Some(Destination {
            office: self.office(),
            position: Position::new(self.lat, self.lon).map_err(|_| unreadable("lat"))?,
            since: Timestamp::from_millis(self.since_ms),
        }))
    }

    /// What the log says of it.
    pub(crate) fn told(&self) -> HoldTold {
        HoldTold {
            office: self.office(),
            name: self.name.clone(),
            address: self.address.clone(),
            hours: self.hours.clone(),
            keep_until: Some(self.keep_until()),
            reason: None,
            done_at: None,
        }
    }
}

/// A code as it is stored: without the code. Not `Debug`: the seed is half of a secret.
#[derive(Clone, FromRow)]
pub(crate) struct CodeRow {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) delegate: Option<String>,
    pub(crate) seed: String,
    pub(crate) secret_mark: String,
    pub(crate) ended_ms: Option<i64>,
}

/// A parcel at an office, or on its way there.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct AtOfficeRow {
    pub(crate) reference: String,
    pub(crate) state: String,
    pub(crate) ready_ms: Option<i64>,
    pub(crate) keep_until_ms: i64,
    pub(crate) wrong_tries: i64,
    pub(crate) name: String,
}

pub(crate) async fn hold(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Option<HoldRow>, sqlx::Error> {
    sqlx::query_as(HOLD)
        .bind(reference.to_string())
        .fetch_optional(pool)
        .await
}

pub(crate) async fn hold_in(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Option<HoldRow>, sqlx::Error> {
    sqlx::query_as(HOLD)
        .bind(reference.to_string())
        .fetch_optional(&mut *tx)
        .await
}

pub(crate) async fn is_at_the_door(
    tx: &mut AnyConnection,
    reference: Reference,
    attempt: u32,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(IS_AT_THE_DOOR)
        .bind(reference.to_string())
        .bind(i64::from(attempt))
        .fetch_one(&mut *tx)
        .await?;
    Ok(count > 0)
}

/// Makes an office the destination, in place of any other.
pub(crate) async fn confirm(
    tx: &mut AnyConnection,
    reference: Reference,
    office: &PostOfficeId,
    keep_until: Timestamp,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(CONFIRM)
        .bind(reference.to_string())
        .bind(office.as_str())
        .bind(now.millis())
        .bind(keep_until.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn set_state(
    tx: &mut AnyConnection,
    reference: Reference,
    state: HoldState,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_STATE)
        .bind(reference.to_string())
        .bind(state.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn is_ready(
    tx: &mut AnyConnection,
    reference: Reference,
    now: Timestamp,
    keep_until: Timestamp,
    due: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(IS_READY)
        .bind(reference.to_string())
        .bind(now.millis())
        .bind(keep_until.millis())
        .bind(due.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Whether it had not been extended before.
pub(crate) async fn extend(
    tx: &mut AnyConnection,
    reference: Reference,
    keep_until: Timestamp,
    due: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(EXTEND)
        .bind(reference.to_string())
        .bind(keep_until.millis())
        .bind(due.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves the day until which it is kept, by the office and not by its recipient.
pub(crate) async fn keep(
    tx: &mut AnyConnection,
    reference: Reference,
    keep_until: Timestamp,
    due: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(KEEP)
        .bind(reference.to_string())
        .bind(keep_until.millis())
        .bind(due.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn set_due(
    tx: &mut AnyConnection,
    reference: Reference,
    due: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_DUE)
        .bind(reference.to_string())
        .bind(due.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// What is due, the oldest first.
pub(crate) async fn due(
    pool: &AnyPool,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(DUE)
        .bind(now.millis())
        .bind(limit)
        .fetch_all(pool)
        .await
}

/// Counts a wrong code, and says how many there were.
pub(crate) async fn count_try(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT_TRY)
        .bind(reference.to_string())
        .fetch_one(&mut *tx)
        .await
}

/// Whether it was locked.
pub(crate) async fn unlock(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(UNLOCK)
        .bind(reference.to_string())
        .bind(i64::from(TRIES))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A code to store, without the code.
pub(crate) struct NewCode<'a> {
    pub(crate) id: &'a str,
    pub(crate) reference: Reference,
    pub(crate) delegate: Option<&'a str>,
    pub(crate) seed: &'a str,
    pub(crate) secret_mark: &'a str,
    pub(crate) code_hash: &'a str,
    pub(crate) mark: &'a str,
}

/// Whether nobody has this code already.
pub(crate) async fn insert_code(
    tx: &mut AnyConnection,
    new: &NewCode<'_>,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(INSERT_CODE)
        .bind(new.id)
        .bind(new.reference.to_string())
        .bind(new.delegate)
        .bind(new.seed)
        .bind(new.secret_mark)
        .bind(new.code_hash)
        .bind(new.mark)
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The recipient's first.
pub(crate) async fn live_codes(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Vec<CodeRow>, sqlx::Error> {
    sqlx::query_as(LIVE_CODES)
        .bind(reference.to_string())
        .fetch_all(pool)
        .await
}

pub(crate) async fn live_codes_in(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Vec<CodeRow>, sqlx::Error> {
    sqlx::query_as(LIVE_CODES)
        .bind(reference.to_string())
        .fetch_all(&mut *tx)
        .await
}

/// Whether it is still worth something or not.
pub(crate) async fn code_by_hash(
    tx: &mut AnyConnection,
    code_hash: &str,
) -> Result<Option<CodeRow>, sqlx::Error> {
    sqlx::query_as(CODE_BY_HASH)
        .bind(code_hash)
        .fetch_optional(&mut *tx)
        .await
}

pub(crate) async fn end_codes(
    tx: &mut AnyConnection,
    reference: Reference,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(END_CODES)
        .bind(reference.to_string())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Whether there was one to end.
pub(crate) async fn end_delegate(
    tx: &mut AnyConnection,
    reference: Reference,
    delegate: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(END_DELEGATE)
        .bind(reference.to_string())
        .bind(delegate)
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn ended_marks(
    pool: &AnyPool,
    office: &PostOfficeId,
    since: Timestamp,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(ENDED_MARKS)
        .bind(office.as_str())
        .bind(since.millis())
        .fetch_all(pool)
        .await
}

pub(crate) async fn at_office(
    pool: &AnyPool,
    office: &PostOfficeId,
    limit: i64,
) -> Result<Vec<AtOfficeRow>, sqlx::Error> {
    sqlx::query_as(AT_OFFICE)
        .bind(office.as_str())
        .bind(limit)
        .fetch_all(pool)
        .await
}

/// The name that must be on the document.
pub(crate) async fn recipient(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(RECIPIENT)
        .bind(reference.to_string())
        .fetch_one(&mut *tx)
        .await
}

/// How a parcel was handed over.
pub(crate) struct NewPickUp<'a> {
    pub(crate) reference: Reference,
    pub(crate) office: &'a PostOfficeId,
    pub(crate) clerk: &'a PersonId,
    pub(crate) identity: &'a IdentityCheck,
    pub(crate) delegate: Option<&'a str>,
    pub(crate) signature: Option<&'a [u8]>,
}

pub(crate) async fn insert_pick_up(
    tx: &mut AnyConnection,
    new: &NewPickUp<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_PICK_UP)
        .bind(new.reference.to_string())
        .bind(new.office.as_str())
        .bind(new.clerk.as_str())
        .bind(new.identity.document.as_str())
        .bind(&new.identity.last_digits)
        .bind(new.delegate)
        .bind(new.signature)
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// How a parcel was handed over, with names.
#[derive(FromRow)]
pub(crate) struct PickUpRow {
    pub(crate) time_ms: i64,
    pub(crate) office: String,
    pub(crate) clerk: String,
    pub(crate) document: String,
    pub(crate) last_digits: String,
    pub(crate) delegate: Option<String>,
    pub(crate) signature: Option<Vec<u8>>,
}

pub(crate) async fn pick_up(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Option<PickUpRow>, sqlx::Error> {
    sqlx::query_as(PICK_UP)
        .bind(reference.to_string())
        .fetch_optional(pool)
        .await
}

/// What a count came to.
pub(crate) struct NewCount<'a> {
    pub(crate) id: &'a str,
    pub(crate) office: &'a PostOfficeId,
    pub(crate) clerk: &'a PersonId,
    pub(crate) counted: i64,
    pub(crate) missing: &'a str,
    pub(crate) unexpected: &'a str,
}

pub(crate) async fn insert_count(
    tx: &mut AnyConnection,
    new: &NewCount<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_COUNT)
        .bind(new.id)
        .bind(new.office.as_str())
        .bind(new.clerk.as_str())
        .bind(now.millis())
        .bind(new.counted)
        .bind(new.missing)
        .bind(new.unexpected)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// A count as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct CountRow {
    pub(crate) office_id: String,
    time_ms: i64,
    counted: i64,
    missing: String,
    unexpected: String,
}

impl CountRow {
    pub(crate) fn record(&self) -> CountRecord {
        let listed = |references: &str| {
            let all = references.split(' ').filter_map(|text| text.parse().ok());
            all.collect()
        };
        CountRecord {
            at: Timestamp::from_millis(self.time_ms),
            counted: u32::try_from(self.counted).unwrap_or(u32::MAX),
            missing: listed(&self.missing),
            unexpected: listed(&self.unexpected),
        }
    }
}

/// The last count of each office.
pub(crate) async fn last_counts(pool: &AnyPool) -> Result<Vec<CountRow>, sqlx::Error> {
    sqlx::query_as(LAST_COUNTS).fetch_all(pool).await
}

#[derive(Debug, Clone, FromRow)]
struct PreferencesRow {
    office_id: Option<String>,
    always_hold: i64,
    away_from_ms: Option<i64>,
    away_to_ms: Option<i64>,
    never_at_the_door: i64,
}

impl From<PreferencesRow> for HoldPreferences {
    fn from(row: PreferencesRow) -> Self {
        let away = row.away_from_ms.zip(row.away_to_ms);
        Self {
            office: row.office_id.map(PostOfficeId::from_text),
            always: row.always_hold != 0,
            away: away.map(|(from, to)| Away {
                from: Timestamp::from_millis(from),
                to: Timestamp::from_millis(to),
            }),
            never_at_the_door: row.never_at_the_door != 0,
        }
    }
}

/// What somebody wants; nothing where they never said.
pub(crate) async fn preferences(
    pool: &AnyPool,
    person: &PersonId,
) -> Result<HoldPreferences, sqlx::Error> {
    let row: Option<PreferencesRow> = sqlx::query_as(PREFERENCES)
        .bind(person.as_str())
        .fetch_optional(pool)
        .await?;
    Ok(row.map(HoldPreferences::from).unwrap_or_default())
}

pub(crate) async fn set_preferences(
    tx: &mut AnyConnection,
    person: &PersonId,
    wishes: &HoldPreferences,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_PREFERENCES)
        .bind(person.as_str())
        .bind(
            wishes
                .office
                .as_ref()
                .map(|office| office.as_str().to_owned()),
        )
        .bind(i64::from(wishes.always))
        .bind(wishes.away.map(|away| away.from.millis()))
        .bind(wishes.away.map(|away| away.to.millis()))
        .bind(i64::from(wishes.never_at_the_door))
        .execute(&mut *tx)
        .await?;
    Ok(())
}
