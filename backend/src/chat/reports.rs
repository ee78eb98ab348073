//! Messages that whoever got them shows to the operator. The commitment that came with a message proves that it was
//! sent: what is not proven is not taken.

use porchlight_domain::chat::Side;
use porchlight_domain::chat::wire::{Answer, Disclosure, ReportView};
use porchlight_domain::event::Fact;
use porchlight_domain::ids::MessageId;
use porchlight_domain::time::Timestamp;

use super::Seat;
use super::queries::{self, NewReport};
use crate::accounts::Actor;
use crate::events::Batch;
use crate::{Backend, Error};

const LIST_LIMIT: i64 = 200;

/// Takes a report of a message of the other side. Reporting it twice is reporting it once.
pub(super) async fn report(
    actor: &Actor,
    backend: &Backend,
    seat: &Seat,
    disclosure: &Disclosure,
) -> Result<Answer, Error> {
    let mut batch = Batch::begin(backend, actor).await?;
    let chat = queries::lock(batch.tx().await?, seat.reference, &seat.courier)
        .await?
        .ok_or(Error::NotFound)?;
    let row = queries::message(batch.tx().await?, &chat.id(), disclosure.seq).await?;
    let message = row.ok_or(Error::NotFound)?.message()?;
    if message.side == seat.side {
        return Err(Error::invalid("seq", &"this message is your own"));
    }
    let Disclosure { seq, key, body } = disclosure;
    let was_sent = message
        .commitment
        .opens(key, seat.reference, &message.id, message.side, body);
    if !was_sent {
        return Err(Error::invalid("key", &"this is not what was sent"));
    }
    let new = NewReport {
        reference: seat.reference,
        message: &message,
        author: seat.person(message.side),
        words: body.words(),
        at: batch.now(),
    };
    if queries::report(batch.tx().await?, &new).await? {
        let fact = Fact::ChatReported {
            delivery: seat.reference,
            seq: *seq,
            by: seat.side,
        };
        batch.record(&chat.id(), fact, []);
        batch.commit().await?;
        tracing::warn!(delivery.reference = %seat.reference, "A chat message was reported");
    }
    Ok(Answer::Reported {})
}

/// Reported messages, the newest first.
pub async fn reports(actor: &Actor, backend: &Backend) -> Result<Vec<ReportView>, Error> {
    actor.must_run_operations()?;
    let rows = queries::reports(backend.store().readers(), LIST_LIMIT).await?;
    let view = |row: queries::ReportRow| {
        Ok(ReportView {
            side: Side::from_text(&row.side).ok_or(Error::Internal)?,
            delivery: row.reference.parse().map_err(|_| Error::Internal)?,
            message: MessageId::from_text(row.message_id),
            author: row.name,
            words: row.words,
            sent_at: Timestamp::from_millis(row.sent_ms),
            reported_at: Timestamp::from_millis(row.reported_ms),
        })
    };
    rows.into_iter().map(view).collect()
}
