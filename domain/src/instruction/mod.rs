//! What a recipient tells their courier in a form that both sides can rely on: cards that the courier confirms
//! or declines.
//!
//! To add a kind: a variant of [`InstructionKind`], its name in the migrations' check, its words in the pages'
//! texts.

use serde::Serialize;
use thiserror::Error;

use crate::delivery::PictureHash;
use crate::ids::InstructionId;
use crate::time::Timestamp;
use crate::wire::{FromWire, Unreadable, Value};

/// The longest text of an instruction, characters: what is read at a glance at a door.
pub const MOST_CHARS: usize = 300;
/// The longest id of the message that holds a secret, characters.
pub const MOST_SECRET_CHARS: usize = 64;

/// What an instruction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InstructionKind {
    /// Where the parcel may be left.
    SafePlace,
    /// Who else may take it.
    Neighbour,
    /// How to come in. The code itself is in an encrypted message, which the server can't read.
    GateCode,
    /// Somebody has to take it: it is never left at the door. It binds from when it is given.
    NeverLeave,
    /// Anything else.
    Other,
}

impl InstructionKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::SafePlace,
        Self::Neighbour,
        Self::GateCode,
        Self::NeverLeave,
        Self::Other,
    ];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SafePlace => "safe_place",
            Self::Neighbour => "neighbour",
            Self::GateCode => "gate_code",
            Self::NeverLeave => "never_leave",
            Self::Other => "other",
        }
    }

    /// Reads what [`InstructionKind::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a courier may say no to it. That a parcel is not left at the door is for its recipient alone to say.
    pub fn can_be_declined(self) -> bool {
        self != Self::NeverLeave
    }
}

/// Where an instruction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InstructionState {
    /// The courier has not answered.
    Open,
    /// The courier does it.
    Confirmed,
    /// The courier can't.
    Declined,
}

impl InstructionState {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
        }
    }
}

/// What an instruction says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstructionText {
    /// What it is about.
    pub kind: InstructionKind,
    /// In the recipient's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// A photo of the safe place, which the server has already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureHash>,
    /// The encrypted message that holds a secret: the server knows its name and nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_in: Option<String>,
}

/// An instruction as it is told when anything becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldInstruction {
    /// Which.
    pub instruction: InstructionId,
    /// When the courier did it, if it could be reported later only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
    /// What it says.
    #[serde(flatten)]
    pub text: InstructionText,
}

/// An instruction as its recipient and the courier see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstructionView {
    /// Which.
    pub id: InstructionId,
    /// Where it stands.
    pub state: InstructionState,
    /// When it was given.
    pub given_at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub text: InstructionText,
}

crate::wire! {
    InstructionText { kind, words, picture, secret_in }
    ToldInstruction { instruction, done_at; ..text }
    InstructionView { id, state, given_at; ..text }
}

impl FromWire for InstructionKind {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("kind"))
    }
}

impl FromWire for InstructionState {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        let text = String::from_wire(value)?;
        [Self::Open, Self::Confirmed, Self::Declined]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(Unreadable("state"))
    }
}

crate::wire_with_serde!(InstructionKind InstructionState);

/// Why an instruction is not taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidInstruction {
    /// Nothing says where, to whom, or what.
    #[error("say it in a few words, or with a photo of the place")]
    Empty,
    /// Too long, or with characters that no text has.
    #[error("write at most {MOST_CHARS} characters, and no control characters")]
    Words,
    /// A gate code in clear.
    #[error(
        "a gate code goes into an encrypted message only: send that message's id as secret_in, and no words"
    )]
    CodeInClear,
    /// What is in a message is for gate codes, and its id is letters, digits, hyphens and underscores.
    #[error(
        "secret_in is the id of a message with a gate code: at most {MOST_SECRET_CHARS} letters, digits, - and _"
    )]
    Secret,
    /// A picture where none belongs.
    #[error("only a safe place has a photo")]
    Picture,
}

impl InstructionText {
    /// Checks what the types can't, and trims the words.
    pub fn checked(self) -> Result<Self, InvalidInstruction> {
        let words = self.words.as_deref().map(str::trim);
        let words = words.filter(|words| !words.is_empty()).map(str::to_owned);
        if words.as_deref().is_some_and(|words| !is_readable(words)) {
            return Err(InvalidInstruction::Words);
        }
        let is_code = self.kind == InstructionKind::GateCode;
        if is_code && words.is_some() {
            return Err(InvalidInstruction::CodeInClear);
        }
        if is_code != self.secret_in.is_some()
            || self
                .secret_in
                .as_deref()
                .is_some_and(|id| !is_message_id(id))
        {
            return Err(InvalidInstruction::Secret);
        }
        if self.picture.is_some() && self.kind != InstructionKind::SafePlace {
            return Err(InvalidInstruction::Picture);
        }
        let says_itself = matches!(
            self.kind,
            InstructionKind::GateCode | InstructionKind::NeverLeave
        );
        if !says_itself && words.is_none() && self.picture.is_none() {
            return Err(InvalidInstruction::Empty);
        }
        Ok(Self { words, ..self })
    }
}

fn is_readable(words: &str) -> bool {
    let is_written = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    words.chars().count() <= MOST_CHARS && words.chars().all(is_written)
}

fn is_message_id(id: &str) -> bool {
    let is_simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=MOST_SECRET_CHARS).contains(&id.len()) && id.chars().all(is_simple)
}

/// The instructions that hold, of those in the order they were given: the latest confirmed of each kind.
pub fn in_force(all: &[InstructionView]) -> Vec<&InstructionView> {
    let holds = |view: &&InstructionView| view.state == InstructionState::Confirmed;
    let mut latest: Vec<&InstructionView> = Vec::new();
    for view in all.iter().filter(holds) {
        latest.retain(|older| older.text.kind != view.text.kind);
        latest.push(view);
    }
    latest
}

#[cfg(test)]
mod tests;
