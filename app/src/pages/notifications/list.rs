//! The list: live, and longer when one comes to its end.

use leptos::form::ActionForm;
use leptos::html::Button;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

use super::merge::Lines;
use super::row::Row;
use crate::api::ApiError;
use crate::api::notifications::{
    ClearNotification, ClearNotifications, ReadNotifications, told_before,
};
use crate::components::{Empty, Failure, FormFailure, Loading, effect, maybe};
use crate::live::use_live;
use crate::text::{NotificationText, use_page_text};

/// What can be done to the list.
#[derive(Clone, Copy)]
struct Actions {
    read_all: ServerAction<ReadNotifications>,
    clear_all: ServerAction<ClearNotifications>,
    clear: ServerAction<ClearNotification>,
}

impl Actions {
    /// Counts what was done. Tracks.
    fn done(self) -> usize {
        self.read_all.version().get() + self.clear_all.version().get() + self.clear.version().get()
    }

    /// What did not work. Tracks.
    fn error(self) -> Option<ApiError> {
        let results = [
            self.read_all.value().get(),
            self.clear_all.value().get(),
            self.clear.value().get(),
        ];
        results.into_iter().flatten().find_map(Result::err)
    }
}

/// Everything one was told.
#[component]
pub fn List() -> impl IntoView {
    let actions = Actions {
        read_all: ServerAction::new(),
        clear_all: ServerAction::new(),
        clear: ServerAction::new(),
    };
    let heard = RwSignal::new(0_u32);
    use_live().on_told(move || heard.update(|times| *times = times.wrapping_add(1)));
    let newest = Resource::new(move || (heard.get(), actions.done()), |_| told_before(None));
    let older = RwSignal::new(Lines::default());
    let error = Signal::derive(move || actions.error());
    view! {
        <FormFailure error fields=&[] />
        <Transition fallback=Loading>
            {move || match newest.get()? {
                Ok(page) => {
                    let mut lines = older.get_untracked();
                    lines.renew(page);
                    older.set(lines);
                    Some(view! { <Shown lines=older actions /> }.into_any())
                }
                Err(error) => Some(view! { <Failure error /> }.into_any()),
            }}
        </Transition>
    }
}

#[component]
fn Shown(lines: RwSignal<Lines>, actions: Actions) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let is_empty = lines.with_untracked(|lines| lines.lines.is_empty());
    if is_empty {
        return view! { <Empty icon="bell" title=t.none text=t.none_text /> }.into_any();
    }
    let newest = lines.with_untracked(|lines| lines.lines.first().map(|line| line.created_at));
    let has_unread = lines.with_untracked(|lines| lines.lines.iter().any(|line| !line.is_read));
    let rows = move || {
        let rows = lines.with(|lines| lines.lines.clone());
        rows.into_iter()
            .map(|line| view! { <Row line clear=actions.clear /> })
            .collect_view()
            .into_any()
    };
    view! {
        <div class="told__tools">
            {newest
                .filter(|_| has_unread)
                .map(|up_to| {
                    view! {
                        <ActionForm action=actions.read_all>
                            <input type="hidden" name="up_to" value=up_to.to_string() />
                            <button type="submit" class="button button--quiet">
                                {t.read_all}
                            </button>
                        </ActionForm>
                    }
                })}
            {newest
                .map(|up_to| {
                    view! {
                        <ActionForm action=actions.clear_all>
                            <input type="hidden" name="up_to" value=up_to.to_string() />
                            <button type="submit" class="button button--quiet">
                                {t.clear_all}
                            </button>
                        </ActionForm>
                    }
                })}
        </div>
        <ul class="told">{rows}</ul>
        <More lines />
    }
    .into_any()
}

/// Fetches what is older when it comes into view, or is pressed.
#[component]
fn More(lines: RwSignal<Lines>) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let button = NodeRef::<Button>::new();
    let is_asking = RwSignal::new(false);
    let ask = move || {
        let Some(before) = lines.with_untracked(|lines| lines.next.clone()) else {
            return;
        };
        if is_asking.get_untracked() {
            return;
        }
        is_asking.set(true);
        spawn_local_scoped_with_cancellation(async move {
            let answer = told_before(Some(before.clone())).await;
            // The button stays for whoever wants to try again.
            if let Ok(page) = answer {
                lines.update(|lines| lines.extend(&before, page));
            }
            is_asking.set(false);
        });
    };
    effect(move || {
        if let Some(button) = button.get() {
            when_seen(&button, ask);
        }
    });
    let has_more = move || lines.with(|lines| lines.next.is_some());
    maybe(move || {
        has_more().then(|| {
            view! {
                <button
                    type="button"
                    class="button told__more"
                    node_ref=button
                    aria-busy=move || is_asking.get().then_some("true")
                    on:click=move |_| ask()
                >
                    {t.more}
                </button>
            }
            .into_any()
        })
    })
}

/// Does something whenever an element comes into view, until the current owner goes.
fn when_seen(element: &web_sys::Element, act: impl Fn() + 'static) {
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let is_seen = |entry: wasm_bindgen::JsValue| {
            let entry: Option<IntersectionObserverEntry> = entry.dyn_into().ok();
            entry.is_some_and(|entry| entry.is_intersecting())
        };
        if entries.iter().any(is_seen) {
            act();
        }
    });
    let observer = IntersectionObserver::new(seen.as_ref().unchecked_ref());
    // The browser may call it as long as the page lives.
    seen.forget();
    if let Ok(observer) = observer {
        observer.observe(element);
        let observer = send_wrapper::SendWrapper::new(observer);
        on_cleanup(move || observer.disconnect());
    }
}
