//! One use case is one [`Batch`]: one transaction that writes state and the events that say so.
//!
//! The events of a batch are appended together, in order, with one correlation id. If anything
//! fails, nothing of it is left but a `batch.rolled_back` event.

use porchlight_domain::event::Fact;
use porchlight_domain::ids::{CorrelationId, EventId};
use porchlight_domain::time::Timestamp;
use sqlx::AnyConnection;
use sqlx::error::{DatabaseError, ErrorKind};

use super::chain::Sealed;
use super::queries::{self, EventRow, Head};
use super::topic::{Listener, Topic, View};
use crate::accounts::Actor;
use crate::notify::{self, Plan, Wish};
use crate::store::{Answer, Statement, Writing, together};
use crate::{Backend, Error};

/// A transaction in progress, and the events it will append.
pub(crate) struct Batch {
    tx: Writing,
    backend: Backend,
    actor: Signature,
    correlation: CorrelationId,
    now: Timestamp,
    done_at: Option<Timestamp>,
    pending: Vec<Pending>,
    wishes: Vec<Wish>,
}

/// Who did it, as the log keeps it.
#[derive(Debug, Clone)]
struct Signature {
    role: &'static str,
    id: String,
}

struct Pending {
    subject: String,
    fact: Fact,
    listeners: Vec<Listener>,
}

/// What a batch adds to the log.
struct Appended {
    last_seq: i64,
    /// What writes it: the last of the transaction.
    statements: Vec<Statement>,
}

impl From<notify::Told> for Pending {
    fn from(told: notify::Told) -> Self {
        Self {
            subject: told.notification.to_string(),
            fact: told.fact,
            listeners: vec![Listener::full(&told.person)],
        }
    }
}

impl Batch {
    /// Takes the turn to write.
    pub(crate) async fn begin(backend: &Backend, actor: &Actor) -> Result<Self, Error> {
        Ok(Self {
            tx: backend.store().write().await?,
            actor: Signature {
                role: actor.role_name(),
                id: actor.id_text(),
            },
            correlation: CorrelationId::from_random(backend.random_bytes()),
            now: backend.now(),
            done_at: None,
            pending: Vec::new(),
            wishes: Vec::new(),
            backend: backend.clone(),
        })
    }

    /// For the state that changes with the events.
    pub(crate) async fn tx(&mut self) -> Result<&mut AnyConnection, sqlx::Error> {
        self.tx.begun().await
    }

    /// The same by several statements in one way to the database, with which the transaction may begin.
    pub(crate) async fn all_together(
        &mut self,
        statements: Vec<Statement>,
    ) -> Result<Vec<Answer>, sqlx::Error> {
        self.tx.all_together(statements).await
    }

    /// The moment of everything in this batch.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// What somebody does from here on in this batch was done then, and could be told later only.
    pub(crate) fn is_done_at(&mut self, done_at: Option<Timestamp>) {
        self.done_at = done_at;
    }

    /// Who does it.
    pub(crate) fn actor_id(&self) -> &str {
        &self.actor.id
    }

    /// Randomness for the ids of what this batch makes.
    pub(crate) fn random_bytes<const N: usize>(&self) -> [u8; N] {
        self.backend.random_bytes()
    }

    /// The backend behind it.
    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Adds an event, told to the admins and to `listeners`.
    pub(crate) fn record(
        &mut self,
        subject: &impl ToString,
        fact: Fact,
        listeners: impl IntoIterator<Item = Listener>,
    ) {
        let admins = Listener {
            topic: Topic::operations(),
            view: View::Full,
        };
        self.pending.push(Pending {
            subject: subject.to_string(),
            fact: fact.as_done_at(self.done_at),
            listeners: std::iter::once(admins).chain(listeners).collect(),
        });
    }

    /// Adds an event that is told to one person and not even to the admins.
    pub(crate) fn record_privately(
        &mut self,
        subject: &impl ToString,
        fact: Fact,
        listener: Listener,
    ) {
        self.pending.push(Pending {
            subject: subject.to_string(),
            fact,
            listeners: vec![listener],
        });
    }

    /// Notifies a person of something that is no event, such as a reminder.
    pub(crate) fn notify(&mut self, wish: Wish) {
        self.wishes.push(wish);
    }

    /// Appends the events, notifies, commits, and wakes the relay. Returns the last sequence number.
    pub(crate) async fn commit(self) -> Result<i64, Error> {
        self.commit_with(Vec::new()).await
    }

    /// The same after these statements, whose answers nobody needs: they cost no way to the database of their own.
    pub(crate) async fn commit_with(mut self, last: Vec<Statement>) -> Result<i64, Error> {
        let mut pending = std::mem::take(&mut self.pending);
        let written = self.tell_and_append(&mut pending, last).await;
        let (tx, note) = self.apart(pending.len());
        let (appended, plan) = match written {
            Ok(written) => written,
            Err(error) => {
                note.roll_back(tx, NOT_WRITTEN).await;
                return Err(not_appended(error));
            }
        };
        if let Err(error) = tx.commit_after(appended.statements).await {
            // Where the database did not refuse it, it may have been committed; and a full disk has no room for a note.
            let refused = error.as_database_error().map(DatabaseError::kind);
            if refused.is_some_and(|kind| !matches!(kind, ErrorKind::Other)) {
                note.write(NOT_WRITTEN).await;
            }
            return Err(not_appended(error));
        }
        note.backend.relay().nudge(appended.last_seq);
        plan.hand_over(&note.backend);
        Ok(appended.last_seq)
    }

    /// Commits state without an event: what nobody is told.
    pub(crate) async fn commit_quietly(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }

    /// Gives up: nothing of the batch happens, and one event says so. A request that was refused
    /// before anything was recorded leaves no trace: whoever repeats it must not fill the log.
    pub(crate) async fn roll_back(self, reason: &str) {
        let events = self.pending.len();
        let (tx, note) = self.apart(events);
        note.roll_back(tx, reason).await;
    }

    /// The transaction, and what is left when it is rolled back with so many events.
    fn apart(self, events: usize) -> (Writing, Note) {
        let note = Note {
            backend: self.backend,
            actor: self.actor,
            correlation: self.correlation,
            now: self.now,
            events,
        };
        (self.tx, note)
    }

    /// Notifications are rows of the same transaction. Who gets them is looked up, and they are written, before the log's
    /// head is locked: on PostgreSQL all others wait for that.
    async fn tell_and_append(
        &mut self,
        pending: &mut Vec<Pending>,
        last: Vec<Statement>,
    ) -> Result<(Appended, Plan), sqlx::Error> {
        let mut wishes = std::mem::take(&mut self.wishes);
        for event in &*pending {
            let listeners = &event.listeners;
            wishes.extend(notify::wishes(
                &event.subject,
                &event.fact,
                listeners,
                &self.actor.id,
            ));
        }
        let plan = Plan::of(&mut self.tx, &self.backend, self.now, wishes, last).await?;
        let mut statements = plan.rows()?;
        let rows = statements.len();
        statements.push(lock_head(pending.len() + plan.events()));
        statements.extend(plan.unread());
        let mut answers = self.tx.all_together(statements).await?;
        let mut answers = answers.drain(rows..);
        let head = answers.next().ok_or(sqlx::Error::RowNotFound)?.one()?;
        let told = plan.told(answers)?;
        pending.extend(told.into_iter().map(Pending::from));
        Ok((self.append_behind(&head, pending)?, plan))
    }

    async fn append(&mut self, pending: &[Pending]) -> Result<Appended, sqlx::Error> {
        let [head] = together(self.tx.begun().await?, [lock_head(pending.len())]).await?;
        self.append_behind(&head.one()?, pending)
    }

    fn append_behind(&self, head: &Head, pending: &[Pending]) -> Result<Appended, sqlx::Error> {
        let count = i64::try_from(pending.len()).unwrap_or(i64::MAX);
        let mut rows: Vec<EventRow> = Vec::with_capacity(pending.len());
        let mut audience = Vec::new();
        for (seq, pending) in (head.last_seq - count + 1..).zip(pending) {
            let previous = rows.last().map_or(&head.last_hash, |row| &row.hash);
            rows.push(self.seal(seq, pending, previous.clone())?);
            audience.extend(pending.listeners.iter().map(|listener| (seq, listener)));
        }
        let last_hash = rows.last().map_or(&head.last_hash, |row| &row.hash);
        let mut statements: Vec<_> = queries::insert_events(&rows).collect();
        statements.extend(queries::insert_audience(&audience));
        statements.push(queries::set_head_hash(last_hash));
        Ok(Appended {
            last_seq: head.last_seq,
            statements,
        })
    }

    fn seal(
        &self,
        seq: i64,
        pending: &Pending,
        previous_hash: String,
    ) -> Result<EventRow, sqlx::Error> {
        let data =
            super::fact_data(&pending.fact).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let id = EventId::from_random(self.backend.random_bytes());
        let hash = Sealed {
            seq,
            id: id.as_str(),
            kind: pending.fact.type_name(),
            time_ms: self.now.millis(),
            subject: &pending.subject,
            actor_role: self.actor.role,
            actor_id: &self.actor.id,
            correlation_id: self.correlation.as_str(),
            data: &data,
            previous_hash: &previous_hash,
        }
        .hash();
        Ok(EventRow {
            seq,
            id: id.as_str().to_owned(),
            kind: pending.fact.type_name().to_owned(),
            time_ms: self.now.millis(),
            subject: pending.subject.clone(),
            actor_role: self.actor.role.to_owned(),
            actor_id: self.actor.id.clone(),
            correlation_id: self.correlation.as_str().to_owned(),
            data,
            previous_hash,
            hash,
        })
    }
}

fn lock_head(events: usize) -> Statement {
    queries::lock_head(i64::try_from(events).unwrap_or(i64::MAX))
}

const NOT_WRITTEN: &str = "the log could not be written";

fn not_appended(error: sqlx::Error) -> Error {
    tracing::error!(%error, "A batch could not be appended");
    error.into()
}

/// What is left of a batch that was rolled back.
struct Note {
    backend: Backend,
    actor: Signature,
    correlation: CorrelationId,
    now: Timestamp,
    /// How many did not happen; none, and nothing is noted.
    events: usize,
}

impl Note {
    async fn roll_back(self, tx: Writing, reason: &str) {
        if let Err(error) = tx.rollback().await {
            tracing::warn!(%error, "Roll-back was left to the database");
        }
        self.write(reason).await;
    }

    async fn write(self, reason: &str) {
        if self.events > 0
            && let Err(error) = self.append(reason).await
        {
            tracing::error!(%error, "A roll-back could not be logged");
        }
    }

    async fn append(self, reason: &str) -> Result<(), Error> {
        let fact = Fact::BatchRolledBack {
            reason: reason.to_owned(),
            events: u32::try_from(self.events).unwrap_or(u32::MAX),
        };
        let mut batch = Batch {
            tx: self.backend.store().write().await?,
            pending: Vec::new(),
            wishes: Vec::new(),
            backend: self.backend,
            actor: self.actor,
            correlation: self.correlation.clone(),
            now: self.now,
            done_at: None,
        };
        batch.record(&self.correlation, fact, []);
        let pending = std::mem::take(&mut batch.pending);
        let appended = batch.append(&pending).await?;
        batch.tx.commit_after(appended.statements).await?;
        batch.backend.relay().nudge(appended.last_seq);
        Ok(())
    }
}
