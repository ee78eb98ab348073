//! One stop, and what can be done there.

mod could_not;
mod hand_over;
mod meet_recipient;

use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::delivery::{Status, StatusChange};
use porchlight_domain::handover::HandoverKit;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{RunView, StopView};

use super::changes::Changes;
use super::position::PositionSharing;
use super::steps::Steps;
use crate::clock::{TimeSpan, now};
use crate::components::{Icon, StatusChip, maybe};
use crate::text::{CourierText, use_page_text};
use could_not::CouldNot;
use hand_over::HandOver;
use meet_recipient::MeetRecipient;

/// What happens at a stop.
#[derive(Clone, Copy)]
struct AtStop {
    reference: Reference,
    /// The address, for people.
    place: Memo<String>,
    steps: Steps,
    position: PositionSharing,
}

impl AtStop {
    /// Changes the parcel's status, here and now.
    fn change(self, to: Status, more: impl FnOnce(StatusChange) -> StatusChange) {
        let change = StatusChange::to(to, self.position.whereabouts(now()));
        let step = Step::ChangeStatus {
            reference: self.reference,
            change: more(change),
        };
        self.steps.take(step, self.place.get_untracked());
    }
}

/// Where to go, to whom, with what, and until when.
#[component]
pub fn StopCard(
    /// Which.
    reference: Reference,
    /// The run as it is shown.
    run: Memo<Option<RunView>>,
    /// The next one to make.
    next: Memo<Option<Reference>>,
    /// What others changed.
    changes: Changes,
    /// What is done here.
    steps: Steps,
    /// Where the phone is.
    position: PositionSharing,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let stop = Memo::new(move |_| {
        run.with(|run| {
            let stops = &run.as_ref()?.stops;
            stops
                .iter()
                .find(|stop| stop.reference == reference)
                .cloned()
        })
    });
    let is_next = Memo::new(move |_| next.get() == Some(reference));
    let needs_code =
        Memo::new(move |_| stop.with(|stop| stop.as_ref().is_some_and(|stop| stop.handover)));
    let kit = Memo::new(move |_| stop.with(|stop| stop.as_ref()?.kit.clone()));
    let status = Memo::new(move |_| stop.with(|stop| stop.as_ref().map(|stop| stop.status)));
    let place = Memo::new(move |_| {
        let address = stop.with(|stop| stop.as_ref().map(|stop| stop.address.text.clone()));
        address.unwrap_or_default()
    });
    let at = AtStop {
        reference,
        place,
        steps,
        position,
    };
    view! {
        <li
            class="stop"
            class:stop--next=is_next
            on:click=move |_| changes.has_seen(reference)
        >
            {maybe(move || {
                changes
                    .is_new(reference)
                    .then(|| view! { <p class="stop__new">{t.new_stop}</p> }.into_any())
            })}
            {maybe(move || Some(view! { <Facts stop=stop.get()? is_next=is_next.get() /> }.into_any()))}
            {maybe(move || {
                let status = status.get()?;
                if status == Status::OutForDelivery {
                    return Some(view! { <AtTheDoor at is_next needs_code kit /> }.into_any());
                }
                let can_set_out = status.next().contains(&Status::OutForDelivery);
                can_set_out.then(|| view! { <SetOut at /> }.into_any())
            })}
        </li>
    }
}

#[component]
fn Facts(stop: StopView, is_next: bool) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let StopView {
        window, address, ..
    } = stop;
    // RFC 5870: whatever the courier navigates with opens.
    let (lat, lon) = (address.position.lat(), address.position.lon());
    let way = format!("geo:{lat:.6},{lon:.6}?q={lat:.6},{lon:.6}");
    view! {
        {is_next.then(|| view! { <p class="stop__next">{t.next}</p> })}
        <p class="stop__address">{address.text}</p>
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
        {is_next
            .then(|| {
                view! {
                    <a class="button button--wide" href=way rel="external">
                        <Icon name="pin" />
                        {t.navigate}
                    </a>
                }
            })}
    }
}

#[component]
fn SetOut(at: AtStop) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <button
            type="button"
            class="button button--wide"
            on:click=move |_| at.change(Status::OutForDelivery, |change| change)
        >
            {t.set_out}
        </button>
    }
}

/// Handed over, or not.
#[component]
fn AtTheDoor(
    at: AtStop,
    is_next: Memo<bool>,
    needs_code: Memo<bool>,
    kit: Memo<Option<HandoverKit>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <details class="stop__act" open=is_next.get_untracked()>
            <summary class="button button--wide" class:button--primary=is_next>
                {t.deliver}
            </summary>
            {maybe(move || {
                Some(
                    if needs_code.get() {
                        view! { <MeetRecipient at kit /> }.into_any()
                    } else {
                        view! { <HandOver at /> }.into_any()
                    },
                )
            })}
        </details>
        <details class="stop__act">
            <summary class="button button--quiet button--wide">{t.fail}</summary>
            <CouldNot at />
        </details>
    }
}
