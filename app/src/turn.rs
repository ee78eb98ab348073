//! Taking turns with other tabs, and with the service worker: a Web Lock. Where the browser has no such locks there is
//! no worker that sends either.

use futures::channel::oneshot;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

/// Ends when it is dropped.
#[must_use = "the turn ends when it is dropped"]
pub struct Turn {
    _end: oneshot::Sender<()>,
}

/// Waits for the turn of this name; none where there is nobody to take turns with.
pub async fn turn(name: &str) -> Option<Turn> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let (given, waiting) = oneshot::channel();
    let (end, ended) = oneshot::channel::<()>();
    // The browser holds the lock until this promise is fulfilled.
    let hold = Closure::once_into_js(move |_: JsValue| -> Promise {
        // Whoever waited may be gone, and then `ended` is fulfilled already.
        let _ = given.send(());
        future_to_promise(async move {
            let _ = ended.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    request.call2(&locks, &name.into(), &hold).ok()?;
    waiting.await.ok()?;
    Some(Turn { _end: end })
}
