//! Links with which others can watch: made, copied, listed and ended. Fetched when someone asks for it.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{NewShareLink, ShareLink};
use wasm_bindgen_futures::JsFuture;

use crate::api::shares::{RevokeShare, Share, shares};
use crate::clock::{Say, Time};
use crate::components::{FormFailure, Icon, Submit};
use crate::text::{SharesText, use_page_text};

/// The panel of a delivery's links.
#[lazy]
pub fn share_panel(reference: Reference) -> AnyView {
    view! { <SharePanel reference /> }.into_any()
}

#[component]
fn SharePanel(
    /// Of which delivery.
    reference: Reference,
) -> impl IntoView {
    let t = use_page_text::<SharesText>();
    let share = ServerAction::<Share>::new();
    let revoke = ServerAction::<RevokeShare>::new();
    let version = move || (share.version().get(), revoke.version().get());
    let links = Resource::new(version, move |_| shares(reference));
    let error = Signal::derive(move || share.value().get()?.err());
    let made = Memo::new(move |_| share.value().get()?.ok());
    let listed = move || {
        let all = links.get()?.ok()?;
        let active = all.into_iter().filter(|link| link.active);
        let items = active.map(|link| view! { <LinkLine link reference revoke /> });
        Some(items.collect_view())
    };
    view! {
        <div class="shares__panel">
            <p class="shares__text">{t.text}</p>
            <ActionForm action=share attr:class="shares__form">
                <input type="hidden" name="reference" value=reference.to_string() />
                <label class="visually-hidden" for="share-label">
                    {t.label}
                </label>
                <input
                    class="field__input"
                    id="share-label"
                    name="label"
                    maxlength="60"
                    required
                    autocomplete="off"
                    placeholder=t.label_example
                />
                <Submit label=t.create pending=share.pending() class="" />
            </ActionForm>
            <FormFailure error fields=&[] />
            {move || made.get().map(|made| view! { <MadeLink made /> })}
            <ul class="shares__list">
                <Transition fallback=|| ()>{listed}</Transition>
            </ul>
        </div>
    }
}

/// A new link, the only time it is shown.
#[component]
fn MadeLink(made: NewShareLink) -> impl IntoView {
    let t = use_page_text::<SharesText>();
    let is_copied = RwSignal::new(false);
    let origin = window().location().origin().unwrap_or_default();
    let address = format!("{origin}{}", made.path);
    let to_copy = address.clone();
    let copy = move |_| {
        let copying = window().navigator().clipboard().write_text(&to_copy);
        wasm_bindgen_futures::spawn_local(async move {
            is_copied.set(JsFuture::from(copying).await.is_ok());
        });
    };
    view! {
        <div class="shares__made" role="status">
            <p class="shares__once">{t.shown_once}</p>
            <div class="shares__copy">
                <input
                    class="field__input"
                    readonly
                    aria-label=t.link
                    prop:value=address
                />
                <button type="button" class="button" on:click=copy>
                    <Icon name="copy" />
                    <span>{move || if is_copied.get() { t.copied } else { t.copy }}</span>
                </button>
            </div>
        </div>
    }
}

#[component]
fn LinkLine(
    link: ShareLink,
    reference: Reference,
    revoke: ServerAction<RevokeShare>,
) -> impl IntoView {
    let t = use_page_text::<SharesText>();
    let end_label = format!("{} {}", t.end, link.label);
    view! {
        <li class="shares__link">
            <Icon name="link" />
            <span class="shares__who">
                <span class="shares__label">{link.label}</span>
                <span class="shares__until">
                    {t.until} " "
                    <Time at=Signal::stored(link.expires_at) say=Say::DayAndClock />
                </span>
            </span>
            <ActionForm action=revoke>
                <input type="hidden" name="reference" value=reference.to_string() />
                <input type="hidden" name="id" value=link.id.to_string() />
                <button type="submit" class="button button--quiet" aria-label=end_label>
                    {t.end}
                </button>
            </ActionForm>
        </li>
    }
}
