//! Every URL of the web app and the page behind it.
//!
//! To add a page: write it under [`crate::pages`] in the module of the person it serves, then add its
//! `Route` here. Customer pages are eager; all others are `Lazy`, so that they end up in chunks which
//! a customer never downloads.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::pages::{admin::AdminHome, courier::CourierHome, customer::CustomerHome};

/// The root component: router, page frame and routes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title| format!("{title} · Porchlight") />
        <Router>
            <main>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=CustomerHome />
                    <Route path=path!("/courier") view={Lazy::<CourierHome>::new()} />
                    <Route path=path!("/admin") view={Lazy::<AdminHome>::new()} />
                </FlatRoutes>
            </main>
        </Router>
    }
}

/// Shown for every URL without a route.
#[component]
fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <h1>"There is nothing at this address"</h1>
        <p>
            <a href="/">"Back to your deliveries"</a>
        </p>
    }
}
