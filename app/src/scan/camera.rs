//! The camera behind the phone, looked through until whoever asked goes away.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Object, Reflect};
use leptos::prelude::{on_cleanup, window};
use porchlight_domain::time::Timestamp;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::detector::Detector;
use crate::clock::now;

/// Between two looks, milliseconds: five a second find a code as soon as it is held still.
const PAUSE_MS: u32 = 150;
/// A code that stays in view is not told again before it was away for so long, seconds.
const AWAY_S: f64 = 2.5;

/// Why there is nothing to look through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The person, or their browser, does not allow it.
    Refused,
    /// There is none, or it is in use.
    NoCamera,
}

impl Trouble {
    fn of(error: &JsValue) -> Self {
        let name = Reflect::get(error, &"name".into()).ok();
        match name.and_then(|name| name.as_string()).as_deref() {
            Some("NotAllowedError" | "SecurityError") => Self::Refused,
            _ => Self::NoCamera,
        }
    }
}

/// Shows what the camera sees in a video, and tells each code in it. Goes on until it is dropped; then the camera is
/// off.
pub async fn look(
    video: HtmlVideoElement,
    begins: impl Fn(),
    on_read: impl Fn(String),
) -> Result<(), Trouble> {
    let stream = Stream::open().await.map_err(|error| Trouble::of(&error))?;
    let to_stop = SendWrapper::new(stream.0.clone());
    on_cleanup(move || stop(&to_stop));
    video.set_src_object(Some(&stream.0));
    let playing = video.play().map_err(|error| Trouble::of(&error))?;
    JsFuture::from(playing)
        .await
        .map_err(|error| Trouble::of(&error))?;
    begins();
    let detector = Detector::new();
    let mut seen: Vec<(String, Timestamp)> = Vec::new();
    loop {
        for text in detector.look_at(&video).await {
            let known = seen.iter_mut().find(|(known, _)| *known == text);
            match known {
                Some((_, last)) if now().seconds_since(*last) < AWAY_S => *last = now(),
                Some((_, last)) => {
                    *last = now();
                    on_read(text);
                }
                None => {
                    seen.push((text.clone(), now()));
                    on_read(text);
                }
            }
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
}

/// A camera that is on until this is dropped.
struct Stream(MediaStream);

impl Stream {
    async fn open() -> Result<Self, JsValue> {
        let wanted = Object::new();
        Reflect::set(&wanted, &"facingMode".into(), &"environment".into())?;
        Reflect::set(&wanted, &"width".into(), &ideal(1280)?.into())?;
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&wanted);
        let devices = window().navigator().media_devices()?;
        let stream = devices.get_user_media_with_constraints(&constraints)?;
        Ok(Self(JsFuture::from(stream).await?.dyn_into()?))
    }
}

fn ideal(pixels: u32) -> Result<Object, JsValue> {
    let wish = Object::new();
    Reflect::set(&wish, &"ideal".into(), &pixels.into())?;
    Ok(wish)
}

impl Drop for Stream {
    fn drop(&mut self) {
        stop(&self.0);
    }
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}
