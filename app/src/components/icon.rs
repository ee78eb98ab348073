//! Pictures of the sprite `public/icons.svg`.
//!
//! What is in them is one text: an attribute of an SVG element is set once more when a page comes alive, and setting the
//! `href` of a `use` draws it anew, which was a third of the time that a list of 150 rows took.

use leptos::prelude::*;

/// An icon beside words that say the same.
#[component]
pub fn Icon(
    /// Its id in the sprite.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            aria-hidden="true"
            inner_html=format!(r#"<use href="/icons.svg#{name}"></use>"#)
        />
    }
}

/// The mark and the name.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg
            class="logo__mark"
            viewBox="0 0 32 32"
            aria-hidden="true"
            inner_html=r#"<use href="/icons.svg#mark"></use>"#
        />
        <span class="logo__name">"Porchlight"</span>
    }
}
