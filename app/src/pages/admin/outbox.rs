//! Notifications that were given up, and those that were kept instead of being sent.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::notification::{Carried, OutboxEntry};

use crate::api::notifications::{ResendNotification, outbox_entries};
use crate::clock::{Say, Time};
use crate::components::{Failure, FormFailure, Icon, Loading, Submit};
use crate::text::{AdminText, NotificationText, use_page_text};

/// What was given up can be sent again; what was kept can be read.
#[component]
pub fn Outbox() -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let resend = ServerAction::<ResendNotification>::new();
    let again = RwSignal::new(0_u32);
    let entries = Resource::new(
        move || (resend.version().get(), again.get()),
        |_| outbox_entries(),
    );
    let error = Signal::derive(move || resend.value().get()?.err());
    view! {
        <section class="panel">
            <h2 class="section-title">{t.outbox}</h2>
            <p class="panel__text">{t.outbox_text}</p>
            <FormFailure error fields=&[] />
            <button
                type="button"
                class="button button--quiet"
                on:click=move |_| again.update(|times| *times = times.wrapping_add(1))
            >
                {t.outbox_look}
            </button>
            <Transition fallback=Loading>
                {move || match entries.get()? {
                    Ok(entries) => Some(list(t, entries, resend)),
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Transition>
        </section>
    }
}

fn list(
    t: &'static AdminText,
    entries: Vec<OutboxEntry>,
    resend: ServerAction<ResendNotification>,
) -> AnyView {
    if entries.is_empty() {
        return view! {
            <p class="callout callout--done">
                <Icon name="check" />
                <span>{t.outbox_empty}</span>
            </p>
        }
        .into_any();
    }
    let lines: Vec<_> = entries
        .into_iter()
        .map(|entry| view! { <Line entry resend /> })
        .collect();
    view! { <ul class="cases">{lines}</ul> }.into_any()
}

#[component]
fn Line(entry: OutboxEntry, resend: ServerAction<ResendNotification>) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let written = use_page_text::<NotificationText>().written;
    let is_dead = entry.state == Carried::Dead;
    let id = entry.id.clone();
    view! {
        <li class="case">
            <p class="case__kind">
                {written.name(entry.kind)} " · " {written.channel(entry.channel)}
            </p>
            <p class="case__facts">
                {entry.person} " · "
                <Time at=Signal::stored(entry.created_at) say=Say::DayAndClock />
                {is_dead.then(|| format!(" · {}", (t.outbox_attempts)(entry.attempts)))}
            </p>
            {entry.problem.map(|problem| view! { <p class="case__words">{problem}</p> })}
            {entry.text.map(|text| view! { <pre class="case__letter">{text}</pre> })}
            {is_dead
                .then(|| {
                    view! {
                        <ActionForm action=resend>
                            <input type="hidden" name="id" value=id />
                            <Submit label=t.outbox_resend pending=resend.pending() class="" />
                        </ActionForm>
                    }
                })}
        </li>
    }
}
