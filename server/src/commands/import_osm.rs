//! `porchlight import-osm`.

use std::path::Path;

use porchlight_backend::geo;

use super::{Failure, say};

pub(super) fn import(file: &Path, out: &Path) -> Result<(), Failure> {
    say(&format!("Reading {} …", file.display()))?;
    let city = geo::import(file)?;
    city.save(out)?;
    say(&format!(
        "{}: {} addresses, {} post offices.\nWritten to {}; set `city` to it.\n{}",
        city.name,
        city.addresses.len(),
        city.post_offices.len(),
        out.display(),
        geo::ATTRIBUTION,
    ))?;
    Ok(())
}
