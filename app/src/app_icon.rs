//! How much is new, on the icon of the installed app.

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;

/// Shows a number there, where the browser can; nothing for 0.
pub fn show_on_app_icon(new: u32) {
    let navigator = window().navigator();
    let Ok(set) = Reflect::get(&navigator, &"setAppBadge".into()) else {
        return;
    };
    if let Some(set) = set.dyn_ref::<Function>() {
        // A browser that does not want to says so later, to nobody.
        let _ = set.call1(&navigator, &new.into());
    }
}
