//! A courier says that they are at the door. The geofence usually knows by itself; this is for where GPS does not.

#[cfg(test)]
mod tests;

use porchlight_domain::delivery::{Status, TextField, Whereabouts};
use porchlight_domain::reference::Reference;

use super::access::{Viewer, viewer_of};
use super::queries;
use crate::accounts::Actor;
use crate::events::Batch;
use crate::idempotency::{self, Seen, Sent};
use crate::{Backend, Error, tracking};

/// Tells the recipient that the courier is at the door, unless that was told since the parcel went out.
pub(crate) async fn arrive_once(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    whereabouts: Whereabouts,
    sent: Sent<'_>,
) -> Result<(), Error> {
    actor.person()?;
    must_say_where(&whereabouts)?;
    let mut batch = Batch::begin(backend, actor).await?;
    let request = ("arrive", reference, &whereabouts);
    if idempotency::claim(&mut batch, actor, sent.key, &request).await? == Seen::Again {
        return Ok(());
    }
    let row = queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    if viewer_of(actor, &row)? != Viewer::Courier {
        return Err(Error::Forbidden);
    }
    let delivery = row.delivery()?;
    if delivery.status != Status::OutForDelivery {
        return Err(Error::Conflict {
            detail: "this parcel is not out for delivery".into(),
        });
    }
    tracking::arrive_by_hand(&mut batch, &delivery, whereabouts, sent.done_at).await?;
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, "At the door");
    Ok(())
}

/// As with every step: a confirmed location, or why there is none.
fn must_say_where(whereabouts: &Whereabouts) -> Result<(), Error> {
    let field = TextField::NoFixReason;
    match whereabouts {
        Whereabouts::At { .. } => Ok(()),
        Whereabouts::NoFix { reason } if field.takes(reason) => Ok(()),
        Whereabouts::NoFix { .. } | Whereabouts::Elsewhere => {
            Err(Error::invalid(field.name(), &field.rule()))
        }
    }
}
