//! Booking a delivery.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use crate::api::deliveries::Book;
use crate::clock::use_clock;
use crate::components::{Access, AddressField, Field, ForRole, FormFailure, Submit};
use crate::text::{BookText, use_page_text, use_text};
use porchlight_domain::people::Role;

/// From where, to where, what and when.
#[component]
pub fn BookPage() -> impl IntoView {
    let t = use_page_text::<BookText>();
    view! {
        <Title text=use_text().nav.book />
        <Access who=ForRole::Only(Role::Customer)>
            <div class="page page--narrow">
                <h1 class="page__title">{t.title}</h1>
                <p class="page__lead">{t.lead}</p>
                <BookingForm />
            </div>
        </Access>
    }
}

/// Fields that say themselves what is wrong with them.
const FIELDS: &[&str] = &["pickup", "address", "description", "window"];

#[component]
fn BookingForm() -> impl IntoView {
    let t = use_page_text::<BookText>();
    let clock = use_clock();
    let action = ServerAction::<Book>::new();
    let answer = action.value();
    let error = Signal::derive(move || answer.get()?.err());
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(Ok(reference)) = answer.get() {
            navigate(
                &format!("/deliveries/{reference}"),
                leptos_router::NavigateOptions::default(),
            );
        }
    });
    view! {
        <ActionForm action attr:class="form panel">
            <FormFailure error fields=FIELDS />
            <AddressField label=t.pickup name="form[pickup]" id="pickup" error />
            <AddressField label=t.address name="form[address]" id="address" error />
            <Field
                label=t.description
                name="form[description]"
                id="description"
                about="description"
                hint=t.description_hint
                error
            />
            <div class="form__pair">
                <Field label=t.day name="form[day]" id="window" about="window" kind="date" error />
                <Hours />
            </div>
            <Shows />
            <input
                type="hidden"
                name="form[ahead_min]"
                value=move || clock.ahead_min().unwrap_or(0).to_string()
            />
            <Submit label=t.submit pending=action.pending() />
        </ActionForm>
    }
}

/// What has to show that it was delivered.
#[component]
fn Shows() -> impl IntoView {
    let t = use_page_text::<BookText>();
    let choices = [
        ("", t.anything, t.anything_hint),
        ("photo", t.photo, t.photo_hint),
        ("two_way", t.hands, t.hands_hint),
    ];
    let choices = choices.map(|(value, label, hint)| {
        view! {
            <label class="tick">
                <input type="radio" name="form[hands]" value=value checked=value.is_empty() />
                <span>
                    <span class="tick__label">{label}</span>
                    <span class="tick__hint">{hint}</span>
                </span>
            </label>
        }
        .into_any()
    });
    view! {
        <fieldset class="ticks">
            <legend class="field__label">{t.shows}</legend>
            {choices.collect_view()}
        </fieldset>
    }
}

/// The parts of a day a delivery can be booked for.
#[component]
fn Hours() -> impl IntoView {
    let t = use_page_text::<BookText>();
    view! {
        <div class="field">
            <label class="field__label" for="hours">
                {t.hours}
            </label>
            <select class="field__input field__input--select" id="hours" name="form[hours]">
                <option value="08-12">"8 – 12"</option>
                <option value="12-17" selected>
                    "12 – 17"
                </option>
                <option value="17-21">"17 – 21"</option>
            </select>
        </div>
    }
}
