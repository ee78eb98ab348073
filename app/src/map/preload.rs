//! Fetching Leaflet while the page's own code is still on its way.

use leptos::prelude::*;
use leptos_meta::Script;

use super::leaflet_script::ADDRESS;

/// In the head of every page with a map.
#[component]
pub fn MapPreload() -> impl IntoView {
    view! { <Script src=ADDRESS defer="" /> }
}
