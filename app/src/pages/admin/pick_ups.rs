//! Who collected a parcel: what a desk noted, while it is kept.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::hold::PickUpRecord;

use crate::api::desk::ReadPickUp;
use crate::clock::{Say, Time};
use crate::components::{FormFailure, Submit, maybe};
use crate::text::{DeskText, OfficesText, use_page_text};

/// Looks one up.
#[component]
pub fn PickUps() -> impl IntoView {
    let t = use_page_text::<OfficesText>();
    let look = ServerAction::<ReadPickUp>::new();
    let error = Signal::derive(move || look.value().get().and_then(Result::err));
    view! {
        <ActionForm action=look attr:class="case__form">
            <label class="visually-hidden" for="pick-up-of">
                {t.collected}
            </label>
            <input
                class="field__input"
                id="pick-up-of"
                name="reference"
                maxlength="20"
                required
                autocomplete="off"
                placeholder=t.collected
            />
            <Submit label=t.find pending=look.pending() class="" />
        </ActionForm>
        <FormFailure error fields=&[] />
        <div role="status">
            {maybe(move || {
                let record = look.value().get()?.ok()?;
                Some(view! { <Record record /> }.into_any())
            })}
        </div>
    }
}

#[component]
fn Record(record: PickUpRecord) -> impl IntoView {
    let t = use_page_text::<OfficesText>();
    let PickUpRecord {
        at,
        office,
        clerk,
        document,
        last_digits,
        delegate,
        signature,
    } = record;
    let document = use_page_text::<DeskText>().document_name(document);
    view! {
        <article class="case case--calm">
            <p class="case__kind">
                {document} " …" {last_digits}
                {delegate.map(|name| format!(" · {}", (t.in_their_stead)(&name)))}
            </p>
            <p class="case__facts">
                <Time at=Signal::stored(at) say=Say::DayAndClock /> " · " {office} " · " {clerk}
            </p>
            {signature
                .map(|png| {
                    let url = format!("data:image/png;base64,{png}");
                    view! { <img class="pick-up__signature" src=url alt=t.signature /> }
                })}
        </article>
    }
}
