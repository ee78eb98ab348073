//! Why a parcel could not be delivered.

use leptos::ev::SubmitEvent;
use leptos::html::Form;
use leptos::prelude::*;
use porchlight_domain::delivery::{FailureReason, Side, Status, StatusChange};
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
    let sides = Side::ALL.map(|side| {
        let of_it = FailureReason::ALL
            .into_iter()
            .filter(|reason| reason.side() == side);
        let choices = of_it.map(|reason| {
            view! {
                <label class="reason">
                    <input type="radio" name="reason" value=reason.as_str() required />
                    <span>{use_page_text::<ReasonsText>().of(reason)}</span>
                </label>
            }
        });
        view! {
            <div class="reasons__side" role="group" aria-label=side_name(t, side)>
                <p class="reasons__of" aria-hidden="true">
                    {side_name(t, side)}
                </p>
                {choices.collect_view()}
            </div>
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
                {sides}
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

/// On whose side it was, in words.
fn side_name(t: &'static CourierText, side: Side) -> &'static str {
    match side {
        Side::Consignee => t.side_consignee,
        Side::Retailer => t.side_retailer,
        Side::Carrier => t.side_carrier,
        Side::Weather => t.side_weather,
    }
}
