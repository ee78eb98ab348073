//! The city that a process serves: everything that stands over one imported extract.

use std::sync::Arc;

use porchlight_domain::delivery;
use porchlight_domain::geo::{Bounds, Position};

use super::tiles::{TileError, TileRenderer, TileStore};
use super::{
    City, Geocoder, OsrmService, PostOffice, Router, ServiceSettings, SettingsError, StreetGraph,
};
use crate::accounts::Actor;
use crate::tracking::Leg;
use crate::{Backend, Error};

/// Memory for drawn tiles, bytes.
const TILE_CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// Addresses one search answers with.
const SEARCH_LIMIT: usize = 8;

/// Streets, addresses, post offices and the base map of one city.
pub struct Atlas {
    /// The city's name; empty when the extract names none.
    pub name: String,
    /// What it covers.
    pub bounds: Bounds,
    /// Where held parcels can wait.
    pub post_offices: Vec<PostOffice>,
    /// Ways along streets.
    pub router: Router,
    /// Addresses by text and place.
    pub geocoder: Geocoder,
    /// The base map.
    pub tiles: TileStore,
}

/// Why an atlas can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum AtlasError {
    /// The base map.
    #[error("the base map can't be drawn: {0}")]
    Tiles(#[from] TileError),
    /// The routing service.
    #[error(transparent)]
    Router(#[from] SettingsError),
}

impl Atlas {
    /// Prepares everything over a city. Routes come from the service when one is given, and from
    /// the city's own streets otherwise or whenever it fails.
    pub fn open(city: &City, service: Option<&ServiceSettings>) -> Result<Self, AtlasError> {
        let streets = Arc::new(StreetGraph::new(city.streets.clone()));
        let router = match service {
            Some(settings) => Router::Service(OsrmService::new(settings, streets)?),
            None => Router::BuiltIn(streets),
        };
        Ok(Self {
            name: city.name.clone(),
            bounds: city.bounds,
            post_offices: city.post_offices.clone(),
            router,
            geocoder: Geocoder::new(city),
            tiles: TileStore::new(TileRenderer::new(city)?, TILE_CACHE_BYTES),
        })
    }

    /// A way along streets; none where no street is near.
    pub(crate) async fn way(&self, from: Position, to: Position) -> Option<Leg> {
        let route = self.router.route(&[from, to]).await.ok()?;
        Some(Leg {
            duration_s: route.duration_s(),
            length_m: route.distance_m(),
            line: route.line(),
        })
    }
}

/// Addresses that a person may mean, best first. Anyone who is signed in may search.
pub fn search(
    actor: &Actor,
    backend: &Backend,
    text: &str,
) -> Result<Vec<delivery::Address>, Error> {
    actor.person()?;
    let Some(atlas) = backend.atlas() else {
        return Ok(Vec::new());
    };
    Ok(atlas
        .geocoder
        .search(text, SEARCH_LIMIT)
        .into_iter()
        .filter_map(|address| delivery::Address::new(&address.to_string(), address.position).ok())
        .collect())
}
