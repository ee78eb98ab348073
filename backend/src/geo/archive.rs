//! The stored form of an imported city: one compact file that loads in a moment.
//!
//! Layout, all numbers little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `PLCITY\r\n`: a file mangled by a text-mode transfer is recognised |
//! | 4 | version of the layout, [`VERSION`] |
//! | 4 | CRC-32 of the packed content |
//! | 8 | length of the packed content |
//! | 8 | length of the content when unpacked |
//! | rest | the [`City`] in postcard, packed with zlib |
//!
//! The checksum finds damage, not malice: load only files that your own import wrote.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, Crc, read::ZlibDecoder, write::ZlibEncoder};
use thiserror::Error;

use super::City;

/// Marks the file.
const MAGIC: &[u8; 8] = b"PLCITY\r\n";

/// Goes up whenever [`City`] or anything in it changes shape.
const VERSION: u32 = 1;

/// Length of everything before the content.
const HEADER_LENGTH: usize = 32;

/// 4 GiB unpacked: more than any metropolis; keeps a damaged header from asking for the moon.
const MAX_LENGTH: u64 = 1 << 32;

/// Why a stored city could not be written or read.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The disk said no.
    #[error("could not {doing} {path}: {source}", path = path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another kind of file.
    #[error("this is not a stored city; make one with `porchlight import-osm FILE.pbf`")]
    NotACity,
    /// Written by an older or newer Porchlight.
    #[error(
        "the stored city has version {found}, this Porchlight reads {VERSION}; import the extract again"
    )]
    Version {
        /// Version in the file.
        found: u32,
    },
    /// Cut off or changed since it was written.
    #[error("the stored city is damaged; import the extract again")]
    Damaged,
    /// The city does not fit the format.
    #[error("the city could not be encoded: {0}")]
    Encode(#[source] postcard::Error),
}

impl City {
    /// Writes the city to `path`, replacing it in one step: a reader sees the old file or the new
    /// one, never half of either.
    pub fn save(&self, path: &Path) -> Result<(), ArchiveError> {
        let bytes = pack(self)?;
        let unfinished = path.with_extension("plcity-part");
        let written = write_durably(&unfinished, &bytes);
        written
            .and_then(|()| fs::rename(&unfinished, path))
            .map_err(|source| {
                // Best effort: the error that matters is the first one.
                let _ = fs::remove_file(&unfinished);
                failed("write", path, source)
            })
    }

    /// Reads a city that [`City::save`] wrote.
    pub fn load(path: &Path) -> Result<Self, ArchiveError> {
        let bytes = fs::read(path).map_err(|source| failed("read", path, source))?;
        unpack(&bytes)
    }
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> ArchiveError {
    ArchiveError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn pack(city: &City) -> Result<Vec<u8>, ArchiveError> {
    let content = postcard::to_stdvec(city).map_err(ArchiveError::Encode)?;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let packed = encoder
        .write_all(&content)
        .and_then(|()| encoder.finish())
        .map_err(|source| failed("pack", Path::new("the city"), source))?;
    let mut out = Vec::with_capacity(HEADER_LENGTH + packed.len());
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&checksum(&packed).to_le_bytes());
    out.extend_from_slice(&(packed.len() as u64).to_le_bytes());
    out.extend_from_slice(&(content.len() as u64).to_le_bytes());
    out.extend_from_slice(&packed);
    Ok(out)
}

fn unpack(bytes: &[u8]) -> Result<City, ArchiveError> {
    let header = bytes.get(..HEADER_LENGTH).ok_or(ArchiveError::NotACity)?;
    let packed = &bytes[HEADER_LENGTH..];
    if !header.starts_with(MAGIC) {
        return Err(ArchiveError::NotACity);
    }
    let found = number(&header[8..12]);
    if found != u64::from(VERSION) {
        return Err(ArchiveError::Version {
            found: u32::try_from(found).unwrap_or(u32::MAX),
        });
    }
    let length = number(&header[24..32]);
    let intact = number(&header[16..24]) == packed.len() as u64
        && number(&header[12..16]) == u64::from(checksum(packed))
        && length <= MAX_LENGTH;
    if !intact {
        return Err(ArchiveError::Damaged);
    }
    let mut content = Vec::new();
    ZlibDecoder::new(packed)
        .take(length + 1)
        .read_to_end(&mut content)
        .map_err(|_| ArchiveError::Damaged)?;
    if content.len() as u64 != length {
        return Err(ArchiveError::Damaged);
    }
    let city: City = postcard::from_bytes(&content).map_err(|_| ArchiveError::Damaged)?;
    if city.streets.is_consistent() {
        Ok(city)
    } else {
        Err(ArchiveError::Damaged)
    }
}

/// Reads up to eight little-endian bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::helsinki;

    #[test]
    fn a_city_survives_storage() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("helsinki.plcity");
        helsinki().save(&path).expect("saved");
        assert_eq!(&City::load(&path).expect("loaded"), helsinki());
        let left: Vec<_> = fs::read_dir(folder.path()).expect("listed").collect();
        assert_eq!(left.len(), 1, "no unfinished file stays behind");
        let length = fs::metadata(&path).expect("there").len();
        assert!(length < 700_000, "{length} bytes: larger than the extract");
    }

    #[test]
    fn refuses_damage_anywhere() {
        let bytes = pack(helsinki()).expect("packed");
        for at in (8..bytes.len()).step_by(bytes.len() / 97) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(unpack(&damaged).is_err(), "byte {at}");
        }
        for length in [0, 7, 31, 32, 1000, bytes.len() - 1] {
            assert!(unpack(&bytes[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        assert!(matches!(unpack(b"<osm>"), Err(ArchiveError::NotACity)));
        assert!(matches!(unpack(&[b'x'; 64]), Err(ArchiveError::NotACity)));
        let mut newer = pack(helsinki()).expect("packed");
        newer[8] = 9;
        assert!(matches!(
            unpack(&newer),
            Err(ArchiveError::Version { found: 9 })
        ));
        let missing = City::load(Path::new("/nonexistent/city.plcity"));
        assert!(matches!(
            missing,
            Err(ArchiveError::Io { doing: "read", .. })
        ));
    }
}
