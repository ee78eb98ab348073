//! The WebAssembly entry point; everything else is in `porchlight-app`.

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the server-rendered page interactive. Called once by the page's hydration script.
///
/// Hydration waits for the chunk of the route that was rendered, so that a lazy URL opened directly
/// hydrates like any other. `data-hydrated` on the body tells styles and tests that buttons answer.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let Some(body) = document().body() else {
        return;
    };
    wasm_bindgen_futures::spawn_local(async move {
        leptos::mount::hydrate_from_async(body.clone(), porchlight_app::routes::App)
            .await
            .forget();
        // Setting an attribute fails only for a malformed name.
        let _ = body.set_attribute("data-hydrated", "");
    });
}
