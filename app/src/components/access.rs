//! Pages for those they are meant for.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use leptos_router::location::{Location, Url};
use porchlight_domain::account::Me;
use porchlight_domain::people::Role;

use super::{Failure, Loading, maybe};
use crate::api::ApiError;
use crate::session::use_session;

/// Whom a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForRole {
    /// Anyone who is signed in.
    Anyone,
    /// One role only.
    Only(Role),
}

/// Shows a page to those it is for. Nobody is led to sign in and back; another role finds nothing.
/// The server decides for itself what it answers: this only spares people pages that can't work.
#[component]
pub fn Access(
    /// Whom the page is for.
    who: ForRole,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let page = move || match session.me()? {
        Ok(Some(me)) if is_for(who, &me) => Some(children()),
        Ok(Some(_)) => Some(view! { <Failure error=ApiError::NotFound /> }.into_any()),
        Ok(None) => {
            let next = next(&location);
            Some(view! { <Redirect path=format!("/sign-in?next={next}") /> }.into_any())
        }
        Err(error) => Some(view! { <Failure error /> }.into_any()),
    };
    view! { <Suspense fallback=Loading>{maybe(page)}</Suspense> }
}

/// What was asked for.
fn next(location: &Location) -> String {
    let path = location.pathname.get_untracked();
    let search = location.search.get_untracked();
    if search.is_empty() {
        return path;
    }
    format!("{path}{}", Url::escape(&format!("?{search}")))
}

fn is_for(who: ForRole, me: &Me) -> bool {
    match who {
        ForRole::Anyone => true,
        ForRole::Only(role) => me.role == role,
    }
}
