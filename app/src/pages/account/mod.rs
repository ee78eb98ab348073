//! One's own account.

mod password;
mod sessions;
mod wishes;

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use porchlight_domain::people::Role;

use crate::api::account::SignOut;
use crate::components::{Access, ForRole, LanguageChoice, Submit, ThemeChoice};
use crate::live::use_live;
use crate::session::use_session;
use crate::text::{AccountText, use_page_text, use_text};
use password::PasswordForm;
use sessions::Sessions;
use wishes::WishesForm;

/// Who one is, how the app looks, and where one is signed in.
#[component]
pub fn AccountPage() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    view! {
        <Title text=use_text().nav.account />
        <Access who=ForRole::Anyone>
            <div class="page page--narrow">
                <h1 class="page__title">{use_text().nav.account}</h1>
                <Identity />
                <section class="panel">
                    <h2 class="section-title">{t.appearance}</h2>
                    <ThemeChoice />
                    <LanguageChoice />
                </section>
                <Wishes />
                <PasswordForm />
                <Sessions />
            </div>
        </Access>
    }
}

/// For customers only: nobody else receives parcels.
#[component]
fn Wishes() -> impl IntoView {
    let session = use_session();
    let is_customer =
        move || matches!(session.me(), Some(Ok(Some(me))) if me.role == Role::Customer);
    // What is asked there is asked in the browser.
    let is_here = RwSignal::new(false);
    Effect::new(move |_| is_here.set(true));
    view! {
        <Suspense fallback=|| ()>
            {move || (is_here.get() && is_customer()).then(|| view! { <WishesForm /> })}
        </Suspense>
    }
}

#[component]
fn Identity() -> impl IntoView {
    let t = use_page_text::<AccountText>();
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
                <Submit label=t.sign_out pending=sign_out.pending() class="" />
            </ActionForm>
        </section>
    }
}
