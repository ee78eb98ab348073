//! Which tiles of the map the service worker keeps.

use js_sys::{Array, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

/// Has the worker keep these and no others.
pub async fn keep_tiles(tiles: &[String]) {
    // Where there is no worker, the browser's own cache has what was looked at.
    let _ = tell(tiles).await;
}

async fn tell(tiles: &[String]) -> Option<()> {
    let container = Reflect::get(&window().navigator(), &"serviceWorker".into()).ok()?;
    let container: ServiceWorkerContainer = container.dyn_into().ok()?;
    let ready = JsFuture::from(container.ready().ok()?).await.ok()?;
    let worker = ready
        .dyn_into::<ServiceWorkerRegistration>()
        .ok()?
        .active()?;
    let list: Array = tiles.iter().map(|tile| JsValue::from(&**tile)).collect();
    let message = Object::new();
    Reflect::set(&message, &"tiles".into(), &list).ok()?;
    worker.post_message(&message).ok()
}
