//! How parcels were handed over at desks: kept for a time, for admins who look into it, and then deleted.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use porchlight_domain::hold::{Document, PickUpRecord};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::queries;
use crate::accounts::Actor;
use crate::{Backend, Error};

pub(super) const EVERY: Duration = Duration::from_hours(1);
const DAY_S: f64 = 24.0 * 3600.0;
/// Rows deleted in one commit.
const PORTION: u32 = 500;

/// How a parcel was handed over at a desk, while that is kept. For admins only: it says what somebody's document said.
pub async fn pick_up_record(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<PickUpRecord, Error> {
    actor.must_run_operations()?;
    let row = queries::pick_up(backend.store().readers(), reference)
        .await?
        .ok_or(Error::NotFound)?;
    tracing::info!(delivery.reference = %reference, reader = actor.id_text(), "A pick-up was looked up");
    Ok(PickUpRecord {
        at: Timestamp::from_millis(row.time_ms),
        office: row.office,
        clerk: row.clerk,
        document: Document::from_text(&row.document).ok_or(Error::Internal)?,
        last_digits: row.last_digits,
        delegate: row.delegate,
        signature: row.signature.map(|png| BASE64.encode(png)),
    })
}

/// Deletes what is older than is kept, and says how much that was.
pub(super) async fn purge(backend: &Backend) -> Result<u64, Error> {
    let days = f64::from(backend.holds().settings.record_days);
    let before = backend.now().plus_s(-days * DAY_S);
    let store = backend.store();
    store.purge(queries::PURGE_PICK_UPS, before, PORTION).await
}
