//! Which files are pictures that we keep: JPEG and PNG, of a size that any phone can show, without what
//! cameras write into them beside the picture (place, time, owner).

use bytes::Bytes;
use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use thiserror::Error;

use super::MAX_PICTURE_BYTES;
use crate::Error;

/// Pixels along one side.
const MAX_SIDE: u32 = 4096;

/// Why a file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPicture {
    /// Too many bytes.
    #[error("a picture has at most {} kB", MAX_PICTURE_BYTES / 1024)]
    TooLarge,
    /// Something else, or damaged.
    #[error("a picture is a whole JPEG or PNG file")]
    Unreadable,
    /// Too many pixels.
    #[error("a picture has 1 to {MAX_SIDE} pixels along each side")]
    Sides,
    /// EXIF, XMP, IPTC or comments.
    #[error("take out what the camera wrote beside the picture: EXIF, XMP, IPTC, comments")]
    Metadata,
}

impl From<InvalidPicture> for Error {
    fn from(problem: InvalidPicture) -> Self {
        Self::invalid("picture", &problem)
    }
}

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Jpeg,
    Png,
}

impl Form {
    /// As HTTP names it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png]
            .into_iter()
            .find(|form| form.as_str() == text)
    }
}

/// How a file is written that can be kept.
pub(super) fn media_type(bytes: &[u8]) -> Result<Form, InvalidPicture> {
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(InvalidPicture::TooLarge);
    }
    let file = Bytes::copy_from_slice(bytes);
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        check_png(file).map(|()| Form::Png)
    } else {
        check_jpeg(file).map(|()| Form::Jpeg)
    }
}

fn check_jpeg(file: Bytes) -> Result<(), InvalidPicture> {
    let jpeg = Jpeg::from_bytes(file).map_err(|_| InvalidPicture::Unreadable)?;
    let mut sides = None;
    for segment in jpeg.segments() {
        match segment.marker() {
            // APP1 holds EXIF and XMP, APP13 IPTC.
            markers::APP1 | markers::APP13 | markers::COM => return Err(InvalidPicture::Metadata),
            marker if is_start_of_frame(marker) => sides = jpeg_sides(segment.contents()),
            _ => {}
        }
    }
    check_sides(sides)
}

/// ITU-T T.81, table B.1: SOF0 to SOF15 without DHT, JPG and DAC, which stand between them.
fn is_start_of_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// ITU-T T.81, B.2.2: precision, lines, samples of a line.
fn jpeg_sides(frame: &[u8]) -> Option<(u32, u32)> {
    let [_, high_y, low_y, high_x, low_x, ..] = *frame else {
        return None;
    };
    let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
    Some((side(high_x, low_x), side(high_y, low_y)))
}

fn check_png(file: Bytes) -> Result<(), InvalidPicture> {
    let png = Png::from_bytes(file).map_err(|_| InvalidPicture::Unreadable)?;
    let says_more = |kind| png.chunk_by_type(kind).is_some();
    if [*b"eXIf", *b"tEXt", *b"zTXt", *b"iTXt"]
        .into_iter()
        .any(says_more)
    {
        return Err(InvalidPicture::Metadata);
    }
    let header = png
        .chunk_by_type(*b"IHDR")
        .ok_or(InvalidPicture::Unreadable)?;
    check_sides(png_sides(header.contents()))
}

/// PNG specification, 11.2.1: width, height.
fn png_sides(header: &[u8]) -> Option<(u32, u32)> {
    let (width, rest) = header.split_first_chunk::<4>()?;
    let (height, _) = rest.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

fn check_sides(sides: Option<(u32, u32)>) -> Result<(), InvalidPicture> {
    let (width, height) = sides.ok_or(InvalidPicture::Unreadable)?;
    let fits = |side| (1..=MAX_SIDE).contains(&side);
    if fits(width) && fits(height) {
        Ok(())
    } else {
        Err(InvalidPicture::Sides)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{jpeg, png};

    #[test]
    fn pictures_are_kept_and_other_files_are_not() {
        assert_eq!(media_type(&jpeg(640, 480)), Ok(Form::Jpeg));
        assert_eq!(media_type(&png(640, 480)), Ok(Form::Png));
        for sides in [(0, 10), (10, 0), (4097, 10), (10, 60_000)] {
            let (width, height) = sides;
            let wrong = Err(InvalidPicture::Sides);
            assert_eq!(media_type(&jpeg(width, height)), wrong, "{sides:?}");
            assert_eq!(media_type(&png(width.into(), height.into())), wrong);
        }
        for file in [
            &b""[..],
            b"<svg/>",
            b"GIF89a",
            &jpeg(640, 480)[..20],
            b"\xff\xd8\xff",
        ] {
            assert!(media_type(file).is_err(), "{file:?}");
        }
        let large = vec![0xff; MAX_PICTURE_BYTES + 1];
        assert_eq!(media_type(&large), Err(InvalidPicture::TooLarge));
    }

    #[test]
    fn what_the_camera_wrote_is_refused() {
        let with = |marker: u8, contents: &[u8]| {
            let mut file = jpeg(640, 480);
            let length = u16::try_from(contents.len() + 2).expect("short");
            let segment = [&[0xff, marker][..], &length.to_be_bytes(), contents].concat();
            file.splice(2..2, segment);
            file
        };
        let exif = b"Exif\0\0MM\0*\0\0\0\x08";
        assert_eq!(media_type(&with(0xE1, exif)), Err(InvalidPicture::Metadata));
        assert_eq!(
            media_type(&with(0xFE, b"by me")),
            Err(InvalidPicture::Metadata)
        );
        assert_eq!(
            media_type(&with(0xED, b"Photoshop")),
            Err(InvalidPicture::Metadata)
        );
        assert_eq!(media_type(&with(0xE2, b"ICC_PROFILE")), Ok(Form::Jpeg));
    }
}
