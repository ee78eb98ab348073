//! SQL of cases. To add a query: a `const`, a row type, a function, an entry in `ALL`.

use porchlight_domain::case::{CaseKind, CaseView, Closing};
use porchlight_domain::ids::{CaseId, PersonId};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

use crate::deliveries::queries::unreadable;

const OPEN: &str = "
    insert into cases (id, reference, kind, words, opened_by, opened_ms)
    values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing";

const NEWEST: &str = "
    select c.id, c.reference, c.kind, c.words, c.opened_ms, c.closed_ms, c.outcome,
        d.address_text, d.customer_id
    from cases c
    join deliveries d on d.reference = c.reference
    order by case when c.closed_ms is null then 0 else 1 end,
        case when c.closed_ms is null then c.opened_ms else -c.closed_ms end, c.id
    limit $1";

const BY_ID: &str = "
    select c.id, c.reference, c.kind, c.words, c.opened_ms, c.closed_ms, c.outcome,
        d.address_text, d.customer_id
    from cases c
    join deliveries d on d.reference = c.reference
    where c.id = $1";

const CLOSE: &str = "
    update cases
    set closed_ms = $2, closed_by = $3, outcome = $4
    where id = $1 and closed_ms is null";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[OPEN, NEWEST, BY_ID, CLOSE];

/// A case to open.
pub(super) struct NewCase<'a> {
    pub(super) id: &'a CaseId,
    pub(super) reference: Reference,
    pub(super) kind: CaseKind,
    pub(super) words: Option<String>,
    pub(super) opened_by: String,
    pub(super) opened_at: Timestamp,
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct CaseRow {
    id: String,
    reference: String,
    kind: String,
    words: Option<String>,
    opened_ms: i64,
    closed_ms: Option<i64>,
    outcome: Option<String>,
    address_text: String,
    customer_id: String,
}

impl CaseRow {
    pub(super) fn customer(&self) -> PersonId {
        PersonId::from_text(self.customer_id.as_str())
    }

    pub(super) fn view(self) -> Result<CaseView, sqlx::Error> {
        let closing = self.closed_ms.zip(self.outcome);
        Ok(CaseView {
            id: CaseId::from_text(self.id),
            delivery: self
                .reference
                .parse()
                .map_err(|_| unreadable("reference"))?,
            address: self.address_text,
            kind: CaseKind::from_text(&self.kind).ok_or_else(|| unreadable("kind"))?,
            words: self.words,
            opened_at: Timestamp::from_millis(self.opened_ms),
            closed: closing.map(|(closed_ms, outcome)| Closing {
                at: Timestamp::from_millis(closed_ms),
                outcome,
            }),
        })
    }
}

/// Whether there was none of that kind open for that parcel.
pub(super) async fn open(tx: &mut AnyConnection, case: &NewCase<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(OPEN)
        .bind(case.id.as_str())
        .bind(case.reference.to_string())
        .bind(case.kind.as_str())
        .bind(case.words.as_deref())
        .bind(&case.opened_by)
        .bind(case.opened_at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Those that are open, the oldest first, then those closed last.
pub(super) async fn newest(pool: &AnyPool, limit: i64) -> Result<Vec<CaseRow>, sqlx::Error> {
    sqlx::query_as(NEWEST).bind(limit).fetch_all(pool).await
}

pub(super) async fn by_id(
    tx: &mut AnyConnection,
    case: &CaseId,
) -> Result<Option<CaseRow>, sqlx::Error> {
    sqlx::query_as(BY_ID)
        .bind(case.as_str())
        .fetch_optional(&mut *tx)
        .await
}

/// Whether it was open.
pub(super) async fn close(
    tx: &mut AnyConnection,
    case: &CaseId,
    closed_by: &str,
    closing: &Closing,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(CLOSE)
        .bind(case.as_str())
        .bind(closing.at.millis())
        .bind(closed_by)
        .bind(&closing.outcome)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
