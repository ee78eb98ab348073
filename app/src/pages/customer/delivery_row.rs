//! One delivery in a list.

use leptos::prelude::*;
use leptos_router::components::A;
use porchlight_domain::delivery::Status;
use porchlight_domain::tracking::{DeliverySummary, progress};

use crate::clock::{Say, Time, TimeSpan};
use crate::components::{Icon, Progress, StatusChip, tone};
use crate::live::TrackingState;
use crate::text::use_text;

/// A delivery that is still to come. While it is out, the light is on.
#[component]
pub fn DeliveryCard(
    /// What it is.
    summary: DeliverySummary,
    /// Where it stands, living.
    state: ArcRwSignal<TrackingState>,
    /// How many messages of its courier are new.
    unread: u32,
) -> impl IntoView {
    let t = use_text();
    let state = RwSignal::from(state);
    let status = Memo::new(move |_| state.with(|state| state.status));
    let eta = Memo::new(move |_| state.with(|state| state.eta.map(|eta| (eta.from, eta.to))));
    let stops = Memo::new(move |_| state.with(|state| state.stops_before));
    let window = summary.window;
    let when = move || match eta.get() {
        Some(span) if status.get() == Status::OutForDelivery => {
            view! { <TimeSpan span=Signal::stored(span) /> }.into_any()
        }
        _ => view! {
            <span class="card__day">
                <Time at=Signal::stored(window.from) say=Say::Day />
            </span>
            <span class="card__hours">
                <TimeSpan span=Signal::stored((window.from, window.to)) />
            </span>
        }
        .into_any(),
    };
    view! {
        <A
            href=format!("/deliveries/{}", summary.reference)
            {..}
            class=move || format!("card card--{}", tone(status.get()))
        >
            <div class="card__top">
                <StatusChip status />
                <span class="card__stops">
                    {move || {
                        let stops = stops.get().filter(|_| status.get() == Status::OutForDelivery);
                        stops.map(t.tracking.stops_before)
                    }}
                </span>
            </div>
            {(unread > 0)
                .then(|| {
                    view! {
                        <p class="card__new">
                            <Icon name="chat" />
                            {(t.chat.new)(unread)}
                        </p>
                    }
                })}
            <p class="card__when">{when}</p>
            <Progress
                value=Signal::derive(move || progress(status.get(), stops.get()))
                label=t.tracking.progress
            />
            <div class="card__what">
                <span class="card__description">{summary.description}</span>
                <span class="card__address">
                    <Icon name="pin" />
                    {summary.address.text}
                </span>
            </div>
        </A>
    }
}

/// A delivery that is over.
#[component]
pub fn DeliveryRow(
    /// What it was.
    summary: DeliverySummary,
) -> impl IntoView {
    view! {
        <li class="rows__row">
            <A href=format!("/deliveries/{}", summary.reference) {..} class="row">
                <span class="row__what">
                    <span class="row__description">{summary.description}</span>
                    <span class="row__detail">{summary.address.text}</span>
                </span>
                <span class="row__end">
                    <StatusChip status=Signal::stored(summary.status) />
                    <span class="row__detail">
                        <Time at=Signal::stored(summary.changed_at) say=Say::DayAndClock />
                    </span>
                </span>
            </A>
        </li>
    }
}
