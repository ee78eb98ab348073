//! A delivery: what it is, which commands change it, and what each change is called.
//!
//! To add a change: a variant of [`Command`], its rule in [`Delivery::apply`], a variant of
//! [`crate::event::Fact`], a row in the table of the tests below.

mod address;
mod distance;
mod failure;
mod picture;
mod reschedule;
mod status;
mod text;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use address::{Address, InvalidAddress};
pub use failure::{FailureReason, Side};
pub use picture::{InvalidPictureHash, MOST_PICTURES, Picture, PictureHash, PictureKind};
pub use reschedule::{PutBack, Reschedule};
pub use status::Status;
pub use text::TextField;

use crate::event::Fact;
use crate::geo::Position;
use crate::hold::{Destination, Document, HoldOrder, HoldTold};
use crate::ids::{PersonId, PostOfficeId, RunId};
use crate::reference::Reference;
use crate::time::Timestamp;
use crate::wire::{Fields, FromFields, FromWire, Unreadable, Value};

/// What the rules need to know of a delivery to decide the next step.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its name for people.
    pub reference: Reference,
    /// Where it stands.
    pub status: Status,
    /// Who receives it.
    pub customer: PersonId,
    /// Who brings it, once assigned.
    pub assignment: Option<Assignment>,
    /// Where it goes.
    pub address: Address,
    /// How often it went out for delivery.
    pub attempts: u32,
    /// Whether its recipient wants it in their hands, and how they show it: then nothing but their code
    /// delivers it.
    pub handover: Option<HandoverLevel>,
    /// Whether it was booked so that a photo must show it at the door. A handover shows more.
    pub photo_needed: bool,
    /// When it is promised.
    pub window: Window,
    /// Since when its recipient wants that somebody takes it: then it is never left at the door.
    pub never_leave: Option<Timestamp>,
    /// The post office it goes to instead of the door.
    pub hold: Option<Destination>,
}

/// Which courier brings a delivery, on which run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// The courier.
    pub courier: PersonId,
    /// The courier's run that has the stop.
    pub run: RunId,
}

crate::wire! { Assignment { courier, run } }

/// Where the courier was when they changed a status. GPS is evidence, never a key.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whereabouts {
    /// A confirmed location.
    At {
        /// Where.
        position: Position,
        /// Radius in metres that holds the true place with 68 % probability, as the
        /// W3C Geolocation API gives it.
        accuracy_m: f64,
    },
    /// There was no fix, and why.
    NoFix {
        /// In the courier's words.
        reason: String,
    },
    /// The change was not made at a place: by the system or an office.
    Elsewhere,
}

impl Whereabouts {
    /// Why there was no fix.
    fn no_fix_reason(&self) -> Option<&str> {
        match self {
            Self::NoFix { reason } => Some(reason),
            Self::At { .. } | Self::Elsewhere => None,
        }
    }
}

impl FromWire for Whereabouts {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        if value == "elsewhere" {
            return Ok(Self::Elsewhere);
        }
        let mut kinds = Fields::of(value)?;
        if let Ok(mut at) = Fields::of(kinds.value("at")) {
            return Ok(Self::At {
                position: at.take("position")?,
                accuracy_m: at.take("accuracy_m")?,
            });
        }
        let reason = Fields::of(kinds.value("no_fix"))?.take("reason")?;
        Ok(Self::NoFix { reason })
    }
}

crate::wire_with_serde!(Whereabouts);

/// What shows that a parcel was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The name of the person who took it.
    RecipientName(String),
    /// The recipient's code, as the courier was told it. It becomes [`Proof::Handover`] when it is
    /// the right one, and is never kept.
    HandoverCode(String),
    /// The recipient was there: their code was right.
    Handover(HandoverLevel),
    /// Collected at a post office: the pick-up code was right, and the document that was shown.
    PickUp(PickUp),
}

/// How a parcel was collected at a post office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PickUp {
    /// What showed who they are.
    pub document: Document,
    /// Who came in the recipient's stead; none when it was the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<String>,
}

crate::wire! { PickUp { document, delegate } }

/// How surely a handover shows that the recipient was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverLevel {
    /// Both sides checked: the recipient's page gave the code for a fresh proof from the courier's screen.
    TwoWay,
    /// A short code that was read or told: whoever the recipient tells it has it.
    Pin,
}

impl HandoverLevel {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TwoWay => "two_way",
            Self::Pin => "pin",
        }
    }

    /// Reads what [`HandoverLevel::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::TwoWay, Self::Pin]
            .into_iter()
            .find(|level| level.as_str() == text)
    }
}

impl FromWire for HandoverLevel {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("handover"))
    }
}

crate::wire_with_serde!(HandoverLevel);

impl FromFields for Proof {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        if let Some(name) = fields.take("recipient_name")? {
            return Ok(Self::RecipientName(name));
        }
        if let Some(code) = fields.take("handover_code")? {
            return Ok(Self::HandoverCode(code));
        }
        if let Some(level) = fields.take("handover")? {
            return Ok(Self::Handover(level));
        }
        fields.take("pick_up").map(Self::PickUp)
    }
}

crate::wire_of_fields!(Proof);

/// Someone wants to change a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Put it on a courier's run.
    Assign(Assignment),
    /// Move to the next status.
    ChangeStatus(StatusChange),
    /// Hand it to its recipient only, who shows it like that, or no longer. Asked again it makes a new code.
    AskForHandover(Option<HandoverLevel>),
    /// It was not delivered, or did not fail: it is still on the van.
    Correct(Correction),
    /// Let it come at another time.
    Reschedule(Reschedule),
    /// It was moved to another time after its courier had done something with it, which was heard of later.
    PutBack(PutBack),
    /// Bring it to a post office, or to another one than before.
    Hold(HoldOrder),
    /// Bring it to the door after all.
    CancelHold(HoldTold),
}

/// Takes a status back that was set by mistake. What happened stays in the log; this comes after it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correction {
    /// The status that was a mistake.
    pub from: Status,
    /// Where the courier is now.
    pub whereabouts: Whereabouts,
    /// What went wrong.
    pub reason: String,
}

crate::wire! { Correction { from, whereabouts, reason } }

/// A step to another status, with what the step needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusChange {
    /// The status to reach.
    pub to: Status,
    /// Where the courier was.
    pub whereabouts: Whereabouts,
    /// Anything worth keeping.
    pub notes: Option<String>,
    /// Why it failed, goes back, or was called off.
    pub reason: Option<String>,
    /// Needed to deliver.
    pub proof: Option<Proof>,
    /// Taken at the door, each of which the server has already.
    pub pictures: Vec<Picture>,
    /// When it was done, if it could be reported later only.
    pub done_at: Option<Timestamp>,
    /// The post office at which it is dropped: its recipient may have chosen another one since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<PostOfficeId>,
}

impl FromFields for StatusChange {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        Ok(Self {
            to: fields.take("to")?,
            whereabouts: fields.take("whereabouts")?,
            notes: fields.take("notes")?,
            reason: fields.take("reason")?,
            proof: fields.take("proof")?,
            pictures: fields.list("pictures")?,
            done_at: fields.take("done_at")?,
            office: fields.take("office")?,
        })
    }
}

crate::wire_of_fields!(StatusChange);

impl StatusChange {
    /// The texts that came with it.
    fn texts(&self) -> impl Iterator<Item = (TextField, &str)> {
        let name = match &self.proof {
            Some(Proof::RecipientName(name)) => Some(name.as_str()),
            Some(Proof::HandoverCode(_) | Proof::Handover(_) | Proof::PickUp(_)) | None => None,
        };
        [
            (TextField::Notes, self.notes.as_deref()),
            (TextField::Reason, self.reason.as_deref()),
            (TextField::NoFixReason, self.whereabouts.no_fix_reason()),
            (TextField::RecipientName, name),
        ]
        .into_iter()
        .filter_map(|(field, text)| Some((field, text?)))
    }

    /// A step with nothing to add.
    pub fn to(status: Status, whereabouts: Whereabouts) -> Self {
        Self {
            to: status,
            whereabouts,
            notes: None,
            reason: None,
            proof: None,
            pictures: Vec::new(),
            done_at: None,
            office: None,
        }
    }

    fn has(&self, kind: PictureKind) -> bool {
        self.pictures.iter().any(|picture| picture.kind == kind)
    }
}

/// Why a command changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The delivery has that status already: a repeated request.
    #[error("this delivery is already {}", .0.as_str())]
    AlreadyThere(Status),
    /// No step leads from one to the other.
    #[error("a delivery that is {} can't become {}", .from.as_str(), .to.as_str())]
    IllegalTransition {
        /// Where it stands.
        from: Status,
        /// What was asked.
        to: Status,
    },
    /// It can't go out without a courier.
    #[error("assign a courier first")]
    NoCourier,
    /// Re-assigning is over once it is final or on the van.
    #[error("a delivery that is {} can't be assigned", .0.as_str())]
    TooLateToAssign(Status),
    /// Delivered without anything that shows it.
    #[error("a delivery needs proof: the name of the person who took it, a signature, or a photo")]
    ProofMissing,
    /// It was booked with a photo, and there is none.
    #[error("this parcel needs a photo that shows it at the door")]
    PhotoMissing,
    /// Pictures where none belong, or too many.
    #[error("up to {MOST_PICTURES} pictures come with what was delivered or failed")]
    TooManyPictures,
    /// Only what was delivered or has failed by mistake is taken back.
    #[error("a delivery that is {} has nothing to take back", .0.as_str())]
    NothingToCorrect(Status),
    /// Its recipient wants it in their hands, and nothing shows that it is.
    #[error("this parcel is handed to its recipient only: ask them for their code")]
    HandoverMissing,
    /// Somebody has to take it, and nothing shows that somebody did.
    #[error("this parcel is never left at the door: write down who took it, or let them sign")]
    NobodyTookIt,
    /// Where it stands it does not come at another time.
    #[error("too late to move this parcel: {}", reschedule::why_not(*.0))]
    TooLateToReschedule(Status),
    /// Where it stands there is nothing to tell its courier.
    #[error("too late to tell the courier: {}", reschedule::why_not(*.0))]
    TooLateToInstruct(Status),
    /// The courier is there.
    #[error("the courier is at the door")]
    AtTheDoor,
    /// The window has begun, or is over.
    #[error("this window has begun: choose a later one")]
    WindowBegun,
    /// It is too late to ask for that.
    #[error("a delivery that is {} is not handed over any more", .0.as_str())]
    TooLateForHandover(Status),
    /// It is too late to choose another place.
    #[error("a delivery that is {} can't be sent to a post office", .0.as_str())]
    TooLateToHold(Status),
    /// It goes to a post office: it is not delivered at the door.
    #[error("its recipient has sent it to a post office: bring it there")]
    GoesToAnOffice,
    /// There is no post office that expects it.
    #[error("no post office expects this parcel: choose one first")]
    NoOffice,
    /// Another post office expects it by now.
    #[error("it goes to another post office by now: bring it there")]
    AnotherOffice,
    /// Nothing shows that its recipient was at the desk.
    #[error("this parcel is handed over for its pick-up code only")]
    PickUpMissing,
    /// Failed or returned without saying why.
    #[error("give a reason")]
    ReasonMissing,
    /// A text is over its limit, or holds what no text may.
    #[error("{}", .0.rule())]
    InvalidText(TextField),
}

impl Delivery {
    /// Decides what a command changes: facts in order, or a refusal that changes nothing.
    pub fn apply(&self, command: Command) -> Result<Vec<Fact>, Refusal> {
        match command {
            Command::Assign(assignment) => self.assign(assignment),
            Command::ChangeStatus(change) => self.change_status(change),
            Command::AskForHandover(level) => self.ask_for_handover(level),
            Command::Correct(correction) => self.correct(correction),
            Command::Reschedule(wish) => self.reschedule(&wish),
            Command::PutBack(put_back) => self.put_back(put_back),
            Command::Hold(order) => self.hold(order),
            Command::CancelHold(told) => self.cancel_hold(told),
        }
    }

    /// One destination at a time: the office that is chosen takes the place of the door, or of another office.
    fn hold(&self, order: HoldOrder) -> Result<Vec<Fact>, Refusal> {
        let HoldOrder {
            told,
            is_at_the_door,
        } = order;
        if !self.can_be_redirected() {
            return Err(Refusal::TooLateToHold(self.status));
        }
        if is_at_the_door && self.status == Status::OutForDelivery {
            return Err(Refusal::AtTheDoor);
        }
        let is_there_already = self
            .hold
            .as_ref()
            .is_some_and(|at| at.office == told.office);
        if is_there_already {
            return Ok(Vec::new());
        }
        Ok(vec![
            Fact::HoldRequested(told.clone()),
            Fact::HoldConfirmed(told),
        ])
    }

    fn cancel_hold(&self, told: HoldTold) -> Result<Vec<Fact>, Refusal> {
        if self.hold.is_none() {
            return Ok(Vec::new());
        }
        if !self.can_be_redirected() {
            return Err(Refusal::TooLateToHold(self.status));
        }
        Ok(vec![Fact::HoldCancelled(told)])
    }

    /// Whether it is on its way, so that another place can be chosen.
    pub fn can_be_redirected(&self) -> bool {
        matches!(
            self.status,
            Status::Booked
                | Status::Collected
                | Status::InTransit
                | Status::OutForDelivery
                | Status::Failed
        )
    }

    /// The parcel is on the van again, on the same way out. What ended with the mistake begins anew: a
    /// recipient who wants it in their hands gets another code.
    fn correct(&self, correction: Correction) -> Result<Vec<Fact>, Refusal> {
        let Correction {
            from,
            whereabouts,
            reason,
        } = correction;
        let can_be_a_mistake = matches!(from, Status::Delivered | Status::Failed);
        if from != self.status || !can_be_a_mistake {
            return Err(Refusal::NothingToCorrect(self.status));
        }
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        let texts = [
            (TextField::Reason, Some(reason.as_str())),
            (TextField::NoFixReason, whereabouts.no_fix_reason()),
        ];
        for (field, text) in texts {
            if text.is_some_and(|text| !field.takes(text)) {
                return Err(Refusal::InvalidText(field));
            }
        }
        Ok(vec![Fact::StatusCorrected {
            from,
            to: Status::OutForDelivery,
            whereabouts,
            reason,
            done_at: None,
        }])
    }

    fn ask_for_handover(&self, level: Option<HandoverLevel>) -> Result<Vec<Fact>, Refusal> {
        if level.is_none() && self.handover.is_none() {
            return Ok(Vec::new());
        }
        if self.status.is_final() {
            return Err(Refusal::TooLateForHandover(self.status));
        }
        Ok(vec![if level == self.handover {
            Fact::HandoverRenewed {}
        } else {
            Fact::HandoverAsked {
                asked: level.is_some(),
                level,
            }
        }])
    }

    fn assign(&self, assignment: Assignment) -> Result<Vec<Fact>, Refusal> {
        if self.status.is_final() || self.status == Status::OutForDelivery {
            return Err(Refusal::TooLateToAssign(self.status));
        }
        if self.assignment.as_ref() == Some(&assignment) {
            return Ok(Vec::new());
        }
        Ok(vec![Fact::DeliveryAssigned { assignment }])
    }

    fn change_status(&self, change: StatusChange) -> Result<Vec<Fact>, Refusal> {
        if change.to == self.status {
            return Err(Refusal::AlreadyThere(self.status));
        }
        if !self.status.next().contains(&change.to) {
            return Err(Refusal::IllegalTransition {
                from: self.status,
                to: change.to,
            });
        }
        self.check_step(&change)?;
        let far_m = match change.to {
            Status::Delivered => {
                distance::far_from_door(self.address.position, &change.whereabouts)
            }
            _ => None,
        };
        Ok(vec![Fact::StatusChanged {
            from: self.status,
            to: change.to,
            whereabouts: change.whereabouts,
            notes: change.notes,
            reason: change.reason,
            proof: change.proof,
            pictures: change.pictures,
            far_m,
            done_at: change.done_at,
        }])
    }

    fn check_step(&self, change: &StatusChange) -> Result<(), Refusal> {
        let refused = change.texts().find(|(field, text)| !field.takes(text));
        if let Some((field, _)) = refused {
            return Err(Refusal::InvalidText(field));
        }
        let may_have = match change.to {
            Status::Delivered | Status::Failed => MOST_PICTURES,
            _ => 0,
        };
        if change.pictures.len() > may_have {
            return Err(Refusal::TooManyPictures);
        }
        let has_reason = change
            .reason
            .as_ref()
            .is_some_and(|reason| !reason.trim().is_empty());
        match change.to {
            Status::OutForDelivery if self.assignment.is_none() => Err(Refusal::NoCourier),
            Status::Delivered if self.goes_to_an_office(change) => Err(Refusal::GoesToAnOffice),
            Status::Delivered => self.check_proof(change),
            Status::Held => self.check_office(change),
            // Only the comparison of the code makes such proof.
            Status::PickedUp if !matches!(change.proof, Some(Proof::PickUp(_))) => {
                Err(Refusal::PickUpMissing)
            }
            Status::Failed | Status::Returned if !has_reason => Err(Refusal::ReasonMissing),
            _ => Ok(()),
        }
    }

    /// It is ready for its recipient at the office that they chose, and nowhere else.
    fn check_office(&self, change: &StatusChange) -> Result<(), Refusal> {
        let hold = self.hold.as_ref().ok_or(Refusal::NoOffice)?;
        match &change.office {
            Some(dropped_at) if *dropped_at != hold.office => Err(Refusal::AnotherOffice),
            _ => Ok(()),
        }
    }

    /// What was done before the office was chosen was done at the door: of two that hear of each other late, the
    /// one that was earlier counts.
    fn goes_to_an_office(&self, change: &StatusChange) -> bool {
        self.hold.as_ref().is_some_and(|hold| {
            let done_before = change.done_at.is_some_and(|done_at| done_at < hold.since);
            !done_before
        })
    }

    /// A code that nobody has compared shows nothing.
    fn check_proof(&self, change: &StatusChange) -> Result<(), Refusal> {
        let has_picture = !change.pictures.is_empty();
        match &change.proof {
            // Of the level that is wished now: another one's code is dead.
            Some(Proof::Handover(level)) if self.handover == Some(*level) => Ok(()),
            _ if self.handover.is_some() => Err(Refusal::HandoverMissing),
            _ if self.photo_needed && !change.has(PictureKind::Photo) => Err(Refusal::PhotoMissing),
            _ if self.is_left_alone(change) => Err(Refusal::NobodyTookIt),
            Some(Proof::RecipientName(name)) if !name.trim().is_empty() => Ok(()),
            _ if has_picture => Ok(()),
            _ => Err(Refusal::ProofMissing),
        }
    }

    /// The delivery after a fact. Facts of other things leave it as it is.
    #[must_use]
    pub fn after(mut self, fact: &Fact) -> Self {
        match fact {
            Fact::DeliveryAssigned { assignment } => self.assignment = Some(assignment.clone()),
            // Whoever asked before there were two levels asked for a PIN.
            Fact::HandoverAsked { asked, level } => {
                self.handover = asked.then_some(level.unwrap_or(HandoverLevel::Pin));
            }
            Fact::StatusCorrected { to, .. } => self.status = *to,
            Fact::Rescheduled { to, leaves_run, .. } => {
                self.window = *to;
                if *leaves_run {
                    self.assignment = None;
                }
            }
            Fact::HoldCancelled(_) => self.hold = None,
            Fact::StatusChanged { from, to, .. } => {
                self.status = *to;
                if goes_back_to_the_depot(*from, *to) {
                    self.assignment = None;
                }
                if to.is_final() {
                    self.hold = None;
                }
                if *to == Status::OutForDelivery {
                    self.attempts += 1;
                }
            }
            _ => {}
        }
        self
    }
}

/// Whether a step brings what could not be delivered back to the depot, where it waits for another run.
pub fn goes_back_to_the_depot(from: Status, to: Status) -> bool {
    (from, to) == (Status::Failed, Status::InTransit)
}

/// What a customer asks for when booking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Booking {
    /// Where the parcel is collected.
    pub pickup: Address,
    /// Where it goes.
    pub address: Address,
    /// What it is, in the sender's words.
    pub description: String,
    /// When it should come.
    pub window: Window,
    /// Whether a photo must show it at the door.
    #[serde(default)]
    pub photo_needed: bool,
    /// Whether it is handed to its recipient only, and how they show it.
    #[serde(default)]
    pub handover: Option<HandoverLevel>,
}

/// A span of time in which something is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Not before.
    pub from: Timestamp,
    /// Not after.
    pub to: Timestamp,
}

impl FromWire for Window {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            from: fields.take("from")?,
            to: fields.take("to")?,
        })
    }
}

/// Why a booking is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidBooking {
    /// The window ends before it begins, or lies in the past.
    #[error("the window must lie in the future and end after it begins")]
    Window,
    /// No description, too long, or not on one line.
    #[error("describe the parcel in 1 to 200 characters, on one line")]
    Description,
    /// The text of the place where it is collected.
    #[error("{0}")]
    Pickup(InvalidAddress),
    /// The text of the place where it goes.
    #[error("{0}")]
    Address(InvalidAddress),
}

impl Booking {
    /// Checks what the types can't, and trims the texts.
    pub fn checked(self, now: Timestamp) -> Result<Self, InvalidBooking> {
        if self.window.to <= self.window.from || self.window.to <= now {
            return Err(InvalidBooking::Window);
        }
        let description = self.description.trim();
        if !(1..=200).contains(&description.chars().count())
            || description.chars().any(char::is_control)
        {
            return Err(InvalidBooking::Description);
        }
        Ok(Self {
            pickup: self.pickup.checked().map_err(InvalidBooking::Pickup)?,
            address: self.address.checked().map_err(InvalidBooking::Address)?,
            description: description.to_owned(),
            window: self.window,
            photo_needed: self.photo_needed,
            handover: self.handover,
        })
    }
}

#[cfg(test)]
mod tests;
