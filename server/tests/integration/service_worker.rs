//! What a courier's phone keeps.

use std::fs;
use std::path::Path;

use porchlight_domain::people::Role;
use tempfile::TempDir;

use crate::app::{Caller, TestApp};

const LIST: &str = r#"{ "courier_page_1": ["run.b"], "admin_page_1": ["admin.c"] }"#;

/// A site folder as the build makes it, and settings that name it.
pub fn site() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let package = folder.path().join("site/pkg");
    fs::create_dir_all(&package).expect("a folder");
    let files = [
        ("porchlight.a.js", "1"),
        ("run.b.wasm", "2"),
        ("admin.c.wasm", "3"),
        ("__wasm_split_manifest.d.json", LIST),
    ];
    for (name, content) in files {
        fs::write(package.join(name), content).expect("a file");
    }
    fs::write(folder.path().join("site/icons.svg"), "<svg/>").expect("a file");
    let settings = format!(
        "[[workspace.metadata.leptos]]\noutput-name = \"porchlight\"\nsite-root = \"{}\"\nsite-pkg-dir = \"pkg\"\n",
        folder.path().join("site").display()
    );
    fs::write(folder.path().join("Leptos.toml"), settings).expect("a file");
    folder
}

/// A server of that site.
pub async fn start(site: &Path) -> TestApp {
    let settings = site.join("Leptos.toml");
    TestApp::start_with(|config| config.file = settings).await
}

/// What stands behind a name in the worker's first lines.
fn constant(script: &str, name: &str) -> String {
    let beginning = format!("const {name} = ");
    script
        .lines()
        .find_map(|line| line.strip_prefix(&*beginning))
        .and_then(|line| line.strip_suffix(';'))
        .expect("the constant")
        .to_owned()
}

#[tokio::test]
async fn the_worker_names_files_that_there_are() {
    let site = site();
    let app = start(site.path()).await;
    let nobody = app.nobody();

    let answer = nobody.get("/service-worker.js").await.0;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header("cache-control"), "no-cache");
    let policy = header("content-security-policy");
    assert!(policy.contains("connect-src 'self'"), "{policy}");

    let script = answer.text().await.expect("a body");
    let files: Vec<String> = serde_json::from_str(&constant(&script, "FILES")).expect("a list");
    assert_eq!(
        files,
        ["/icons.svg", "/pkg/porchlight.a.js", "/pkg/run.b.wasm"]
    );
    for file in &files {
        assert_eq!(nobody.get(file).await.status(), 200, "{file}");
    }

    let page = nobody.get("/sign-in").await.0;
    let policy = page.headers()["content-security-policy"].to_str();
    let policy = policy.expect("text");
    for source in ["worker-src 'self'", "manifest-src 'self'"] {
        assert!(policy.contains(source), "{policy}");
    }
    app.service.stop().await;
}

#[tokio::test]
async fn only_a_couriers_page_may_be_kept() {
    let site = site();
    let app = start(site.path()).await;
    let may_be_kept = async |caller: &Caller, path: &str| {
        let answer = caller.get(path).await.0;
        answer.headers().contains_key("porchlight-keep")
    };
    let courier = app.person(Role::Courier, "courier").await;
    let customer = app.person(Role::Customer, "customer").await;
    assert!(may_be_kept(&courier, "/courier").await);
    assert!(!may_be_kept(&courier, "/account").await);
    assert!(!may_be_kept(&customer, "/courier").await);
    assert!(!may_be_kept(&app.nobody(), "/courier").await);
    app.service.stop().await;
}
