//! Tests of holds, each on every database.

mod attacks;
mod choosing;
mod desks;
mod due;
mod offices;
mod together;
mod wishes;

use porchlight_domain::delivery::{Status, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;
use porchlight_domain::geo::Position;
use porchlight_domain::hold::{Document, HoldView, IdentityCheck, PickUpPass};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::people::Email;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::offices::{SourceOffice, queries as office_queries};
use super::*;
use crate::deliveries;
use crate::events::Batch;
use crate::testing::World;

const CLERK: &str = "clerk@example.org";

fn source_office(number: u8) -> SourceOffice {
    let lat = 60.1700 + f64::from(number) * 0.001;
    SourceOffice {
        source: "osm",
        source_id: format!("node/{number}"),
        name: format!("Office {number}"),
        address: format!("Elielinaukio {number}"),
        position: Position::new(lat, 24.94).expect("in Helsinki"),
        opening_hours: Some("Mo-Fr 09:00-21:00".into()),
        wheelchair: None,
    }
}

/// An office with room for so many.
pub(crate) async fn office(backend: &Backend, number: u8, capacity: i64) -> PostOfficeId {
    let mut batch = Batch::begin(backend, &Actor::System).await.expect("begun");
    let office = source_office(number);
    office_queries::upsert(batch.tx().await.expect("begun"), &office, capacity)
        .await
        .expect("a new office");
    office_queries::next_version(batch.tx().await.expect("begun"))
        .await
        .expect("counted");
    batch.commit().await.expect("committed");
    office.id()
}

/// A clerk behind the desk of an office.
async fn clerk_at(world: &World, email: &str, office: &PostOfficeId) -> Actor {
    let clerk = world.clerk(email).await;
    let email = Email::parse(email).expect("an address");
    assign_clerk(&world.admin, &world.backend, office, &email)
        .await
        .expect("a desk");
    clerk
}

/// A parcel of Ada's that goes to an office, and is out.
pub(crate) async fn on_its_way(world: &World, office: &PostOfficeId) -> Reference {
    let reference = world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
    request(&world.ada, &world.backend, reference, office)
        .await
        .expect("there is room");
    reference
}

/// Closes an office from then to then.
async fn close(world: &World, office: &PostOfficeId, closed: (Timestamp, Timestamp)) {
    let closed = Configuration {
        capacity: 5,
        opening_hours: None,
        closed: Some(closed),
    };
    configure(&world.admin, &world.backend, office, closed)
        .await
        .expect("theirs");
}

/// A parcel of Ada's that lies at an office.
async fn at_the_office(world: &World, office: &PostOfficeId) -> Reference {
    let reference = on_its_way(world, office).await;
    drop_it(world, reference)
        .await
        .expect("it is expected there");
    reference
}

async fn drop_it(world: &World, reference: Reference) -> Result<(), Error> {
    let whereabouts = Whereabouts::NoFix {
        reason: "indoors".into(),
    };
    let change = StatusChange::to(Status::Held, whereabouts);
    deliveries::change_status(&world.courier, &world.backend, reference, change)
        .await
        .map(drop)
}

async fn held(world: &World, reference: Reference) -> HoldView {
    hold(&world.ada, &world.backend, reference)
        .await
        .expect("hers")
        .expect("it is held")
}

async fn pass(world: &World, reference: Reference) -> PickUpPass {
    held(world, reference).await.pass.expect("it is there")
}

fn identity() -> IdentityCheck {
    IdentityCheck {
        document: Document::Passport,
        last_digits: "12AB".into(),
    }
}

fn hand_over(told: &str) -> HandOver<'_> {
    HandOver {
        told,
        identity: identity(),
        signature: None,
        done_s_ago: None,
    }
}

async fn hand_out(clerk: &Actor, world: &World, told: &str) -> Result<Reference, Error> {
    collect(clerk, &world.backend, hand_over(told), None)
        .await
        .map(|collected| collected.reference)
}

async fn used(world: &World, office: &PostOfficeId) -> i64 {
    let row = super::offices::known(&world.backend, office).await;
    row.expect("read").expect("an office").used
}

async fn status(world: &World, reference: Reference) -> Status {
    let seen = deliveries::detail(&world.admin, &world.backend, reference).await;
    seen.expect("there").summary.status
}

/// The names of what the recipient's timeline tells, in order.
async fn told(world: &World, reference: Reference) -> Vec<String> {
    let entries = deliveries::timeline(&world.ada, &world.backend, reference).await;
    let entries = entries.expect("hers");
    let names = entries.iter().map(|entry| match &entry.fact {
        Fact::HoldNoted { note, .. } => format!("{} {}", entry.fact.type_name(), note.as_str()),
        Fact::StatusChanged { to, .. } => to.as_str().to_owned(),
        fact => fact.type_name().to_owned(),
    });
    names.collect()
}

fn says(answer: &Result<impl std::fmt::Debug, Error>, words: &str) -> bool {
    matches!(answer, Err(error) if error.to_string().contains(words))
}
