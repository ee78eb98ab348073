//! What surrounds every page: the way to the content, the header, and news.

use leptos::prelude::*;
use leptos_router::components::A;
use porchlight_domain::account::Me;
use porchlight_domain::people::Role;

use super::{Bell, Icon, Logo, NoticeRegion, effect, maybe};
use crate::live::{Scope, use_live};
use crate::session::use_session;
use crate::text::use_text;

/// Header, page and news.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let t = use_text();
    let session = use_session();
    let navigation = move || {
        let me = session.me()?.ok()??;
        Some(view! { <Navigation me /> }.into_any())
    };
    view! {
        <a class="skip" href="#content">
            {t.common.skip}
        </a>
        <header class="header">
            <A href="/" {..} class="logo" aria-label=t.common.home_label>
                <Logo />
            </A>
            <Suspense fallback=|| ()>{maybe(navigation)}</Suspense>
        </header>
        <main id="content" class="main" tabindex="-1">
            {children()}
        </main>
        <NoticeRegion />
    }
}

/// The places a person goes to, and the live stream of everything they may see.
#[component]
fn Navigation(me: Me) -> impl IntoView {
    let t = use_text();
    let live = use_live();
    match me.role {
        Role::Customer => effect(move || live.connect(Scope::Session)),
        // News are written for whoever the parcel comes to; these pages only ask again.
        Role::Courier | Role::Admin | Role::Clerk => {
            effect(move || live.connect_quietly(Scope::Session));
        }
    }
    let first_name = me
        .name
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned();
    let places = match me.role {
        Role::Customer => vec![
            ("/", "parcel", t.nav.deliveries),
            ("/book", "plus", t.nav.book),
        ],
        Role::Courier => vec![("/courier", "van", t.nav.run)],
        Role::Admin => vec![("/admin", "shield", t.nav.operations)],
        Role::Clerk => vec![("/desk", "scan", t.nav.desk)],
    };
    view! {
        <nav class="nav" aria-label=t.nav.label>
            {places
                .into_iter()
                .map(|(href, icon, label)| {
                    view! {
                        <A href=href exact=true {..} class="nav__link">
                            <Icon name=icon />
                            <span>{label}</span>
                        </A>
                    }
                        .into_any()
                })
                .collect_view()} <Bell unread=me.unread /> <A href="/account" {..} class="nav__link nav__link--account">
                <Icon name="person" />
                <span>{first_name}</span>
                <span class="visually-hidden">{t.nav.account}</span>
            </A>
        </nav>
    }
}
