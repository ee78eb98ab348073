//! Import of an `OpenStreetMap` extract (`.osm.pbf`), of any place and from any source.
//!
//! To read one more thing from the map: add its keys to [`tags::KEPT`], say in
//! [`extract`] which objects carry it, and read it in the file of its noun.

mod addresses;
mod coast;
mod extract;
mod layers;
mod places;
mod streets;
mod tags;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::City;
use extract::Extract;

/// Why an extract could not be imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file could not be opened or read.
    #[error("could not read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not a PBF file, or one that is cut off or damaged.
    #[error("{path} is not an OpenStreetMap PBF extract, or it is damaged: {reason}", path = path.display())]
    NotPbf {
        /// The file.
        path: PathBuf,
        /// What the reader stumbled over.
        reason: String,
    },
    /// A good file of a place without streets.
    #[error("the extract holds no street that a van could drive")]
    NoStreets,
    /// More junctions than the street search is made for.
    #[error(
        "the extract holds {junctions} junctions, more than {limit}; cut out the area you deliver in"
    )]
    TooLarge {
        /// Junctions found.
        junctions: usize,
        /// Junctions allowed.
        limit: usize,
    },
}

/// Reads an extract and prepares everything for search and drawing. Takes seconds for a city,
/// minutes for a metropolis: run it off the request path.
pub fn import(path: &Path) -> Result<City, ImportError> {
    let extract = Extract::read(path)?;
    let streets = streets::network(&extract)?;
    let bounds = extract.bounds(streets.bounds());
    Ok(City {
        name: places::city_name(&extract),
        bounds,
        addresses: addresses::addresses(&extract),
        post_offices: places::post_offices(&extract),
        streets: Arc::new(streets),
        base_map: Arc::new(layers::base_map(&extract, bounds)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::{HELSINKI_PBF, helsinki};

    #[test]
    fn finds_what_is_in_the_helsinki_extract() {
        let city = helsinki();
        assert_eq!(city.name, "Helsinki");
        assert!((city.bounds.min.lat() - 60.164_155).abs() < 1e-6);
        assert!((city.bounds.max.lon() - 24.953_414_5).abs() < 1e-6);
        let names: Vec<_> = city.post_offices.iter().map(|o| o.name.as_str()).collect();
        assert_eq!(names, ["Pääposti", "Helsinki 00130"]);
    }

    #[test]
    fn refuses_what_is_not_an_extract() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("written");
            path
        };
        let whole = std::fs::read(HELSINKI_PBF).expect("the extract is there");
        let broken: [(&str, &[u8]); 5] = [
            ("empty.pbf", b""),
            (
                "map.osm",
                b"<?xml version=\"1.0\"?><osm version=\"0.6\"></osm>",
            ),
            ("cut.pbf", &whole[..whole.len() / 2]),
            ("photo.pbf", &[0xff; 4096]),
            ("zeros.pbf", &[0; 4096]),
        ];
        for (name, bytes) in broken {
            let refused = import(&write(name, bytes));
            assert!(matches!(refused, Err(ImportError::NotPbf { .. })), "{name}");
        }
        let missing = import(Path::new("/nonexistent.pbf"));
        assert!(matches!(missing, Err(ImportError::Read { .. })));
    }

    #[test]
    fn survives_flipped_bytes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("flipped.pbf");
        let whole = std::fs::read(HELSINKI_PBF).expect("the extract is there");
        for at in (0..whole.len()).step_by(whole.len() / 12) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            std::fs::write(&path, &flipped).expect("written");
            // The packed blocks carry checksums: nearly every flip is found, none may panic.
            drop(import(&path));
        }
    }
}
