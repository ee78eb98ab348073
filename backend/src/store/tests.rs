//! Power loss: what the disk may hold after it; and what migrations make of what was stored before.

use std::path::Path;
use std::time::Duration;

use porchlight_domain::delivery::Status;
use porchlight_domain::instruction::InstructionKind;
use rand::Rng;
use sqlx::{AssertSqlSafe, Executor};

use crate::store::Store;
use crate::store::group_commit::GroupCommit;
use crate::testing::{TestDatabase, World, count_fixes_in, integrity_of};
use crate::{events, instructions};

/// A store with a table of its own.
pub(super) async fn store_with(database: &TestDatabase, table: &'static str) -> Store {
    let store = Store::open(&database.url).await.expect("it opens");
    let mut tx = store.begin().await.expect("begins");
    tx.execute(table).await.expect("a table");
    tx.commit().await.expect("commits");
    store
}

const COMMITS: u32 = 60;
const LOSSES: usize = 200;

/// A commit is acknowledged when the write-ahead log is on disk. So after power
/// loss the log is there up to the last acknowledged commit, and anything may stand behind that.
#[tokio::test]
async fn power_loss_at_any_moment_loses_nothing_acknowledged() {
    let database = TestDatabase::sqlite();
    let settings = database.settings();
    let clock = settings.clock.clone();
    let backend = crate::Backend::start(settings).await.expect("it opens");
    let world = World::on(backend).await;
    world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
    world.settled().await;
    // As long as someone reads what was, the log is not begun anew: it holds every commit from here on.
    let mut reading = world
        .backend
        .store()
        .readers()
        .begin()
        .await
        .expect("reads");
    crate::testing::read_something(&mut reading).await;
    let path = database.path().expect("a file");
    let log = path.with_extension("db-wal");
    let mut acknowledged = Vec::new();
    for commit in 1..=COMMITS {
        clock.advance_s(10.0);
        world
            .drive(60.1700 + f64::from(commit) * 1e-4, 24.9400)
            .await;
        acknowledged.push((length(&log), i64::from(commit)));
    }
    let written = std::fs::read(&log).expect("a log");
    let begun = std::fs::read(&path).expect("a database");
    drop(reading);

    for _ in 0..LOSSES {
        let kept = rand::rng().random_range(acknowledged[0].0..=written.len());
        let promised = acknowledged
            .iter()
            .rev()
            .find(|(length, _)| *length <= kept)
            .map_or(0, |(_, fixes)| *fixes);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let after = folder.path().join("porchlight.db");
        std::fs::write(&after, &begun).expect("written");
        let mut torn = written[..kept].to_vec();
        let garbage = rand::rng().random_range(0..8192);
        torn.extend((0..garbage).map(|_| rand::random::<u8>()));
        std::fs::write(after.with_extension("db-wal"), torn).expect("written");

        let url = format!("sqlite://{}", after.display());
        let stored = count_fixes_in(&url).await;
        assert!(stored >= promised, "{stored} of {promised} acknowledged");
        assert_eq!(integrity_of(&url).await, "ok");
        let store = Store::open(&url).await.expect("it opens");
        events::verify_log(&store).await.expect("the log is whole");
        store.close().await;
    }
}

/// A disk that syncs when a test says so: what is committed is acknowledged, and told, no sooner; and once it has
/// refused nothing more is written.
#[tokio::test]
async fn nobody_hears_of_a_commit_before_it_is_on_disk() {
    let database = TestDatabase::sqlite();
    let whole = Store::open(&database.settings().database_url)
        .await
        .expect("it opens");
    let (answer, answers) = std::sync::mpsc::channel::<std::io::Result<()>>();
    let answers = std::sync::Mutex::new(answers);
    let commits = GroupCommit::start(move || {
        let answers = answers.lock().expect("one at a time");
        answers.recv().expect("an answer")
    });
    let store = Store { commits, ..whole };
    let commit = |number: u32| {
        let store = store.clone();
        async move {
            let mut tx = store.begin().await?;
            tx.execute(AssertSqlSafe(format!("pragma user_version = {number}")))
                .await?;
            tx.commit().await
        }
    };
    let mut first = tokio::spawn(commit(1));
    let early = tokio::time::timeout(Duration::from_millis(50), &mut first).await;
    assert!(early.is_err(), "not on disk yet");
    answer.send(Ok(())).expect("it waits");
    first.await.expect("it ends").expect("on disk");

    answer
        .send(Err(std::io::Error::other("a bad block")))
        .expect("it waits");
    commit(2).await.expect_err("the disk refused");
    assert!(store.begin().await.is_err(), "a disk that is not believed");
    assert!(!store.answers().await);
}

/// No commit does it: without the checkpoints beside them the log would grow for ever.
#[tokio::test]
async fn the_log_is_brought_into_the_database_file_beside_the_commits() {
    let database = TestDatabase::sqlite();
    let settings = database.settings();
    let clock = settings.clock.clone();
    let backend = crate::Backend::start(settings).await.expect("it opens");
    let world = World::on(backend).await;
    world.out_for_delivery(&world.ada, 60.1750, 24.9400).await;
    world.settled().await;
    clock.advance_s(10.0);
    world.drive(60.1701, 24.9400).await;

    let path = database.path().expect("a file");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let without_log = folder.path().join("porchlight.db");
    let url = format!("sqlite://{}", without_log.display());
    let arrived = async {
        loop {
            let database = std::fs::read(&path).expect("a file");
            tokio::time::sleep(Duration::from_millis(20)).await;
            // In the middle of a checkpoint it is no database.
            if std::fs::read(&path).expect("a file") != database {
                continue;
            }
            std::fs::write(&without_log, database).expect("written");
            if count_fixes_in(&url).await == 1 {
                return;
            }
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), arrived).await;
    assert!(in_time.is_ok(), "the position is in the log only");
}

/// Who writes all the time does not make the log longer and longer: it is begun anew between two of them.
#[tokio::test]
async fn a_long_log_is_begun_anew_while_others_write() {
    let database = TestDatabase::sqlite();
    let store = store_with(&database, "create table pages (page blob)").await;
    let log = database.path().expect("a file").with_extension("db-wal");
    let write = async || {
        let mut tx = store.begin().await.expect("begins");
        tx.execute("insert into pages values (randomblob(500000))")
            .await
            .expect("written");
        tx.commit().await.expect("commits");
    };
    let begun_anew = async {
        let mut written = 0;
        // Twice what is long: the log is as long on disk as it ever was.
        while written < 200 || length(&log) > written * 500_000 / 2 {
            write().await;
            written += 1;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_mins(2), begun_anew).await;
    assert!(in_time.is_ok(), "the log has {} bytes", length(&log));
    assert_eq!(integrity_of(&database.url).await, "ok");
}

fn length(path: &Path) -> usize {
    let length = std::fs::metadata(path).expect("a file").len();
    usize::try_from(length).expect("a small file")
}

/// A parcel that was booked before the two ways to say so became one.
#[tokio::test]
async fn what_is_never_left_at_the_door_is_an_instruction() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let before = format!(
            "create table never_at_the_door (reference text primary key references deliveries (reference));
            insert into never_at_the_door (reference) values ('{reference}');"
        );
        let migration = include_str!("../../migrations/0016_never_leave.sql");
        let mut tx = world.backend.store().begin().await.expect("begins");
        for script in [before.as_str(), migration] {
            let done = tx.execute(AssertSqlSafe(script.to_owned())).await;
            done.expect("a migration");
        }
        tx.commit().await.expect("commits");
        let told = instructions::all(&world.ada, &world.backend, reference).await;
        let told = told.expect("hers to read");
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].text.kind, InstructionKind::NeverLeave);
        let alone = world.step(reference, Status::Delivered).await;
        assert!(alone.is_ok(), "with a name: {alone:?}");
    }
}
