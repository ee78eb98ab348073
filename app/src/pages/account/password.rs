//! Another password.

use leptos::form::ActionForm;
use leptos::html::Form;
use leptos::prelude::*;

use crate::api::account::ChangePassword;
use crate::components::{Field, FormFailure, Icon, Submit};
use crate::text::{AccountText, use_page_text};

/// The present password and the next one.
#[component]
pub fn PasswordForm() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    let action = ServerAction::<ChangePassword>::new();
    let error = Signal::derive(move || action.value().get()?.err());
    let is_done = move || matches!(action.value().get(), Some(Ok(())));
    let form = NodeRef::<Form>::new();
    Effect::new(move |_| {
        // No password stays on the page once it is changed.
        if is_done()
            && let Some(form) = form.get_untracked()
        {
            form.reset();
        }
    });
    view! {
        <section class="panel">
            <h2 class="section-title">{t.change_password}</h2>
            <ActionForm action node_ref=form attr:class="form">
                <FormFailure error fields=&["current_password", "new_password"] />
                <Field
                    label=t.current_password
                    name="current"
                    about="current_password"
                    kind="password"
                    autocomplete="current-password"
                    max=256
                    error
                />
                <Field
                    label=t.new_password
                    name="new"
                    about="new_password"
                    kind="password"
                    autocomplete="new-password"
                    hint=t.password_hint
                    max=256
                    error
                />
                <Submit label=t.change_password pending=action.pending() class="" />
                <Changed is_done=Signal::derive(is_done) />
            </ActionForm>
        </section>
    }
}

#[component]
fn Changed(is_done: Signal<bool>) -> impl IntoView {
    let t = use_page_text::<AccountText>();
    view! {
        <div role="status">
            {move || {
                is_done
                    .get()
                    .then(|| {
                        view! {
                            <p class="callout callout--done">
                                <Icon name="check" />
                                <span>{t.password_changed}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}
