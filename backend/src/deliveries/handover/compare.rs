//! Comparing what a courier was told, in the transaction of the change it is for.
//!
//! The delivery's lock is held from the comparison to the commit: of many tries at once each is counted, and no code
//! is renewed in between. A wrong try commits its count and nothing else.

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::case::CaseKind;
use porchlight_domain::delivery::{Delivery, HandoverLevel, Proof, Status, StatusChange};
use porchlight_domain::event::Fact;
use porchlight_domain::handover::{HandoverCode, TRIES};
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;

use super::codes::Codes;
use super::is_live;
use crate::accounts::Actor;
use crate::deliveries::access::{Viewer, viewer_of};
use crate::deliveries::change::listeners;
use crate::deliveries::queries::{self, SecretRow};
use crate::events::Batch;
use crate::{Backend, Error, cases};

/// What a change is worth once the code in it was compared.
pub(in crate::deliveries) enum Told {
    /// What the rules decide by: with proof if the code was right.
    Change(StatusChange),
    /// It was wrong. The batch is to be committed, which counts it, and this is to be answered.
    Wrong(Error),
}

/// Turns the code that a courier was told into proof, if it is the right one. What it says of other changes and
/// other proof is left to the rules.
pub(in crate::deliveries) async fn compared(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    change: StatusChange,
    key: Option<&IdempotencyKey>,
) -> Result<Told, Error> {
    let told = match &change.proof {
        Some(Proof::HandoverCode(told)) => told.clone(),
        // Only the comparison makes such proof.
        Some(Proof::Handover(_)) => {
            return Err(Error::invalid("proof", &"send the code as handover_code"));
        }
        // A desk compares the pick-up code itself, and sends nothing here.
        Some(Proof::PickUp(_)) => {
            return Err(Error::invalid(
                "proof",
                &"a parcel is collected at its desk",
            ));
        }
        Some(Proof::RecipientName(_)) | None => return Ok(Told::Change(change)),
    };
    let courier = courier_of(batch, actor, reference).await?;
    let CourierOf { delivery, courier } = courier;
    if change.to != Status::Delivered || delivery.status != Status::OutForDelivery {
        // Nothing is compared that could not deliver it; the rules say why not.
        return Ok(Told::Change(StatusChange {
            proof: None,
            ..change
        }));
    }
    let (level, kept) = live_code(batch, &delivery).await?;
    let verdict = verdict(batch.backend(), &delivery, level, &kept, &told);
    match verdict {
        Verdict::Right => Ok(Told::Change(StatusChange {
            proof: Some(Proof::Handover(level)),
            ..change
        })),
        Verdict::NoCode => Err(Error::invalid("proof", &"that is no code: please check it")),
        Verdict::Renewed => Err(Error::invalid(
            "proof",
            &"the recipient has a newer code since: ask them for it",
        )),
        Verdict::Wrong => {
            let left = count(batch, &delivery, &courier, key).await?;
            Ok(Told::Wrong(wrong(left)))
        }
    }
}

/// Counts a code that a courier's phone found wrong. One that is right, as of a phone that has not heard of a
/// renewal, or that is only outdated, does not count.
pub(in crate::deliveries) async fn count_wrong_code(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    told: &str,
    key: Option<&IdempotencyKey>,
) -> Result<(), Error> {
    let CourierOf { delivery, courier } = courier_of(batch, actor, reference).await?;
    if delivery.status != Status::OutForDelivery || delivery.handover.is_none() {
        return Ok(());
    }
    let Ok((level, kept)) = live_code(batch, &delivery).await else {
        return Ok(());
    };
    if matches!(
        verdict(batch.backend(), &delivery, level, &kept, told),
        Verdict::Wrong
    ) {
        count(batch, &delivery, &courier, key).await?;
    }
    Ok(())
}

struct CourierOf {
    delivery: Delivery,
    courier: PersonId,
}

/// Locks the delivery for the courier who brings it: a code is worth nothing to anybody else.
async fn courier_of(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
) -> Result<CourierOf, Error> {
    let row = queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    match viewer_of(actor, &row)? {
        Viewer::Courier => Ok(CourierOf {
            delivery: row.delivery()?,
            courier: actor.person()?.id.clone(),
        }),
        Viewer::Admin => Err(Error::invalid(
            "proof",
            &"only the courier who brings it can send the recipient's code",
        )),
        Viewer::Customer | Viewer::ShareLink => Err(Error::Forbidden),
    }
}

/// The level and the seed of the code that is taken now.
async fn live_code(
    batch: &mut Batch,
    delivery: &Delivery,
) -> Result<(HandoverLevel, SecretRow), Error> {
    let level = delivery
        .handover
        .ok_or_else(|| Error::invalid("proof", &"this parcel has no code"))?;
    let kept = queries::secret_in(batch.tx().await?, delivery.reference).await?;
    match kept.filter(|kept| is_live(batch.backend(), kept)) {
        Some(kept) => Ok((level, kept)),
        None => Err(wrong(0)),
    }
}

enum Verdict {
    Right,
    Wrong,
    /// It was right once.
    Renewed,
    /// It can't be a code, and costs no try.
    NoCode,
}

fn verdict(
    backend: &Backend,
    delivery: &Delivery,
    level: HandoverLevel,
    kept: &SecretRow,
    told: &str,
) -> Verdict {
    let Some(codes) = Codes::of(backend.secret(), delivery) else {
        return Verdict::NoCode;
    };
    let now = HandoverCode::typed(level, told);
    if now.as_ref() == Some(&codes.code(&kept.seed, level)) {
        return Verdict::Right;
    }
    let on_the_way_before = codes
        .before()
        .is_some_and(|before| now.as_ref() == Some(&before.code(&kept.seed, level)));
    let of_the_seed_before = kept.before().is_some_and(|(seed, level)| {
        HandoverCode::typed(level, told).is_some_and(|told| told == codes.code(seed, level))
    });
    if on_the_way_before || of_the_seed_before {
        Verdict::Renewed
    } else if now.is_some() {
        Verdict::Wrong
    } else {
        Verdict::NoCode
    }
}

/// Counts a wrong try, and says how many are left. One that was counted before, and whose answer got lost, is not
/// counted again.
async fn count(
    batch: &mut Batch,
    delivery: &Delivery,
    courier: &PersonId,
    key: Option<&IdempotencyKey>,
) -> Result<i64, Error> {
    let reference = delivery.reference;
    let is_new = match key {
        Some(key) => queries::note_wrong_try(batch.tx().await?, courier, key, reference).await?,
        None => true,
    };
    let tries = queries::wrong_tries(batch.tx().await?, reference, i64::from(is_new)).await?;
    let left = i64::from(TRIES) - tries;
    if is_new {
        tracing::warn!(delivery.reference = %reference, left, "A wrong handover code");
        if left == 0 {
            batch.record(
                &reference,
                Fact::HandoverLocked { done_at: None },
                listeners(delivery, delivery),
            );
            cases::open(batch, reference, CaseKind::HandoverLocked, None, []).await?;
        }
    }
    Ok(left)
}

fn wrong(left: i64) -> Error {
    let detail = match left {
        ..=0 => "too many wrong codes: ask the recipient for a new one".to_owned(),
        1 => "that is not the recipient's code: 1 try left".to_owned(),
        left => format!("that is not the recipient's code: {left} tries left"),
    };
    Error::invalid("proof", &detail)
}
