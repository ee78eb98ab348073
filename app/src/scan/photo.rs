//! Codes in a photo.

use leptos::ev::Event;
use leptos::prelude::{event_target, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement, ImageBitmap};

use super::detector;

/// Widths at which a photo is looked at, pixels: a code that fills it, and a small one.
const WIDTHS: [f64; 3] = [800.0, 1600.0, 400.0];

/// The photo that was taken or chosen.
pub fn taken(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event_target(event);
    let photo = input.files()?.get(0);
    // The same photo may be chosen again.
    input.set_value("");
    photo
}

/// The codes in it.
pub async fn read(photo: &File) -> Vec<String> {
    let Ok(opening) = window().create_image_bitmap_with_blob(photo) else {
        return Vec::new();
    };
    let opened = JsFuture::from(opening).await.ok();
    let Some(picture) = opened.and_then(|picture| picture.dyn_into::<ImageBitmap>().ok()) else {
        return Vec::new();
    };
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let found = WIDTHS.into_iter().find_map(|wanted| {
        let scale = (wanted / width).min(1.0);
        let (width, height) = (width * scale, height * scale);
        let found = detector::read(width, height, |context| {
            context.draw_image_with_image_bitmap_and_dw_and_dh(&picture, 0.0, 0.0, width, height)
        });
        (!found.is_empty()).then_some(found)
    });
    found.unwrap_or_default()
}
