//! A courier proposes another window; its recipient accepts or declines. Whatever else happens to the parcel ends it.

use std::collections::BTreeMap;

use porchlight_domain::delivery::{Delivery, Refusal};
use porchlight_domain::event::Fact;
use porchlight_domain::ids::{PersonId, ProposalId, RunId};
use porchlight_domain::reference::Reference;
use porchlight_domain::schedule::{ProposalEnd, ProposalView, ScheduledBy, Slot};
use porchlight_domain::time::Timestamp;

use super::{moving, queries};
use crate::accounts::Actor;
use crate::deliveries::{self, Viewer};
use crate::events::Batch;
use crate::idempotency::{self, Seen, Sent};
use crate::{Backend, Error};

/// Proposes a window in place of whatever was proposed before; a request with the key of one that was taken
/// changes nothing.
pub async fn propose(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    slot: Slot,
    sent: Sent<'_>,
) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    batch.is_done_at(sent.done_at);
    let request = ("propose", reference, slot);
    if idempotency::claim(&mut batch, actor, sent.key, &request).await? == Seen::Again {
        return Ok(());
    }
    propose_in(&mut batch, actor, reference, slot).await?;
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, "Another window proposed");
    Ok(())
}

async fn propose_in(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    slot: Slot,
) -> Result<(), Error> {
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    if deliveries::viewer_of(actor, &row)? != Viewer::Courier {
        return Err(Error::Forbidden);
    }
    let delivery = row.delivery()?;
    if !delivery.status.still_comes() {
        return Err(Refusal::TooLateToReschedule(delivery.status).into());
    }
    let now = batch.now();
    let span = batch.backend().schedule().span_offered(slot, now)?;
    if span == delivery.window {
        return Err(Error::invalid("window", &"it comes in this window anyway"));
    }
    if queries::count_in(batch.tx().await?, span).await?
        >= i64::from(batch.backend().schedule().capacity())
    {
        return Err(moving::full());
    }
    if let Some(open) = queries::open_proposal_in(batch.tx().await?, reference).await? {
        if open.view()?.slot == slot {
            return Ok(());
        }
        overtake(batch, &delivery, &delivery).await?;
    }
    let id = ProposalId::from_random(batch.random_bytes());
    let new = queries::NewProposal {
        id: &id,
        reference,
        slot,
        span,
        by: &actor.person()?.id,
    };
    queries::propose(batch.tx().await?, &new, now).await?;
    let fact = Fact::ProposalMade {
        proposal: id,
        to: span,
        done_at: None,
    };
    batch.record(
        &reference,
        fact,
        deliveries::listeners(&delivery, &delivery),
    );
    Ok(())
}

/// Its recipient accepts a proposal, and the parcel comes then, or declines it.
pub async fn answer(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    proposal: &ProposalId,
    accepts: bool,
) -> Result<(), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    if deliveries::viewer_of(actor, &row)? != Viewer::Customer {
        return Err(Error::Forbidden);
    }
    let delivery = row.delivery()?;
    let known = queries::proposal(batch.tx().await?, proposal, reference).await?;
    let known = known.ok_or(Error::NotFound)?;
    let end = if accepts {
        ProposalEnd::Accepted
    } else {
        ProposalEnd::Declined
    };
    if let Some(outcome) = known.outcome.as_deref() {
        return Err(over(outcome == end.as_str()));
    }
    close(&mut batch, &delivery, &delivery, proposal, end).await?;
    if accepts {
        let slot = known.view()?.slot;
        moving::move_to(&mut batch, actor, reference, slot, ScheduledBy::Courier).await?;
    }
    batch.commit().await?;
    backend.planner().wake();
    tracing::info!(delivery.reference = %reference, proposal.end = end.as_str(), "Proposal answered");
    Ok(())
}

fn over(is_said_again: bool) -> Error {
    if is_said_again {
        return Error::AlreadyDone {
            detail: "this is answered already".into(),
        };
    }
    Error::Conflict {
        detail: "this proposal is over: something else happened meanwhile".into(),
    }
}

/// What the courier proposes now, if anything.
pub async fn proposal(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<Option<ProposalView>, Error> {
    let (_, viewer) = deliveries::load_for(actor, backend, reference).await?;
    if viewer == Viewer::ShareLink {
        return Err(Error::NotFound);
    }
    let open = queries::open_proposal(backend.store().readers(), reference).await?;
    let view = open.map(|row| row.view()).transpose()?;
    Ok(view.filter(|view| view.span.from > backend.now()))
}

/// A proposal, when it was made, and how it ended.
pub(crate) struct Made {
    pub(crate) view: ProposalView,
    pub(crate) at: Timestamp,
    /// None while the recipient has not answered.
    pub(crate) end: Option<ProposalEnd>,
}

/// Every proposal that a courier made for a delivery, oldest first.
pub(crate) async fn proposals_by(
    backend: &Backend,
    reference: Reference,
    courier: &PersonId,
) -> Result<Vec<Made>, Error> {
    let rows = queries::proposals_by(backend.store().readers(), reference, courier).await?;
    let made = rows.iter().map(queries::MadeRow::made);
    Ok(made.collect::<Result<_, _>>()?)
}

/// What is proposed for the stops of a run.
pub(crate) async fn of_run(
    backend: &Backend,
    run: &RunId,
) -> Result<BTreeMap<Reference, ProposalView>, Error> {
    let now = backend.now();
    let mut proposals = BTreeMap::new();
    for row in queries::proposals_of_run(backend.store().readers(), run).await? {
        let view = row.view()?;
        if view.span.from > now {
            proposals.insert(row.reference()?, view);
        }
    }
    Ok(proposals)
}

/// Ends what is proposed for a delivery: something else happened.
pub(crate) async fn overtake(
    batch: &mut Batch,
    before: &Delivery,
    after: &Delivery,
) -> Result<(), Error> {
    let Some(open) = queries::open_proposal_in(batch.tx().await?, after.reference).await? else {
        return Ok(());
    };
    let id = open.view()?.id;
    close(batch, before, after, &id, ProposalEnd::Overtaken).await
}

async fn close(
    batch: &mut Batch,
    before: &Delivery,
    after: &Delivery,
    proposal: &ProposalId,
    end: ProposalEnd,
) -> Result<(), Error> {
    let now = batch.now();
    if queries::end_proposal(batch.tx().await?, proposal, end, now).await? {
        let fact = Fact::ProposalEnded {
            proposal: proposal.clone(),
            end,
        };
        batch.record(&after.reference, fact, deliveries::listeners(before, after));
    }
    Ok(())
}
