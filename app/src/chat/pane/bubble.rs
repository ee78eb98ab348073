//! One thing that was said, waits to be sent, or happened in between.

use leptos::prelude::*;
use porchlight_domain::chat::Body;

use super::list::is_mine;
use crate::chat::item::{Item, Message, Waiting, Why};
use crate::chat::talk::Talk;
use crate::clock::{Say, Time};
use crate::components::{Icon, maybe, words};
use crate::text::{ChatText, use_page_text};

/// How far a message of one's own has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Come {
    Sent,
    Delivered,
    Read,
}

/// A message.
#[component]
pub fn Bubble(
    talk: Talk,
    message: Message,
    /// What both can rely on of it, which says it.
    card: Option<AnyView>,
    name: Memo<String>,
    stored: Memo<u32>,
    read: Memo<u32>,
) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let is_mine = is_mine(talk, message.by);
    let (seq, at) = (message.seq, message.at);
    let come = Memo::new(move |_| {
        if seq <= read.get() {
            Come::Read
        } else if seq <= stored.get() {
            Come::Delivered
        } else {
            Come::Sent
        }
    });
    let body = message.body.clone();
    let is_card = card.is_some();
    let message = StoredValue::new(message);
    view! {
        <li class="bubble" class:bubble--mine=is_mine class:bubble--card=is_card>
            <span class="visually-hidden">
                {words(move || if is_mine { t.you.to_owned() } else { name.get() })} ": "
            </span>
            {card.unwrap_or_else(|| view! { <Said body /> }.into_any())}
            <p class="bubble__foot">
                <Time at=Signal::stored(at) say=Say::Clock />
                {is_mine.then(|| view! { <Mark come /> })}
                {(!is_mine).then(|| view! { <Report talk message /> })}
            </p>
        </li>
    }
}

#[component]
fn Said(body: Body) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    match body {
        Body::Text { text } => view! {
            <p class="bubble__text" dir="auto">
                {text}
            </p>
        }
        .into_any(),
        Body::GateCode { code } => view! {
            <div class="bubble__card">
                <p class="bubble__card-title">
                    <Icon name="lock" />
                    {t.gate_code}
                </p>
                <p class="bubble__code">{code}</p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Mark(come: Memo<Come>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    view! {
        <span class="bubble__mark" class:bubble__mark--read=move || come.get() == Come::Read>
            {words(move || match come.get() {
                Come::Sent => t.sent,
                Come::Delivered => t.delivered,
                Come::Read => t.read,
            })}
        </span>
    }
}

/// Shows one message to the operator, after a word of warning.
#[component]
fn Report(talk: Talk, message: StoredValue<Message>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let is_asking = RwSignal::new(false);
    let is_done = RwSignal::new(false);
    let report = move |_| {
        message.with_value(|message| talk.report(message));
        is_asking.set(false);
        is_done.set(true);
    };
    view! {
        {maybe(move || {
            if is_done.get() {
                return Some(
                    view! {
                        <span class="bubble__reported" role="status">
                            {t.reported}
                        </span>
                    }
                        .into_any(),
                );
            }
            (!is_asking.get())
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="bubble__report"
                            on:click=move |_| is_asking.set(true)
                        >
                            {t.report}
                        </button>
                    }
                        .into_any()
                })
        })}
        {maybe(move || {
            is_asking
                .get()
                .then(|| {
                    view! {
                        <span class="bubble__sure" role="group">
                            <span>{t.report_sure}</span>
                            <button type="button" class="button button--small" on:click=report>
                                {t.report_do}
                            </button>
                            <button
                                type="button"
                                class="button button--quiet button--small"
                                on:click=move |_| is_asking.set(false)
                            >
                                {t.keep}
                            </button>
                        </span>
                    }
                        .into_any()
                })
        })}
    }
}

/// What waits to be sent, or will never be.
#[component]
pub fn Pending(talk: Talk, waiting: Waiting, name: Memo<String>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let Waiting {
        place,
        body,
        refused,
        ..
    } = waiting;
    let is_refused = refused.is_some();
    view! {
        <li class="bubble bubble--mine bubble--pending" class:bubble--refused=is_refused>
            <Said body />
            <p class="bubble__foot">
                {match refused {
                    Some(why) => view! { <span>{t.not_sent} ": " {why}</span> }.into_any(),
                    None => {
                        view! {
                            <span>
                                {words(move || {
                                    if talk.alone.get() {
                                        (t.waits_for_them)(&name.get())
                                    } else {
                                        t.waits.to_owned()
                                    }
                                })}
                            </span>
                        }
                            .into_any()
                    }
                }}
                <button type="button" class="bubble__report" on:click=move |_| talk.withdraw(place)>
                    {t.withdraw}
                </button>
            </p>
        </li>
    }
}

/// What is between messages.
#[component]
pub fn Note(talk: Talk, item: Item, name: Memo<String>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let words = words(move || match &item {
        Item::Devices { of, .. } if is_mine(talk, *of) => t.new_device_mine.to_owned(),
        Item::Devices { .. } => (t.new_device_theirs)(&name.get()),
        Item::Unreadable { why, .. } => match why {
            Why::Before => t.unreadable_before.to_owned(),
            Why::NoKey => t.unreadable_no_key.to_owned(),
            Why::Forged => t.unreadable_forged.to_owned(),
        },
        Item::Message(_) => String::new(),
    });
    view! { <li class="chat__note">{words}</li> }
}
