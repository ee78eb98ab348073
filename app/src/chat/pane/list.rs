//! What was said, the newest at the bottom.

use leptos::ev::Event;
use leptos::html::Div;
use leptos::prelude::*;
use porchlight_domain::chat::Side;

use super::bubble::{Bubble, Note, Pending};
use crate::chat::item::{Item, Waiting};
use crate::chat::talk::Talk;
use crate::components::{Icon, effect, maybe, words};
use crate::text::{ChatText, use_page_text};

/// How near to an edge one is at it, pixels.
const NEAR: i32 = 160;

/// The list. What comes while somebody reads further up does not move it.
#[component]
pub fn Messages(talk: Talk, name: Memo<String>, is_courier: bool) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let scroller = NodeRef::<Div>::new();
    let is_at_end = StoredValue::new(true);
    let window = talk.window;
    let on_scroll = move |_: Event| {
        let Some(scroller) = scroller.get_untracked() else {
            return;
        };
        let below = scroller.scroll_height() - scroller.scroll_top() - scroller.client_height();
        is_at_end.set_value(below < NEAR && !window.has_newer.get_untracked());
        if scroller.scroll_top() < NEAR && window.has_older.get_untracked() {
            talk.older();
        } else if below < NEAR && window.has_newer.get_untracked() {
            talk.newer();
        }
    };
    stay_at_end(talk, scroller, is_at_end);
    let is_empty = Memo::new(move |_| {
        window.items.with(Vec::is_empty)
            && talk.waiting.with(Vec::is_empty)
            && talk.view.with(Option::is_some)
    });
    let read = Memo::new(move |_| {
        talk.view
            .with(|view| view.as_ref().map_or(0, |view| view.other.read))
    });
    let stored = Memo::new(move |_| {
        talk.view
            .with(|view| view.as_ref().map_or(0, |view| view.other.stored))
    });
    view! {
        <div class="chat__scroll" node_ref=scroller on:scroll=on_scroll tabindex="0" role="log" aria-label=t.messages>
            <Older talk />
            {maybe(move || {
                is_empty.get().then(|| view! { <Empty name is_courier /> }.into_any())
            })}
            <ol class="chat__list">
                <For
                    each=move || window.items.get()
                    key=|(place, _)| place.to_bits()
                    let:entry
                >
                    {shown(talk, entry.1, name, stored, read)}
                </For>
                <For
                    each=move || talk.waiting.get()
                    key=|waiting: &Waiting| (waiting.place, waiting.refused.is_some())
                    let:waiting
                >
                    <Pending talk waiting name />
                </For>
            </ol>
            <p class="chat__typing" aria-live="polite">
                {words(move || if talk.typing.get() { (t.typing)(&name.get()) } else { String::new() })}
            </p>
        </div>
        <Newest talk is_at_end />
    }
}

/// Whoever reads the newest message reads the next one too.
fn stay_at_end(talk: Talk, scroller: NodeRef<Div>, is_at_end: StoredValue<bool>) {
    effect(move || {
        talk.window.items.track();
        talk.waiting.track();
        talk.typing.track();
        if is_at_end.get_value() {
            request_animation_frame(move || {
                if let Some(scroller) = scroller.try_get_untracked().flatten() {
                    scroller.set_scroll_top(scroller.scroll_height());
                }
            });
        }
    });
}

#[component]
fn Older(talk: Talk) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let has_older = talk.window.has_older;
    maybe(move || {
        has_older.get().then(|| {
            view! {
                <button
                    type="button"
                    class="button button--quiet chat__older"
                    on:click=move |_| talk.older()
                >
                    {t.older}
                </button>
            }
            .into_any()
        })
    })
}

#[component]
fn Newest(talk: Talk, is_at_end: StoredValue<bool>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let has_newer = talk.window.has_newer;
    let show = move |_| {
        is_at_end.set_value(true);
        talk.latest();
    };
    maybe(move || {
        has_newer.get().then(|| {
            view! {
                <button type="button" class="button chat__newest" on:click=show>
                    <Icon name="down" />
                    {t.newest}
                </button>
            }
            .into_any()
        })
    })
}

fn shown(
    talk: Talk,
    item: Item,
    name: Memo<String>,
    stored: Memo<u32>,
    read: Memo<u32>,
) -> AnyView {
    match item {
        Item::Message(message) => view! { <Bubble talk message name stored read /> }.into_any(),
        other => view! { <Note talk item=other name /> }.into_any(),
    }
}

#[component]
fn Empty(name: Memo<String>, is_courier: bool) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    view! {
        <div class="chat__empty">
            <Icon name="chat" />
            <p class="chat__empty-title">{t.empty_title}</p>
            {(!is_courier).then(|| view! { <p>{words(move || (t.empty)(&name.get()))}</p> })}
        </div>
    }
}

/// Whether something is one's own.
pub fn is_mine(talk: Talk, by: Side) -> bool {
    untrack(|| talk.side()) == by
}
