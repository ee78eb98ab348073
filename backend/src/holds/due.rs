//! What happens by itself: reminders, and what nobody collects goes back.
//!
//! The day is in the row, and who does it moves the day in the same transaction, under the delivery's lock: once,
//! however many instances look, and after a restart as before it.

use std::time::Duration;

use porchlight_domain::delivery::{Command, Status, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::hold::{HoldNote, HoldState, NextDue};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::queries::HoldRow;
use super::{follow, offices, queries, records};
use crate::accounts::Actor;
use crate::deliveries;
use crate::events::Batch;
use crate::{Backend, Error};

/// How often an instance looks: days are meant, and minutes do not matter.
const LOOK: Duration = Duration::from_secs(20);
/// Parcels in one look.
const AT_ONCE: i64 = 200;
/// What can't be collected while an office is closed for days is kept so much longer once it opens again, seconds.
const AFTER_A_CLOSURE_S: f64 = 3.0 * 24.0 * 3600.0;
/// Why it goes back.
pub(super) const NOT_COLLECTED: &str = "not collected in time";

/// Fills the table of offices, and looks what is due for ever.
pub(crate) fn begin(backend: &Backend) {
    let importing = backend.clone();
    backend.keep_doing(async move {
        while let Err(error) = offices::import(&importing).await {
            tracing::warn!(%error, "Post offices could not be imported yet");
            tokio::time::sleep(LOOK).await;
        }
    });
    backend.keep_doing_every(records::EVERY, |backend| async move {
        forget(&backend).await;
    });
    backend.keep_doing_every(LOOK, |backend| async move {
        if let Err(error) = look(&backend).await {
            tracing::warn!(%error, "What is due at post offices could not be looked for");
        }
    });
}

/// Deletes what is kept of hand-overs for long enough.
async fn forget(backend: &Backend) {
    match records::purge(backend).await {
        Ok(0) => {}
        Ok(purged) => tracing::info!(purged, "Old records of hand-overs deleted"),
        Err(error) => tracing::warn!(%error, "Old records of hand-overs could not be deleted"),
    }
}

/// Does what is due, and says how much that was.
pub(crate) async fn look(backend: &Backend) -> Result<usize, Error> {
    let now = backend.now();
    let due = queries::due(backend.store().readers(), now, AT_ONCE).await?;
    let mut done = 0;
    for reference in due {
        match take_known(backend, &reference).await {
            Ok(is_done) => done += usize::from(is_done),
            Err(error) if !backend.store().answers().await => return Err(error),
            // One that can't be done does not keep those behind it.
            Err(error) => {
                tracing::error!(%error, delivery.reference = reference, "What is due can't be done");
            }
        }
    }
    Ok(done)
}

async fn take_known(backend: &Backend, reference: &str) -> Result<bool, Error> {
    let reference = reference.parse().map_err(|_| Error::Internal)?;
    take(backend, reference).await
}

/// Does what is due of one parcel, unless somebody else just did.
async fn take(backend: &Backend, reference: Reference) -> Result<bool, Error> {
    let _turn = backend.store().background_turn().await;
    let mut batch = Batch::begin(backend, &Actor::System).await?;
    let Some(row) = deliveries::queries::lock(batch.tx().await?, reference).await? else {
        return Ok(false);
    };
    let delivery = row.delivery()?;
    // What was read before may be done by now.
    let now = batch.now();
    let held = queries::hold_in(batch.tx().await?, reference).await?;
    let is_due = |due_ms: Option<i64>| due_ms.is_some_and(|due_ms| due_ms <= now.millis());
    let Some(held) = held.filter(|held| is_due(held.due_ms)) else {
        return Ok(false);
    };
    if held.state()? != HoldState::Ready {
        return Ok(false);
    }
    let policy = &backend.holds().settings.policy;
    if policy.goes_back(held.keep_until()) > now {
        let next: NextDue = policy.next_due(held.keep_until(), now);
        queries::set_due(batch.tx().await?, reference, next.at()).await?;
        // After the last day there is nothing to remind of.
        if held.keep_until() > now {
            follow::note(&mut batch, &delivery, HoldNote::Reminded, None).await?;
        }
    } else if let Some(until) = kept_for_a_closure(&mut batch, &held).await? {
        let due = policy.next_due(until, now).at();
        queries::keep(batch.tx().await?, reference, until, due).await?;
        follow::note(&mut batch, &delivery, HoldNote::Extended, None).await?;
    } else {
        follow::tell(&mut batch, &delivery, Fact::HoldExpired(held.told())).await?;
        let back = StatusChange {
            reason: Some(NOT_COLLECTED.to_owned()),
            ..StatusChange::to(Status::Returned, Whereabouts::Elsewhere)
        };
        let command = Command::ChangeStatus(back);
        deliveries::change_in(&mut batch, &Actor::System, reference, command).await?;
    }
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, "What was due at a post office is done");
    Ok(true)
}

/// Until when a parcel is kept whose office is closed for days now, or was on its last day; none for any other.
async fn kept_for_a_closure(batch: &mut Batch, held: &HoldRow) -> Result<Option<Timestamp>, Error> {
    let now = batch.now();
    let office = offices::queries::office_in(batch.tx().await?, &held.office()).await?;
    // Within its last day: a closure ends with a day as well.
    let last_day = held.keep_until().plus_s(-3600.0);
    let closed = office.filter(|office| office.is_closed_at(now) || office.is_closed_at(last_day));
    let reopens = closed.and_then(|office| office.closed()).map(|(_, to)| to);
    let until = reopens
        .map(|reopens| follow::end_of_day(batch.backend(), reopens.plus_s(AFTER_A_CLOSURE_S)));
    Ok(until.filter(|until| *until > now))
}
