//! Handed to its recipient only: nothing but the recipient's code delivers such a parcel.
//!
//! The code is derived when it is needed (`codes.rs`). A PIN is shown on the recipient's own page once the courier
//! is near; the code of the two-way level only in answer to a fresh proof from the courier's screen
//! (`presence.rs`). What a courier was told is compared in the transaction of the change (`compare.rs`).

mod codes;
mod compare;
mod presence;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use porchlight_domain::delivery::{Assignment, Command, Delivery, HandoverLevel, Status};
use porchlight_domain::handover::{HandoverKit, TRIES};
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{HandoverState, HandoverView};

use self::codes::Codes;
pub(super) use self::compare::{Told, compared, count_wrong_code};
pub(crate) use self::presence::Limits;
pub use self::presence::{CourierCheck, check_courier};
use super::access::{Viewer, load_for};
use super::change::change_in;
use super::queries::{self, SecretRow};
use crate::accounts::Actor;
use crate::events::{Batch, hex};
use crate::{Backend, Error};

/// The recipient wants the parcel in their hands only, and shows it like that, or no longer wants it. Asked again
/// it makes a new code, and the one before is dead.
pub async fn ask_for_handover(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    level: Option<HandoverLevel>,
) -> Result<HandoverView, Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    change_in(&mut batch, actor, reference, Command::AskForHandover(level)).await?;
    batch.commit().await?;
    let level = level.map_or("none", HandoverLevel::as_str);
    tracing::info!(delivery.reference = %reference, delivery.handover = level, "Handover asked");
    handover(actor, backend, reference).await
}

/// What the recipient's page shows of it; nobody else's does.
pub async fn handover(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<HandoverView, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    if viewer != Viewer::Customer {
        return Err(Error::Forbidden);
    }
    let delivery = row.delivery()?;
    let Some(level) = delivery.handover else {
        return Ok(HandoverView {
            level: None,
            code: None,
            locked: false,
        });
    };
    let kept = queries::secret(backend.store().readers(), reference).await?;
    let live = kept.filter(|kept| is_live(backend, kept));
    let locked = live.is_none() && !delivery.status.is_final();
    let code = match live {
        Some(kept) if level == HandoverLevel::Pin && is_near(backend, &delivery).await? => {
            Codes::of(backend.secret(), &delivery)
                .map(|codes| codes.code(&kept.seed, level).shown())
        }
        _ => None,
    };
    Ok(HandoverView {
        level: Some(level),
        code,
        locked,
    })
}

/// How it stands, without any code.
pub async fn handover_state(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<HandoverState, Error> {
    let HandoverView { level, locked, .. } = handover(actor, backend, reference).await?;
    Ok(HandoverState { level, locked })
}

/// Whether a code is taken at all: not after too many wrong ones, nor when the operator's secret is another one.
fn is_live(backend: &Backend, kept: &SecretRow) -> bool {
    let is_ours = kept.secret_mark == backend.secret().mark();
    if !is_ours {
        tracing::error!(
            "A handover's code was made with another secret: see `secret` in the settings"
        );
    }
    is_ours && kept.wrong_tries < i64::from(TRIES)
}

/// Whether the courier has come near on this way out.
async fn is_near(backend: &Backend, delivery: &Delivery) -> Result<bool, Error> {
    let pool = backend.store().readers();
    Ok(delivery.status == Status::OutForDelivery
        && queries::has_arrived(pool, delivery.reference, delivery.attempts).await?)
}

/// Makes a new seed in place of the one before.
pub(super) async fn renew(batch: &mut Batch, before: &Delivery) -> Result<(), Error> {
    let seed = hex(&batch.random_bytes::<32>());
    let (now, mark) = (batch.now(), batch.backend().secret().mark());
    let new = queries::NewSecret {
        reference: before.reference,
        seed: &seed,
        mark: &mark,
        level_before: before.handover,
    };
    queries::renew_secret(batch.tx().await?, &new, now).await?;
    Ok(())
}

/// A parcel on a courier's run, as far as its handover goes.
pub(crate) struct HandoverStop {
    pub(crate) reference: Reference,
    pub(crate) level: HandoverLevel,
    pub(crate) attempt: u32,
}

/// What the courier's phone gets for the doors of those who asked.
pub(crate) async fn kits(
    backend: &Backend,
    assignment: &Assignment,
    stops: Vec<HandoverStop>,
) -> Result<BTreeMap<Reference, HandoverKit>, Error> {
    if stops.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = queries::secrets_of_run(backend.store().readers(), &assignment.run).await?;
    let mut kept: BTreeMap<&str, &SecretRow> =
        rows.iter().map(|row| (&*row.reference, row)).collect();
    let kits = stops.into_iter().filter_map(|stop| {
        let row = kept.remove(&*stop.reference.to_string())?;
        let codes = Codes::at_stop(backend.secret(), stop.reference, assignment, stop.attempt);
        Some((stop.reference, codes.kit(row, stop.level)))
    });
    Ok(kits.collect())
}
