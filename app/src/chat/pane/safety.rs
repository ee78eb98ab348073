//! Being sure of each other: the number to compare, and the end of a chat that somebody does not want.

use leptos::prelude::*;
use porchlight_domain::chat::SafetyNumber;

use crate::chat::talk::Talk;
use crate::components::{Icon, maybe, words};
use crate::text::{ChatText, use_page_text};

/// Folded away until somebody wants it.
#[component]
pub fn Safety(talk: Talk, name: Memo<String>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let number = Memo::new(move |_| {
        talk.view.with(|view| {
            let view = view
                .as_ref()
                .filter(|view| !view.other.devices.is_empty())?;
            let (me, other) = (&view.me, &view.other);
            Some(SafetyNumber::of(
                (&me.person, &me.devices),
                (&other.person, &other.devices),
            ))
        })
    });
    let compared = Memo::new(move |_| talk.memory.with(|memory| memory.compared.clone()));
    let is_same = Memo::new(move |_| {
        let now = number.with(|number| number.as_ref().map(ToString::to_string));
        compared.get().map(|then| Some(then) == now)
    });
    view! {
        <details class="chat__safety" class:chat__safety--doubt=move || is_same.get() == Some(false)>
            <summary class="chat__safety-title">
                <Icon name="shield" />
                <span>
                    {words(move || match is_same.get() {
                        Some(true) => t.verified.to_owned(),
                        Some(false) => (t.verified_before)(&name.get()),
                        None => t.menu.to_owned(),
                    })}
                </span>
            </summary>
            {maybe(move || {
                let number = number.get()?;
                Some(view! { <Compare talk name number is_same /> }.into_any())
            })}
            <p class="chat__small">{t.lost_device}</p>
            <End talk name />
        </details>
    }
}

#[component]
fn Compare(
    talk: Talk,
    name: Memo<String>,
    number: SafetyNumber,
    is_same: Memo<Option<bool>>,
) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let whole = number.to_string();
    let groups = number
        .groups()
        .iter()
        .map(|group| view! { <span>{group.clone()}</span> })
        .collect_view();
    view! {
        <h3 class="chat__small-title">{t.verify}</h3>
        <p class="chat__small">{words(move || (t.verify_text)(&name.get()))}</p>
        <p class="chat__number">{groups}</p>
        {maybe(move || {
            let whole = whole.clone();
            let (label, next) = if is_same.get() == Some(true) {
                (t.verify_no_longer, None)
            } else {
                (t.verify_same, Some(whole))
            };
            Some(
                view! {
                    <button
                        type="button"
                        class="button button--small"
                        on:click=move |_| talk.compared(next.clone())
                    >
                        {label}
                    </button>
                }
                    .into_any(),
            )
        })}
    }
}

#[component]
fn End(talk: Talk, name: Memo<String>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let can_end = Memo::new(move |_| {
        talk.view.with(|view| {
            view.as_ref()
                .is_some_and(|view| view.phase.is_writable() && view.blocked_by.is_none())
        })
    });
    maybe(move || {
        can_end.get().then(|| {
            view! {
                <details class="chat__end">
                    <summary class="chat__end-title">{t.block}</summary>
                    <p class="chat__small">{words(move || (t.block_sure)(&name.get()))}</p>
                    <button
                        type="button"
                        class="button button--small"
                        on:click=move |_| talk.block(true)
                    >
                        {t.block_do}
                    </button>
                </details>
            }
            .into_any()
        })
    })
}
