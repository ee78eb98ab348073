//! Hand-overs that the server has not heard of yet: kept in the browser and sent until it has taken or refused them.

use std::time::Duration;

use leptos::prelude::*;
use porchlight_domain::hold::IdentityCheck;
use porchlight_domain::reference::Reference;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::Desk;
use crate::api::ApiError;
use crate::api::desk::collect_parcel;
use crate::components::{Icon, effect, failure_sentence, maybe};
use crate::text::{DeskText, use_page_text};

/// Where they are kept.
const KEPT: &str = "porchlight-desk-queue";
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// One hand-over. It is sent with its key until the server has taken or refused it, once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) reference: Reference,
    pub(super) code: String,
    pub(super) identity: IdentityCheck,
    pub(super) signature: String,
    pub(super) key: String,
}

/// What waits. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Queue {
    waiting: RwSignal<Vec<Waiting>>,
    refused: RwSignal<Option<String>>,
    is_sending: StoredValue<bool>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            waiting: RwSignal::new(Vec::new()),
            refused: RwSignal::new(None),
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
        let text = self
            .waiting
            .with_untracked(|all| serde_json::to_string(all).unwrap_or_default());
        if let Ok(Some(storage)) = window().local_storage() {
            // A browser without room still has them on this page.
            drop(storage.set_item(KEPT, &text));
        }
    }

    fn recall(self) {
        let storage = window().local_storage().ok().flatten();
        let text = storage.and_then(|storage| storage.get_item(KEPT).ok().flatten());
        let kept = text.and_then(|text| serde_json::from_str(&text).ok());
        self.waiting.set(kept.unwrap_or_default());
    }

    fn send(self, desk: Desk) {
        if self.is_sending.get_value() {
            return;
        }
        let Some(first) = self.waiting.with_untracked(|all| all.first().cloned()) else {
            return;
        };
        self.is_sending.set_value(true);
        spawn_local(async move {
            let Waiting {
                code,
                identity,
                signature,
                key,
                ..
            } = first.clone();
            let answer = collect_parcel(code, identity, signature, key).await;
            self.is_sending.try_set_value(false);
            let is_over = !matches!(
                answer,
                Err(ApiError::Unreachable
                    | ApiError::Unavailable
                    | ApiError::SignInNeeded
                    | ApiError::TooMany { .. })
            );
            if !is_over {
                return;
            }
            if let Err(error) = answer {
                let why = format!(
                    "{}: {}",
                    first.reference,
                    failure_sentence(desk.texts, error)
                );
                self.refused.try_set(Some((desk.t.not_taken)(&why)));
            }
            self.waiting
                .try_update(|all| all.retain(|one| one.key != first.key));
            self.keep();
            desk.ask();
            self.send(desk);
        });
    }
}

/// What waits, and what was refused.
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
            {maybe(move || {
                let why = queue.refused.get()?;
                let alert = view! {
                    <p class="callout callout--failure">
                        <Icon name="alert" />
                        <span>{why}</span>
                    </p>
                };
                Some(alert.into_any())
            })}
        </div>
    }
}
