//! The turn to send steps: the page and its worker take it in turns, so that neither sends what the other is
//! sending. Where the browser has no such locks it has no worker that sends either.

use futures::channel::oneshot;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

use crate::phone;

/// Ends when it is dropped.
#[must_use = "the turn ends when it is dropped"]
pub struct Turn {
    _end: oneshot::Sender<()>,
}

/// Waits for the turn; none where there is nobody to take turns with.
pub async fn turn() -> Option<Turn> {
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
    request.call2(&locks, &phone::SENDING.into(), &hold).ok()?;
    waiting.await.ok()?;
    Some(Turn { _end: end })
}
