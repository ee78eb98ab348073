//! A photo of the place where a parcel may be left.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use crate::components::{Icon, maybe, words};
use crate::pages::courier::pictures::{Shot, shrink};
use crate::text::{WishText, use_page_text};

/// A button that opens the camera or the phone's photos, and what was taken.
#[component]
pub fn PlacePhoto(
    /// Where on the page this is.
    place: &'static str,
    /// What was taken.
    photo: RwSignal<Option<Shot>>,
) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let is_unreadable = RwSignal::new(false);
    let id = format!("{place}-photo");
    let take = move |event: leptos::ev::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else {
            return;
        };
        let file = input.files().and_then(|files| files.get(0));
        spawn_local(async move {
            let Some(file) = file else { return };
            let shot = shrink(&file).await;
            is_unreadable.try_set(shot.is_none());
            photo.try_set(shot);
            // So that the same file can be chosen again.
            input.set_value("");
        });
    };
    let label = move || {
        if photo.with(Option::is_some) {
            t.photo_another
        } else {
            t.photo_add
        }
    };
    view! {
        {maybe(move || {
            let url = photo.get()?.url();
            Some(view! { <img class="wish__picture" src=url alt=t.photo /> }.into_any())
        })}
        <p class="form__problem" role="alert">
            {maybe(move || is_unreadable.get().then(|| t.photo_unreadable.into_any()))}
        </p>
        <label class="button button--wide" for=id.clone()>
            <Icon name="camera" />
            {words(label)}
        </label>
        <input
            class="visually-hidden"
            id=id
            type="file"
            accept="image/*"
            on:change=take
        />
    }
}
