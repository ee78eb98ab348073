//! Cases: what went wrong with a delivery, or looks as if it did, until an admin has looked into it.
//!
//! To add a kind: a variant of [`CaseKind`], whoever opens it, its name in the migrations' check.

pub(crate) mod queries;
#[cfg(test)]
mod tests;

use porchlight_domain::case::{CaseKind, CaseView, Closing, is_readable};
use porchlight_domain::delivery::Status;
use porchlight_domain::event::Fact;
use porchlight_domain::ids::CaseId;
use porchlight_domain::reference::Reference;

use crate::accounts::Actor;
use crate::deliveries::{self, Viewer};
use crate::events::{Batch, Listener};
use crate::{Backend, Error};

/// The longest list: whoever has more to look into begins with the oldest.
const LIST_LIMIT: i64 = 200;

/// The recipient does not have what was delivered. Saying it twice is saying it once.
pub async fn not_received(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    words: &str,
) -> Result<(), Error> {
    let (row, viewer) = deliveries::load_for(actor, backend, reference).await?;
    if viewer != Viewer::Customer {
        return Err(Error::Forbidden);
    }
    if row.status()? != Status::Delivered {
        return Err(Error::Conflict {
            detail: "this parcel was not reported as delivered".into(),
        });
    }
    let words = checked("words", words)?;
    let mut batch = Batch::begin(backend, actor).await?;
    let recipient = Listener::recipient(&actor.person()?.id);
    open(
        &mut batch,
        reference,
        CaseKind::NotReceived,
        words,
        [recipient],
    )
    .await?;
    batch.commit().await?;
    tracing::warn!(delivery.reference = %reference, "A recipient does not have their parcel");
    Ok(())
}

/// Cases that are still open, the oldest first, then those closed last.
pub async fn all(actor: &Actor, backend: &Backend) -> Result<Vec<CaseView>, Error> {
    actor.must_run_operations()?;
    let rows = queries::newest(backend.store().readers(), LIST_LIMIT).await?;
    Ok(rows
        .into_iter()
        .map(queries::CaseRow::view)
        .collect::<Result<_, _>>()?)
}

/// An admin has looked into it. A case is closed once.
pub async fn close(
    actor: &Actor,
    backend: &Backend,
    case: &CaseId,
    outcome: &str,
) -> Result<(), Error> {
    actor.must_run_operations()?;
    let outcome = checked("outcome", outcome)?
        .ok_or_else(|| Error::invalid("outcome", &"say what came of it"))?;
    let mut batch = Batch::begin(backend, actor).await?;
    let row = queries::by_id(batch.tx().await?, case)
        .await?
        .ok_or(Error::NotFound)?;
    let (view, customer) = (row.clone().view()?, row.customer());
    let closing = Closing {
        at: batch.now(),
        outcome: outcome.clone(),
    };
    if !queries::close(batch.tx().await?, case, &actor.id_text(), &closing).await? {
        return Err(Error::AlreadyDone {
            detail: "this case is closed".into(),
        });
    }
    let fact = Fact::CaseClosed {
        case: case.clone(),
        kind: view.kind,
        outcome,
    };
    batch.record(&view.delivery, fact, [Listener::recipient(&customer)]);
    batch.commit().await?;
    Ok(())
}

/// Opens a case within a batch; one of that kind that is open already stays as it is.
pub(crate) async fn open(
    batch: &mut Batch,
    reference: Reference,
    kind: CaseKind,
    words: Option<String>,
    listeners: impl IntoIterator<Item = Listener>,
) -> Result<(), Error> {
    let case = CaseId::from_random(batch.random_bytes());
    let new = queries::NewCase {
        id: &case,
        reference,
        kind,
        words,
        opened_by: batch.actor_id().to_owned(),
        opened_at: batch.now(),
    };
    if queries::open(batch.tx().await?, &new).await? {
        batch.record(&reference, Fact::CaseOpened { case, kind }, listeners);
    }
    Ok(())
}

/// A text without what surrounds it; none when nothing is left.
fn checked(field: &'static str, text: &str) -> Result<Option<String>, Error> {
    let text = text.trim();
    if !is_readable(text) {
        let rule = "write at most 2000 characters, and no control characters";
        return Err(Error::invalid(field, &rule));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}
