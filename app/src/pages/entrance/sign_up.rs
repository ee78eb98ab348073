//! Signing up.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{Entrance, go_on_after, next_path};
use crate::api::account::SignUp;
use crate::components::{Field, FormFailure, Submit};
use crate::text::{AccountText, use_page_text};

/// A customer's own account.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    let action = ServerAction::<SignUp>::new();
    let answer = action.value();
    let error = Signal::derive(move || answer.get()?.err());
    go_on_after(move || answer.get());
    let is_leaving = move || action.pending().get() || matches!(answer.get(), Some(Ok(_)));
    view! {
        <Title text=t.sign_up />
        <Entrance title=t.welcome text=t.sign_up_text>
            <ActionForm action attr:class="form">
                <FormFailure error fields=&["name", "email", "password"] />
                <input type="hidden" name="next" value=next_path() />
                <Field label=t.name name="name" autocomplete="name" max=80 error />
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
                    autocomplete="new-password"
                    hint=t.password_hint
                    max=256
                    error
                />
                <Submit label=t.sign_up pending=Signal::derive(is_leaving) />
            </ActionForm>
            <p class="entrance__other">
                {t.has_account} " " <a href="/sign-in">{t.sign_in}</a>
            </p>
        </Entrance>
    }
}
