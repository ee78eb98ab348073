//! The courier's page as an app of the phone: it can be installed, and a service worker (the server has its
//! script) starts it where there is no network.
//!
//! All of this is the courier's: only their page shows [`KeptOnPhone`], so that nobody else downloads it.

pub mod browser_push;
mod tiles;
mod worker;

use leptos::prelude::*;
use porchlight_domain::time::Timestamp;

use crate::clock::{Say, Time};
use crate::components::{Icon, maybe};
use crate::text::{CourierText, use_page_text, use_text};
pub use tiles::keep_tiles;
use worker::Worker;

/// Keeps the page on the phone. Says of when it is while the server is not reached, and when a newer version is
/// ready.
#[component]
pub fn KeptOnPhone(
    /// Of when the run is that is shown, once the server was not reached for it.
    old_since: Signal<Option<Timestamp>>,
    /// Whether the server has told this page anything: until then it may be a copy.
    is_fresh: Signal<bool>,
) -> impl IntoView {
    let t = use_text();
    #[cfg(feature = "ssr")]
    crate::api::allow_keeping();
    let worker = Worker::keep_page();
    let copy = move || {
        let copied_at = || worker.copied_at().filter(|_| !is_fresh.get());
        let at = old_since.get().or_else(copied_at)?;
        let line = view! {
            <p class="link" data-link="offline">
                <span class="link__dot" aria-hidden="true"></span>
                <span>{t.link.offline} " · " <Time at=Signal::stored(at) say=Say::DayAndClock /></span>
            </p>
        };
        Some(line.into_any())
    };
    let update = move || {
        worker
            .is_update_ready()
            .then(|| view! { <UpdateBar worker /> }.into_any())
    };
    view! {
        <div class="copy-place" role="status">{maybe(copy)}</div>
        <div class="update-place" role="status">
            {maybe(update)}
        </div>
    }
}

/// Nothing is replaced under a courier's hands: the new version waits until they say so, or until the app is
/// started the next time.
#[component]
fn UpdateBar(worker: Worker) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <div class="update">
            <p class="update__text">{t.update_ready}</p>
            <button type="button" class="button" on:click=move |_| worker.update()>
                {t.update}
            </button>
            <button
                type="button"
                class="update__close"
                aria-label=use_text().common.dismiss
                on:click=move |_| worker.put_off()
            >
                <Icon name="close" />
            </button>
        </div>
    }
}
