//! Setting text: from a name to glyphs with their places, and from a glyph to its outline.

use harfrust::{ShaperData, UnicodeBuffer};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use tiny_skia::{Path, PathBuilder, Transform};

use super::TileError;
use super::style::{Face, TextStyle};

/// The fonts that come with the program. They cover Latin, Greek and Cyrillic.
static MEDIUM: &[u8] = include_bytes!("../../../assets/fonts/Inter_500Medium.ttf");
static ITALIC: &[u8] = include_bytes!("../../../assets/fonts/Inter_500Medium_Italic.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter_600SemiBold.ttf");

/// Half the height of a capital in ems: what centres a line of text on its street.
pub(super) const HALF_CAPITAL: f32 = 0.36;

/// From baseline to baseline in ems.
const LEADING: f32 = 1.18;

/// Room between capitals in ems.
const CAPITALS_APART: f32 = 0.09;

/// Longer names of areas are broken into lines of about this many letters.
const LINE_LETTERS: usize = 15;

/// The three fonts, parsed.
pub(super) struct Lettering {
    medium: Font,
    italic: Font,
    semi_bold: Font,
}

struct Font {
    font: FontRef<'static>,
    shaper: ShaperData,
}

/// A glyph and where it stands, in ems: right of and below the middle of its text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: u32,
    /// The middle of the glyph's advance.
    pub(super) x: f32,
    /// The baseline.
    pub(super) y: f32,
    /// Half of the glyph's advance.
    pub(super) half: f32,
}

/// A name ready to be placed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SetText {
    pub(super) glyphs: Vec<Glyph>,
    /// Width of each line and the middle of its capitals below the middle of the text, in ems.
    pub(super) lines: Vec<(f32, f32)>,
}

impl SetText {
    /// The width of the widest line in ems.
    pub(super) fn width(&self) -> f32 {
        self.lines
            .iter()
            .map(|(width, _)| *width)
            .fold(0.0, f32::max)
    }
}

impl Lettering {
    pub(super) fn new() -> Result<Self, TileError> {
        Ok(Self {
            medium: Font::new(MEDIUM)?,
            italic: Font::new(ITALIC)?,
            semi_bold: Font::new(SEMI_BOLD)?,
        })
    }

    fn font(&self, face: Face) -> &Font {
        match face {
            Face::Medium => &self.medium,
            Face::Italic => &self.italic,
            Face::SemiBold => &self.semi_bold,
        }
    }

    /// Sets a name in one line, or in several when `broken`. `None` for a script that the fonts
    /// do not cover: no name is better than empty boxes.
    pub(super) fn set(&self, name: &str, style: TextStyle, broken: bool) -> Option<SetText> {
        let name = if style.capitals {
            name.to_uppercase()
        } else {
            name.to_owned()
        };
        let apart = if style.capitals { CAPITALS_APART } else { 0.0 };
        let lines = if broken {
            broken_into_lines(&name)
        } else {
            vec![name]
        };
        let font = self.font(style.face);
        let last = lines.len().saturating_sub(1);
        let mut text = SetText {
            glyphs: Vec::new(),
            lines: Vec::new(),
        };
        for (index, line) in (0_u8..).zip(&lines) {
            let middle = (f32::from(index) - length(last) / 2.0) * LEADING;
            let (mut glyphs, width) = font.set_line(line, apart)?;
            for glyph in &mut glyphs {
                glyph.x -= width / 2.0;
                glyph.y = middle + HALF_CAPITAL;
            }
            text.glyphs.append(&mut glyphs);
            text.lines.push((width, middle));
        }
        (!text.glyphs.is_empty()).then_some(text)
    }

    /// Adds the outline of a glyph to a path: `place` maps ems, `y` downwards, to the canvas.
    pub(super) fn outline(&self, face: Face, glyph: u32, place: Transform) -> Option<Path> {
        let glyphs = self.font(face).font.outline_glyphs();
        let outline = glyphs.get(GlyphId::new(glyph))?;
        let mut pen = Pen(PathBuilder::new());
        let settings = DrawSettings::unhinted(Size::new(1.0), LocationRef::default());
        outline.draw(settings, &mut pen).ok()?;
        // Fonts count upwards.
        pen.0.finish()?.transform(place.pre_scale(1.0, -1.0))
    }
}

/// A small number of lines.
fn length(count: usize) -> f32 {
    u8::try_from(count).map_or(255.0, f32::from)
}

impl Font {
    fn new(bytes: &'static [u8]) -> Result<Self, TileError> {
        let font = FontRef::new(bytes).map_err(|error| TileError::Font(error.to_string()))?;
        Ok(Self {
            shaper: ShaperData::new(&font),
            font,
        })
    }

    /// Glyphs from the left, and the width of the line; `None` if one is missing.
    fn set_line(&self, line: &str, apart: f32) -> Option<(Vec<Glyph>, f32)> {
        let shaper = self.shaper.shaper(&self.font).build();
        let per_em = units(shaper.units_per_em());
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(line);
        buffer.guess_segment_properties();
        let set = shaper.shape(buffer, harfrust::ShapeOptions::new());
        let mut pen = 0.0;
        let mut glyphs = Vec::new();
        for (info, position) in set.glyph_infos().iter().zip(set.glyph_positions()) {
            if info.glyph_id == 0 {
                return None;
            }
            let advance = units(position.x_advance) / per_em + apart;
            glyphs.push(Glyph {
                id: info.glyph_id,
                x: pen + advance / 2.0,
                y: 0.0,
                half: advance / 2.0,
            });
            pen += advance;
        }
        Some((glyphs, pen))
    }
}

#[expect(clippy::cast_precision_loss, reason = "font units are small")]
fn units(value: i32) -> f32 {
    value as f32
}

/// Breaks at spaces so that lines come out about equally long.
fn broken_into_lines(name: &str) -> Vec<String> {
    let letters = name.chars().count();
    let wanted = letters.div_ceil(LINE_LETTERS).clamp(1, 3);
    let target = letters.div_ceil(wanted);
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() / 2 < target => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

struct Pen(PathBuilder);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.0.quad_to(cx0, cy0, x, y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.cubic_to(cx0, cy0, cx1, cy1, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: TextStyle = TextStyle {
        face: Face::Medium,
        size: 10.0,
        capitals: false,
    };

    #[test]
    fn sets_finnish_names_and_leaves_out_what_it_cannot_write() {
        let lettering = Lettering::new().expect("the fonts are good");
        for face in [Face::Medium, Face::Italic, Face::SemiBold] {
            let style = TextStyle { face, ..PLAIN };
            let text = lettering.set("Töölönlahti Åbo ŠŽ", style, false);
            assert_eq!(text.expect("covered").glyphs.len(), 18);
            assert_eq!(lettering.set("東京", style, false), None);
        }
        assert_eq!(lettering.set("", PLAIN, false), None);
    }

    #[test]
    fn centres_lines_on_each_other() {
        let lettering = Lettering::new().expect("the fonts are good");
        let text = lettering
            .set("Vanha kirkkopuisto", PLAIN, true)
            .expect("covered");
        assert_eq!(text.lines.len(), 2);
        assert!((text.lines[0].1 + text.lines[1].1).abs() < 1e-6);
        let first = text.glyphs[0];
        assert!((first.x - first.half + text.lines[0].0 / 2.0).abs() < 1e-5);
    }

    #[test]
    fn breaks_names_evenly() {
        assert_eq!(broken_into_lines("Kaisaniemi"), ["Kaisaniemi"]);
        assert_eq!(
            broken_into_lines("Helsingin yliopiston kasvitieteellinen puutarha").len(),
            3
        );
    }
}
