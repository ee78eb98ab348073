//! Exactly once: a request that carries a key is taken the first time, however often it is sent.
//!
//! The key is written in the transaction of the change. So a change that was refused, or that a crash cut
//! short, has not used its key, and one that was committed has.

pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::time::Duration;

use porchlight_domain::action::IdempotencyKey;
use porchlight_domain::time::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::accounts::Actor;
use crate::events::{Batch, hex};
use crate::store::{Answer, Statement, together};
use crate::{Backend, Error};

/// How long a key is known, seconds: phones send what they kept for a week at most, and then some.
const KEPT_S: f64 = 30.0 * 24.0 * 3600.0;
const SWEEP: Duration = Duration::from_hours(1);
/// Keys deleted in one commit: what is posted meanwhile is written in between.
const PORTION: u32 = 500;

/// Stands for the request of a key that was withdrawn before the request came.
const WITHDRAWN: &str = "withdrawn";

/// How a request came that may come several times, and late.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sent<'a> {
    /// The same each time; none for a request that is made once.
    pub key: Option<&'a IdempotencyKey>,
    /// When what it tells was done; none when that is now.
    pub done_at: Option<Timestamp>,
}

impl<'a> From<Option<&'a IdempotencyKey>> for Sent<'a> {
    fn from(key: Option<&'a IdempotencyKey>) -> Self {
        Self { key, done_at: None }
    }
}

/// Which time a request is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Never before, or it carries no key.
    First,
    /// It was taken before, or withdrawn: there is nothing left to do.
    Again,
}

/// Claims a request's key within the batch that does what it asks.
pub(crate) async fn claim(
    batch: &mut Batch,
    actor: &Actor,
    key: Option<&IdempotencyKey>,
    request: &impl Serialize,
) -> Result<Seen, Error> {
    let claimed = claim_with(batch, actor, key, request, Vec::new()).await?;
    Ok(claimed.map_or(Seen::Again, |_| Seen::First))
}

/// The same with the statements that the batch goes on with if it is the first time; none otherwise. They are one way
/// to the database.
pub(crate) async fn claim_with(
    batch: &mut Batch,
    actor: &Actor,
    key: Option<&IdempotencyKey>,
    request: &impl Serialize,
    mut statements: Vec<Statement>,
) -> Result<Option<Vec<Answer>>, Error> {
    let Some(key) = key else {
        return Ok(Some(batch.all_together(statements).await?));
    };
    let person = &actor.person()?.id;
    let hash = hash_of(request)?;
    statements.insert(0, queries::claim(person, key, &hash, batch.now()));
    let mut answers = batch.all_together(statements).await?;
    if answers.remove(0).rows_affected() == 1 {
        return Ok(Some(answers));
    }
    let taken = queries::request_hash(batch.tx().await?, person, key).await?;
    if taken.is_some_and(|taken| taken == hash || taken == WITHDRAWN) {
        // Whoever asks forgets it now: it may be in memory only, while the first answer waits for the disk.
        batch.backend().store().synced().await?;
        Ok(None)
    } else {
        Err(Error::invalid(
            "idempotency-key",
            &"this key was used for another request",
        ))
    }
}

/// Sees to it that a request is not taken any more that may be on its way still. Refused where it was taken.
pub(crate) async fn withdraw(
    actor: &Actor,
    backend: &Backend,
    key: &IdempotencyKey,
) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let mut batch = Batch::begin(backend, actor).await?;
    let claim = queries::claim(person, key, WITHDRAWN, batch.now());
    let [claimed] = together(batch.tx().await?, [claim]).await?;
    if claimed.rows_affected() == 0 {
        let taken = queries::request_hash(batch.tx().await?, person, key).await?;
        return match taken {
            Some(taken) if taken == WITHDRAWN => Ok(backend.store().synced().await?),
            _ => Err(Error::Conflict {
                detail: "it had arrived before it was withdrawn".into(),
            }),
        };
    }
    batch.commit_quietly().await
}

fn hash_of(request: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_vec(request).map_err(|error| {
        tracing::error!(%error, "A request can't be written as JSON");
        Error::Internal
    })?;
    Ok(hex(&Sha256::digest(text)))
}

/// Forgets old keys, for ever.
pub(crate) fn begin(backend: &Backend) {
    backend.keep_doing_every(SWEEP, |backend| async move {
        if let Err(error) = backend.while_database_answers(purge(&backend)).await {
            tracing::warn!(%error, "Old idempotency keys could not be deleted");
        }
    });
}

pub(crate) async fn purge(backend: &Backend) -> Result<u64, Error> {
    let before = backend.now().plus_s(-KEPT_S);
    backend.store().purge(queries::PURGE, before, PORTION).await
}
