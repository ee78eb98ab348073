//! What has to be looked into: parcels that are not there, codes that were guessed, doors that were far away.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::case::{CaseKind, CaseView, Closing};

use crate::api::cases::{CloseCase, all_cases};
use crate::clock::{Say, Time};
use crate::components::{Failure, FormFailure, Icon, Loading, Submit};
use crate::live::use_live;
use crate::text::{AdminText, use_page_text};

/// Open cases, the oldest first, and what came of the others.
#[component]
pub fn Cases() -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let close = ServerAction::<CloseCase>::new();
    let heard = RwSignal::new(0_u32);
    let live = use_live();
    live.on_change(move || heard.update(|times| *times = times.wrapping_add(1)));
    let cases = Resource::new(
        move || (close.version().get(), heard.get()),
        |_| all_cases(),
    );
    let error = Signal::derive(move || close.value().get()?.err());
    view! {
        <section class="panel">
            <h2 class="section-title">{t.cases}</h2>
            <FormFailure error fields=&[] />
            <Transition fallback=Loading>
                {move || match cases.get()? {
                    Ok(cases) => Some(list(t, cases, close)),
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Transition>
        </section>
    }
}

fn list(t: &'static AdminText, cases: Vec<CaseView>, close: ServerAction<CloseCase>) -> AnyView {
    let (open, closed): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.closed.is_none());
    let calm = open.is_empty().then(|| {
        view! {
            <p class="callout callout--done">
                <Icon name="check" />
                <span>{t.no_cases}</span>
            </p>
        }
    });
    let open = open
        .into_iter()
        .map(|case| view! { <OpenCase case close /> });
    let closed: Vec<_> = closed
        .into_iter()
        .map(|case| view! { <ClosedCase case /> })
        .collect();
    let history = (!closed.is_empty()).then(|| {
        view! {
            <details class="cases__closed">
                <summary>{t.closed_cases}</summary>
                <ul class="cases">{closed}</ul>
            </details>
        }
    });
    view! {
        {calm}
        <ul class="cases">{open.collect_view()}</ul>
        {history}
    }
    .into_any()
}

fn kind_words(t: &AdminText, kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::NotReceived => t.case_not_received,
        CaseKind::FarFromDoor => t.case_far,
        CaseKind::HandoverLocked => t.case_locked,
    }
}

#[component]
fn About(case: CaseView) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    view! {
        <p class="case__kind">{kind_words(t, case.kind)}</p>
        <p class="case__facts">
            <a class="case__reference" href=format!("/deliveries/{}/label", case.delivery)>
                {case.delivery.to_string()}
            </a>
            " · "
            {case.address}
            " · "
            <Time at=Signal::stored(case.opened_at) say=Say::DayAndClock />
        </p>
        {case.words.map(|words| view! { <p class="case__words">{words}</p> })}
    }
}

#[component]
fn OpenCase(case: CaseView, close: ServerAction<CloseCase>) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let id = format!("outcome-{}", case.id);
    let case_id = case.id.to_string();
    view! {
        <li class="case">
            <About case />
            <ActionForm action=close attr:class="case__form">
                <input type="hidden" name="case" value=case_id />
                <label class="visually-hidden" for=id.clone()>
                    {t.case_outcome}
                </label>
                <input
                    class="field__input"
                    id=id
                    name="outcome"
                    maxlength="2000"
                    required
                    autocomplete="off"
                    placeholder=t.case_outcome
                />
                <Submit label=t.case_close pending=close.pending() class="" />
            </ActionForm>
        </li>
    }
}

#[component]
fn ClosedCase(case: CaseView) -> impl IntoView {
    let closing = case.closed.clone();
    view! {
        <li class="case case--closed">
            <About case />
            {closing
                .map(|Closing { at, outcome }| {
                    view! {
                        <p class="case__outcome">
                            <Icon name="check" />
                            <span>
                                {outcome} " · " <Time at=Signal::stored(at) say=Say::DayAndClock />
                            </span>
                        </p>
                    }
                })}
        </li>
    }
}
