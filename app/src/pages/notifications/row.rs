//! One line of the list.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;
use porchlight_domain::delivery::Window;
use porchlight_domain::notification::text::Message;
use porchlight_domain::notification::{Kind, NotificationView};

use super::icon;
use crate::api::notifications::{ClearNotification, read_notification};
use crate::clock::{Say, Time, TimeSpan};
use crate::components::Icon;
use crate::text::{NotificationText, use_page_text};

/// When it comes, or until when it is there.
fn when(t: &'static NotificationText, kind: Kind, window: Window) -> Option<AnyView> {
    let day = |at| view! { <Time at=Signal::stored(at) say=Say::Day /> };
    let span = move || view! { <TimeSpan span=Signal::stored((window.from, window.to)) /> };
    let words = match kind {
        Kind::Rescheduled => view! { {t.comes} " " {day(window.from)} ", " {span()} }.into_any(),
        Kind::Delayed => view! { {t.expected} " " {span()} }.into_any(),
        Kind::HoldReady | Kind::HoldReminder => {
            view! { {t.kept_until} " " {day(window.to)} }.into_any()
        }
        _ => return None,
    };
    Some(view! { <span class="told__body">{words}</span> }.into_any())
}

/// A line: what happened, when, and the way to it. Following it is reading it.
#[component]
pub fn Row(line: NotificationView, clear: ServerAction<ClearNotification>) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let Message { title, body } = t.written.message(line.kind, line.delivery, &line.details);
    let href = line.kind.path(line.delivery);
    let (id, is_read) = (line.id.clone(), line.is_read);
    let read = move |_| {
        let id = id.clone();
        // The page may be left before the answer comes.
        leptos::task::spawn_local(async move {
            if !is_read {
                let _ = read_notification(id).await;
            }
        });
    };
    let class = if is_read {
        "told__line"
    } else {
        "told__line told__line--new"
    };
    let photo = line.details.photo.clone().zip(line.delivery).map(|(hash, reference)| {
        let source = format!("/api/v1/deliveries/{reference}/pictures/{hash}");
        view! { <img class="told__photo" src=source alt="" loading="lazy" width="56" height="56" /> }
    });
    let when = line
        .details
        .window
        .and_then(|window| when(t, line.kind, window));
    let clear_label = format!("{}: {title}", t.clear);
    view! {
        <li class=class>
            <A href=href exact=true {..} class="told__way" on:click=read>
                <span class="told__picture">
                    <Icon name=icon(line.kind) />
                </span>
                <span class="told__words">
                    <span class="told__title">
                        {title}
                        {(!is_read)
                            .then(|| view! { <span class="visually-hidden">" "{t.unread}</span> })}
                    </span>
                    {(!body.is_empty()).then(|| view! { <span class="told__body">{body}</span> })}
                    {when}
                    <span class="told__time">
                        <Time at=Signal::stored(line.created_at) say=Say::DayAndClock />
                    </span>
                </span>
                {photo}
            </A>
            <ActionForm action=clear attr:class="told__clear">
                <input type="hidden" name="id" value=line.id.to_string() />
                <button type="submit" class="told__close" aria-label=clear_label>
                    <Icon name="close" />
                </button>
            </ActionForm>
        </li>
    }
}
