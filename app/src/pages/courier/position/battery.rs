//! Whether the phone has little power left. Only some browsers say so (Battery Status API): where they don't, the
//! phone is asked as often as usual.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Less than that is little, of 1.
const LOW: f64 = 0.15;
/// Both may make a difference.
const CHANGES: [&str; 2] = ["onlevelchange", "onchargingchange"];

/// Tells now and with each change whether the battery is low and not being charged, until the current owner goes.
pub fn watch(tell: impl Fn(bool) + 'static) {
    let watched = StoredValue::new_local(None::<JsValue>);
    on_cleanup(move || {
        if let Some(battery) = watched.try_get_value().flatten() {
            listen(&battery, &JsValue::NULL);
        }
    });
    spawn_local(async move {
        let Some(battery) = battery().await else {
            return;
        };
        // The run may be over by now.
        if watched.try_set_value(Some(battery.clone())).is_some() {
            return;
        }
        let looked_at = battery.clone();
        let mut told = false;
        let mut look = move || {
            let is_low = is_low(&looked_at);
            if is_low != told {
                told = is_low;
                tell(is_low);
            }
        };
        look();
        listen(&battery, &Closure::<dyn FnMut()>::new(look).into_js_value());
    });
}

async fn battery() -> Option<JsValue> {
    let navigator = window().navigator();
    let ask: Function = Reflect::get(&navigator, &"getBattery".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let promise: Promise = ask.call0(&navigator).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

fn listen(battery: &JsValue, listener: &JsValue) {
    for change in CHANGES {
        // Setting a property of a browser's object does not fail.
        let _ = Reflect::set(battery, &change.into(), listener);
    }
}

fn is_low(battery: &JsValue) -> bool {
    let says = |what: &str| Reflect::get(battery, &what.into()).unwrap_or_default();
    let is_charging = says("charging").as_bool().unwrap_or(true);
    !is_charging && says("level").as_f64().is_some_and(|level| level <= LOW)
}
