//! What pages and API clients are told about deliveries: the views, as they go over the wire.

use serde::{Deserialize, Serialize};

use crate::chat::ChatBadge;
use crate::delivery::{Address, HandoverLevel, Status, Window};
use crate::eta::Eta;
use crate::geo::{Line, Position};
use crate::handover::HandoverKit;
use crate::ids::{InstructionId, PostOfficeId, ProposalId, ShareId};
use crate::instruction::InstructionView;
use crate::reference::Reference;
use crate::reveal::{Area, Reveal, RevealPolicy};
use crate::schedule::{ProposalView, Slot, SlotView};
use crate::time::Timestamp;
use crate::wire::{Fields, FromFields, Unreadable};

/// Where the courier is, as far as someone may see.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "precision", rename_all = "snake_case")]
pub enum ShownPosition {
    /// Somewhere in this square.
    Area {
        /// The square.
        #[serde(flatten)]
        area: Area,
        /// When.
        time: Timestamp,
    },
    /// Here.
    Exact {
        /// Degrees north and east.
        #[serde(flatten)]
        position: Position,
        /// Metres.
        accuracy_m: f64,
        /// Degrees clockwise from north.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heading_deg: Option<f64>,
        /// When.
        time: Timestamp,
    },
}

impl FromFields for ShownPosition {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        let precision = fields.value("precision");
        if precision == "area" {
            return Ok(Self::Area {
                area: Area::from_fields(fields)?,
                time: fields.take("time")?,
            });
        }
        if precision != "exact" {
            return Err(Unreadable("precision"));
        }
        Ok(Self::Exact {
            position: Position::from_fields(fields)?,
            accuracy_m: fields.take("accuracy_m")?,
            heading_deg: fields.take("heading_deg")?,
            time: fields.take("time")?,
        })
    }
}

crate::wire_of_fields!(ShownPosition);

impl ShownPosition {
    /// The moment the position was true.
    pub fn time(&self) -> Timestamp {
        match self {
            Self::Area { time, .. } | Self::Exact { time, .. } => *time,
        }
    }
}

/// What a recipient may know of the courier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CourierCard {
    /// First name.
    pub first_name: String,
    /// One or two letters for the picture.
    pub initials: String,
    /// Such as "White van".
    pub vehicle: Option<String>,
    /// Mean of the ratings, 1 to 5; none before the first.
    pub rating: Option<f64>,
}

/// `GET /api/v1/deliveries/{ref}/tracking`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackingView {
    /// Which delivery.
    pub reference: Reference,
    /// Where it stands.
    pub status: Status,
    /// Who brings it, while it is out for delivery.
    pub courier: Option<CourierCard>,
    /// Where they are, as far as it may be shown.
    pub position: Option<ShownPosition>,
    /// When they come.
    pub eta: Option<Eta>,
    /// Stops in between.
    pub stops_before: Option<u32>,
    /// The way along streets to the door, while the exact position is shown.
    pub route: Option<Line>,
    /// How far along it is, 0 to 1: by status, and on the last day by stops.
    pub progress: f64,
    /// When this was true.
    pub as_of: Timestamp,
}

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliverySummary {
    /// Its name for people.
    pub reference: Reference,
    /// Where it stands.
    pub status: Status,
    /// What it is.
    pub description: String,
    /// Where it goes.
    pub address: Address,
    /// When it should come.
    pub window: Window,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// A delivery with everything its customer may know.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliveryDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: DeliverySummary,
    /// Where it is collected.
    pub pickup: Address,
    /// Everything that happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

impl DeliveryDetail {
    /// Whether its recipient wants it in their hands, as its events tell.
    pub fn is_for_hands_only(&self) -> bool {
        use crate::event::Fact;
        let wishes = self.timeline.iter().rev();
        let mut wishes = wishes.filter_map(|entry| match entry.fact {
            Fact::HandoverAsked { asked, .. } => Some(asked),
            _ => None,
        });
        wishes.next().unwrap_or(false)
    }
}

/// One change of a delivery.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineEntry {
    /// Its number in the log.
    pub seq: i64,
    /// When.
    pub time: Timestamp,
    /// What, as in the envelope.
    #[serde(flatten)]
    pub fact: crate::event::Fact,
    /// By whom: a role, or a first name where it may be known.
    pub actor: String,
    /// SHA-256 over the event and the hash before it, in hex: tampering shows.
    pub hash: String,
}

/// A link with which others watch a delivery, as its maker sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareLink {
    /// Its id, not the secret.
    pub id: ShareId,
    /// The maker's name for it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether it works now.
    pub active: bool,
}

/// A new link: the only time its secret is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewShareLink {
    /// The link.
    #[serde(flatten)]
    pub link: ShareLink,
    /// The page to open: `/s/{token}`.
    pub path: String,
}

/// What someone with a share link sees: no address, no names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedView {
    /// Tracking without the way to the door.
    pub tracking: TrackingView,
    /// Every status it had, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// When the link ends.
    pub expires_at: Timestamp,
}

crate::wire! {
    CourierCard { first_name, initials, vehicle, rating }
    TrackingView { reference, status, courier, position, eta, stops_before, route, progress, as_of }
    DeliverySummary { reference, status, description, address, window, changed_at }
    DeliveryDetail { pickup, timeline; ..summary }
    TimelineEntry { seq, time, actor, hash; ..fact }
    ShareLink { id, label, created_at, expires_at, active }
    HandoverView { level, code, locked }
    NewShareLink { path; ..link }
    SharedView { tracking, timeline, expires_at }
}

/// A stop of the courier's run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StopView {
    /// The parcel.
    pub reference: Reference,
    /// Where it stands.
    pub status: Status,
    /// Where to go.
    pub address: Address,
    /// What it is.
    pub description: String,
    /// The recipient's name.
    pub recipient: String,
    /// When it was promised.
    pub window: Window,
    /// When the courier gets there.
    pub eta: Option<Eta>,
    /// Whether it is handed to its recipient only, for their code.
    #[serde(default)]
    pub handover: bool,
    /// What that takes at the door, while it is out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<HandoverKit>,
    /// Whether a photo must show it at the door.
    #[serde(default)]
    pub photo_needed: bool,
    /// Whether it was told, this time the parcel is out, that the courier is at the door.
    #[serde(default)]
    pub arrived: bool,
    /// What is new in the chat with the recipient.
    #[serde(default)]
    pub chat: ChatBadge,
    /// Since when its recipient wants that somebody takes it.
    #[serde(default)]
    pub never_leave: Option<Timestamp>,
    /// What its recipient told the courier, oldest first.
    #[serde(default)]
    pub instructions: Vec<InstructionView>,
    /// Another time that the courier proposed, until its recipient answers.
    #[serde(default)]
    pub proposal: Option<ProposalView>,
    /// The post office it goes to instead of the door, whose address this stop has then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<StopOffice>,
}

/// A post office as a courier's stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopOffice {
    /// Which: parcels for one office are dropped together.
    pub id: PostOfficeId,
    /// Its name.
    pub name: String,
}

/// A post office near a run, where what can't be delivered may be brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunOffice {
    /// Its id and name.
    #[serde(flatten)]
    pub office: StopOffice,
    /// Its address.
    pub address: Address,
}

impl StopView {
    /// One of its instructions, to be changed.
    pub(crate) fn instruction_mut(&mut self, id: &InstructionId) -> Option<&mut InstructionView> {
        self.instructions.iter_mut().find(|card| card.id == *id)
    }

    /// Whether the courier is expected after the time that was promised: in the middle of the estimate,
    /// for its last minute is late for nearly everyone.
    pub fn is_late(&self) -> bool {
        self.eta.is_some_and(|eta| {
            let expected = eta.from.plus_s(eta.to.seconds_since(eta.from) / 2.0);
            expected > self.window.to
        })
    }
}

/// What the recipient's own page shows of their handover, and nobody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandoverView {
    /// How the recipient shows that they are there; none while anyone may take it.
    pub level: Option<HandoverLevel>,
    /// The PIN to tell the courier at the door; none until the courier is near. The code of the two-way level is
    /// told by [`CourierProven`] only.
    pub code: Option<String>,
    /// Whether too many wrong codes were tried: they can ask for a new one.
    pub locked: bool,
}

/// How a handover stands, without its code: what the API tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HandoverState {
    /// How the recipient shows that they are there; none while anyone may take it.
    pub level: Option<HandoverLevel>,
    /// Whether too many wrong codes were tried.
    pub locked: bool,
}

/// What the recipient's own page is answered when it sends what a courier's screen showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum CourierCheck {
    /// It is the courier who brings this parcel, here and now.
    Proven(CourierProven),
    /// It was shown earlier: a picture of a screen, perhaps.
    Old {},
    /// It is not from the courier who brings this parcel.
    Foreign {},
}

/// Who stands at the door, and the code for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CourierProven {
    /// The courier who brings this parcel.
    pub courier: CourierCard,
    /// The code, as it is shown and as the QR holds it.
    pub code: String,
    /// Whether the courier's phone was near on this way out, as far as its positions say.
    pub came_near: bool,
}

/// `GET /api/v1/courier/run`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    /// Its id.
    pub id: crate::ids::RunId,
    /// Where it stands; sharing of position is on exactly while it is active.
    pub state: crate::run::RunState,
    /// In driving order.
    pub stops: Vec<StopView>,
    /// Who sees the courier now.
    pub watchers: Vec<Watcher>,
    /// Seconds between the phone's reports, as they are wanted now; none while no position is shared.
    #[serde(default)]
    pub next_interval_s: Option<u32>,
    /// Whether the courier chose the order of the stops.
    #[serde(default)]
    pub by_hand: bool,
    /// The windows to which its parcels can be moved, as far as was known.
    #[serde(default)]
    pub slots: Vec<SlotView>,
    /// The post offices near its stops that had room, as far as was known: in a dead zone nobody can be asked.
    #[serde(default)]
    pub offices: Vec<RunOffice>,
}

impl RunView {
    /// The known offices nearest to a parcel's stop in a straight line, with the metres to them.
    pub fn offices_near(&self, reference: Reference, count: usize) -> Vec<(&RunOffice, f64)> {
        let Some(stop) = self.stop(reference) else {
            return Vec::new();
        };
        let far = |office: &RunOffice| office.address.position.distance_m(stop.address.position);
        let mut near: Vec<_> = self
            .offices
            .iter()
            .map(|office| (office, far(office)))
            .collect();
        near.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        near.truncate(count);
        near
    }

    /// Shows a parcel as one that goes to an office, if it is one of those that are known.
    pub(crate) fn show_office(&mut self, reference: Reference, office: &PostOfficeId) {
        let known = self.offices.iter().find(|known| known.office.id == *office);
        if let (Some(known), Some(stop)) = (known.cloned(), self.stop_mut(reference)) {
            stop.office = Some(known.office);
            stop.address = known.address;
        }
    }

    /// Shows a window as proposed for a parcel, if it is one of those that are known.
    pub(crate) fn show_proposal(&mut self, reference: Reference, slot: Slot) {
        let known = self.slots.iter().find(|view| view.slot == slot).copied();
        if let (Some(known), Some(stop)) = (known, self.stop_mut(reference)) {
            stop.proposal = Some(ProposalView {
                // The server has not named it yet.
                id: ProposalId::from_text(""),
                slot,
                span: known.span,
            });
        }
    }

    /// The stop of a parcel.
    pub fn stop(&self, reference: Reference) -> Option<&StopView> {
        self.stops.iter().find(|stop| stop.reference == reference)
    }

    /// The same, to be changed.
    pub fn stop_mut(&mut self, reference: Reference) -> Option<&mut StopView> {
        self.stops
            .iter_mut()
            .find(|stop| stop.reference == reference)
    }
}

/// A courier on the road whose phone is not heard: for admins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilentCourier {
    /// The courier's name.
    pub courier: String,
    /// When their phone was heard last.
    pub last_heard: Timestamp,
    /// How many parcels are out with them.
    pub parcels_out: u32,
}

/// Someone who sees a courier's position now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watcher {
    /// A first name, "a shared link", or "dispatch".
    pub who: String,
    /// For which parcel.
    pub delivery: Option<Reference>,
    /// Since when.
    pub since: Timestamp,
}

/// One reading of a courier's position: who looked, at whom, for how long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PositionReading {
    /// The reader's name, or "a shared link".
    pub reader: String,
    /// The courier's name.
    pub courier: String,
    /// For which parcel; none for dispatch.
    pub delivery: Option<Reference>,
    /// The most that was shown.
    pub reveal: Reveal,
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub to: Timestamp,
}

/// One change of what recipients may see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RevealPolicyChange {
    /// When.
    pub time: Timestamp,
    /// The admin's name, or "system".
    pub by: String,
    /// What recipients could see until then.
    pub old: RevealPolicy,
    /// What they may see from then on.
    pub new: RevealPolicy,
}

/// The way from booked to the end as a recipient reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The status.
    pub status: Status,
    /// When it was reached last; none when it is still to come.
    pub reached_at: Option<Timestamp>,
    /// Whether the delivery stands here now.
    pub current: bool,
}

/// The steps of a delivery's life from what happened so far: the ones reached, then the ones that
/// come if all goes well.
pub fn steps(timeline: &[TimelineEntry], now: Status) -> Vec<Step> {
    use crate::event::Fact;
    const HAPPY: [Status; 5] = [
        Status::Booked,
        Status::Collected,
        Status::InTransit,
        Status::OutForDelivery,
        Status::Delivered,
    ];
    let mut steps: Vec<Step> = Vec::new();
    for entry in timeline {
        let status = match entry.fact {
            Fact::DeliveryBooked { .. } => Status::Booked,
            Fact::StatusChanged { to, .. } => to,
            // The way goes on from there: what was reached by mistake was not.
            Fact::StatusCorrected { from, to, .. } => {
                steps.retain(|step| step.status != from);
                for step in &mut steps {
                    step.current = step.status == to && to == now;
                }
                continue;
            }
            _ => continue,
        };
        steps.retain(|step| step.status != status);
        steps.push(Step {
            status,
            reached_at: Some(entry.time),
            current: status == now,
        });
    }
    let reached = HAPPY.iter().position(|status| *status == now);
    if let Some(reached) = reached {
        steps.extend(HAPPY[reached + 1..].iter().map(|status| Step {
            status: *status,
            reached_at: None,
            current: false,
        }));
    } else if matches!(now, Status::Failed) {
        steps.extend(
            [Status::OutForDelivery, Status::Delivered].map(|status| Step {
                status,
                reached_at: None,
                current: false,
            }),
        );
    }
    steps
}

/// How far along a delivery is, 0 to 1, by its status and the stops before it.
pub fn progress(status: Status, stops_before: Option<u32>) -> f64 {
    match status {
        Status::Booked | Status::Cancelled => 0.0,
        Status::Collected => 0.25,
        Status::InTransit => 0.45,
        Status::Failed => 0.5,
        Status::OutForDelivery => 0.6 + 0.35 / (1.0 + f64::from(stops_before.unwrap_or(10))),
        Status::Held => 0.9,
        Status::Delivered | Status::PickedUp | Status::Returned => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseKind;
    use crate::delivery::{Picture, PictureHash, PictureKind, Whereabouts};
    use crate::event::Fact;
    use crate::ids::CaseId;

    fn entry(seq: i64, fact: Fact) -> TimelineEntry {
        TimelineEntry {
            seq,
            time: Timestamp::from_millis(seq * 1000),
            fact,
            actor: "courier".into(),
            hash: String::new(),
        }
    }

    fn change(seq: i64, from: Status, to: Status) -> TimelineEntry {
        entry(
            seq,
            Fact::StatusChanged {
                from,
                to,
                whereabouts: Whereabouts::Elsewhere,
                notes: None,
                reason: None,
                proof: None,
                pictures: Vec::new(),
                far_m: None,
                done_at: None,
            },
        )
    }

    fn picture() -> Picture {
        Picture {
            kind: PictureKind::Photo,
            hash: PictureHash::parse(&"0a".repeat(32)).expect("a hash"),
        }
    }

    fn survives<T>(value: &T)
    where
        T: PartialEq + std::fmt::Debug + Serialize + serde::de::DeserializeOwned,
    {
        let json = serde_json::to_string(value).expect("serialises");
        let read: T = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
        assert_eq!(read, *value, "{json}");
    }

    #[test]
    fn what_was_reached_by_mistake_was_not() {
        let correction = Fact::StatusCorrected {
            from: Status::Delivered,
            to: Status::OutForDelivery,
            whereabouts: Whereabouts::Elsewhere,
            reason: String::new(),
            done_at: None,
        };
        let timeline = [
            change(1, Status::Collected, Status::OutForDelivery),
            change(2, Status::OutForDelivery, Status::Delivered),
            entry(3, correction),
        ];
        let steps = steps(&timeline, Status::OutForDelivery);
        let shown: Vec<_> = steps
            .iter()
            .map(|step| (step.status, step.reached_at.is_some(), step.current))
            .collect();
        assert_eq!(
            shown,
            [
                (Status::OutForDelivery, true, true),
                (Status::Delivered, false, false)
            ]
        );
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one of everything")]
    fn every_view_survives_the_wire() {
        use crate::delivery::{Assignment, Proof};
        use crate::geofence::Arrival;
        use crate::ids::{PersonId, RunId};
        use crate::reveal::{RevealPolicy, RevealRule};
        let place = Position::new(60.17, 24.94).expect("in Helsinki");
        let time = Timestamp::from_millis(1_795_183_500_000);
        let reference: Reference = "PL-RE37-7BS6".parse().expect("a reference");
        let eta = Eta {
            from: time,
            to: time,
            as_of: time,
        };
        let window = Window {
            from: time,
            to: time,
        };
        let positions = [
            ShownPosition::Area {
                area: Area {
                    centre: place,
                    radius_m: 400.0,
                },
                time,
            },
            ShownPosition::Exact {
                position: place,
                accuracy_m: 5.0,
                heading_deg: Some(90.0),
                time,
            },
            ShownPosition::Exact {
                position: place,
                accuracy_m: 5.0,
                heading_deg: None,
                time,
            },
        ];
        let run = RunId::from_text("run_1");
        let change = |whereabouts, proof, text: Option<&str>| Fact::StatusChanged {
            from: Status::OutForDelivery,
            to: Status::Delivered,
            whereabouts,
            notes: text.map(str::to_owned),
            reason: text.map(str::to_owned),
            proof,
            pictures: text.map(|_| picture()).into_iter().collect(),
            far_m: text.map(|_| 340),
            done_at: text.map(|_| time),
        };
        let facts = [
            Fact::DeliveryBooked { window },
            Fact::DeliveryAssigned {
                assignment: Assignment {
                    courier: PersonId::from_text("per_1"),
                    run: run.clone(),
                },
            },
            change(
                Whereabouts::At {
                    position: place,
                    accuracy_m: 5.0,
                },
                None,
                Some("dog"),
            ),
            change(
                Whereabouts::NoFix {
                    reason: "indoors".into(),
                },
                None,
                None,
            ),
            change(
                Whereabouts::Elsewhere,
                Some(Proof::RecipientName("Ada".into())),
                None,
            ),
            Fact::StatusCorrected {
                from: Status::Delivered,
                to: Status::OutForDelivery,
                whereabouts: Whereabouts::Elsewhere,
                reason: "the wrong door".into(),
                done_at: Some(Timestamp::from_millis(2)),
            },
            Fact::CaseOpened {
                case: CaseId::from_text("cas_1"),
                kind: CaseKind::NotReceived,
            },
            Fact::CaseClosed {
                case: CaseId::from_text("cas_1"),
                kind: CaseKind::FarFromDoor,
                outcome: "a farm".into(),
            },
            Fact::RunStarted {
                run: run.clone(),
                done_at: None,
            },
            Fact::RunEnded {
                run: run.clone(),
                done_at: Some(Timestamp::from_millis(3)),
            },
            Fact::RunOrderChanged {
                run,
                by_hand: true,
                done_at: Some(Timestamp::from_millis(4)),
            },
            Fact::CourierArriving {
                arrival: Arrival::Near,
                whereabouts: None,
                done_at: None,
            },
            Fact::CourierArriving {
                arrival: Arrival::AtTheDoor,
                whereabouts: Some(Whereabouts::Elsewhere),
                done_at: Some(Timestamp::from_millis(1)),
            },
            Fact::LocationUpdated {
                position: None,
                eta,
                stops_before: 3,
                route: None,
                seq: None,
            },
            Fact::LocationUpdated {
                position: Some(positions[1]),
                eta,
                stops_before: 0,
                route: Some(Line(vec![place, place])),
                seq: Some(u64::MAX),
            },
            Fact::EtaUpdated {
                eta,
                stops_before: 9,
            },
            Fact::HandoverAsked {
                asked: true,
                level: Some(HandoverLevel::TwoWay),
            },
            Fact::HandoverAsked {
                asked: false,
                level: None,
            },
            Fact::Delayed {
                promised: window,
                expected: Some(window),
            },
            Fact::Delayed {
                promised: window,
                expected: None,
            },
            Fact::HandoverRenewed {},
            Fact::HandoverLocked {
                done_at: Some(Timestamp::from_millis(5)),
            },
            Fact::ShareCreated {
                share: ShareId::from_text("shr_1"),
            },
            Fact::ShareRevoked {
                share: ShareId::from_text("shr_1"),
            },
            Fact::RevealPolicyChanged {
                old: RevealPolicy {
                    area: RevealRule::Always,
                    exact: RevealRule::Minutes(9),
                },
                new: RevealPolicy {
                    area: RevealRule::Stops(10),
                    exact: RevealRule::Metres(300),
                },
            },
            Fact::BatchRolledBack {
                reason: "no".into(),
                events: 3,
            },
        ];
        positions.iter().for_each(survives);
        facts.iter().for_each(survives);
        let summary = DeliverySummary {
            reference,
            status: Status::Booked,
            description: "Shoes".into(),
            address: Address {
                text: "Somewhere 1".into(),
                position: place,
            },
            window,
            changed_at: time,
        };
        let timeline: Vec<_> = (1..)
            .zip(facts)
            .map(|(seq, fact)| entry(seq, fact))
            .collect();
        survives(&DeliveryDetail {
            pickup: summary.address.clone(),
            summary,
            timeline: timeline.clone(),
        });
        let courier = CourierCard {
            first_name: "Otto".into(),
            initials: "O".into(),
            vehicle: None,
            rating: Some(4.5),
        };
        let tracking = TrackingView {
            reference,
            status: Status::OutForDelivery,
            courier: Some(courier),
            position: Some(positions[0]),
            eta: Some(eta),
            stops_before: Some(3),
            route: Some(Line(vec![place])),
            progress: 0.5,
            as_of: time,
        };
        survives(&SharedView {
            tracking,
            timeline,
            expires_at: time,
        });
        let link = ShareLink {
            id: ShareId::from_text("shr_1"),
            label: "Grandma".into(),
            created_at: time,
            expires_at: time,
            active: true,
        };
        survives(&CourierCheck::Old {});
        survives(&CourierCheck::Proven(CourierProven {
            courier: CourierCard {
                first_name: "Otto".into(),
                initials: "O".into(),
                vehicle: Some("White van".into()),
                rating: None,
            },
            code: "7K3M-92QX".into(),
            came_near: true,
        }));
        survives(&NewShareLink {
            link,
            path: "/s/1".into(),
        });
    }

    #[test]
    fn what_is_not_of_the_form_is_refused_and_says_where() {
        let read = |json: &str| {
            serde_json::from_str::<TimelineEntry>(json).map_err(|error| error.to_string())
        };
        for (json, name) in [
            ("[]", "object"),
            (r#"{"seq":"1"}"#, "seq"),
            (
                r#"{"seq":1,"time":"2026-11-20T12:00:00Z","actor":"courier","hash":"","type":"no.such.thing","data":{}}"#,
                "type",
            ),
            (
                r#"{"seq":1,"time":"2026-11-20T12:00:00Z","actor":"courier","hash":"","type":"courier.arriving","data":{"arrival":"soon"}}"#,
                "arrival",
            ),
            (
                r#"{"seq":1,"time":"noon","actor":"courier","hash":"","type":"run.started","data":{"run":"r"}}"#,
                "time",
            ),
        ] {
            let refused = read(json).expect_err("it is refused");
            assert!(refused.starts_with(name), "{json}: {refused}");
        }
    }

    #[test]
    fn the_stepper_shows_what_was_and_what_comes() {
        let window = Window {
            from: Timestamp::from_millis(0),
            to: Timestamp::from_millis(1),
        };
        let timeline = [
            entry(1, Fact::DeliveryBooked { window }),
            change(2, Status::Booked, Status::Collected),
            change(3, Status::Collected, Status::OutForDelivery),
        ];
        let steps = steps(&timeline, Status::OutForDelivery);
        let shown: Vec<_> = steps
            .iter()
            .map(|step| (step.status, step.reached_at.is_some(), step.current))
            .collect();
        assert_eq!(
            shown,
            [
                (Status::Booked, true, false),
                (Status::Collected, true, false),
                (Status::OutForDelivery, true, true),
                (Status::Delivered, false, false),
            ]
        );
    }

    #[test]
    fn a_second_try_shows_once() {
        let timeline = [
            change(1, Status::Collected, Status::OutForDelivery),
            change(2, Status::OutForDelivery, Status::Failed),
            change(3, Status::Failed, Status::OutForDelivery),
        ];
        let steps = steps(&timeline, Status::OutForDelivery);
        let out: Vec<_> = steps
            .iter()
            .filter(|step| step.status == Status::OutForDelivery)
            .collect();
        assert_eq!(out.len(), 1);
        assert_eq!(out[0].reached_at, Some(Timestamp::from_millis(3000)));
    }

    #[test]
    fn an_exact_position_is_flat_on_the_wire() {
        let shown = ShownPosition::Exact {
            position: Position::new(60.17, 24.94).expect("in Helsinki"),
            accuracy_m: 5.0,
            heading_deg: None,
            time: Timestamp::from_millis(0),
        };
        let json = serde_json::to_value(shown).expect("serialises");
        assert_eq!(json["precision"], "exact");
        assert_eq!(json["lat"], 60.17);
        assert_eq!(
            serde_json::from_value::<ShownPosition>(json).expect("parses"),
            shown
        );
    }

    #[test]
    fn progress_grows_with_every_stop() {
        let at = |stops| progress(Status::OutForDelivery, Some(stops));
        assert!(at(9) < at(3) && at(3) < at(0) && at(0) < progress(Status::Delivered, None));
    }
}
