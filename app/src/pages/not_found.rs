//! Where there is no page.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::ApiError;
use crate::components::Failure;
use crate::text::use_text;

/// Shown for every URL without a route.
#[component]
pub fn NotFound() -> impl IntoView {
    let t = use_text();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=t.failure.not_found_title />
        <Failure error=ApiError::NotFound />
    }
}
