//! Everything that happened, with its time.

use leptos::prelude::*;
use porchlight_domain::delivery::{Proof, Status};
use porchlight_domain::event::Fact;
use porchlight_domain::geofence::Arrival;
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
                .filter_map(|entry| Some((entry.time, words(t, &entry.fact)?)));
            told.map(|(time, text)| {
                view! {
                    <li class="history__line">
                        <span class="history__time">
                            <Time at=Signal::stored(time) say=Say::DayAndClock />
                        </span>
                        <span class="history__text">{text}</span>
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

/// What an event says to a recipient; none when it says nothing to them.
fn words(t: &Texts, fact: &Fact) -> Option<String> {
    match fact {
        Fact::DeliveryBooked { .. } => Some(t.status_name(Status::Booked).to_owned()),
        Fact::StatusChanged {
            to, reason, proof, ..
        } => Some(change_words(t, *to, reason.as_deref(), proof.as_ref())),
        Fact::CourierArriving { arrival } => Some(match arrival {
            Arrival::Near => t.news.near.to_owned(),
            Arrival::AtTheDoor => t.news.at_the_door.to_owned(),
        }),
        Fact::ShareCreated { .. } => Some(t.shares.created.to_owned()),
        Fact::ShareRevoked { .. } => Some(t.shares.revoked.to_owned()),
        _ => None,
    }
}

fn change_words(t: &Texts, to: Status, reason: Option<&str>, proof: Option<&Proof>) -> String {
    let name = t.status_name(to);
    match (proof, reason) {
        (Some(Proof::RecipientName(who)), _) => format!("{name}. {}", (t.tracking.taken_by)(who)),
        (None, Some(reason)) => format!("{name}: {}", t.reason(reason)),
        (None, None) => name.to_owned(),
    }
}
