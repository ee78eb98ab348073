//! The telephone number, and the code that shows whose it is.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Chosen;
use crate::api::notifications::{ConfirmPhone, ForgetPhone, SetPhone};
use crate::components::{Field, Submit, maybe};
use crate::text::{NotificationText, use_page_text};

/// The number, a field for another one, and one for its code while it waits for that.
#[component]
pub fn Phone(chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let set = ServerAction::<SetPhone>::new();
    let confirm = ServerAction::<ConfirmPhone>::new();
    let forget = ServerAction::<ForgetPhone>::new();
    Effect::new(move |before: Option<usize>| {
        let done = set.version().get() + confirm.version().get() + forget.version().get();
        if before.is_some_and(|before| before != done) {
            chosen.ask_again();
        }
        done
    });
    let set_error = Signal::derive(move || set.value().get()?.err());
    let confirm_error = Signal::derive(move || confirm.value().get()?.err());
    let phone = Memo::new(move |_| chosen.view.with(|view| view.phone.clone()));
    let waiting = Memo::new(move |_| chosen.view.with(|view| view.phone_unconfirmed.clone()));
    let known = move || {
        let number = phone.get()?;
        Some(
            view! {
                <p>{(t.phone_to)(&number)}</p>
                <ActionForm action=forget>
                    <Submit label=t.phone_forget pending=forget.pending() class="button--quiet" />
                </ActionForm>
            }
            .into_any(),
        )
    };
    let code = move || {
        let number = waiting.get()?;
        Some(
            view! {
                <p>{(t.phone_waiting)(&number)}</p>
                <ActionForm action=confirm attr:class="channel__form">
                    <Field
                        label=t.phone_code
                        name="code"
                        autocomplete="one-time-code"
                        max=12
                        error=confirm_error
                    />
                    <Submit label=t.phone_confirm pending=confirm.pending() />
                </ActionForm>
            }
            .into_any(),
        )
    };
    let number = move || {
        phone.get().is_none().then(|| {
            view! {
                <ActionForm action=set attr:class="channel__form">
                    <Field
                        label=t.phone
                        name="phone"
                        kind="tel"
                        autocomplete="tel"
                        hint=t.phone_hint
                        max=30
                        error=set_error
                    />
                    <Submit label=t.phone_send pending=set.pending() class="" />
                </ActionForm>
            }
            .into_any()
        })
    };
    view! {
        {maybe(known)}
        {maybe(code)}
        {maybe(number)}
    }
}
