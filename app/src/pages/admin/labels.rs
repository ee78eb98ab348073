//! The way to a parcel's label, for who runs the operation: one that came off is printed again.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::text::{AdminText, use_page_text, use_text};

/// A reference, and its label.
#[component]
pub fn Labels() -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let reference = NodeRef::<Input>::new();
    let navigate = use_navigate();
    let show = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = reference.get_untracked() else {
            return;
        };
        let typed = input.value().trim().to_uppercase();
        let is_simple = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let typed: String = typed.chars().filter(|c| is_simple(*c)).collect();
        if !typed.is_empty() {
            navigate(
                &format!("/deliveries/{typed}/label"),
                NavigateOptions::default(),
            );
        }
    };
    view! {
        <section class="panel">
            <h2 class="section-title">{use_text().tracking.label}</h2>
            <form class="case__form" on:submit=show>
                <label class="visually-hidden" for="label-reference">
                    {use_text().tracking.reference}
                </label>
                <input
                    class="field__input"
                    id="label-reference"
                    node_ref=reference
                    required
                    autocomplete="off"
                    placeholder="PL-7K3M-92QX"
                />
                <button type="submit" class="button">
                    {t.show_label}
                </button>
            </form>
        </section>
    }
}
