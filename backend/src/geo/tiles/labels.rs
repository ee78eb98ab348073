//! Which names stand where, for the whole city at one zoom.
//!
//! Places come first, then areas, streets by their importance, house numbers last; a name that
//! would touch one already placed looks for another place on its street or is left out. Positions
//! are pixels of the whole world at the zoom, so every tile finds the same names.

use std::collections::HashMap;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::course::{Course, Pixel, Spot, spots_along};
use super::lettering::{HALF_CAPITAL, Lettering, SetText};
use super::named_lines::NamedLine;
use super::paper::{Disc, Taken, row_of_discs};
use super::style::{self, Face, Role, TextStyle};
use crate::geo::base_map::{Area, AreaKind, BaseMap};
use crate::geo::mercator::{Shape, WorldPoint, units_per_pixel};

/// A name in its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    pub(super) role: Role,
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) spots: Vec<Spot>,
}

/// All names at one zoom.
pub(super) struct Plan {
    labels: Vec<Label>,
    index: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

/// Room kept free around a name.
const MARGIN: f64 = 3.0;

/// A name is repeated along its street after this many pixels.
const REPEAT: f64 = 420.0;

/// The same name stands no nearer than this, as on the other lane of an avenue.
const SAME_NAME_APART: f64 = 200.0;

impl Plan {
    pub(super) fn new(map: &BaseMap, lines: &[NamedLine], lettering: &Lettering, zoom: u8) -> Self {
        let mut planner = Planner {
            zoom,
            per_pixel: units_per_pixel(zoom),
            lettering,
            taken: Taken::default(),
            by_name: HashMap::new(),
            labels: Vec::new(),
            boxes: Vec::new(),
        };
        planner.places(map);
        planner.areas(map);
        planner.streets(lines);
        planner.house_numbers(map);
        Self {
            labels: planner.labels,
            index: RTree::bulk_load(planner.boxes),
        }
    }

    /// Names that touch a rectangle of world pixels, in the order of the plan.
    pub(super) fn within(&self, min: [f64; 2], max: [f64; 2]) -> Vec<&Label> {
        let touching = self
            .index
            .locate_in_envelope_intersecting(&AABB::from_corners(min, max));
        let mut found: Vec<usize> = touching.map(|entry| entry.data).collect();
        found.sort_unstable();
        found.into_iter().map(|index| &self.labels[index]).collect()
    }
}

struct Planner<'a> {
    zoom: u8,
    per_pixel: f64,
    lettering: &'a Lettering,
    taken: Taken,
    by_name: HashMap<String, Vec<Pixel>>,
    labels: Vec<Label>,
    boxes: Vec<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Planner<'_> {
    fn pixel(&self, point: WorldPoint) -> Pixel {
        (
            f64::from(point.x) / self.per_pixel,
            f64::from(point.y) / self.per_pixel,
        )
    }

    fn places(&mut self, map: &BaseMap) {
        let mut places: Vec<_> = map.places.iter().collect();
        places.sort_by(|a, b| (a.kind, &a.name, a.at).cmp(&(b.kind, &b.name, b.at)));
        for place in places {
            self.centred(&place.name, Role::Place(place.kind), self.pixel(place.at));
        }
    }

    fn areas(&mut self, map: &BaseMap) {
        let mut named: Vec<(f64, &Area, &str, Role)> = map
            .areas
            .iter()
            .filter_map(|area| {
                let role = area_role(area.kind)?;
                Some((self.width_of(area), area, area.name.as_deref()?, role))
            })
            .collect();
        named.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(b.2)));
        for (width, area, name, role) in named {
            let Some(style) = style::text(role, self.zoom) else {
                continue;
            };
            let Some(text) = self.lettering.set(name, style, true) else {
                continue;
            };
            let fits = f64::from(text.width() * style.size) < width * 1.15;
            let middle = fits.then(|| middle(area)).flatten();
            if let Some(at) = middle {
                self.centred(name, role, self.pixel(at));
            }
        }
    }

    /// Width of an area in pixels.
    fn width_of(&self, area: &Area) -> f64 {
        let corners = area.rings.iter().filter_map(Shape::corners);
        let widths = corners.map(|(min, max)| f64::from(max.x - min.x) / self.per_pixel);
        widths.fold(0.0, f64::max)
    }

    fn house_numbers(&mut self, map: &BaseMap) {
        for number in &map.house_numbers {
            self.centred(&number.text, Role::Number, self.pixel(number.at));
        }
    }

    fn centred(&mut self, name: &str, role: Role, at: Pixel) {
        let Some(style) = style::text(role, self.zoom) else {
            return;
        };
        if self.is_repeated(name, role, at) {
            return;
        }
        let Some(text) = self.lettering.set(name, style, role != Role::Number) else {
            return;
        };
        let size = f64::from(style.size);
        let spots = text
            .glyphs
            .iter()
            .map(|glyph| Spot {
                glyph: glyph.id,
                half: glyph.half,
                at: (
                    at.0 + f64::from(glyph.x) * size,
                    at.1 + f64::from(glyph.y) * size,
                ),
                angle: 0.0,
            })
            .collect();
        let mut discs = Vec::new();
        for (width, middle) in &text.lines {
            let half = f64::from(*width) * size / 2.0;
            let y = at.1 + f64::from(*middle) * size;
            discs.extend(row_of_discs(
                (at.0 - half, y),
                (at.0 + half, y),
                size,
                MARGIN,
            ));
        }
        self.place(name, role, style, spots, &discs);
    }

    fn streets(&mut self, lines: &[NamedLine]) {
        for line in lines {
            let role = Role::Street(line.kind);
            let Some(style) = style::text(role, self.zoom) else {
                continue;
            };
            let Some(text) = self.lettering.set(&line.name, style, false) else {
                continue;
            };
            let room = line.length / self.per_pixel;
            let width = f64::from(text.width() * style.size);
            if room < width + 2.0 * MARGIN {
                continue;
            }
            let points = line.points.iter().map(|point| self.pixel(*point)).collect();
            self.along(&line.name, role, style, &text, &Course::new(points));
        }
    }

    /// Writes a name along its street as often as there is room for it.
    fn along(&mut self, name: &str, role: Role, style: TextStyle, text: &SetText, course: &Course) {
        let width = f64::from(text.width() * style.size);
        let repeats = (course.length / REPEAT).floor().max(1.0);
        let stretch = course.length / repeats;
        let mut start = 0.0;
        while start + stretch <= course.length + 0.5 {
            for share in [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8] {
                let middle = start + stretch * share;
                let fits = middle - width / 2.0 >= MARGIN
                    && middle + width / 2.0 <= course.length - MARGIN;
                if fits && self.try_along(name, role, style, text, course, middle) {
                    break;
                }
            }
            start += stretch;
        }
    }

    fn try_along(
        &mut self,
        name: &str,
        role: Role,
        style: TextStyle,
        text: &SetText,
        course: &Course,
        middle: f64,
    ) -> bool {
        let centre = course.at(middle);
        if self.is_repeated(name, role, centre) {
            return false;
        }
        let Some(spots) = spots_along(text, f64::from(style.size), course, middle) else {
            return false;
        };
        let size = f64::from(style.size);
        let lift = size * f64::from(HALF_CAPITAL);
        let discs: Vec<Disc> = spots
            .iter()
            .map(|spot| Disc {
                at: (
                    spot.at.0 + spot.angle.sin() * lift,
                    spot.at.1 - spot.angle.cos() * lift,
                ),
                radius: (size * 0.5).max(f64::from(spot.half) * size) + MARGIN / 2.0,
            })
            .collect();
        self.place(name, role, style, spots, &discs)
    }

    fn is_repeated(&self, name: &str, role: Role, at: Pixel) -> bool {
        let near = |known: &Pixel| (known.0 - at.0).hypot(known.1 - at.1) < SAME_NAME_APART;
        // Two houses of two streets may have one number.
        role != Role::Number
            && self
                .by_name
                .get(name)
                .is_some_and(|all| all.iter().any(near))
    }

    fn place(
        &mut self,
        name: &str,
        role: Role,
        style: TextStyle,
        spots: Vec<Spot>,
        discs: &[Disc],
    ) -> bool {
        if discs.iter().any(|disc| self.taken.touches(disc)) {
            return false;
        }
        let Some(middle) = spots.get(spots.len() / 2) else {
            return false;
        };
        if role != Role::Number {
            self.by_name
                .entry(name.to_owned())
                .or_default()
                .push(middle.at);
        }
        let reach = f64::from(style.size) * 1.5;
        let mut corners = (middle.at, middle.at);
        for spot in &spots {
            let (min, max) = &mut corners;
            *min = (min.0.min(spot.at.0), min.1.min(spot.at.1));
            *max = (max.0.max(spot.at.0), max.1.max(spot.at.1));
        }
        let (min, max) = corners;
        self.boxes.push(GeomWithData::new(
            Rectangle::from_corners(
                [min.0 - reach, min.1 - reach],
                [max.0 + reach, max.1 + reach],
            ),
            self.labels.len(),
        ));
        for disc in discs {
            self.taken.add(*disc);
        }
        self.labels.push(Label {
            role,
            face: style.face,
            size: style.size,
            spots,
        });
        true
    }
}

fn area_role(kind: AreaKind) -> Option<Role> {
    match kind {
        AreaKind::Park | AreaKind::Wood => Some(Role::Green),
        AreaKind::Water => Some(Role::Water),
        AreaKind::Square => Some(Role::Square),
        _ => None,
    }
}

/// The centre of gravity of an area's largest ring.
fn middle(area: &Area) -> Option<WorldPoint> {
    let largest = area.rings.iter().max_by_key(|ring| {
        ring.corners().map_or(0, |(min, max)| {
            u64::from(max.x - min.x) * u64::from(max.y - min.y)
        })
    })?;
    let first = *largest.0.first()?;
    let (mut weight, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in largest.0.windows(2) {
        let relative = |point: WorldPoint| {
            (
                f64::from(point.x) - f64::from(first.x),
                f64::from(point.y) - f64::from(first.y),
            )
        };
        let (a, b) = (relative(pair[0]), relative(pair[1]));
        let cross = a.0 * b.1 - b.0 * a.1;
        weight += cross;
        x += (a.0 + b.0) * cross;
        y += (a.1 + b.1) * cross;
    }
    if weight == 0.0 {
        return Some(first);
    }
    Some(WorldPoint {
        x: shifted(first.x, x / (3.0 * weight)),
        y: shifted(first.y, y / (3.0 * weight)),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u32 first"
)]
fn shifted(start: u32, by: f64) -> u32 {
    (f64::from(start) + by).clamp(0.0, f64::from(u32::MAX)) as u32
}
