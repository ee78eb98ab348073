//! Everything that happened, with its time.

use leptos::prelude::*;
use porchlight_domain::delivery::{HandoverLevel, Proof, Status};
use porchlight_domain::event::Fact;
use porchlight_domain::geofence::Arrival;
use porchlight_domain::hold::HoldNote;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::TimelineEntry;

use crate::clock::{Say, Time};
use crate::components::part;
use crate::text::{Texts, use_text};

/// The timeline, newest first.
#[component]
pub fn History(
    /// Oldest first.
    #[prop(into)]
    timeline: Signal<Vec<TimelineEntry>>,
) -> impl IntoView {
    let t = use_text();
    let lines = move || {
        timeline.with(|timeline| {
            let told = timeline
                .iter()
                .rev()
                .filter_map(|entry| Some((entry, words(t, &entry.fact)?)));
            told.map(|(entry, text)| {
                let done_at = done_at(&entry.fact);
                let reported = done_at.map(|_| view! { <Reported at=entry.time /> });
                let time = done_at.unwrap_or(entry.time);
                view! {
                    <li class="history__line">
                        <span class="history__time">
                            <Time at=Signal::stored(time) say=Say::DayAndClock />
                        </span>
                        <span class="history__text">{text} {reported}</span>
                    </li>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
        })
    };
    view! {
        <details class="history">
            <summary class="history__title">{t.tracking.history}</summary>
            <ol class="history__lines" reversed>
                {part(lines)}
            </ol>
        </details>
    }
}

/// When it happened, where that is earlier than when it was heard of.
fn done_at(fact: &Fact) -> Option<Timestamp> {
    match fact {
        Fact::StatusChanged { done_at, .. } | Fact::CourierArriving { done_at, .. } => *done_at,
        _ => None,
    }
}

/// When something that happened in a dead zone was heard of.
#[component]
fn Reported(at: Timestamp) -> impl IntoView {
    let t = use_text();
    view! {
        <span class="history__reported">
            {t.tracking.reported} " " <Time at=Signal::stored(at) say=Say::Clock />
        </span>
    }
}

/// What an event says to a recipient; none when it says nothing to them.
fn words(t: &Texts, fact: &Fact) -> Option<String> {
    match fact {
        Fact::DeliveryBooked { .. } => Some(t.status_name(Status::Booked).to_owned()),
        Fact::StatusChanged {
            to,
            reason,
            proof,
            far_m,
            ..
        } => {
            let words = change_words(t, *to, reason.as_deref(), proof.as_ref());
            Some(match far_m {
                Some(far_m) => format!("{words}. {}", (t.proof.far)(*far_m)),
                None => words,
            })
        }
        Fact::StatusCorrected { reason, .. } => Some((t.proof.corrected)(reason)),
        Fact::CaseOpened { .. } => Some(t.proof.said_missing.to_owned()),
        Fact::CaseClosed { outcome, .. } => Some((t.proof.looked_into)(outcome)),
        Fact::CourierArriving { arrival, .. } => Some(match arrival {
            Arrival::Near => t.news.near.to_owned(),
            Arrival::AtTheDoor => t.news.at_the_door.to_owned(),
        }),
        Fact::HandoverAsked { asked, level } => Some(
            match (asked, level) {
                (false, _) => t.handover.given_up,
                (true, Some(HandoverLevel::TwoWay)) => t.handover.asked,
                (true, _) => t.handover.asked_pin,
            }
            .to_owned(),
        ),
        Fact::HandoverRenewed {} => Some(t.handover.renewed.to_owned()),
        Fact::HandoverLocked {} => Some(t.handover.was_locked.to_owned()),
        Fact::HoldConfirmed(told) => Some((t.hold.confirmed)(&told.name)),
        Fact::HoldReady(told) => Some((t.hold.ready)(&told.name)),
        Fact::HoldExpired(_) => Some(t.hold.expired.to_owned()),
        Fact::HoldCancelled(_) => Some(t.hold.cancelled.to_owned()),
        Fact::HoldNoted { note, told } => Some(note_words(
            t,
            *note,
            told.reason.as_deref().unwrap_or_default(),
        )),
        Fact::ShareCreated { .. } => Some(t.shares.created.to_owned()),
        Fact::ShareRevoked { .. } => Some(t.shares.revoked.to_owned()),
        _ => None,
    }
}

fn note_words(t: &Texts, note: HoldNote, who: &str) -> String {
    let plain = match note {
        HoldNote::Refused => return (t.hold.refused)(who),
        HoldNote::DelegateNamed => return (t.hold.named)(who),
        HoldNote::DelegateRevoked => return (t.hold.revoked)(who),
        HoldNote::Reminded => t.hold.reminded,
        HoldNote::Extended => t.hold.extended,
        HoldNote::Locked => t.hold.locked,
        HoldNote::Unlocked => t.hold.unlocked,
        HoldNote::SentBack => t.hold.sent_back,
    };
    plain.to_owned()
}

fn change_words(t: &Texts, to: Status, reason: Option<&str>, proof: Option<&Proof>) -> String {
    let name = t.status_name(to);
    match (proof, reason) {
        (Some(Proof::Handover(level)), _) => {
            let how = match level {
                HandoverLevel::TwoWay => t.handover.by_both,
                HandoverLevel::Pin => t.handover.by_code,
            };
            format!("{name}. {how}")
        }
        (Some(Proof::PickUp(pick_up)), _) => match &pick_up.delegate {
            Some(who) => format!("{name}. {}", (t.tracking.taken_by)(who)),
            None => name.to_owned(),
        },
        (Some(Proof::RecipientName(who)), _) => format!("{name}. {}", (t.tracking.taken_by)(who)),
        (_, Some(reason)) => format!("{name}: {}", t.reason(reason)),
        (_, None) => name.to_owned(),
    }
}
