//! The panel, in a chunk of its own.

use leptos::prelude::*;
use porchlight_domain::chat::ChatCard;
use porchlight_domain::delivery::Status;
use porchlight_domain::geofence::Arrival;
use porchlight_domain::reference::Reference;
use wasm_bindgen_futures::spawn_local;

use super::cards::{InstructionCard, ProposalCard, chat_card};
use super::day::ChangeDay;
use super::tell::TellCourier;
use crate::api::ApiError;
use crate::api::wishes::{Wishes, read_wishes};
use crate::components::{Icon, effect, failure_sentence, maybe, part, words};
use crate::live::TrackingState;
use crate::text::{WishText, use_page_text, use_text};

/// What is known of the wishes for a delivery, and a way to ask again. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Known {
    /// Of which delivery.
    pub reference: Reference,
    /// As the server said last; none until it has.
    pub wishes: RwSignal<Option<Wishes>>,
    /// Where on the page this is: names of its fields begin so.
    pub place: &'static str,
    error: RwSignal<Option<ApiError>>,
}

impl Known {
    fn nothing(reference: Reference, place: &'static str) -> Self {
        Self {
            reference,
            wishes: RwSignal::new(None),
            place,
            error: RwSignal::new(None),
        }
    }

    /// What is known while somebody looks at it.
    fn followed(reference: Reference, place: &'static str, state: RwSignal<TrackingState>) -> Self {
        let known = Self::nothing(reference, place);
        // Whatever happens to the delivery is in its timeline.
        let events = Memo::new(move |_| state.with(|state| state.timeline.len()));
        effect(move || {
            // Read and not only tracked: a memo that nobody reads follows nothing.
            let _count = events.get();
            known.ask();
        });
        known
    }

    /// Asks the server.
    pub fn ask(self) {
        spawn_local(async move {
            if let Ok(now) = read_wishes(self.reference).await {
                self.wishes.try_set(Some(now));
            }
        });
    }

    /// Does something that changes them, shows what went wrong, and asks for what is true then.
    pub fn act(
        self,
        act: impl Future<Output = Result<(), ApiError>> + 'static,
        done: impl FnOnce() + 'static,
    ) {
        spawn_local(async move {
            let answer = act.await;
            let is_done = matches!(answer, Ok(()) | Err(ApiError::AlreadyDone { .. }));
            self.error.try_set(answer.err().filter(|_| !is_done));
            if is_done {
                done();
            }
            self.ask();
        });
    }
}

/// The panel.
#[lazy]
pub fn wishes_panel(reference: Reference, state: RwSignal<TrackingState>) -> AnyView {
    view! { <Panel reference state /> }.into_any()
}

/// What can be wished, to be put into the chat.
#[lazy]
pub fn wishes_in_chat(reference: Reference, state: RwSignal<TrackingState>) -> AnyView {
    let t = use_page_text::<WishText>();
    let known = Known::followed(reference, "chat", state);
    let still_comes = Memo::new(move |_| state.with(|state| state.status.still_comes()));
    maybe(move || {
        still_comes.get().then(|| {
            view! {
                <details class="composer__wishes">
                    <summary class="composer__other">
                        <Icon name="clock" />
                        {t.more}
                    </summary>
                    <Problem known />
                    <Forms known state />
                </details>
            }
            .into_any()
        })
    })
    .into_any()
}

/// A card of the chat.
#[lazy]
pub fn wish_card(reference: Reference, state: RwSignal<TrackingState>, card: ChatCard) -> AnyView {
    let known = Known::nothing(reference, "card");
    let can_change = Memo::new(move |_| state.with(|state| state.status.still_comes()));
    let card = StoredValue::new(card);
    view! {
        {part(move || chat_card(known, card.get_value(), can_change.get()))}
        <Problem known />
    }
    .into_any()
}

#[component]
fn Panel(reference: Reference, state: RwSignal<TrackingState>) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let known = Known::followed(reference, "wish", state);
    let proposal = Memo::new(move |_| {
        known
            .wishes
            .with(|wishes| wishes.as_ref()?.proposal.clone())
    });
    let cards = Memo::new(move |_| {
        known.wishes.with(|wishes| {
            let wishes = wishes.as_ref();
            wishes
                .map(|wishes| wishes.instructions.clone())
                .unwrap_or_default()
        })
    });
    view! {
        <section class="wishes">
            <h2 class="section-title">{t.title}</h2>
            {maybe(move || {
                let proposal = proposal.get()?;
                Some(view! { <ProposalCard known proposal /> }.into_any())
            })}
            {maybe(move || {
                let shown = cards.get().into_iter();
                let shown = shown
                    .map(|card| {
                        view! {
                            <li>
                                <InstructionCard known card can_change=true />
                            </li>
                        }
                    });
                let shown: Vec<_> = shown.collect();
                (!shown.is_empty()).then(|| view! { <ul class="wishes__cards">{shown}</ul> }.into_any())
            })}
            <Problem known />
            <Forms known state />
        </section>
    }
}

/// What went wrong.
#[component]
fn Problem(known: Known) -> impl IntoView {
    let problem = move || {
        let error = known.error.get();
        error.map_or_else(String::new, |error| failure_sentence(use_text(), error))
    };
    view! {
        <p class="form__problem" role="alert">
            {words(problem)}
        </p>
    }
}

/// Everything that can be changed, while the courier is not at the door.
#[component]
fn Forms(known: Known, state: RwSignal<TrackingState>) -> impl IntoView {
    let t = use_page_text::<WishText>();
    let is_at_the_door = Memo::new(move |_| {
        state.with(|state| {
            let is_there = state.arrival == Some(Arrival::AtTheDoor);
            is_there && state.status == Status::OutForDelivery
        })
    });
    let is_known = Memo::new(move |_| known.wishes.with(Option::is_some));
    view! {
        {maybe(move || {
            is_at_the_door
                .get()
                .then(|| view! { <p class="callout">{t.at_the_door}</p> }.into_any())
        })}
        {maybe(move || {
            (is_known.get() && !is_at_the_door.get())
                .then(|| {
                    view! {
                        <ChangeDay known />
                        <TellCourier known />
                    }
                        .into_any()
                })
        })}
    }
}
