//! `/service-worker.js`: what keeps the courier's page on the phone.
//!
//! The script stands in `service_worker.js`. What it can't know is added when the server starts: which files
//! the page is made of, what the page calls the things that both know, what is said in each language, and a
//! version, which is another as soon as any of that or the script is.

mod site;

use std::fmt::Write;
use std::path::Path;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use leptos::prelude::LeptosOptions;
use porchlight_app::phone;
use serde_json::json;
use sha2::{Digest, Sha256};

use self::site::SiteFile;

const SCRIPT: &str = include_str!("service_worker.js");

/// The worker's own: it fetches from here and does nothing else.
const POLICY: &str = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";

/// Answers with the worker for the files of this site folder.
pub fn route<S: Clone + Send + Sync + 'static>(options: &LeptosOptions) -> MethodRouter<S> {
    let package = format!("/{}/", options.site_pkg_dir);
    let script = Bytes::from(script(Path::new(&*options.site_root), &package));
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        // A phone with an old worker is never further from the new one than one question.
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    get(async move || (headers, script).into_response())
}

fn script(site: &Path, package: &str) -> String {
    let files = site::files_to_keep(site, package);
    let paths: Vec<_> = files.iter().map(|file| &*file.path).collect();
    let (package, paths) = (json!(package), json!(paths));
    let (names, no_page) = (json!(phone::NAMES), json!(phone::no_page()));
    let known = format!(
        "const PACKAGE = {package};\nconst FILES = {paths};\nconst NAMES = {names};\nconst NO_PAGE = {no_page};\n{SCRIPT}"
    );
    let version = json!(version(&known, &files));
    format!("const VERSION = {version};\n{known}")
}

/// The beginning of a hash of the script and of every file: enough to tell versions apart.
fn version(script: &str, files: &[SiteFile]) -> String {
    let mut hash = Sha256::new_with_prefix(script);
    for file in files {
        hash.update(&file.path);
        hash.update(Sha256::digest(&file.content));
    }
    hash.finalize()[..8]
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn site() -> tempfile::TempDir {
        let site = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(site.path().join("pkg")).expect("a folder");
        fs::write(site.path().join("pkg/app.abc.wasm"), "code").expect("a file");
        fs::write(site.path().join("icons.svg"), "<svg/>").expect("a file");
        site
    }

    fn first_line(site: &Path) -> String {
        let script = script(site, "/pkg/");
        script.lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_version_is_another_when_a_file_is() {
        let site = site();
        let first = first_line(site.path());
        assert_eq!(first_line(site.path()), first);
        fs::write(site.path().join("icons.svg"), "<svg />").expect("a file");
        let second = first_line(site.path());
        assert_ne!(second, first);
        fs::rename(
            site.path().join("pkg/app.abc.wasm"),
            site.path().join("pkg/app.def.wasm"),
        )
        .expect("another name");
        assert_ne!(first_line(site.path()), second);
    }

    #[test]
    fn the_worker_knows_what_the_page_calls_things() {
        let script = script(Path::new("/nowhere"), "/pkg/");
        let names = json!(phone::NAMES);
        assert!(
            script.contains(&format!("const NAMES = {names};")),
            "{script}"
        );
        for name in names.as_object().expect("names").keys() {
            assert!(SCRIPT.contains(&format!("NAMES.{name}")), "{name}");
        }
        assert!(script.contains("const NO_PAGE = [{"), "{script}");
    }

    #[test]
    fn a_server_without_pages_has_a_worker_all_the_same() {
        let script = script(Path::new("/nowhere"), "/pkg/");
        assert!(script.contains("const FILES = [];"), "{script}");
    }
}
