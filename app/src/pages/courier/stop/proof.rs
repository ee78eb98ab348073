//! What shows that a parcel was delivered: who took it, a photo, a signature.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::delivery::{Proof, Status, StatusChange};

use super::AtStop;
use crate::components::{Icon, maybe};
use crate::pages::courier::pictures::{Photos, Shot, SignaturePad};
use crate::text::{CourierText, use_page_text};

/// The form with which a parcel is delivered.
#[component]
pub fn Proven(
    /// Where.
    at: AtStop,
    /// Whether nothing is enough without a photo.
    photo_needed: bool,
    /// Whether somebody has to take it.
    person_needed: bool,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let name = NodeRef::<Input>::new();
    let photos = RwSignal::new(Vec::<Shot>::new());
    let signature = RwSignal::new(None::<Shot>);
    let is_not_enough = RwSignal::new(false);
    let deliver = move |event: SubmitEvent| {
        event.prevent_default();
        let name = name
            .get_untracked()
            .map(|input| input.value().trim().to_owned());
        let name = name.filter(|name| !name.is_empty());
        let photos = photos.get_untracked();
        let signature = signature.get_untracked();
        let (has_person, has_photo) = (name.is_some() || signature.is_some(), !photos.is_empty());
        let is_enough = match (photo_needed, person_needed) {
            (false, false) => has_person || has_photo,
            (true, false) => has_photo,
            (false, true) => has_person,
            (true, true) => has_person && has_photo,
        };
        is_not_enough.set(!is_enough);
        if is_enough {
            let shots = photos.into_iter().chain(signature).collect();
            at.change_with(Status::Delivered, shots, |change| StatusChange {
                proof: name.map(Proof::RecipientName),
                ..change
            });
        }
    };
    let id = |what: &str| format!("{what}-{}", at.reference);
    let lacking = if person_needed {
        t.person_needed
    } else if photo_needed {
        t.photo_needed
    } else {
        t.proof_needed
    };
    view! {
        <form class="form" on:submit=deliver>
            {photo_needed
                .then(|| {
                    view! {
                        <p class="callout">
                            <Icon name="camera" />
                            <span>{t.photo_needed}</span>
                        </p>
                    }
                })}
            {person_needed
                .then(|| {
                    view! {
                        <p class="callout">
                            <Icon name="shield" />
                            <span>{t.person_needed}</span>
                        </p>
                    }
                })} <div class="field">
                <label class="field__label" for=id("name")>
                    {t.recipient}
                </label>
                <input
                    class="field__input"
                    id=id("name")
                    node_ref=name
                    autocomplete="off"
                    maxlength="80"
                />
            </div> <Photos id=id("photo") photos /> <SignaturePad id=id("signature") signature />
            <p class="form__problem" role="alert">
                {maybe(move || is_not_enough.get().then(|| lacking.into_any()))}
            </p> <button type="submit" class="button button--primary">
                {t.delivered}
            </button>
        </form>
    }
}
