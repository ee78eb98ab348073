//! Standing wishes: what becomes of every parcel that is booked from now on.

use porchlight_domain::delivery::Booking;
use porchlight_domain::hold::HoldPreferences;
use porchlight_domain::instruction::{InstructionKind, InstructionText};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;

use super::{choose, offices, queries};
use crate::accounts::Actor;
use crate::events::Batch;
use crate::{Backend, Error, instructions};

/// Offices that are tried when the wished one is full.
const TRIED: usize = 4;

/// What the customer who asks wants.
pub async fn preferences(actor: &Actor, backend: &Backend) -> Result<HoldPreferences, Error> {
    let person = actor.with_role(Role::Customer)?;
    Ok(queries::preferences(backend.store().readers(), &person.id).await?)
}

/// Changes that, for parcels that are booked from now on.
pub async fn set_preferences(
    actor: &Actor,
    backend: &Backend,
    wishes: &HoldPreferences,
) -> Result<(), Error> {
    let person = actor.with_role(Role::Customer)?;
    if wishes.away.is_some_and(|away| away.to <= away.from) {
        return Err(Error::invalid(
            "away",
            &"the last day must not be before the first",
        ));
    }
    if let Some(office) = &wishes.office {
        offices::known(backend, office)
            .await?
            .ok_or_else(|| Error::invalid("office", &"there is no such post office"))?;
    }
    let mut batch = Batch::begin(backend, actor).await?;
    queries::set_preferences(batch.tx().await?, &person.id, wishes).await?;
    batch.commit().await?;
    Ok(())
}

/// What is to be tried for a booking, the best first; nothing where it goes to the door.
pub(crate) struct Wished {
    offices: Vec<porchlight_domain::ids::PostOfficeId>,
    never_at_the_door: bool,
}

/// Reads what a customer wants of this booking. Outside of any transaction: it asks for ways.
pub(crate) async fn wished(
    backend: &Backend,
    actor: &Actor,
    booking: &Booking,
) -> Result<Wished, Error> {
    let wishes = preferences(actor, backend).await?;
    let mut tried: Vec<_> = wishes.office.iter().cloned().collect();
    if wishes.holds(booking.window) {
        let (door, arrives) = (booking.address.position, Some(booking.window.to));
        let near = offices::near_position(backend, door, TRIED, arrives).await?;
        tried.extend(
            near.into_iter()
                .filter(|office| office.space_left > 0)
                .map(|office| office.id),
        );
    } else {
        tried.clear();
    }
    Ok(Wished {
        offices: tried,
        never_at_the_door: wishes.never_at_the_door,
    })
}

/// Does with a new booking what its customer wants for all of them. Where no office has room it goes to the door: a
/// booking is never refused for it.
pub(crate) async fn apply(
    batch: &mut Batch,
    actor: &Actor,
    reference: Reference,
    wished: &Wished,
) -> Result<(), Error> {
    if wished.never_at_the_door {
        let card = InstructionText {
            kind: InstructionKind::NeverLeave,
            words: None,
            picture: None,
            secret_in: None,
        };
        instructions::give_in(batch, actor, reference, card).await?;
    }
    for office in &wished.offices {
        match choose::request_in(batch, actor, reference, office).await {
            Ok(()) => break,
            Err(Error::Conflict { .. } | Error::Invalid { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
