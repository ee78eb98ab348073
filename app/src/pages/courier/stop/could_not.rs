//! Why a parcel could not be delivered.

use leptos::ev::SubmitEvent;
use leptos::html::Form;
use leptos::prelude::*;
use porchlight_domain::delivery::{FailureReason, Status, StatusChange};
use web_sys::FormData;

use super::AtStop;
use crate::pages::courier::pictures::Photos;
use crate::text::{CourierText, ReasonsText, use_page_text};

/// The form with which a failed try is reported.
#[component]
pub fn CouldNot(at: AtStop) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let form = NodeRef::<Form>::new();
    let photos = RwSignal::new(Vec::new());
    let name = format!("reason-{}", at.reference);
    let notes_id = format!("notes-{}", at.reference);
    let choices = FailureReason::ALL.map(|reason| {
        view! {
            <label class="reason">
                <input type="radio" name="reason" value=reason.as_str() required />
                <span>{use_page_text::<ReasonsText>().of(reason)}</span>
            </label>
        }
    });
    let report = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(filled_in) = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok())
        else {
            return;
        };
        let text = |name| {
            filled_in
                .get(name)
                .as_string()
                .filter(|text| !text.is_empty())
        };
        let (reason, notes) = (text("reason"), text("notes"));
        let shots = photos.get_untracked();
        at.change_with(Status::Failed, shots, |change| StatusChange {
            reason,
            notes,
            ..change
        });
    };
    view! {
        <form class="form" node_ref=form on:submit=report>
            <fieldset class="reasons" id=name>
                <legend class="field__label">{t.reason}</legend>
                {choices}
            </fieldset>
            <div class="field">
                <label class="field__label" for=notes_id.clone()>
                    {t.notes}
                </label>
                <textarea
                    class="field__input"
                    id=notes_id
                    name="notes"
                    rows="2"
                    maxlength="2000"
                ></textarea>
            </div>
            <Photos id=format!("failed-photo-{}", at.reference) photos />
            <button type="submit" class="button button--primary">
                {t.failed}
            </button>
        </form>
    }
}
