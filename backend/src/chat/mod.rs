//! The chat between the recipient of a parcel and its courier. The server relays what it can't read, and keeps it for
//! each device until that device has it.
//!
//! A chat belongs to one delivery and one courier: whoever takes the parcel over reads nothing of before. Devices and
//! their keys are in `devices.rs`, messages and marks in `messages.rs`, who may write and for how long in `life.rs`,
//! what is shown to the operator in `reports.rs`, what both can rely on in `cards.rs`; `telling.rs` reaches devices
//! that listen.

mod cards;
mod devices;
mod life;
mod messages;
pub(crate) mod queries;
mod reports;
mod telling;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::time::Duration;

use porchlight_domain::chat::wire::{Answer, Ask};
use porchlight_domain::chat::{Phase, Side};
use porchlight_domain::delivery::Status;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;

pub use self::life::{badge, badges};
pub(crate) use self::life::{badges_of_run, follow};
pub use self::messages::new_message;
use self::queries::ChatRow;
pub use self::reports::reports;
use self::telling::begin as begin_telling;
pub use self::telling::{News, news};
use crate::accounts::Actor;
use crate::deliveries::queries::DeliveryRow;
use crate::deliveries::{self, Viewer};
use crate::events::{Batch, Listener};
use crate::rate::PerPerson;
use crate::{Backend, Error};

const DAY_S: f64 = 24.0 * 3600.0;
/// How long reports are kept, days: longer than what they are about.
const REPORT_DAYS: f64 = 180.0;
const SWEEP: Duration = Duration::from_hours(1);
const PORTION: u32 = 200;

/// Messages that a person may send at once, and again in each minute.
const MESSAGES_A_MINUTE: NonZeroU32 = NonZeroU32::new(40).unwrap();
/// Everything else, each typed word and each mark among it.
const QUESTIONS_A_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// Whoever does either too often waits so many seconds.
const RETRY_AFTER_S: u32 = 5;

/// How often people write and ask.
pub(crate) struct Limits {
    messages: PerPerson,
    questions: PerPerson,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            messages: PerPerson::a_minute(MESSAGES_A_MINUTE, RETRY_AFTER_S),
            questions: PerPerson::a_minute(QUESTIONS_A_MINUTE, RETRY_AFTER_S),
        }
    }
}

impl Limits {
    fn count(&self, person: &PersonId, ask: &Ask) -> Result<(), Error> {
        match ask {
            Ask::Send { .. } => self.messages.count(person),
            _ => self.questions.count(person),
        }
    }
}

/// Somebody who takes part in a chat, and the delivery it is about.
struct Seat {
    reference: Reference,
    side: Side,
    customer: PersonId,
    /// Whom the parcel is with, or was with when they last wrote.
    courier: PersonId,
    row: DeliveryRow,
}

impl Seat {
    /// The seat of whoever asks; only the two have one. A courier keeps it when the parcel is no longer theirs, until
    /// somebody else has it.
    async fn of(actor: &Actor, backend: &Backend, reference: Reference) -> Result<Self, Error> {
        let person = match actor {
            Actor::Anonymous => return Err(Error::Unauthenticated),
            _ => actor.person().map_err(|_| Error::NotFound)?,
        };
        let pool = backend.store().readers();
        let row = deliveries::queries::by_reference(pool, reference).await?;
        let row = row.ok_or(Error::NotFound)?;
        let courier = row.courier_id.as_deref().map(PersonId::from_text);
        let (side, courier) = match deliveries::viewer_of(actor, &row) {
            Ok(Viewer::Customer) => {
                let courier = match courier {
                    Some(courier) => courier,
                    None => queries::last_courier(pool, reference)
                        .await?
                        .ok_or_else(nobody)?,
                };
                (Side::Recipient, courier)
            }
            Ok(Viewer::Courier) => (Side::Courier, person.id.clone()),
            Ok(Viewer::Admin | Viewer::ShareLink) => return Err(Error::NotFound),
            // It was moved to another day, or taken off the run, and nobody else has it.
            Err(no_longer) => match queries::last_courier(pool, reference).await? {
                Some(last) if courier.is_none() && last == person.id => (Side::Courier, last),
                _ => return Err(no_longer),
            },
        };
        Ok(Self {
            reference,
            side,
            customer: PersonId::from_text(row.customer_id.as_str()),
            courier,
            row,
        })
    }

    /// The seat as it is while a batch holds the delivery: whoever changes a delivery takes it before its chats.
    async fn held(&self, batch: &mut Batch) -> Result<Self, Error> {
        let row = deliveries::queries::lock(batch.tx().await?, self.reference).await?;
        Ok(Self {
            reference: self.reference,
            side: self.side,
            customer: self.customer.clone(),
            courier: self.courier.clone(),
            row: row.ok_or(Error::NotFound)?,
        })
    }

    /// Whether the parcel is with the courier of this chat.
    fn is_with_courier(&self) -> bool {
        self.row.courier_id.as_deref() == Some(self.courier.as_str())
    }

    fn person(&self, side: Side) -> &PersonId {
        match side {
            Side::Recipient => &self.customer,
            Side::Courier => &self.courier,
        }
    }

    fn people(&self) -> [PersonId; 2] {
        [self.customer.clone(), self.courier.clone()]
    }

    /// Who is told what happens in the chat.
    fn listeners(&self) -> [Listener; 2] {
        [
            Listener::recipient(&self.customer),
            Listener::full(&self.courier),
        ]
    }

    /// What may be done in the chat now.
    fn phase(&self, backend: &Backend, chat: Option<&ChatRow>) -> Result<Phase, Error> {
        let closes_at = chat.and_then(ChatRow::closes_at);
        let is_out = self.is_with_courier() && self.row.status()? == Status::OutForDelivery;
        Ok(Phase::of(is_out, chat.is_some(), closes_at, backend.now()))
    }
}

fn nobody() -> Error {
    Error::Conflict {
        detail: "nobody brings this parcel yet".into(),
    }
}

/// Whether somebody is of a kind that has chats.
pub fn may_chat(actor: &Actor) -> Result<(), Error> {
    match Side::of(actor.person()?.role) {
        Some(_) => Ok(()),
        None => Err(Error::Forbidden),
    }
}

/// Answers what a device asks.
pub async fn answer(actor: &Actor, backend: &Backend, ask: Ask) -> Result<Answer, Error> {
    may_chat(actor)?;
    let person = actor.person()?;
    backend.chat_limits().count(&person.id, &ask)?;
    match ask {
        Ask::Hello {} => Ok(Answer::Done {}),
        Ask::Enrol {
            device,
            one_time_keys,
            fallback_key,
        } => devices::enrol(person, backend, &device, &one_time_keys, fallback_key).await,
        Ask::Chat { delivery } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            Ok(Answer::Chat(messages::view(backend, &seat).await?))
        }
        Ask::ClaimKeys { delivery, devices } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            devices::claim_keys(backend, &seat, &devices).await
        }
        Ask::Messages {
            delivery,
            device,
            after,
        } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            messages::after(person, backend, &seat, &device, after).await
        }
        Ask::Send { delivery, message } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            messages::send(actor, backend, &seat, &message).await
        }
        Ask::Mark {
            delivery,
            device,
            stored,
            read,
        } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            messages::mark(person, backend, &seat, &device, stored, read).await
        }
        Ask::Typing { delivery } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            life::typing(backend, &seat).await
        }
        Ask::Knock { delivery } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            life::knock(actor, backend, &seat).await
        }
        Ask::Report {
            delivery,
            disclosure,
        } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            reports::report(actor, backend, &seat, &disclosure).await
        }
        Ask::Block { delivery, blocked } => {
            let seat = Seat::of(actor, backend, delivery).await?;
            life::block(actor, backend, &seat, blocked).await
        }
    }
}

/// Erases what is too old, and what waits for devices that are gone, for ever.
pub(crate) fn begin(backend: &Backend) {
    begin_telling(backend);
    backend.keep_doing_every(SWEEP, |backend| async move {
        match backend.while_database_answers(purge(&backend)).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(chats.erased = erased, "Old chats erased"),
            Err(error) => tracing::warn!(%error, "Old chats could not be erased"),
        }
    });
}

/// How many chats were erased.
pub(crate) async fn purge(backend: &Backend) -> Result<u64, Error> {
    let (store, now) = (backend.store(), backend.now());
    let chats_before = now.plus_s(-f64::from(backend.chat_days()) * DAY_S);
    let reports_before = now.plus_s(-REPORT_DAYS * DAY_S);
    store
        .purge(queries::PURGE_REPORTS, reports_before, PORTION)
        .await?;
    store.purge(queries::PURGE_DEVICES, now, PORTION).await?;
    store
        .purge(queries::PURGE_SEALED, now.plus_s(-DAY_S), PORTION)
        .await?;
    store.purge(queries::PURGE, chats_before, PORTION).await
}
