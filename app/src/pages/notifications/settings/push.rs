//! Whether this browser shows what is pushed: not possible, not asked, refused, on.

use leptos::prelude::*;

use super::Chosen;
use crate::api::ApiError;
use crate::api::notifications::{subscribe_browser, unsubscribe_browser};
use crate::components::{Icon, effect, part};
use crate::pwa::browser_push::{self, Permission};
use crate::text::{NotificationText, use_page_text};

/// How it stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not known yet: the server does not see the browser.
    Unknown,
    Unsupported,
    Off,
    Denied,
    On,
}

/// The state of this browser, and what to do about it.
#[component]
pub fn Push(chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let state = RwSignal::new(State::Unknown);
    let has_failed = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let look = move || {
        leptos::task::spawn_local(async move {
            let found = find_out(chosen).await;
            let _ = state.try_set(found);
        });
    };
    effect(move || {
        look();
        // Whoever comes back from the settings of the site sees at once that it worked.
        let handle = window_event_listener_untyped("visibilitychange", move |_| look());
        let focused = window_event_listener_untyped("focus", move |_| look());
        on_cleanup(move || {
            handle.remove();
            focused.remove();
        });
    });
    let turn = move |on: bool| {
        is_busy.set(true);
        has_failed.set(false);
        leptos::task::spawn_local(async move {
            let done = if on {
                turn_on(chosen).await
            } else {
                turn_off().await
            };
            let _ = is_busy.try_set(false);
            let _ = has_failed.try_set(done.is_none());
            chosen.ask_again();
            look();
        });
    };
    let button = move |label: &'static str, on: bool| {
        view! {
            <button
                type="button"
                class=if on { "button button--primary" } else { "button button--quiet" }
                aria-busy=move || is_busy.get().then_some("true")
                disabled=is_busy
                on:click=move |_| turn(on)
            >
                <span class="button__label">{label}</span>
            </button>
        }
    };
    let shown = move || match state.get() {
        State::Unknown => ().into_any(),
        State::Unsupported => view! { <p>{t.push_unsupported}</p> }.into_any(),
        State::Denied => view! {
            <p class="callout callout--failure">
                <Icon name="alert" />
                <span>{t.push_denied}</span>
            </p>
        }
        .into_any(),
        State::Off => view! {
            <p>{t.push_off}</p>
            {button(t.turn_on, true)}
        }
        .into_any(),
        State::On => view! {
            <p class="callout callout--done">
                <Icon name="check" />
                <span>{t.push_on}</span>
            </p>
            {button(t.turn_off, false)}
        }
        .into_any(),
    };
    view! {
        <div class="push" role="status">
            {part(shown)} <p class="field__wrong">{move || has_failed.get().then_some(t.push_failed)}</p>
        </div>
    }
}

/// How it stands; a subscription that the server lost, as when somebody signed out here, is told to it again.
async fn find_out(chosen: Chosen) -> State {
    match browser_push::permission() {
        Permission::Unsupported => State::Unsupported,
        Permission::Denied => State::Denied,
        Permission::Default => State::Off,
        Permission::Granted => {
            let key = chosen
                .view
                .try_with_untracked(|view| view.push_key.clone())
                .flatten();
            let Some(known) = browser_push::subscription(key.as_deref()).await else {
                return State::Off;
            };
            match tell(known).await {
                Ok(()) => State::On,
                Err(_) => State::Off,
            }
        }
    }
}

async fn tell(known: browser_push::Subscription) -> Result<(), ApiError> {
    subscribe_browser(known.endpoint, known.p256dh, known.auth).await
}

async fn turn_on(chosen: Chosen) -> Option<()> {
    let key = chosen.view.with_untracked(|view| view.push_key.clone())?;
    if browser_push::ask().await != Permission::Granted {
        // The person said no, and the page says what that means.
        return Some(());
    }
    let new = browser_push::subscribe(&key).await?;
    let told = tell(new).await;
    let is_told = told.is_ok();
    chosen.settle(told);
    is_told.then_some(())
}

async fn turn_off() -> Option<()> {
    let endpoint = browser_push::unsubscribe().await?;
    unsubscribe_browser(endpoint).await.ok()
}
