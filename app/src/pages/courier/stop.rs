//! One stop, and what can be done there.

use leptos::form::ActionForm;
use leptos::prelude::*;
use porchlight_domain::delivery::Status;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::StopView;

use super::Actions;
use crate::api::ApiError;
use crate::clock::TimeSpan;
use crate::components::{Field, FormFailure, Icon, StatusChip, Submit};
use crate::text::use_text;

/// Where to go, to whom, with what, and until when.
#[component]
pub fn StopCard(
    /// Which.
    stop: StopView,
    /// Whether it is the next one.
    is_next: bool,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let t = use_text();
    let window = stop.window;
    let is_out = stop.status == Status::OutForDelivery;
    let can_set_out = stop.status.next().contains(&Status::OutForDelivery);
    view! {
        <li class="stop" class:stop--next=is_next>
            {is_next.then(|| view! { <p class="stop__next">{t.run.next}</p> })}
            <p class="stop__address">{stop.address.text}</p>
            <p class="stop__facts">
                <span>
                    <Icon name="person" />
                    {stop.recipient}
                </span>
                <span>
                    <Icon name="parcel" />
                    {stop.description}
                </span>
                <span>
                    <Icon name="clock" />
                    <TimeSpan span=Signal::stored((window.from, window.to)) />
                </span>
            </p>
            <p class="stop__state">
                <StatusChip status=Signal::stored(stop.status) />
                <span class="stop__reference">{stop.reference.to_string()}</span>
            </p>
            {can_set_out.then(|| view! { <SetOutForm reference=stop.reference actions /> })}
            {is_out.then(|| view! { <AtTheDoor reference=stop.reference is_next actions /> })}
        </li>
    }
}

/// The answer to an action, if it was about this parcel.
fn failed<T: Send + Sync + 'static>(
    is_about: bool,
    answer: Option<Result<T, ApiError>>,
) -> Option<ApiError> {
    answer.filter(|_| is_about).and_then(Result::err)
}

#[component]
fn SetOutForm(reference: Reference, actions: Actions) -> impl IntoView {
    let t = use_text();
    let action = actions.set_out;
    let asked = RwSignal::new(false);
    let error = Signal::derive(move || failed(asked.get(), action.value().get()));
    view! {
        <ActionForm action on:submit=move |_| asked.set(true)>
            <input type="hidden" name="reference" value=reference.to_string() />
            <FormFailure error fields=&[] />
            <Submit label=t.run.set_out pending=action.pending() class="button--wide" />
        </ActionForm>
    }
}

/// Handed over, or not.
#[component]
fn AtTheDoor(reference: Reference, is_next: bool, actions: Actions) -> impl IntoView {
    let t = use_text();
    let (hand_over, report) = (actions.hand_over, actions.report);
    let asked = RwSignal::new(false);
    let not_handed = Signal::derive(move || failed(asked.get(), hand_over.value().get()));
    let not_reported = Signal::derive(move || failed(asked.get(), report.value().get()));
    view! {
        <details class="stop__act" open=is_next>
            <summary class="button button--primary button--wide">{t.run.deliver}</summary>
            <ActionForm action=hand_over attr:class="form" on:submit=move |_| asked.set(true)>
                <input type="hidden" name="reference" value=reference.to_string() />
                <FormFailure error=not_handed fields=&["proof"] />
                <Field
                    label=t.run.recipient
                    name="recipient"
                    id=format!("recipient-{reference}")
                    about="proof"
                    max=80
                    error=not_handed
                />
                <Submit label=t.run.delivered pending=hand_over.pending() />
            </ActionForm>
        </details>
        <details class="stop__act">
            <summary class="button button--quiet button--wide">{t.run.fail}</summary>
            <ActionForm action=report attr:class="form" on:submit=move |_| asked.set(true)>
                <input type="hidden" name="reference" value=reference.to_string() />
                <FormFailure error=not_reported fields=&["reason"] />
                <Field
                    label=t.run.reason
                    name="reason"
                    id=format!("reason-{reference}")
                    error=not_reported
                />
                <Submit label=t.run.failed pending=report.pending() class="" />
            </ActionForm>
        </details>
    }
}
