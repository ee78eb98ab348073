//! The operator's secret: chosen in the settings, or made at the first start and kept in the data folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use porchlight_backend::Secret;

/// Its file in the data folder.
const FILE: &str = "secret";
/// Fewer characters are guessed.
const MIN_CHARS: usize = 32;

/// What the settings say, or what was made before, or a new one.
pub fn open(chosen: Option<&str>, data_dir: &Path) -> io::Result<Secret> {
    let path = data_dir.join(FILE);
    let text = match chosen {
        Some(chosen) => chosen.to_owned(),
        None => match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path)?,
            read => read?,
        },
    };
    if text.trim().chars().count() < MIN_CHARS {
        let problem = format!("the secret must have at least {MIN_CHARS} characters");
        return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
    }
    Ok(Secret::of(&text))
}

/// Makes one that only this user reads. Of several who start at once one makes it, whole or not at all.
fn make(path: &Path) -> io::Result<String> {
    let text = Secret::new_text();
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(path),
        linked => linked.map(|()| text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(secret: &Secret) -> String {
        secret.mark()
    }

    #[test]
    fn it_is_made_once_and_read_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let first = open(None, folder.path()).expect("made");
        let again = open(None, folder.path()).expect("read");
        assert_eq!(mark(&first), mark(&again));
        let file = fs::metadata(folder.path().join(FILE)).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        let files = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(files, 1, "no draft is left");
    }

    #[test]
    fn the_settings_come_first_and_a_short_one_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let chosen = "a secret of at least thirty-two characters";
        let secret = open(Some(chosen), folder.path()).expect("taken");
        assert_eq!(mark(&secret), mark(&Secret::of(chosen)));
        assert!(open(Some("short"), folder.path()).is_err());
        fs::write(folder.path().join(FILE), "").expect("written");
        assert!(
            open(None, folder.path()).is_err(),
            "an empty file is no secret"
        );
    }
}
