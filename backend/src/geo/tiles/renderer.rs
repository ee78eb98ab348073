//! Drawing one tile.

use std::sync::{Arc, OnceLock};

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use tiny_skia::{LineCap, PathBuilder, Transform};

use super::canvas::Canvas;
use super::labels::{Label, Plan};
use super::lettering::Lettering;
use super::named_lines::{NamedLine, named_lines};
use super::{Scale, Style, TILE_PIXELS, TileError, TileId, ZOOMS, style};
use crate::geo::City;
use crate::geo::base_map::{Area, AreaKind, BaseMap, Level, LineKind, MapLine};
use crate::geo::mercator::{Shape, WorldPoint, units_per_pixel};

/// Half the width of the widest street and the reach of its edge, in CSS pixels: what lies so far
/// outside a tile is still seen in it.
const REACH: f64 = 24.0;

/// How far a name may reach out of the city, in CSS pixels.
const NAME_REACH: f64 = 220.0;

type Index = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

/// Draws the tiles of one city. Drawing takes the thread it is called on for some milliseconds;
/// the first tile of a zoom also decides where all names of that zoom stand.
pub struct TileRenderer {
    map: Arc<BaseMap>,
    /// North-west and south-east corner of what the extract covers.
    frame: (WorldPoint, WorldPoint),
    areas: Index,
    lines: Index,
    lettering: Lettering,
    named: Vec<NamedLine>,
    plans: [OnceLock<Plan>; 8],
}

impl TileRenderer {
    /// Indexes the base map of a city.
    pub fn new(city: &City) -> Result<Self, TileError> {
        let map = Arc::clone(&city.base_map);
        let areas = map.areas.iter().map(|area| area.rings.as_slice());
        let lines = map
            .lines
            .iter()
            .map(|line| std::slice::from_ref(&line.shape));
        let (south_west, north_east) = (
            WorldPoint::of(city.bounds.min),
            WorldPoint::of(city.bounds.max),
        );
        let frame = (
            WorldPoint {
                x: south_west.x,
                y: north_east.y,
            },
            WorldPoint {
                x: north_east.x,
                y: south_west.y,
            },
        );
        Ok(Self {
            frame,
            areas: index(areas),
            lines: index(lines),
            lettering: Lettering::new()?,
            named: named_lines(&map),
            plans: [const { OnceLock::new() }; 8],
            map,
        })
    }

    /// Whether anything of the city is on the tile; all others look the same.
    pub fn covers(&self, tile: TileId) -> bool {
        let (min, max) = corners(tile, NAME_REACH);
        let (low, high) = self.frame;
        f64::from(low.x) <= max[0]
            && f64::from(high.x) >= min[0]
            && f64::from(low.y) <= max[1]
            && f64::from(high.y) >= min[1]
    }

    /// Draws a tile as PNG. One that the city does not reach is plain.
    pub fn render(&self, tile: TileId, style: Style, scale: Scale) -> Result<Vec<u8>, TileError> {
        if !self.covers(tile) {
            return Canvas::new(tile, scale, style::beyond(style))?.png();
        }
        let mut canvas = Canvas::new(tile, scale, style::land(style))?;
        let (min, max) = corners(tile, REACH);
        let seen = AABB::from_corners(min, max);
        let areas = in_order(&self.areas, &seen).map(|at| &self.map.areas[at]);
        paint_areas(&mut canvas, areas, style, tile.zoom());
        let lines: Vec<&MapLine> = in_order(&self.lines, &seen)
            .map(|at| &self.map.lines[at])
            .collect();
        for level in [Level::Ground, Level::Bridge] {
            paint_lines(&mut canvas, &lines, level, style, tile.zoom());
        }
        canvas.cover_outside(self.frame.0, self.frame.1, style::beyond(style));
        self.paint_names(&mut canvas, tile, style);
        canvas.png()
    }

    fn plan(&self, zoom: u8) -> &Plan {
        let slot = usize::from(zoom - ZOOMS.start()).min(self.plans.len() - 1);
        self.plans[slot].get_or_init(|| Plan::new(&self.map, &self.named, &self.lettering, zoom))
    }

    fn paint_names(&self, canvas: &mut Canvas, tile: TileId, style: Style) {
        let (x, y) = tile.origin();
        let side = f64::from(TILE_PIXELS);
        let labels = self.plan(tile.zoom()).within([x, y], [x + side, y + side]);
        for label in labels {
            let Some(letters) = self.letters(canvas, label, (x, y)) else {
                continue;
            };
            let (halo, width) = style::halo(style, label.role);
            canvas.stroke(&letters, halo, width * 2.0, LineCap::Round, None);
            canvas.fill_letters(&letters, style::ink(style, label.role));
        }
    }

    /// The outlines of a name in tile pixels.
    #[expect(clippy::cast_possible_truncation, reason = "pixels near the tile")]
    fn letters(
        &self,
        canvas: &Canvas,
        label: &Label,
        origin: (f64, f64),
    ) -> Option<tiny_skia::Path> {
        let mut letters = PathBuilder::new();
        let em = label.size * canvas.factor();
        for spot in &label.spots {
            let (sin, cos) = (spot.angle.sin() as f32, spot.angle.cos() as f32);
            let x = (spot.at.0 - origin.0) as f32 * canvas.factor();
            let y = (spot.at.1 - origin.1) as f32 * canvas.factor();
            let place = Transform::from_row(em * cos, em * sin, -em * sin, em * cos, x, y)
                .pre_translate(-spot.half, 0.0);
            if let Some(outline) = self.lettering.outline(label.face, spot.glyph, place) {
                letters.push_path(&outline);
            }
        }
        letters.finish()
    }
}

impl std::fmt::Debug for TileRenderer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("TileRenderer")
            .field("areas", &self.map.areas.len())
            .field("lines", &self.map.lines.len())
            .finish_non_exhaustive()
    }
}

fn index<'a>(shapes: impl Iterator<Item = &'a [Shape]>) -> Index {
    let boxes = shapes.enumerate().filter_map(|(at, rings)| {
        let corners = rings.iter().filter_map(Shape::corners);
        let (min, max) = corners.reduce(|(min, max), (low, high)| {
            let (mut min, mut max) = (min, max);
            min.x = min.x.min(low.x);
            min.y = min.y.min(low.y);
            max.x = max.x.max(high.x);
            max.y = max.y.max(high.y);
            (min, max)
        })?;
        let corner = |x, y| [f64::from(x), f64::from(y)];
        let around = Rectangle::from_corners(corner(min.x, min.y), corner(max.x, max.y));
        Some(GeomWithData::new(around, at))
    });
    RTree::bulk_load(boxes.collect())
}

/// A tile and some CSS pixels around it, in world units.
fn corners(tile: TileId, reach: f64) -> ([f64; 2], [f64; 2]) {
    let units = units_per_pixel(tile.zoom());
    let (x, y) = tile.origin();
    let side = f64::from(TILE_PIXELS);
    (
        [(x - reach) * units, (y - reach) * units],
        [(x + side + reach) * units, (y + side + reach) * units],
    )
}

/// What touches a rectangle, in the map's own order, which is the order of drawing.
fn in_order(index: &Index, seen: &AABB<[f64; 2]>) -> impl Iterator<Item = usize> {
    let touching = index.locate_in_envelope_intersecting(seen);
    let mut found: Vec<usize> = touching.map(|entry| entry.data).collect();
    found.sort_unstable();
    found.into_iter()
}

fn paint_areas<'a>(
    canvas: &mut Canvas,
    areas: impl Iterator<Item = &'a Area>,
    style: Style,
    zoom: u8,
) {
    for area in areas.filter(|area| zoom >= style::area_from_zoom(area.kind)) {
        let mut path = PathBuilder::new();
        for ring in &area.rings {
            canvas.add(&mut path, ring, true);
        }
        let Some(path) = path.finish() else { continue };
        canvas.fill(&path, style::area(style, area.kind));
        let (edge, width) = style::building_edge(style, zoom);
        if area.kind == AreaKind::Building && width > 0.0 {
            canvas.stroke(&path, edge, width, LineCap::Butt, None);
        }
    }
}

/// Edges of all streets of a level first: where two streets meet, no edge runs across.
fn paint_lines(canvas: &mut Canvas, lines: &[&MapLine], level: Level, style: Style, zoom: u8) {
    let mut kinds: Vec<(LineKind, PathBuilder)> = Vec::new();
    for line in lines.iter().filter(|line| line.level == level) {
        if kinds.last().is_none_or(|(kind, _)| *kind != line.kind) {
            kinds.push((line.kind, PathBuilder::new()));
        }
        if let Some((_, path)) = kinds.last_mut() {
            canvas.add(path, &line.shape, false);
        }
    }
    let strokes: Vec<_> = kinds
        .into_iter()
        .filter_map(|(kind, path)| Some((style::line(style, kind, zoom)?, path.finish()?)))
        .collect();
    // A bridge's edge ends with it; a street's is round where it ends.
    let cap = if level == Level::Bridge {
        LineCap::Butt
    } else {
        LineCap::Round
    };
    for (stroke, path) in &strokes {
        if let Some((colour, out)) = stroke.casing {
            canvas.stroke(path, colour, stroke.width + 2.0 * out, cap, None);
        }
    }
    for (stroke, path) in &strokes {
        let cap = if stroke.dash.is_some() {
            LineCap::Butt
        } else {
            LineCap::Round
        };
        canvas.stroke(path, stroke.fill, stroke.width, cap, stroke.dash);
    }
}
