//! The tiles of a run's area: what a phone keeps for where there is no network.

use std::collections::BTreeSet;
use std::f64::consts::PI;
use std::ops::RangeInclusive;

use porchlight_domain::geo::Position;

use super::base::own_tile_address;

/// From the whole city to single houses.
pub const ZOOMS: RangeInclusive<u8> = 12..=16;
/// Tiles at most: some megabytes.
const AT_MOST: usize = 300;
/// What is around the outermost stops, of the size of a tile at each zoom: a phone shows about two at a time.
const MARGIN: f64 = 1.0;
/// The same around each stop, where there is not room for everything in between.
const NARROW: f64 = 0.5;

type Tile = (u8, u32, u32);

/// Where the tiles around these stops are, those first without which there is no map; nothing where the tiles are
/// not ours to fetch ahead: public tile servers forbid that.
pub fn tiles_of(stops: &[Position]) -> Vec<String> {
    let Some(address) = own_tile_address() else {
        return Vec::new();
    };
    let tiles = tiles_around(stops, AT_MOST).into_iter();
    let of = |(zoom, x, y): Tile| {
        let numbers = [("{z}", u32::from(zoom)), ("{x}", x), ("{y}", y)];
        numbers
            .into_iter()
            .fold(address.clone(), |address, (place, number)| {
                address.replace(place, &number.to_string())
            })
    };
    tiles.map(of).collect()
}

/// Zoom by zoom the whole area; where that is too much, what is around each stop, in the order of the stops.
fn tiles_around(stops: &[Position], at_most: usize) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for zoom in ZOOMS {
        let left = at_most - tiles.len();
        let places: Vec<_> = stops.iter().map(|stop| place(*stop, zoom)).collect();
        if let Some(whole) = between(zoom, &places, MARGIN, left) {
            tiles.extend(whole);
            continue;
        }
        let mut near = BTreeSet::new();
        for stop in &places {
            let around = between(zoom, std::slice::from_ref(stop), NARROW, left);
            let around = around.unwrap_or_default();
            if near.union(&around).count() <= left {
                near.extend(around);
            }
        }
        tiles.extend(near);
    }
    tiles
}

/// Every tile from the westernmost to the easternmost and from the northernmost to the southernmost place, with
/// the margin; none where that is too much.
fn between(zoom: u8, places: &[(f64, f64)], margin: f64, at_most: usize) -> Option<BTreeSet<Tile>> {
    let range = |of: fn(&(f64, f64)) -> f64| {
        let low = places.iter().map(of).fold(f64::INFINITY, f64::min);
        let high = places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        whole(low - margin, zoom)..=whole(high + margin, zoom)
    };
    if places.is_empty() {
        return Some(BTreeSet::new());
    }
    let (columns, rows) = (range(|place| place.0), range(|place| place.1));
    let count = columns.clone().count().checked_mul(rows.clone().count())?;
    let tiles = columns.flat_map(|x| rows.clone().map(move |y| (zoom, x, y)));
    (count <= at_most).then(|| tiles.collect())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the tiles that there are"
)]
fn whole(place: f64, zoom: u8) -> u32 {
    let last = f64::from((1_u32 << zoom) - 1);
    place.floor().clamp(0.0, last) as u32
}

/// Where a point is, in tiles from the north-west corner of the world (Web Mercator, EPSG:3857).
fn place(point: Position, zoom: u8) -> (f64, f64) {
    let tiles = f64::from(1_u32 << zoom);
    let lat = point.lat().to_radians();
    let x = (point.lon() + 180.0) / 360.0 * tiles;
    let y = (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / PI) / 2.0 * tiles;
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).expect("on Earth")
    }

    #[test]
    fn the_tile_of_a_stop_is_among_them_at_each_zoom() {
        let tiles = tiles_around(&[at(60.1710, 24.9414)], AT_MOST);
        // Helsinki's railway station, as OpenStreetMap's own servers number it.
        for tile in [(12, 2331, 1185), (16, 37308, 18969)] {
            assert!(tiles.contains(&tile), "{tile:?} of {tiles:?}");
        }
        assert!(
            tiles.len() <= 60,
            "a single stop needs few: {}",
            tiles.len()
        );
    }

    #[test]
    fn a_large_run_has_all_of_the_coarse_and_some_of_the_fine() {
        let stops: Vec<_> = (0..60)
            .map(|number| {
                at(
                    60.15 + f64::from(number) * 0.003,
                    24.80 + f64::from(number) * 0.005,
                )
            })
            .collect();
        let tiles = tiles_around(&stops, AT_MOST);
        assert!(tiles.len() <= AT_MOST, "{}", tiles.len());
        for stop in [stops[0], stops[59]] {
            let (x, y) = place(stop, 13);
            assert!(tiles.contains(&(13, whole(x, 13), whole(y, 13))));
        }
        let (x, y) = place(stops[0], 15);
        assert!(
            tiles.contains(&(15, whole(x, 15), whole(y, 15))),
            "the next stop"
        );
        let mut once = tiles.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), tiles.len());
    }

    #[test]
    fn nothing_is_around_nothing() {
        assert!(tiles_around(&[], AT_MOST).is_empty());
        // At the poles of the projection it ends.
        assert!(!tiles_around(&[at(89.9, 179.99), at(-89.9, -179.99)], AT_MOST).is_empty());
    }
}
