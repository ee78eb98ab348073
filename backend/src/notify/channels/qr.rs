//! QR codes as pictures that every mail program and browser shows.

use png::{BitDepth, ColorType, Compression, Encoder};
use qrcode::{Color, EcLevel, QrCode};

/// Modules of quiet around it, as ISO/IEC 18004 asks.
const QUIET: usize = 4;
/// Pixels on a side of a module: sharp on a screen, and some hundred bytes.
const PIXELS: usize = 4;

/// A square picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    /// The file.
    pub(super) png: Vec<u8>,
    /// Its width and height, pixels: at any other size the modules come out uneven.
    pub(super) side: u32,
}

/// The QR of a text, black on white; none when it is too long for any.
pub(super) fn picture_of(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (modules, width) = (code.to_colors(), code.width());
    let side = (width + 2 * QUIET) * PIXELS;
    let is_dark = |x: usize, y: usize| {
        let (x, y) = (x.checked_sub(QUIET)?, y.checked_sub(QUIET)?);
        (x < width && y < width).then(|| modules[y * width + x] == Color::Dark)
    };
    // A bit for each pixel, rows in whole bytes: 1 is white.
    let mut bits = vec![0_u8; side.div_ceil(8) * side];
    for (y, row) in bits.chunks_mut(side.div_ceil(8)).enumerate() {
        for x in (0..side).filter(|x| is_dark(x / PIXELS, y / PIXELS) != Some(true)) {
            row[x / 8] |= 0x80 >> (x % 8);
        }
    }
    let mut file = Vec::new();
    let side = u32::try_from(side).ok()?;
    let mut encoder = Encoder::new(&mut file, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_compression(Compression::High);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bits).ok()?;
    writer.finish().ok()?;
    Some(Picture { png: file, side })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_small_black_and_white_picture() {
        let text = "PLP1/PL-RE37-7BS6/T8716FXKB/".repeat(8);
        let Picture { png: file, side } = picture_of(&text).expect("it fits");
        assert!(file.len() < 2500, "{} bytes", file.len());
        let decoder = png::Decoder::new(std::io::Cursor::new(&file));
        let mut reader = decoder.read_info().expect("a picture");
        let mut bits = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bits).expect("pixels");
        assert_eq!((info.width, info.height), (side, side));
        assert_eq!(bits[0], 0xff, "quiet");
        // The finder in the corner is dark.
        let corner = QUIET * PIXELS;
        assert_eq!(bits[corner * info.line_size + corner / 8], 0);
        assert_eq!(picture_of(&"x".repeat(10_000)), None);
    }
}
