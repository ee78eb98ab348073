//! What was done on the run: parcels that could not be delivered, with what may come next, and those that were.
//! What was a mistake is taken back here.

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use porchlight_domain::delivery::Status;
use porchlight_domain::reference::Reference;
use porchlight_domain::run::RunState;
use porchlight_domain::tracking::RunView;

use super::position::PositionSharing;
use super::steps::Steps;
use super::stop::AtStop;
use super::to_office::ToOffice;
use crate::components::{StatusChip, maybe, words};
use crate::text::{CourierText, use_page_text};

/// The stops that were made.
#[component]
pub fn DoneStops(
    /// As it is shown.
    run: Memo<Option<RunView>>,
    /// What is done here.
    steps: Steps,
    /// Where the phone is.
    position: PositionSharing,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let with_status = move |is_it: fn(Status) -> bool| {
        Memo::new(move |_| {
            run.with(|run| {
                let stops = run.iter().flat_map(|run| &run.stops);
                let some = stops.filter(|stop| is_it(stop.status));
                some.map(|stop| stop.reference).collect::<Vec<_>>()
            })
        })
    };
    let failed = with_status(|status| status == Status::Failed);
    let delivered = with_status(|status| status == Status::Delivered);
    let is_on = Memo::new(move |_| {
        run.with(|run| {
            run.as_ref()
                .is_some_and(|run| run.state == RunState::Active)
        })
    });
    let list = move |references: Memo<Vec<Reference>>| {
        view! {
            <ul class="done__stops">
                <For each=move || references.get() key=|reference| *reference let:reference>
                    <DoneStop reference run is_on steps position />
                </For>
            </ul>
        }
        .into_any()
    };
    view! {
        {maybe(move || {
            (!failed.with(Vec::is_empty))
                .then(|| {
                    view! {
                        <section class="done">
                            <h2 class="section-title">{t.failed_title}</h2>
                            <p class="done__text">{t.failed_text}</p>
                            {list(failed)}
                        </section>
                    }
                        .into_any()
                })
        })}
        {maybe(move || {
            (!delivered.with(Vec::is_empty))
                .then(|| {
                    view! {
                        <details class="done">
                            <summary class="done__summary">
                                {words(move || (t.delivered_count)(delivered.with(Vec::len)))}
                            </summary>
                            {list(delivered)}
                        </details>
                    }
                        .into_any()
                })
        })}
    }
}

#[component]
fn DoneStop(
    reference: Reference,
    run: Memo<Option<RunView>>,
    /// Whether the run goes on: then a mistake can be taken back.
    is_on: Memo<bool>,
    steps: Steps,
    position: PositionSharing,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let stop = Memo::new(move |_| run.with(|run| run.as_ref()?.stop(reference).cloned()));
    let place = Memo::new(move |_| {
        stop.with(|stop| stop.as_ref().map(|stop| stop.address.text.clone()))
            .unwrap_or_default()
    });
    let description = Memo::new(move |_| {
        stop.with(|stop| stop.as_ref().map(|stop| stop.description.clone()))
            .unwrap_or_default()
    });
    let status = Memo::new(move |_| stop.with(|stop| stop.as_ref().map(|stop| stop.status)));
    let at = AtStop {
        reference,
        place,
        steps,
        position,
    };
    let next = move || {
        (status.get() == Some(Status::Failed)).then(|| {
            view! {
                <button
                    type="button"
                    class="button"
                    on:click=move |_| at.change(Status::OutForDelivery, |change| change)
                >
                    {t.try_again}
                </button>
                <ToOffice at run />
                <ToDepot at />
            }
            .into_any()
        })
    };
    view! {
        <li class="done__stop">
            <span class="done__what">
                <span class="done__place">{words(move || place.get())}</span>
                <span class="done__text">{words(move || description.get())}</span>
            </span>
            {maybe(move || {
                let status = Signal::stored(status.get()?);
                Some(view! { <StatusChip status /> }.into_any())
            })}
            {maybe(move || {
                is_on
                    .get()
                    .then(|| {
                        view! {
                            <div class="done__next">
                                {maybe(next)}
                                <Mistake at status />
                            </div>
                        }
                            .into_any()
                    })
            })}
        </li>
    }
}

/// Takes the parcel off the run. Nobody but dispatch brings it back from there, so it takes two touches.
#[component]
fn ToDepot(at: AtStop) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <details class="done__mistake">
            <summary class="button">{t.to_depot}</summary>
            <div class="form">
                <p class="done__text">{t.to_depot_text}</p>
                <button
                    type="button"
                    class="button"
                    on:click=move |_| at.change(Status::InTransit, |change| change)
                >
                    {t.to_depot_do}
                </button>
            </div>
        </details>
    }
}

/// Takes back what was a mistake, with what went wrong.
#[component]
fn Mistake(at: AtStop, status: Memo<Option<Status>>) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let reason = NodeRef::<Input>::new();
    let id = format!("mistake-{}", at.reference);
    let take_back = move |event: SubmitEvent| {
        event.prevent_default();
        let reason = reason.get_untracked().map(|input| input.value());
        let reason = reason.filter(|reason| !reason.trim().is_empty());
        if let (Some(from), Some(reason)) = (status.get_untracked(), reason) {
            at.correct(from, reason.trim().to_owned());
        }
    };
    view! {
        <details class="done__mistake">
            <summary class="button button--quiet">{t.mistake}</summary>
            <form class="form" on:submit=take_back>
                <div class="field">
                    <label class="field__label" for=id.clone()>
                        {t.mistake_reason}
                    </label>
                    <input
                        class="field__input"
                        id=id
                        node_ref=reason
                        autocomplete="off"
                        maxlength="200"
                        required
                    />
                </div>
                <button type="submit" class="button">
                    {t.mistake_take_back}
                </button>
            </form>
        </details>
    }
}
