//! Which event on which channel.

use leptos::prelude::*;
use porchlight_domain::notification::{Channel, Details, Kind};

use super::Chosen;
use crate::api::notifications::choose_notification;
use crate::text::{NotificationText, use_page_text};

/// A table: an event a row, a channel a column. Below each event stands what it says.
#[component]
pub fn Grid(chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let channels = chosen.view.with_untracked(|view| view.channels.clone());
    let head = channels.iter().map(|channel| {
        view! { <th scope="col">{t.written.channel(*channel)}</th> }
    });
    let head: Vec<_> = head.collect();
    let rows = Kind::OFFERED.iter().map(|kind| {
        view! { <EventRow kind=*kind channels=channels.clone() chosen /> }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="panel">
            <h2 class="section-title">{t.what}</h2>
            <p class="panel__text">{t.what_text}</p>
            <table class="grid">
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="visually-hidden">{t.event}</span>
                        </th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

#[component]
fn EventRow(kind: Kind, channels: Vec<Channel>, chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let preview = t.written.message(kind, None, &Details::default()).title;
    let cells = channels
        .into_iter()
        .map(|channel| view! { <Cell kind channel chosen /> })
        .collect_view();
    view! {
        <tr>
            <th scope="row" class="grid__event">
                <span class="grid__name">{t.written.name(kind)}</span>
                <span class="grid__preview">{preview}</span>
            </th>
            {cells}
        </tr>
    }
}

#[component]
fn Cell(kind: Kind, channel: Channel, chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let is_on = Memo::new(move |_| {
        chosen.view.with(|view| {
            let mut cells = view.choices.iter();
            cells.any(|cell| (cell.kind, cell.channel, cell.is_on) == (kind, channel, true))
        })
    });
    let choose = move |event| {
        let is_on = event_target_checked(&event);
        chosen.view.update(|view| {
            let same = view
                .choices
                .iter_mut()
                .filter(|cell| (cell.kind, cell.channel) == (kind, channel));
            same.for_each(|cell| cell.is_on = is_on);
        });
        chosen.save(choose_notification(kind, channel, is_on));
    };
    let label = format!("{}: {}", t.written.name(kind), t.written.channel(channel));
    view! {
        <td class="grid__cell">
            <label class="switch">
                <input
                    type="checkbox"
                    aria-label=label
                    checked=is_on.get_untracked()
                    prop:checked=move || is_on.get()
                    on:change=choose
                />
                <span class="switch__track" aria-hidden="true"></span>
            </label>
        </td>
    }
}
