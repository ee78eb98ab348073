//! How long a chat lives.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// For how long both may still write once the parcel is no longer out, seconds: "I left it with your neighbour".
pub const CLOSING_S: f64 = 15.0 * 60.0;

/// What may be done in a chat now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// There is none, and none may begin.
    None {},
    /// Both may write.
    Open {},
    /// The parcel is no longer out; both may write for a little while.
    Closing {
        /// Until then.
        until: Timestamp,
    },
    /// It can be read.
    ReadOnly {},
}

impl Phase {
    /// Of a chat with a courier. `is_out` is whether they have the parcel out, `closes_at` when the chat that is
    /// there can no longer be written in; none while the parcel is out, or when there is no chat.
    pub fn of(is_out: bool, exists: bool, closes_at: Option<Timestamp>, now: Timestamp) -> Self {
        if is_out {
            return Self::Open {};
        }
        match closes_at {
            _ if !exists => Self::None {},
            Some(until) if now < until => Self::Closing { until },
            _ => Self::ReadOnly {},
        }
    }

    /// Whether messages are taken.
    pub fn is_writable(self) -> bool {
        matches!(self, Self::Open {} | Self::Closing { .. })
    }
}
