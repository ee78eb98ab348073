//! The base map as raster tiles, drawn from the imported city: no tile server, no network.
//!
//! Tiles are the usual ones of web maps (`/{z}/{x}/{y}`, 256 pixels, twice that for sharp
//! screens), light and dark. What is drawn how stands in `style.rs`, which names stand where in
//! `labels.rs`: decided once per zoom for the whole city, so that a name cut by the edge of a
//! tile goes on in the next one.

mod canvas;
mod course;
mod labels;
mod lettering;
mod named_lines;
mod palette;
mod paper;
mod renderer;
mod store;
mod style;

use std::ops::RangeInclusive;

use thiserror::Error;

pub use renderer::TileRenderer;
pub use store::TileStore;

/// Zooms that are drawn: a district to a door.
pub const ZOOMS: RangeInclusive<u8> = 12..=19;

/// Side of a tile in pixels, at [`Scale::Single`].
pub const TILE_PIXELS: u32 = 256;

/// A tile of the Mercator world, within [`ZOOMS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileId {
    zoom: u8,
    x: u32,
    y: u32,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// For the light theme.
    Light,
    /// For the dark theme.
    Dark,
}

/// Pixels per CSS pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// 256 pixels a side.
    Single,
    /// 512 pixels a side, what `@2x` and Leaflet's `{r}` ask for.
    Double,
}

/// Why a tile could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TileError {
    /// There is no such tile.
    #[error("there is no tile {zoom}/{x}/{y}: zoom must be 12 to 19, x and y below 2^zoom")]
    NoSuchTile {
        /// Zoom asked for.
        zoom: u8,
        /// Column asked for.
        x: u32,
        /// Row asked for.
        y: u32,
    },
    /// The lettering that comes with the program is damaged.
    #[error("the map's font could not be read: {0}")]
    Font(String),
    /// Drawing or packing failed.
    #[error("the tile could not be drawn: {0}")]
    Drawing(String),
}

impl TileId {
    /// Checks that the tile exists.
    pub fn new(zoom: u8, x: u32, y: u32) -> Result<Self, TileError> {
        if ZOOMS.contains(&zoom) && x < 1 << zoom && y < 1 << zoom {
            Ok(Self { zoom, x, y })
        } else {
            Err(TileError::NoSuchTile { zoom, x, y })
        }
    }

    /// Zoom, 12..=19.
    pub fn zoom(self) -> u8 {
        self.zoom
    }

    /// The north-west corner in pixels of the whole world at this zoom.
    fn origin(self) -> (f64, f64) {
        let side = f64::from(TILE_PIXELS);
        (f64::from(self.x) * side, f64::from(self.y) * side)
    }
}

impl Scale {
    /// Pixels per CSS pixel, 1 or 2.
    pub fn factor(self) -> u32 {
        match self {
            Self::Single => 1,
            Self::Double => 2,
        }
    }
}

#[cfg(test)]
mod tests;
