//! Hand-overs that the server has not heard of yet: kept in the browser and sent until it has taken or refused them.

use std::time::Duration;

use leptos::prelude::*;
use porchlight_domain::hold::IdentityCheck;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::Desk;
use crate::api::ApiError;
use crate::api::desk::collect_parcel;
use crate::clock::now;
use crate::components::{Icon, effect, failure_sentence, maybe, part};
use crate::text::{DeskText, use_page_text};

/// Where they are kept.
const KEPT: &str = "porchlight-desk-queue";
const KEPT_NOT_TAKEN: &str = "porchlight-desk-not-taken";
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// One hand-over. It is sent with its key until the server has taken or refused it, once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) reference: Reference,
    pub(super) code: String,
    pub(super) identity: IdentityCheck,
    pub(super) signature: String,
    pub(super) key: String,
    /// When it was done; none in what an older page kept.
    #[serde(default)]
    pub(super) done_at: Option<Timestamp>,
}

impl Waiting {
    /// How long ago it was done, seconds: the clocks of desk and server may differ, the span does not.
    fn done_s_ago(&self) -> Option<f64> {
        self.done_at
            .map(|done_at| now().seconds_since(done_at).max(0.0))
    }
}

/// A hand-over that the server did not take. It stays until somebody has noted it: the parcel is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct NotTaken {
    key: String,
    why: String,
}

/// What waits. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Queue {
    waiting: RwSignal<Vec<Waiting>>,
    not_taken: RwSignal<Vec<NotTaken>>,
    is_sending: StoredValue<bool>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            waiting: RwSignal::new(Vec::new()),
            not_taken: RwSignal::new(Vec::new()),
            is_sending: StoredValue::new(false),
        }
    }

    /// Whether the parcel was handed over while there was no network.
    pub(super) fn has(self, reference: Reference) -> bool {
        self.waiting
            .with(|all| all.iter().any(|waiting| waiting.reference == reference))
    }

    pub(super) fn add(self, hand_over: Waiting) {
        self.waiting.update(|all| all.push(hand_over));
        self.keep();
    }

    fn keep(self) {
        self.waiting.with_untracked(|all| write(KEPT, all));
        self.not_taken
            .with_untracked(|all| write(KEPT_NOT_TAKEN, all));
    }

    fn recall(self) {
        self.waiting.set(read(KEPT));
        self.not_taken.set(read(KEPT_NOT_TAKEN));
    }

    fn noted(self, key: &str) {
        self.not_taken
            .update(|all| all.retain(|one| one.key != key));
        self.keep();
    }

    fn send(self, desk: Desk) {
        if self.is_sending.get_value() {
            return;
        }
        let Some(first) = self.waiting.with_untracked(|all| all.first().cloned()) else {
            return;
        };
        self.is_sending.set_value(true);
        let done_s_ago = first.done_s_ago();
        spawn_local(async move {
            let Waiting {
                code,
                identity,
                signature,
                key,
                ..
            } = first.clone();
            let answer = collect_parcel(code, identity, signature, key, done_s_ago).await;
            self.is_sending.try_set_value(false);
            let is_over = !matches!(
                answer,
                Err(ApiError::Unreachable
                    | ApiError::Unavailable
                    | ApiError::Internal
                    | ApiError::SignInNeeded
                    | ApiError::TooMany { .. })
            );
            if !is_over {
                if matches!(answer, Err(ApiError::Internal)) {
                    // It may be this one only: those behind it go first.
                    self.waiting.try_update(|all| {
                        if !all.is_empty() {
                            all.rotate_left(1);
                        }
                    });
                }
                return;
            }
            if let Err(error) = answer {
                let why = format!(
                    "{}: {}",
                    first.reference,
                    failure_sentence(desk.texts, error)
                );
                let key = first.key.clone();
                self.not_taken
                    .try_update(|all| all.push(NotTaken { key, why }));
            }
            self.waiting
                .try_update(|all| all.retain(|one| one.key != first.key));
            self.keep();
            desk.ask();
            self.send(desk);
        });
    }
}

/// Keeps a list in the browser. One without room still has it on this page.
fn write<T: Serialize>(name: &str, all: &[T]) {
    let text = serde_json::to_string(all).unwrap_or_default();
    if let Ok(Some(storage)) = window().local_storage() {
        drop(storage.set_item(name, &text));
    }
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> Vec<T> {
    let storage = window().local_storage().ok().flatten();
    let text = storage.and_then(|storage| storage.get_item(name).ok().flatten());
    let kept = text.and_then(|text| serde_json::from_str(&text).ok());
    kept.unwrap_or_default()
}

/// What waits, and what was not taken.
#[component]
pub(super) fn QueueBar(desk: Desk) -> impl IntoView {
    let t = use_page_text::<DeskText>();
    let queue = desk.queue;
    effect(move || {
        queue.recall();
        if let Ok(trying) = set_interval_with_handle(move || queue.send(desk), TRY_AGAIN) {
            on_cleanup(move || trying.clear());
        }
    });
    let count = Memo::new(move |_| queue.waiting.with(Vec::len));
    view! {
        <div role="status">
            {maybe(move || {
                let count = u32::try_from(count.get()).unwrap_or(u32::MAX);
                (count > 0)
                    .then(|| {
                        view! {
                            <p class="callout">
                                <Icon name="clock" />
                                <span>{(t.waiting)(count)}</span>
                            </p>
                        }
                            .into_any()
                    })
            })}
            {part(move || {
                let alerts = queue.not_taken.get().into_iter();
                let alerts = alerts
                    .map(|NotTaken { key, why }| {
                        view! {
                            <p class="callout callout--failure">
                                <Icon name="alert" />
                                <span>{(t.not_taken)(&why)}</span>
                                <button
                                    type="button"
                                    class="button button--small"
                                    on:click=move |_| queue.noted(&key)
                                >
                                    {t.noted}
                                </button>
                            </p>
                        }
                    });
                alerts.collect_view().into_any()
            })}
        </div>
    }
}
