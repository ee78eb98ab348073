//! The way to what one was told, and how much of it is new.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{Icon, maybe};
use crate::live::use_live;
use crate::text::use_text;

/// The bell, with a badge while something is not read.
#[component]
pub fn Bell(
    /// How many were not read when the page was rendered.
    unread: u32,
) -> impl IntoView {
    let t = use_text();
    let live = use_live();
    live.keep_unread();
    let badge = move || {
        let count = live.unread().unwrap_or(unread);
        let shown = match count {
            0 => return None,
            1..=99 => count.to_string(),
            _ => "99+".to_owned(),
        };
        Some(view! { <b class="bell__badge">{shown} " "</b> }.into_any())
    };
    view! {
        <A href="/notifications" {..} class="nav__link bell">
            <Icon name="bell" />
            {maybe(badge)}
            <span class="visually-hidden">{t.nav.notifications}</span>
        </A>
    }
}
