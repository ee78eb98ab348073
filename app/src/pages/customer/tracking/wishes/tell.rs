//! Telling the courier something, as a card.

use leptos::ev::SubmitEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use porchlight_domain::instruction::{InstructionKind, MOST_CHARS};

use super::panel::Known;
use super::photo::PlacePhoto;
use crate::api::wishes::instruct;
use crate::components::{Icon, maybe, part, words};
use crate::pages::courier::pictures::{Shot, upload};
use crate::text::{WishText, use_page_text};

/// What can be chosen here: a gate code is for the encrypted chat.
const KINDS: [InstructionKind; 4] = [
    InstructionKind::SafePlace,
    InstructionKind::Neighbour,
    InstructionKind::NeverLeave,
    InstructionKind::Other,
];

/// The form.
#[component]
pub fn TellCourier(
    /// What is known of the delivery's wishes.
    known: Known,
) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let kind = RwSignal::new(None::<InstructionKind>);
    let photo = RwSignal::new(None::<Shot>);
    let is_sent = RwSignal::new(false);
    let is_sending = RwSignal::new(false);
    let area = NodeRef::<Textarea>::new();
    let words_id = format!("{}-words", known.place);
    let asks = move || match kind.get() {
        Some(InstructionKind::SafePlace) => t.words_place,
        Some(InstructionKind::Neighbour) => t.words_neighbour,
        Some(InstructionKind::NeverLeave) => t.words_more,
        _ => t.words_other,
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(kind_now), false) = (kind.get_untracked(), is_sending.get_untracked()) else {
            return;
        };
        let said = area
            .get_untracked()
            .map(|area| area.value())
            .unwrap_or_default();
        let shot = photo
            .get_untracked()
            .filter(|_| kind_now == InstructionKind::SafePlace);
        is_sending.set(true);
        is_sent.set(false);
        let telling = async move {
            let told = tell(known, kind_now, said, shot).await;
            is_sending.try_set(false);
            told
        };
        known.act(telling, move || {
            is_sent.try_set(true);
            kind.try_set(None);
            photo.try_set(None);
            if let Some(area) = area.get_untracked() {
                area.set_value("");
            }
        });
    };
    view! {
        <details class="wishes__act">
            <summary class="button button--wide">
                <Icon name="person" />
                {t.tell}
            </summary>
            <form class="form" on:submit=send>
                <p class="wish__note">{t.tell_text}</p>
                <Kinds place=known.place kind />
                <div class="field" hidden=move || kind.get().is_none()>
                    <label class="field__label" for=words_id.clone()>
                        {words(asks)}
                    </label>
                    <textarea
                        class="field__input"
                        id=words_id
                        rows="2"
                        maxlength=MOST_CHARS.to_string()
                        node_ref=area
                    ></textarea>
                </div>
                {maybe(move || {
                    (kind.get() == Some(InstructionKind::SafePlace))
                        .then(|| view! { <PlacePhoto place=known.place photo /> }.into_any())
                })}
                {maybe(move || {
                    kind.get().map(|_| view! { <Send is_sending /> }.into_any())
                })}
            </form>
        </details>
        <div role="status">
            {part(move || {
                let is_sent = is_sent.get();
                is_sent.then(|| view! { <p class="callout callout--done">{t.sent}</p> }).into_any()
            })}
        </div>
    }
}

/// What it is about.
#[component]
fn Kinds(place: &'static str, kind: RwSignal<Option<InstructionKind>>) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let name = move |kind| match kind {
        InstructionKind::SafePlace => t.safe_place,
        InstructionKind::Neighbour => t.neighbour,
        InstructionKind::GateCode => t.gate_code,
        InstructionKind::NeverLeave => t.never_leave,
        InstructionKind::Other => t.other,
    };
    let choices = KINDS.map(|choice| {
        view! {
            <label class="reason">
                <input
                    type="radio"
                    name=format!("{place}-kind")
                    prop:checked=move || kind.get() == Some(choice)
                    on:change=move |_| kind.set(Some(choice))
                />
                <span>{name(choice)}</span>
            </label>
        }
        .into_any()
    });
    view! {
        <fieldset class="reasons">
            <legend class="field__label">{t.kind}</legend>
            {choices.collect_view()}
        </fieldset>
        {maybe(move || {
            (kind.get() == Some(InstructionKind::NeverLeave))
                .then(|| view! { <p class="callout">{t.never_leave_hint}</p> }.into_any())
        })}
    }
}

#[component]
fn Send(is_sending: RwSignal<bool>) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let is_busy = move || if is_sending.get() { "true" } else { "false" };
    view! {
        <button type="submit" class="button button--primary button--wide" aria-busy=words(is_busy)>
            <span class="button__label">{t.send}</span>
        </button>
    }
}

/// Sends the photo, and then the card that names it.
async fn tell(
    known: Known,
    kind: InstructionKind,
    said: String,
    shot: Option<Shot>,
) -> Result<(), crate::api::ApiError> {
    let mut picture = String::new();
    if let Some(shot) = shot {
        upload(known.reference, &shot).await?;
        shot.picture.hash.as_str().clone_into(&mut picture);
    }
    let kind = kind.as_str().to_owned();
    instruct(known.reference, kind, said, picture)
        .await
        .map(drop)
}
