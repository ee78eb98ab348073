//! The way into the chat with a recipient.

use leptos::prelude::*;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::StopView;

use crate::components::{Icon, maybe};
use crate::pages::courier::chat::OpenChat;
use crate::text::{CourierText, use_page_text};

/// A button that says how much is new.
#[component]
pub fn ChatButton(
    reference: Reference,
    /// The stop.
    stop: Memo<Option<StopView>>,
) -> impl IntoView {
    let badge = Memo::new(move |_| {
        stop.with(|stop| stop.as_ref().map(|stop| stop.chat).unwrap_or_default())
    });
    let name = Memo::new(move |_| stop.with(|stop| Some(stop.as_ref()?.recipient.clone())));
    let t = use_page_text::<CourierText>();
    let OpenChat { about, .. } = expect_context();
    maybe(move || {
        let badge = badge.get();
        let name = name.get()?;
        let label = (t.chat)(name.split_whitespace().next().unwrap_or_default());
        badge.offered.then(|| {
            view! {
                <div class="chat-open">
                    {badge
                        .wanted
                        .then(|| view! { <p class="chat-button__wanted">{t.chat_wanted}</p> })}
                    <button
                        type="button"
                        class="button button--wide chat-button"
                        on:click=move |_| about.set(Some(reference))
                    >
                        <Icon name="chat" />
                        {label}
                        {(badge.unread > 0)
                            .then(|| {
                                view! {
                                    <span class="chat-button__new" title=(t.chat_new)(badge.unread)>
                                        {badge.unread}
                                    </span>
                                }
                            })}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}
