//! Opaque identifiers. They carry 128 random bits, so no one guesses another's.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base32;
use crate::wire::{FromWire, Unreadable, Value};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Makes an id of 128 bits of randomness, which the caller brings.
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(format!(concat!($prefix, "_{}"), base32::encode_u128(u128::from_be_bytes(bytes))))
            }

            /// Takes an id as it was stored or received; an id that does not exist finds nothing.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromWire for $name {
            fn from_wire(value: Value) -> Result<Self, Unreadable> {
                String::from_wire(value).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A person with an account: customer, courier, clerk or admin.
    PersonId,
    "per"
);
id!(
    /// One courier's tour of one day.
    RunId,
    "run"
);
id!(
    /// One event of the log.
    EventId,
    "evt"
);
id!(
    /// What ties the events of one batch, and everything it causes, together.
    CorrelationId,
    "cor"
);
id!(
    /// A link with which a customer lets others watch one delivery.
    ShareId,
    "shr"
);
id!(
    /// Something about a delivery that has to be looked into.
    CaseId,
    "cas"
);
id!(
    /// A window that a courier proposes.
    ProposalId,
    "prp"
);
id!(
    /// Something that a recipient tells their courier.
    InstructionId,
    "ins"
);
id!(
    /// A post office at which parcels can wait.
    PostOfficeId,
    "off"
);
id!(
    /// Something a person was told.
    NotificationId,
    "ntf"
);
id!(
    /// One signed-in browser or API client.
    SessionId,
    "ses"
);

id!(
    /// What one recipient and one courier write to each other about one delivery.
    ChatId,
    "cht"
);
id!(
    /// A browser that reads and writes encrypted messages. It names itself.
    DeviceId,
    "dev"
);
id!(
    /// One encrypted message, named by the device that wrote it, so that sending it twice is sending it once.
    MessageId,
    "msg"
);

impl MessageId {
    /// Whether it has the form of one: others name messages too.
    pub fn is_well_formed(&self) -> bool {
        is_well_formed(&self.0, "msg")
    }
}

/// Whether a text that somebody else made has the form of an id: its prefix and 26 characters of base 32.
pub(crate) fn is_well_formed(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .is_some_and(|digits| base32::decode_u128(digits).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_an_id_is_well_formed() {
        let id = MessageId::from_random([7; 16]);
        assert!(is_well_formed(id.as_str(), "msg"));
        for bad in ["", "msg", "msg_", "msg_A", "dev_00000000000000000000000000"] {
            assert!(!is_well_formed(bad, "msg"), "{bad}");
        }
        assert!(!is_well_formed(&format!("{id}0"), "msg"));
    }

    #[test]
    fn an_id_says_what_it_names() {
        let id = PersonId::from_random([0xff; 16]);
        assert_eq!(id.as_str(), "per_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert_ne!(id, PersonId::from_random([0xfe; 16]));
    }
}
