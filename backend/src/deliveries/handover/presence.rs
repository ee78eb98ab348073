//! The recipient's page asks who stands at the door, with what the courier's screen shows.

use std::num::NonZeroU32;

use porchlight_domain::delivery::{HandoverLevel, Status};
use porchlight_domain::handover::{Doubt, PresenceProof};
use porchlight_domain::reference::Reference;
pub use porchlight_domain::tracking::CourierCheck;
use porchlight_domain::tracking::CourierProven;

use super::codes::Codes;
use super::{is_live, is_near};
use crate::accounts::Actor;
use crate::accounts::couriers::courier_card;
use crate::deliveries::access::{Viewer, load_for};
use crate::deliveries::queries;
use crate::rate::PerPerson;
use crate::{Backend, Error};

/// Proofs that a person may send at once, and again in each minute. Nobody guesses 80 bits: it is for the server's
/// sake.
const PROOFS_A_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// How often people ask.
pub(crate) struct Limits(PerPerson);

impl Default for Limits {
    fn default() -> Self {
        Self(PerPerson::a_minute(PROOFS_A_MINUTE, 60))
    }
}

/// Checks what a courier's screen shows, for the recipient of the parcel: whether it is the courier who brings it,
/// there and now. Only then the recipient is told the code.
pub async fn check_courier(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    proof: &str,
) -> Result<CourierCheck, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    if viewer != Viewer::Customer {
        return Err(Error::Forbidden);
    }
    backend.handover_limits().0.count(&actor.person()?.id)?;
    let delivery = row.delivery()?;
    let pool = backend.store().readers();
    let kept = queries::secret(pool, reference).await?;
    let live = kept.filter(|kept| is_live(backend, kept));
    let (Some(kept), Some(codes), Some(HandoverLevel::TwoWay), Status::OutForDelivery) = (
        live,
        Codes::of(backend.secret(), &delivery),
        delivery.handover,
        delivery.status,
    ) else {
        return Err(Error::Conflict {
            detail: "there is nothing to scan for this parcel now".into(),
        });
    };
    let confirmed = PresenceProof::parse(proof)
        .ok_or(Doubt::Foreign)
        .and_then(|proof| {
            let key = codes.presence_key(&kept.seed);
            key.confirm(reference, &proof, backend.now())
        });
    if let Err(doubt) = confirmed {
        tracing::warn!(delivery.reference = %reference, ?doubt, "A courier's QR was refused");
        return Ok(match doubt {
            Doubt::Old => CourierCheck::Old {},
            Doubt::Foreign => CourierCheck::Foreign {},
        });
    }
    let assignment = delivery.assignment.as_ref().ok_or(Error::Internal)?;
    tracing::info!(delivery.reference = %reference, "The courier was proven to the recipient");
    Ok(CourierCheck::Proven(CourierProven {
        courier: courier_card(backend, &assignment.courier).await?,
        code: codes.code(&kept.seed, HandoverLevel::TwoWay).shown(),
        came_near: is_near(backend, &delivery).await?,
    }))
}
