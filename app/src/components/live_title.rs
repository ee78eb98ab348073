use leptos::prelude::*;
use leptos_meta::Title;

/// The title of a page that says what changes while it is open.
///
/// The server puts the title into the page when everything else of it is rendered, and what `text` reads may be
/// gone by then: it is asked for its words at once there.
#[component]
pub fn LiveTitle(text: impl Fn() -> String + Send + Sync + 'static) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let text = untrack(text);
    view! { <Title text /> }
}
