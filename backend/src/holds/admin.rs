//! What admins set about post offices, and what they release.

use std::collections::BTreeMap;

use porchlight_domain::event::Fact;
use porchlight_domain::hold::{ClosedDays, CountRecord, HoldNote, OfficeSettings};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::people::Email;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::offices::{self, check_hours, queries};
use super::{follow, queries as hold_queries};
use crate::accounts::Actor;
use crate::deliveries;
use crate::events::{Batch, Listener};
use crate::{Backend, Error};

/// More parcels than any office holds, and few enough that ten guesses find no code: docs/security.md has the
/// arithmetic.
pub(super) const MOST_PARCELS: u32 = 20_000;

/// What an admin chooses about an office.
#[derive(Debug, Clone, PartialEq)]
pub struct Configuration {
    /// Parcels at most. Those that are there stay, also when it is less.
    pub capacity: u32,
    /// Opening hours instead of those of the map; none takes the map's.
    pub opening_hours: Option<String>,
    /// Closed from when to when: nothing new is sent there.
    pub closed: Option<(Timestamp, Timestamp)>,
}

/// Every office that is offered or still has parcels.
pub async fn list_offices(actor: &Actor, backend: &Backend) -> Result<Vec<OfficeSettings>, Error> {
    actor.must_run_operations()?;
    let pool = backend.store().readers();
    let mut clerks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (office, name) in queries::clerk_names(pool).await? {
        clerks.entry(office).or_default().push(name);
    }
    let counts = hold_queries::last_counts(pool).await?;
    let mut counts: BTreeMap<String, CountRecord> = counts
        .into_iter()
        .map(|row| (row.office_id.clone(), row.record()))
        .collect();
    let rows = queries::all(pool).await?;
    let calendar = backend.holds().calendar;
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| row.listed != 0 || row.used > 0) {
        let closed = row.closed();
        listed.push(OfficeSettings {
            office: offices::view(backend, row, None)?,
            capacity: u32::try_from(row.capacity).unwrap_or(u32::MAX),
            used: u32::try_from(row.used).unwrap_or(u32::MAX),
            has_own_hours: row.own_opening_hours.is_some(),
            closed_from: closed.map(|(from, _)| from),
            closed_to: closed.map(|(_, to)| to),
            closed_days: closed.map(|(from, to)| ClosedDays {
                first: calendar.day(from),
                last: calendar.day(to),
            }),
            is_locked: row.is_locked(),
            clerks: clerks.remove(&row.id).unwrap_or_default(),
            last_count: counts.remove(&row.id),
        });
    }
    Ok(listed)
}

/// The moments from the beginning of a day such as `2026-12-24` to the end of another, by the offices' clock.
pub fn closure(backend: &Backend, from: &str, to: &str) -> Option<(Timestamp, Timestamp)> {
    backend.holds().calendar.days(from, to)
}

/// Sets what an office can take. It is kept whatever is imported later.
pub async fn configure(
    actor: &Actor,
    backend: &Backend,
    office: &PostOfficeId,
    new: Configuration,
) -> Result<(), Error> {
    actor.must_run_operations()?;
    if new.capacity > MOST_PARCELS {
        return Err(Error::invalid("capacity", &"at most 20000 parcels"));
    }
    if let Some((from, to)) = new.closed
        && to <= from
    {
        return Err(Error::invalid(
            "closed",
            &"it must open again after it closes",
        ));
    }
    let own_hours = new.opening_hours.as_deref().map(str::trim);
    let own_hours = own_hours.filter(|hours| !hours.is_empty());
    own_hours.map_or(Ok(()), check_hours)?;
    let mut batch = Batch::begin(backend, actor).await?;
    let configuration = queries::Configuration {
        capacity: i64::from(new.capacity),
        own_hours,
        closed: new.closed,
    };
    if !queries::configure(batch.tx().await?, office, &configuration).await? {
        return Err(Error::NotFound);
    }
    queries::next_version(batch.tx().await?).await?;
    let closed = new
        .closed
        .map(|(from, to)| format!(", closed from {from} to {to}"));
    let what = format!(
        "room for {} parcels, hours {}{}",
        new.capacity,
        own_hours.unwrap_or("of the map"),
        closed.unwrap_or_default()
    );
    batch.record(office, Fact::PostOfficeChanged { what }, []);
    batch.commit().await?;
    Ok(())
}

/// Gives a clerk their desk.
pub async fn assign_clerk(
    actor: &Actor,
    backend: &Backend,
    office: &PostOfficeId,
    clerk: &Email,
) -> Result<(), Error> {
    actor.must_run_operations()?;
    let known = queries::clerk_by_email(backend.store().readers(), clerk.as_str()).await?;
    let clerk = known.ok_or_else(|| Error::invalid("clerk_email", &"no clerk has this address"))?;
    offices::known(backend, office)
        .await?
        .ok_or(Error::NotFound)?;
    let mut batch = Batch::begin(backend, actor).await?;
    queries::set_desk(batch.tx().await?, &clerk, office).await?;
    let what = format!("{clerk} works at its desk");
    batch.record(office, Fact::PostOfficeChanged { what }, []);
    batch.commit().await?;
    Ok(())
}

/// What was locked after too many wrong codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// The desk of an office.
    Desk(PostOfficeId),
    /// A parcel.
    Parcel(Reference),
}

/// Lets codes be tried again. The log keeps who did so.
pub async fn unlock(actor: &Actor, backend: &Backend, locked: &Locked) -> Result<(), Error> {
    actor.must_run_operations()?;
    let mut batch = Batch::begin(backend, actor).await?;
    let was_locked = match locked {
        Locked::Desk(office) => unlock_desk(&mut batch, office).await?,
        Locked::Parcel(reference) => unlock_parcel(&mut batch, *reference).await?,
    };
    if !was_locked {
        return Err(Error::AlreadyDone {
            detail: "this is not locked".into(),
        });
    }
    batch.commit().await?;
    tracing::warn!(?locked, "Codes can be tried again");
    Ok(())
}

async fn unlock_desk(batch: &mut Batch, office: &PostOfficeId) -> Result<bool, Error> {
    if !queries::unlock(batch.tx().await?, office).await? {
        return Ok(false);
    }
    let what = "its desk is released".to_owned();
    let clerks = queries::clerks(batch.tx().await?, office).await?;
    let clerks: Vec<_> = clerks.iter().map(Listener::full).collect();
    batch.record(office, Fact::PostOfficeChanged { what }, clerks);
    Ok(true)
}

async fn unlock_parcel(batch: &mut Batch, reference: Reference) -> Result<bool, Error> {
    let row = deliveries::queries::lock(batch.tx().await?, reference)
        .await?
        .ok_or(Error::NotFound)?;
    if !hold_queries::unlock(batch.tx().await?, reference).await? {
        return Ok(false);
    }
    follow::note(batch, &row.delivery()?, HoldNote::Unlocked, None).await?;
    Ok(true)
}
