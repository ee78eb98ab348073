//! To whom something is told, and in which form.

use std::fmt;
use std::sync::Arc;

use porchlight_domain::event::Fact;
use porchlight_domain::ids::{PersonId, SessionId, ShareId};
use porchlight_domain::reference::Reference;

/// An audience: everything told to a topic reaches all who listen to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(Arc<str>);

impl Topic {
    /// One person, on all their devices.
    pub fn person(id: &PersonId) -> Self {
        Self(format!("person:{id}").into())
    }

    /// One person's devices that have a chat open.
    pub fn chat(id: &PersonId) -> Self {
        Self(format!("chat:{id}").into())
    }

    /// All who watch one delivery by share links.
    pub fn shared(delivery: Reference) -> Self {
        Self(format!("shared:{delivery}").into())
    }

    /// All who opened one share link: nothing is told to it, it is there to be closed.
    pub fn share(id: &ShareId) -> Self {
        Self(format!("share:{id}").into())
    }

    /// One session: nothing is told to it, it is there to be closed.
    pub fn session(id: &SessionId) -> Self {
        Self(format!("session:{id}").into())
    }

    /// The person, if this is the topic of one.
    pub(crate) fn person_id(&self) -> Option<PersonId> {
        self.0.strip_prefix("person:").map(PersonId::from_text)
    }

    /// The session, if this is the topic of one.
    pub(crate) fn session_id(&self) -> Option<SessionId> {
        self.0.strip_prefix("session:").map(SessionId::from_text)
    }

    /// The share link, if this is the topic of one.
    pub(crate) fn share_id(&self) -> Option<ShareId> {
        self.0.strip_prefix("share:").map(ShareId::from_text)
    }

    /// The admins.
    pub fn operations() -> Self {
        Self("operations".into())
    }

    /// As stored beside an event.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes a topic as it was stored.
    pub(crate) fn from_stored(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The form of an event that an audience may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum View {
    /// Everything: couriers on their own run, and admins.
    Full,
    /// What the recipient of the parcel may read.
    Recipient,
    /// What someone with a share link may read.
    ShareLink,
}

impl View {
    /// The fact in this form; `None` when it is not for them.
    pub(crate) fn of(self, fact: &Fact) -> Option<Fact> {
        match self {
            Self::Full => Some(fact.clone()),
            Self::Recipient => fact.for_recipient(),
            Self::ShareLink => fact.for_share_link(),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Recipient => "recipient",
            Self::ShareLink => "share_link",
        }
    }

    /// The narrowest view for a text that is none of ours: showing less is the safe error.
    pub(crate) fn from_stored(text: &str) -> Self {
        match text {
            "full" => Self::Full,
            "recipient" => Self::Recipient,
            _ => Self::ShareLink,
        }
    }
}

/// One topic an event is told to, and in which form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Listener {
    pub(crate) topic: Topic,
    pub(crate) view: View,
}

impl Listener {
    /// A person who reads everything: the courier of the run.
    pub(crate) fn full(person: &PersonId) -> Self {
        Self {
            topic: Topic::person(person),
            view: View::Full,
        }
    }

    /// The recipient of the parcel.
    pub(crate) fn recipient(person: &PersonId) -> Self {
        Self {
            topic: Topic::person(person),
            view: View::Recipient,
        }
    }

    /// Everyone with a share link to the delivery.
    pub(crate) fn shared(delivery: Reference) -> Self {
        Self {
            topic: Topic::shared(delivery),
            view: View::ShareLink,
        }
    }
}
