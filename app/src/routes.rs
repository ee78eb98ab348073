//! Every URL of the web app and the page behind it.
//!
//! To add a page: write it under [`crate::pages`] in the module of the person it serves, then add its
//! `Route` here. The tracking page, to which every message links, is eager; all others are [`lazy`], in chunks
//! which are downloaded when they are opened. Pages are rendered whole on the server: they work without script, and
//! the answer's status says what happened.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::clock::provide_clock;
use crate::components::Frame;
use crate::live::provide_live;
use crate::pages::customer::TrackingPage;
use crate::pages::lazy;
use crate::pages::not_found::NotFound;
use crate::preferences::Preferences;
use crate::session::provide_session;
use crate::text::provide_text;

/// The root component: what every page shares, page frame and routes.
#[component]
pub fn App() -> impl IntoView {
    let preferences = Preferences::detect();
    provide_meta_context();
    provide_context(preferences);
    provide_text(preferences.language);
    provide_clock(preferences);
    provide_session();
    provide_live();
    view! {
        <Title formatter=|title| format!("{title} · Porchlight") />
        <Router>
            <Frame>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=lazy::home_page() ssr=SsrMode::Async />
                    <Route path=path!("/book") view=lazy::book_page() ssr=SsrMode::Async />
                    <Route
                        path=path!("/deliveries/:reference")
                        view=TrackingPage
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/deliveries/:reference/label")
                        view=lazy::label_page()
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/notifications")
                        view=lazy::notifications_page()
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/notifications/preferences")
                        view=lazy::notification_settings_page()
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/unsubscribe/:token")
                        view=lazy::unsubscribe_page()
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/account") view=lazy::account_page() ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view=lazy::sign_in_page() ssr=SsrMode::Async />
                    <Route path=path!("/sign-up") view=lazy::sign_up_page() ssr=SsrMode::Async />
                    <Route path=path!("/s/:token") view=lazy::shared_page() ssr=SsrMode::Async />
                    <Route
                        path=path!("/courier")
                        view=lazy::courier_page()
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/desk")
                        view=lazy::desk_page()
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/admin")
                        view=lazy::admin_page()
                        ssr=SsrMode::Async
                    />
                </FlatRoutes>
            </Frame>
        </Router>
    }
}
