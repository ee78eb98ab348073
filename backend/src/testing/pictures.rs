//! Small files of the form that couriers' phones send.

use bytes::Bytes;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};

/// A JPEG that says it has so many pixels, grey and short.
pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let (x, y) = (width.to_be_bytes(), height.to_be_bytes());
    let frame = vec![8, y[0], y[1], x[0], x[1], 1, 1, 0x11, 0];
    let scan = vec![1, 1, 0, 0, 63, 0];
    let mut jpeg = Jpeg::from_bytes(Bytes::from_static(b"\xff\xd8\xff\xd9")).expect("the shortest");
    let mut scanned = JpegSegment::new_with_entropy(markers::SOS, scan.into(), vec![0x2a].into());
    let segments = jpeg.segments_mut();
    segments.push(JpegSegment::new_with_contents(markers::SOF0, frame.into()));
    segments.push(std::mem::replace(
        &mut scanned,
        JpegSegment::new(markers::EOI),
    ));
    jpeg.encoder().bytes().to_vec()
}

/// A PNG that says it has so many pixels, and has none.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 0, 0, 0, 0],
    ]
    .concat();
    let chunks = [
        (*b"IHDR", header),
        (*b"IDAT", Vec::new()),
        (*b"IEND", Vec::new()),
    ];
    let mut png = Png::from_bytes(Bytes::from_static(b"\x89PNG\r\n\x1a\n")).expect("the shortest");
    for (kind, contents) in chunks {
        png.chunks_mut().push(PngChunk::new(kind, contents.into()));
    }
    png.encoder().bytes().to_vec()
}
