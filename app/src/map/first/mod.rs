//! The map's first view, drawn by the server: people see where their parcel is before any script has
//! run, and without script.
//!
//! The size of the map is unknown here. So there is a sheet of tiles for each zoom that some screen
//! gets, and CSS shows the one that Leaflet will choose, at the same pixels ([`fit`]): Leaflet's own
//! tiles then cover it unseen, from the browser's cache, or sharper on dense screens. Only what the page is given is drawn.

#[cfg(feature = "ssr")]
mod fit;
#[cfg(feature = "ssr")]
mod marks;
#[cfg(feature = "ssr")]
mod sheet;
#[cfg(feature = "ssr")]
mod tiles;

use leptos::prelude::Signal;
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::tracking::ShownPosition;

/// The browser keeps what the server has drawn.
#[cfg(not(feature = "ssr"))]
pub fn view(
    _: Option<ShownPosition>,
    _: Signal<Option<Line>>,
    _: Option<Position>,
) -> &'static str {
    ""
}

/// The markup; empty where there is no map.
#[cfg(feature = "ssr")]
pub fn view(
    courier: Option<ShownPosition>,
    route: Signal<Option<Line>>,
    door: Option<Position>,
) -> String {
    use crate::document::{MapSource, OWN_TILES};
    use leptos::prelude::{ReadUntracked, use_context};

    let Some(source) = use_context::<MapSource>() else {
        return String::new();
    };
    let limits = (source.tiles == OWN_TILES).then_some(source.city);
    let place = courier.map(super::view::place);
    let fit = fit::Fit::new(place, door, source.city, limits);
    let marks = marks::Marks {
        courier,
        route: route.read_untracked().clone(),
        door,
    };
    let tiles = tiles::Tiles::new(source.tiles);
    let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string());
    sheet::sheets(&fit, &marks, &tiles, nonce.as_deref().unwrap_or_default())
}
