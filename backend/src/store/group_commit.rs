//! Group commit for SQLite: one wait for the disk for all commits that wait for it.
//!
//! With `synchronous = full` SQLite waits for the disk inside each commit, and whoever writes next waits too: so many
//! commits a second as the disk has syncs. With `normal` a commit is in the write-ahead log, behind all earlier ones
//! and with a checksum, but perhaps in memory only. Whoever is to acknowledge it waits here for a sync of the log that
//! began after it, while others commit. After power loss the log ends somewhere behind the last such sync, as it
//! does with `full`.
//! <https://www.sqlite.org/pragma.html#pragma_synchronous>; `DeWitt` et al., "Implementation Techniques for Main Memory
//! Database Systems", SIGMOD 1984.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Notify, watch};
use tokio_util::task::AbortOnDropHandle;

/// Shared by everyone who commits; the task ends with the last handle.
#[derive(Debug, Clone)]
pub(super) struct GroupCommit {
    /// None where the database does it itself.
    log: Option<Log>,
}

#[derive(Debug, Clone)]
struct Log {
    shared: Arc<Shared>,
    _task: Arc<AbortOnDropHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    /// Counts those who asked for a sync.
    asked: AtomicU64,
    wake: Notify,
    synced: watch::Sender<Synced>,
}

/// How far the log is on disk.
#[derive(Debug, Clone, Copy)]
enum Synced {
    /// As far as the asker of this number needs.
    UpTo(u64),
    /// The disk refused: what is there can't be known, now or later, but by reading it anew.
    Failed,
}

impl GroupCommit {
    /// For a database that waits for the disk itself.
    pub(super) fn none() -> Self {
        Self { log: None }
    }

    /// For the write-ahead log of the database in this file, which SQLite has written to; a database in memory has no
    /// file.
    pub(super) fn of_database(file: &Path) -> io::Result<Self> {
        if file.as_os_str().is_empty() {
            return Ok(Self::none());
        }
        let mut name = file.as_os_str().to_owned();
        name.push("-wal");
        // Held open: an error of the disk is told to those who had the file open then.
        let log = File::open(PathBuf::from(name))?;
        // The file itself is not to vanish either.
        if let Some(folder) = file.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self::start(move || log.sync_data()))
    }

    pub(super) fn start(sync: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            asked: AtomicU64::new(0),
            wake: Notify::new(),
            synced: watch::Sender::new(Synced::UpTo(0)),
        });
        let task = tokio::spawn(keep_syncing(Arc::clone(&shared), Arc::new(sync)));
        Self {
            log: Some(Log {
                shared,
                _task: Arc::new(AbortOnDropHandle::new(task)),
            }),
        }
    }

    /// Waits until everything that was committed before is on disk.
    pub(super) async fn synced(&self) -> Result<(), sqlx::Error> {
        let Some(Log { shared, .. }) = &self.log else {
            return Ok(());
        };
        let number = shared.asked.fetch_add(1, Ordering::AcqRel) + 1;
        shared.wake.notify_one();
        let mut synced = shared.synced.subscribe();
        let is_answer = |synced: &Synced| match synced {
            Synced::UpTo(last) => *last >= number,
            Synced::Failed => true,
        };
        match synced.wait_for(is_answer).await.as_deref() {
            Ok(Synced::UpTo(_)) => Ok(()),
            Ok(Synced::Failed) | Err(_) => Err(refused()),
        }
    }

    /// The disk has refused something else that what is committed needs.
    pub(super) fn believe_no_more(&self) {
        if let Some(log) = &self.log {
            log.shared.synced.send_replace(Synced::Failed);
        }
    }

    /// An error once the disk has refused: nothing more is to be written before a restart.
    pub(super) fn must_be_well(&self) -> Result<(), sqlx::Error> {
        let has_failed = |log: &Log| matches!(*log.shared.synced.borrow(), Synced::Failed);
        match &self.log {
            Some(log) if has_failed(log) => Err(refused()),
            _ => Ok(()),
        }
    }
}

fn refused() -> sqlx::Error {
    io::Error::other("the write-ahead log can't be put on disk").into()
}

async fn keep_syncing(
    shared: Arc<Shared>,
    sync: Arc<dyn Fn() -> io::Result<()> + Send + Sync + 'static>,
) {
    let mut done = 0;
    loop {
        let asked = shared.asked.load(Ordering::Acquire);
        if asked == done {
            shared.wake.notified().await;
            continue;
        }
        let sync = Arc::clone(&sync);
        match tokio::task::spawn_blocking(move || sync()).await {
            Ok(Ok(())) => {
                let is_well = |synced: &mut Synced| match synced {
                    Synced::UpTo(last) => {
                        *last = asked;
                        true
                    }
                    Synced::Failed => false,
                };
                if !shared.synced.send_if_modified(is_well) {
                    return;
                }
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "The disk refuses what was committed: restart the server");
                shared.synced.send_replace(Synced::Failed);
                return;
            }
            // The process ends, and nobody is answered any more.
            Err(_) => return,
        }
        #[expect(clippy::cast_precision_loss, reason = "a summary")]
        metrics::histogram!("porchlight_commits_per_sync").record((asked - done) as f64);
        done = asked;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc;

    use super::*;

    /// A disk that syncs when a test says so, and how often it was asked.
    fn disk() -> (GroupCommit, mpsc::Sender<io::Result<()>>, Arc<AtomicUsize>) {
        let (answer, answers) = mpsc::channel();
        let (answers, asked) = (Mutex::new(answers), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&asked);
        let commits = GroupCommit::start(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let answers = answers.lock().expect("one at a time");
            answers
                .recv()
                .unwrap_or_else(|_| Err(io::Error::other("gone")))
        });
        (commits, answer, asked)
    }

    async fn asked_for(asked: &AtomicUsize, count: usize) {
        while asked.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_commit_waits_for_a_sync_that_began_after_it_and_shares_it() {
        let (commits, answer, asked) = disk();
        let first = tokio::spawn({
            let commits = commits.clone();
            async move { commits.synced().await }
        });
        asked_for(&asked, 1).await;
        // These come while the first sync runs: what it writes need not have them.
        let late: Vec<_> = (0..20)
            .map(|_| {
                let commits = commits.clone();
                tokio::spawn(async move { commits.synced().await })
            })
            .collect();
        let shared = &commits.log.as_ref().expect("a log").shared;
        while shared.asked.load(Ordering::SeqCst) < 21 {
            tokio::task::yield_now().await;
        }
        answer.send(Ok(())).expect("it waits");
        first.await.expect("it ends").expect("on disk");
        asked_for(&asked, 2).await;
        assert!(late.iter().all(|commit| !commit.is_finished()));
        answer.send(Ok(())).expect("it waits");
        for commit in late {
            commit.await.expect("it ends").expect("on disk");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_disk_that_refused_is_not_believed_again() {
        let (commits, answer, asked) = disk();
        commits.must_be_well().expect("nothing happened yet");
        answer
            .send(Err(io::Error::other("a bad block")))
            .expect("it waits");
        commits.synced().await.expect_err("not on disk");
        commits.must_be_well().expect_err("not to be written to");
        commits.synced().await.expect_err("nor this one");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
