//! The way into the chat with the courier. The chat itself is fetched when it is opened.

use leptos::html::Button;
use leptos::prelude::*;
use porchlight_domain::chat::ChatBadge;
use porchlight_domain::ids::PersonId;
use porchlight_domain::reference::Reference;
use wasm_bindgen_futures::spawn_local;

use super::is_asked_for;
use super::wishes::{wish_card, wishes_in_chat};
use crate::api::chat::whats_new;
use crate::chat::{Opened, chat_pane};
use crate::components::{Icon, effect, later, maybe, words};
use crate::live::{TrackingState, use_live};
use crate::session::use_session;
use crate::text::use_text;

/// A button that says how much is new, and the chat.
#[component]
pub fn Chat(
    /// About which delivery.
    reference: Reference,
    /// What is new.
    badge: RwSignal<ChatBadge>,
    /// The courier's first name, while it is known.
    name: Memo<Option<String>>,
    /// What is known of the delivery.
    state: RwSignal<TrackingState>,
) -> impl IntoView {
    let t = use_text();
    let is_open = RwSignal::new(false);
    let is_wanted = is_asked_for("chat");
    effect(move || {
        if is_wanted {
            is_open.set(true);
        }
    });
    let button = NodeRef::<Button>::new();
    // Each by itself: a badge that was asked for again must not take away an open chat and what is being written there.
    let is_offered = Memo::new(move |_| badge.with(|badge| badge.offered));
    let is_courier_waiting = Memo::new(move |_| badge.with(|badge| badge.wanted));
    let session = use_session();
    let me = Memo::new(move |_| Some(session.me()?.ok()??.id));
    let ask = move || {
        spawn_local(async move {
            if let Ok(now) = whats_new(reference).await {
                badge.try_set(now);
            }
        });
    };
    use_live().on_other_change(ask);
    let close = Callback::new(move |()| {
        is_open.set(false);
        ask();
        if let Some(button) = button.get_untracked() {
            drop(button.focus());
        }
    });
    let pane = move |me: PersonId| {
        let opened = Opened {
            delivery: reference,
            is_courier: false,
            is_driving: Signal::stored(false),
            close,
            card: Callback::new(move |card| later(wish_card(reference, state, card))),
            wishes: Some(Callback::new(move |()| {
                later(wishes_in_chat(reference, state))
            })),
        };
        later(chat_pane(me, opened))
    };
    let new = Memo::new(move |_| badge.with(|badge| badge.unread));
    maybe(move || {
        is_offered.get().then(|| {
            view! {
                <div class="chat-open">
                    {maybe(move || {
                        is_courier_waiting
                            .get()
                            .then(|| view! { <p class="chat-button__wanted">{t.chat.wanted}</p> }.into_any())
                    })}
                    <button
                        type="button"
                        class="button button--wide chat-button"
                        node_ref=button
                        on:click=move |_| is_open.set(true)
                    >
                        <Icon name="chat" />
                        {words(move || {
                            (t.chat.open)(&name.get().unwrap_or_else(|| t.chat.courier.to_owned()))
                        })}
                        {maybe(move || {
                            let new = Some(new.get()).filter(|new| *new > 0 && !is_open.get())?;
                            Some(
                                view! {
                                    <span class="chat-button__new" title=(t.chat.new)(new)>
                                        {new}
                                    </span>
                                }
                                    .into_any(),
                            )
                        })}
                    </button>
                </div>
                {maybe(move || {
                    let me = me.get()?;
                    is_open.get().then(|| pane(me))
                })}
            }
            .into_any()
        })
    })
}
