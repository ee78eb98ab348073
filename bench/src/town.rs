//! A server with couriers on the road and customers who wait.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use porchlight_backend::accounts::{self, Actor, Client, NewPerson, SessionKind};
use porchlight_backend::{Backend, Clock, deliveries};
use porchlight_domain::account::SignIn;
use porchlight_domain::delivery::{Address, Booking, Status, StatusChange, Whereabouts, Window};
use porchlight_domain::geo::Position;
use porchlight_domain::people::{Email, Password, PersonName, Role};
use porchlight_domain::reference::Reference;
use porchlight_server::config::Config;
use porchlight_server::service::Service;
use tempfile::TempDir;

const PASSWORD: &str = "benchmark password";

/// Whatever goes wrong ends the benchmark.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// One van and the customer it drives to, by their tokens.
pub struct Pair {
    /// Posts positions.
    pub courier: String,
    /// Watches them.
    pub customer: String,
    /// What is brought.
    pub reference: Reference,
}

/// A running server and everyone on it.
pub struct Town {
    /// Where it listens.
    pub url: String,
    /// Who is on the road.
    pub pairs: Vec<Pair>,
    database: String,
    service: Service,
    folder: TempDir,
}

impl Town {
    /// Starts a server and sends `vans` out, each with one parcel for a customer of its own.
    pub async fn open(vans: usize) -> Outcome<Self> {
        Self::open_with(vans, |_| {}).await
    }

    /// The same with other settings than the usual.
    pub async fn open_with(vans: usize, set: impl FnOnce(&mut Config)) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let anywhere = ([127, 0, 0, 1], 0).into();
        let mut config = config(folder.path(), anywhere)?;
        set(&mut config);
        let database = config.database();
        let service = Service::start(config, Clock::System).await?;
        let backend = service.backend.clone();
        let mut pairs = Vec::with_capacity(vans);
        for number in 0..vans {
            pairs.push(pair(&backend, number).await?);
        }
        Ok(Self {
            url: format!("http://{}", service.address),
            pairs,
            database,
            service,
            folder,
        })
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.service.address
    }

    /// The address of its database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The server's inside.
    pub fn backend(&self) -> &Backend {
        &self.service.backend
    }

    /// Ends the server and starts another one at the same address, on the same data.
    pub async fn restart(self) -> Outcome<Self> {
        let address = self.service.address;
        self.service.stop().await;
        let service = Service::start(config(self.folder.path(), address)?, Clock::System).await?;
        Ok(Self { service, ..self })
    }

    /// Ends the server.
    pub async fn close(self) {
        self.service.stop().await;
    }
}

fn config(folder: &Path, listen: SocketAddr) -> Outcome<Config> {
    let mut config = Config::read("Leptos.toml")?;
    config.listen = listen;
    folder.clone_into(&mut config.data_dir);
    config.log = "error".into();
    Ok(config)
}

async fn pair(backend: &Backend, number: usize) -> Outcome<Pair> {
    let courier = person(
        backend,
        Role::Courier,
        &format!("courier{number}@example.org"),
    )
    .await?;
    let customer = person(
        backend,
        Role::Customer,
        &format!("customer{number}@example.org"),
    )
    .await?;
    let now = backend.now();
    let booking = Booking {
        pickup: address(60.1700, 24.9400)?,
        address: address(60.1720, 24.9450)?,
        description: "A parcel".into(),
        window: Window {
            from: now,
            to: now.plus_s(3600.0),
        },
        photo_needed: false,
        handover: None,
    };
    let asking = accounts::authenticate(backend, &customer).await?.actor;
    let reference = deliveries::book(&asking, backend, booking)
        .await?
        .summary
        .reference;
    let email = Email::parse(&format!("courier{number}@example.org"))?;
    deliveries::assign(&Actor::System, backend, reference, &email).await?;
    for to in [Status::Collected, Status::OutForDelivery] {
        let change = StatusChange::to(to, Whereabouts::Elsewhere);
        deliveries::change_status(&Actor::System, backend, reference, change).await?;
    }
    Ok(Pair {
        courier,
        customer,
        reference,
    })
}

async fn person(backend: &Backend, role: Role, email: &str) -> Outcome<String> {
    let new = NewPerson {
        role,
        name: PersonName::parse("Somebody")?,
        email: Email::parse(email)?,
        password: Password::choose(PASSWORD)?,
        vehicle: None,
    };
    accounts::add_person(&Actor::System, backend, new).await?;
    let form = SignIn {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let client = Client {
        address: [127, 0, 0, 1].into(),
        user_agent: "benchmark".into(),
    };
    let signed_in = accounts::sign_in(backend, form, &client, SessionKind::Api).await?;
    Ok(signed_in.token.as_str().to_owned())
}

fn address(lat: f64, lon: f64) -> Outcome<Address> {
    Ok(Address::new("Somewhere", Position::new(lat, lon)?)?)
}
