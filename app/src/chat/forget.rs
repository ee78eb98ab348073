//! Leaving no chat behind.

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;

/// What the browser keeps chats under.
pub const DATABASE: &str = "porchlight-chat";

/// Deletes all keys and everything that was said, of everyone who chats in this browser. It is gone once the last
/// tab that has it open has closed it.
pub fn forget_all() {
    let delete = || {
        let factory = Reflect::get(&window(), &"indexedDB".into()).ok()?;
        let delete = Reflect::get(&factory, &"deleteDatabase".into()).ok()?;
        let delete = delete.dyn_into::<Function>().ok()?;
        delete.call1(&factory, &DATABASE.into()).ok()
    };
    // A browser that keeps nothing has nothing to delete.
    let _ = delete();
}
