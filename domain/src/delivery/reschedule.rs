//! Coming at another time, and what a recipient may still tell the courier.

use super::{
    Assignment, Delivery, Fact, PictureKind, Proof, Refusal, Status, StatusChange, Whereabouts,
    Window,
};
use crate::schedule::ScheduledBy;
use crate::time::Timestamp;

/// A wish that a delivery comes at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reschedule {
    /// Whose wish.
    pub by: ScheduledBy,
    /// When it is to come.
    pub to: Window,
    /// Whether that is still on the run that it is on now.
    pub keeps_run: bool,
    /// Whether the courier is at the door.
    pub is_at_the_door: bool,
    /// The moment of the wish.
    pub now: Timestamp,
}

/// Takes a reschedule back that something had overtaken: the parcel is again on the run that it was on.
#[derive(Debug, Clone, PartialEq)]
pub struct PutBack {
    /// Whose it was.
    pub assignment: Assignment,
    /// When it was promised.
    pub window: Window,
}

/// Why nothing can be wished for a delivery that stands there.
pub(super) fn why_not(status: Status) -> &'static str {
    match status {
        Status::Delivered => "it was delivered",
        Status::Held => "it waits at a post office",
        Status::PickedUp => "it was picked up",
        Status::Returned => "it went back to its sender",
        Status::Cancelled => "it was called off",
        Status::Booked
        | Status::Collected
        | Status::InTransit
        | Status::OutForDelivery
        | Status::Failed => "it is at the door",
    }
}

impl Status {
    /// Whether a delivery that stands here still comes to its door, today or another day.
    pub fn still_comes(self) -> bool {
        match self {
            Self::Booked
            | Self::Collected
            | Self::InTransit
            | Self::OutForDelivery
            | Self::Failed => true,
            Self::Delivered | Self::Held | Self::PickedUp | Self::Returned | Self::Cancelled => {
                false
            }
        }
    }
}

impl Delivery {
    /// Comes at another time. Off its run it waits for dispatch, on the van it does no longer.
    pub(super) fn reschedule(&self, wish: &Reschedule) -> Result<Vec<Fact>, Refusal> {
        let Reschedule {
            by,
            to,
            keeps_run,
            is_at_the_door,
            now,
        } = *wish;
        if !self.status.still_comes() {
            return Err(Refusal::TooLateToReschedule(self.status));
        }
        if is_at_the_door && self.status == Status::OutForDelivery {
            return Err(Refusal::AtTheDoor);
        }
        if to == self.window {
            return Ok(Vec::new());
        }
        if to.from <= now {
            return Err(Refusal::WindowBegun);
        }
        let leaves_run = self.assignment.is_some() && !keeps_run;
        let was_on_its_way = matches!(self.status, Status::OutForDelivery | Status::Failed);
        let back = (leaves_run && was_on_its_way).then(|| Fact::StatusChanged {
            from: self.status,
            to: Status::InTransit,
            whereabouts: Whereabouts::Elsewhere,
            notes: None,
            reason: None,
            proof: None,
            pictures: Vec::new(),
            far_m: None,
            done_at: None,
        });
        let moved = Fact::Rescheduled {
            by,
            from: self.window,
            to,
            leaves_run,
        };
        Ok(back.into_iter().chain([moved]).collect())
    }

    /// Back on its run, as if it had not been moved.
    pub(super) fn put_back(&self, back: PutBack) -> Result<Vec<Fact>, Refusal> {
        if self.assignment.is_some() || self.status != Status::InTransit {
            return Err(Refusal::TooLateToAssign(self.status));
        }
        let PutBack { assignment, window } = back;
        Ok(vec![
            Fact::DeliveryAssigned { assignment },
            Fact::Rescheduled {
                by: ScheduledBy::Overtaken,
                from: self.window,
                to: window,
                leaves_run: false,
            },
            Fact::StatusCorrected {
                from: Status::InTransit,
                to: Status::OutForDelivery,
                whereabouts: Whereabouts::Elsewhere,
                reason: "done before it was moved, and reported later".to_owned(),
                done_at: None,
            },
        ])
    }

    /// Whether its recipient may still tell the courier something about it.
    pub fn takes_instructions(&self, is_at_the_door: bool) -> Result<(), Refusal> {
        if !self.status.still_comes() {
            return Err(Refusal::TooLateToInstruct(self.status));
        }
        if is_at_the_door && self.status == Status::OutForDelivery {
            return Err(Refusal::AtTheDoor);
        }
        Ok(())
    }

    /// Whether it was left without anybody who took it, though its recipient wants somebody to. A photo shows
    /// a parcel, and nobody. What was done before they said so is judged as it was then.
    pub(super) fn is_left_alone(&self, change: &StatusChange) -> bool {
        let Some(since) = self.never_leave else {
            return false;
        };
        let is_named =
            matches!(&change.proof, Some(Proof::RecipientName(name)) if !name.trim().is_empty());
        let is_taken = is_named || change.has(PictureKind::Signature);
        !is_taken && change.done_at.is_none_or(|done_at| done_at >= since)
    }
}
