//! Who may look at a delivery. A stranger is told it does not exist.

use porchlight_domain::people::Role;
use porchlight_domain::reference::Reference;

use super::queries::{self, DeliveryRow};
use crate::accounts::Actor;
use crate::events::View;
use crate::{Backend, Error};

/// What someone is to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// It is theirs.
    Customer,
    /// They bring it.
    Courier,
    /// They run the operation.
    Admin,
    /// They opened a share link to it.
    ShareLink,
}

impl Viewer {
    /// Which form of its events they read.
    pub(crate) fn view(self) -> View {
        match self {
            Self::Customer => View::Recipient,
            Self::Courier | Self::Admin => View::Full,
            Self::ShareLink => View::ShareLink,
        }
    }

    fn of(actor: &Actor, row: &DeliveryRow) -> Option<Self> {
        match actor {
            Actor::System => Some(Self::Admin),
            Actor::Share(grant) => {
                (grant.delivery.to_string() == row.reference).then_some(Self::ShareLink)
            }
            Actor::Anonymous => None,
            Actor::Person(person) => match person.role {
                Role::Admin => Some(Self::Admin),
                Role::Customer => (person.id.as_str() == row.customer_id).then_some(Self::Customer),
                Role::Courier => {
                    (row.courier_id.as_deref() == Some(person.id.as_str())).then_some(Self::Courier)
                }
                Role::Clerk => None,
            },
        }
    }
}

/// Loads a delivery for someone who may see it.
pub(crate) async fn load_for(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<(DeliveryRow, Viewer), Error> {
    if matches!(actor, Actor::Anonymous) {
        return Err(Error::Unauthenticated);
    }
    let row = queries::by_reference(backend.store().readers(), reference)
        .await?
        .ok_or(Error::NotFound)?;
    let viewer = Viewer::of(actor, &row).ok_or(Error::NotFound)?;
    Ok((row, viewer))
}

/// The same inside a transaction that will change it.
pub(crate) fn viewer_of(actor: &Actor, row: &DeliveryRow) -> Result<Viewer, Error> {
    Viewer::of(actor, row).ok_or(Error::NotFound)
}
