//! The access log of positions: who looked at which courier, for which parcel, from when to when.
//!
//! Someone who watches reads many frames; they become one row that grows. A row is begun in
//! memory and written within [`FLUSH`], and grows as long as the next look comes within
//! [`GAP_S`] seconds; its end in the database lags behind by [`LAG_S`] seconds at most.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use porchlight_domain::ids::PersonId;
use porchlight_domain::people::{PersonName, Role};
use porchlight_domain::reference::Reference;
use porchlight_domain::reveal::Reveal;
use porchlight_domain::run::Stop;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{PositionReading, Watcher};

use super::look::Look;
use super::queries::{self, NamedReadingRow, ReadingRow};
use crate::accounts::Actor;
use crate::events::Topic;
use crate::store::ROWS_AT_ONCE;
use crate::{Backend, Error};

const FLUSH: Duration = Duration::from_secs(2);
/// A pause longer than this begins a new row.
const GAP_S: f64 = 90.0;
/// Whoever read within so many seconds sees the courier now.
const NOW_S: f64 = 75.0;
const LIST_LIMIT: i64 = 200;
/// Seconds by which the stored end of a row may lag behind.
const LAG_S: f64 = 30.0;
/// Rows in one commit: couriers' positions are written in between.
const PORTION: usize = ROWS_AT_ONCE;
/// How a share link is named as a reader.
const SHARED_LINK: &str = "a shared link";

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    reader: String,
    courier: PersonId,
    delivery: Reference,
}

#[derive(Debug, Clone)]
struct Open {
    id: String,
    reveal: Reveal,
    from: Timestamp,
    to: Timestamp,
    /// What of it is in the database.
    stored: Option<(Reveal, Timestamp)>,
}

impl Open {
    fn is_stored(&self) -> bool {
        self.stored == Some((self.reveal, self.to))
    }

    /// A look that begins or shows more is written at once, one that only goes on now and then: a thousand
    /// watchers would otherwise keep the database busy with nothing else.
    fn is_due(&self, now: Timestamp) -> bool {
        match self.stored {
            Some((reveal, to)) if reveal == self.reveal => {
                to != self.to && now.seconds_since(to) >= LAG_S
            }
            _ => true,
        }
    }
}

/// The rows that may still grow.
#[derive(Default)]
pub(crate) struct Readings {
    open: Mutex<HashMap<Key, Open>>,
}

impl Readings {
    /// Notes that a frame for this stop goes to all who watch it.
    pub(crate) fn note_stream(
        &self,
        backend: &Backend,
        courier: &PersonId,
        stop: &Stop,
        look: &Look,
    ) {
        let readers = [
            (Topic::person(&stop.customer), stop.customer.as_str()),
            (Topic::shared(stop.delivery), SHARED_LINK),
        ];
        for (topic, reader) in readers {
            if backend.hub().is_heard(&topic) {
                self.note(backend, reader, courier, stop.delivery, look.reveal);
            }
        }
    }

    /// Notes that someone was told where a courier is.
    pub(crate) fn note(
        &self,
        backend: &Backend,
        reader: &str,
        courier: &PersonId,
        delivery: Reference,
        reveal: Reveal,
    ) {
        if reveal == Reveal::Hidden {
            return;
        }
        let now = backend.now();
        let key = Key {
            reader: reader.to_owned(),
            courier: courier.clone(),
            delivery,
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = open.get_mut(&key)
            && now.seconds_since(row.to) <= GAP_S
        {
            row.to = now;
            row.reveal = row.reveal.max(reveal);
            return;
        }
        let row = Open {
            id: crate::events::hex(&backend.random_bytes::<16>()),
            reveal,
            from: now,
            to: now,
            stored: None,
        };
        open.insert(key, row);
    }

    /// What must be written now.
    fn due(&self, now: Timestamp) -> Vec<ReadingRow> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.iter_mut()
            .filter(|(_, row)| row.is_due(now))
            .map(|(key, row)| {
                row.stored = Some((row.reveal, row.to));
                ReadingRow {
                    id: row.id.clone(),
                    reader_id: key.reader.clone(),
                    courier_id: key.courier.as_str().to_owned(),
                    reference: Some(key.delivery.to_string()),
                    reveal: if row.reveal == Reveal::Exact {
                        "exact"
                    } else {
                        "area"
                    }
                    .into(),
                    from_ms: row.from.millis(),
                    to_ms: row.to.millis(),
                }
            })
            .collect()
    }

    fn not_written(&self, rows: &[ReadingRow]) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for row in open.values_mut() {
            if rows.iter().any(|failed| failed.id == row.id) {
                row.stored = None;
            }
        }
    }

    fn forget_before(&self, moment: Timestamp) {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, row| row.to >= moment || !row.is_stored());
    }
}

/// Writes what was noted, for ever.
pub(crate) fn keep(backend: &Backend) {
    backend.keep_doing_every(FLUSH, |backend| async move {
        if let Err(error) = flush(&backend).await {
            tracing::warn!(%error, "Readings of positions were not written yet");
        }
    });
}

/// Writes all that was noted: the process is about to end.
pub(crate) async fn write_noted(backend: &Backend) -> Result<(), Error> {
    write_due(backend, backend.now().plus_s(LAG_S)).await
}

async fn flush(backend: &Backend) -> Result<(), Error> {
    write_due(backend, backend.now()).await
}

async fn write_due(backend: &Backend, moment: Timestamp) -> Result<(), Error> {
    let readings = &backend.tracking().readings;
    let rows = readings.due(moment);
    readings.forget_before(backend.now().plus_s(-GAP_S));
    for (place, portion) in rows.chunks(PORTION).enumerate() {
        let written = backend
            .while_database_answers(write(backend, portion))
            .await;
        if written.is_err() {
            readings.not_written(&rows[place * PORTION..]);
            return written;
        }
    }
    Ok(())
}

async fn write(backend: &Backend, rows: &[ReadingRow]) -> Result<(), Error> {
    let _turn = backend.store().background_turn().await;
    let mut tx = backend.store().begin().await?;
    queries::save_readings(&mut tx, rows).await?;
    tx.commit().await?;
    Ok(())
}

/// The access log, newest first: an admin reads all of it, a courier what concerns them.
pub async fn readings(actor: &Actor, backend: &Backend) -> Result<Vec<PositionReading>, Error> {
    let person = actor.person()?;
    let courier = match person.role {
        Role::Admin => None,
        Role::Courier => Some(&person.id),
        Role::Customer | Role::Clerk => return Err(Error::Forbidden),
    };
    flush(backend).await?;
    let since = Timestamp::from_millis(0);
    let rows = queries::readings(backend.store().readers(), courier, since, LIST_LIMIT).await?;
    rows.iter()
        .map(|row| {
            Ok(PositionReading {
                reader: reader_name(row),
                courier: row.courier_name.clone(),
                delivery: delivery_of(row)?,
                reveal: if row.reading.reveal == "exact" {
                    Reveal::Exact
                } else {
                    Reveal::Area
                },
                from: Timestamp::from_millis(row.reading.from_ms),
                to: Timestamp::from_millis(row.reading.to_ms),
            })
        })
        .collect()
}

/// Who sees a courier now, on any instance.
pub(crate) async fn watchers(backend: &Backend, courier: &PersonId) -> Result<Vec<Watcher>, Error> {
    flush(backend).await?;
    let since = backend.now().plus_s(-NOW_S);
    let rows =
        queries::readings(backend.store().readers(), Some(courier), since, LIST_LIMIT).await?;
    rows.iter()
        .map(|row| {
            Ok(Watcher {
                who: reader_name(row),
                delivery: delivery_of(row)?,
                since: Timestamp::from_millis(row.reading.from_ms),
            })
        })
        .collect()
}

fn delivery_of(row: &NamedReadingRow) -> Result<Option<Reference>, Error> {
    let reference = row.reading.reference.as_deref().map(str::parse).transpose();
    Ok(reference.map_err(|_| crate::deliveries::queries::unreadable("reference"))?)
}

/// Customers by their first name, admins as what they are.
fn reader_name(row: &NamedReadingRow) -> String {
    match (row.reader_role.as_deref(), &row.reader_name) {
        (Some("admin"), _) => "dispatch".into(),
        (_, Some(name)) => {
            PersonName::parse(name).map_or_else(|_| name.clone(), |name| name.first().to_owned())
        }
        (_, None) => row.reading.reader_id.clone(),
    }
}
