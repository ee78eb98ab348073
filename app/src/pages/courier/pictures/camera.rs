//! Taking photos at a door.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::Shot;
use super::shrink::shrink;
use crate::components::{Icon, maybe};
use crate::text::{CourierText, use_page_text};

/// Beside a signature: with it, as many as the server takes.
const MOST: usize = 3;

/// The photos that were taken, and a button that opens the phone's camera.
#[component]
pub fn Photos(
    /// What names the field.
    id: String,
    /// In the order they were taken.
    photos: RwSignal<Vec<Shot>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let is_unreadable = RwSignal::new(false);
    let take = move |event: leptos::ev::Event| {
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let file = input.files().and_then(|files| files.get(0));
        spawn_local(async move {
            let Some(file) = file else { return };
            let shot = shrink(&file).await;
            is_unreadable.try_set(shot.is_none());
            if let Some(shot) = shot {
                photos.try_update(|photos| {
                    photos.retain(|other| *other != shot);
                    photos.push(shot);
                });
            }
            // So that the same file can be chosen again.
            input.set_value("");
        });
    };
    let thumbnails = move || {
        let all = photos.get();
        (!all.is_empty()).then(|| {
            let shown = all.into_iter().map(move |shot| thumbnail(t, photos, shot));
            view! { <ul class="shots">{shown.collect_view()}</ul> }.into_any()
        })
    };
    let is_full = Memo::new(move |_| photos.with(|photos| photos.len() >= MOST));
    view! {
        {maybe(thumbnails)}
        <p class="form__problem" role="alert">
            {maybe(move || is_unreadable.get().then(|| t.photo_unreadable.into_any()))}
        </p>
        <label class="button button--wide shots__take" for=id.clone() hidden=is_full>
            <Icon name="camera" />
            {move || if photos.with(Vec::is_empty) { t.photo_take } else { t.photo_another }}
        </label>
        <input
            class="visually-hidden"
            id=id
            type="file"
            accept="image/*"
            capture="environment"
            disabled=is_full
            on:change=take
        />
    }
}

fn thumbnail(t: &'static CourierText, photos: RwSignal<Vec<Shot>>, shot: Shot) -> AnyView {
    let url = shot.url();
    view! {
        <li class="shots__shot">
            <img src=url alt=t.photo />
            <button
                type="button"
                class="shots__remove"
                aria-label=t.photo_remove
                on:click=move |_| photos.update(|photos| photos.retain(|other| *other != shot))
            >
                <Icon name="close" />
            </button>
        </li>
    }
    .into_any()
}
