//! What has happened: the facts of the log and of the live streams, and their envelope.
//!
//! To add an event: a variant of [`Fact`], what of it a recipient may read in
//! [`Fact::for_recipient`], a line in docs/api.md.

use serde::Serialize;

use crate::case::CaseKind;
use crate::chat::Side;
use crate::delivery::{Assignment, HandoverLevel, Picture, Proof, Status, Whereabouts, Window};
use crate::eta::Eta;
use crate::geo::Line;
use crate::geofence::Arrival;
use crate::hold::{HoldNote, HoldTold};
use crate::ids::{
    CaseId, CorrelationId, EventId, NotificationId, PersonId, ProposalId, RunId, ShareId,
};
use crate::instruction::ToldInstruction;
use crate::notification;
use crate::reference::Reference;
use crate::reveal::RevealPolicy;
use crate::schedule::{ProposalEnd, ScheduledBy};
use crate::time::Timestamp;
use crate::tracking::ShownPosition;
use crate::wire::{Fields, FromFields, Unreadable};

/// Something that happened, as it is logged, streamed and sent to partners.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envelope {
    /// Its id in the log; live frames that are never logged have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EventId>,
    /// When it happened.
    pub time: Timestamp,
    /// What it is about: a delivery's reference, or another id.
    pub subject: String,
    /// The batch it belongs to; live frames have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

crate::wire! { Envelope { id, time, subject, correlation_id; ..fact } }

/// What happened, with its data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "data")]
pub enum Fact {
    /// A delivery was booked.
    #[serde(rename = "delivery.booked")]
    DeliveryBooked {
        /// When it should come.
        window: Window,
    },
    /// A delivery was put on a courier's run.
    #[serde(rename = "delivery.assigned")]
    DeliveryAssigned {
        /// Whose.
        #[serde(flatten)]
        assignment: Assignment,
    },
    /// The recipient wants it in their hands only, or no longer.
    #[serde(rename = "delivery.handover.asked")]
    HandoverAsked {
        /// Whether they want it so now.
        asked: bool,
        /// How they show that they are there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<HandoverLevel>,
    },
    /// The recipient has a new code: the one before is dead.
    #[serde(rename = "delivery.handover.renewed")]
    HandoverRenewed {},
    /// Too many wrong codes were tried: none is taken until the recipient asks for a new one.
    #[serde(rename = "delivery.handover.locked")]
    HandoverLocked {
        /// When it was done, if it could be reported later only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// A delivery has another status.
    #[serde(rename = "delivery.status.changed")]
    StatusChanged {
        /// The status it had.
        from: Status,
        /// The status it has.
        to: Status,
        /// Where the courier was.
        whereabouts: Whereabouts,
        /// The courier's notes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notes: Option<String>,
        /// Why, when it failed or goes back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What shows the handover.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<Proof>,
        /// Taken at the door.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pictures: Vec<Picture>,
        /// Metres between the door and where it was reported as delivered, when that is more than the
        /// phone's inaccuracy explains.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        far_m: Option<u32>,
        /// When it was done, if it could be reported later only: the event's time is when the
        /// report arrived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// The status it had was a mistake.
    #[serde(rename = "delivery.status.corrected")]
    StatusCorrected {
        /// The mistake.
        from: Status,
        /// The status it has.
        to: Status,
        /// Where the courier was when they found out.
        whereabouts: Whereabouts,
        /// What went wrong.
        reason: String,
        /// When it was done, if it could be reported later only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// A delivery comes at another time.
    #[serde(rename = "delivery.rescheduled")]
    Rescheduled {
        /// Whose wish it was.
        by: ScheduledBy,
        /// When it was promised.
        from: Window,
        /// When it is promised now.
        to: Window,
        /// Whether it left the run that it was on.
        leaves_run: bool,
    },
    /// A delivery will not come when it was promised.
    #[serde(rename = "delivery.delayed")]
    Delayed {
        /// When it was promised.
        promised: Window,
        /// When it is expected now; none where nobody knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Window>,
    },
    /// The courier proposes another time.
    #[serde(rename = "delivery.proposal.made")]
    ProposalMade {
        /// Which proposal.
        proposal: ProposalId,
        /// When it would come.
        to: Window,
        /// When it was done, if it could be reported later only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// A proposal is no longer open.
    #[serde(rename = "delivery.proposal.ended")]
    ProposalEnded {
        /// Which proposal.
        proposal: ProposalId,
        /// How it ended.
        end: ProposalEnd,
    },
    /// The recipient told the courier something.
    #[serde(rename = "delivery.instruction.given")]
    InstructionGiven(ToldInstruction),
    /// The courier does it.
    #[serde(rename = "delivery.instruction.confirmed")]
    InstructionConfirmed(ToldInstruction),
    /// The courier can't do it.
    #[serde(rename = "delivery.instruction.declined")]
    InstructionDeclined(ToldInstruction),
    /// The recipient took it back, or said something else instead.
    #[serde(rename = "delivery.instruction.withdrawn")]
    InstructionWithdrawn(ToldInstruction),
    /// Something about a delivery has to be looked into.
    #[serde(rename = "case.opened")]
    CaseOpened {
        /// Which case.
        case: CaseId,
        /// What it is about.
        kind: CaseKind,
    },
    /// A case was looked into.
    #[serde(rename = "case.closed")]
    CaseClosed {
        /// Which case.
        case: CaseId,
        /// What it was about.
        kind: CaseKind,
        /// What came of it.
        outcome: String,
    },
    /// A run began: position sharing is on.
    #[serde(rename = "run.started")]
    RunStarted {
        /// Which.
        run: RunId,
        /// When it was done, if it could be reported later only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// A run is over: position sharing is off.
    #[serde(rename = "run.ended")]
    RunEnded {
        /// Which.
        run: RunId,
        /// When it was done, if it could be reported later only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// The stops of a run are driven in another order.
    #[serde(rename = "run.order.changed")]
    RunOrderChanged {
        /// Which.
        run: RunId,
        /// Whether the courier chose it.
        by_hand: bool,
        /// When it was done, if it could be reported later only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// The courier is near a delivery's door, or at it.
    #[serde(rename = "courier.arriving")]
    CourierArriving {
        /// How near.
        arrival: Arrival,
        /// Where the phone was, when the courier said it by hand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whereabouts: Option<Whereabouts>,
        /// When it was so, if it could be reported later only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// A courier on the road is not heard of: for the operation.
    #[serde(rename = "courier.silent")]
    CourierSilent {
        /// Who.
        courier: PersonId,
        /// When their phone was heard last.
        last_heard: Timestamp,
    },
    /// A silent courier is heard again.
    #[serde(rename = "courier.heard")]
    CourierHeard {
        /// Who.
        courier: PersonId,
    },
    /// Live only, for the courier: somebody sees them now, so the phone is to report sooner.
    #[serde(rename = "courier.watched")]
    CourierWatched {
        /// Seconds between reports from now on.
        next_interval_s: u32,
    },
    /// Live only: the courier moved, as far as this recipient may see.
    #[serde(rename = "courier.location.updated")]
    LocationUpdated {
        /// Where the courier is; none while nothing may be shown.
        position: Option<ShownPosition>,
        /// When the courier comes.
        eta: Eta,
        /// Stops in between.
        stops_before: u32,
        /// The way along streets from the courier to the door, when it is another than before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        route: Option<Line>,
        /// The running number of the fix behind it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<u64>,
    },
    /// Live only: the courier is expected at another time, and the marker stays.
    #[serde(rename = "delivery.eta.updated")]
    EtaUpdated {
        /// When the courier comes.
        eta: Eta,
        /// Stops in between.
        stops_before: u32,
    },
    /// A link was made with which others can watch a delivery.
    #[serde(rename = "share.created")]
    ShareCreated {
        /// Which.
        share: ShareId,
    },
    /// Such a link was ended.
    #[serde(rename = "share.revoked")]
    ShareRevoked {
        /// Which.
        share: ShareId,
    },
    /// There is a new message in a chat. What it says, only the devices of the two can read.
    #[serde(rename = "chat.message.created")]
    ChatMessageCreated {
        /// About which delivery.
        delivery: Reference,
        /// Its number in the chat.
        seq: u32,
        /// Who wrote it.
        by: Side,
        /// Whether the other side is to be notified: not while they have a chat open, nor again before they
        /// have read what they were notified of.
        alert: bool,
    },
    /// Somebody wants to write, and the other side has no device with a key to write to yet.
    #[serde(rename = "chat.wanted")]
    ChatWanted {
        /// About which delivery.
        delivery: Reference,
        /// Who.
        by: Side,
    },
    /// A chat was ended for both, or opened again.
    #[serde(rename = "chat.blocked")]
    ChatBlocked {
        /// About which delivery.
        delivery: Reference,
        /// Who.
        by: Side,
        /// Which of the two.
        blocked: bool,
    },
    /// A message was disclosed to the operator by whoever got it.
    #[serde(rename = "chat.reported")]
    ChatReported {
        /// About which delivery.
        delivery: Reference,
        /// The message's number.
        seq: u32,
        /// Who reported it.
        by: Side,
    },
    /// An admin chose anew what recipients may see.
    #[serde(rename = "reveal_policy.changed")]
    RevealPolicyChanged {
        /// What they could see until then.
        old: RevealPolicy,
        /// What they may see from here on.
        new: RevealPolicy,
    },
    /// Somebody wants a parcel brought to a post office.
    #[serde(rename = "hold.requested")]
    HoldRequested(HoldTold),
    /// The office has a place for it, and it goes there.
    #[serde(rename = "hold.confirmed")]
    HoldConfirmed(HoldTold),
    /// It is there and can be collected.
    #[serde(rename = "hold.ready")]
    HoldReady(HoldTold),
    /// It was handed over there.
    #[serde(rename = "hold.collected")]
    HoldCollected(HoldTold),
    /// Nobody collected it in time.
    #[serde(rename = "hold.expired")]
    HoldExpired(HoldTold),
    /// It goes to the door after all.
    #[serde(rename = "hold.cancelled")]
    HoldCancelled(HoldTold),
    /// Something about a hold that leaves its state as it is.
    #[serde(rename = "hold.noted")]
    HoldNoted {
        /// What.
        note: HoldNote,
        /// Of which.
        #[serde(flatten)]
        told: HoldTold,
    },
    /// An admin changed something about a post office, or its desk was locked.
    #[serde(rename = "post_office.changed")]
    PostOfficeChanged {
        /// What, in words.
        what: String,
    },
    /// For one person: they were told something, in the list behind the bell.
    #[serde(rename = "notification.created")]
    NotificationCreated {
        /// Which.
        notification: NotificationId,
        /// What it is about.
        kind: notification::Kind,
        /// Which parcel.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delivery: Option<Reference>,
        /// How many they have not read, at most 100.
        unread: u32,
    },
    /// For one person: they read or cleared something in that list.
    #[serde(rename = "notification.seen")]
    NotificationSeen {
        /// How many they have not read, at most 100.
        unread: u32,
    },
    /// For one person: they chose anew what they are told, and how.
    #[serde(rename = "notification.preferences.changed")]
    NotificationPreferencesChanged {},
    /// A batch of events failed: nothing of it happened.
    #[serde(rename = "batch.rolled_back")]
    BatchRolledBack {
        /// Why, without details of the system.
        reason: String,
        /// How many events it would have had.
        events: u32,
    },
}

impl FromFields for Fact {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        let kind: String = fields.take("type")?;
        let mut data = Fields::of(fields.value("data"))?;
        Ok(match &*kind {
            "delivery.booked" => Self::DeliveryBooked {
                window: data.take("window")?,
            },
            "delivery.assigned" => Self::DeliveryAssigned {
                assignment: Assignment::from_fields(&mut data)?,
            },
            "delivery.handover.asked" => Self::HandoverAsked {
                asked: data.take("asked")?,
                level: data.take("level")?,
            },
            "delivery.handover.renewed" => Self::HandoverRenewed {},
            "delivery.handover.locked" => Self::HandoverLocked {
                done_at: data.take("done_at")?,
            },
            "delivery.status.changed" => Self::StatusChanged {
                from: data.take("from")?,
                to: data.take("to")?,
                whereabouts: data.take("whereabouts")?,
                notes: data.take("notes")?,
                reason: data.take("reason")?,
                proof: data.take("proof")?,
                pictures: data.list("pictures")?,
                far_m: data.take("far_m")?,
                done_at: data.take("done_at")?,
            },
            "delivery.status.corrected" => Self::StatusCorrected {
                from: data.take("from")?,
                to: data.take("to")?,
                whereabouts: data.take("whereabouts")?,
                reason: data.take("reason")?,
                done_at: data.take("done_at")?,
            },
            "case.opened" => Self::CaseOpened {
                case: data.take("case")?,
                kind: data.take("kind")?,
            },
            "case.closed" => Self::CaseClosed {
                case: data.take("case")?,
                kind: data.take("kind")?,
                outcome: data.take("outcome")?,
            },
            road if road.starts_with("run.") || road.starts_with("courier.") => {
                Self::of_the_road(road, &mut data)?
            }
            "delivery.eta.updated" => Self::EtaUpdated {
                eta: data.take("eta")?,
                stops_before: data.take("stops_before")?,
            },
            "share.created" => Self::ShareCreated {
                share: data.take("share")?,
            },
            "share.revoked" => Self::ShareRevoked {
                share: data.take("share")?,
            },
            "reveal_policy.changed" => Self::RevealPolicyChanged {
                old: data.take("old")?,
                new: data.take("new")?,
            },
            hold if hold.starts_with("hold.") => Self::of_hold(hold, &mut data)?,
            "post_office.changed" => Self::PostOfficeChanged {
                what: data.take("what")?,
            },
            "batch.rolled_back" => Self::BatchRolledBack {
                reason: data.take("reason")?,
                events: data.take("events")?,
            },
            _ => return Self::of_chat(&kind, &mut data),
        })
    }
}

crate::wire_of_fields!(Fact);

/// What somebody did, and may have told later, with the place of its time.
macro_rules! done_by_hand {
    ($done_at:ident) => {
        Fact::StatusChanged { $done_at, .. }
            | Fact::StatusCorrected { $done_at, .. }
            | Fact::CourierArriving { $done_at, .. }
            | Fact::HandoverLocked { $done_at }
            | Fact::ProposalMade { $done_at, .. }
            | Fact::InstructionConfirmed(ToldInstruction { $done_at, .. })
            | Fact::InstructionDeclined(ToldInstruction { $done_at, .. })
            | Fact::HoldRequested(HoldTold { $done_at, .. })
            | Fact::HoldConfirmed(HoldTold { $done_at, .. })
            | Fact::RunStarted { $done_at, .. }
            | Fact::RunEnded { $done_at, .. }
            | Fact::RunOrderChanged { $done_at, .. }
    };
}

impl Fact {
    /// One about a run or its courier.
    fn of_the_road(kind: &str, data: &mut Fields) -> Result<Self, Unreadable> {
        Ok(match kind {
            "run.started" => Self::RunStarted {
                run: data.take("run")?,
                done_at: data.take("done_at")?,
            },
            "run.ended" => Self::RunEnded {
                run: data.take("run")?,
                done_at: data.take("done_at")?,
            },
            "run.order.changed" => Self::RunOrderChanged {
                run: data.take("run")?,
                by_hand: data.take("by_hand")?,
                done_at: data.take("done_at")?,
            },
            "courier.arriving" => Self::CourierArriving {
                arrival: data.take("arrival")?,
                whereabouts: data.take("whereabouts")?,
                done_at: data.take("done_at")?,
            },
            "courier.silent" => Self::CourierSilent {
                courier: data.take("courier")?,
                last_heard: data.take("last_heard")?,
            },
            "courier.heard" => Self::CourierHeard {
                courier: data.take("courier")?,
            },
            "courier.watched" => Self::CourierWatched {
                next_interval_s: data.take("next_interval_s")?,
            },
            "courier.location.updated" => Self::LocationUpdated {
                position: data.take("position")?,
                eta: data.take("eta")?,
                stops_before: data.take("stops_before")?,
                route: data.take("route")?,
                seq: data.take("seq")?,
            },
            _ => return Err(Unreadable("type")),
        })
    }

    fn of_chat(kind: &str, data: &mut Fields) -> Result<Self, Unreadable> {
        Ok(match kind {
            "chat.message.created" => Self::ChatMessageCreated {
                delivery: data.take("delivery")?,
                seq: data.take("seq")?,
                by: data.take("by")?,
                alert: data.take::<Option<bool>>("alert")?.unwrap_or_default(),
            },
            "chat.wanted" => Self::ChatWanted {
                delivery: data.take("delivery")?,
                by: data.take("by")?,
            },
            "chat.blocked" => Self::ChatBlocked {
                delivery: data.take("delivery")?,
                by: data.take("by")?,
                blocked: data.take("blocked")?,
            },
            "chat.reported" => Self::ChatReported {
                delivery: data.take("delivery")?,
                seq: data.take("seq")?,
                by: data.take("by")?,
            },
            _ => return Self::of_a_wish(kind, data),
        })
    }

    /// What became of a wish of the recipient's or the courier's.
    fn of_a_wish(kind: &str, data: &mut Fields) -> Result<Self, Unreadable> {
        let told = ToldInstruction::from_fields;
        Ok(match kind {
            "delivery.rescheduled" => Self::Rescheduled {
                by: data.take("by")?,
                from: data.take("from")?,
                to: data.take("to")?,
                leaves_run: data.take("leaves_run")?,
            },
            "delivery.delayed" => Self::Delayed {
                promised: data.take("promised")?,
                expected: data.take("expected")?,
            },
            "delivery.proposal.made" => Self::ProposalMade {
                proposal: data.take("proposal")?,
                to: data.take("to")?,
                done_at: data.take("done_at")?,
            },
            "delivery.proposal.ended" => Self::ProposalEnded {
                proposal: data.take("proposal")?,
                end: data.take("end")?,
            },
            "delivery.instruction.given" => Self::InstructionGiven(told(data)?),
            "delivery.instruction.confirmed" => Self::InstructionConfirmed(told(data)?),
            "delivery.instruction.declined" => Self::InstructionDeclined(told(data)?),
            "delivery.instruction.withdrawn" => Self::InstructionWithdrawn(told(data)?),
            _ => return Self::of_notifications(kind, data),
        })
    }

    /// One about a parcel at a post office.
    fn of_hold(kind: &str, data: &mut Fields) -> Result<Self, Unreadable> {
        let told = HoldTold::from_fields(data)?;
        Ok(match kind {
            "hold.requested" => Self::HoldRequested(told),
            "hold.confirmed" => Self::HoldConfirmed(told),
            "hold.ready" => Self::HoldReady(told),
            "hold.collected" => Self::HoldCollected(told),
            "hold.expired" => Self::HoldExpired(told),
            "hold.cancelled" => Self::HoldCancelled(told),
            "hold.noted" => Self::HoldNoted {
                note: data.take("note")?,
                told,
            },
            _ => return Err(Unreadable("type")),
        })
    }

    fn of_notifications(kind: &str, data: &mut Fields) -> Result<Self, Unreadable> {
        Ok(match kind {
            "notification.created" => Self::NotificationCreated {
                notification: data.take("notification")?,
                kind: data.take("kind")?,
                delivery: data.take("delivery")?,
                unread: data.take("unread")?,
            },
            "notification.seen" => Self::NotificationSeen {
                unread: data.take("unread")?,
            },
            "notification.preferences.changed" => Self::NotificationPreferencesChanged {},
            _ => return Err(Unreadable("type")),
        })
    }

    /// The type as it is written in the envelope.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::DeliveryBooked { .. } => "delivery.booked",
            Self::DeliveryAssigned { .. } => "delivery.assigned",
            Self::HandoverAsked { .. } => "delivery.handover.asked",
            Self::HandoverRenewed {} => "delivery.handover.renewed",
            Self::HandoverLocked { .. } => "delivery.handover.locked",
            Self::StatusChanged { .. } => "delivery.status.changed",
            Self::StatusCorrected { .. } => "delivery.status.corrected",
            Self::Rescheduled { .. } => "delivery.rescheduled",
            Self::Delayed { .. } => "delivery.delayed",
            Self::ProposalMade { .. } => "delivery.proposal.made",
            Self::ProposalEnded { .. } => "delivery.proposal.ended",
            Self::InstructionGiven(_) => "delivery.instruction.given",
            Self::InstructionConfirmed(_) => "delivery.instruction.confirmed",
            Self::InstructionDeclined(_) => "delivery.instruction.declined",
            Self::InstructionWithdrawn(_) => "delivery.instruction.withdrawn",
            Self::CaseOpened { .. } => "case.opened",
            Self::CaseClosed { .. } => "case.closed",
            Self::RunStarted { .. } => "run.started",
            Self::RunEnded { .. } => "run.ended",
            Self::RunOrderChanged { .. } => "run.order.changed",
            Self::CourierArriving { .. } => "courier.arriving",
            Self::CourierSilent { .. } => "courier.silent",
            Self::CourierHeard { .. } => "courier.heard",
            Self::CourierWatched { .. } => "courier.watched",
            Self::LocationUpdated { .. } => "courier.location.updated",
            Self::EtaUpdated { .. } => "delivery.eta.updated",
            Self::ShareCreated { .. } => "share.created",
            Self::ShareRevoked { .. } => "share.revoked",
            Self::ChatMessageCreated { .. } => "chat.message.created",
            Self::ChatWanted { .. } => "chat.wanted",
            Self::ChatBlocked { .. } => "chat.blocked",
            Self::ChatReported { .. } => "chat.reported",
            Self::RevealPolicyChanged { .. } => "reveal_policy.changed",
            Self::HoldRequested(_) => "hold.requested",
            Self::HoldConfirmed(_) => "hold.confirmed",
            Self::HoldReady(_) => "hold.ready",
            Self::HoldCollected(_) => "hold.collected",
            Self::HoldExpired(_) => "hold.expired",
            Self::HoldCancelled(_) => "hold.cancelled",
            Self::HoldNoted { .. } => "hold.noted",
            Self::PostOfficeChanged { .. } => "post_office.changed",
            Self::NotificationCreated { .. } => "notification.created",
            Self::NotificationSeen { .. } => "notification.seen",
            Self::NotificationPreferencesChanged {} => "notification.preferences.changed",
            Self::BatchRolledBack { .. } => "batch.rolled_back",
        }
    }

    /// When it was done, where that is earlier than when it was heard of.
    pub fn done_at(&self) -> Option<Timestamp> {
        match self {
            done_by_hand!(done_at) => *done_at,
            _ => None,
        }
    }

    /// The same, as of when it was done, unless it says so already.
    #[must_use]
    pub fn as_done_at(mut self, then: Option<Timestamp>) -> Self {
        if let done_by_hand!(done_at) = &mut self {
            *done_at = done_at.or(then);
        }
        self
    }

    /// What the recipient of the parcel may read of it; `None` when it is not for them. Where a
    /// courier stood when they changed a status stays inside: it may be someone else's door.
    #[must_use]
    pub fn for_recipient(&self) -> Option<Self> {
        match self {
            Self::StatusChanged {
                from,
                to,
                reason,
                proof,
                pictures,
                far_m,
                done_at,
                ..
            } => Some(Self::StatusChanged {
                from: *from,
                to: *to,
                whereabouts: Whereabouts::Elsewhere,
                notes: None,
                reason: reason.clone(),
                proof: proof.clone(),
                pictures: pictures.clone(),
                far_m: *far_m,
                done_at: *done_at,
            }),
            Self::StatusCorrected {
                from,
                to,
                reason,
                done_at,
                ..
            } => Some(Self::StatusCorrected {
                from: *from,
                to: *to,
                whereabouts: Whereabouts::Elsewhere,
                reason: reason.clone(),
                done_at: *done_at,
            }),
            // Of the others a recipient is told in another way, or it is about the courier.
            Self::CaseOpened { kind, .. } | Self::CaseClosed { kind, .. } => {
                (*kind == CaseKind::NotReceived).then(|| self.clone())
            }
            Self::CourierArriving {
                arrival, done_at, ..
            } => Some(Self::CourierArriving {
                arrival: *arrival,
                whereabouts: None,
                done_at: *done_at,
            }),
            Self::DeliveryBooked { .. }
            | Self::HandoverAsked { .. }
            | Self::HandoverRenewed {}
            | Self::HandoverLocked { .. }
            | Self::Rescheduled { .. }
            | Self::Delayed { .. }
            | Self::ProposalMade { .. }
            | Self::ProposalEnded { .. }
            | Self::InstructionGiven(_)
            | Self::InstructionConfirmed(_)
            | Self::InstructionDeclined(_)
            | Self::InstructionWithdrawn(_)
            | Self::LocationUpdated { .. }
            | Self::EtaUpdated { .. }
            | Self::ChatMessageCreated { .. }
            | Self::ChatWanted { .. }
            | Self::ChatBlocked { .. }
            | Self::HoldRequested(_)
            | Self::HoldConfirmed(_)
            | Self::HoldReady(_)
            | Self::HoldCollected(_)
            | Self::HoldExpired(_)
            | Self::HoldCancelled(_)
            | Self::HoldNoted { .. }
            | Self::ShareCreated { .. }
            | Self::ShareRevoked { .. } => Some(self.clone()),
            Self::DeliveryAssigned { .. }
            | Self::RunStarted { .. }
            | Self::RunEnded { .. }
            | Self::CourierSilent { .. }
            | Self::CourierHeard { .. }
            | Self::CourierWatched { .. }
            | Self::RunOrderChanged { .. }
            | Self::ChatReported { .. }
            | Self::RevealPolicyChanged { .. }
            | Self::PostOfficeChanged { .. }
            // Told to one person as they are.
            | Self::NotificationCreated { .. }
            | Self::NotificationSeen { .. }
            | Self::NotificationPreferencesChanged {}
            | Self::BatchRolledBack { .. } => None,
        }
    }

    /// What someone with a share link may read: no name, no reason, no way to the door.
    #[must_use]
    pub fn for_share_link(&self) -> Option<Self> {
        match self.for_recipient()? {
            Self::StatusChanged {
                from, to, done_at, ..
            } => Some(Self::StatusChanged {
                from,
                to,
                whereabouts: Whereabouts::Elsewhere,
                notes: None,
                reason: None,
                proof: None,
                pictures: Vec::new(),
                far_m: None,
                done_at,
            }),
            Self::StatusCorrected {
                from, to, done_at, ..
            } => Some(Self::StatusCorrected {
                from,
                to,
                whereabouts: Whereabouts::Elsewhere,
                reason: String::new(),
                done_at,
            }),
            Self::LocationUpdated {
                position,
                eta,
                stops_before,
                seq,
                ..
            } => Some(Self::LocationUpdated {
                position,
                eta,
                stops_before,
                route: None,
                seq,
            }),
            Self::ShareCreated { .. }
            | Self::ShareRevoked { .. }
            | Self::HoldRequested(_)
            | Self::HoldConfirmed(_)
            | Self::HoldReady(_)
            | Self::HoldCollected(_)
            | Self::HoldExpired(_)
            | Self::HoldCancelled(_)
            | Self::HoldNoted { .. }
            | Self::HandoverAsked { .. }
            | Self::HandoverRenewed {}
            | Self::HandoverLocked { .. }
            | Self::ChatMessageCreated { .. }
            | Self::ChatWanted { .. }
            | Self::ChatBlocked { .. }
            | Self::Delayed { .. }
            | Self::ProposalMade { .. }
            | Self::ProposalEnded { .. }
            | Self::InstructionGiven(_)
            | Self::InstructionConfirmed(_)
            | Self::InstructionDeclined(_)
            | Self::InstructionWithdrawn(_)
            | Self::CaseOpened { .. }
            | Self::CaseClosed { .. } => None,
            other => Some(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{PictureHash, PictureKind};
    use crate::geo::Position;
    use crate::reveal::RevealRule;

    fn delivered() -> Fact {
        Fact::StatusChanged {
            from: Status::OutForDelivery,
            to: Status::Delivered,
            whereabouts: Whereabouts::At {
                position: Position::new(60.17, 24.94).expect("in Helsinki"),
                accuracy_m: 5.0,
            },
            notes: Some("dog bites".into()),
            reason: None,
            proof: Some(Proof::RecipientName("Aino".into())),
            pictures: vec![Picture {
                kind: PictureKind::Photo,
                hash: PictureHash::parse(&"0a".repeat(32)).expect("a hash"),
            }],
            far_m: Some(340),
            done_at: None,
        }
    }

    #[test]
    fn the_envelope_has_the_form_of_the_contract() {
        let envelope = Envelope {
            id: Some(EventId::from_text("evt_1")),
            time: Timestamp::from_millis(1_795_183_500_000),
            subject: "PL-7K3M-92QX".into(),
            correlation_id: Some(CorrelationId::from_text("cor_1")),
            fact: Fact::CourierArriving {
                arrival: Arrival::Near,
                whereabouts: None,
                done_at: None,
            },
        };
        let json = serde_json::to_value(&envelope).expect("serialises");
        assert_eq!(
            json,
            serde_json::json!({
                "id": "evt_1", "type": "courier.arriving", "time": "2026-11-20T14:05:00.000Z",
                "subject": "PL-7K3M-92QX", "correlation_id": "cor_1", "data": {"arrival": "near"},
            })
        );
        assert_eq!(
            serde_json::from_value::<Envelope>(json).expect("parses"),
            envelope
        );
    }

    #[test]
    fn the_type_name_is_the_wire_name() {
        let json = serde_json::to_value(delivered()).expect("serialises");
        assert_eq!(json["type"], delivered().type_name());
    }

    #[test]
    fn a_change_of_the_policy_is_for_the_inside() {
        let policy = |stops| RevealPolicy {
            area: RevealRule::Always,
            exact: RevealRule::Stops(stops),
        };
        let fact = Fact::RevealPolicyChanged {
            old: policy(3),
            new: policy(1),
        };
        let json = serde_json::to_value(&fact).expect("serialises");
        assert_eq!(
            json,
            serde_json::json!({
                "type": "reveal_policy.changed",
                "data": {
                    "old": {"area": "always", "exact": {"stops": 3}},
                    "new": {"area": "always", "exact": {"stops": 1}},
                },
            })
        );
        assert_eq!(json["type"], fact.type_name());
        assert_eq!(serde_json::from_value::<Fact>(json).expect("parses"), fact);
        assert_eq!(fact.for_recipient(), None);
        assert_eq!(fact.for_share_link(), None);
    }

    #[test]
    fn silence_is_for_the_inside() {
        let courier = PersonId::from_text("per_1");
        let facts = [
            Fact::CourierSilent {
                courier: courier.clone(),
                last_heard: Timestamp::from_millis(1_795_183_500_000),
            },
            Fact::CourierHeard { courier },
            Fact::CourierWatched { next_interval_s: 5 },
        ];
        for fact in facts {
            let json = serde_json::to_value(&fact).expect("serialises");
            assert_eq!(json["type"], fact.type_name());
            assert_eq!(serde_json::from_value::<Fact>(json).expect("parses"), fact);
            assert_eq!(fact.for_recipient(), None);
            assert_eq!(fact.for_share_link(), None);
        }
    }

    #[test]
    fn a_recipient_does_not_read_where_the_courier_said_so() {
        let arrived = Fact::CourierArriving {
            arrival: Arrival::AtTheDoor,
            whereabouts: Some(Whereabouts::NoFix {
                reason: "in the cellar".into(),
            }),
            done_at: None,
        };
        let read = serde_json::to_string(&arrived.for_recipient()).expect("serialises");
        assert!(!read.contains("cellar"), "{read}");
    }

    #[test]
    fn a_recipient_reads_neither_coordinates_nor_notes() {
        let read = serde_json::to_string(&delivered().for_recipient()).expect("serialises");
        assert!(!read.contains("60.17") && !read.contains("dog"), "{read}");
        assert!(read.contains("Aino"));
        let shared = serde_json::to_string(&delivered().for_share_link()).expect("serialises");
        assert!(!shared.contains("Aino"), "{shared}");
    }
}
