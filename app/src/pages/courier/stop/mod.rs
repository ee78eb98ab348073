//! One stop, and what can be done there.

mod arrive;
mod cards;
mod chat;
mod could_not;
mod meet_recipient;
mod navigate;
mod proof;
mod propose;
mod row;

use leptos::prelude::*;
use porchlight_domain::action::Step;
use porchlight_domain::delivery::{Correction, Status, StatusChange};
use porchlight_domain::eta::Eta;
use porchlight_domain::handover::HandoverKit;
use porchlight_domain::reference::Reference;
use porchlight_domain::tracking::{RunView, StopView};

use super::changes::{Changes, StopNews};
use super::pictures::Shot;
use super::position::PositionSharing;
use super::steps::Steps;
use crate::clock::{Clock, TimeSpan, now};
use crate::components::{Icon, StatusChip, maybe, part};
use crate::text::{CourierText, use_page_text};
use arrive::Arrive;
use cards::Cards;
pub(super) use cards::chat_card;
use chat::ChatButton;
use could_not::CouldNot;
use meet_recipient::MeetRecipient;
use navigate::Navigate;
use proof::Proven;
use propose::Propose;
use row::StopRow;

/// What shows that a parcel was delivered, by its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Its recipient's code, and nothing else.
    Code,
    /// A name, a signature or a photo.
    Proof {
        /// And not without a photo.
        photo: bool,
        /// And not without who took it.
        person: bool,
    },
}

/// The id of a stop's card on the page.
pub fn card_id(reference: Reference) -> String {
    format!("stop-{reference}")
}

/// Where a stop is, for people; nothing when it is not on the run.
pub(super) fn place_of(run: Memo<Option<RunView>>, reference: Reference) -> String {
    run.with(|run| {
        let stop = run.as_ref().and_then(|run| run.stop(reference));
        stop.map(|stop| stop.address.text.clone())
            .unwrap_or_default()
    })
}

/// What happens at a stop.
#[derive(Clone, Copy)]
pub(super) struct AtStop {
    pub(super) reference: Reference,
    /// The address, for people.
    pub(super) place: Memo<String>,
    pub(super) steps: Steps,
    pub(super) position: PositionSharing,
}

impl AtStop {
    /// Changes the parcel's status, here and now.
    pub(super) fn change(self, to: Status, more: impl FnOnce(StatusChange) -> StatusChange) {
        self.change_with(to, Vec::new(), more);
    }

    /// The same with pictures that were taken here.
    fn change_with(
        self,
        to: Status,
        shots: Vec<Shot>,
        more: impl FnOnce(StatusChange) -> StatusChange,
    ) {
        let change = StatusChange {
            pictures: shots.iter().map(|shot| shot.picture.clone()).collect(),
            ..StatusChange::to(to, self.position.whereabouts(now()))
        };
        let step = Step::ChangeStatus {
            reference: self.reference,
            change: more(change),
        };
        let place = self.place.get_untracked();
        self.steps.take_with(step, place, shots.into());
    }

    /// Takes a status back that was a mistake.
    pub(super) fn correct(self, from: Status, reason: String) {
        let correction = Correction {
            from,
            whereabouts: self.position.whereabouts(now()),
            reason,
        };
        let step = Step::Correct {
            reference: self.reference,
            correction,
        };
        self.steps.take(step, self.place.get_untracked());
    }
}

/// A stop of the list: one row, and everything about it while it is next or looked at.
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
    /// The clock of the list.
    clock: Clock,
    /// What is done here.
    steps: Steps,
    /// Where the phone is.
    position: PositionSharing,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let is_next = Memo::new(move |_| next.get() == Some(reference));
    let opened = RwSignal::new(false);
    let is_open = Memo::new(move |_| is_next.get() || opened.get());
    view! {
        <li
            class="stop"
            id=card_id(reference)
            tabindex="-1"
            class:stop--next=is_next
            on:click=move |_| changes.has_seen(reference)
            // What is being typed at a door stays, whatever comes before it.
            on:input=move |_| opened.set(true)
        >
            {maybe(move || {
                let news = match changes.news_of(reference)? {
                    StopNews::Added => t.new_stop,
                    StopNews::Redirected => t.redirected_stop,
                };
                Some(view! { <p class="stop__new">{news}</p> }.into_any())
            })}
            {maybe(move || {
                (!is_next.get())
                    .then(|| view! { <StopRow reference run clock opened /> }.into_any())
            })}
            {maybe(move || {
                is_open
                    .get()
                    .then(|| {
                        view! { <OpenStop reference run is_next steps position /> }.into_any()
                    })
            })}
        </li>
    }
}

/// Where to go, to whom, with what, and until when; and what can be done there.
#[component]
fn OpenStop(
    reference: Reference,
    run: Memo<Option<RunView>>,
    is_next: Memo<bool>,
    steps: Steps,
    position: PositionSharing,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let stop = Memo::new(move |_| run.with(|run| run.as_ref()?.stop(reference).cloned()));
    let needs = Memo::new(move |_| {
        stop.with(|stop| match stop {
            Some(stop) if stop.handover => Needs::Code,
            stop => Needs::Proof {
                photo: stop.as_ref().is_some_and(|stop| stop.photo_needed),
                person: stop.as_ref().is_some_and(|stop| stop.never_leave.is_some()),
            },
        })
    });
    let cards = Memo::new(move |_| {
        let cards = stop.with(|stop| {
            let stop = stop.as_ref().filter(|stop| stop.status.still_comes());
            stop.map(|stop| (stop.instructions.clone(), stop.proposal.clone()))
        });
        cards.filter(|(cards, proposal)| !cards.is_empty() || proposal.is_some())
    });
    let still_comes = Memo::new(move |_| {
        stop.with(|stop| stop.as_ref().is_some_and(|stop| stop.status.still_comes()))
    });
    let kit = Memo::new(move |_| stop.with(|stop| stop.as_ref()?.kit.clone()));
    let status = Memo::new(move |_| stop.with(|stop| stop.as_ref().map(|stop| stop.status)));
    let is_for_an_office = Memo::new(move |_| {
        stop.with(|stop| stop.as_ref().is_some_and(|stop| stop.office.is_some()))
    });
    let has_arrived =
        Memo::new(move |_| stop.with(|stop| stop.as_ref().is_some_and(|stop| stop.arrived)));
    let place = Memo::new(move |_| place_of(run, reference));
    let at = AtStop {
        reference,
        place,
        steps,
        position,
    };
    view! {
        {maybe(move || {
            Some(view! { <Facts stop=stop.get()? is_next=is_next.get() /> }.into_any())
        })}
        {maybe(move || {
            let (cards, proposal) = cards.get()?;
            Some(view! { <Cards at cards proposal /> }.into_any())
        })}
        <ChatButton reference stop />
        {maybe(move || {
            let status = status.get()?;
            if is_for_an_office.get() {
                return Some(
                    view! {
                        <p class="callout">
                            <Icon name="office" />
                            <span>{t.at_the_office}</span>
                        </p>
                    }
                        .into_any(),
                );
            }
            if status == Status::OutForDelivery {
                return Some(
                    view! {
                        <Arrive at is_next has_arrived />
                        <AtTheDoor at is_next needs kit />
                    }
                        .into_any(),
                );
            }
            let can_set_out = status.next().contains(&Status::OutForDelivery);
            can_set_out.then(|| view! { <SetOut at /> }.into_any())
        })}
        {maybe(move || still_comes.get().then(|| view! { <Propose at run /> }.into_any()))}
    }
}

#[component]
fn Facts(stop: StopView, is_next: bool) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let is_late = stop.is_late();
    let StopView {
        window,
        address,
        eta,
        ..
    } = stop;
    view! {
        {is_next.then(|| view! { <p class="stop__next">{t.next}</p> })}
        {is_next.then(|| view! { <p class="stop__address">{address.text}</p> })}
        <p class="stop__facts">
            {eta.map(|eta| view! { <Expected eta is_late /> })}
            <span>
                <Icon name="person" />
                {stop.recipient}
            </span>
            <span>
                <Icon name="parcel" />
                {stop.description}
            </span>
            <span>
                <Icon name="shield" />
                <span>
                    {t.promised} " "
                    <TimeSpan span=Signal::stored((window.from, window.to)) />
                </span>
            </span>
        </p>
        <p class="stop__state">
            <StatusChip status=Signal::stored(stop.status) />
            <span class="stop__reference">{stop.reference.to_string()}</span>
        </p>
        {is_next.then(|| view! { <Navigate to=address.position /> })}
    }
}

/// When the courier gets there, and whether that is too late.
#[component]
fn Expected(eta: Eta, is_late: bool) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <span class="stop__expected" class:stop__expected--late=is_late>
            <Icon name=if is_late { "alert" } else { "clock" } />
            <span>
                {t.expected} " "
                <TimeSpan span=Signal::stored((eta.from, eta.to)) />
            </span>
            {is_late.then(|| view! { <strong class="stop__late">{t.late}</strong> })}
        </span>
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
    needs: Memo<Needs>,
    kit: Memo<Option<HandoverKit>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    view! {
        <details class="stop__act" open=is_next.get_untracked()>
            <summary class="button button--wide" class:button--primary=is_next>
                {t.deliver}
            </summary>
            {part(move || match needs.get() {
                Needs::Code => view! { <MeetRecipient at kit /> }.into_any(),
                Needs::Proof { photo, person } => {
                    view! { <Proven at photo_needed=photo person_needed=person /> }.into_any()
                }
            })}
        </details>
        <details class="stop__act">
            <summary class="button button--quiet button--wide">{t.fail}</summary>
            <CouldNot at />
        </details>
    }
}
