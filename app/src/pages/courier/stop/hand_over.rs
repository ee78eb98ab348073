//! Into whose hands the parcel goes.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::delivery::{Proof, Status, StatusChange};

use super::AtStop;
use crate::components::Icon;
use crate::text::{CourierText, use_page_text};

/// The form with which a parcel is delivered that only its recipient may have.
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
        let proof = Some(Proof::HandoverCode(told.trim().to_owned()));
        at.change(Status::Delivered, |change| StatusChange { proof, ..change });
    };
    view! {
        <form class="form" on:submit=hand_over>
            <p class="callout">
                <Icon name="shield" />
                <span>{t.handover_needed}</span>
            </p>
            <div class="field">
                <label class="field__label" for=id.clone()>
                    {t.handover_code}
                </label>
                <input
                    class="field__input"
                    id=id
                    node_ref=told
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="7"
                    required
                />
            </div>
            <button type="submit" class="button button--primary">
                {t.delivered}
            </button>
        </form>
    }
}
