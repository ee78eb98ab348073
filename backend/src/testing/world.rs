//! A small world: two customers, a courier, an admin, and parcels on their way.

use porchlight_domain::delivery::{
    Address, Booking, HandoverLevel, Proof, Status, StatusChange, Whereabouts, Window,
};
use porchlight_domain::fix::ReportedFix;
use porchlight_domain::geo::Position;
use porchlight_domain::ids::{PersonId, SessionId};
use porchlight_domain::people::{Email, Role};
use porchlight_domain::reference::Reference;

use super::{TestDatabase, queries};
use crate::accounts::{Actor, Person};
use crate::events::Topic;
use crate::{Backend, Clock, Settings, deliveries, tracking};

/// People on one backend.
pub struct World {
    /// Where they live.
    pub backend: Backend,
    /// Waits for parcels.
    pub ada: Actor,
    /// Waits for parcels too.
    pub bob: Actor,
    /// Brings them.
    pub courier: Actor,
    /// Runs the operation.
    pub admin: Actor,
}

/// The address of [`World::another_courier`].
pub const OTHER_COURIER_EMAIL: &str = "second@example.org";

/// The courier's address in a [`World`].
pub const COURIER_EMAIL: &str = "courier@example.org";

impl World {
    /// Populates a backend.
    pub async fn on(backend: Backend) -> Self {
        Self {
            ada: person(&backend, Role::Customer, "ada@example.org", "Ada Lovelace").await,
            bob: person(&backend, Role::Customer, "bob@example.org", "Bob Kahn").await,
            courier: person(&backend, Role::Courier, COURIER_EMAIL, "Väinö Aalto").await,
            admin: person(&backend, Role::Admin, "admin@example.org", "Grace Hopper").await,
            backend,
        }
    }

    /// One whose clock a test sets.
    pub async fn with_clock(database: &TestDatabase) -> (Self, Clock) {
        Self::with(database.settings()).await
    }

    /// A world that is set up in some way, and the clock of it.
    pub async fn with(settings: Settings) -> (Self, Clock) {
        let clock = settings.clock.clone();
        let backend = Backend::start(settings)
            .await
            .expect("a new database opens");
        (Self::on(backend).await, clock)
    }

    /// A booked delivery to a place.
    pub async fn book(&self, customer: &Actor, lat: f64, lon: f64) -> Reference {
        self.book_for(customer, lat, lon, None).await
    }

    /// A booked delivery that is handed to its recipient only.
    pub async fn book_for_hands(&self, customer: &Actor, level: HandoverLevel) -> Reference {
        self.book_for(customer, 60.17, 24.94, Some(level)).await
    }

    async fn book_for(
        &self,
        customer: &Actor,
        lat: f64,
        lon: f64,
        handover: Option<HandoverLevel>,
    ) -> Reference {
        let now = self.backend.now();
        let booking = Booking {
            pickup: address("Depot, Helsinki", 60.1690, 24.9300),
            address: address("Somewhere in Helsinki", lat, lon),
            description: "A parcel".into(),
            window: Window {
                from: now,
                to: now.plus_s(6.0 * 3600.0),
            },
            photo_needed: false,
            handover,
        };
        deliveries::book(customer, &self.backend, booking)
            .await
            .expect("a good booking is taken")
            .summary
            .reference
    }

    /// Somebody else who brings parcels, with nothing to do yet.
    pub async fn another_courier(&self) -> Actor {
        person(
            &self.backend,
            Role::Courier,
            OTHER_COURIER_EMAIL,
            "Siiri Laine",
        )
        .await
    }

    /// Somebody behind a desk.
    pub async fn clerk(&self, email: &str) -> Actor {
        person(&self.backend, Role::Clerk, email, "Helmi Virtanen").await
    }

    /// Somebody else who waits for parcels.
    pub async fn customer(&self, email: &str) -> Actor {
        person(&self.backend, Role::Customer, email, "Toini Salo").await
    }

    /// Every event and every row behind a handover, as text.
    pub async fn everything_stored(&self) -> String {
        queries::everything_stored(&self.backend).await.join("\n")
    }

    /// Puts a delivery on the courier's run.
    pub async fn assign(&self, reference: Reference) {
        let courier = Email::parse(COURIER_EMAIL).expect("an address");
        deliveries::assign(&self.admin, &self.backend, reference, &courier)
            .await
            .expect("the courier takes it");
    }

    /// The courier moves a delivery on, with everything a step could need.
    pub async fn step(&self, reference: Reference, to: Status) -> Result<(), crate::Error> {
        let change = StatusChange {
            reason: Some("nobody home".into()),
            proof: Some(Proof::RecipientName("Ada".into())),
            ..StatusChange::to(
                to,
                Whereabouts::NoFix {
                    reason: "indoors".into(),
                },
            )
        };
        deliveries::change_status(&self.courier, &self.backend, reference, change)
            .await
            .map(|_| ())
    }

    /// A delivery that the courier has collected.
    pub async fn collected(&self, customer: &Actor, lat: f64, lon: f64) -> Reference {
        let reference = self.book(customer, lat, lon).await;
        self.assign(reference).await;
        self.step(reference, Status::Collected)
            .await
            .expect("a legal step");
        reference
    }

    /// A delivery that is out on the courier's active run.
    pub async fn out_for_delivery(&self, customer: &Actor, lat: f64, lon: f64) -> Reference {
        let reference = self.collected(customer, lat, lon).await;
        self.step(reference, Status::OutForDelivery)
            .await
            .expect("a legal step");
        reference
    }

    /// Waits until the board has followed the log to its end.
    pub async fn settled(&self) {
        let newest = crate::events::queries::last_seq(self.backend.store().readers())
            .await
            .expect("the log is there");
        let told = async {
            while self.backend.relay().told() < newest {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), told)
            .await
            .expect("the relay tells everything");
    }

    /// The courier's phone reports where it is now.
    pub async fn drive(&self, lat: f64, lon: f64) -> tracking::Ingested {
        tracking::ingest(&self.courier, &self.backend, vec![self.fix(lat, lon)])
            .await
            .expect("a good batch is taken")
    }

    /// A good fix, taken now.
    pub fn fix(&self, lat: f64, lon: f64) -> ReportedFix {
        ReportedFix {
            lat,
            lon,
            accuracy_m: 5.0,
            speed_mps: Some(8.0),
            heading_deg: Some(0.0),
            time: self.backend.now(),
            seq: None,
        }
    }

    /// How many fixes are stored.
    pub async fn stored_fixes(&self) -> i64 {
        queries::count_fixes(&self.backend).await
    }

    /// Changes a stored event behind the log's back.
    pub async fn tamper(&self, seq: i64) {
        queries::tamper(&self.backend, seq).await;
    }

    /// Removes the newest events behind the log's back, from this one on.
    pub async fn remove_events_from(&self, seq: i64) {
        queries::remove_events_from(&self.backend, seq).await;
    }

    /// Makes the log believe that it ends with this event.
    pub async fn rewind_log(&self, seq: i64) {
        queries::rewind_head(&self.backend, seq).await;
    }

    /// The id of someone.
    pub fn id(actor: &Actor) -> PersonId {
        actor.person().expect("a person").id.clone()
    }

    /// The topic of someone.
    pub fn topic(actor: &Actor) -> Topic {
        Topic::person(&Self::id(actor))
    }
}

fn address(text: &str, lat: f64, lon: f64) -> Address {
    let position = Position::new(lat, lon).expect("a test writes real positions");
    Address::new(text, position).expect("a test writes real addresses")
}

async fn person(backend: &Backend, role: Role, email: &str, name: &str) -> Actor {
    let id = PersonId::from_random(backend.random_bytes());
    queries::insert_person(backend, id.as_str(), role.as_str(), email, name).await;
    let session = SessionId::from_random(backend.random_bytes());
    queries::insert_session(backend, session.as_str(), id.as_str()).await;
    Actor::Person(Person { id, role, session })
}
