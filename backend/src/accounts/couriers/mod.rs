//! What others may know of a courier or a recipient.

pub(crate) mod queries;

use porchlight_domain::ids::PersonId;
use porchlight_domain::people::{Email, PersonName};
use porchlight_domain::tracking::CourierCard;

use self::queries::PersonRow;
use crate::{Backend, Error};

/// The courier with this address.
pub(crate) async fn courier_by_email(backend: &Backend, email: &Email) -> Result<PersonId, Error> {
    queries::courier_by_email(backend.store().readers(), email.as_str())
        .await?
        .map(PersonId::from_text)
        .ok_or_else(|| Error::invalid("courier_email", &"no courier has this address"))
}

/// What a recipient may know of their courier: never the family name.
pub(crate) async fn courier_card(
    backend: &Backend,
    courier: &PersonId,
) -> Result<CourierCard, Error> {
    let row = person(backend, courier).await?;
    let name = PersonName::parse(&row.name)?;
    let initials = row
        .name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    #[expect(
        clippy::cast_precision_loss,
        reason = "ratings are far fewer than 2^53"
    )]
    let rating = (row.rating_count > 0).then(|| row.rating_sum as f64 / row.rating_count as f64);
    Ok(CourierCard {
        first_name: name.first().to_owned(),
        initials,
        vehicle: row.vehicle,
        rating,
    })
}

/// What somebody is called by those they meet at a door: never the family name.
pub(crate) async fn first_name(backend: &Backend, id: &PersonId) -> Result<String, Error> {
    let row = person(backend, id).await?;
    Ok(PersonName::parse(&row.name)?.first().to_owned())
}

async fn person(backend: &Backend, id: &PersonId) -> Result<PersonRow, Error> {
    queries::person(backend.store().readers(), id)
        .await?
        .ok_or(Error::NotFound)
}
