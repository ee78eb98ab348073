//! Scanning codes with the phone: live with its camera, or from a photo where that is not allowed. In a chunk of
//! its own, fetched when someone scans.

mod camera;
pub mod decode;
mod detector;
mod photo;

use leptos::html::Video;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;

use crate::components::{Icon, effect, maybe, words};
use crate::text::{ScanText, use_page_text};
use camera::Trouble;

/// How it stands with the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Asking,
    Open,
    None(Trouble),
}

/// A scanner that tells each code it reads, and the same one again only after a while.
#[lazy]
pub fn scanner(on_read: Callback<String>) -> AnyView {
    view! { <Scanner on_read /> }.into_any()
}

#[component]
fn Scanner(on_read: Callback<String>) -> impl IntoView {
    let t = use_page_text::<ScanText>();
    let video = NodeRef::<Video>::new();
    let sight = RwSignal::new(Sight::Asking);
    effect(move || {
        if let Some(video) = video.get() {
            spawn_local_scoped_with_cancellation(async move {
                let found = camera::look(
                    video,
                    move || {
                        sight.try_set(Sight::Open);
                    },
                    move |text| on_read.run(text),
                );
                if let Err(trouble) = found.await {
                    sight.try_set(Sight::None(trouble));
                }
            });
        }
    });
    let said = move || match sight.get() {
        Sight::Asking => t.asking,
        Sight::Open => t.looking,
        Sight::None(Trouble::Refused) => t.refused,
        Sight::None(Trouble::NoCamera) => t.no_camera,
    };
    let has_camera = Memo::new(move |_| !matches!(sight.get(), Sight::None(_)));
    view! {
        <div class="scanner">
            {maybe(move || {
                has_camera
                    .get()
                    .then(|| {
                        view! {
                            <div class="scanner__frame">
                                <video
                                    class="scanner__video"
                                    node_ref=video
                                    muted
                                    playsinline
                                    aria-hidden="true"
                                ></video>
                                <span class="scanner__corners" aria-hidden="true"></span>
                            </div>
                        }
                            .into_any()
                    })
            })}
            <p class="scanner__said" role="status">
                {words(said)}
            </p>
            <FromPhoto on_read />
        </div>
    }
}

/// For phones that don't let pages use the camera: they let them ask for a photo.
#[component]
fn FromPhoto(on_read: Callback<String>) -> impl IntoView {
    let t = use_page_text::<ScanText>();
    let found_nothing = RwSignal::new(false);
    let read = move |event: leptos::ev::Event| {
        let Some(photo) = photo::taken(&event) else {
            return;
        };
        wasm_bindgen_futures::spawn_local(async move {
            let found = photo::read(&photo).await;
            found_nothing.try_set(found.is_empty());
            for text in found {
                on_read.run(text);
            }
        });
    };
    view! {
        <label class="button button--quiet scanner__photo">
            <Icon name="scan" />
            {t.photo}
            <input
                class="visually-hidden"
                type="file"
                accept="image/*"
                capture="environment"
                on:change=read
            />
        </label>
        <p class="scanner__nothing" role="alert">
            {words(move || if found_nothing.get() { t.nothing_found } else { "" })}
        </p>
    }
}
