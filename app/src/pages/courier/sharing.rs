//! Whether the courier is seen, and by whom.

use leptos::prelude::*;
use porchlight_domain::fix::FixRefusal;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::Watcher;

use super::position::{Health, PositionSharing};
use crate::clock::{Say, Time};
use crate::components::{Icon, maybe, words};
use crate::text::{CourierText, use_page_text};

/// Always on the screen: a courier never wonders whether someone watches, or why nobody can. One line while
/// all is well, so that the next stop is above the fold.
#[component]
pub fn Sharing(
    /// How it goes on this phone.
    position: PositionSharing,
    /// Who sees the courier now.
    watchers: Signal<Vec<Watcher>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let health = move || position.health();
    let title = move || match health() {
        Health::Off => t.not_shared,
        Health::Searching => t.searching,
        Health::Shared(_) if position.is_saving() => t.shared_saving,
        Health::Shared(_) => t.shared,
        Health::Offline => t.kept,
        Health::NotBelieved(_) => t.not_believed,
        Health::NoSignal => t.no_signal,
        Health::Refused => t.refused,
    };
    let is_on = move || matches!(health(), Health::Shared(_));
    let is_wanting = move || !matches!(health(), Health::Off | Health::Shared(_));
    view! {
        <section
            class="sharing"
            class:sharing--on=is_on
            class:sharing--wanting=is_wanting
            aria-live="polite"
        >
            <details class="sharing__details" open=is_wanting>
                <summary class="sharing__summary">
                    <span class="sharing__lamp" aria-hidden="true"></span>
                    <span class="sharing__title">{words(title)}</span>
                    {maybe(move || {
                        is_on()
                            .then(|| {
                                let count = watchers.with(Vec::len);
                                view! { <Seen count /> }.into_any()
                            })
                    })}
                </summary>
                <p class="sharing__text">{words(move || text(t, position))}</p>
                {maybe(move || match health() {
                    Health::Shared(at) => Some(view! { <LastSent at /> }.into_any()),
                    _ => None,
                })}
                {maybe(move || {
                    let lines = watchers.get().into_iter().map(watcher_line).collect_view();
                    is_on().then(|| view! { <ul class="sharing__list">{lines}</ul> }.into_any())
                })}
            </details>
        </section>
    }
}

fn text(t: &CourierText, position: PositionSharing) -> String {
    match position.health() {
        Health::Off => t.not_shared_text.to_owned(),
        Health::Searching => t.searching_text.to_owned(),
        Health::Shared(_) if position.is_saving() => t.saving_text.to_owned(),
        Health::Shared(_) => t.shared_text.to_owned(),
        Health::Offline => (t.kept_text)(position.unsent()),
        Health::NotBelieved(FixRefusal::TooInaccurate) => t.too_coarse.to_owned(),
        Health::NotBelieved(FixRefusal::FromTheFuture | FixRefusal::TooOld) => {
            t.wrong_clock.to_owned()
        }
        Health::NotBelieved(_) => t.not_believed_text.to_owned(),
        Health::NoSignal => t.no_signal_text.to_owned(),
        Health::Refused => t.refused_text.to_owned(),
    }
}

/// How many see the courier: an eye and a number, in words for whoever does not see.
#[component]
fn Seen(count: usize) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let in_words = (t.watchers)(count);
    let title = in_words.clone();
    view! {
        <span class="sharing__seen" title=title>
            <Icon name="eye" />
            <span aria-hidden="true">{count}</span>
            <span class="visually-hidden">{in_words}</span>
        </span>
    }
}

#[component]
fn LastSent(at: Timestamp) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <p class="sharing__text">
            {t.shared_at} " " <Time at=Signal::stored(at) say=Say::Clock /> ". " {t.stay}
        </p>
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
