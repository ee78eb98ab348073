//! Another password.

use leptos::form::ActionForm;
use leptos::html::Div;
use leptos::prelude::*;

use crate::api::account::ChangePassword;
use crate::components::{Field, FormFailure, Icon, Submit};
use crate::text::use_text;

/// The present password and the next one.
#[component]
pub fn PasswordForm() -> impl IntoView {
    let t = use_text();
    let action = ServerAction::<ChangePassword>::new();
    let error = Signal::derive(move || action.value().get()?.err());
    let is_done = move || matches!(action.value().get(), Some(Ok(())));
    let fields = NodeRef::<Div>::new();
    // The fields are made anew after a change, so that no password stays on the page.
    let version = Memo::new(move |_| is_done().then(|| action.version().get()));
    view! {
        <section class="panel">
            <h2 class="section-title">{t.account.change_password}</h2>
            <ActionForm action attr:class="form">
                <FormFailure error fields=&["current", "new"] />
                {move || {
                    version.track();
                    view! {
                        <div class="form__fields" node_ref=fields>
                            <Field
                                label=t.account.current_password
                                name="current"
                                kind="password"
                                autocomplete="current-password"
                                max=256
                                error
                            />
                            <Field
                                label=t.account.new_password
                                name="new"
                                kind="password"
                                autocomplete="new-password"
                                hint=t.account.password_hint
                                max=256
                                error
                            />
                        </div>
                    }
                }}
                <Submit label=t.account.change_password pending=action.pending() class="" />
                <div role="status">
                    {move || {
                        is_done()
                            .then(|| {
                                view! {
                                    <p class="callout callout--done">
                                        <Icon name="check" />
                                        <span>{t.account.password_changed}</span>
                                    </p>
                                }
                            })
                    }}
                </div>
            </ActionForm>
        </section>
    }
}
