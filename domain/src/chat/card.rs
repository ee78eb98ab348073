//! What the two agreed on or are about to, shown in the chat where it happened. Each is a fact in the system, and the
//! server knows it, unlike what is said around it.

use serde::{Deserialize, Serialize};

use crate::delivery::Window;
use crate::instruction::InstructionView;
use crate::schedule::{ProposalEnd, ProposalView, ScheduledBy};
use crate::time::Timestamp;

/// Something that both can rely on, and since when it is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatCard {
    /// When it was given, proposed or done.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: Agreement,
}

/// What is on a card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "card", rename_all = "snake_case")]
pub enum Agreement {
    /// The recipient told the courier something, who confirms or declines it.
    Instruction {
        /// What, and where it stands for this courier.
        instruction: InstructionView,
    },
    /// The courier proposed another window.
    Proposal {
        /// Which.
        proposal: ProposalView,
        /// How it ended; none while the recipient has not answered.
        #[serde(default)]
        end: Option<ProposalEnd>,
    },
    /// The parcel comes at another time than before.
    Rescheduled {
        /// Whose wish it was.
        by: ScheduledBy,
        /// When it comes.
        to: Window,
    },
}

impl ChatCard {
    /// Whether it is about what an encrypted message says.
    pub fn is_about(&self, message: &str) -> bool {
        match &self.what {
            Agreement::Instruction { instruction } => {
                instruction.text.secret_in.as_deref() == Some(message)
            }
            _ => false,
        }
    }
}
