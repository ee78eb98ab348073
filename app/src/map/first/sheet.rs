//! Tiles and marks of one zoom, and the style that says at which size of the map they are shown.

use std::fmt::Write;

use super::fit::{Fit, Pixels, TILE_PX};
use super::marks::Marks;
use super::tiles::{Haste, Patch, Tiles};
use crate::map::base::ATTRIBUTION;
use crate::map::leaflet_script::ADDRESS;

/// Maps on phones and on tablets, above the words.
const NARROW: [Pixels; 6] = [
    [390.0, 400.0],
    [320.0, 254.0],
    [360.0, 294.0],
    [430.0, 458.0],
    [768.0, 509.0],
    [844.0, 224.0],
];
/// Maps on wider screens, beside the words.
const WIDE: [Pixels; 4] = [
    [848.0, 736.0],
    [592.0, 704.0],
    [1008.0, 836.0],
    [1488.0, 1016.0],
];
/// Between the screens above are others.
const BETWEEN: f64 = 1.125;

/// Every zoom that some screen gets, its style before it, and Leaflet after it.
pub fn sheets(fit: &Fit, marks: &Marks, tiles: &Tiles, nonce: &str) -> String {
    let screens = || NARROW.iter().chain(&WIDE);
    let mut zooms: Vec<u8> = screens().filter_map(|map| fit.zoom(*map)).collect();
    zooms.sort_unstable();
    zooms.dedup();
    let (mut style, mut sheets) = (String::new(), String::new());
    for zoom in &zooms {
        let maps = screens().filter(|map| fit.zoom(**map) == Some(*zoom));
        let Some(patch) = maps
            .map(|[width, height]| patch(fit, *zoom, [width * BETWEEN, height * BETWEEN]))
            .reduce(|all, one| all.with(&one))
        else {
            continue;
        };
        let sheet = Sheet::new(fit, *zoom, patch);
        sheet.write_style(fit, marks, &mut style);
        sheet.write(fit, marks, tiles, &mut sheets);
    }
    let closer = zooms.last().and_then(|zoom| fit.condition(zoom + 1));
    if let Some(closer) = closer {
        let _ = write!(style, "@container {closer}{{.map__sheet{{display:none}}}}");
    }
    format!(
        "<style nonce=\"{nonce}\">{style}</style>{sheets}\
         <div class=\"leaflet-bottom leaflet-right\">\
         <div class=\"leaflet-control leaflet-control-attribution\">{ATTRIBUTION}</div></div>\
         <template data-late><script src=\"{ADDRESS}\" nonce=\"{nonce}\"></script></template>"
    )
}

/// The tiles that a map of this size shows.
fn patch(fit: &Fit, zoom: u8, map: Pixels) -> Patch {
    let origin = fit.origin(zoom, map);
    let end = [origin[0] + map[0] - 1.0, origin[1] + map[1] - 1.0];
    let patch = Patch::between(origin, end);
    match fit.limits(zoom) {
        Some([low, high]) => patch.within(&Patch::between(low, high)),
        None => patch,
    }
}

struct Sheet {
    zoom: u8,
    patch: Patch,
    /// The pixel from which everything is counted, so that numbers are short.
    corner: Pixels,
}

impl Sheet {
    fn new(fit: &Fit, zoom: u8, patch: Patch) -> Self {
        Self {
            zoom,
            patch,
            corner: fit.centre(zoom).map(f64::floor),
        }
    }

    /// Shown from the smallest map with this zoom on, until the next sheet's rule hides it.
    fn write_style(&self, fit: &Fit, marks: &Marks, out: &mut String) {
        let Self {
            zoom,
            patch,
            corner,
        } = self;
        let Some(condition) = fit.condition(*zoom) else {
            return;
        };
        let from_corner = |at: Pixels| [at[0] - corner[0], at[1] - corner[1]];
        let [x, y] = from_corner(fit.centre(*zoom));
        let [low, high] = fit.limits(*zoom).unwrap_or([[-1e9; 2], [1e9; 2]]);
        let ([west, north], [east, south]) = (from_corner(low), from_corner(high));
        let [left, top] = from_corner(patch.corner());
        let columns = patch.columns.len();
        let _ = write!(
            out,
            "@container {condition}{{.map__sheet{{display:none}}.map__sheet--{zoom}{{display:block}}}}\
             .map__sheet--{zoom}{{--x:{x:.4}px;--y:{y:.4}px;--west:{west:.4}px;--north:{north:.4}px;\
             --east:{east:.4}px;--south:{south:.4}px}}\
             .map__sheet--{zoom} .map__tiles{{left:{left}px;top:{top}px;\
             grid-template-columns:repeat({columns},{TILE_PX}px)}}"
        );
        marks.write_style(*zoom, *corner, out);
    }

    fn write(&self, fit: &Fit, marks: &Marks, tiles: &Tiles, out: &mut String) {
        let zoom = self.zoom;
        let at_once = |map: Pixels| {
            let is_shown = fit.zoom(map) == Some(zoom);
            is_shown.then(|| patch(fit, zoom, map))
        };
        let centre = fit.centre(zoom);
        let middle = Patch::between(centre, centre);
        let (narrow, wide) = (at_once(NARROW[0]), at_once(WIDE[0]));
        let _ = write!(
            out,
            "<div class=\"map__sheet map__sheet--{zoom}\" aria-hidden=\"true\"><div class=\"map__tiles\">"
        );
        for (x, y) in self.patch.tiles() {
            let is_in = |patch: &Option<Patch>| patch.as_ref().is_some_and(|patch| patch.has(x, y));
            let haste = match (is_in(&narrow), is_in(&wide)) {
                (true, _) if wide.is_some() => Haste::AtOnce,
                (_, true) if narrow.is_some() => Haste::AtOnce,
                (true, _) => Haste::AtOnceIfNarrow,
                (_, true) => Haste::AtOnceIfWide,
                (false, false) => Haste::WhenSeen,
            };
            tiles.write(zoom, (x, y), haste, middle.has(x, y), out);
        }
        out.push_str("</div><div class=\"map__marks\">");
        marks.write(zoom, self.corner, out);
        out.push_str("</div></div>");
    }
}
