//! SQL of deliveries and share links. To add a query: a `const`, a row type, a function, an entry
//! in `ALL`, a test that runs on both databases.

use std::collections::HashSet;
use std::sync::LazyLock;

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::delivery::{
    Address, Assignment, Booking, Delivery, HandoverLevel, Status, Window,
};
use porchlight_domain::geo::Position;
use porchlight_domain::ids::{PersonId, RunId, ShareId};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{DeliverySummary, ShareLink};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, FromRow};

use crate::runs::queries::{RunRow, lock_run_of};
use crate::store::{self, Answer, ManyRows, ROWS_AT_ONCE, Statement};

const INSERT: &str = "
    insert into deliveries (
        reference, customer_id, status, description, pickup_text, pickup_lat, pickup_lon,
        address_text, address_lat, address_lon, window_from_ms, window_to_ms, created_ms,
        changed_ms, photo_needed
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)";

const BY_REFERENCE: &str = "
    select reference, customer_id, status, description, pickup_text, pickup_lat, pickup_lon,
        address_text, address_lat, address_lon, window_from_ms, window_to_ms, courier_id, run_id,
        attempts, changed_ms, handover, photo_needed, never_leave_ms
    from deliveries
    where reference = $1";

/// A write that changes nothing takes the row's lock on PostgreSQL; SQLite's writer has it anyway.
const LOCK: &str = "
    update deliveries
    set changed_ms = changed_ms
    where reference = $1
    returning reference, customer_id, status, description, pickup_text, pickup_lat, pickup_lon,
        address_text, address_lat, address_lon, window_from_ms, window_to_ms, courier_id, run_id,
        attempts, changed_ms, handover, photo_needed, never_leave_ms";

/// Of most deliveries there is nothing beside, which need not be found out one by one.
const BESIDE: &str = "
    select
        (select count(*) from holds where reference = $1) as holds,
        (select count(*) from proposals where reference = $1 and ended_ms is null) as proposals,
        (select count(*) from chats where reference = $1) as chats";

const BY_CUSTOMER: &str = "
    select reference, customer_id, status, description, pickup_text, pickup_lat, pickup_lon,
        address_text, address_lat, address_lon, window_from_ms, window_to_ms, courier_id, run_id,
        attempts, changed_ms, handover, photo_needed, never_leave_ms
    from deliveries
    where customer_id = $1
    order by created_ms desc, reference
    limit $2";

const BY_COURIER: &str = "
    select reference, customer_id, status, description, pickup_text, pickup_lat, pickup_lon,
        address_text, address_lat, address_lon, window_from_ms, window_to_ms, courier_id, run_id,
        attempts, changed_ms, handover, photo_needed, never_leave_ms
    from deliveries
    where courier_id = $1
    order by created_ms desc, reference
    limit $2";

const NEWEST: &str = "
    select reference, customer_id, status, description, pickup_text, pickup_lat, pickup_lon,
        address_text, address_lat, address_lon, window_from_ms, window_to_ms, courier_id, run_id,
        attempts, changed_ms, handover, photo_needed, never_leave_ms
    from deliveries
    order by created_ms desc, reference
    limit $1";

const RUNS_OF: &str = "
    select distinct run_id
    from deliveries
    where run_id is not null and reference in (values ";
static RUNS_OF_MANY: LazyLock<ManyRows> = LazyLock::new(|| ManyRows::new(RUNS_OF, 1, ")"));

const SAVE: &str = "
    update deliveries
    set status = $2,
        courier_id = $3,
        run_id = $4,
        attempts = $5,
        changed_ms = $6,
        handover = $7,
        window_from_ms = $8,
        window_to_ms = $9
    where reference = $1";

const INSERT_SHARE: &str = "
    insert into share_links (
        id, token_hash, reference, created_by, label, created_ms, expires_ms
    )
    values ($1, $2, $3, $4, $5, $6, $7)";

const SHARES: &str = "
    select id, reference, label, created_ms, expires_ms, revoked_ms
    from share_links
    where reference = $1
    order by created_ms desc, id
    limit 100";

const SHARE_BY_TOKEN: &str = "
    select id, reference, label, created_ms, expires_ms, revoked_ms
    from share_links
    where token_hash = $1";

const REVOKE_SHARE: &str = "
    update share_links
    set revoked_ms = $3
    where id = $1 and reference = $2 and revoked_ms is null";

const OPEN_SHARES: &str = "
    select id, reference, label, created_ms, expires_ms, revoked_ms
    from share_links
    where reference = $1 and revoked_ms is null
    limit 100";

const RENEW_SECRET: &str = "
    insert into handover_secrets (reference, seed, level_before, secret_mark, made_ms)
    values ($1, $2, $3, $4, $5)
    on conflict (reference) do update
    set seed_before = handover_secrets.seed,
        seed = excluded.seed,
        level_before = excluded.level_before,
        secret_mark = excluded.secret_mark,
        made_ms = excluded.made_ms,
        wrong_tries = 0";

const SECRET: &str = "
    select reference, seed, seed_before, level_before, secret_mark, wrong_tries
    from handover_secrets
    where reference = $1";

const SECRETS_OF_RUN: &str = "
    select h.reference, h.seed, h.seed_before, h.level_before, h.secret_mark, h.wrong_tries
    from handover_secrets h
    join stops s on s.reference = h.reference
    where s.run_id = $1";

const WRONG_TRIES: &str = "
    update handover_secrets
    set wrong_tries = wrong_tries + $2
    where reference = $1
    returning wrong_tries";

const NOTE_WRONG_TRY: &str = "
    insert into handover_wrong_tries (person_id, key, reference)
    values ($1, $2, $3)
    on conflict (person_id, key) do nothing";

const FORGET_SECRET: &str = "delete from handover_secrets where reference = $1";

const FORGET_WRONG_TRIES: &str = "delete from handover_wrong_tries where reference = $1";

/// Whether the courier has come near on this way out.
const HAS_ARRIVED: &str = "
    select count(*)
    from arrivals
    where reference = $1 and attempt = $2";

/// To be asked about by [`store::find_ids`].
static LIVE_SHARES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "
    select id
    from share_links
    where expires_ms > $1 and revoked_ms is null and id in ({})",
        store::placeholders(2, store::IDS_AT_ONCE)
    )
});

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    INSERT,
    BY_REFERENCE,
    LOCK,
    BESIDE,
    BY_CUSTOMER,
    BY_COURIER,
    NEWEST,
    SAVE,
    INSERT_SHARE,
    SHARES,
    SHARE_BY_TOKEN,
    REVOKE_SHARE,
    OPEN_SHARES,
    RENEW_SECRET,
    SECRET,
    SECRETS_OF_RUN,
    WRONG_TRIES,
    NOTE_WRONG_TRY,
    FORGET_SECRET,
    FORGET_WRONG_TRIES,
    HAS_ARRIVED,
];

/// The statements for many rows, for the same test.
#[cfg(test)]
pub(crate) const ALL_MANY: &[&LazyLock<ManyRows>] = &[&RUNS_OF_MANY];

/// A delivery as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct DeliveryRow {
    pub(crate) reference: String,
    pub(crate) customer_id: String,
    pub(crate) status: String,
    pub(crate) description: String,
    pub(crate) pickup_text: String,
    pub(crate) pickup_lat: f64,
    pub(crate) pickup_lon: f64,
    pub(crate) address_text: String,
    pub(crate) address_lat: f64,
    pub(crate) address_lon: f64,
    pub(crate) window_from_ms: i64,
    pub(crate) window_to_ms: i64,
    pub(crate) courier_id: Option<String>,
    pub(crate) run_id: Option<String>,
    pub(crate) attempts: i64,
    pub(crate) changed_ms: i64,
    pub(crate) handover: i64,
    pub(crate) photo_needed: i64,
    pub(crate) never_leave_ms: Option<i64>,
}

/// How much other capabilities keep about a delivery that a change of it concerns.
#[derive(Debug, Clone, Copy, FromRow)]
pub(super) struct BesideRow {
    /// None or one.
    pub(super) holds: i64,
    /// Of another time, that wait for an answer.
    pub(super) proposals: i64,
    pub(super) chats: i64,
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct ShareRow {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) label: String,
    pub(crate) created_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) revoked_ms: Option<i64>,
}

/// What the codes of a handover come from. Not `Debug`: it is secret.
#[derive(Clone, FromRow)]
pub(crate) struct SecretRow {
    pub(crate) reference: String,
    pub(crate) seed: String,
    pub(crate) seed_before: Option<String>,
    pub(crate) level_before: Option<i64>,
    pub(crate) secret_mark: String,
    pub(crate) wrong_tries: i64,
}

impl SecretRow {
    /// The seed and the level of the code before this one.
    pub(crate) fn before(&self) -> Option<(&str, HandoverLevel)> {
        let level = level_from(self.level_before?).ok()??;
        Some((self.seed_before.as_deref()?, level))
    }
}

/// How a level is stored: 0 is none.
fn level_number(level: Option<HandoverLevel>) -> i64 {
    match level {
        None => 0,
        Some(HandoverLevel::Pin) => 1,
        Some(HandoverLevel::TwoWay) => 2,
    }
}

/// Reads what [`level_number`] wrote.
pub(crate) fn level_from(number: i64) -> Result<Option<HandoverLevel>, sqlx::Error> {
    match number {
        0 => Ok(None),
        1 => Ok(Some(HandoverLevel::Pin)),
        2 => Ok(Some(HandoverLevel::TwoWay)),
        _ => Err(unreadable("handover")),
    }
}

/// A stored value that none of this version's types can hold.
pub(crate) fn unreadable(column: &'static str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.into(),
        source: "not a value of this version".into(),
    }
}

fn stored_address(
    column: &'static str,
    text: &str,
    lat: f64,
    lon: f64,
) -> Result<Address, sqlx::Error> {
    let position = Position::new(lat, lon).map_err(|_| unreadable(column))?;
    Ok(Address {
        text: text.to_owned(),
        position,
    })
}

impl DeliveryRow {
    /// What the rules decide by.
    pub(crate) fn delivery(&self) -> Result<Delivery, sqlx::Error> {
        let assignment = match (&self.courier_id, &self.run_id) {
            (Some(courier), Some(run)) => Some(Assignment {
                courier: PersonId::from_text(courier.as_str()),
                run: RunId::from_text(run.as_str()),
            }),
            _ => None,
        };
        Ok(Delivery {
            reference: self.reference()?,
            status: self.status()?,
            customer: PersonId::from_text(self.customer_id.as_str()),
            assignment,
            address: self.address()?,
            attempts: u32::try_from(self.attempts).map_err(|_| unreadable("attempts"))?,
            handover: level_from(self.handover)?,
            photo_needed: self.photo_needed != 0,
            window: self.window(),
            never_leave: self.never_leave_ms.map(Timestamp::from_millis),
            // `holds::know` completes these where they decide something.
            hold: None,
        })
    }

    pub(crate) fn reference(&self) -> Result<Reference, sqlx::Error> {
        self.reference.parse().map_err(|_| unreadable("reference"))
    }

    pub(crate) fn status(&self) -> Result<Status, sqlx::Error> {
        Status::from_text(&self.status).ok_or_else(|| unreadable("status"))
    }

    pub(crate) fn address(&self) -> Result<Address, sqlx::Error> {
        stored_address(
            "address_lat",
            &self.address_text,
            self.address_lat,
            self.address_lon,
        )
    }

    pub(crate) fn pickup(&self) -> Result<Address, sqlx::Error> {
        stored_address(
            "pickup_lat",
            &self.pickup_text,
            self.pickup_lat,
            self.pickup_lon,
        )
    }

    pub(crate) fn window(&self) -> Window {
        Window {
            from: Timestamp::from_millis(self.window_from_ms),
            to: Timestamp::from_millis(self.window_to_ms),
        }
    }

    /// As a list shows it.
    pub(crate) fn summary(&self) -> Result<DeliverySummary, sqlx::Error> {
        Ok(DeliverySummary {
            reference: self.reference()?,
            status: self.status()?,
            description: self.description.clone(),
            address: self.address()?,
            window: self.window(),
            changed_at: Timestamp::from_millis(self.changed_ms),
        })
    }
}

impl ShareRow {
    /// As its maker sees it.
    pub(crate) fn link(&self, now: Timestamp) -> ShareLink {
        let expires_at = Timestamp::from_millis(self.expires_ms);
        ShareLink {
            id: ShareId::from_text(self.id.as_str()),
            label: self.label.clone(),
            created_at: Timestamp::from_millis(self.created_ms),
            expires_at,
            active: self.revoked_ms.is_none() && now < expires_at,
        }
    }
}

pub(crate) async fn insert(
    tx: &mut AnyConnection,
    reference: Reference,
    customer: &PersonId,
    booking: &Booking,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(reference.to_string())
        .bind(customer.as_str())
        .bind(Status::Booked.as_str())
        .bind(booking.description.trim())
        .bind(&booking.pickup.text)
        .bind(booking.pickup.position.lat())
        .bind(booking.pickup.position.lon())
        .bind(&booking.address.text)
        .bind(booking.address.position.lat())
        .bind(booking.address.position.lon())
        .bind(booking.window.from.millis())
        .bind(booking.window.to.millis())
        .bind(now.millis())
        .bind(i64::from(booking.photo_needed))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn by_reference(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Option<DeliveryRow>, sqlx::Error> {
    sqlx::query_as(BY_REFERENCE)
        .bind(reference.to_string())
        .fetch_optional(pool)
        .await
}

/// Loads a delivery to change it: nobody else can until the transaction ends.
pub(crate) async fn lock(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Option<DeliveryRow>, sqlx::Error> {
    sqlx::query_as(LOCK)
        .bind(reference.to_string())
        .fetch_optional(&mut *tx)
        .await
}

/// Locks a delivery, and then what comes beside it, which is added under its lock; and then the run it is on, if that
/// matters. [`Locked`] reads the answers.
pub(super) fn lock_all(reference: Reference, with_run: bool) -> Vec<Statement> {
    let mut statements = vec![
        sqlx::query(LOCK).bind(reference.to_string()),
        sqlx::query(BESIDE).bind(reference.to_string()),
    ];
    if with_run {
        statements.push(lock_run_of(reference));
    }
    statements
}

/// What a change of a delivery is decided by, and nobody else changes until the transaction ends.
pub(super) struct Locked {
    pub(super) row: DeliveryRow,
    pub(super) beside: BesideRow,
    /// The run it is on; none also where that was not asked.
    pub(super) run: Option<RunRow>,
}

impl Locked {
    /// None where there is no such delivery.
    pub(super) fn of(answers: &[Answer]) -> Result<Option<Self>, sqlx::Error> {
        let [row, beside, run @ ..] = answers else {
            return Ok(None);
        };
        let Some(row) = row.optional()? else {
            return Ok(None);
        };
        let run = run.first().map(Answer::optional).transpose()?;
        Ok(Some(Self {
            row,
            beside: beside.one()?,
            run: run.flatten(),
        }))
    }
}

pub(crate) async fn by_customer(
    pool: &AnyPool,
    customer: &PersonId,
    limit: i64,
) -> Result<Vec<DeliveryRow>, sqlx::Error> {
    sqlx::query_as(BY_CUSTOMER)
        .bind(customer.as_str())
        .bind(limit)
        .fetch_all(pool)
        .await
}

pub(crate) async fn by_courier(
    pool: &AnyPool,
    courier: &PersonId,
    limit: i64,
) -> Result<Vec<DeliveryRow>, sqlx::Error> {
    sqlx::query_as(BY_COURIER)
        .bind(courier.as_str())
        .bind(limit)
        .fetch_all(pool)
        .await
}

pub(crate) async fn newest(pool: &AnyPool, limit: i64) -> Result<Vec<DeliveryRow>, sqlx::Error> {
    sqlx::query_as(NEWEST).bind(limit).fetch_all(pool).await
}

/// The runs that these deliveries are on.
pub(crate) async fn runs_of(
    pool: &AnyPool,
    references: &[Reference],
) -> Result<Vec<RunId>, sqlx::Error> {
    let mut runs = Vec::new();
    for portion in references.chunks(ROWS_AT_ONCE) {
        let (sql, filled) = RUNS_OF_MANY.filled(portion);
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
        for reference in filled {
            query = query.bind(reference.to_string());
        }
        let found: Vec<String> = query.fetch_all(pool).await?;
        runs.extend(found.into_iter().map(RunId::from_text));
    }
    Ok(runs)
}

/// Writes what the rules changed.
pub(super) fn save(delivery: &Delivery, now: Timestamp) -> Statement {
    let assignment = delivery.assignment.as_ref();
    sqlx::query(SAVE)
        .bind(delivery.reference.to_string())
        .bind(delivery.status.as_str())
        .bind(assignment.map(|assignment| assignment.courier.as_str().to_owned()))
        .bind(assignment.map(|assignment| assignment.run.as_str().to_owned()))
        .bind(i64::from(delivery.attempts))
        .bind(now.millis())
        .bind(level_number(delivery.handover))
        .bind(delivery.window.from.millis())
        .bind(delivery.window.to.millis())
}

/// A share link to store; the token itself is not.
pub(crate) struct NewShare<'a> {
    pub(crate) id: &'a ShareId,
    pub(crate) token_hash: &'a str,
    pub(crate) reference: Reference,
    pub(crate) created_by: &'a PersonId,
    pub(crate) label: &'a str,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn insert_share(
    tx: &mut AnyConnection,
    share: &NewShare<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_SHARE)
        .bind(share.id.as_str())
        .bind(share.token_hash)
        .bind(share.reference.to_string())
        .bind(share.created_by.as_str())
        .bind(share.label)
        .bind(share.created_at.millis())
        .bind(share.expires_at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn shares(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Vec<ShareRow>, sqlx::Error> {
    sqlx::query_as(SHARES)
        .bind(reference.to_string())
        .fetch_all(pool)
        .await
}

pub(crate) async fn share_by_token(
    pool: &AnyPool,
    token_hash: &str,
) -> Result<Option<ShareRow>, sqlx::Error> {
    sqlx::query_as(SHARE_BY_TOKEN)
        .bind(token_hash)
        .fetch_optional(pool)
        .await
}

/// Which of these links have not ended.
pub(crate) async fn live_shares(
    pool: &AnyPool,
    shares: &[ShareId],
    now: Timestamp,
) -> Result<HashSet<String>, sqlx::Error> {
    let ids = shares.iter().map(ShareId::as_str);
    store::find_ids(pool, &LIVE_SHARES, ids, now).await
}

/// Whether there was a link to revoke.
pub(crate) async fn revoke_share(
    tx: &mut AnyConnection,
    share: &ShareId,
    reference: Reference,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(REVOKE_SHARE)
        .bind(share.as_str())
        .bind(reference.to_string())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The links that nobody has ended yet.
pub(crate) async fn open_shares(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Vec<ShareRow>, sqlx::Error> {
    sqlx::query_as(OPEN_SHARES)
        .bind(reference.to_string())
        .fetch_all(&mut *tx)
        .await
}

/// A seed to store.
pub(crate) struct NewSecret<'a> {
    pub(crate) reference: Reference,
    pub(crate) seed: &'a str,
    pub(crate) mark: &'a str,
    pub(crate) level_before: Option<HandoverLevel>,
}

/// Writes a new seed over the one before, of which it keeps one.
pub(crate) async fn renew_secret(
    tx: &mut AnyConnection,
    new: &NewSecret<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(RENEW_SECRET)
        .bind(new.reference.to_string())
        .bind(new.seed)
        .bind(level_number(new.level_before))
        .bind(new.mark)
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(crate) async fn secret(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Option<SecretRow>, sqlx::Error> {
    sqlx::query_as(SECRET)
        .bind(reference.to_string())
        .fetch_optional(pool)
        .await
}

pub(crate) async fn secret_in(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Option<SecretRow>, sqlx::Error> {
    sqlx::query_as(SECRET)
        .bind(reference.to_string())
        .fetch_optional(&mut *tx)
        .await
}

pub(crate) async fn secrets_of_run(
    pool: &AnyPool,
    run: &RunId,
) -> Result<Vec<SecretRow>, sqlx::Error> {
    sqlx::query_as(SECRETS_OF_RUN)
        .bind(run.as_str())
        .fetch_all(pool)
        .await
}

/// Counts so many more wrong tries, and says how many there are.
pub(crate) async fn wrong_tries(
    tx: &mut AnyConnection,
    reference: Reference,
    more: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(WRONG_TRIES)
        .bind(reference.to_string())
        .bind(more)
        .fetch_one(&mut *tx)
        .await
}

/// Whether this try was not noted before.
pub(crate) async fn note_wrong_try(
    tx: &mut AnyConnection,
    courier: &PersonId,
    key: &IdempotencyKey,
    reference: Reference,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(NOTE_WRONG_TRY)
        .bind(courier.as_str())
        .bind(key.as_str())
        .bind(reference.to_string())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets what the codes of a parcel that is over came from, and the tries. What is found are the links to it that
/// nobody has ended yet.
pub(super) async fn forget_secret_and_find_shares(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Vec<ShareRow>, sqlx::Error> {
    let statements = [FORGET_SECRET, FORGET_WRONG_TRIES, OPEN_SHARES];
    let statements = statements.map(|sql| sqlx::query(sql).bind(reference.to_string()));
    let [.., shares] = store::together(tx, statements).await?;
    shares.all()
}

pub(crate) async fn has_arrived(
    pool: &AnyPool,
    reference: Reference,
    attempt: u32,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(HAS_ARRIVED)
        .bind(reference.to_string())
        .bind(i64::from(attempt))
        .fetch_one(pool)
        .await?;
    Ok(count > 0)
}
