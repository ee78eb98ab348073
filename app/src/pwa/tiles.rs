//! Which tiles of the map the service worker keeps.

use js_sys::{Array, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

/// Has the worker keep these and no others. Whoever pays for each megabyte, or says so, keeps what they look at only.
pub async fn keep_tiles(tiles: &[String]) {
    if saves_data() && !tiles.is_empty() {
        return;
    }
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

/// `navigator.connection.saveData`, where the browser says so.
fn saves_data() -> bool {
    let connection = Reflect::get(&window().navigator(), &"connection".into());
    let saves = connection.and_then(|connection| Reflect::get(&connection, &"saveData".into()));
    saves.is_ok_and(|saves| saves.is_truthy())
}
