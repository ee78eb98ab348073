//! Whether the courier is seen, and by whom.

use leptos::prelude::*;
use porchlight_domain::run::RunState;
use porchlight_domain::tracking::Watcher;

use crate::components::Icon;
use crate::text::use_text;

/// Always on the screen: a courier never wonders whether someone watches.
#[component]
pub fn Sharing(
    /// Sharing is on exactly while the run is active.
    state: RunState,
    /// Who sees the courier now.
    watchers: Vec<Watcher>,
) -> impl IntoView {
    let t = use_text();
    let is_shared = state == RunState::Active;
    let (title, text) = if is_shared {
        (t.run.shared, t.run.shared_text)
    } else {
        (t.run.not_shared, t.run.not_shared_text)
    };
    let count = watchers.len();
    let lines = watchers
        .into_iter()
        .map(|watcher| {
            view! {
                <li class="sharing__watcher">
                    <Icon name="eye" />
                    <span>{watcher.who}</span>
                    <span class="sharing__parcel">
                        {watcher.delivery.map(|delivery| delivery.to_string())}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="sharing" class:sharing--on=is_shared aria-live="polite">
            <span class="sharing__lamp" aria-hidden="true"></span>
            <div>
                <h2 class="sharing__title">{title}</h2>
                <p class="sharing__text">{text}</p>
            </div>
            {is_shared
                .then(|| {
                    view! {
                        <details class="sharing__who">
                            <summary>{(t.run.watchers)(count)}</summary>
                            <ul class="sharing__list">{lines}</ul>
                        </details>
                    }
                })}
        </section>
    }
}
