//! Writing along a street: where each letter of a name stands.

use super::lettering::SetText;

/// A pixel of the whole world at one zoom.
pub(super) type Pixel = (f64, f64);

/// Where one glyph stands: the middle of its advance on the baseline, turned by `angle` radians.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) glyph: u32,
    pub(super) half: f32,
    pub(super) at: Pixel,
    pub(super) angle: f64,
}

/// How far the street may turn from one letter to the next, in radians.
const MAX_BEND: f64 = 0.32;

/// How far it may turn over the whole name.
const MAX_TURN: f64 = 1.1;

/// Places the glyphs of a name along a street, upright; `None` where the street bends too much.
pub(super) fn spots_along(
    text: &SetText,
    size: f64,
    course: &Course,
    middle: f64,
) -> Option<Vec<Spot>> {
    let half_width = f64::from(text.width()) * size / 2.0;
    let start = course.at(middle - half_width);
    let end = course.at(middle + half_width);
    let backwards = end.0 < start.0;
    let along = |x: f64| middle + if backwards { -x } else { x };
    let mut spots = Vec::with_capacity(text.glyphs.len());
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut before: Option<f64> = None;
    for glyph in &text.glyphs {
        let (x, half) = (f64::from(glyph.x) * size, f64::from(glyph.half) * size);
        // The direction over a little more than the glyph itself: letters do not jump at corners.
        let reach = half.max(size * 0.45);
        let (from, to) = (course.at(along(x - reach)), course.at(along(x + reach)));
        let angle = (to.1 - from.1).atan2(to.0 - from.0);
        if before.is_some_and(|before| turn(before, angle).abs() > MAX_BEND) {
            return None;
        }
        let unrolled = before.map_or(angle, |before| before + turn(before, angle));
        before = Some(unrolled);
        least = least.min(unrolled);
        most = most.max(unrolled);
        let on = course.at(along(x));
        let drop = f64::from(glyph.y) * size;
        spots.push(Spot {
            glyph: glyph.id,
            half: glyph.half,
            at: (on.0 - angle.sin() * drop, on.1 + angle.cos() * drop),
            angle,
        });
    }
    (most - least <= MAX_TURN).then_some(spots)
}

/// From one direction to another, -π..=π.
fn turn(from: f64, to: f64) -> f64 {
    (to - from).sin().atan2((to - from).cos())
}

/// A street in pixels.
pub(super) struct Course {
    points: Vec<Pixel>,
    /// Pixels from the start to each point.
    walked: Vec<f64>,
    pub(super) length: f64,
}

impl Course {
    pub(super) fn new(points: Vec<Pixel>) -> Self {
        let mut walked = vec![0.0];
        let mut length = 0.0;
        for pair in points.windows(2) {
            length += (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
            walked.push(length);
        }
        Self {
            points,
            walked,
            length,
        }
    }

    /// The point so many pixels from the start, clamped to the ends.
    pub(super) fn at(&self, along: f64) -> Pixel {
        let next = self.walked.partition_point(|walked| *walked < along);
        if next == 0 || self.points.len() < 2 {
            return self.points.first().copied().unwrap_or_default();
        }
        let Some(to) = self.points.get(next) else {
            return self.points[self.points.len() - 1];
        };
        let from = self.points[next - 1];
        let step = self.walked[next] - self.walked[next - 1];
        let share = if step > 0.0 {
            (along - self.walked[next - 1]) / step
        } else {
            0.0
        };
        (
            from.0 + (to.0 - from.0) * share,
            from.1 + (to.1 - from.1) * share,
        )
    }
}
