//! SQL of delays. To add a query: a `const`, a row type, a function, an entry in `ALL`.

use porchlight_domain::delivery::Window;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

use crate::deliveries::queries::unreadable;

/// The index of open runs finds the active ones. What goes to a post office was promised to nobody's door, who is at the
/// door is not waited for, and what is tried again with an old promise was late before.
const ON_THE_VAN: &str = "
    select d.reference, r.courier_id, d.window_from_ms, d.window_to_ms
    from runs r
    join deliveries d on d.run_id = r.id
    left join delays l on l.reference = d.reference and l.window_to_ms = d.window_to_ms
    where r.state <> 'ended' and r.state = 'active'
        and d.status = 'out_for_delivery' and d.window_to_ms < $1
        and ($2 = '' or d.reference = $2)
        and (d.attempts = 1 or d.window_to_ms > r.started_ms)
        and l.reference is null
        and not exists (
            select 1
            from holds h
            where h.reference = d.reference and h.state in ('confirmed', 'ready')
        )
        and not exists (
            select 1
            from arrivals a
            where a.reference = d.reference and a.attempt = d.attempts and a.arrival = 'at_the_door'
        )
    order by r.courier_id, d.reference";

const CLAIM: &str = "
    insert into delays (reference, window_to_ms, told_ms)
    values ($1, $2, $3)
    on conflict (reference) do update
    set window_to_ms = excluded.window_to_ms, told_ms = excluded.told_ms
    where delays.window_to_ms <> excluded.window_to_ms";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ON_THE_VAN, CLAIM];

/// A parcel on the van of which no delay was told.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub(super) struct OnTheVanRow {
    reference: String,
    courier_id: String,
    window_from_ms: i64,
    window_to_ms: i64,
}

impl OnTheVanRow {
    pub(super) fn reference(&self) -> Result<Reference, sqlx::Error> {
        self.reference.parse().map_err(|_| unreadable("reference"))
    }

    pub(super) fn courier(&self) -> PersonId {
        PersonId::from_text(self.courier_id.as_str())
    }

    pub(super) fn promised(&self) -> Window {
        Window {
            from: Timestamp::from_millis(self.window_from_ms),
            to: Timestamp::from_millis(self.window_to_ms),
        }
    }
}

/// Those promised until then, by courier.
pub(super) async fn on_the_van(
    pool: &AnyPool,
    until: Timestamp,
) -> Result<Vec<OnTheVanRow>, sqlx::Error> {
    sqlx::query_as(ON_THE_VAN)
        .bind(until.millis())
        .bind("")
        .fetch_all(pool)
        .await
}

/// Whether one of them still is.
pub(super) async fn is_on_the_van(
    tx: &mut AnyConnection,
    row: &OnTheVanRow,
) -> Result<bool, sqlx::Error> {
    let same: Option<OnTheVanRow> = sqlx::query_as(ON_THE_VAN)
        .bind(i64::MAX)
        .bind(&row.reference)
        .fetch_optional(&mut *tx)
        .await?;
    Ok(same.as_ref() == Some(row))
}

/// Whether nobody had told it of this promise.
pub(super) async fn claim(
    tx: &mut AnyConnection,
    reference: Reference,
    promised: Window,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(CLAIM)
        .bind(reference.to_string())
        .bind(promised.to.millis())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
