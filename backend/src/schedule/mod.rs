//! When parcels come: the windows with space left, and moving a parcel to one of them.
//!
//! A window's load is the parcels that are promised in it, counted when it matters: nothing has to be given back
//! when a parcel is moved again or called off. Whoever moves a parcel holds the window's row while they count
//! (`moving.rs`); a courier only proposes (`proposals.rs`). What a courier did before a parcel was moved, and
//! reports after, counts (`late.rs`).

mod calendar;
mod late;
mod moving;
mod proposals;
pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use porchlight_domain::delivery::Window;
use porchlight_domain::reference::Reference;
use porchlight_domain::schedule::SlotView;

pub use self::calendar::{InvalidSchedule, Settings};
pub(crate) use self::late::{explained, has_left, put_back_if_done_before};
pub use self::moving::reschedule;
pub(crate) use self::moving::{follow_move, is_at_the_door};
pub use self::proposals::{answer, proposal, propose};
pub(crate) use self::proposals::{of_run, overtake, proposals_by};
use crate::accounts::Actor;
use crate::deliveries::{self, Viewer};
use crate::{Backend, Error};

/// The windows that a delivery can be moved to, the next one first, full ones among them.
pub async fn windows(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<Vec<SlotView>, Error> {
    let (row, viewer) = deliveries::load_for(actor, backend, reference).await?;
    if viewer == Viewer::ShareLink {
        return Err(Error::NotFound);
    }
    if !row.status()?.still_comes() {
        return Ok(Vec::new());
    }
    open_windows(backend).await
}

/// Every window that has not begun, with its space.
pub(crate) async fn open_windows(backend: &Backend) -> Result<Vec<SlotView>, Error> {
    let settings = backend.schedule();
    let offered = settings.offered(backend.now());
    let (Some((_, first)), Some((_, last))) = (offered.first(), offered.last()) else {
        return Ok(Vec::new());
    };
    let whole = Window {
        from: first.from,
        to: last.to,
    };
    let rows = queries::loads(backend.store().readers(), whole).await?;
    let loads: BTreeMap<i64, i64> = rows
        .into_iter()
        .map(|row| (row.window_from_ms, row.parcels))
        .collect();
    let views = offered.into_iter().map(|(slot, span)| {
        let within = loads.range(span.from.millis()..span.to.millis());
        let load: i64 = within.map(|(_, parcels)| parcels).sum();
        let left = i64::from(settings.capacity()) - load;
        SlotView {
            slot,
            span,
            left: u32::try_from(left).unwrap_or(0),
        }
    });
    Ok(views.collect())
}
