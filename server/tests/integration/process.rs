//! A server in a process of its own: what is killed, starved or cut off in a test.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use porchlight_backend::testing::{REDIS_URL, TestDatabase};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::app::{Caller, root};

/// A server, in demo mode without drivers or without the demo; killed when dropped.
pub struct Process {
    pub url: String,
    arguments: &'static [&'static str],
    settings: Vec<(String, String)>,
    child: Child,
    folder: TempDir,
}

impl Process {
    /// Starts the demo on a folder of its own.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_as(&["serve", "--demo"], settings).await
    }

    /// Starts with these arguments on a folder of its own.
    pub async fn start_as(arguments: &'static [&str], settings: &[(&str, &str)]) -> Self {
        porchlight_server::service::install_tls();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (url, child) = spawn(folder.path(), arguments, &settings).await;
        Self {
            url,
            arguments,
            settings,
            child,
            folder,
        }
    }

    /// Starts on services that others share with it.
    pub async fn start_on(database_url: &str, redis_url: &str) -> Self {
        Self::start(&[
            ("PORCHLIGHT_DATABASE_URL", database_url),
            ("PORCHLIGHT_REDIS_URL", redis_url),
        ])
        .await
    }

    /// Ends it without a word, and starts it again on what it left.
    pub async fn restart(&mut self) {
        self.kill().await;
        (self.url, self.child) = spawn(self.folder.path(), self.arguments, &self.settings).await;
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where its embedded database is.
    pub fn database_url(&self) -> String {
        let path: PathBuf = self.folder.path().join("porchlight.db");
        format!("sqlite://{}", path.display())
    }

    /// Its process number, while it runs.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Takes something away from the running process, or gives it back: see `prlimit(1)`.
    pub async fn limit(&self, resource: &str, to: &str) {
        let done = Command::new("prlimit")
            .args(["--pid", &self.id().to_string()])
            .arg(format!("--{resource}={to}:"))
            .status()
            .await
            .expect("util-linux is everywhere");
        assert!(done.success(), "{resource} is limited");
    }

    /// Signs a demo account in.
    pub async fn signed_in(&self, email: &str) -> Caller {
        let mut caller = Caller {
            http: reqwest::Client::new(),
            url: self.url.clone(),
            token: None,
            email: email.to_owned(),
        };
        let form = serde_json::json!({ "email": email, "password": "porchlight-demo" });
        let issued = caller.post("/api/v1/tokens", &form).await.json(200).await;
        caller.token = issued["token"].as_str().map(str::to_owned);
        caller
    }

    /// Someone who comes here now, by a new connection and with the token they have.
    pub fn welcome(&self, caller: &Caller) -> Caller {
        Caller {
            url: self.url.clone(),
            http: reqwest::Client::new(),
            ..caller.clone()
        }
    }
}

/// The binary, on a folder and with settings of a test.
pub fn porchlight(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_porchlight"));
    on_folder(&mut command, folder);
    command
}

fn on_folder(command: &mut Command, folder: &Path) {
    command
        .current_dir(root())
        .env("PORCHLIGHT_LISTEN", "127.0.0.1:0")
        .env("PORCHLIGHT_DATA_DIR", folder)
        .env("PORCHLIGHT_DEMO_COURIERS", "0")
        .env("PORCHLIGHT_LOG", "off")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
}

async fn spawn(
    folder: &Path,
    arguments: &[&str],
    settings: &[(String, String)],
) -> (String, Child) {
    // A write beyond a limit on file sizes is to fail as on a full disk, not to end the process.
    let mut command = Command::new("sh");
    on_folder(&mut command, folder);
    let mut child = command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_porchlight"))
        .args(arguments)
        .envs(settings.iter().cloned())
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

/// What several processes share: a PostgreSQL database of their own and a Redis, where there are any.
pub async fn shared_services() -> Option<(TestDatabase, String)> {
    let database = TestDatabase::postgres().await?;
    let redis = std::env::var(REDIS_URL).ok()?;
    Some((database, redis))
}
