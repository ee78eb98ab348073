//! Days and windows in which a parcel can come, and a courier's proposal of another one.
//!
//! A window has a name that people and partners send, a day and hours by the depot's clock. Which moments that
//! is, only who knows the depot's time zone can say.

mod day;
mod hours;

use serde::Serialize;

pub use day::{Day, InvalidDay};
pub use hours::{Hours, InvalidHours};

use crate::delivery::Window;
use crate::ids::ProposalId;
use crate::wire::{FromWire, Unreadable, Value};

/// The name of one window: which day, and which hours of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Slot {
    /// The day by the depot's clock.
    pub date: Day,
    /// The hours by the depot's clock.
    pub window: Hours,
}

/// A window that a parcel can be moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SlotView {
    /// Its name.
    #[serde(flatten)]
    pub slot: Slot,
    /// From when to when that is.
    pub span: Window,
    /// How many more parcels there is space for.
    pub left: u32,
}

/// A window that the courier proposes, until its recipient has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposalView {
    /// Which proposal.
    pub id: ProposalId,
    /// The name of the window.
    #[serde(flatten)]
    pub slot: Slot,
    /// From when to when that is.
    pub span: Window,
}

crate::wire! {
    Slot { date, window }
    SlotView { span, left; ..slot }
    ProposalView { id, span; ..slot }
}

/// Whose wish it was that a parcel comes at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledBy {
    /// Its recipient chose the window.
    Customer,
    /// Its courier proposed the window, and the recipient agreed.
    Courier,
    /// Dispatch.
    Operation,
    /// Nobody: it was moved, and then it was found that it had been brought before.
    Overtaken,
}

impl ScheduledBy {
    fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Courier => "courier",
            Self::Operation => "operation",
            Self::Overtaken => "overtaken",
        }
    }
}

/// How a proposal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalEnd {
    /// The recipient agreed: the parcel comes then.
    Accepted,
    /// The recipient did not.
    Declined,
    /// Something else happened to the parcel, or another window was proposed.
    Overtaken,
}

impl ProposalEnd {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Overtaken => "overtaken",
        }
    }

    /// Reads what [`ProposalEnd::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Accepted, Self::Declined, Self::Overtaken]
            .into_iter()
            .find(|end| end.as_str() == text)
    }
}

impl FromWire for ScheduledBy {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let text = String::from_wire(value)?;
        [
            Self::Customer,
            Self::Courier,
            Self::Operation,
            Self::Overtaken,
        ]
        .into_iter()
        .find(|by| by.as_str() == text)
        .ok_or(Unreadable("by"))
    }
}

impl FromWire for ProposalEnd {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("end"))
    }
}

crate::wire_with_serde!(ScheduledBy ProposalEnd);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn survives_the_wire() {
        let slot = Slot {
            date: Day::parse("2026-11-24").expect("a day"),
            window: Hours::parse("08-12").expect("hours"),
        };
        let at = Timestamp::from_millis(1_795_500_000_000);
        let view = SlotView {
            slot,
            span: Window {
                from: at,
                to: at.plus_s(14400.0),
            },
            left: 3,
        };
        let json = serde_json::to_value(view).expect("serialises");
        assert_eq!(json["date"], "2026-11-24");
        assert_eq!(json["window"], "08:00-12:00");
        assert_eq!(
            serde_json::from_value::<SlotView>(json).expect("reads"),
            view
        );
        let proposal = ProposalView {
            id: ProposalId::from_text("prp_1"),
            slot,
            span: view.span,
        };
        let json = serde_json::to_string(&proposal).expect("serialises");
        assert_eq!(
            serde_json::from_str::<ProposalView>(&json).expect("reads"),
            proposal
        );
        for by in [
            ScheduledBy::Customer,
            ScheduledBy::Courier,
            ScheduledBy::Operation,
            ScheduledBy::Overtaken,
        ] {
            let json = serde_json::to_value(by).expect("serialises");
            assert_eq!(json, by.as_str());
            assert_eq!(
                serde_json::from_value::<ScheduledBy>(json).expect("reads"),
                by
            );
        }
        for end in [
            ProposalEnd::Accepted,
            ProposalEnd::Declined,
            ProposalEnd::Overtaken,
        ] {
            let json = serde_json::to_value(end).expect("serialises");
            assert_eq!(json, end.as_str());
            assert_eq!(
                serde_json::from_value::<ProposalEnd>(json).expect("reads"),
                end
            );
        }
    }

    #[test]
    fn what_became_of_a_wish_survives_the_wire() {
        use crate::event::Fact;
        use crate::ids::InstructionId;
        use crate::instruction::{InstructionKind, InstructionText, ToldInstruction};
        let at = Timestamp::from_millis(1_795_500_000_000);
        let window = |from: Timestamp| Window {
            from,
            to: from.plus_s(14400.0),
        };
        let proposal = ProposalId::from_text("prp_1");
        let told = ToldInstruction {
            instruction: InstructionId::from_text("ins_1"),
            done_at: Some(at),
            text: InstructionText {
                kind: InstructionKind::Neighbour,
                words: Some("Virtanen, A 12".into()),
                picture: None,
                secret_in: None,
            },
        };
        let facts = [
            Fact::Rescheduled {
                by: ScheduledBy::Courier,
                from: window(at),
                to: window(at.plus_s(86400.0)),
                leaves_run: true,
            },
            Fact::ProposalMade {
                proposal: proposal.clone(),
                to: window(at),
                done_at: Some(at),
            },
            Fact::ProposalEnded {
                proposal,
                end: ProposalEnd::Declined,
            },
            Fact::InstructionGiven(told.clone()),
            Fact::InstructionConfirmed(told.clone()),
            Fact::InstructionDeclined(told.clone()),
            Fact::InstructionWithdrawn(told),
        ];
        for (place, fact) in facts.into_iter().enumerate() {
            let json = serde_json::to_value(&fact).expect("serialises");
            assert_eq!(json["type"], fact.type_name());
            assert_eq!(serde_json::from_value::<Fact>(json).expect("reads"), fact);
            assert_eq!(fact.for_recipient(), Some(fact.clone()));
            // Others who watch learn when it comes, and nothing of what was said.
            assert_eq!(fact.for_share_link().is_some(), place == 0);
        }
    }
}
