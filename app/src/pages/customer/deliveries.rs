//! My deliveries: what comes, and what came.

use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use leptos_meta::Title;
use leptos_router::components::A;
use porchlight_domain::delivery::Status;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::delivery_row::{DeliveryCard, DeliveryRow};
use crate::api::ApiError;
use crate::api::deliveries::{Listed, my_deliveries};
use crate::components::{Connection, Empty, Failure, Icon, Loading};
use crate::live::{TrackingState, use_live};
use crate::text::{DeliveriesText, use_page_text, use_text};

/// Upcoming deliveries as cards that live, past ones as a list.
#[component]
pub fn DeliveriesPage() -> impl IntoView {
    let t = use_page_text::<DeliveriesText>();
    let listed = Resource::new(|| (), |()| my_deliveries());
    let live = use_live();
    live.on_change(move || spawn_local_scoped_with_cancellation(refresh(listed)));
    live.on_other_change(move || spawn_local_scoped_with_cancellation(refresh(listed)));
    view! {
        <Title text=t.title />
        <div class="page">
            <div class="page__head">
                <h1 class="page__title">{t.title}</h1>
                <Connection />
            </div>
            <Suspense fallback=Loading>
                {move || listed.get().map(|listed| view! { <Lists listed /> })}
            </Suspense>
        </div>
    }
}

/// Asks again without taking the list off the screen; the list changes only when it differs.
async fn refresh(listed: Resource<Result<Vec<Listed>, ApiError>>) {
    // What the page opened with is older than what is asked now, and must not come after it.
    let _ = listed.await;
    let Ok(fresh) = my_deliveries().await else {
        return;
    };
    let live = use_live();
    for delivery in &fresh {
        live.follow(delivery.summary.reference, seen(delivery));
    }
    let is_same_list = listed.with_untracked(
        |known| matches!(known, Some(Ok(known)) if known.iter().map(place).eq(fresh.iter().map(place))),
    );
    if !is_same_list {
        listed.set(Some(Ok(fresh)));
    }
}

/// What decides where in the list a delivery stands, and what is new; the rest of its card lives by itself.
fn place(listed: &Listed) -> (Reference, bool, (bool, Timestamp), u32) {
    let summary = &listed.summary;
    (
        summary.reference,
        summary.status.is_final(),
        urgency(listed),
        listed.chat.unread,
    )
}

/// What the list knows of a delivery.
fn seen(listed: &Listed) -> TrackingState {
    let mut state = TrackingState::new(listed.summary.status, None, Vec::new());
    state.eta = listed.eta;
    state.stops_before = listed.stops_before;
    state
}

#[component]
fn Lists(listed: Result<Vec<Listed>, ApiError>) -> impl IntoView {
    let listed = match listed {
        Ok(listed) if listed.is_empty() => return view! { <NothingYet /> }.into_any(),
        Ok(listed) => listed,
        Err(error) => return view! { <Failure error /> }.into_any(),
    };
    let t = use_page_text::<DeliveriesText>();
    let live = use_live();
    let (past, mut upcoming): (Vec<_>, Vec<_>) = listed
        .into_iter()
        .partition(|delivery| delivery.summary.status.is_final());
    upcoming.sort_by_key(urgency);
    let cards = upcoming
        .into_iter()
        .map(|delivery| {
            let state = live.follow(delivery.summary.reference, seen(&delivery));
            view! { <DeliveryCard summary=delivery.summary state unread=delivery.chat.unread /> }
        })
        .collect_view();
    let has_past = !past.is_empty();
    let rows = past
        .into_iter()
        .map(|delivery| view! { <DeliveryRow summary=delivery.summary /> })
        .collect_view();
    view! {
        <section class="cards" aria-label=t.upcoming>
            {cards}
        </section>
        {has_past
            .then(|| {
                view! {
                    <section class="past">
                        <h2 class="section-title">{t.past}</h2>
                        <ul class="rows">{rows}</ul>
                    </section>
                }
            })}
    }
    .into_any()
}

/// What is on the van comes first, then what comes soonest.
fn urgency(listed: &Listed) -> (bool, Timestamp) {
    let is_out = listed.summary.status == Status::OutForDelivery;
    (!is_out, listed.summary.window.from)
}

#[component]
fn NothingYet() -> impl IntoView {
    let t = use_page_text::<DeliveriesText>();
    view! {
        <Empty icon="parcel" title=t.none_title text=t.none_text>
            <A href="/book" {..} class="button button--primary">
                <Icon name="plus" />
                <span>{use_text().nav.book}</span>
            </A>
        </Empty>
    }
}
