//! Fetching Leaflet, once.

use js_sys::{Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Served by us, as it is published.
pub const ADDRESS: &str = "/vendor/leaflet/leaflet.js";

/// Whether Leaflet's global object is there.
fn is_there() -> bool {
    Reflect::has(&window(), &JsValue::from("L")).unwrap_or(false)
}

/// Waits until Leaflet is there; false when it can't be fetched.
pub async fn load() -> bool {
    is_there() || (JsFuture::from(fetch()).await.is_ok() && is_there())
}

fn fetch() -> Promise {
    Promise::new(&mut |resolve, reject| {
        let appended = append(&resolve, &reject);
        if let Err(error) = appended {
            // Rejecting a promise does not throw.
            let _ = reject.call1(&JsValue::UNDEFINED, &error);
        }
    })
}

fn append(resolve: &js_sys::Function, reject: &js_sys::Function) -> Result<(), JsValue> {
    let script = document().create_element("script")?;
    script.set_attribute("src", ADDRESS)?;
    for (event, settle) in [("load", resolve), ("error", reject)] {
        let settle = settle.clone();
        let listener = Closure::once_into_js(move || {
            let _ = settle.call0(&JsValue::UNDEFINED);
        });
        script.add_event_listener_with_callback(event, listener.unchecked_ref())?;
    }
    let head = document().head().ok_or(JsValue::UNDEFINED)?;
    head.append_child(&script)?;
    Ok(())
}
