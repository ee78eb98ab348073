//! How long a van drives between places.

use porchlight_domain::geo::Position;

use crate::geo::{StreetGraph, StreetPoint};
use crate::tracking::straight_s;

/// Driving seconds from each place to each, row by row: along the streets, and where no street is near or
/// no city is known, as far as it can be guessed.
pub fn travel_times(streets: Option<&StreetGraph>, places: &[Position]) -> Vec<Vec<f64>> {
    let guess = |from: &Position| places.iter().map(|to| straight_s(*from, *to)).collect();
    let mut times: Vec<Vec<f64>> = places.iter().map(guess).collect();
    let Some(streets) = streets else {
        return times;
    };
    let (index, points): (Vec<usize>, Vec<StreetPoint>) = places
        .iter()
        .enumerate()
        .filter_map(|(index, place)| Some((index, streets.nearest(*place)?)))
        .unzip();
    for (from, row) in index.iter().zip(streets.travel_times(&points)) {
        for (to, seconds) in index.iter().zip(row) {
            times[*from][*to] = seconds;
        }
    }
    times
}
