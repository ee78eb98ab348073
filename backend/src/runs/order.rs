//! The order of a run's stops, as the courier wants it: by hand, or as Porchlight suggests.

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::event::Fact;
use porchlight_domain::ids::RunId;
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;
use porchlight_domain::sequence::reordered;
use porchlight_domain::tracking::RunView;

use super::plan::{Wish, plan};
use super::queries::{self, RunRow, StopRow};
use crate::accounts::Actor;
use crate::events::{Batch, Listener};
use crate::idempotency::{self, Seen, Sent};
use crate::{Backend, Error};

/// More stops than any list has: what is longer is no courier's order.
const LONGEST: usize = 1000;

/// Puts the stops of the courier's run in the order wanted. Stops that are not named keep their places.
pub async fn reorder(
    actor: &Actor,
    backend: &Backend,
    order: Vec<Reference>,
) -> Result<RunView, Error> {
    reorder_once(actor, backend, order, Sent::default()).await?;
    super::today(actor, backend).await?.ok_or(Error::NotFound)
}

/// Puts the stops of the courier's run in the best order, but for the one that is driven to.
pub async fn suggest(actor: &Actor, backend: &Backend) -> Result<RunView, Error> {
    suggest_once(actor, backend, None).await?;
    super::today(actor, backend).await?.ok_or(Error::NotFound)
}

pub(super) async fn reorder_once(
    actor: &Actor,
    backend: &Backend,
    order: Vec<Reference>,
    sent: Sent<'_>,
) -> Result<(), Error> {
    let courier = actor.with_role(Role::Courier)?.id.clone();
    if order.len() > LONGEST {
        return Err(Error::invalid("order", &"that is more than any run has"));
    }
    let mut batch = Batch::begin(backend, actor).await?;
    batch.is_done_at(sent.done_at);
    if idempotency::claim(&mut batch, actor, sent.key, &("reorder", &order)).await? == Seen::Again {
        return Ok(());
    }
    let run = queries::open_run_in(batch.tx().await?, &courier)
        .await?
        .ok_or(Error::NotFound)?;
    let run = queries::lock_run(batch.tx().await?, &run.id()).await?;
    let stops = queries::stops_in(batch.tx().await?, &run.id()).await?;
    write(&mut batch, &run, &stops, &order, true).await?;
    batch.commit().await?;
    tracing::info!(run.id = %run.id(), "Ordered by hand");
    Ok(())
}

pub(super) async fn suggest_once(
    actor: &Actor,
    backend: &Backend,
    key: Option<&IdempotencyKey>,
) -> Result<(), Error> {
    let courier = actor.with_role(Role::Courier)?.id.clone();
    let run = queries::open_run(backend.store().readers(), &courier)
        .await?
        .ok_or(Error::NotFound)?;
    plan(actor, backend, &run.id(), Wish::Suggestion(key)).await
}

/// Puts the stops of a run that is locked in the order wanted, and says so if it is another one.
pub(super) async fn write(
    batch: &mut Batch,
    run: &RunRow,
    stops: &[StopRow],
    wanted: &[Reference],
    by_hand: bool,
) -> Result<(), Error> {
    let id = run.id();
    let now = references(stops)?;
    let then = reordered(&now, wanted);
    place(batch, &id, stops, &then).await?;
    queries::set_by_hand(batch.tx().await?, &id, by_hand).await?;
    if now != then {
        let courier = porchlight_domain::ids::PersonId::from_text(run.courier_id.as_str());
        let fact = Fact::RunOrderChanged {
            run: id.clone(),
            by_hand,
            done_at: None,
        };
        batch.record(&id, fact, [Listener::full(&courier)]);
    }
    Ok(())
}

/// The stops' names, in order.
pub(super) fn references(stops: &[StopRow]) -> Result<Vec<Reference>, Error> {
    let names: Result<_, sqlx::Error> = stops.iter().map(StopRow::reference).collect();
    Ok(names?)
}

/// Writes the places that are other than before.
async fn place(
    batch: &mut Batch,
    run: &RunId,
    stops: &[StopRow],
    then: &[Reference],
) -> Result<(), Error> {
    for (delivery, place) in then.iter().zip(1_i64..) {
        let name = delivery.to_string();
        let is_there = stops
            .iter()
            .any(|stop| stop.reference == name && stop.place == place && stop.placed != 0);
        if !is_there {
            queries::place_stop(batch.tx().await?, run, *delivery, place).await?;
        }
    }
    Ok(())
}
