//! Fetching Leaflet, once.

use futures::future::select;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Served by us, as it is published.
pub const ADDRESS: &str = "/vendor/leaflet/leaflet.js";
/// Later the page says that there is no map, milliseconds.
const PATIENCE_MS: u32 = 15_000;

/// Whether Leaflet's global object is there.
fn is_there() -> bool {
    Reflect::has(&window(), &JsValue::from("L")).unwrap_or(false)
}

/// Waits until Leaflet is there; false when it does not come.
pub async fn load() -> bool {
    if is_there() {
        return true;
    }
    // A script that failed before we listened says nothing any more.
    let give_up = TimeoutFuture::new(PATIENCE_MS);
    select(JsFuture::from(arrival()), give_up).await;
    is_there()
}

fn arrival() -> Promise {
    Promise::new(&mut |resolve, _| {
        let waiting = wait_for_script(&resolve);
        if waiting.is_err() {
            // Calling the resolver of a promise does not throw.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    })
}

/// Calls back when the script of the page, or else one added now, has run or failed.
fn wait_for_script(call_back: &Function) -> Result<(), JsValue> {
    let of_the_page = document().query_selector(&format!("script[src='{ADDRESS}']"))?;
    let is_on_its_way = of_the_page.is_some();
    let script = match of_the_page {
        Some(script) => script,
        None => document().create_element("script")?,
    };
    for event in ["load", "error"] {
        script.add_event_listener_with_callback(event, call_back)?;
    }
    if !is_on_its_way {
        script.set_attribute("src", ADDRESS)?;
        let head = document().head().ok_or(JsValue::UNDEFINED)?;
        head.append_child(&script)?;
    }
    Ok(())
}
