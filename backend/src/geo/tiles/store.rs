//! Tiles for many readers: drawn once, a few at a time, kept within a bound.

use std::sync::Arc;

use bytes::Bytes;
use moka::future::Cache;
use tokio::sync::Semaphore;

use super::{Scale, Style, TileError, TileId, TileRenderer};

/// Drawing takes a whole core: two at a time leave room for everything else.
const AT_ONCE: usize = 2;

/// What a cached tile costs besides its bytes, roughly.
const OVERHEAD_BYTES: u32 = 200;

/// Which picture; all tiles without anything on them are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    tile: Option<TileId>,
    style: Style,
    scale: Scale,
}

/// A cache of drawn tiles over a renderer. Cloning it shares it.
#[derive(Debug, Clone)]
pub struct TileStore {
    renderer: Arc<TileRenderer>,
    drawn: Cache<Key, Bytes>,
    permits: Arc<Semaphore>,
}

impl TileStore {
    /// A store that keeps at most about `max_bytes` of tiles, the most used ones.
    pub fn new(renderer: TileRenderer, max_bytes: u64) -> Self {
        let weight = |_: &Key, tile: &Bytes| {
            u32::try_from(tile.len())
                .unwrap_or(u32::MAX)
                .saturating_add(OVERHEAD_BYTES)
        };
        Self {
            renderer: Arc::new(renderer),
            drawn: Cache::builder()
                .max_capacity(max_bytes)
                .weigher(weight)
                .build(),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The tile as PNG, drawn now unless it is kept. Readers of one tile wait for one drawing.
    pub async fn tile(&self, tile: TileId, style: Style, scale: Scale) -> Result<Bytes, TileError> {
        let key = Key {
            tile: self.renderer.covers(tile).then_some(tile),
            style,
            scale,
        };
        let drawing = self.draw(tile, style, scale);
        let drawn = self.drawn.try_get_with(key, drawing).await;
        drawn.map_err(|error| TileError::clone(&error))
    }

    async fn draw(&self, tile: TileId, style: Style, scale: Scale) -> Result<Bytes, TileError> {
        let failed = |error: String| TileError::Drawing(error);
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|error| failed(error.to_string()))?;
        let renderer = Arc::clone(&self.renderer);
        let drawing = tokio::task::spawn_blocking(move || {
            // Held until the drawing is done, also when its reader has gone.
            let _permit = permit;
            renderer.render(tile, style, scale)
        });
        let png = drawing.await.map_err(|error| failed(error.to_string()))??;
        Ok(Bytes::from(png))
    }
}
