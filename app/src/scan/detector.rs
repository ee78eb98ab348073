//! What reads codes: the browser where it can, and our own decoder where it can't.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement};

use super::decode;

/// Enough for a code that fills a third of the picture, pixels.
const VIDEO_WIDTH: u32 = 800;

/// Reads codes in pictures.
pub enum Detector {
    /// The browser's `BarcodeDetector`, which web-sys does not know. It reads bar codes too.
    Browser(JsValue),
    /// Ours, for QR codes.
    Own,
}

impl Detector {
    /// The better one that there is.
    pub fn new() -> Self {
        browsers_detector().map_or(Self::Own, Self::Browser)
    }

    /// The codes a video shows now.
    pub async fn look_at(&self, video: &HtmlVideoElement) -> Vec<String> {
        if video.video_width() == 0 {
            return Vec::new();
        }
        match self {
            Self::Browser(detector) => ask(detector, video).await.unwrap_or_default(),
            Self::Own => {
                let scale = f64::from(VIDEO_WIDTH) / f64::from(video.video_width());
                let scale = scale.min(1.0);
                let width = f64::from(video.video_width()) * scale;
                let height = f64::from(video.video_height()) * scale;
                read(width, height, |context| {
                    context.draw_image_with_html_video_element_and_dw_and_dh(
                        video, 0.0, 0.0, width, height,
                    )
                })
            }
        }
    }
}

/// Draws a picture of this size and reads the codes in it.
pub fn read(
    width: f64,
    height: f64,
    draw: impl FnOnce(&CanvasRenderingContext2d) -> Result<(), JsValue>,
) -> Vec<String> {
    pixels(width, height, draw).unwrap_or_default()
}

fn pixels(
    width: f64,
    height: f64,
    draw: impl FnOnce(&CanvasRenderingContext2d) -> Result<(), JsValue>,
) -> Result<Vec<String>, JsValue> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels of a picture"
    )]
    let (columns, rows) = (width as u32, height as u32);
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    canvas.set_width(columns);
    canvas.set_height(rows);
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &true.into())?;
    let context = canvas
        .get_context_with_context_options("2d", &options)?
        .ok_or(JsValue::NULL)?
        .dyn_into::<CanvasRenderingContext2d>()?;
    draw(&context)?;
    let picture = context.get_image_data(0.0, 0.0, f64::from(columns), f64::from(rows))?;
    let grey = decode::grey(&picture.data());
    Ok(decode::read_grey(columns as usize, rows as usize, &grey))
}

fn browsers_detector() -> Option<JsValue> {
    let kind = Reflect::get(&window(), &"BarcodeDetector".into()).ok()?;
    let kind: Function = kind.dyn_into().ok()?;
    let formats = Array::of2(&"qr_code".into(), &"code_128".into());
    let options = Object::new();
    Reflect::set(&options, &"formats".into(), &formats).ok()?;
    Reflect::construct(&kind, &Array::of1(&options)).ok()
}

async fn ask(detector: &JsValue, video: &HtmlVideoElement) -> Result<Vec<String>, JsValue> {
    let detect: Function = Reflect::get(detector, &"detect".into())?.dyn_into()?;
    let asked: Promise = detect.call1(detector, video)?.dyn_into()?;
    let found: Array = JsFuture::from(asked).await?.dyn_into()?;
    let text = |code: JsValue| Reflect::get(&code, &"rawValue".into()).ok()?.as_string();
    Ok(found.iter().filter_map(text).collect())
}
