//! The paper that names already cover.

use std::collections::HashMap;

use super::course::Pixel;

/// A disc of paper that a name covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disc {
    pub(super) at: Pixel,
    pub(super) radius: f64,
}

/// Discs that cover a straight line of text.
pub(super) fn row_of_discs(from: Pixel, to: Pixel, size: f64, margin: f64) -> Vec<Disc> {
    let radius = size * 0.62 + margin;
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    let steps = (length / size).ceil().max(1.0);
    let mut discs = Vec::new();
    let mut step = 0.0;
    while step <= steps {
        let share = step / steps;
        discs.push(Disc {
            at: (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            ),
            radius,
        });
        step += 1.0;
    }
    discs
}

/// Everything covered so far, in squares wider than any disc.
#[derive(Default)]
pub(super) struct Taken(HashMap<(i64, i64), Vec<Disc>>);

/// Side of a square; discs have half of that at most.
const SQUARE: f64 = 64.0;

impl Taken {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the world is 2^27 pixels wide at most"
    )]
    fn square(at: Pixel) -> (i64, i64) {
        (
            (at.0 / SQUARE).floor() as i64,
            (at.1 / SQUARE).floor() as i64,
        )
    }

    pub(super) fn touches(&self, disc: &Disc) -> bool {
        let (x, y) = Self::square(disc.at);
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        around
            .filter_map(|square| self.0.get(&square))
            .flatten()
            .any(|other| {
                let (dx, dy) = (other.at.0 - disc.at.0, other.at.1 - disc.at.1);
                dx.hypot(dy) < other.radius + disc.radius
            })
    }

    pub(super) fn add(&mut self, disc: Disc) {
        self.0.entry(Self::square(disc.at)).or_default().push(disc);
    }
}
