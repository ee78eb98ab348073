//! Into whose hands the parcel goes.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::delivery::{Proof, Status, StatusChange};

use super::AtStop;
use crate::text::{CourierText, use_page_text};

/// The form with which a parcel is delivered.
#[component]
pub fn HandOver(at: AtStop) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let told = NodeRef::<Input>::new();
    let id = format!("told-{}", at.reference);
    let hand_over = move |event: SubmitEvent| {
        event.prevent_default();
        let told = told.get_untracked().map(|input| input.value());
        let Some(told) = told.filter(|told| !told.trim().is_empty()) else {
            return;
        };
        let proof = Some(Proof::RecipientName(told.trim().to_owned()));
        at.change(Status::Delivered, |change| StatusChange { proof, ..change });
    };
    view! {
        <form class="form" on:submit=hand_over>
            <div class="field">
                <label class="field__label" for=id.clone()>
                    {t.recipient}
                </label>
                <input
                    class="field__input"
                    id=id
                    node_ref=told
                    autocomplete="off"
                    maxlength="80"
                    required
                />
            </div>
            <button type="submit" class="button button--primary">
                {t.delivered}
            </button>
        </form>
    }
}
