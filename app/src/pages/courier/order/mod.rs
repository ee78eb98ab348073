//! The order of the stops: changed by hand, or suggested.

mod drag;
mod list;

use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::RunView;

use super::steps::Steps;
use crate::components::{Icon, effect, maybe};
use crate::text::{CourierText, use_page_text, use_text};
pub use list::OrderList;

/// Fewer stops than this have one order only.
const WORTH_ORDERING: usize = 2;

/// What the courier is doing about the order. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Ordering {
    /// The stops that are still to be made, in the order shown.
    pending: Memo<Vec<Reference>>,
    /// The order in the making; none while the list is as usual.
    draft: RwSignal<Option<Vec<Reference>>>,
    /// The order before a suggestion that was asked for, until it is put back or kept.
    before: RwSignal<Option<Vec<Reference>>>,
    steps: Steps,
}

impl Ordering {
    /// Of the stops that are still to be made.
    pub fn of(pending: Memo<Vec<Reference>>, steps: Steps) -> Self {
        Self {
            pending,
            draft: RwSignal::new(None),
            before: RwSignal::new(None),
            steps,
        }
    }

    /// Whether the courier is changing the order now. Tracks.
    pub fn is_on(self) -> bool {
        self.draft.with(Option::is_some)
    }

    /// The order in the making: without stops that are gone, with new ones at the end. Tracks.
    fn rows(self) -> Vec<Reference> {
        let pending = self.pending.get();
        self.draft.with(|draft| {
            let draft = draft.as_deref().unwrap_or_default();
            let known = draft.iter().filter(|stop| pending.contains(stop));
            let new = pending.iter().filter(|stop| !draft.contains(stop));
            known.chain(new).copied().collect()
        })
    }

    /// Moves one stop to another place.
    fn put(self, from: usize, to: usize) {
        let mut rows = untrack(|| self.rows());
        if from < rows.len() && to < rows.len() {
            let stop = rows.remove(from);
            rows.insert(to, stop);
            self.draft.set(Some(rows));
        }
    }

    fn begin(self) {
        self.before.set(None);
        self.draft.set(Some(self.pending.get_untracked()));
    }

    /// Takes the order as it is now.
    fn done(self) {
        let order = untrack(|| self.rows());
        self.draft.set(None);
        if order != self.pending.get_untracked() {
            self.steps.take(Step::Reorder { order }, String::new());
        }
    }

    fn suggest(self) {
        self.before.set(Some(self.pending.get_untracked()));
        self.steps.take(Step::SuggestOrder, String::new());
    }

    /// Drives as before the suggestion.
    fn put_back(self) {
        if let Some(order) = self.before.get_untracked() {
            self.before.set(None);
            self.steps.take(Step::Reorder { order }, String::new());
        }
    }
}

/// Above the stops: what can be done about their order.
#[component]
pub fn OrderBar(
    /// Of this run.
    ordering: Ordering,
) -> impl IntoView {
    let has_orders = Memo::new(move |_| ordering.pending.with(Vec::len) >= WORTH_ORDERING);
    // A run that is over, or has one stop left, takes its draft with it.
    effect(move || {
        if !has_orders.get() {
            ordering.draft.set(None);
        }
    });
    maybe(move || {
        (has_orders.get() && !ordering.is_on()).then(|| view! { <Choices ordering /> }.into_any())
    })
}

#[component]
fn Choices(ordering: Ordering) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <div class="order-bar">
            <button type="button" class="button" on:click=move |_| ordering.begin()>
                <Icon name="grip" />
                {t.change_order}
            </button>
            <button type="button" class="button" on:click=move |_| ordering.suggest()>
                <Icon name="route" />
                {t.suggest_order}
            </button>
        </div>
    }
}

/// A suggestion that came, with the way back.
#[component]
pub fn Suggested(
    /// Of this run.
    ordering: Ordering,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let is_another = Memo::new(move |_| {
        ordering.before.with(|before| {
            let is_left = |stop: &&Reference| ordering.pending.with(|now| now.contains(stop));
            before.as_ref().is_some_and(|before| {
                let before: Vec<&Reference> = before.iter().filter(is_left).collect();
                ordering.pending.with(|now| {
                    let now = now.iter().filter(|stop| before.contains(stop));
                    !now.eq(before.iter().copied())
                })
            })
        })
    });
    maybe(move || {
        is_another.get().then(|| {
            view! {
                <div class="callout" role="status">
                    <Icon name="route" />
                    <p class="callout__words">{t.is_suggested}</p>
                    <button
                        type="button"
                        class="button button--quiet"
                        on:click=move |_| ordering.put_back()
                    >
                        {t.put_back}
                    </button>
                    <button
                        type="button"
                        class="button button--quiet"
                        on:click=move |_| ordering.before.set(None)
                    >
                        {use_text().common.dismiss}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}

/// What a row says of a stop.
fn address_of(run: Memo<Option<RunView>>, reference: Reference) -> String {
    run.with(|run| {
        let stop = run.as_ref().and_then(|run| run.stop(reference));
        stop.map(|stop| stop.address.text.clone())
            .unwrap_or_default()
    })
}
