//! Everything that happened, with its time.

use leptos::prelude::*;
use porchlight_domain::delivery::{HandoverLevel, Proof, Status, Window};
use porchlight_domain::event::Fact;
use porchlight_domain::geofence::Arrival;
use porchlight_domain::hold::HoldNote;
use porchlight_domain::instruction::{InstructionKind, ToldInstruction};
use porchlight_domain::schedule::{ProposalEnd, ScheduledBy};
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::TimelineEntry;

use crate::clock::{Clock, Say, Time, use_clock};
use crate::components::part;
use crate::text::{HistoryText, ProofText, ReasonsText, Texts, use_page_text, use_text};

/// The timeline, newest first. Fetched when somebody opens it.
#[lazy]
pub fn history_lines(timeline: Signal<Vec<TimelineEntry>>) -> AnyView {
    view! { <Lines timeline /> }.into_any()
}

#[component]
fn Lines(timeline: Signal<Vec<TimelineEntry>>) -> impl IntoView {
    let say = Sayer {
        t: use_text(),
        h: use_page_text::<HistoryText>(),
        proof: use_page_text::<ProofText>(),
        reasons: use_page_text::<ReasonsText>(),
        clock: use_clock(),
    };
    let lines = move || {
        timeline.with(|timeline| {
            let told = timeline
                .iter()
                .rev()
                .filter_map(|entry| Some((entry, say.words(&entry.fact)?)));
            told.map(|(entry, text)| {
                let done_at = entry.fact.done_at();
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
        <ol class="history__lines" reversed>
            {part(lines)}
        </ol>
    }
}

/// When something that happened in a dead zone was heard of.
#[component]
fn Reported(at: Timestamp) -> impl IntoView {
    let t = use_page_text::<HistoryText>();
    view! {
        <span class="history__reported">
            {t.reported} " " <Time at=Signal::stored(at) say=Say::Clock />
        </span>
    }
}

/// What the lines are made of.
#[derive(Clone, Copy)]
struct Sayer {
    t: &'static Texts,
    h: &'static HistoryText,
    proof: &'static ProofText,
    reasons: &'static ReasonsText,
    clock: Clock,
}

impl Sayer {
    /// What an event says to a recipient; none when it says nothing to them.
    fn words(self, fact: &Fact) -> Option<String> {
        let (t, h) = (self.t, self.h);
        match fact {
            Fact::DeliveryBooked { .. } => Some(t.status_name(Status::Booked).to_owned()),
            Fact::StatusChanged {
                to,
                reason,
                proof,
                far_m,
                ..
            } => {
                let words = self.change_words(*to, reason.as_deref(), proof.as_ref());
                Some(match far_m {
                    Some(far_m) => format!("{words}. {}", (self.proof.far)(*far_m)),
                    None => words,
                })
            }
            Fact::StatusCorrected { reason, .. } => Some((h.corrected)(reason)),
            Fact::CaseOpened { .. } => Some(h.said_missing.to_owned()),
            Fact::CaseClosed { outcome, .. } => Some((h.looked_into)(outcome)),
            Fact::CourierArriving { arrival, .. } => Some(match arrival {
                Arrival::Near => t.news.near.to_owned(),
                Arrival::AtTheDoor => t.news.at_the_door.to_owned(),
            }),
            Fact::HandoverAsked { asked, level } => Some(
                match (asked, level) {
                    (false, _) => h.handover_given_up,
                    (true, Some(HandoverLevel::TwoWay)) => h.handover_asked,
                    (true, _) => h.handover_asked_pin,
                }
                .to_owned(),
            ),
            Fact::HandoverRenewed {} => Some(h.handover_renewed.to_owned()),
            Fact::HandoverLocked { .. } => Some(h.handover_locked.to_owned()),
            Fact::HoldConfirmed(told) => Some((h.hold_confirmed)(&told.name)),
            Fact::HoldReady(told) => Some((h.hold_ready)(&told.name)),
            Fact::HoldExpired(_) => Some(h.hold_expired.to_owned()),
            Fact::HoldCancelled(_) => Some(h.hold_cancelled.to_owned()),
            Fact::HoldNoted { note, told } => {
                Some(self.note_words(*note, told.reason.as_deref().unwrap_or_default()))
            }
            Fact::ShareCreated { .. } => Some(h.share_created.to_owned()),
            Fact::ShareRevoked { .. } => Some(h.share_revoked.to_owned()),
            _ => self.wish_words(fact),
        }
    }

    /// What became of a wish.
    fn wish_words(self, fact: &Fact) -> Option<String> {
        let h = self.h;
        Some(match fact {
            Fact::Rescheduled { by, to, .. } => {
                let words = match by {
                    ScheduledBy::Customer => h.moved,
                    ScheduledBy::Courier => h.moved_by_courier,
                    ScheduledBy::Operation => h.moved_by_operation,
                    ScheduledBy::Overtaken => h.moved_back,
                };
                words(&self.span(*to))
            }
            Fact::Delayed { expected, .. } => match expected {
                Some(expected) => (h.delayed_until)(&self.span(*expected)),
                None => h.delayed.to_owned(),
            },
            Fact::ProposalMade { to, .. } => (h.proposed)(&self.span(*to)),
            Fact::ProposalEnded { end, .. } => match end {
                // That it comes then is a line of its own.
                ProposalEnd::Accepted => return None,
                ProposalEnd::Declined => h.proposal_declined.to_owned(),
                ProposalEnd::Overtaken => h.proposal_overtaken.to_owned(),
            },
            Fact::InstructionGiven(told) => (h.told)(&self.card(told)),
            Fact::InstructionConfirmed(told) => (h.confirmed)(&self.card(told)),
            Fact::InstructionDeclined(told) => (h.declined)(&self.card(told)),
            Fact::InstructionWithdrawn(told) => (h.taken_back)(&self.card(told)),
            _ => return None,
        })
    }

    /// A day and a window. Tracks the clock.
    fn span(self, window: Window) -> String {
        let day = self.clock.say(window.from, Say::Day);
        let from = self.clock.say(window.from, Say::Start);
        let to = self.clock.say(window.to, Say::Clock);
        format!("{day}, {from} – {to}")
    }

    fn card(self, told: &ToldInstruction) -> String {
        let kind = match told.text.kind {
            InstructionKind::SafePlace => self.h.safe_place,
            InstructionKind::Neighbour => self.h.neighbour,
            InstructionKind::GateCode => self.h.gate_code,
            InstructionKind::NeverLeave => self.h.never_leave,
            InstructionKind::Other => self.h.other,
        };
        match &told.text.words {
            Some(words) => format!("{kind}: {words}"),
            None => kind.to_owned(),
        }
    }

    fn change_words(self, to: Status, reason: Option<&str>, proof: Option<&Proof>) -> String {
        let name = self.t.status_name(to);
        match (proof, reason) {
            (Some(Proof::Handover(level)), _) => {
                let how = match level {
                    HandoverLevel::TwoWay => self.h.handed_over_by_both,
                    HandoverLevel::Pin => self.h.handed_over_by_code,
                };
                format!("{name}. {how}")
            }
            (Some(Proof::PickUp(pick_up)), _) => match &pick_up.delegate {
                Some(who) => format!("{name}. {}", (self.h.taken_by)(who)),
                None => name.to_owned(),
            },
            (Some(Proof::RecipientName(who)), _) => format!("{name}. {}", (self.h.taken_by)(who)),
            (_, Some(reason)) => format!("{name}: {}", self.reasons.say(reason)),
            (_, None) => name.to_owned(),
        }
    }

    fn note_words(self, note: HoldNote, who: &str) -> String {
        let h = self.h;
        let plain = match note {
            HoldNote::Refused => return (h.hold_refused)(who),
            HoldNote::DelegateNamed => return (h.hold_named)(who),
            HoldNote::DelegateRevoked => return (h.hold_revoked)(who),
            HoldNote::Reminded => h.hold_reminded,
            HoldNote::Extended => h.hold_extended,
            HoldNote::Locked => h.hold_locked,
            HoldNote::Unlocked => h.hold_unlocked,
            HoldNote::SentBack => h.hold_sent_back,
        };
        plain.to_owned()
    }
}
