//! One's own account.

mod password;
mod sessions;

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::account::SignOut;
use crate::components::{Access, ForRole, LanguageChoice, Submit, ThemeChoice};
use crate::live::use_live;
use crate::session::use_session;
use crate::text::use_text;
use password::PasswordForm;
use sessions::Sessions;

/// Who one is, how the app looks, and where one is signed in.
#[component]
pub fn AccountPage() -> impl IntoView {
    let t = use_text();
    view! {
        <Title text=t.nav.account />
        <Access who=ForRole::Anyone>
            <div class="page page--narrow">
                <h1 class="page__title">{t.nav.account}</h1>
                <Identity />
                <section class="panel">
                    <h2 class="section-title">{t.account.appearance}</h2>
                    <ThemeChoice />
                    <LanguageChoice />
                </section>
                <PasswordForm />
                <Sessions />
            </div>
        </Access>
    }
}

#[component]
fn Identity() -> impl IntoView {
    let t = use_text();
    let session = use_session();
    let sign_out = ServerAction::<SignOut>::new();
    let live = use_live();
    Effect::new(move |_| {
        let is_out = matches!(sign_out.value().get(), Some(Ok(())));
        live.set_leaving(is_out || sign_out.pending().get());
        if is_out {
            // Keys and messages are not left behind for whoever uses this browser next.
            crate::chat::forget_all();
            // A browser that refuses to leave shows the page until the next click.
            let _ = window().location().assign("/sign-in");
        }
    });
    let me = move || session.me()?.ok()?;
    view! {
        <section class="panel identity">
            <Suspense fallback=|| ()>
                {move || {
                    me()
                        .map(|me| {
                            view! {
                                <div>
                                    <p class="identity__name">{me.name}</p>
                                    <p class="identity__email">{me.email}</p>
                                </div>
                            }
                        })
                }}
            </Suspense>
            <ActionForm action=sign_out>
                <Submit label=t.account.sign_out pending=sign_out.pending() class="" />
            </ActionForm>
        </section>
    }
}
