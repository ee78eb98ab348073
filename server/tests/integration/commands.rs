//! The commands, as whoever runs a Porchlight types them.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::app::{Caller, PASSWORD, root};
use crate::process::{Process, porchlight};

#[tokio::test]
async fn a_password_for_a_command_does_not_stop_the_server() {
    let settings = [("PORCHLIGHT_PASSWORD", "for replay and add-person")];
    let server = Process::start_as(&["serve"], &settings).await;
    let answer = reqwest::get(format!("{}/healthz", server.url)).await;
    assert_eq!(answer.expect("answered").status(), 200);
}

#[tokio::test]
async fn the_settings_file_says_where_the_pages_are() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("porchlight.toml");
    let settings = std::fs::read_to_string(root().join("Leptos.toml")).expect("our settings");
    let site = folder.path().join("site");
    std::fs::create_dir(&site).expect("a folder");
    std::fs::write(site.join("mine.txt"), "found").expect("written");
    let settings = settings.replace("target/site", site.to_str().expect("a path"));
    std::fs::write(&file, settings).expect("written");
    let file: &'static str = file.to_str().expect("a path").to_owned().leak();
    let arguments: &'static [&str] = vec!["serve", "--settings", file].leak();
    let server = Process::start_as(arguments, &[]).await;
    let answer = reqwest::get(format!("{}/mine.txt", server.url)).await;
    let found = answer.expect("answered").text().await;
    assert_eq!(found.expect("a body"), "found");
}

#[tokio::test]
async fn people_of_the_demo_are_served_in_the_demo_only() {
    let mut demo = Process::start(&[]).await;
    demo.kill().await;
    let serving = porchlight(demo.folder())
        .arg("serve")
        .stderr(Stdio::piped())
        .output();
    let ended = tokio::time::timeout(Duration::from_mins(1), serving)
        .await
        .expect("it does not serve")
        .expect("it ends");
    assert!(!ended.status.success());
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("demo's accounts"), "{said}");
    assert!(said.contains("data_dir"), "{said}");
    demo.restart().await;
}

#[tokio::test]
async fn an_operator_adds_people_who_sign_in() {
    let server = Process::start_as(&["serve"], &[]).await;
    for role in ["courier", "clerk", "admin", "customer"] {
        let email = format!("{role}@example.org");
        let typed = (role == "clerk").then_some("typed, not in the environment\n");
        let said = add(server.folder(), &["--role", role, "--email", &email], typed).await;
        assert_eq!(said, Ok(format!("{email} can sign in as {role}\n")));
        let password = if typed.is_some() {
            "typed, not in the environment"
        } else {
            PASSWORD
        };
        let form = json!({ "email": email, "password": password });
        let issued = nobody(&server).post("/api/v1/tokens", &form).await;
        assert_eq!(issued.json(200).await["role"], role);
    }
}

/// Or anyone who signs up could keep a server from starting.
#[tokio::test]
async fn a_customer_with_an_address_of_the_demo_stops_no_server() {
    let mut server = Process::start_as(&["serve"], &[]).await;
    let customer = ["--role", "customer", "--email", "customer@demo.test"];
    add(server.folder(), &customer, None).await.expect("added");
    server.kill().await;
    server.restart().await;
}

#[tokio::test]
async fn people_who_can_not_be_added_are_refused_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let ada = ["--role", "admin", "--email", "ada@example.org"];
    let refused =
        async |arguments: &[&str], typed| add(folder, arguments, typed).await.expect_err("refused");
    add(folder, &ada, None).await.expect("added");
    let twice = refused(&ada, None).await;
    assert!(twice.contains("there is an account"), "{twice}");
    let short = refused(&ada, Some("short")).await;
    assert!(short.contains("at least 12 characters"), "{short}");
    let none = refused(&ada, Some("")).await;
    assert!(none.contains("PORCHLIGHT_PASSWORD"), "{none}");
    let email = refused(&["--role", "admin", "--email", "ada"], None).await;
    assert!(
        email.contains("--email: enter an e-mail address"),
        "{email}"
    );
    let role = refused(&["--role", "king", "--email", "a@example.org"], None).await;
    assert!(role.contains("courier, clerk, admin, customer"), "{role}");
    let van = [&ada[..], &["--vehicle", "White van"]].concat();
    let van = refused(&van, None).await;
    assert!(van.contains("--vehicle is for couriers"), "{van}");
}

/// Adds someone, with a password from the environment or from standard input; what was said.
async fn add(folder: &Path, arguments: &[&str], typed: Option<&str>) -> Result<String, String> {
    let mut command = porchlight(folder);
    command
        .args(["add-person", "--name", "Ada Lovelace"])
        .args(arguments)
        .env_remove("PORCHLIGHT_PASSWORD")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped());
    if typed.is_none() {
        command.env("PORCHLIGHT_PASSWORD", PASSWORD);
    }
    let mut running = command.spawn().expect("it starts");
    let mut input = running.stdin.take().expect("its input");
    // Whoever has the password already reads nothing.
    let _ = input.write_all(typed.unwrap_or_default().as_bytes()).await;
    drop(input);
    let ended = running.wait_with_output().await.expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if ended.status.success() {
        Ok(text(&ended.stdout))
    } else {
        Err(text(&ended.stderr))
    }
}

fn nobody(server: &Process) -> Caller {
    Caller {
        http: reqwest::Client::new(),
        url: server.url.clone(),
        token: None,
        email: String::new(),
    }
}
