//! The nearest post offices, on a map and in a list.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::geo::Position;
use porchlight_domain::hold::OfficeView;
use porchlight_domain::ids::PostOfficeId;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

use super::office::OfficeFacts;
use super::panel::Held;
use crate::api::ApiError;
use crate::api::holds::{post_offices, request_hold};
use crate::components::{Icon, effect, failure_sentence, maybe, part, words};
use crate::map::{MapOffice, OfficeMap};
use crate::text::{HoldText, Texts, use_page_text, use_text};

/// What is offered. Cheap to copy.
#[derive(Clone, Copy)]
struct Choice {
    held: Held,
    offices: RwSignal<Vec<OfficeView>>,
    is_asked: RwSignal<bool>,
    said: RwSignal<Option<String>>,
    chosen: RwSignal<Option<PostOfficeId>>,
    /// What was looked for last.
    looked_for: StoredValue<(String, Option<Position>)>,
    t: &'static HoldText,
    texts: &'static Texts,
}

impl Choice {
    fn find(self, text: String, at: Option<Position>) {
        let reference = self.held.reference;
        self.looked_for.set_value((text.clone(), at));
        spawn_local(async move {
            match post_offices(reference, text, at).await {
                Ok(offices) => {
                    self.chosen.try_set(None);
                    self.offices.try_set(offices);
                }
                Err(error) => {
                    self.said.try_set(Some(failure_sentence(self.texts, error)));
                }
            }
            self.is_asked.try_set(true);
        });
    }

    fn find_near_me(self) {
        let t = self.t;
        let Ok(places) = window().navigator().geolocation() else {
            self.said.set(Some(t.no_place.to_owned()));
            return;
        };
        let found = Closure::once_into_js(move |place: web_sys::Position| {
            let at = place.coords();
            let at = Position::new(at.latitude(), at.longitude());
            self.find(String::new(), at.ok());
        });
        let missing = Closure::once_into_js(move || {
            self.said.try_set(Some(t.no_place.to_owned()));
        });
        // A browser that refuses tells `missing`.
        drop(places.get_current_position_with_error_callback(
            found.unchecked_ref(),
            Some(missing.unchecked_ref()),
        ));
    }

    /// Whoever comes second to the last place is offered what is near what they looked for.
    fn confirm(self, office: PostOfficeId) {
        let t = self.t;
        let reference = self.held.reference;
        spawn_local(async move {
            match request_hold(reference, office).await {
                Ok(()) => {
                    self.held.is_choosing.try_set(false);
                    self.said.try_set(None);
                }
                Err(error @ ApiError::Conflict { .. }) => {
                    let offered = failure_sentence(self.texts, error);
                    self.said.try_set(Some(format!("{offered} {}", t.near_now)));
                    if let Some((text, at)) = self.looked_for.try_get_value() {
                        self.find(text, at);
                    }
                }
                Err(error) => {
                    self.said.try_set(Some(failure_sentence(self.texts, error)));
                }
            }
            self.held.ask();
        });
    }
}

/// Finds an office and confirms it.
#[component]
pub(super) fn Chooser(
    /// What it is for.
    held: Held,
    /// Where the parcel goes now.
    now: Memo<Option<PostOfficeId>>,
) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let choice = Choice {
        held,
        offices: RwSignal::new(Vec::new()),
        is_asked: RwSignal::new(false),
        said: RwSignal::new(None),
        chosen: RwSignal::new(None),
        looked_for: StoredValue::default(),
        t,
        texts: use_text(),
    };
    effect(move || choice.find(String::new(), None));
    let on_map = Memo::new(move |_| {
        choice.offices.with(|offices| {
            let offices = offices.iter().map(|office| MapOffice {
                position: office.position,
                name: (t.map_office)(&office.name),
            });
            offices.collect::<Vec<_>>()
        })
    });
    let press = Callback::new(move |at: usize| {
        let office = choice
            .offices
            .with_untracked(|offices| offices.get(at).map(|office| office.id.clone()));
        choice.chosen.set(office);
    });
    let back = move |_| {
        held.is_choosing.set(false);
        held.close.run(());
    };
    let list = move || {
        let now = now.get();
        let offices = choice.offices.get().into_iter().enumerate();
        let items = offices.map(|(at, office)| {
            let is_now = now.as_ref() == Some(&office.id);
            view! { <Offered choice at office is_now /> }.into_any()
        });
        view! { <ol class="offices">{items.collect_view()}</ol> }.into_any()
    };
    view! {
        <h2 class="section-title">
            <Icon name="office" />
            {t.choose}
        </h2>
        <Search choice />
        <p class="hold__said" role="status">
            {words(move || choice.said.get().unwrap_or_default())}
        </p>
        {maybe(move || {
            choice
                .offices
                .with(|offices| !offices.is_empty())
                .then(|| {
                    view! { <OfficeMap offices=on_map door=Some(held.door) label=t.map press /> }.into_any()
                })
        })}
        {maybe(move || {
            let is_empty = choice.is_asked.get() && choice.offices.with(Vec::is_empty);
            is_empty.then(|| view! { <p class="hold__text">{t.none}</p> }.into_any())
        })}
        {part(list)}
        <button type="button" class="button button--quiet" on:click=back>
            {t.back}
        </button>
    }
}

#[component]
fn Search(choice: Choice) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let input = NodeRef::<Input>::new();
    let search = move |event: SubmitEvent| {
        event.prevent_default();
        choice.said.set(None);
        let text = input.get_untracked().map(|input| input.value());
        choice.find(text.unwrap_or_default(), None);
    };
    view! {
        <form class="hold__search" role="search" on:submit=search>
            <label class="visually-hidden" for="hold-search">
                {t.search}
            </label>
            <input
                class="field__input"
                id="hold-search"
                node_ref=input
                type="search"
                autocomplete="street-address"
                maxlength="120"
                placeholder=t.search
            />
            <button type="submit" class="button">
                {t.find}
            </button>
            <button type="button" class="button button--quiet" on:click=move |_| choice.find_near_me()>
                <Icon name="target" />
                {t.near_me}
            </button>
        </form>
    }
}

#[component]
fn Offered(choice: Choice, at: usize, office: OfficeView, is_now: bool) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let id = office.id.clone();
    let (shown, chosen) = (id.clone(), choice.chosen);
    let is_chosen = Memo::new(move |_| chosen.with(|chosen| chosen.as_ref() == Some(&shown)));
    let space_left = office.space_left;
    let is_possible = space_left > 0 && !is_now;
    let name = office.name.clone();
    let confirm = {
        let id = id.clone();
        move || {
            let id = id.clone();
            view! {
                <button
                    type="button"
                    class="button button--primary button--wide"
                    on:click=move |_| choice.confirm(id.clone())
                >
                    {t.confirm}
                </button>
            }
            .into_any()
        }
    };
    let choose = move || {
        let id = id.clone();
        view! {
            <button
                type="button"
                class="button button--small"
                aria-label=(t.hold_here)(&name)
                on:click=move |_| chosen.set(Some(id.clone()))
            >
                {t.confirm}
            </button>
        }
        .into_any()
    };
    view! {
        <li class="office" class:office--chosen=is_chosen>
            <span class="office__number" aria-hidden="true">
                {at + 1}
            </span>
            <OfficeFacts office />
            <p class="office__space" class:office__space--none=space_left == 0>
                {(t.space)(space_left)}
            </p>
            {maybe(move || {
                is_possible.then(|| if is_chosen.get() { confirm() } else { choose() })
            })}
        </li>
    }
}
