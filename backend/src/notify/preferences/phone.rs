//! A telephone number, which its owner confirms: nobody has messages sent to a stranger.

use porchlight_domain::ids::PersonId;
use porchlight_domain::notification::{Channel, Details, Kind, PhoneNumber};
use porchlight_domain::time::Timestamp;
use subtle::ConstantTimeEq;

use super::{count, finish, queries};
use crate::accounts::Actor;
use crate::events::{Batch, hex};
use crate::notify::Wish;
use crate::{Backend, Error, Secret};

/// Codes sent in an hour: each costs money.
const CODES: i64 = 5;
/// Wrong codes until a new one must be asked for.
const TRIES: i64 = 5;
/// For how long a code holds, seconds.
const HOLDS_S: f64 = 15.0 * 60.0;

/// Sends a code to a number. The number is used once its code was typed in; until then the one before is.
pub async fn set_phone(actor: &Actor, backend: &Backend, number: &str) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let number = PhoneNumber::parse(number).map_err(|wrong| Error::invalid("phone", &wrong))?;
    if !backend.notify().channels().contains(&Channel::Sms) {
        return Err(Error::invalid("phone", &"no SMS is sent from here"));
    }
    let mut batch = Batch::begin(backend, actor).await?;
    count(&mut batch, "phone-code", person, CODES).await?;
    let code = u32::from_be_bytes(batch.random_bytes()) % 1_000_000;
    let code = format!("{code:06}");
    let hash = hash_of(backend.secret(), person, number.as_str(), &code);
    let now = batch.now();
    queries::ensure(batch.tx().await?, person).await?;
    queries::set_phone_new(batch.tx().await?, person, number.as_str(), &hash, now).await?;
    batch.notify(Wish {
        person: person.clone(),
        kind: Kind::PhoneCode,
        reference: None,
        details: Details {
            code: Some(code),
            ..Details::default()
        },
        only: Some(Channel::Sms),
    });
    finish(batch, person).await
}

/// Takes the code that came; a wrong one counts, whatever becomes of the request.
pub async fn confirm_phone(actor: &Actor, backend: &Backend, code: &str) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let wrong = || {
        Error::invalid(
            "code",
            &"this is not the code, or it is too old: ask for a new one",
        )
    };
    let mut batch = Batch::begin(backend, actor).await?;
    let now = batch.now();
    let waiting = queries::count_phone_try(batch.tx().await?, person)
        .await?
        .ok_or_else(wrong)?;
    let asked_at = Timestamp::from_millis(waiting.asked_ms);
    let is_alive = waiting.tries <= TRIES && now.seconds_since(asked_at) <= HOLDS_S;
    let hash = hash_of(backend.secret(), person, &waiting.number, &code);
    let is_right = bool::from(hash.as_bytes().ct_eq(waiting.code_hash.as_bytes()));
    if !(is_alive && is_right) {
        batch.commit_quietly().await?;
        return Err(wrong());
    }
    queries::take_phone(batch.tx().await?, person).await?;
    queries::revive(batch.tx().await?, person, Channel::Sms).await?;
    finish(batch, person).await
}

/// Forgets the number, and one that waits for its code.
pub async fn forget_phone(actor: &Actor, backend: &Backend) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let mut batch = Batch::begin(backend, actor).await?;
    queries::forget_phone(batch.tx().await?, person).await?;
    finish(batch, person).await
}

fn hash_of(secret: &Secret, person: &PersonId, number: &str, code: &str) -> String {
    hex(&secret.mac("phone code", &[person.as_str(), number, code]))
}
