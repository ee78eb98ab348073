//! SQL of idempotency keys. To add a query: a `const`, a function, an entry in `ALL`.

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::ids::PersonId;
use porchlight_domain::time::Timestamp;
use sqlx::AnyConnection;

use crate::store::Statement;

const CLAIM: &str = "
    insert into idempotency_keys (person_id, key, request_hash, used_ms)
    values ($1, $2, $3, $4)
    on conflict (person_id, key) do nothing";

const REQUEST_HASH: &str = "
    select request_hash
    from idempotency_keys
    where person_id = $1 and key = $2";

/// For [`crate::store::Store::purge`].
pub(super) const PURGE: &str = "
    delete from idempotency_keys where (person_id, key) in (
        select person_id, key from idempotency_keys where used_ms < $1 limit $2
    )";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[CLAIM, REQUEST_HASH, PURGE];

/// Writes a row if nobody had used the key. Whoever uses it at the same moment is waited for.
pub(super) fn claim(
    person: &PersonId,
    key: &IdempotencyKey,
    request_hash: &str,
    now: Timestamp,
) -> Statement {
    sqlx::query(CLAIM)
        .bind(person.as_str())
        .bind(key.as_str())
        .bind(request_hash)
        .bind(now.millis())
}

pub(super) async fn request_hash(
    tx: &mut AnyConnection,
    person: &PersonId,
    key: &IdempotencyKey,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(REQUEST_HASH)
        .bind(person.as_str())
        .bind(key.as_str())
        .fetch_optional(&mut *tx)
        .await
}
