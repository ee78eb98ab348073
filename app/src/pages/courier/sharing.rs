//! Whether the courier is seen, and by whom.

use leptos::prelude::*;
use porchlight_domain::tracking::Watcher;

use super::position::{Health, PositionSharing};
use crate::clock::{Say, Time};
use crate::components::{Icon, maybe, words};
use crate::text::use_text;

/// Always on the screen: a courier never wonders whether someone watches, or why nobody can.
#[component]
pub fn Sharing(
    /// How it goes on this phone.
    position: PositionSharing,
    /// Who sees the courier now.
    watchers: Vec<Watcher>,
) -> impl IntoView {
    let t = use_text();
    let health = move || position.health();
    let title = move || match health() {
        Health::Off => t.run.not_shared,
        Health::Searching => t.run.searching,
        Health::Shared(_) => t.run.shared,
        Health::Offline => t.run.kept,
        Health::NoSignal => t.run.no_signal,
        Health::Refused => t.run.refused,
    };
    let text = move || match health() {
        Health::Off => t.run.not_shared_text.to_owned(),
        Health::Searching => t.run.searching_text.to_owned(),
        Health::Shared(_) => t.run.shared_text.to_owned(),
        Health::Offline => (t.run.kept_text)(position.unsent()),
        Health::NoSignal => t.run.no_signal_text.to_owned(),
        Health::Refused => t.run.refused_text.to_owned(),
    };
    let is_on = move || matches!(health(), Health::Shared(_));
    let is_wanting = move || !matches!(health(), Health::Off | Health::Shared(_));
    let count = watchers.len();
    let lines = StoredValue::new(watchers);
    view! {
        <section
            class="sharing"
            class:sharing--on=is_on
            class:sharing--wanting=is_wanting
            aria-live="polite"
        >
            <span class="sharing__lamp" aria-hidden="true"></span>
            <div>
                <h2 class="sharing__title">{words(title)}</h2>
                <p class="sharing__text">{words(text)}</p>
                {maybe(move || match health() {
                    Health::Shared(at) => {
                        Some(
                            view! {
                                <p class="sharing__text">
                                    {t.run.shared_at} " "
                                    <Time at=Signal::stored(at) say=Say::Clock /> ". " {t.run.stay}
                                </p>
                            }
                                .into_any(),
                        )
                    }
                    _ => None,
                })}
            </div>
            {maybe(move || {
                is_on()
                    .then(|| {
                        view! {
                            <details class="sharing__who">
                                <summary>{(t.run.watchers)(count)}</summary>
                                <ul class="sharing__list">
                                    {lines.with_value(|all| {
                                        all.iter().cloned().map(watcher_line).collect_view()
                                    })}
                                </ul>
                            </details>
                        }
                            .into_any()
                    })
            })}
        </section>
    }
}

fn watcher_line(watcher: Watcher) -> impl IntoView {
    view! {
        <li class="sharing__watcher">
            <Icon name="eye" />
            <span>{watcher.who}</span>
            <span class="sharing__parcel">
                {watcher.delivery.map(|delivery| delivery.to_string())}
            </span>
        </li>
    }
}
