//! A tile being painted: areas, lines and letters in tile pixels.

use png::{BitDepth, ColorType, Compression, Encoder};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};

use super::palette::Indexed;
use super::{Scale, TILE_PIXELS, TileError, TileId};
use crate::geo::mercator::{Shape, WorldPoint, units_per_pixel};

/// The pixels of one tile, and where they lie in the world.
pub(super) struct Canvas {
    pixels: Pixmap,
    /// World units of the north-west corner.
    corner: (f64, f64),
    units_per_pixel: f64,
    factor: f32,
}

impl Canvas {
    pub(super) fn new(tile: TileId, scale: Scale, land: Color) -> Result<Self, TileError> {
        let side = TILE_PIXELS * scale.factor();
        let mut pixels = Pixmap::new(side, side)
            .ok_or_else(|| TileError::Drawing("no memory for its pixels".to_owned()))?;
        pixels.fill(land);
        let units = units_per_pixel(tile.zoom());
        let origin = tile.origin();
        Ok(Self {
            pixels,
            corner: (origin.0 * units, origin.1 * units),
            units_per_pixel: units / f64::from(scale.factor()),
            factor: match scale {
                Scale::Single => 1.0,
                Scale::Double => 2.0,
            },
        })
    }

    /// Device pixels per CSS pixel.
    pub(super) fn factor(&self) -> f32 {
        self.factor
    }

    #[expect(clippy::cast_possible_truncation, reason = "pixels near the tile")]
    fn device(&self, point: WorldPoint) -> (f32, f32) {
        (
            ((f64::from(point.x) - self.corner.0) / self.units_per_pixel) as f32,
            ((f64::from(point.y) - self.corner.1) / self.units_per_pixel) as f32,
        )
    }

    /// Adds a shape to a path, leaving out points that fall on the one before.
    pub(super) fn add(&self, path: &mut PathBuilder, shape: &Shape, closed: bool) {
        let last = shape.0.len().saturating_sub(1);
        let mut before = (f32::NEG_INFINITY, 0.0);
        for (index, point) in shape.0.iter().enumerate() {
            let (x, y) = self.device(*point);
            if index == 0 {
                path.move_to(x, y);
            } else if index == last || (x - before.0).abs() + (y - before.1).abs() > 0.4 {
                path.line_to(x, y);
            } else {
                continue;
            }
            before = (x, y);
        }
        if closed {
            path.close();
        }
    }

    /// Covers everything outside a frame of world units.
    pub(super) fn cover_outside(&mut self, min: WorldPoint, max: WorldPoint, colour: Color) {
        let side = 256.0 * self.factor;
        let ((west, north), (east, south)) = (self.device(min), self.device(max));
        let frame = Rect::from_ltrb(
            west.clamp(-1.0, side + 1.0),
            north.clamp(-1.0, side + 1.0),
            east.clamp(-1.0, side + 1.0),
            south.clamp(-1.0, side + 1.0),
        );
        let mut path = PathBuilder::new();
        let whole = Rect::from_xywh(-2.0, -2.0, side + 4.0, side + 4.0);
        for rect in [whole, frame].into_iter().flatten() {
            path.push_rect(rect);
        }
        if let Some(path) = path.finish() {
            self.fill(&path, colour);
        }
    }

    /// Fills by the even-odd rule: holes stay open.
    pub(super) fn fill(&mut self, path: &Path, colour: Color) {
        self.fill_by(path, colour, FillRule::EvenOdd);
    }

    /// Fills letters, which may overlap.
    pub(super) fn fill_letters(&mut self, path: &Path, colour: Color) {
        self.fill_by(path, colour, FillRule::Winding);
    }

    fn fill_by(&mut self, path: &Path, colour: Color, rule: FillRule) {
        let whole = Transform::identity();
        self.pixels
            .fill_path(path, &paint(colour), rule, whole, None);
    }

    /// Draws a line; width and dash in CSS pixels.
    pub(super) fn stroke(
        &mut self,
        path: &Path,
        colour: Color,
        width: f32,
        cap: LineCap,
        dash: Option<[f32; 2]>,
    ) {
        let dash = dash.and_then(|dash| {
            let lengths = dash.iter().map(|length| length * self.factor).collect();
            StrokeDash::new(lengths, 0.0)
        });
        let stroke = Stroke {
            width: width * self.factor,
            line_cap: cap,
            line_join: LineJoin::Round,
            dash,
            ..Stroke::default()
        };
        let whole = Transform::identity();
        self.pixels
            .stroke_path(path, &paint(colour), &stroke, whole, None);
    }

    /// The finished tile as PNG without transparency.
    pub(super) fn png(&self) -> Result<Vec<u8>, TileError> {
        let opaque = self.pixels.data().chunks_exact(4);
        let indexed = Indexed::of(opaque.map(|pixel| [pixel[0], pixel[1], pixel[2]]));
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.pixels.width(), self.pixels.height());
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(&indexed.palette);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&indexed.pixels))
            .map_err(|error| TileError::Drawing(error.to_string()))?;
        Ok(bytes)
    }
}

fn paint(colour: Color) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(colour);
    paint.anti_alias = true;
    paint
}
