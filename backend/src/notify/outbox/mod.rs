//! What is still to be sent: stored with the event, leased, sent, settled.
//!
//! Each channel has a lane of its own, so that a mail server that is down keeps no push waiting. What is new goes to
//! its lane from memory, right after the commit; its row is due again after [`LEASE_S`], should this instance die.
//! What is due is taken from the database in portions: oldest first, the urgent before the rest. Sending is at
//! least once; receivers tell by the entry's id that they have it already.

mod lane;
pub(crate) mod queries;
mod settle;

use porchlight_domain::ids::PersonId;
use porchlight_domain::notification::{Channel, Details, Kind, OutboxEntry};
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

pub(super) use lane::Lanes;

use crate::accounts::Actor;
use crate::{Backend, Error};

/// For how long an entry belongs to whoever sends it, seconds. Longer than any channel's time-out.
pub(super) const LEASE_S: f64 = 30.0;
/// An entry that was sent again by hand has this long to arrive, seconds.
const RESENT_S: f64 = 24.0 * 3600.0;
/// The longest list of what was given up or kept.
const LIST_LIMIT: i64 = 200;

/// Something to send.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) person: PersonId,
    pub(super) channel: Channel,
    pub(super) push_id: Option<String>,
    pub(super) kind: Kind,
    pub(super) reference: Option<Reference>,
    pub(super) details: Details,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) due_at: Timestamp,
    /// How often it was tried, this time included.
    pub(super) attempts: u32,
}

/// Starts the lanes.
pub(super) fn begin(backend: &Backend) {
    lane::begin(backend);
    settle::begin(backend);
}

/// What was given up, and what was kept instead of being sent, the newest first: for admins.
pub async fn ended(actor: &Actor, backend: &Backend) -> Result<Vec<OutboxEntry>, Error> {
    actor.must_run_operations()?;
    Ok(queries::ended(backend.store().readers(), LIST_LIMIT).await?)
}

/// Sends an entry again that was given up.
pub async fn resend(actor: &Actor, backend: &Backend, id: &str) -> Result<(), Error> {
    actor.must_run_operations()?;
    let now = backend.now();
    let mut tx = backend.store().begin().await?;
    let channel = queries::revive(&mut tx, id, now, now.plus_s(RESENT_S)).await?;
    let channel = channel.ok_or(Error::NotFound)?;
    tx.commit().await?;
    backend.notify().lanes.look(channel);
    tracing::info!(outbox.id = id, "A notification is sent again");
    Ok(())
}
