//! What was said, the newest at the bottom.

use leptos::ev::Event;
use leptos::html::Div;
use leptos::prelude::*;
use porchlight_domain::chat::Side;
use web_sys::{Element, HtmlDivElement};

use super::Opened;
use super::bubble::{Bubble, Note, Pending};
use super::entry::{Entry, Part};
use crate::chat::item::{Item, Waiting};
use crate::chat::talk::Talk;
use crate::components::{Icon, effect, maybe, words};
use crate::text::{ChatText, use_page_text};

/// How near to an edge one is at it, pixels.
const NEAR: i32 = 160;

/// The list. What comes while somebody reads further up does not move it.
#[component]
pub fn Messages(talk: Talk, name: Memo<String>, opened: Opened) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let scroller = NodeRef::<Div>::new();
    let is_at_end = StoredValue::new(true);
    let window = talk.window;
    let on_scroll = move |_: Event| {
        let Some(scroller) = scroller.get_untracked() else {
            return;
        };
        let below = scroller.scroll_height() - scroller.scroll_top() - scroller.client_height();
        is_at_end.set_value(below < NEAR && !untrack(|| window.has_newer()));
        if scroller.scroll_top() < NEAR && untrack(|| window.has_older()) {
            talk.older();
        } else if below < NEAR && untrack(|| window.has_newer()) {
            talk.newer();
        }
    };
    let entries = entries(talk);
    keep_place(talk, entries, scroller, is_at_end);
    let is_empty = Memo::new(move |_| {
        entries.with(Vec::is_empty)
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
                is_empty.get().then(|| view! { <Empty name is_courier=opened.is_courier /> }.into_any())
            })}
            <ol class="chat__list">
                <For
                    each=move || entries.get()
                    key=Entry::key
                    let:entry
                >
                    {shown(talk, opened, entry, name, stored, read)}
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

/// What is shown, and what both can rely on where it happened.
fn entries(talk: Talk) -> Memo<Vec<Entry>> {
    let window = talk.window;
    let cards = Memo::new(move |_| {
        talk.view
            .with(|view| view.as_ref().map(|view| view.cards.clone()))
            .unwrap_or_default()
    });
    Memo::new(move |_| {
        let (has_older, has_newer) = (window.has_older(), window.has_newer());
        window.items.with(|items| {
            let part = Part {
                items,
                has_older,
                has_newer,
            };
            cards.with(|cards| part.with(cards))
        })
    })
}

/// Whoever reads the newest message reads the next one too; for everyone else what they read stays where it is,
/// whatever is put before or behind it.
fn keep_place(
    talk: Talk,
    entries: Memo<Vec<Entry>>,
    scroller: NodeRef<Div>,
    is_at_end: StoredValue<bool>,
) {
    let anchor = StoredValue::new_local(None::<Anchor>);
    talk.window.before_change(move || {
        let now = scroller.get_untracked();
        anchor.update_value(|anchor| {
            // One that was not reached yet still holds.
            if anchor.is_none() {
                *anchor = now.and_then(|scroller| Anchor::of(&scroller));
            }
        });
    });
    effect(move || {
        entries.track();
        talk.waiting.track();
        talk.typing.track();
        request_animation_frame(move || {
            let Some(scroller) = scroller.try_get_untracked().flatten() else {
                return;
            };
            let anchor = anchor.try_update_value(Option::take).flatten();
            if is_at_end.try_get_value().unwrap_or_default() {
                scroller.set_scroll_top(scroller.scroll_height());
            } else if let Some(anchor) = anchor {
                anchor.hold(&scroller);
            }
        });
    });
}

/// What was first on the screen, and where. Browsers do this themselves, but not at the very top, and some not at all.
struct Anchor {
    element: Element,
    top: f64,
}

impl Anchor {
    fn of(scroller: &HtmlDivElement) -> Option<Self> {
        let list = scroller.query_selector("ol").ok()??;
        let edge = scroller.get_bounding_client_rect().top();
        let mut next = list.first_element_child();
        while let Some(element) = next {
            let place = element.get_bounding_client_rect();
            if place.bottom() > edge {
                let top = place.top();
                return Some(Self { element, top });
            }
            next = element.next_element_sibling();
        }
        None
    }

    fn hold(self, scroller: &HtmlDivElement) {
        if self.element.is_connected() {
            let moved = self.element.get_bounding_client_rect().top() - self.top;
            scroller.scroll_by_with_x_and_y(0.0, moved);
        }
    }
}

#[component]
fn Older(talk: Talk) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let has_older = Memo::new(move |_| talk.window.has_older());
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
    let has_newer = Memo::new(move |_| talk.window.has_newer());
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
    opened: Opened,
    entry: Entry,
    name: Memo<String>,
    stored: Memo<u32>,
    read: Memo<u32>,
) -> AnyView {
    match entry {
        Entry::Item {
            item: Item::Message(message),
            card,
            ..
        } => {
            let card = card.map(|card| opened.card.run(card));
            view! { <Bubble talk message card name stored read /> }.into_any()
        }
        Entry::Item { item, .. } => view! { <Note talk item name /> }.into_any(),
        Entry::Card(card) => {
            view! { <li class="chat__card">{opened.card.run(card)}</li> }.into_any()
        }
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
