//! Signing up.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{Entrance, go_on_after, next_path};
use crate::api::account::SignUp;
use crate::components::{Field, FormFailure, Submit};
use crate::text::use_text;

/// A customer's own account.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let t = use_text();
    let action = ServerAction::<SignUp>::new();
    let answer = action.value();
    let error = Signal::derive(move || answer.get()?.err());
    go_on_after(move || answer.get());
    let is_leaving = move || action.pending().get() || matches!(answer.get(), Some(Ok(_)));
    view! {
        <Title text=t.account.sign_up />
        <Entrance title=t.entrance.welcome text=t.entrance.sign_up_text>
            <ActionForm action attr:class="form">
                <FormFailure error fields=&["name", "email", "password"] />
                <input type="hidden" name="next" value=next_path() />
                <Field label=t.account.name name="name" autocomplete="name" max=80 error />
                <Field
                    label=t.account.email
                    name="email"
                    kind="email"
                    autocomplete="username"
                    max=254
                    error
                />
                <Field
                    label=t.account.password
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint=t.account.password_hint
                    max=256
                    error
                />
                <Submit label=t.account.sign_up pending=Signal::derive(is_leaving) />
            </ActionForm>
            <p class="entrance__other">
                {t.entrance.has_account} " " <a href="/sign-in">{t.account.sign_in}</a>
            </p>
        </Entrance>
    }
}
