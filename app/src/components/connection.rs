//! How the connection is.

use leptos::prelude::*;

use super::words;
use crate::live::{Link, use_live};
use crate::text::use_text;

/// Whether what is shown is true now.
#[component]
pub fn Connection() -> impl IntoView {
    let t = use_text();
    let link = use_live().link();
    let state = move || match link.get() {
        Link::Connecting => "connecting",
        Link::Live => "live",
        Link::Reconnecting => "reconnecting",
        Link::Polling => "polling",
        Link::Offline => "offline",
    };
    let text = move || match link.get() {
        Link::Connecting => t.link.connecting,
        Link::Live => t.link.live,
        Link::Reconnecting => t.link.reconnecting,
        Link::Polling => t.link.polling,
        Link::Offline => t.link.offline,
    };
    view! {
        <p class="link" data-link=words(state) role="status">
            <span class="link__dot" aria-hidden="true"></span>
            {words(text)}
        </p>
    }
}
