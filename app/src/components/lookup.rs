//! An address, found while it is typed.
//!
//! The ARIA pattern of a combo box with a list: arrows choose, Enter takes, Escape closes. Without
//! script it is a text field, and the server finds the address.

use leptos::prelude::*;
use porchlight_domain::delivery::Address;
use wasm_bindgen_futures::spawn_local;

use super::Icon;
use super::failure::sentence;
use crate::api::ApiError;
use crate::api::addresses::search_addresses;
use crate::text::{BookText, use_page_text};

/// Fewer characters find too much.
const SHORTEST: usize = 3;
/// Wait so long after the last key, milliseconds.
const PAUSE_MS: u32 = 180;

/// What was typed, what was found, and what of it is marked.
#[derive(Clone, Copy)]
struct Lookup {
    typed: RwSignal<String>,
    found: RwSignal<Vec<Address>>,
    marked: RwSignal<Option<usize>>,
    is_open: RwSignal<bool>,
    is_searching: RwSignal<bool>,
}

impl Lookup {
    fn new() -> Self {
        Self {
            typed: RwSignal::new(String::new()),
            found: RwSignal::new(Vec::new()),
            marked: RwSignal::new(None),
            is_open: RwSignal::new(false),
            is_searching: RwSignal::new(false),
        }
    }

    fn search(self, text: String) {
        self.typed.set(text.clone());
        self.marked.set(None);
        if text.trim().chars().count() < SHORTEST {
            self.is_open.set(false);
            return;
        }
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE_MS).await;
            if self.is_outdated(&text) {
                return;
            }
            self.is_searching.set(true);
            let found = search_addresses(text.clone()).await;
            if self.is_outdated(&text) {
                return;
            }
            self.is_searching.set(false);
            self.is_open.set(true);
            self.found.set(found.unwrap_or_default());
        });
    }

    /// Whether something else was typed since, or the page is gone.
    fn is_outdated(self, text: &str) -> bool {
        self.typed
            .try_with_untracked(|typed| typed != text)
            .unwrap_or(true)
    }

    fn take(self, place: usize) {
        if let Some(address) = self.found.with_untracked(|found| found.get(place).cloned()) {
            self.typed.set(address.text);
        }
        self.close();
    }

    fn close(self) {
        self.is_open.set(false);
        self.marked.set(None);
    }

    /// Moves the mark by arrow keys, around the ends.
    fn step(self, forward: bool) {
        let count = self.found.with_untracked(Vec::len);
        if count == 0 || !self.is_open.get_untracked() {
            return;
        }
        self.marked.update(|marked| {
            *marked = Some(match (*marked, forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            });
        });
    }

    /// Acts on a key; true when it was for the list.
    fn key(self, key: &str) -> bool {
        match key {
            "ArrowDown" => self.step(true),
            "ArrowUp" => self.step(false),
            "Escape" if self.is_open.get_untracked() => self.close(),
            "Enter" => match self.marked.get_untracked() {
                Some(place) => self.take(place),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}

/// A field for an address.
#[component]
pub fn AddressField(
    /// Which address.
    label: &'static str,
    /// Its name in the form.
    name: &'static str,
    /// Its id, and the name errors have.
    id: &'static str,
    /// Why the form was not taken.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let t = use_page_text::<BookText>();
    let lookup = Lookup::new();
    let wrong = Memo::new(move |_| error.get()?.about(id).map(sentence));
    let list = format!("{id}-list");
    let wrong_id = format!("{id}-wrong");
    let active = move || lookup.marked.get().map(|place| format!("{id}-{place}"));
    view! {
        <div class="field lookup">
            <label class="field__label" for=id>
                {label}
            </label>
            <div class="lookup__box">
                <Icon name="pin" />
                <input
                    class="field__input lookup__input"
                    id=id
                    name=name
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    required
                    maxlength="200"
                    placeholder=t.address_example
                    aria-autocomplete="list"
                    aria-controls=list.clone()
                    aria-expanded=move || lookup.is_open.get().to_string()
                    aria-activedescendant=active
                    aria-describedby=wrong_id.clone()
                    aria-invalid=move || wrong.get().map(|_| "true")
                    aria-busy=move || lookup.is_searching.get().then_some("true")
                    prop:value=lookup.typed
                    on:input=move |event| lookup.search(event_target_value(&event))
                    on:blur=move |_| lookup.close()
                    on:keydown=move |event| {
                        if lookup.key(&event.key()) {
                            event.prevent_default();
                        }
                    }
                />
            </div>
            <Suggestions lookup id list />
            <p class="field__wrong" id=wrong_id role="alert">
                {move || wrong.get()}
            </p>
        </div>
    }
}

#[component]
fn Suggestions(lookup: Lookup, id: &'static str, list: String) -> impl IntoView {
    let t = use_page_text::<BookText>();
    let option = move |(place, address): (usize, Address)| {
        view! {
            <li
                class="lookup__option"
                id=format!("{id}-{place}")
                role="option"
                aria-selected=move || (lookup.marked.get() == Some(place)).to_string()
                on:mousedown=move |event| {
                    event.prevent_default();
                    lookup.take(place);
                }
            >
                {address.text}
            </li>
        }
    };
    let none_found = move || lookup.is_open.get() && lookup.found.with(Vec::is_empty);
    view! {
        <ul class="lookup__list" id=list role="listbox" hidden=move || !lookup.is_open.get()>
            {move || lookup.found.get().into_iter().enumerate().map(option).collect_view()}
        </ul>
        <p class="lookup__none" role="status">
            {move || none_found().then_some(t.no_address)}
        </p>
    }
}
