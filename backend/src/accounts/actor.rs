//! Who asks. Every capability takes the actor first and decides by it.

use porchlight_domain::ids::{PersonId, SessionId, ShareId};
use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;

use crate::Error;

/// Who asks for something to be done or shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// Someone is.
    Person(Person),
    /// Someone who opened a share link.
    Share(ShareGrant),
    /// Porchlight itself: schedules, set-up, commands of the operator.
    System,
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// What they are.
    pub role: Role,
    /// Where they signed in.
    pub session: SessionId,
}

/// What a share link gives: a look at one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareGrant {
    /// The link.
    pub share: ShareId,
    /// The delivery.
    pub delivery: Reference,
}

impl Actor {
    /// The person, if someone is signed in.
    pub fn person(&self) -> Result<&Person, Error> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Anonymous | Self::Share(_) | Self::System => Err(Error::Unauthenticated),
        }
    }

    /// The person, if they have this role.
    pub fn with_role(&self, role: Role) -> Result<&Person, Error> {
        let person = self.person()?;
        if person.role == role {
            Ok(person)
        } else {
            Err(Error::Forbidden)
        }
    }

    /// Admins, and Porchlight itself.
    pub fn must_run_operations(&self) -> Result<(), Error> {
        match self {
            Self::System => Ok(()),
            _ => self.with_role(Role::Admin).map(|_| ()),
        }
    }

    /// How the log names the kind of actor.
    pub(crate) fn role_name(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Person(person) => person.role.as_str(),
            Self::Share(_) => "share_link",
            Self::System => "system",
        }
    }

    /// How the log names the actor.
    pub(crate) fn id_text(&self) -> String {
        match self {
            Self::Person(person) => person.id.to_string(),
            Self::Share(grant) => grant.share.to_string(),
            Self::Anonymous | Self::System => String::new(),
        }
    }
}
