//! A server with people on it, and what they say to it.

use std::path::PathBuf;
use std::time::Duration;

use porchlight_backend::Clock;
use porchlight_backend::accounts::{self, Actor, NewPerson};
use porchlight_domain::people::{Email, Password, PersonName, Role};
use porchlight_server::config::Config;
use porchlight_server::service::Service;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const PASSWORD: &str = "a test's password";

/// A running server, alone on its database.
pub struct TestApp {
    pub url: String,
    pub service: Service,
    folder: TempDir,
}

/// The repository's root, where the server finds its settings and pages.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with other settings than usual.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = root().join("Leptos.toml");
        let mut config =
            Config::read(settings.to_str().expect("a path of ours")).expect("our settings");
        config.listen = ([127, 0, 0, 1], 0).into();
        config.data_dir = folder.path().join("data");
        config.log = "off".into();
        change(&mut config);
        let service = Service::start(config, Clock::System)
            .await
            .expect("the server starts");
        Self {
            url: format!("http://{}", service.address),
            service,
            folder,
        }
    }

    /// Where its embedded database is.
    pub fn database_url(&self) -> String {
        let path = self.folder.path().join("data/porchlight.db");
        format!("sqlite://{}", path.display())
    }

    /// Someone with an account and a token.
    pub async fn person(&self, role: Role, name: &str) -> Caller {
        let email = format!("{name}@example.org");
        let person = NewPerson {
            role,
            name: PersonName::parse(name).expect("a name"),
            email: Email::parse(&email).expect("an address"),
            password: Password::choose(PASSWORD).expect("long enough"),
            vehicle: None,
        };
        accounts::add_person(&Actor::System, &self.service.backend, person)
            .await
            .expect("a new person");
        let mut caller = self.nobody();
        let issued = caller
            .post(
                "/api/v1/tokens",
                &json!({ "email": email, "password": PASSWORD }),
            )
            .await
            .json(200)
            .await;
        caller.token = issued["token"].as_str().map(str::to_owned);
        caller.email = email;
        caller
    }

    /// Someone who is not signed in.
    pub fn nobody(&self) -> Caller {
        Caller {
            http: Client::builder()
                .timeout(Duration::from_secs(20))
                .build()
                .expect("a client"),
            url: self.url.clone(),
            token: None,
            email: String::new(),
        }
    }

    /// A customer's parcel on a courier's van, collected.
    pub async fn loaded(&self, admin: &Caller, customer: &Caller, courier: &Caller) -> String {
        let reference = booked(customer).await;
        let path = format!("/api/v1/deliveries/{reference}");
        admin
            .post(
                &format!("{path}/assignment"),
                &json!({ "courier_email": courier.email }),
            )
            .await
            .json(200)
            .await;
        courier.step(&reference, "collected").await;
        reference
    }
}

/// Books a parcel.
pub async fn booked(customer: &Caller) -> String {
    let address =
        |lat: f64| json!({ "text": "Somewhere 1", "position": { "lat": lat, "lon": 24.945 } });
    let now = Clock::System.now();
    let booking = json!({
        "pickup": address(60.170),
        "address": address(60.172),
        "description": "A parcel",
        "window": { "from": now, "to": now.plus_s(3600.0) },
    });
    let booked = customer
        .post("/api/v1/deliveries", &booking)
        .await
        .json(201)
        .await;
    booked["reference"]
        .as_str()
        .expect("a reference")
        .to_owned()
}

/// Someone who calls the API.
#[derive(Clone)]
pub struct Caller {
    pub http: Client,
    pub url: String,
    pub token: Option<String>,
    pub email: String,
}

impl Caller {
    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, Some(body)).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer(request.send().await.expect("the server answers"))
    }

    /// A courier moves a delivery on.
    pub async fn step(&self, reference: &str, status: &str) {
        let body = json!({
            "status": status,
            "no_fix_reason": "indoors",
            "reason": "nobody home",
            "proof": { "recipient_name": "Ada" },
        });
        let path = format!("/api/v1/deliveries/{reference}/status");
        self.post(&path, &body).await.json(200).await;
    }

    /// A courier's phone reports where it is.
    pub async fn report(&self, lat: f64, lon: f64) -> Value {
        let fix = json!({
            "lat": lat, "lon": lon, "accuracy_m": 20.0, "speed_mps": 8.0,
            "time": Clock::System.now(),
        });
        let body = json!({ "fixes": [fix] });
        self.post("/api/v1/courier/fixes", &body)
            .await
            .json(200)
            .await
    }
}

/// What came back.
pub struct Answer(pub Response);

impl Answer {
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// The body of an answer with this status.
    pub async fn json(self, status: u16) -> Value {
        let (url, got) = (self.0.url().clone(), self.status());
        let text = self.0.text().await.expect("a body");
        assert_eq!(got, status, "{url}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A refusal as RFC 9457 has it, of this status and kind.
    pub async fn problem(self, status: u16, kind: &str) -> Value {
        let form = self.0.headers().get("content-type").cloned();
        let problem = self.json(status).await;
        assert_eq!(
            form.as_ref().map(reqwest::header::HeaderValue::as_bytes),
            Some(&b"application/problem+json"[..]),
            "{problem}"
        );
        assert_eq!(
            problem["type"],
            format!("https://porchlight.dev/problems/{kind}")
        );
        assert_eq!(problem["status"], status);
        problem
    }
}
