//! Keeps the screen on: a web page can't follow a phone that is locked.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::VisibilityState;

/// Holds the screen on until the current owner goes. Browsers let go of it whenever the page is hidden,
/// so it is asked for again each time the page is looked at.
pub fn keep_screen_on() {
    let held = StoredValue::new_local(None::<JsValue>);
    let hold = move || {
        leptos::task::spawn_local(async move {
            let lock = request().await;
            // The run may have ended meanwhile.
            if held.try_set_value(lock.clone()).is_some() {
                release(lock);
            }
        });
    };
    hold();
    let looked_at = window_event_listener_untyped("visibilitychange", move |_| {
        if document().visibility_state() == VisibilityState::Visible {
            hold();
        }
    });
    on_cleanup(move || {
        looked_at.remove();
        release(held.try_get_value().flatten());
    });
}

/// `navigator.wakeLock.request("screen")`: web-sys has it as unstable only. None where it is missing or
/// refused, as on a low battery.
async fn request() -> Option<JsValue> {
    let manager = Reflect::get(&window().navigator(), &"wakeLock".into()).ok()?;
    let request: Function = method(&manager, "request")?;
    let promise: Promise = request
        .call1(&manager, &"screen".into())
        .ok()?
        .dyn_into()
        .ok()?;
    JsFuture::from(promise).await.ok()
}

fn release(lock: Option<JsValue>) {
    if let Some(lock) = lock
        && let Some(release) = method(&lock, "release")
    {
        // A lock that the browser took back already is released.
        let _ = release.call0(&lock);
    }
}

fn method(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}
