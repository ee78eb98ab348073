//! Where people are signed in: server-side sessions, found by the hash of a secret token.

use std::time::Duration;

use moka::future::Cache;
use porchlight_domain::account::SessionView;
use porchlight_domain::ids::{PersonId, SessionId};
use porchlight_domain::time::Timestamp;
use tokio::sync::broadcast::error::RecvError;

use super::queries::{self, NewSessionRow, SessionRow};
use super::uses::{self, Use};
use super::{Actor, Client, Person, SecretToken, attempts};
use crate::events::{Signal, Topic};
use crate::{Backend, Error};

const DAY_S: f64 = 24.0 * 3600.0;
/// A browser stays signed in as long as it is used this often.
const BROWSER_LIFETIME_S: f64 = 30.0 * DAY_S;
/// An API token is short-lived.
const API_LIFETIME_S: f64 = 3600.0;
/// Use is noted to the minute.
const TOUCH_AFTER_S: f64 = 60.0;
/// The longest an ended session may still work on an instance that was not told.
const CACHE_FOR: Duration = Duration::from_secs(5);
const CACHED: u64 = 100_000;
const SWEEP: Duration = Duration::from_hours(1);

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A cookie: 30 days after its last use.
    Browser,
    /// A bearer token: one hour.
    Api,
}

impl SessionKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }

    fn lifetime_s(self) -> f64 {
        match self {
            Self::Browser => BROWSER_LIFETIME_S,
            Self::Api => API_LIFETIME_S,
        }
    }
}

/// Sessions that were used a moment ago, by the hash of their token.
pub(crate) struct SessionCache(Cache<String, (Person, Timestamp)>);

impl Default for SessionCache {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(CACHED)
                .time_to_live(CACHE_FOR)
                .build(),
        )
    }
}

impl SessionCache {
    async fn forget(&self, ended: &[SessionId]) {
        let keys: Vec<_> = self
            .0
            .iter()
            .filter(|(_, (person, _))| ended.contains(&person.session))
            .map(|(key, _)| key)
            .collect();
        for key in keys {
            self.0.invalidate(key.as_str()).await;
        }
    }
}

/// Signs a person in: the token is handed out this once.
pub(super) async fn open(
    backend: &Backend,
    person: &PersonId,
    kind: SessionKind,
    client: &Client,
) -> Result<(SecretToken, Timestamp), Error> {
    let token = SecretToken::from_random(backend.random_bytes());
    let id = SessionId::from_random(backend.random_bytes());
    let now = backend.now();
    let expires_at = now.plus_s(kind.lifetime_s());
    let row = NewSessionRow {
        id: &id,
        token_hash: &token.hash(),
        person,
        kind,
        client: &client.label(),
        created_at: now,
        expires_at,
    };
    let mut tx = backend.store().begin().await?;
    queries::insert_session(&mut tx, &row).await?;
    tx.commit().await?;
    Ok((token, expires_at))
}

/// Someone who presented a token that works.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who.
    pub actor: Actor,
    /// When the session now ends, if this use has made it last longer.
    pub prolonged_to: Option<Timestamp>,
}

/// Who presents this token.
pub async fn authenticate(backend: &Backend, token: &str) -> Result<Authenticated, Error> {
    let token = SecretToken::claimed(token).ok_or(Error::Unauthenticated)?;
    let key = token.hash();
    let cache = &backend.accounts().sessions.0;
    let now = backend.now();
    if let Some((person, expires_at)) = cache.get(&key).await
        && now < expires_at
    {
        return Ok(Authenticated {
            actor: Actor::Person(person),
            prolonged_to: None,
        });
    }
    let row = queries::session_by_token(backend.store().readers(), &key, now)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let person = Person {
        id: PersonId::from_text(row.person_id.as_str()),
        role: row.role()?,
        session: SessionId::from_text(row.id.as_str()),
    };
    let prolonged_to = touch(backend, &row, &person.session, now);
    let expires_at = Timestamp::from_millis(row.expires_ms);
    cache.insert(key, (person.clone(), expires_at)).await;
    Ok(Authenticated {
        actor: Actor::Person(person),
        prolonged_to,
    })
}

/// Notes that a session is in use, and lets a browser's last longer for it: says until when.
fn touch(backend: &Backend, row: &SessionRow, id: &SessionId, now: Timestamp) -> Option<Timestamp> {
    let uses = &backend.accounts().uses;
    let stored = Timestamp::from_millis(row.last_used_ms);
    let last_used = uses.latest(id).map_or(stored, |noted| noted.max(stored));
    if now.seconds_since(last_used) < TOUCH_AFTER_S {
        return None;
    }
    let is_browser = row.kind == SessionKind::Browser.as_str();
    let prolonged_to = is_browser.then(|| now.plus_s(BROWSER_LIFETIME_S));
    let expires_at = prolonged_to.unwrap_or(Timestamp::from_millis(row.expires_ms));
    uses.note(
        id,
        Use {
            at: now,
            expires_at,
        },
    );
    prolonged_to
}

/// The browsers in which the person who asks is signed in, last used first.
pub async fn sessions(actor: &Actor, backend: &Backend) -> Result<Vec<SessionView>, Error> {
    let person = actor.person()?;
    uses::flush_if_possible(backend).await;
    let rows = queries::sessions(backend.store().readers(), &person.id, backend.now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionView {
            current: row.id == person.session.as_str(),
            id: SessionId::from_text(row.id),
            client: row.client,
            created_at: Timestamp::from_millis(row.created_ms),
            last_used_at: Timestamp::from_millis(row.last_used_ms),
        })
        .collect())
}

/// Ends one session of the person who asks: its next request is refused and its streams are cut.
pub async fn end_session(
    actor: &Actor,
    backend: &Backend,
    session: &SessionId,
) -> Result<(), Error> {
    let person = actor.person()?;
    let mut tx = backend.store().begin().await?;
    if !queries::end_session(&mut tx, session, &person.id).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    announce_end(backend, vec![session.clone()]).await;
    Ok(())
}

/// Ends the session that asks.
pub async fn sign_out(actor: &Actor, backend: &Backend) -> Result<(), Error> {
    let session = actor.person()?.session.clone();
    end_session(actor, backend, &session).await
}

/// Tells this instance and the others that sessions are over.
pub(super) async fn announce_end(backend: &Backend, sessions: Vec<SessionId>) {
    forget(backend, &sessions).await;
    backend.bus().send(Signal::SessionsEnded { sessions });
}

async fn forget(backend: &Backend, sessions: &[SessionId]) {
    backend.accounts().sessions.forget(sessions).await;
    for session in sessions {
        backend.hub().close(&Topic::session(session));
    }
}

/// Follows what other instances say of sessions, for ever.
pub(super) async fn hear(backend: Backend) {
    let mut signals = backend.bus().subscribe();
    loop {
        match signals.recv().await {
            Ok(Signal::SessionsEnded { sessions }) => forget(&backend, &sessions).await,
            Ok(Signal::Lost) | Err(RecvError::Lagged(_)) => {
                backend.accounts().sessions.0.invalidate_all();
            }
            Ok(_) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Deletes what has run out, for ever.
pub(super) async fn sweep(backend: Backend) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        if let Err(error) = backend.while_database_answers(purge(&backend)).await {
            tracing::warn!(%error, "Old sessions could not be deleted");
        }
    }
}

pub(super) async fn purge(backend: &Backend) -> Result<(), Error> {
    let now = backend.now();
    let _turn = backend.store().background_turn().await;
    let mut tx = backend.store().begin().await?;
    queries::purge(&mut tx, now, attempts::counted_since(now)).await?;
    tx.commit().await?;
    Ok(())
}
