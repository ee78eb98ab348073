//! Where a courier was, by time and area.

use porchlight_domain::fix::Fix;
use porchlight_domain::geo::Bounds;
use porchlight_domain::ids::PersonId;
use porchlight_domain::people::Role;
use porchlight_domain::time::Timestamp;

use super::queries;
use crate::accounts::Actor;
use crate::{Backend, Error};

const LIMIT: i64 = 10_000;

/// What of the history is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryQuery {
    /// Whose.
    pub courier: PersonId,
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub to: Timestamp,
    /// Where.
    pub area: Bounds,
}

/// A courier's fixes in a time and an area, oldest first, at most 10,000: for admins, and for the
/// courier themselves.
pub async fn history(
    actor: &Actor,
    backend: &Backend,
    query: &HistoryQuery,
) -> Result<Vec<Fix>, Error> {
    let person = actor.person()?;
    match person.role {
        Role::Admin => {}
        Role::Courier if person.id == query.courier => {}
        Role::Courier => return Err(Error::NotFound),
        Role::Customer | Role::Clerk => return Err(Error::Forbidden),
    }
    if query.to < query.from {
        return Err(Error::invalid(
            "to",
            &"the end must not lie before the beginning",
        ));
    }
    let pool = backend.store().readers();
    let rows = queries::history(pool, query, LIMIT).await?;
    Ok(rows
        .iter()
        .map(queries::FixRow::fix)
        .collect::<Result<_, _>>()?)
}
