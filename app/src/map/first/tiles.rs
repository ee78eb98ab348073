//! Tiles as plain pictures, each where Leaflet will put the same.

use std::fmt::Write;
use std::ops::Range;

use super::fit::{Pixels, TILE_PX};
use crate::preferences::{Preferences, Theme};

/// From here on the words stand beside the map, as in `style/components/tracking.css`.
const WIDE: &str = "(min-width:56rem)";
const NARROW: &str = "(max-width:55.99rem)";
/// In place of a picture that is not shown.
const NOTHING: &str = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";

/// When a tile is fetched. Those of sheets that are not shown never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// Before the style of the page is known.
    AtOnce,
    /// So, where the map is above the words.
    AtOnceIfNarrow,
    /// So, where the map is beside the words.
    AtOnceIfWide,
    /// When it turns out to be on the screen.
    WhenSeen,
}

/// A rectangle of tiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// West to east.
    pub columns: Range<u32>,
    rows: Range<u32>,
}

impl Patch {
    /// From the tile with one pixel to that with the other.
    pub fn between(low: Pixels, high: Pixels) -> Self {
        let range = |axis: usize| tile(low[axis])..tile(high[axis]) + 1;
        Self {
            columns: range(0),
            rows: range(1),
        }
    }

    /// The smallest with both in it.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let join = |a: &Range<u32>, b: &Range<u32>| a.start.min(b.start)..a.end.max(b.end);
        Self {
            columns: join(&self.columns, &other.columns),
            rows: join(&self.rows, &other.rows),
        }
    }

    /// What of it is in the other, too.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        let cut = |a: &Range<u32>, b: &Range<u32>| a.start.max(b.start)..a.end.min(b.end);
        Self {
            columns: cut(&self.columns, &other.columns),
            rows: cut(&self.rows, &other.rows),
        }
    }

    /// Whether a tile is in it.
    pub fn has(&self, x: u32, y: u32) -> bool {
        self.columns.contains(&x) && self.rows.contains(&y)
    }

    /// Row by row.
    pub fn tiles(&self) -> impl Iterator<Item = (u32, u32)> {
        let columns = self.columns.clone();
        self.rows
            .clone()
            .flat_map(move |y| columns.clone().map(move |x| (x, y)))
    }

    /// The north-western pixel.
    pub fn corner(&self) -> Pixels {
        [self.columns.start, self.rows.start].map(|tile| f64::from(tile) * TILE_PX)
    }
}

/// The tile with a pixel.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and the world has fewer than 2^32 tiles a side"
)]
fn tile(pixel: f64) -> u32 {
    (pixel / TILE_PX).floor() as u32
}

/// Where tiles come from, and in which colours.
pub struct Tiles {
    /// As Leaflet writes it.
    address: String,
    theme: Theme,
}

impl Tiles {
    /// For the person whose request this is.
    pub fn new(address: String) -> Self {
        Self {
            address,
            theme: Preferences::detect().theme,
        }
    }

    /// Writes one tile.
    pub fn write(
        &self,
        zoom: u8,
        (x, y): (u32, u32),
        haste: Haste,
        is_middle: bool,
        out: &mut String,
    ) {
        let elsewhere = match haste {
            Haste::AtOnceIfNarrow => Some(WIDE),
            Haste::AtOnceIfWide => Some(NARROW),
            Haste::AtOnce | Haste::WhenSeen => None,
        };
        let loading = match haste {
            Haste::WhenSeen => "loading=\"lazy\" ",
            // One only: more would keep the page's style waiting.
            _ if is_middle => "fetchpriority=\"high\" ",
            _ => "",
        };
        let follows_device = self.theme == Theme::System && self.address.contains("{style}");
        let style = if self.theme == Theme::Dark {
            "dark"
        } else {
            "light"
        };
        out.push_str("<picture>");
        if let Some(elsewhere) = elsewhere {
            let _ = write!(out, "<source media=\"{elsewhere}\" srcset=\"{NOTHING}\">");
        }
        if follows_device {
            let dark = self.source("dark", zoom, x, y);
            let _ = write!(
                out,
                "<source media=\"(prefers-color-scheme:dark)\" srcset=\"{dark}\">"
            );
        }
        let source = self.source(style, zoom, x, y);
        let _ = write!(out, "<img alt=\"\" {loading}src=\"{source}\"></picture>");
    }

    /// Never the double ones of dense screens: they are twice as heavy, and Leaflet brings them next.
    fn source(&self, style: &str, zoom: u8, x: u32, y: u32) -> String {
        let server = ["a", "b", "c"][((x + y) % 3) as usize];
        self.address
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace("{style}", style)
            .replace("{s}", server)
            .replace("{z}", &zoom.to_string())
            .replace("{x}", &x.to_string())
            .replace("{y}", &y.to_string())
            .replace("{r}", "")
    }
}
