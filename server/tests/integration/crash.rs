//! `kill -9` while couriers report: nothing that was acknowledged is lost.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use porchlight_backend::{events, store::Store};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::app::{Caller, booked, root};

/// How often the server is killed.
const ROUNDS: u64 = 12;

/// A server in a process of its own, in demo mode without drivers.
pub struct Process {
    pub url: String,
    child: Child,
    _folder: TempDir,
}

impl Process {
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (url, child) = spawn(folder.path(), settings).await;
        Self {
            url,
            child,
            _folder: folder,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
    }
}

async fn spawn(folder: &Path, settings: &[(&str, &str)]) -> (String, Child) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_porchlight"))
        .args(["serve", "--demo"])
        .current_dir(root())
        .env("PORCHLIGHT_LISTEN", "127.0.0.1:0")
        .env("PORCHLIGHT_DATA_DIR", folder)
        .env("PORCHLIGHT_DEMO_COURIERS", "0")
        .env("PORCHLIGHT_LOG", "error")
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the server starts");
    let output = child.stdout.take().expect("its output");
    let mut lines = BufReader::new(output).lines();
    let listening = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some((_, address)) = line.split_once("Porchlight is at ") {
                return address.to_owned();
            }
        }
        panic!("the server ended before it listened");
    };
    let url = tokio::time::timeout(Duration::from_mins(1), listening)
        .await
        .expect("it listens in time");
    // Whatever it says later must not block it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (url, child)
}

/// Signs a demo account in at a server.
pub async fn signed_in(url: &str, email: &str) -> Caller {
    porchlight_server::service::install_tls();
    let mut caller = Caller {
        http: reqwest::Client::new(),
        url: url.to_owned(),
        token: None,
        email: email.to_owned(),
    };
    let form = json!({ "email": email, "password": "porchlight-demo" });
    let issued = caller.post("/api/v1/tokens", &form).await.json(200).await;
    caller.token = issued["token"].as_str().map(str::to_owned);
    caller
}

/// Posts fixes until the server is gone; returns how many were acknowledged.
async fn post_until_killed(courier: Caller, child: &mut Child, kill_after: u64) -> u64 {
    let mut acknowledged = 0;
    for step in 0_u64.. {
        let fix = json!({
            "lat": if step % 2 == 0 { 60.1710 } else { 60.1711 }, "lon": 24.945, "accuracy_m": 20.0,
            "time": porchlight_backend::Clock::System.now(),
        });
        let request = courier
            .http
            .post(format!("{}/api/v1/courier/fixes", courier.url))
            .bearer_auth(courier.token.clone().unwrap_or_default())
            .json(&json!({ "fixes": [fix] }));
        if step == kill_after {
            // The request and the kill race: either may win.
            let (answer, killed) = tokio::join!(request.send(), child.kill());
            killed.expect("killed");
            if let Ok(answer) = answer {
                acknowledged += accepted(answer).await;
            }
            return acknowledged;
        }
        acknowledged += accepted(request.send().await.expect("not killed yet")).await;
    }
    acknowledged
}

async fn accepted(answer: reqwest::Response) -> u64 {
    match answer.json::<serde_json::Value>().await {
        Ok(taken) => taken["accepted"].as_u64().unwrap_or(0),
        Err(_) => 0,
    }
}

#[tokio::test]
async fn no_acknowledged_fix_or_status_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = format!("sqlite://{}", folder.path().join("porchlight.db").display());
    let mut acknowledged = 0;
    let mut delivered = Vec::new();
    for round in 0..ROUNDS {
        let (url, mut child) = spawn(folder.path(), &[]).await;
        let ada = signed_in(&url, "customer@demo.test").await;
        for reference in &delivered {
            let known = ada
                .get(&format!("/api/v1/deliveries/{reference}"))
                .await
                .json(200)
                .await;
            assert_eq!(known["status"], "delivered", "round {round}");
        }
        let admin = signed_in(&url, "admin@demo.test").await;
        let courier = signed_in(&url, "courier@demo.test").await;
        let mut references = Vec::new();
        for _ in 0..2 {
            let reference = booked(&ada).await;
            let path = format!("/api/v1/deliveries/{reference}/assignment");
            admin
                .post(&path, &json!({ "courier_email": "courier@demo.test" }))
                .await
                .json(200)
                .await;
            courier.step(&reference, "collected").await;
            courier.step(&reference, "out_for_delivery").await;
            references.push(reference);
        }
        courier.step(&references[0], "delivered").await;
        delivered.push(references.swap_remove(0));
        acknowledged += post_until_killed(courier, &mut child, 3 + round * 2).await;

        let store = Store::open(&database).await.expect("the database is whole");
        events::verify_log(&store)
            .await
            .expect("every seal is whole");
        store.close().await;
    }
    let (url, _child) = spawn(folder.path(), &[]).await;
    let admin = signed_in(&url, "admin@demo.test").await;
    assert!(admin.get("/readyz").await.json(200).await["database"] == "up");
    let stored = porchlight_backend::testing::count_fixes_in(&database).await;
    let stored = u64::try_from(stored).expect("a count");
    assert!(
        stored >= acknowledged,
        "{stored} fixes are stored, {acknowledged} were acknowledged"
    );
}
