//! Every URL of the web app and the page behind it.
//!
//! To add a page: write it under [`crate::pages`] in the module of the person it serves, then add its
//! `Route` here. The tracking page, to which every message links, is eager; all others are `Lazy`, in chunks
//! which are downloaded when they are opened. Pages are rendered whole on the server: they work without script, and
//! the answer's status says what happened.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{Lazy, SsrMode, path};

use crate::clock::provide_clock;
use crate::components::Frame;
use crate::live::provide_live;
use crate::pages::admin::AdminPage;
use crate::pages::courier::CourierPage;
use crate::pages::customer::TrackingPage;
use crate::pages::desk::DeskPage;
use crate::pages::lazy::{
    AccountRoute, BookRoute, HomeRoute, LabelRoute, NotificationSettingsRoute, NotificationsRoute,
    SharedRoute, SignInRoute, SignUpRoute, UnsubscribeRoute,
};
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
                    <Route path=path!("/") view={Lazy::<HomeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/book") view={Lazy::<BookRoute>::new()} ssr=SsrMode::Async />
                    <Route
                        path=path!("/deliveries/:reference")
                        view=TrackingPage
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/deliveries/:reference/label")
                        view={Lazy::<LabelRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/notifications")
                        view={Lazy::<NotificationsRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/notifications/preferences")
                        view={Lazy::<NotificationSettingsRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/unsubscribe/:token")
                        view={Lazy::<UnsubscribeRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/account") view={Lazy::<AccountRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sign-up") view={Lazy::<SignUpRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/s/:token") view={Lazy::<SharedRoute>::new()} ssr=SsrMode::Async />
                    <Route
                        path=path!("/courier")
                        view={Lazy::<CourierPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/desk")
                        view={Lazy::<DeskPage>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/admin")
                        view={Lazy::<AdminPage>::new()}
                        ssr=SsrMode::Async
                    />
                </FlatRoutes>
            </Frame>
        </Router>
    }
}
