//! SQL of pictures. To add a query: a `const`, a function, an entry in `ALL`.

use porchlight_domain::delivery::PictureHash;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

const INSERT: &str = "
    insert into pictures (reference, hash, media_type, bytes, taken_by, created_ms)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (reference, hash) do nothing";

const COUNT_OF: &str = "select count(*) from pictures where reference = $1 and taken_by = $2";

const IS_KEPT: &str = "select count(*) from pictures where reference = $1 and hash = $2";

const CLAIM: &str = "
    update pictures
    set claimed_ms = coalesce(claimed_ms, $3)
    where reference = $1 and hash = $2";

const CLAIMED: &str = "
    select media_type, bytes
    from pictures
    where reference = $1 and hash = $2 and claimed_ms is not null";

/// For [`crate::store::Store::purge`].
pub(super) const PURGE: &str = "
    delete from pictures where (reference, hash) in (
        select reference, hash
        from pictures
        where claimed_ms is null and created_ms < $1
        limit $2
    )";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[INSERT, COUNT_OF, IS_KEPT, CLAIM, CLAIMED, PURGE];

/// A picture to store.
pub(super) struct NewPicture<'a> {
    pub(super) reference: Reference,
    pub(super) hash: &'a PictureHash,
    pub(super) media_type: &'static str,
    pub(super) bytes: &'a [u8],
    pub(super) taken_by: &'a PersonId,
}

#[derive(FromRow)]
pub(super) struct PictureRow {
    pub(super) media_type: String,
    pub(super) bytes: Vec<u8>,
}

/// The same picture twice is one.
pub(super) async fn insert(
    tx: &mut AnyConnection,
    picture: &NewPicture<'_>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(picture.reference.to_string())
        .bind(picture.hash.as_str())
        .bind(picture.media_type)
        .bind(picture.bytes)
        .bind(picture.taken_by.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// How many one person sent of a parcel.
pub(super) async fn count_of(
    pool: &AnyPool,
    reference: Reference,
    person: &PersonId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT_OF)
        .bind(reference.to_string())
        .bind(person.as_str())
        .fetch_one(pool)
        .await
}

pub(super) async fn is_kept(
    pool: &AnyPool,
    reference: Reference,
    hash: &PictureHash,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(IS_KEPT)
        .bind(reference.to_string())
        .bind(hash.as_str())
        .fetch_one(pool)
        .await?;
    Ok(count > 0)
}

/// Whether it is there.
pub(super) async fn claim(
    tx: &mut AnyConnection,
    reference: Reference,
    hash: &PictureHash,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(CLAIM)
        .bind(reference.to_string())
        .bind(hash.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn claimed(
    pool: &AnyPool,
    reference: Reference,
    hash: &PictureHash,
) -> Result<Option<PictureRow>, sqlx::Error> {
    sqlx::query_as(CLAIMED)
        .bind(reference.to_string())
        .bind(hash.as_str())
        .fetch_optional(pool)
        .await
}
