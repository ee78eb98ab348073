//! Pictures of the sprite `public/icons.svg`.

use leptos::prelude::*;

/// An icon beside words that say the same.
#[component]
pub fn Icon(
    /// Its id in the sprite.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("/icons.svg#{name}") />
        </svg>
    }
}

/// The mark and the name.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo__mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <use href="/icons.svg#mark" />
        </svg>
        <span class="logo__name">"Porchlight"</span>
    }
}
