//! Draws four by four tiles of the base map into one picture, to look at while changing its style:
//!
//! `cargo run -p porchlight-backend --example mosaic -- CITY.osm.pbf LAT LON ZOOM light|dark OUT.png`

use std::error::Error;
use std::fs::File;
use std::io::Cursor;
use std::path::Path;
use std::time::Instant;

use porchlight_backend::geo::mercator::WorldPoint;
use porchlight_backend::geo::tiles::{Scale, Style, TileId, TileRenderer};
use porchlight_backend::geo::{City, import};
use porchlight_domain::geo::Position;

const TILES: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [city, lat, lon, zoom, style, out] = arguments.as_slice() else {
        return Err("CITY LAT LON ZOOM light|dark OUT.png".into());
    };
    let city = open(Path::new(city))?;
    let style = if style == "dark" {
        Style::Dark
    } else {
        Style::Light
    };
    let middle = WorldPoint::of(Position::new(lat.parse()?, lon.parse()?)?);
    let zoom: u8 = zoom.parse()?;
    let renderer = TileRenderer::new(&city)?;
    let first = |units: u32| (units >> (32 - zoom)).saturating_sub(TILES / 2);
    let side = 256 * usize::try_from(TILES)?;
    let mut picture = vec![0; side * side * 3];
    let started = Instant::now();
    for (row, y) in (first(middle.y)..).take(4).enumerate() {
        for (column, x) in (first(middle.x)..).take(4).enumerate() {
            let tile = renderer.render(TileId::new(zoom, x, y)?, style, Scale::Single)?;
            let pixels = decode(&tile)?;
            for line in 0..256 {
                let at = ((row * 256 + line) * side + column * 256) * 3;
                picture[at..at + 768].copy_from_slice(&pixels[line * 768..(line + 1) * 768]);
            }
        }
    }
    eprintln!("{:?} a tile", started.elapsed() / (TILES * TILES));
    let mut encoder = png::Encoder::new(File::create(out)?, 256 * TILES, 256 * TILES);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&picture)?;
    Ok(())
}

fn open(path: &Path) -> Result<City, Box<dyn Error>> {
    if path.extension().is_some_and(|kind| kind == "plcity") {
        Ok(City::load(path)?)
    } else {
        Ok(import(path)?)
    }
}

fn decode(tile: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut reader = png::Decoder::new(Cursor::new(tile)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
    reader.next_frame(&mut pixels)?;
    Ok(pixels)
}
