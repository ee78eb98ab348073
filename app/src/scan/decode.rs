//! Finding and reading QR codes in pictures.

use rqrr::PreparedImage;

/// Every QR in a picture of grey pixels, one byte each, row by row.
pub fn read_grey(width: usize, height: usize, grey: &[u8]) -> Vec<String> {
    if grey.len() < width * height {
        return Vec::new();
    }
    let mut picture =
        PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    let grids = picture.detect_grids();
    let read = grids.iter().filter_map(|grid| grid.decode().ok());
    read.map(|(_, text)| text).collect()
}

/// How bright each pixel is, of red, green, blue and opacity (ITU-R BT.601).
pub fn grey(rgba: &[u8]) -> Vec<u8> {
    let brightness = |pixel: &[u8]| {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
        u8::try_from((red * 77 + green * 150 + blue * 29) >> 8).unwrap_or(u8::MAX)
    };
    rgba.chunks_exact(4).map(brightness).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_bright_and_black_is_dark() {
        assert_eq!(grey(&[255, 255, 255, 255, 0, 0, 0, 255]), [255, 0]);
        assert_eq!(
            grey(&[255, 0, 0, 255, 0, 255]),
            [76],
            "half a pixel is none"
        );
    }

    #[test]
    fn a_picture_without_a_code_has_none() {
        assert!(read_grey(100, 100, &[200; 10_000]).is_empty());
        assert!(read_grey(100, 100, &[0; 10]).is_empty(), "cut off");
    }
}
