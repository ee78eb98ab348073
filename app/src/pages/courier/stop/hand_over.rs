//! Into whose hands the parcel goes.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::delivery::{Proof, Status, StatusChange};

use super::AtStop;
use crate::components::Icon;
use crate::text::{CourierText, use_page_text};

/// The form with which a parcel is delivered.
#[component]
pub fn HandOver(at: AtStop, needs_code: bool) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let told = NodeRef::<Input>::new();
    let id = format!("told-{}", at.reference);
    let (label, mode, most) = if needs_code {
        (t.handover_code, "numeric", "7")
    } else {
        (t.recipient, "text", "80")
    };
    let hand_over = move |event: SubmitEvent| {
        event.prevent_default();
        let told = told.get_untracked().map(|input| input.value());
        let Some(told) = told.filter(|told| !told.trim().is_empty()) else {
            return;
        };
        let told = told.trim().to_owned();
        let proof = Some(if needs_code {
            Proof::HandoverCode(told)
        } else {
            Proof::RecipientName(told)
        });
        at.change(Status::Delivered, |change| StatusChange { proof, ..change });
    };
    view! {
        <form class="form" on:submit=hand_over>
            {needs_code
                .then(|| {
                    view! {
                        <p class="callout">
                            <Icon name="shield" />
                            <span>{t.handover_needed}</span>
                        </p>
                    }
                })}
            <div class="field">
                <label class="field__label" for=id.clone()>
                    {label}
                </label>
                <input
                    class="field__input"
                    id=id
                    node_ref=told
                    inputmode=mode
                    autocomplete="off"
                    maxlength=most
                    required
                />
            </div>
            <button type="submit" class="button button--primary">
                {t.delivered}
            </button>
        </form>
    }
}
