//! The picture of the house: a door, and the light left on for you.

use leptos::prelude::*;

use crate::text::{AccountText, use_page_text};

/// A lit door at night.
#[component]
pub fn Scene() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    view! {
        <div class="scene">
            <svg class="scene__picture" aria-hidden="true" focusable="false">
                <use href="/scene.svg#porch" />
            </svg>
            <p class="scene__words">{t.promise}</p>
        </div>
    }
}
