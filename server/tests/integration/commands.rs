//! The commands, as whoever runs a Porchlight types them.

use std::process::Stdio;
use std::time::Duration;

use crate::app::root;
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
