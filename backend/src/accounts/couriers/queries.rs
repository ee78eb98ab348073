//! SQL about people as couriers and recipients. To add a query: a `const`, a row type, a function,
//! an entry in `ALL`, a test that runs on both databases.

use porchlight_domain::ids::PersonId;
use sqlx::{AnyPool, FromRow};

const COURIER_BY_EMAIL: &str = "
    select id
    from people
    where email = $1 and role = 'courier' and disabled = 0";

const PERSON: &str = "
    select name, vehicle, rating_sum, rating_count
    from people
    where id = $1";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[COURIER_BY_EMAIL, PERSON];

#[derive(Debug, Clone, FromRow)]
pub(crate) struct PersonRow {
    pub(crate) name: String,
    pub(crate) vehicle: Option<String>,
    pub(crate) rating_sum: i64,
    pub(crate) rating_count: i64,
}

pub(crate) async fn courier_by_email(
    pool: &AnyPool,
    email: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(COURIER_BY_EMAIL)
        .bind(email)
        .fetch_optional(pool)
        .await
}

pub(crate) async fn person(
    pool: &AnyPool,
    id: &PersonId,
) -> Result<Option<PersonRow>, sqlx::Error> {
    sqlx::query_as(PERSON)
        .bind(id.as_str())
        .fetch_optional(pool)
        .await
}
