//! News, the moment they happen, on whatever page one is.

use leptos::prelude::*;

use super::{Icon, maybe};
use crate::live::{News, Notice, use_live};
use crate::text::{Texts, use_text};

fn icon(news: News) -> &'static str {
    match news {
        News::OutForDelivery | News::Corrected => "van",
        News::Near | News::AtTheDoor => "door",
        News::Delivered | News::Held => "check",
        News::Failed => "alert",
    }
}

fn words(t: &Texts, news: News) -> &'static str {
    match news {
        News::OutForDelivery => t.news.out_for_delivery,
        News::Near => t.news.near,
        News::AtTheDoor => t.news.at_the_door,
        News::Delivered => t.news.delivered,
        News::Failed => t.news.failed,
        News::Corrected => t.news.corrected,
        News::Held => t.news.held,
    }
}

/// Where news appear and are read out. It is always there, so that screen readers watch it.
#[component]
pub fn NoticeRegion() -> impl IntoView {
    let live = use_live();
    let notice = live.notice();
    view! {
        <div class="notices" role="status" aria-live="polite" aria-atomic="true">
            {maybe(move || Some(view! { <NoticeCard notice=notice.get()? /> }.into_any()))}
        </div>
    }
}

#[component]
fn NoticeCard(notice: Notice) -> impl IntoView {
    let t = use_text();
    let live = use_live();
    let reference = notice.delivery.to_string();
    view! {
        <div class="notice">
            <span class="notice__picture">
                <Icon name=icon(notice.news) />
            </span>
            <div class="notice__words">
                <p class="notice__text">{words(t, notice.news)}</p>
                <a
                    class="notice__link"
                    href=format!("/deliveries/{reference}")
                    on:click=move |_| live.dismiss_notice()
                >
                    {reference.clone()}
                </a>
            </div>
            <button
                type="button"
                class="notice__close"
                aria-label=t.common.dismiss
                on:click=move |_| live.dismiss_notice()
            >
                <Icon name="close" />
            </button>
        </div>
    }
}
