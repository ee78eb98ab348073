//! The list behind the bell.

use std::time::Duration;

use porchlight_domain::event::Fact;
use porchlight_domain::ids::{NotificationId, PersonId};
use porchlight_domain::notification::NotificationPage;
use porchlight_domain::time::Timestamp;

use super::{outbox, queries};
use crate::accounts::Actor;
use crate::events::{Batch, Listener};
use crate::{Backend, Error};

/// The longest part of the list in one answer.
const MOST: u32 = 100;
const USUAL: u32 = 30;
/// What is older is forgotten.
const KEPT_S: f64 = 180.0 * 24.0 * 3600.0;
/// What was given up or kept instead of being sent is forgotten sooner.
const ENDED_KEPT_S: f64 = 30.0 * 24.0 * 3600.0;
const SWEEP: Duration = Duration::from_hours(1);
const PORTION: u32 = 500;

/// Starts what runs beside requests.
pub(super) fn begin(backend: &Backend) {
    backend.keep_doing_every(SWEEP, |backend| async move {
        let old = [
            (queries::FORGET, KEPT_S),
            (outbox::queries::FORGET, ENDED_KEPT_S),
        ];
        for (statement, kept_s) in old {
            let before = backend.now().plus_s(-kept_s);
            let forgotten = backend.store().purge(statement, before, PORTION);
            if let Err(error) = backend.while_database_answers(forgotten).await {
                tracing::warn!(%error, "Old notifications could not be forgotten");
            }
        }
    });
}

/// Some of the list of whoever asks, the newest first: from the beginning, or from where another part ended.
pub async fn page(
    actor: &Actor,
    backend: &Backend,
    before: Option<&str>,
    limit: Option<u32>,
) -> Result<NotificationPage, Error> {
    let person = &actor.person()?.id;
    let limit = limit.unwrap_or(USUAL).clamp(1, MOST);
    let before = match before {
        Some(cursor) => read_cursor(cursor)?,
        None => (i64::MAX, ""),
    };
    let pool = backend.store().readers();
    let rows = queries::page(pool, person, before, i64::from(limit) + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    let next = rows
        .get(limit.saturating_sub(1))
        .filter(|_| has_more)
        .map(queries::StoredLineRow::cursor);
    let lines = rows.into_iter().take(limit);
    Ok(NotificationPage {
        notifications: lines
            .map(queries::StoredLineRow::view)
            .collect::<Result<_, _>>()?,
        unread: queries::unread(pool, person).await?,
        next,
    })
}

fn read_cursor(cursor: &str) -> Result<(i64, &str), Error> {
    let read = cursor
        .split_once('.')
        .and_then(|(millis, id)| Some((millis.parse().ok()?, id)));
    read.ok_or_else(|| Error::invalid("before", &"take this from the answer before"))
}

/// How many lines a person has not read, at most 100.
pub(crate) async fn unread(backend: &Backend, person: &PersonId) -> Result<u32, Error> {
    Ok(queries::unread(backend.store().readers(), person).await?)
}

/// Reads one line. Reading it twice is reading it once.
pub async fn mark_read(actor: &Actor, backend: &Backend, id: &NotificationId) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let mut batch = Batch::begin(backend, actor).await?;
    let now = batch.now();
    if queries::mark_read(batch.tx().await?, person, id, now).await? {
        return told_seen(batch, person).await;
    }
    if queries::exists(batch.tx().await?, person, id).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Reads every line that is not newer than a moment: what came since then was not seen.
pub async fn mark_all_read(
    actor: &Actor,
    backend: &Backend,
    up_to: Option<Timestamp>,
) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let mut batch = Batch::begin(backend, actor).await?;
    let now = batch.now();
    let up_to = up_to.unwrap_or(now);
    if queries::mark_all_read(batch.tx().await?, person, up_to, now).await? == 0 {
        return Ok(());
    }
    told_seen(batch, person).await
}

/// Takes one line out of the list.
pub async fn clear_one(actor: &Actor, backend: &Backend, id: &NotificationId) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let mut batch = Batch::begin(backend, actor).await?;
    if queries::clear_one(batch.tx().await?, person, id).await? {
        told_seen(batch, person).await
    } else {
        Err(Error::NotFound)
    }
}

/// Empties the list, but for what is newer than a moment.
pub async fn clear(
    actor: &Actor,
    backend: &Backend,
    up_to: Option<Timestamp>,
) -> Result<(), Error> {
    let person = &actor.person()?.id;
    let mut batch = Batch::begin(backend, actor).await?;
    let up_to = up_to.unwrap_or_else(|| batch.now());
    if queries::clear(batch.tx().await?, person, up_to).await? == 0 {
        return Ok(());
    }
    told_seen(batch, person).await
}

/// The person's other devices hear of it.
async fn told_seen(mut batch: Batch, person: &PersonId) -> Result<(), Error> {
    let unread = queries::unread(batch.tx().await?, person).await?;
    let fact = Fact::NotificationSeen { unread };
    batch.record_privately(person, fact, Listener::full(person));
    batch.commit().await?;
    Ok(())
}
