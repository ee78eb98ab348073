//! Signing in.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{Entrance, go_on_after, next_path};
use crate::api::account::SignIn;
use crate::components::{Field, FormFailure, Submit};
use crate::text::{AccountText, use_page_text};

/// E-mail and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    let action = ServerAction::<SignIn>::new();
    let answer = action.value();
    let error = Signal::derive(move || answer.get()?.err());
    go_on_after(move || answer.get());
    let is_leaving = move || action.pending().get() || matches!(answer.get(), Some(Ok(_)));
    view! {
        <Title text=t.sign_in />
        <Entrance title=t.welcome_back text=t.sign_in_text>
            <ActionForm action attr:class="form">
                <FormFailure error fields=&["email", "password"] />
                <input type="hidden" name="next" value=next_path() />
                <Field
                    label=t.email
                    name="email"
                    kind="email"
                    autocomplete="username"
                    max=254
                    error
                />
                <Field
                    label=t.password
                    name="password"
                    kind="password"
                    autocomplete="current-password"
                    max=256
                    error
                />
                <Submit label=t.sign_in pending=Signal::derive(is_leaving) />
            </ActionForm>
            <p class="entrance__other">
                {t.no_account} " " <a href="/sign-up">{t.sign_up}</a>
            </p>
        </Entrance>
    }
}
