//! What recipients tell their couriers, in cards that the courier confirms or declines.
//!
//! Of each kind one card is open at most: another takes its place. What was confirmed stays until another of its
//! kind is confirmed. An answer is that of the courier who brings the parcel: a new one is asked anew.
//! "Never leave at the door" binds from when it is given, whatever anybody answers.

pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::delivery::{Delivery, Picture, PictureKind, Refusal};
use porchlight_domain::event::Fact;
use porchlight_domain::ids::{InstructionId, PersonId, RunId};
use porchlight_domain::instruction::{
    InstructionKind, InstructionState, InstructionText, InstructionView, ToldInstruction,
};
use porchlight_domain::reference::Reference;

use crate::accounts::Actor;
use crate::deliveries::{self, Viewer};
use crate::events::Batch;
use crate::idempotency::{self, Seen, Sent};
use crate::{Backend, Error, pictures, schedule};

/// More than any honest delivery has, over several times out.
const MOST_OF_A_DELIVERY: i64 = 40;

/// The instructions of a delivery that were not taken back, oldest first.
pub async fn all(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<Vec<InstructionView>, Error> {
    let (row, viewer) = deliveries::load_for(actor, backend, reference).await?;
    if viewer == Viewer::ShareLink {
        return Err(Error::NotFound);
    }
    let courier = row.courier_id.as_deref();
    of_delivery(backend, reference, courier).await
}

/// The instructions of a delivery as they stand for one courier, oldest first.
pub(crate) async fn of_delivery(
    backend: &Backend,
    reference: Reference,
    courier: Option<&str>,
) -> Result<Vec<InstructionView>, Error> {
    let rows = queries::of_delivery(backend.store().readers(), reference).await?;
    let views = rows.iter().map(|card| card.view(courier));
    Ok(views.collect::<Result<_, _>>()?)
}

/// The instructions of every stop of a courier's run.
pub(crate) async fn of_run(
    backend: &Backend,
    run: &RunId,
    courier: &PersonId,
) -> Result<BTreeMap<Reference, Vec<InstructionView>>, Error> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in queries::of_run(backend.store().readers(), run).await? {
        let view = row.view(Some(courier.as_str()))?;
        all.entry(row.reference()?).or_default().push(view);
    }
    Ok(all)
}

/// The recipient tells the courier something, in place of what they told of that kind before. A request with the
/// key of one that was taken changes nothing.
pub async fn give(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    text: InstructionText,
    key: Option<&IdempotencyKey>,
) -> Result<InstructionView, Error> {
    let mut batch = begin(actor, backend).await?;
    let mut card = Card::of(&mut batch, actor, reference, Viewer::Customer).await?;
    let text = checked(text)?;
    let request = ("instruct", reference, &text);
    if idempotency::claim(card.batch, actor, key, &request).await? == Seen::Again {
        let given = card.known.iter().rev().find(|known| known.text == text);
        return given.cloned().ok_or_else(|| Error::AlreadyDone {
            detail: "this was given, and taken back".into(),
        });
    }
    let given = card.give_if_new(text).await?;
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, "Instruction given");
    Ok(given)
}

/// The same within a batch, which then holds the delivery. Of what is refused with a conflict, nothing was changed.
pub(crate) async fn give_in(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    text: InstructionText,
) -> Result<(), Error> {
    let text = checked(text)?;
    let mut card = Card::of(batch, actor, reference, Viewer::Customer).await?;
    card.give_if_new(text).await?;
    Ok(())
}

/// What was told with a message is for the courier who got it: with another one it ends.
pub(crate) async fn follow(
    batch: &mut Batch,
    before: &Delivery,
    after: &Delivery,
) -> Result<(), Error> {
    let courier = |delivery: &Delivery| {
        let assignment = delivery.assignment.as_ref();
        assignment.map(|assignment| assignment.courier.clone())
    };
    if courier(before).is_some() && courier(before) != courier(after) {
        let now = batch.now();
        queries::end_gate_codes(batch.tx().await?, after.reference, now).await?;
    }
    Ok(())
}

fn checked(text: InstructionText) -> Result<InstructionText, Error> {
    text.checked()
        .map_err(|problem| Error::invalid("instruction", &problem))
}

async fn begin(actor: &Actor, backend: &Backend) -> Result<Batch, Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    Batch::begin(backend, actor).await
}

/// The recipient takes an instruction back. Taking it back twice is taking it back once.
pub async fn withdraw(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    id: &InstructionId,
) -> Result<(), Error> {
    let mut batch = begin(actor, backend).await?;
    let mut card = Card::of(&mut batch, actor, reference, Viewer::Customer).await?;
    let status = card.delivery.status;
    if !status.still_comes() {
        return Err(Refusal::TooLateToInstruct(status).into());
    }
    let Some(known) = card.find(id) else {
        return Ok(());
    };
    card.end(known, true).await?;
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, "Instruction withdrawn");
    Ok(())
}

/// The courier does what they were told, or can't. A request with the key of one that was taken changes nothing.
pub async fn answer(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    id: &InstructionId,
    confirms: bool,
    sent: Sent<'_>,
) -> Result<(), Error> {
    let mut batch = begin(actor, backend).await?;
    batch.is_done_at(sent.done_at);
    // Before anything else: by the time it is sent again the parcel may be somebody else's.
    let request = ("answer", reference, id, confirms);
    if idempotency::claim(&mut batch, actor, sent.key, &request).await? == Seen::Again {
        return Ok(());
    }
    let mut card = Card::of(&mut batch, actor, reference, Viewer::Courier).await?;
    let status = card.delivery.status;
    if !status.still_comes() {
        return Err(Refusal::TooLateToInstruct(status).into());
    }
    let known = card.find(id).ok_or_else(|| Error::Conflict {
        detail: "the recipient took this back".into(),
    })?;
    let state = if confirms {
        InstructionState::Confirmed
    } else {
        InstructionState::Declined
    };
    if known.state == state {
        return batch.commit_quietly().await;
    }
    if !confirms && !known.text.kind.can_be_declined() {
        return Err(Error::Conflict {
            detail: "whether it is left at the door is for its recipient alone to say".into(),
        });
    }
    card.answer(known, confirms, &actor.person()?.id).await?;
    batch.commit().await?;
    tracing::info!(delivery.reference = %reference, instruction.confirmed = confirms, "Instruction answered");
    Ok(())
}

/// A delivery whose instructions are being changed: nobody else changes them until the batch ends.
struct Card<'a> {
    batch: &'a mut Batch,
    delivery: Delivery,
    known: Vec<InstructionView>,
}

impl<'a> Card<'a> {
    async fn of(
        batch: &'a mut Batch,
        actor: &Actor,
        reference: Reference,
        who: Viewer,
    ) -> Result<Self, Error> {
        let row = deliveries::queries::lock(batch.tx().await?, reference)
            .await?
            .ok_or(Error::NotFound)?;
        if deliveries::viewer_of(actor, &row)? != who {
            return Err(Error::Forbidden);
        }
        let rows = queries::of_delivery_in(batch.tx().await?, reference).await?;
        let known = rows.iter().map(|card| card.view(row.courier_id.as_deref()));
        Ok(Self {
            known: known.collect::<Result<_, _>>()?,
            delivery: row.delivery()?,
            batch,
        })
    }

    fn find(&self, id: &InstructionId) -> Option<InstructionView> {
        self.known.iter().find(|known| known.id == *id).cloned()
    }

    /// Nobody leaves at a safe place what is to be handed to somebody.
    fn must_fit(&self, kind: InstructionKind) -> Result<(), Error> {
        let is_for_hands = self.delivery.handover.is_some();
        if kind == InstructionKind::SafePlace
            && (is_for_hands || self.delivery.never_leave.is_some())
        {
            return Err(Error::Conflict {
                detail: "this parcel is handed to somebody: take that back first".into(),
            });
        }
        Ok(())
    }

    /// What stands already is not said twice.
    async fn give_if_new(&mut self, text: InstructionText) -> Result<InstructionView, Error> {
        let is_at_the_door = schedule::is_at_the_door(self.batch, &self.delivery).await?;
        self.delivery.takes_instructions(is_at_the_door)?;
        self.must_fit(text.kind)?;
        let is_standing = |known: &&InstructionView| known.state != InstructionState::Declined;
        let mut standing = self.known.iter().filter(is_standing);
        if let Some(standing) = standing.find(|known| known.text == text) {
            return Ok(standing.clone());
        }
        if queries::count(self.batch.tx().await?, self.delivery.reference).await?
            >= MOST_OF_A_DELIVERY
        {
            let detail = format!("a delivery takes at most {MOST_OF_A_DELIVERY} instructions");
            return Err(Error::Conflict { detail });
        }
        self.give(text).await
    }

    async fn give(&mut self, text: InstructionText) -> Result<InstructionView, Error> {
        let reference = self.delivery.reference;
        let kind = text.kind;
        let is_replaced = |known: &InstructionView| {
            let is_same_and_not_in_force =
                known.text.kind == kind && known.state != InstructionState::Confirmed;
            let is_contrary = kind == InstructionKind::NeverLeave
                && known.text.kind == InstructionKind::SafePlace;
            is_same_and_not_in_force || is_contrary
        };
        let replaced: Vec<_> = self
            .known
            .iter()
            .filter(|known| is_replaced(known))
            .cloned()
            .collect();
        for known in replaced {
            self.end(known, true).await?;
        }
        let pictures = text.picture.iter().map(|hash| Picture {
            kind: PictureKind::Photo,
            hash: hash.clone(),
        });
        pictures::claim(self.batch, reference, &pictures.collect::<Vec<_>>()).await?;
        let new = InstructionView {
            id: InstructionId::from_random(self.batch.random_bytes()),
            state: InstructionState::Open,
            given_at: self.batch.now(),
            text,
        };
        queries::insert(self.batch.tx().await?, reference, &new).await?;
        if kind == InstructionKind::NeverLeave && self.delivery.never_leave.is_none() {
            let since = Some(new.given_at);
            queries::set_never_leave(self.batch.tx().await?, reference, since).await?;
        }
        self.record(Fact::InstructionGiven, new.clone());
        Ok(new)
    }

    /// What is replaced by its recipient is told as taken back; what a newer confirmed one replaces is not.
    async fn end(&mut self, known: InstructionView, is_told: bool) -> Result<(), Error> {
        let (now, reference) = (self.batch.now(), self.delivery.reference);
        queries::end(self.batch.tx().await?, &known.id, now).await?;
        let others = self.known.iter().filter(|other| other.id != known.id);
        let mut others = others.map(|other| other.text.kind);
        let is_last = !others.any(|kind| kind == InstructionKind::NeverLeave);
        if known.text.kind == InstructionKind::NeverLeave && is_last {
            queries::set_never_leave(self.batch.tx().await?, reference, None).await?;
            self.delivery.never_leave = None;
        }
        self.known.retain(|other| other.id != known.id);
        if is_told {
            self.record(Fact::InstructionWithdrawn, known);
        }
        Ok(())
    }

    async fn answer(
        &mut self,
        known: InstructionView,
        confirms: bool,
        courier: &PersonId,
    ) -> Result<(), Error> {
        let now = self.batch.now();
        queries::answer(self.batch.tx().await?, &known.id, confirms, courier, now).await?;
        if !confirms {
            self.record(Fact::InstructionDeclined, known);
            return Ok(());
        }
        let is_replaced = |other: &InstructionView| {
            other.id != known.id
                && other.text.kind == known.text.kind
                && other.state == InstructionState::Confirmed
        };
        let replaced: Vec<_> = self
            .known
            .iter()
            .filter(|other| is_replaced(other))
            .cloned()
            .collect();
        for other in replaced {
            self.end(other, false).await?;
        }
        self.record(Fact::InstructionConfirmed, known);
        Ok(())
    }

    fn record(&mut self, fact: fn(ToldInstruction) -> Fact, view: InstructionView) {
        let told = ToldInstruction {
            instruction: view.id,
            done_at: None,
            text: view.text,
        };
        let listeners = deliveries::listeners(&self.delivery, &self.delivery);
        self.batch
            .record(&self.delivery.reference, fact(told), listeners);
    }
}
