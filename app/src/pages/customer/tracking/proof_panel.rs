//! What shows that it was delivered, or why it was not, and what to do when it is not there.

use leptos::ev::SubmitEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use porchlight_domain::case::CaseKind;
use porchlight_domain::delivery::{Picture, PictureKind, Status};
use porchlight_domain::event::Fact;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::TimelineEntry;
use wasm_bindgen_futures::spawn_local;

use crate::api::ApiError;
use crate::api::cases::{NotReceived, not_received};
use crate::components::{Icon, effect, failure_sentence, maybe, words};
use crate::live::TrackingState;
use crate::text::{ProofText, use_page_text, use_text};

/// What the timeline says of the last try.
#[derive(Debug, Clone, PartialEq)]
struct LastTry {
    to: Status,
    pictures: Vec<Picture>,
    far_m: Option<u32>,
}

/// The last try, if the parcel stands where it led.
fn last_try(timeline: &[TimelineEntry], now: Status) -> Option<LastTry> {
    timeline.iter().rev().find_map(|entry| match &entry.fact {
        Fact::StatusChanged {
            to,
            pictures,
            far_m,
            ..
        } => Some(LastTry {
            to: *to,
            pictures: pictures.clone(),
            far_m: *far_m,
        })
        .filter(|last| last.to == now),
        _ => None,
    })
}

/// Whether the recipient has said that they don't have it, and nobody has looked into that yet.
fn is_missed(timeline: &[TimelineEntry]) -> bool {
    let said = timeline.iter().rev().find_map(|entry| match entry.fact {
        Fact::CaseOpened {
            kind: CaseKind::NotReceived,
            ..
        } => Some(true),
        Fact::CaseClosed {
            kind: CaseKind::NotReceived,
            ..
        } => Some(false),
        _ => None,
    });
    said.unwrap_or_default()
}

/// What there is to show and to say. Fetched once the parcel was delivered, or has failed.
#[lazy]
pub fn proof_panel(reference: Reference, state: RwSignal<TrackingState>) -> AnyView {
    view! { <ProofPanel reference state /> }.into_any()
}

/// The pictures that the courier took, and the way to say that the parcel is not there. Nothing where it failed
/// without a picture.
#[component]
fn ProofPanel(reference: Reference, state: RwSignal<TrackingState>) -> impl IntoView {
    let last = Memo::new(move |_| state.with(|state| last_try(&state.timeline, state.status)));
    let is_missed = Memo::new(move |_| state.with(|state| is_missed(&state.timeline)));
    maybe(move || {
        let last = last.get()?;
        let is_delivered = last.to == Status::Delivered;
        let has_failed = last.to == Status::Failed && !last.pictures.is_empty();
        (is_delivered || has_failed)
            .then(|| view! { <Shown reference last is_missed /> }.into_any())
    })
}

#[component]
fn Shown(reference: Reference, last: LastTry, is_missed: Memo<bool>) -> impl IntoView {
    let t = use_page_text::<ProofText>();
    let is_delivered = last.to == Status::Delivered;
    let title = if is_delivered { t.delivered } else { t.failed };
    let pictures = last.pictures.into_iter().map(|picture| {
        let url = format!(
            "/api/v1/deliveries/{reference}/pictures/{}",
            picture.hash.as_str()
        );
        let (words, class) = match picture.kind {
            PictureKind::Photo => (t.photo, "proof__picture"),
            PictureKind::Signature => (t.signature, "proof__picture proof__picture--signature"),
        };
        let whole = url.clone();
        view! {
            <li>
                <a class=class href=whole target="_blank" rel="external">
                    <img src=url alt=words loading="lazy" />
                </a>
            </li>
        }
        .into_any()
    });
    let pictures: Vec<_> = pictures.collect();
    let is_bare = pictures.is_empty() && last.far_m.is_none();
    view! {
        <section class="proof" class:proof--bare=is_bare>
            {(!is_bare).then(|| view! { <h2 class="section-title">{title}</h2> }.into_any())}
            {last
                .far_m
                .map(|far_m| {
                    view! {
                        <p class="callout callout--failure">
                            <Icon name="alert" />
                            <span>{(t.far)(far_m)}</span>
                        </p>
                    }
                        .into_any()
                })}
            {(!pictures.is_empty())
                .then(|| view! { <ul class="proof__pictures">{pictures}</ul> }.into_any())}
            {is_delivered.then(|| view! { <Missing reference is_missed /> }.into_any())}
        </section>
    }
}

/// What to do when it is not there.
#[component]
fn Missing(reference: Reference, is_missed: Memo<bool>) -> impl IntoView {
    let t = use_page_text::<ProofText>();
    let error = RwSignal::new(None::<ApiError>);
    let told = RwSignal::new(false);
    let hint = NodeRef::<Textarea>::new();
    // From then on the timeline says it, and when it is over.
    effect(move || {
        if is_missed.get() {
            told.set(false);
        }
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let words = hint
            .get_untracked()
            .map(|area| area.value())
            .unwrap_or_default();
        spawn_local(async move {
            let answer = not_received(reference, words).await;
            // The stream may have been quicker than the answer.
            let is_news = is_missed.try_get_untracked() == Some(false);
            told.try_set(answer.is_ok() && is_news);
            error.try_set(answer.err());
        });
    };
    let problem = move || {
        let error = error.get();
        error.map_or_else(String::new, |error| failure_sentence(use_text(), error))
    };
    maybe(move || {
        if is_missed.get() || told.get() {
            return Some(
                view! {
                    <p class="callout" role="status">
                        {t.missing_sent}
                    </p>
                }
                .into_any(),
            );
        }
        Some(
            view! {
                <details class="proof__missing">
                    <summary class="button button--quiet">{t.missing}</summary>
                    <form class="form" method="post" action=NotReceived::url() on:submit=send>
                        <p class="proof__text">{t.missing_text}</p>
                        <input type="hidden" name="reference" value=reference.to_string() />
                        <div class="field">
                            <label class="field__label" for="missing-words">
                                {t.missing_words}
                            </label>
                            <textarea
                                class="field__input"
                                id="missing-words"
                                name="words"
                                rows="2"
                                maxlength="2000"
                                node_ref=hint
                            ></textarea>
                        </div>
                        <p class="form__problem" role="alert">
                            {words(problem)}
                        </p>
                        <button type="submit" class="button">
                            {t.missing_send}
                        </button>
                    </form>
                </details>
            }
            .into_any(),
        )
    })
}
