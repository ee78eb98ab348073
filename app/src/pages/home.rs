//! The start page: each role has its own.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use porchlight_domain::people::Role;

use super::customer::DeliveriesPage;
use crate::components::{Access, Empty, ForRole};
use crate::session::use_session;
use crate::text::use_text;

/// A customer's deliveries; everyone else is led to where they work.
#[component]
pub fn HomePage() -> impl IntoView {
    let t = use_text();
    let session = use_session();
    let role = move || session.me()?.ok()?.map(|me| me.role);
    view! {
        <Access who=ForRole::Anyone>
            {move || match role() {
                Some(Role::Courier) => view! { <Redirect path="/courier" /> }.into_any(),
                Some(Role::Admin) => view! { <Redirect path="/admin" /> }.into_any(),
                Some(Role::Clerk) => {
                    view! { <Empty icon="shield" title=t.home.clerk_title text=t.home.clerk_text /> }
                        .into_any()
                }
                _ => view! { <DeliveriesPage /> }.into_any(),
            }}
        </Access>
    }
}
