//! The colours of a tile. A map is drawn in few, and the rest are the soft edges between them, so a picture
//! with a palette of 64 looks the same and is a fifth of the size.

use std::collections::HashMap;

/// Each more makes every tile larger; from here on nobody sees a difference.
const MAX_COLOURS: usize = 64;
/// The surfaces of the map: so many by use alone, and exactly as they are.
const SURFACES: usize = 16;
/// The others are this far from all that are kept: the first so that nothing is far from all of them, the
/// last so that edges stay soft.
const APART: [u32; 4] = [48, 24, 12, 6];

/// Red, green, blue.
type Rgb = [u8; 3];

/// A picture whose pixels are places in a palette.
pub(super) struct Indexed {
    /// The colours, most used first, three bytes each.
    pub(super) palette: Vec<u8>,
    /// One byte for each pixel.
    pub(super) pixels: Vec<u8>,
}

impl Indexed {
    /// The colours used most stay exactly as they are; the others become the nearest of them.
    pub(super) fn of(pixels: impl Iterator<Item = Rgb> + Clone) -> Self {
        let mut counts: HashMap<Rgb, u32> = HashMap::new();
        for pixel in pixels.clone() {
            *counts.entry(pixel).or_default() += 1;
        }
        let mut colours: Vec<(Rgb, u32)> = counts.into_iter().collect();
        // By colour where the count is the same: a tile is always the same bytes.
        colours.sort_unstable_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
        let colours: Vec<Rgb> = colours.into_iter().map(|(colour, _)| colour).collect();
        let kept = choose(&colours);
        let mut places: HashMap<Rgb, u8> = (0..=u8::MAX)
            .zip(&kept)
            .map(|(place, colour)| (*colour, place))
            .collect();
        // Soft edges have many colours that nobody can tell apart: the nearest is looked for once for each
        // group of them.
        let mut nearest: HashMap<Rgb, u8> = HashMap::new();
        for colour in colours {
            let group = colour.map(|part| part >> 2);
            places.entry(colour).or_insert_with(|| {
                *nearest
                    .entry(group)
                    .or_insert_with(|| place_of_nearest(colour, &kept))
            });
        }
        Self {
            palette: kept.concat(),
            pixels: pixels
                .map(|pixel| places.get(&pixel).copied().unwrap_or_default())
                .collect(),
        }
    }
}

/// The colours used most, and of what is left the most used of those that are unlike them.
fn choose(by_use: &[Rgb]) -> Vec<Rgb> {
    let (surfaces, edges) = by_use.split_at(by_use.len().min(SURFACES));
    let mut kept = surfaces.to_vec();
    for apart in APART {
        for colour in edges {
            if kept.len() == MAX_COLOURS {
                return kept;
            }
            if kept
                .iter()
                .all(|known| off(*colour, *known) >= apart.pow(2))
            {
                kept.push(*colour);
            }
        }
    }
    kept
}

fn place_of_nearest(colour: Rgb, palette: &[Rgb]) -> u8 {
    (0..=u8::MAX)
        .zip(palette)
        .min_by_key(|(_, known)| off(colour, **known))
        .map_or(0, |(place, _)| place)
}

/// The square of the distance between two colours.
fn off(one: Rgb, other: Rgb) -> u32 {
    let parts = one.iter().zip(other);
    parts
        .map(|(one, other)| u32::from(one.abs_diff(other)).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(indexed: &Indexed) -> Vec<Rgb> {
        indexed
            .pixels
            .iter()
            .map(|place| {
                let at = usize::from(*place) * 3;
                [0, 1, 2].map(|part| indexed.palette[at + part])
            })
            .collect()
    }

    #[test]
    fn few_colours_stay_as_they_are() {
        let picture = [[1, 2, 3], [250, 0, 9], [1, 2, 3]];
        assert_eq!(colours(&Indexed::of(picture.into_iter())), picture);
    }

    #[test]
    fn what_is_used_most_stays_and_the_rest_is_near() {
        let used_most: Rgb = [10, 20, 30];
        let shades = (0..=u8::MAX).flat_map(|shade| [[shade, 0, 0], [0, shade, shade]]);
        let near = 32;
        let picture: Vec<Rgb> = std::iter::repeat_n(used_most, 50).chain(shades).collect();
        let indexed = Indexed::of(picture.iter().copied());
        assert!(indexed.palette.len() <= MAX_COLOURS * 3);
        for (drawn, shown) in picture.iter().zip(colours(&indexed)) {
            let off = drawn
                .iter()
                .zip(shown)
                .map(|(one, other)| one.abs_diff(other));
            let allowed = if *drawn == used_most { 0 } else { near };
            assert!(off.max().unwrap_or_default() <= allowed);
        }
        assert_eq!(colours(&indexed)[0], used_most);
    }
}
