//! The button that sends a form.

use leptos::prelude::*;

/// Sends the form, and shows that it is on its way.
#[component]
pub fn Submit(
    /// What it does.
    label: &'static str,
    /// Whether it is being done.
    #[prop(into)]
    pending: Signal<bool>,
    /// More classes.
    #[prop(default = "button--primary")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=format!("button {class}")
            aria-busy=move || pending.get().then_some("true")
            disabled=pending
        >
            <span class="button__label">{label}</span>
        </button>
    }
}
