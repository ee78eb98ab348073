//! The WebAssembly entry point; everything else is in `porchlight-app`.

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Room for the splitter, which nobody reads and nobody downloads.
///
/// It sorts constants by the chunk that needs them and starts each chunk's at a round address. When the sum
/// comes out longer than what the linker laid out, be it by one byte, it gives up and leaves *all* constants,
/// the texts of every page, in the file that every page loads: tens of kilobytes, and no word about it. What
/// no function refers to is in no chunk, so its length is to spare: 64 bytes, the widest alignment of a constant, for each of
/// 256 chunks.
#[used]
static SPLIT_ROOM: [u8; 16384] = [0; 16384];

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
        porchlight_app::hydration::finish();
        // Setting an attribute fails only for a malformed name.
        let _ = body.set_attribute("data-hydrated", "");
    });
}
