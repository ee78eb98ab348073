//! The daily count: what lies there, compared with what should.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::hold::CountResult;
use porchlight_domain::reference::Reference;
use wasm_bindgen_futures::spawn_local;

use super::Desk;
use crate::api::ApiError;
use crate::api::desk::count_shelf;
use crate::components::{Icon, failure_sentence, maybe, words};
use crate::scan::scanner;
use crate::text::{DeskText, use_page_text, use_text};

/// Counts one after the other, and compares.
#[component]
pub(super) fn Count(desk: Desk) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let counted = RwSignal::new(Vec::<Reference>::new());
    let result = RwSignal::new(None::<Result<CountResult, ApiError>>);
    let is_scanning = RwSignal::new(false);
    let input = NodeRef::<Input>::new();
    let add = move |text: &str| {
        if let Some(reference) = Reference::on_label(text) {
            result.set(None);
            counted.update(|all| {
                if !all.contains(&reference) {
                    all.push(reference);
                }
            });
        }
    };
    let typed = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            add(&input.value());
            input.set_value("");
            drop(input.focus());
        }
    };
    let read = Callback::new(move |text: String| add(&text));
    let compare = move |_| {
        let references = counted.get_untracked();
        spawn_local(async move {
            result.try_set(Some(count_shelf(references).await));
            desk.ask();
        });
    };
    let scan_label = move || if is_scanning.get() { t.stop } else { t.scan };
    let number = move || u32::try_from(counted.with(Vec::len)).unwrap_or(u32::MAX);
    view! {
        <details class="panel">
            <summary class="section-title">{t.count}</summary>
            <p class="hold__text">{t.count_text}</p>
            {maybe(move || is_scanning.get().then(|| Suspend::new(scanner(read)).into_any()))}
            <button
                type="button"
                class="button"
                on:click=move |_| is_scanning.update(|is_on| *is_on = !*is_on)
            >
                <Icon name="scan" />
                {words(scan_label)}
            </button>
            <form class="hold__search" on:submit=typed>
                <label class="visually-hidden" for="count-reference">
                    {t.count_reference}
                </label>
                <input
                    class="field__input desk__code"
                    id="count-reference"
                    node_ref=input
                    autocomplete="off"
                    maxlength="20"
                    required
                    placeholder=t.count_reference
                />
                <button type="submit" class="button">
                    {t.count_add}
                </button>
            </form>
            <p role="status">{words(move || (t.counted)(number()))}</p>
            <button type="button" class="button button--primary" on:click=compare>
                {t.count_compare}
            </button>
            {maybe(move || {
                let shown = match result.get()? {
                    Ok(result) => view! { <Compared result /> }.into_any(),
                    Err(error) => {
                        view! { <p class="form__problem">{failure_sentence(use_text(), error)}</p> }
                            .into_any()
                    }
                };
                Some(shown)
            })}
        </details>
    }
}

#[component]
fn Compared(result: CountResult) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let list = |title: &'static str, references: Vec<Reference>| {
        (!references.is_empty()).then(|| {
            let items = references
                .into_iter()
                .map(|reference| view! { <li>{reference.to_string()}</li> });
            view! {
                <h3 class="field__label">{title}</h3>
                <ul class="shelf__differences">{items.collect_view()}</ul>
            }
        })
    };
    view! {
        <div class="shelf__result">
            <p>{(t.count_right)(result.right)}</p>
            {list(t.count_missing, result.missing)}
            {list(t.count_unexpected, result.unexpected)}
        </div>
    }
}
