//! What one was told, and how one is told: a list behind the bell, its settings, and the way out of letters.

mod list;
mod merge;
mod row;
mod settings;
mod unsubscribe;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use porchlight_domain::notification::Kind;

use crate::components::{Access, ForRole, Icon};
use crate::text::{NotificationText, use_page_text};
use list::List;
pub use settings::NotificationSettingsPage;
pub use unsubscribe::UnsubscribePage;

/// Everything one was told, the newest first, live.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    view! {
        <Title text=t.title />
        <Access who=ForRole::Anyone>
            <div class="page page--narrow">
                <div class="page__head">
                    <h1 class="page__title">{t.title}</h1>
                    <A href="/notifications/preferences" {..} class="button button--quiet">
                        <Icon name="tune" />
                        <span>{t.settings}</span>
                    </A>
                </div>
                <List />
            </div>
        </Access>
    }
}

/// A picture of what it is about.
fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::OutForDelivery | Kind::Corrected | Kind::ArrivingSoon => "van",
        Kind::AtTheDoor => "door",
        Kind::Delivered => "check",
        Kind::Failed | Kind::ChannelFailed => "alert",
        Kind::Rescheduled | Kind::Delayed => "clock",
        Kind::HoldConfirmed | Kind::HoldReady | Kind::HoldReminder => "parcel",
        Kind::ChatMessage => "person",
        Kind::Test | Kind::PhoneCode => "bell",
    }
}
