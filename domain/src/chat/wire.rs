//! What a device asks the server, over a WebSocket or in a request, and what it is told.

use serde::{Deserialize, Serialize};

use super::{Body, ChatCard, Commitment, ContentKey, DeviceKeys, KeyUse, Phase, Side, SignedKey};
use crate::ids::{DeviceId, MessageId, PersonId};
use crate::problem::Problem;
use crate::reference::Reference;
use crate::time::Timestamp;

/// What a device asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// Nothing: whether there is somebody who answers.
    Hello {},
    /// Publishes this device, or more keys of it.
    Enrol {
        /// Who it is.
        device: DeviceKeys,
        /// For sessions that others begin.
        #[serde(default)]
        one_time_keys: Vec<SignedKey>,
        /// For when those are used up.
        #[serde(default)]
        fallback_key: Option<SignedKey>,
    },
    /// How a chat is.
    Chat {
        /// About which delivery.
        delivery: Reference,
    },
    /// A key of each of these devices, to begin sessions with them.
    ClaimKeys {
        /// About which delivery.
        delivery: Reference,
        /// Devices of the two.
        devices: Vec<DeviceId>,
    },
    /// The messages after one, oldest first, as this device can read them.
    Messages {
        /// About which delivery.
        delivery: Reference,
        /// Which device.
        device: DeviceId,
        /// The last one it has; 0 for none.
        after: u32,
    },
    /// Sends a message.
    Send {
        /// About which delivery.
        delivery: Reference,
        /// The message.
        message: Outgoing,
    },
    /// This device has stored all messages up to one, and the person has read them up to another.
    Mark {
        /// About which delivery.
        delivery: Reference,
        /// Which device.
        device: DeviceId,
        /// Stored by it: the server forgets what it kept for it.
        stored: u32,
        /// Read by the person.
        read: u32,
    },
    /// Somebody is typing.
    Typing {
        /// About which delivery.
        delivery: Reference,
    },
    /// Asks the other side to open the chat: there is no key of theirs to write to.
    Knock {
        /// About which delivery.
        delivery: Reference,
    },
    /// Reports a message of the other side.
    Report {
        /// About which delivery.
        delivery: Reference,
        /// What it says, and what shows that it was sent.
        disclosure: Disclosure,
    },
    /// Ends the chat for both, or opens it again.
    Block {
        /// About which delivery.
        delivery: Reference,
        /// Which of the two.
        blocked: bool,
    },
}

/// A message on its way to the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The name its device gave it.
    pub id: MessageId,
    /// The device that wrote it.
    pub from: DeviceId,
    /// Binds the words without saying them.
    pub commitment: Commitment,
    /// For every other device of the two.
    pub sealed: Vec<SealedFor>,
    /// Whether it says how to come in. The courier then gets a card to confirm, which does not say it.
    #[serde(default)]
    pub is_gate_code: bool,
}

/// A message for one device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedFor {
    /// Which.
    pub device: DeviceId,
    /// What only it can read.
    #[serde(flatten)]
    pub sealed: Sealed,
}

/// An Olm message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// 0 when it begins a session, 1 else.
    pub kind: u8,
    /// In base 64.
    pub body: String,
}

/// A message as the server has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Its number in the chat: 1, 2, 3, without a gap.
    pub seq: u32,
    /// Its name.
    pub id: MessageId,
    /// Who wrote it.
    pub side: Side,
    /// On which device.
    pub from: DeviceId,
    /// When the server took it.
    pub at: Timestamp,
    /// Binds the words.
    pub commitment: Commitment,
    /// For the device that asked; none when it was not there yet, wrote it itself or has stored it.
    pub sealed: Option<Sealed>,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Done {},
    /// The device is known.
    Enrolled {
        /// How many one-time keys of it are left.
        one_time_keys: u32,
    },
    /// How the chat is.
    Chat(ChatView),
    /// Keys of those devices that have any.
    Keys {
        /// One for each.
        keys: Vec<ClaimedKey>,
    },
    /// Messages, oldest first.
    Messages {
        /// At most [`super::PAGE`].
        messages: Vec<ChatMessage>,
    },
    /// The message is stored.
    Sent {
        /// Its number.
        seq: u32,
        /// When it was taken.
        at: Timestamp,
    },
    /// Not sent: it was encrypted for other devices than there are now.
    OtherDevices {
        /// How the chat is.
        chat: ChatView,
    },
    /// The message was sent as it was disclosed; the operator looks into it.
    Reported {},
    /// Not done.
    Refused(Problem),
}

/// A key to begin a session with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedKey {
    /// With which device.
    pub device: DeviceId,
    /// What kind of key it is: a part of what was signed.
    #[serde(rename = "use")]
    pub of: KeyUse,
    /// The key.
    #[serde(flatten)]
    pub key: SignedKey,
}

/// How a chat is, for one of the two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatView {
    /// About which delivery.
    pub delivery: Reference,
    /// On which side the reader is.
    pub side: Side,
    /// What may be done now.
    #[serde(flatten)]
    pub phase: Phase,
    /// The reader.
    pub me: Party,
    /// The other.
    pub other: Party,
    /// The number of the last message; 0 for none.
    pub last_seq: u32,
    /// Who ended it for both.
    pub blocked_by: Option<Side>,
    /// What both can rely on, oldest first.
    #[serde(default)]
    pub cards: Vec<ChatCard>,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// The devices that are told messages.
    pub devices: Vec<DeviceKeys>,
    /// The last message that one of their devices stored.
    pub stored: u32,
    /// The last message that they read.
    pub read: u32,
}

/// What shows what somebody wrote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disclosure {
    /// The message's number.
    pub seq: u32,
    /// Opens its commitment.
    pub key: ContentKey,
    /// What it says.
    pub body: Body,
}

/// A reported message, as an admin reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportView {
    /// About which delivery.
    pub delivery: Reference,
    /// The message.
    pub message: MessageId,
    /// Who wrote it.
    pub side: Side,
    /// Their name.
    pub author: String,
    /// What they wrote.
    pub words: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it was reported.
    pub reported_at: Timestamp,
}

/// What a device is told over a WebSocket, unasked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// The answer to the device's n-th question.
    Answer {
        /// The number that came with the question.
        number: u32,
        /// The answer.
        #[serde(flatten)]
        answer: Answer,
    },
    /// A new message.
    Message {
        /// About which delivery.
        delivery: Reference,
        /// The message.
        message: ChatMessage,
    },
    /// Something else of this chat happened.
    Event {
        /// About which delivery.
        delivery: Reference,
        /// What.
        #[serde(flatten)]
        event: ChatEvent,
    },
}

/// What happens in a chat beside messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ChatEvent {
    /// Somebody stored or read messages.
    Marked {
        /// Who.
        by: Side,
        /// The last one stored by a device of theirs.
        stored: u32,
        /// The last one they read.
        read: u32,
    },
    /// Somebody is typing.
    Typing {
        /// Who.
        by: Side,
    },
    /// Devices, or what may be done, are others than before: ask.
    Changed {},
}

/// A question over a WebSocket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Comes back with the answer.
    pub number: u32,
    /// What is asked.
    #[serde(flatten)]
    pub ask: Ask,
}
