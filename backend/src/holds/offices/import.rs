//! Bringing the table of offices up to date with what a source knows.

use std::collections::HashMap;

use porchlight_domain::hold::Wheelchair;

use super::SourceOffice;
use super::queries::{self, OfficeRow};
use crate::accounts::Actor;
use crate::events::Batch;
use crate::geo::{self, Atlas};
use crate::{Backend, Error};

/// The name of offices from the map.
pub(super) const OSM: &str = "osm";
/// Offices in one transaction: others write in between.
const PORTION: usize = 500;

/// Adds the offices of the city, brings those that are there up to date, and offers those no more that the map has
/// lost. What an admin set stays as it is.
pub(crate) async fn import(backend: &Backend) -> Result<(), Error> {
    let Some(atlas) = backend.atlas() else {
        return Ok(());
    };
    let offices = of_map(atlas);
    let lost = merge(backend, &offices, Some(OSM)).await?;
    if !lost.is_empty() {
        tracing::info!(
            offices = lost.len(),
            "Post offices are not on the map any more"
        );
    }
    Ok(())
}

/// The offices of a map; what has no address is named by the nearest one.
fn of_map(atlas: &Atlas) -> Vec<SourceOffice> {
    let offices = atlas.post_offices.iter().map(|office| {
        let nearest = || atlas.geocoder.nearest_address(office.position);
        let address = office.address.clone();
        let address = address.or_else(|| Some(nearest()?.to_string()));
        SourceOffice {
            source: OSM,
            source_id: office.osm_id.clone(),
            name: office.name.clone(),
            address: address.unwrap_or_else(|| atlas.name.clone()),
            position: office.position,
            opening_hours: office.opening_hours.clone(),
            wheelchair: office.wheelchair.map(|wheelchair| match wheelchair {
                geo::Wheelchair::Yes => Wheelchair::Yes,
                geo::Wheelchair::Limited => Wheelchair::Limited,
                geo::Wheelchair::No => Wheelchair::No,
            }),
        }
    });
    offices.collect()
}

/// Writes what is new or another than before, in portions. With the name of a source, everything that it has: the
/// others of that source are not offered any more. Returns those.
pub(super) async fn merge(
    backend: &Backend,
    offices: &[SourceOffice],
    all_of: Option<&str>,
) -> Result<Vec<String>, Error> {
    let rows = queries::all(backend.store().readers()).await?;
    let mut known: HashMap<&str, &OfficeRow> = rows.iter().map(|row| (&*row.id, row)).collect();
    let mut changed = Vec::new();
    for office in offices {
        let row = known.remove(office.id().as_str());
        if !row.is_some_and(|row| is_as_stored(office, row)) {
            changed.push(office);
        }
    }
    let lost: Vec<String> = known
        .into_values()
        .filter(|row| Some(&*row.source) == all_of && row.listed != 0)
        .map(|row| row.id.clone())
        .collect();
    let capacity = i64::from(backend.holds().settings.capacity);
    for portion in changed.chunks(PORTION) {
        let _turn = backend.store().background_turn().await;
        let mut batch = Batch::begin(backend, &Actor::System).await?;
        for office in portion {
            queries::upsert(batch.tx().await?, office, capacity).await?;
        }
        queries::next_version(batch.tx().await?).await?;
        batch.commit().await?;
    }
    for portion in lost.chunks(PORTION) {
        let _turn = backend.store().background_turn().await;
        let mut batch = Batch::begin(backend, &Actor::System).await?;
        for id in portion {
            queries::unlist(batch.tx().await?, id).await?;
        }
        queries::next_version(batch.tx().await?).await?;
        batch.commit().await?;
    }
    Ok(lost)
}

fn is_as_stored(office: &SourceOffice, row: &OfficeRow) -> bool {
    let position = row.position().ok();
    row.listed != 0
        && row.name == office.name
        && row.address == office.address
        && position == Some(office.position)
        && row.opening_hours == office.opening_hours
        && row.wheelchair() == office.wheelchair
}
