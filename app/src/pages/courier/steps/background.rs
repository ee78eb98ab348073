//! Background Sync: the browser wakes the service worker once there is a network, also when the page is closed by
//! then. Safari and Firefox have none: there the steps are sent when the app is opened the next time.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::phone;

/// Asks for that. Asking twice is asking once.
pub fn send_when_online() {
    spawn_local(async {
        // A browser that has no such thing, or refuses, changes nothing else.
        let _ = register().await;
    });
}

async fn register() -> Option<()> {
    let workers = Reflect::get(&window().navigator(), &"serviceWorker".into()).ok()?;
    let registration = call(&workers, "getRegistration", None).await?;
    let sync = Reflect::get(&registration, &"sync".into()).ok()?;
    call(&sync, "register", Some(phone::SYNC)).await?;
    Some(())
}

/// Calls a method that promises something.
async fn call(object: &JsValue, method: &str, with: Option<&str>) -> Option<JsValue> {
    let method: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    let promised = match with {
        Some(with) => method.call1(object, &with.into()),
        None => method.call0(object),
    };
    let promise: Promise = promised.ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}
