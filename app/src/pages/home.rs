//! The start page: each role has its own.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use porchlight_domain::people::Role;

use super::customer::DeliveriesPage;
use crate::components::{Access, ForRole};
use crate::session::use_session;

/// A customer's deliveries; everyone else is led to where they work.
#[component]
pub fn HomePage() -> impl IntoView {
    let session = use_session();
    let role = move || session.me()?.ok()?.map(|me| me.role);
    view! {
        <Access who=ForRole::Anyone>
            {move || match role() {
                Some(Role::Courier) => view! { <Redirect path="/courier" /> }.into_any(),
                Some(Role::Admin) => view! { <Redirect path="/admin" /> }.into_any(),
                Some(Role::Clerk) => view! { <Redirect path="/desk" /> }.into_any(),
                _ => view! { <DeliveriesPage /> }.into_any(),
            }}
        </Access>
    }
}
