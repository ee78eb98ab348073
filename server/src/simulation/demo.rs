//! The demo city: people, parcels and couriers that never stop.

use std::sync::Arc;
use std::time::Duration;

use porchlight_backend::accounts::{self, Actor, NewPerson};
use porchlight_backend::sequence::{self, Effort, End, Problem, Visit};
use porchlight_backend::{Backend, Error, holds};
use porchlight_domain::delivery::{Address, Booking, Window};
use porchlight_domain::geo::Position;
use porchlight_domain::people::{Email, Password, PersonName, Role};
use porchlight_domain::run::DEFAULT_SERVICE_S;
use porchlight_domain::tracking::{DeliveryDetail, RunView};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::StatusCode;
use serde_json::json;

use super::api::{Api, ApiError};
use super::courier::{Courier, keep_driving};

/// The password of every demo account.
pub const PASSWORD: &str = "porchlight-demo";
/// Where the vans are loaded.
const DEPOT: &str = "Depot, Elielinaukio 2, Helsinki";
/// Stops of a run.
const STOPS: usize = 12;

/// Role, address, name, vehicle.
const PEOPLE: [(Role, &str, &str, Option<&str>); 10] = [
    (Role::Customer, "customer@demo.test", "Aino Korhonen", None),
    (
        Role::Customer,
        "customer2@demo.test",
        "Mikael Lindqvist",
        None,
    ),
    (Role::Customer, "resident@demo.test", "Noora Salmi", None),
    (Role::Customer, "resident2@demo.test", "Elias Berg", None),
    (
        Role::Courier,
        "courier@demo.test",
        "Väinö Aalto",
        Some("White electric van"),
    ),
    (
        Role::Courier,
        "courier2@demo.test",
        "Siiri Laine",
        Some("Cargo bike"),
    ),
    (
        Role::Courier,
        "courier3@demo.test",
        "Otto Heikkinen",
        Some("Blue van"),
    ),
    (Role::Clerk, "clerk@demo.test", "Helmi Virtanen", None),
    (Role::Admin, "admin@demo.test", "Leena Mäkinen", None),
    (Role::Customer, "resident3@demo.test", "Sofia Nurmi", None),
];

/// The accounts to show whoever starts the demo.
pub const SHOWN: [(&str, &str); 5] = [
    ("customer@demo.test", "watches a parcel come"),
    ("customer2@demo.test", "watches another one"),
    ("courier@demo.test", "drives a run"),
    ("clerk@demo.test", "works at a post office"),
    ("admin@demo.test", "runs the operation"),
];

/// Which courier brings whose parcels, and at which of the stops: the first courier has the first
/// customer's parcel near the beginning, so that there is something to see at once.
const RUNS: [(&str, &str, usize); 3] = [
    ("courier@demo.test", "customer@demo.test", 2),
    ("courier2@demo.test", "customer2@demo.test", 5),
    ("courier3@demo.test", "customer@demo.test", 9),
];

/// Adds the demo's people; those who are there stay.
pub async fn add_people(backend: &Backend) -> Result<(), Error> {
    for (role, email, name, vehicle) in PEOPLE {
        let person = NewPerson {
            role,
            name: PersonName::parse(name)?,
            email: Email::parse(email)?,
            password: Password::choose(PASSWORD)?,
            vehicle: vehicle.map(str::to_owned),
        };
        match accounts::add_person(&Actor::System, backend, person).await {
            Ok(_)
            | Err(Error::Invalid {
                field: Some("email"),
                ..
            }) => {}
            Err(error) => return Err(error),
        }
    }
    give_a_desk(backend).await
}

/// The clerk works at the main post office, unless somebody has said otherwise.
async fn give_a_desk(backend: &Backend) -> Result<(), Error> {
    holds::import_offices(&Actor::System, backend).await?;
    let mut offices = holds::list_offices(&Actor::System, backend).await?;
    // The one whose hours are known comes first: there is more to see.
    offices.sort_by_key(|office| office.office.opening_hours.is_none());
    let is_given = offices.iter().any(|office| !office.clerks.is_empty());
    if let Some(first) = offices.first().filter(|_| !is_given) {
        let clerk = Email::parse("clerk@demo.test")?;
        holds::assign_clerk(&Actor::System, backend, &first.office.id, &clerk).await?;
    }
    Ok(())
}

/// Whether a database has any of the demo's staff, whose password everyone knows. Its customers don't
/// count: anyone can sign up with their addresses, and must not be able to stop a server by it.
pub async fn was_here(backend: &Backend) -> Result<bool, Error> {
    let staff = PEOPLE.iter().filter(|(role, ..)| *role != Role::Customer);
    for (role, email, ..) in staff {
        let email = Email::parse(email)?;
        if accounts::role_of(&Actor::System, backend, &email).await? == Some(*role) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Starts the first `count` couriers, who load their vans and drive for ever.
pub fn start_couriers(backend: &Backend, url: &str, count: usize, speed: f64, seed: u64) {
    for (number, run) in (0..).zip(RUNS.into_iter().take(count)) {
        let dispatch = Dispatch {
            backend: backend.clone(),
            url: url.to_owned(),
            run,
        };
        tokio::spawn(dispatch.keep_going(speed, seed.wrapping_add(number)));
    }
}

struct Dispatch {
    backend: Backend,
    url: String,
    run: (&'static str, &'static str, usize),
}

impl Dispatch {
    async fn keep_going(self, speed: f64, seed: u64) {
        let api = loop {
            match Api::sign_in(&self.url, self.run.0, PASSWORD).await {
                Ok(api) => break api,
                Err(error) => tracing::warn!(%error, "A simulated courier can't sign in yet"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        let courier = Courier {
            api,
            position: depot(&self.backend),
            backend: self.backend.clone(),
            speed,
            chance: StdRng::seed_from_u64(seed),
        };
        let dispatch = Arc::new(self);
        let load = move |chance| {
            let dispatch = dispatch.clone();
            async move { dispatch.load(chance).await }
        };
        keep_driving(courier, Arc::new(load)).await;
    }

    /// Fills the courier's van, unless it is full.
    async fn load(&self, mut chance: StdRng) -> Result<StdRng, ApiError> {
        let (courier_email, customer_email, place) = self.run;
        let courier = Api::sign_in(&self.url, courier_email, PASSWORD).await?;
        match courier.get::<RunView>("/api/v1/courier/run").await {
            Ok(run) if run.stops.len() >= STOPS => return Ok(chance),
            Err(error) if !error.is(StatusCode::NOT_FOUND) => return Err(error),
            _ => {}
        }
        let admin = Api::sign_in(&self.url, "admin@demo.test", PASSWORD).await?;
        let customer = Api::sign_in(&self.url, customer_email, PASSWORD).await?;
        let residents = [
            Api::sign_in(&self.url, "resident@demo.test", PASSWORD).await?,
            Api::sign_in(&self.url, "resident2@demo.test", PASSWORD).await?,
            Api::sign_in(&self.url, "resident3@demo.test", PASSWORD).await?,
        ];
        let doors = tour(&self.backend, &mut chance);
        for (stop, door) in doors.into_iter().enumerate() {
            let who = if stop == place {
                &customer
            } else {
                &residents[stop % residents.len()]
            };
            let booking = booking(&self.backend, door, &mut chance);
            let booked: DeliveryDetail = who.post("/api/v1/deliveries", &booking).await?;
            let path = format!("/api/v1/deliveries/{}", booked.summary.reference);
            let assignment = json!({ "courier_email": courier_email });
            let _: DeliveryDetail = admin
                .post(&format!("{path}/assignment"), &assignment)
                .await?;
            let collected = json!({ "status": "collected", "no_fix_reason": "in the depot" });
            let _: DeliveryDetail = courier.post(&format!("{path}/status"), &collected).await?;
        }
        Ok(chance)
    }
}

fn depot(backend: &Backend) -> Position {
    backend.atlas().map_or_else(Position::default, |atlas| {
        atlas
            .post_offices
            .first()
            .map_or_else(|| atlas.bounds.centre(), |office| office.position)
    })
}

/// Doors in driving order.
fn tour(backend: &Backend, chance: &mut StdRng) -> Vec<Address> {
    let Some(atlas) = backend.atlas() else {
        return Vec::new();
    };
    let mut doors: Vec<Address> = Vec::with_capacity(STOPS);
    while doors.len() < STOPS {
        let (min, max) = (atlas.bounds.min, atlas.bounds.max);
        let lat = chance.random_range(min.lat()..max.lat());
        let lon = chance.random_range(min.lon()..max.lon());
        let Ok(anywhere) = Position::new(lat, lon) else {
            continue;
        };
        let Some(house) = atlas.geocoder.nearest_address(anywhere) else {
            return doors;
        };
        if let Ok(address) = Address::new(&house.to_string(), house.position)
            && atlas.router.streets().nearest(address.position).is_some()
        {
            doors.push(address);
        }
    }
    in_driving_order(backend, &doors)
}

/// As the run will be planned: whose door comes when is known before anything is booked.
fn in_driving_order(backend: &Backend, doors: &[Address]) -> Vec<Address> {
    let places: Vec<Position> = std::iter::once(depot(backend))
        .chain(doors.iter().map(|door| door.position))
        .collect();
    let streets = backend.atlas().map(|atlas| atlas.router.streets());
    let times = sequence::travel_times(streets.map(AsRef::as_ref), &places);
    let visits = vec![Visit::at_any_time(DEFAULT_SERVICE_S); doors.len()];
    let problem = Problem::new(&times, &visits, End::Anywhere);
    let order = sequence::sequence(&problem, &[], Effort::default());
    let door = |node: usize| doors.get(node - 1).cloned();
    order.into_iter().filter_map(door).collect()
}

fn booking(backend: &Backend, address: Address, chance: &mut StdRng) -> Booking {
    const THINGS: [&str; 8] = [
        "Books from Akateeminen",
        "Running shoes",
        "Coffee, 1 kg",
        "A desk lamp",
        "Winter gloves",
        "Board game",
        "Phone case",
        "Wool blanket",
    ];
    let now = backend.now();
    Booking {
        pickup: Address {
            text: DEPOT.into(),
            position: depot(backend),
        },
        address,
        description: THINGS[chance.random_range(0..THINGS.len())].into(),
        window: Window {
            from: now,
            to: now.plus_s(3.0 * 3600.0),
        },
        photo_needed: false,
        handover: None,
    }
}
