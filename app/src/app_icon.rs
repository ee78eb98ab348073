//! A number on the icon of the installed app.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Shows a number there, where the browser can; nothing for 0. The Badging API is not in every browser.
pub fn show_on_app_icon(count: u32) {
    let navigator = window().navigator();
    let Ok(set) = Reflect::get(&navigator, &"setAppBadge".into()) else {
        return;
    };
    let Some(set) = set.dyn_ref::<Function>() else {
        return;
    };
    // It promises, and fails where the app is not installed.
    if let Ok(shown) = set.call1(&navigator, &count.into())
        && let Ok(shown) = shown.dyn_into::<Promise>()
    {
        spawn_local(async move { drop(JsFuture::from(shown).await) });
    }
}
