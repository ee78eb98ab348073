//! What becomes of every parcel that is booked from now on: held always, or while away, and never left at the door.

use leptos::ev::SubmitEvent;
use leptos::html::{Form, Input};
use leptos::prelude::*;
use porchlight_domain::hold::{Away, HoldPreferences, OfficeView};
use porchlight_domain::ids::PostOfficeId;
use wasm_bindgen_futures::spawn_local;
use web_sys::FormData;

use crate::api::holds::{Wishes, hold_wishes, set_hold_wishes};
use crate::clock::{day_field, moment};
use crate::components::{effect, failure_sentence, maybe, part, words};
use crate::text::{OfficesText, use_page_text, use_text};

/// The first and the last moment of some days by the customer's clock; none where they are no days.
fn away(from: &str, to: &str) -> Option<Away> {
    Some(Away {
        from: moment(from, "00:00:00")?,
        to: moment(to, "23:59:59")?,
    })
}

/// Asks what a customer wants, and keeps it.
#[component]
pub fn WishesForm() -> impl IntoView {
    let texts = use_text();
    let known = RwSignal::new(None::<Wishes>);
    let said = RwSignal::new(String::new());
    let find = move |address: String| {
        spawn_local(async move {
            match hold_wishes(address).await {
                Ok(wishes) => {
                    known.try_set(Some(wishes));
                }
                Err(error) => {
                    said.try_set(failure_sentence(texts, error));
                }
            }
        });
    };
    effect(move || find(String::new()));
    let find = Callback::new(find);
    maybe(move || Some(view! { <Known wishes=known.get()? said find /> }.into_any()))
}

#[component]
fn Known(wishes: Wishes, said: RwSignal<String>, find: Callback<String>) -> impl IntoView {
    let t = use_page_text::<OfficesText>();
    let texts = use_text();
    let form = NodeRef::<Form>::new();
    let Wishes {
        preferences,
        offices,
    } = wishes;
    let (from, to) = match preferences.away {
        Some(away) => (day_field(away.from), day_field(away.to)),
        None => Default::default(),
    };
    let (known, shown) = (preferences.away, (from.clone(), to.clone()));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(filled_in) = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok())
        else {
            return;
        };
        let text = |name| filled_in.get(name).as_string().unwrap_or_default();
        let is_checked = |name| filled_in.has(name);
        let office = Some(text("office")).filter(|office| !office.is_empty());
        let wishes = HoldPreferences {
            office: office.map(PostOfficeId::from_text),
            always: is_checked("always"),
            away: is_checked("away")
                .then(|| (text("away_from"), text("away_to")))
                .and_then(|days| {
                    // Who looks at it far away has another clock, and does not mean other days.
                    known
                        .filter(|_| days == shown)
                        .or_else(|| away(&days.0, &days.1))
                }),
            never_at_the_door: is_checked("never"),
        };
        spawn_local(async move {
            let answer = set_hold_wishes(wishes).await;
            let words = match answer {
                Ok(()) => t.saved.to_owned(),
                Err(error) => failure_sentence(texts, error),
            };
            said.try_set(words);
        });
    };
    let is_away = RwSignal::new(preferences.away.is_some());
    view! {
        <section class="panel wishes">
            <h2 class="section-title">{t.wishes}</h2>
            <p class="hold__text">{t.wishes_text}</p>
            <form class="form" node_ref=form on:submit=save>
                {tick("always", t.always, preferences.always, None)}
                {tick("away", t.away, preferences.away.is_some(), Some(is_away))}
                {part(move || {
                    let (from, to) = (from.clone(), to.clone());
                    if is_away.get() {
                        view! {
                            <div class="wishes__days">
                                {date("away_from", t.away_from, from)}
                                {date("away_to", t.away_to, to)}
                            </div>
                        }
                            .into_any()
                    } else {
                        ().into_any()
                    }
                })}
                {tick("never", t.never, preferences.never_at_the_door, None)}
                <Office chosen=preferences.office offices find />
                <button type="submit" class="button button--primary">
                    {t.save}
                </button>
                <p role="status">{words(move || said.get())}</p>
            </form>
        </section>
    }
}

fn tick(
    name: &'static str,
    label: &'static str,
    is_on: bool,
    changed: Option<RwSignal<bool>>,
) -> AnyView {
    let change = move |event| {
        if let Some(changed) = changed {
            changed.set(event_target_checked(&event));
        }
    };
    view! {
        <label class="tick">
            <input type="checkbox" name=name value="yes" checked=is_on on:change=change />
            <span class="tick__label">{label}</span>
        </label>
    }
    .into_any()
}

fn date(name: &'static str, label: &'static str, day: String) -> AnyView {
    view! {
        <div class="field">
            <label class="field__label" for=name>
                {label}
            </label>
            <input class="field__input" id=name name=name type="date" value=day required />
        </div>
    }
    .into_any()
}

#[component]
fn Office(
    chosen: Option<PostOfficeId>,
    offices: Vec<OfficeView>,
    find: Callback<String>,
) -> impl IntoView {
    let t = use_page_text::<OfficesText>();
    let input = NodeRef::<Input>::new();
    let search = move |_| {
        if let Some(input) = input.get_untracked() {
            find.run(input.value());
        }
    };
    let options = offices.into_iter().map(|office| {
        let is_chosen = chosen.as_ref() == Some(&office.id);
        let words = format!("{}, {}", office.name, office.address);
        view! {
            <option value=office.id.to_string() selected=is_chosen>
                {words}
            </option>
        }
    });
    view! {
        <div class="field">
            <label class="field__label" for="wish-office">
                {t.office}
            </label>
            <select class="field__input" id="wish-office" name="office">
                <option value="">{t.nearest}</option>
                {options.collect_view()}
            </select>
        </div>
        <div class="hold__search">
            <label class="visually-hidden" for="wish-search">
                {t.office_search}
            </label>
            <input
                class="field__input"
                id="wish-search"
                node_ref=input
                autocomplete="off"
                maxlength="120"
                placeholder=t.office_search
            />
            <button type="button" class="button" on:click=search>
                {t.find}
            </button>
        </div>
    }
}
