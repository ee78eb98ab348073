//! Which files of the site folder the courier's page is made of.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file that is kept.
pub struct SiteFile {
    /// Its address.
    pub path: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// What a page loads. Licences, typings and compressed copies are in the folder too.
const LOADED: [&str; 7] = ["js", "wasm", "css", "woff2", "svg", "png", "webmanifest"];

/// Everything a page may load, without the chunks of other people's pages, in the order of the addresses.
/// What can't be read is left out: the page then works with a network only.
pub fn files_to_keep(site: &Path, package: &str) -> Vec<SiteFile> {
    let mut paths = Vec::new();
    collect(site, &mut paths);
    let others = chunks_of_others(&paths);
    let mut files: Vec<_> = paths
        .into_iter()
        .filter(|path| is_loaded(path))
        .filter_map(|path| {
            let address = address(path.strip_prefix(site).ok()?)?;
            let name = path.file_stem()?.to_str()?;
            if address.starts_with(package) && others.contains(name) {
                return None;
            }
            let content = fs::read(&path).ok()?;
            Some(SiteFile {
                path: address,
                content,
            })
        })
        .collect();
    files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    files
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn is_loaded(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| LOADED.contains(&extension))
}

fn address(path: &Path) -> Option<String> {
    path.components().try_fold(String::new(), |address, part| {
        Some(format!("{address}/{}", part.as_os_str().to_str()?))
    })
}

/// The chunks that only pages of other people need, by name. The build lists what each lazy page and
/// function loads; without that list nobody can tell, and all are kept.
fn chunks_of_others(paths: &[PathBuf]) -> HashSet<String> {
    let is_list = |path: &&PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("__wasm_split_manifest."))
    };
    let chunks: BTreeMap<String, Vec<String>> = paths
        .iter()
        .find(is_list)
        .and_then(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
        .unwrap_or_default();
    let (others, own): (Vec<_>, Vec<_>) = chunks
        .into_iter()
        .partition(|(name, _)| is_page_of_others(name));
    let own: HashSet<_> = own.into_iter().flat_map(|(_, chunks)| chunks).collect();
    others
        .into_iter()
        .flat_map(|(_, chunks)| chunks)
        .filter(|chunk| !own.contains(chunk))
        .collect()
}

/// Pages are listed as `admin_page_` and a number. What is not a page may be anybody's.
fn is_page_of_others(name: &str) -> bool {
    name.contains("_page_") && !name.starts_with("courier_page_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(list: &str) -> Vec<String> {
        let site = tempfile::tempdir().expect("a temporary folder");
        let package = site.path().join("pkg");
        fs::create_dir(&package).expect("a folder");
        for name in [
            "main.a.js",
            "shared.b.wasm",
            "run.c.wasm",
            "admin.d.wasm",
            "any.e.wasm",
            "main.d.ts",
        ] {
            fs::write(package.join(name), name).expect("a file");
        }
        fs::write(package.join("__wasm_split_manifest.f.json"), list).expect("a file");
        fs::write(site.path().join("LICENSE"), "").expect("a file");
        fs::write(site.path().join("icons.svg"), "").expect("a file");
        let files = files_to_keep(site.path(), "/pkg/");
        files.into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn keeps_what_the_couriers_page_loads() {
        let list = r#"{
            "courier_page_1": ["shared.b", "run.c"],
            "admin_page_1": ["shared.b", "admin.d"],
            "panel_1": ["any.e"]
        }"#;
        let expected = [
            "/icons.svg",
            "/pkg/any.e.wasm",
            "/pkg/main.a.js",
            "/pkg/run.c.wasm",
            "/pkg/shared.b.wasm",
        ];
        assert_eq!(kept(list), expected);
    }

    #[test]
    fn keeps_every_chunk_when_nobody_says_whose_they_are() {
        assert!(kept("what?").contains(&"/pkg/admin.d.wasm".to_owned()));
    }
}
