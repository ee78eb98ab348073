//! Post offices: where they are known from, which are near, and when they are open.

mod hours;
mod import;
mod index;
pub(crate) mod queries;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use porchlight_domain::delivery::Address;
use porchlight_domain::geo::Position;
use porchlight_domain::hold::{OfficeView, Wheelchair};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{RunOffice, StopOffice};

pub(crate) use self::hours::Calendar;
pub use self::hours::{CalendarError, check_hours};
pub(crate) use self::import::import;
pub use self::index::OfficeIndex;
use self::queries::OfficeRow;
pub use self::source::{LocationService, LocationSettings, Locations};
use crate::accounts::Actor;
use crate::events::hex;
use crate::{Backend, Error};

/// Offices that are offered at once.
const OFFERED: usize = 10;
/// Offices with room that a courier's phone knows near each stop.
const NEAR_A_STOP: usize = 3;
/// A straight line is so much shorter than the way on foot, in the middle (measured in European cities: 1.2 to 1.4).
const DETOUR: f64 = 1.3;

/// A post office as its source knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceOffice {
    /// `osm` or `http`.
    pub source: &'static str,
    /// Its id there, stable between imports.
    pub source_id: String,
    /// Its name.
    pub name: String,
    /// One line.
    pub address: String,
    /// Where it is.
    pub position: Position,
    /// In the grammar of `OpenStreetMap`'s `opening_hours`.
    pub opening_hours: Option<String>,
    /// How a wheelchair gets in.
    pub wheelchair: Option<Wheelchair>,
}

impl SourceOffice {
    /// The same in every import and on every instance.
    pub fn id(&self) -> PostOfficeId {
        let hash = porchlight_domain::handover::mac(
            self.source.as_bytes(),
            "post office",
            &[&self.source_id],
        );
        let mut half = [0; 16];
        half.copy_from_slice(&hash[..16]);
        PostOfficeId::from_random(half)
    }
}

/// What an instance keeps in memory of the offices.
#[derive(Default)]
pub(crate) struct Known(RwLock<Arc<Kept>>);

#[derive(Default)]
struct Kept {
    /// The version of the table that it is.
    version: String,
    index: OfficeIndex,
}

impl Known {
    fn kept(&self) -> Arc<Kept> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&kept)
    }
}

/// The offices as they are in the database now; they are read again only when any of them changed.
async fn kept(backend: &Backend) -> Result<Arc<Kept>, Error> {
    let pool = backend.store().readers();
    let kept = backend.holds().known.kept();
    let version = queries::version(pool).await?;
    if kept.version == version {
        return Ok(kept);
    }
    let rows = queries::all(pool).await?;
    let listed = rows.iter().filter(|row| row.listed != 0);
    let places = listed.map(|row| Ok((row.id(), row.position()?)));
    let index = OfficeIndex::new(places.collect::<Result<Vec<_>, sqlx::Error>>()?);
    let kept = Arc::new(Kept { version, index });
    let known = &backend.holds().known;
    *known.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&kept);
    Ok(kept)
}

/// Where somebody asks for offices.
#[derive(Debug, Clone, PartialEq)]
pub enum Near {
    /// There.
    Position(Position),
    /// An address, or a postcode.
    Text(String),
}

/// The post offices nearest to a place, those with the shortest way on foot first. `arrives` is when a parcel would get
/// there: none is now. Anyone who is signed in may ask.
pub async fn nearest(
    actor: &Actor,
    backend: &Backend,
    near: Near,
    arrives: Option<Timestamp>,
) -> Result<Vec<OfficeView>, Error> {
    actor.person()?;
    let position = match near {
        Near::Position(position) => position,
        Near::Text(text) => backend
            .holds()
            .locations
            .locate(backend, &text)
            .await
            .ok_or_else(|| {
                Error::invalid("address", &"that address or postcode is not on our map")
            })?,
    };
    backend.holds().locations.refresh(backend, position).await;
    near_position(backend, position, OFFERED, arrives).await
}

/// The same for a place that is known.
pub(crate) async fn near_position(
    backend: &Backend,
    position: Position,
    count: usize,
    arrives: Option<Timestamp>,
) -> Result<Vec<OfficeView>, Error> {
    let kept = kept(backend).await?;
    let mut views = Vec::with_capacity(count);
    for id in kept.index.nearest(position, count) {
        if let Some(row) = queries::office(backend.store().readers(), id).await? {
            let mut view = view(backend, &row, Some(position))?;
            if row.is_closed_at(arrives.unwrap_or(backend.now())) {
                view.space_left = 0;
            }
            views.push(view);
        }
    }
    // By the way on foot: a river may lie in between.
    let walk = |office: &OfficeView| office.distance_m.unwrap_or(f64::MAX);
    views.sort_by(|a, b| walk(a).total_cmp(&walk(b)));
    Ok(views)
}

/// The nearest offices to each of these places that have room when a parcel gets there, in no order.
pub(crate) async fn with_room_near(
    backend: &Backend,
    places: &[(Position, Timestamp)],
) -> Result<Vec<RunOffice>, Error> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    refresh_beside(backend, places);
    let kept = kept(backend).await?;
    let near = |place| kept.index.nearest(place, OFFERED);
    let ids: BTreeSet<_> = places
        .iter()
        .flat_map(|(place, _)| near(*place).map(PostOfficeId::as_str))
        .collect();
    let rows = queries::offices(backend.store().readers(), ids).await?;
    let rows: BTreeMap<_, _> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut chosen = BTreeMap::new();
    for (place, arrives) in places {
        let known = near(*place).filter_map(|id| rows.get(id.as_str()));
        let with_room = known.filter(|row| row.space_left() > 0 && !row.is_closed_at(*arrives));
        chosen.extend(
            with_room
                .take(NEAR_A_STOP)
                .map(|row| (row.id.as_str(), row)),
        );
    }
    let offices = chosen.values().map(|row| {
        Ok(RunOffice {
            address: Address {
                text: row.address.clone(),
                position: row.position()?,
            },
            office: StopOffice {
                id: row.id(),
                name: row.name.clone(),
            },
        })
    });
    Ok(offices.collect::<Result<_, sqlx::Error>>()?)
}

/// Lets a location service be asked around these places, for the next time: nobody waits for it, and one run at a time is
/// enough.
fn refresh_beside(backend: &Backend, places: &[(Position, Timestamp)]) {
    if matches!(backend.holds().locations, Locations::Map) {
        return;
    }
    let Ok(turn) = Arc::clone(&backend.holds().refreshing).try_acquire_owned() else {
        return;
    };
    let (backend, places) = (backend.clone(), places.to_vec());
    tokio::spawn(async move {
        let _turn = turn;
        for (place, _) in places {
            backend.holds().locations.refresh(&backend, place).await;
        }
    });
}

/// One office, as people choose it. Anyone who is signed in may ask.
pub async fn office(
    actor: &Actor,
    backend: &Backend,
    id: &PostOfficeId,
) -> Result<Option<OfficeView>, Error> {
    actor.person()?;
    let row = known(backend, id).await?;
    row.map(|row| view(backend, &row, None)).transpose()
}

/// One office.
pub(crate) async fn known(
    backend: &Backend,
    id: &PostOfficeId,
) -> Result<Option<OfficeRow>, Error> {
    Ok(queries::office(backend.store().readers(), id).await?)
}

/// An office as people choose it.
pub(crate) fn view(
    backend: &Backend,
    row: &OfficeRow,
    from: Option<Position>,
) -> Result<OfficeView, Error> {
    let position = row.position()?;
    let now = backend.now();
    let walk = from.map(|from| walk(backend, from, position));
    Ok(OfficeView {
        id: row.id(),
        name: row.name.clone(),
        address: row.address.clone(),
        position,
        distance_m: walk.map(|(distance_m, _)| distance_m.round()),
        is_along_streets: walk.is_some_and(|(_, is_along_streets)| is_along_streets),
        opening_hours: row.hours().map(str::to_owned),
        open: backend.holds().calendar.state(row, now),
        time_zone: backend.holds().calendar.zone().to_owned(),
        wheelchair: row.wheelchair(),
        space_left: row.space_left(),
    })
}

/// Metres on foot, and whether they are along streets. The street graph is one for vans: who walks may go against a
/// one-way street, so the shorter of both directions counts.
fn walk(backend: &Backend, from: Position, to: Position) -> (f64, bool) {
    let straight_m = from.distance_m(to);
    let Some(atlas) = backend.atlas() else {
        return (straight_m * DETOUR, false);
    };
    let streets = atlas.router.streets();
    let ends = streets.nearest(from).zip(streets.nearest(to));
    let along = ends.and_then(|(from, to)| {
        let ways = [streets.leg(&from, &to), streets.leg(&to, &from)];
        ways.into_iter()
            .flatten()
            .map(|leg| leg.distance_m)
            .min_by(f64::total_cmp)
    });
    match along {
        // Who stands off the streets walks there first.
        Some(along_m) => (along_m.max(straight_m), true),
        None => (straight_m * DETOUR, false),
    }
}

/// A hash of a text that only who has the operator's secret can make.
pub(crate) fn keyed_hash(backend: &Backend, purpose: &str, texts: &[&str]) -> String {
    hex(&backend.secret().mac(purpose, texts))
}
