//! The door: signing in and signing up.

mod scene;
mod sign_in;
mod sign_up;

pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::ApiError;
use crate::session::safe_next;
use scene::Scene;

/// Where to go on to: what the link that led here asked for.
fn next_path() -> String {
    let wanted = use_query_map().with_untracked(|query| query.get("next"));
    safe_next(wanted.as_deref())
}

/// Goes on once the server has let someone in. A fresh page: everything on it is another person's.
fn go_on_after(answer: impl Fn() -> Option<Result<String, ApiError>> + 'static) {
    Effect::new(move |_| {
        if let Some(Ok(next)) = answer() {
            // A browser that refuses stays on the form.
            let _ = window().location().assign(&next);
        }
    });
}

/// A form beside the picture of the house.
#[component]
fn Entrance(title: &'static str, text: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="entrance">
            <Scene />
            <div class="entrance__side">
                <div class="entrance__form">
                    <h1 class="entrance__title">{title}</h1>
                    <p class="entrance__text">{text}</p>
                    {children()}
                </div>
            </div>
        </div>
    }
}
