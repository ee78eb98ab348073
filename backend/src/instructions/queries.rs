//! SQL of instructions. To add a query: a `const`, a function, an entry in `ALL`.

use porchlight_domain::delivery::PictureHash;
use porchlight_domain::ids::{InstructionId, PersonId, RunId};
use porchlight_domain::instruction::{
    InstructionKind, InstructionState, InstructionText, InstructionView,
};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use sqlx::{AnyConnection, AnyPool, FromRow};

use crate::deliveries::queries::unreadable;

const INSERT: &str = "
    insert into instructions (id, reference, kind, words, picture, secret_in, given_ms, number)
    select $1, $2, $3, $4, $5, $6, $7, count(*)
    from instructions
    where reference = $2";

const COUNT: &str = "select count(*) from instructions where reference = $1";

const OF_DELIVERY: &str = "
    select id, reference, kind, words, picture, secret_in, given_ms, confirmed, answered_by
    from instructions
    where reference = $1 and ended_ms is null
    order by number";

const OF_RUN: &str = "
    select i.id, i.reference, i.kind, i.words, i.picture, i.secret_in, i.given_ms, i.confirmed,
        i.answered_by
    from instructions i
    join stops s on s.reference = i.reference
    where s.run_id = $1 and i.ended_ms is null
    order by i.reference, i.number";

const ANSWER: &str = "
    update instructions
    set confirmed = $2, answered_by = $3, answered_ms = $4
    where id = $1 and ended_ms is null";

const END: &str = "
    update instructions
    set ended_ms = $2
    where id = $1 and ended_ms is null";

const END_GATE_CODES: &str = "
    update instructions
    set ended_ms = $2
    where reference = $1 and kind = 'gate_code' and ended_ms is null";

const SET_NEVER_LEAVE: &str = "update deliveries set never_leave_ms = $2 where reference = $1";

/// Every statement, for the test that prepares each on both databases.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    INSERT,
    COUNT,
    OF_DELIVERY,
    OF_RUN,
    ANSWER,
    END,
    END_GATE_CODES,
    SET_NEVER_LEAVE,
];

/// An instruction that was not taken back.
#[derive(Debug, Clone, FromRow)]
pub(super) struct InstructionRow {
    id: String,
    reference: String,
    kind: String,
    words: Option<String>,
    picture: Option<String>,
    secret_in: Option<String>,
    given_ms: i64,
    confirmed: Option<i64>,
    answered_by: Option<String>,
}

impl InstructionRow {
    pub(super) fn reference(&self) -> Result<Reference, sqlx::Error> {
        self.reference.parse().map_err(|_| unreadable("reference"))
    }

    /// As it stands for the courier who brings the parcel: what another one answered is no answer.
    pub(super) fn view(&self, courier: Option<&str>) -> Result<InstructionView, sqlx::Error> {
        let is_theirs = courier.is_some() && self.answered_by.as_deref() == courier;
        let state = match self.confirmed.filter(|_| is_theirs) {
            Some(0) => InstructionState::Declined,
            Some(_) => InstructionState::Confirmed,
            None => InstructionState::Open,
        };
        let hash = |text: &String| PictureHash::parse(text).map_err(|_| unreadable("picture"));
        Ok(InstructionView {
            id: InstructionId::from_text(self.id.as_str()),
            state,
            given_at: Timestamp::from_millis(self.given_ms),
            text: InstructionText {
                kind: InstructionKind::from_text(&self.kind).ok_or_else(|| unreadable("kind"))?,
                words: self.words.clone(),
                picture: self.picture.as_ref().map(hash).transpose()?,
                secret_in: self.secret_in.clone(),
            },
        })
    }
}

pub(super) async fn insert(
    tx: &mut AnyConnection,
    reference: Reference,
    new: &InstructionView,
) -> Result<(), sqlx::Error> {
    let text = &new.text;
    sqlx::query(INSERT)
        .bind(new.id.as_str())
        .bind(reference.to_string())
        .bind(text.kind.as_str())
        .bind(text.words.as_deref())
        .bind(text.picture.as_ref().map(PictureHash::as_str))
        .bind(text.secret_in.as_deref())
        .bind(new.given_at.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// How many a delivery ever had.
pub(super) async fn count(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT)
        .bind(reference.to_string())
        .fetch_one(&mut *tx)
        .await
}

/// Those that were not taken back, oldest first.
pub(super) async fn of_delivery(
    pool: &AnyPool,
    reference: Reference,
) -> Result<Vec<InstructionRow>, sqlx::Error> {
    sqlx::query_as(OF_DELIVERY)
        .bind(reference.to_string())
        .fetch_all(pool)
        .await
}

pub(super) async fn of_delivery_in(
    tx: &mut AnyConnection,
    reference: Reference,
) -> Result<Vec<InstructionRow>, sqlx::Error> {
    sqlx::query_as(OF_DELIVERY)
        .bind(reference.to_string())
        .fetch_all(&mut *tx)
        .await
}

/// Those of every stop of a run.
pub(super) async fn of_run(
    pool: &AnyPool,
    run: &RunId,
) -> Result<Vec<InstructionRow>, sqlx::Error> {
    sqlx::query_as(OF_RUN)
        .bind(run.as_str())
        .fetch_all(pool)
        .await
}

/// Notes what a courier answered last.
pub(super) async fn answer(
    tx: &mut AnyConnection,
    id: &InstructionId,
    confirmed: bool,
    courier: &PersonId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(ANSWER)
        .bind(id.as_str())
        .bind(i64::from(confirmed))
        .bind(courier.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn end(
    tx: &mut AnyConnection,
    id: &InstructionId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(END)
        .bind(id.as_str())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Ends every gate code of a delivery.
pub(super) async fn end_gate_codes(
    tx: &mut AnyConnection,
    reference: Reference,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(END_GATE_CODES)
        .bind(reference.to_string())
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Notes since when somebody has to take a delivery, if anybody.
pub(super) async fn set_never_leave(
    tx: &mut AnyConnection,
    reference: Reference,
    since: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_NEVER_LEAVE)
        .bind(reference.to_string())
        .bind(since.map(Timestamp::millis))
        .execute(&mut *tx)
        .await?;
    Ok(())
}
