//! The statuses of a delivery and the steps that lead from one to the next.

use serde::{Deserialize, Serialize};

use crate::wire::{FromWire, Unreadable, Value};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Ordered; the parcel is still with the sender.
    Booked,
    /// The courier has the parcel.
    Collected,
    /// On its way between depots.
    InTransit,
    /// On the van that brings it to the door today.
    OutForDelivery,
    /// Handed over at the address. Final.
    Delivered,
    /// The courier came and could not deliver.
    Failed,
    /// At a post office, ready to collect.
    Held,
    /// Handed over at the post office. Final.
    PickedUp,
    /// Back with the sender. Final.
    Returned,
    /// Called off before it was collected. Final.
    Cancelled,
}

impl FromWire for Status {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let text = String::from_wire(value)?;
        Self::from_text(&text).ok_or(Unreadable("status"))
    }
}

impl Status {
    /// Every status, in the order of a delivery's life.
    pub const ALL: [Self; 10] = [
        Self::Booked,
        Self::Collected,
        Self::InTransit,
        Self::OutForDelivery,
        Self::Delivered,
        Self::Failed,
        Self::Held,
        Self::PickedUp,
        Self::Returned,
        Self::Cancelled,
    ];

    /// The statuses that may follow directly.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Booked => &[Self::Collected, Self::Cancelled],
            Self::Collected => &[Self::InTransit, Self::OutForDelivery, Self::Returned],
            Self::InTransit => &[Self::OutForDelivery, Self::Returned],
            Self::OutForDelivery => &[Self::Delivered, Self::Failed, Self::Held],
            Self::Failed => &[
                Self::InTransit,
                Self::OutForDelivery,
                Self::Held,
                Self::Returned,
            ],
            Self::Held => &[Self::PickedUp, Self::Returned],
            Self::Delivered | Self::PickedUp | Self::Returned | Self::Cancelled => &[],
        }
    }

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// Whether a courier has been sent out with the parcel, now or before: from here on there is
    /// something to track.
    pub fn is_dispatched(self) -> bool {
        !matches!(self, Self::Booked | Self::Cancelled)
    }

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Collected => "collected",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::PickedUp => "picked_up",
            Self::Returned => "returned",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads what [`Status::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_is_the_wire_form() {
        for status in Status::ALL {
            let json = serde_json::to_string(&status).expect("an enum serialises");
            assert_eq!(json, format!("\"{}\"", status.as_str()));
            assert_eq!(Status::from_text(status.as_str()), Some(status));
        }
    }

    #[test]
    fn every_status_is_reached_from_booked() {
        let mut reached = vec![Status::Booked];
        let mut at = 0;
        while at < reached.len() {
            for next in reached[at].next() {
                if !reached.contains(next) {
                    reached.push(*next);
                }
            }
            at += 1;
        }
        assert_eq!(reached.len(), Status::ALL.len());
    }
}
