//! Making a photo small enough for a bad connection. Drawn anew, it has lost what the camera wrote beside it:
//! place, time, owner.

use leptos::prelude::*;
use porchlight_domain::delivery::PictureKind;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use super::Shot;

/// Pixels along the longer side: a house number across the street is still read.
const LONGER_SIDE: f64 = 1600.0;
/// What the server takes, bytes, as it counts in base64: 4 characters for 3 bytes.
const MOST_CHARACTERS: usize = 240 * 1024 / 3 * 4;
/// One after the other, until the file is small enough: how large, and how well the JPEG is written.
const TRIES: [(f64, f64); 5] = [
    (1.0, 0.8),
    (1.0, 0.65),
    (0.75, 0.65),
    (0.6, 0.5),
    (0.4, 0.5),
];

/// A file that a camera wrote as a small JPEG, upright. None when it is no picture.
pub async fn shrink(file: &Blob) -> Option<Shot> {
    let bitmap = window().create_image_bitmap_with_blob(file).ok()?;
    let bitmap = JsFuture::from(bitmap).await.ok()?;
    let bitmap: ImageBitmap = bitmap.unchecked_into();
    let small = TRIES.iter().find_map(|(size, quality)| {
        let url = drawn(&bitmap, *size, *quality)?;
        (url.len() <= MOST_CHARACTERS).then_some(url)
    });
    bitmap.close();
    Shot::of_canvas(PictureKind::Photo, &small?)
}

fn drawn(bitmap: &ImageBitmap, size: f64, quality: f64) -> Option<String> {
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGER_SIDE / width.max(height)).min(1.0) * size;
    let canvas = document().create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.unchecked_into();
    canvas.set_width(pixels(width * scale));
    canvas.set_height(pixels(height * scale));
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context(&canvas)?
        .draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)
        .ok()?;
    canvas
        .to_data_url_with_type_and_encoder_options("image/jpeg", &JsValue::from_f64(quality))
        .ok()
}

/// Where a canvas is drawn on.
pub(super) fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d").ok()??;
    Some(context.unchecked_into())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 1 to the sides of a photo"
)]
fn pixels(length: f64) -> u32 {
    length.round().max(1.0) as u32
}
