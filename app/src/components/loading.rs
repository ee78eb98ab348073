//! A place whose content is on its way.

use leptos::prelude::*;

use crate::text::use_text;

/// Bars in the shape of what comes.
#[component]
pub fn Loading() -> impl IntoView {
    let t = use_text();
    view! {
        <div class="loading" role="status">
            <span class="visually-hidden">{t.common.loading}</span>
            <span class="loading__bar loading__bar--title"></span>
            <span class="loading__bar"></span>
            <span class="loading__bar loading__bar--short"></span>
        </div>
    }
}
