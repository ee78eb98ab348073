use porchlight_domain::event::Fact;
use porchlight_domain::ids::RunId;

use super::*;
use crate::testing::{Listener as TestListener, TestDatabase, World};

fn started(number: u8) -> (RunId, Fact) {
    let run = RunId::from_random([number; 16]);
    (run.clone(), Fact::RunStarted { run, done_at: None })
}

async fn batch_of(world: &World, count: u8) -> Batch {
    let mut batch = Batch::begin(&world.backend, &world.admin)
        .await
        .expect("a batch begins");
    for number in 0..count {
        let (run, fact) = started(number);
        batch.record(&run, fact, []);
    }
    batch
}

#[tokio::test]
async fn a_batch_is_told_whole_and_in_order() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let admin = TestListener::join(&world.backend, vec![Topic::operations()]);
        for count in [1, 3, 2] {
            batch_of(&world, count)
                .await
                .commit()
                .await
                .expect("committed");
        }
        let heard = admin.until(|heard| heard.len() == 6).await;
        assert_eq!(admin.seqs(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(heard[1]["correlation_id"], heard[3]["correlation_id"]);
        assert_ne!(heard[0]["correlation_id"], heard[1]["correlation_id"]);
    }
}

#[tokio::test]
async fn a_failed_batch_leaves_only_a_rollback_event() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let admin = TestListener::join(&world.backend, vec![Topic::operations()]);
        batch_of(&world, 3)
            .await
            .roll_back("a stop was refused")
            .await;
        let event = admin.until_type("batch.rolled_back").await;
        assert_eq!(event["data"]["events"], 3);
        assert_eq!(admin.seqs(), [1], "nothing else was told");
        assert_eq!(
            verify_log(world.backend.store())
                .await
                .expect("the chain holds"),
            1
        );
    }
}

#[tokio::test]
async fn a_batch_dropped_half_way_never_happened() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        drop(batch_of(&world, 3).await);
        batch_of(&world, 1).await.commit().await.expect("committed");
        assert_eq!(
            verify_log(world.backend.store())
                .await
                .expect("the chain holds"),
            1
        );
    }
}

/// Drops a future after it was polled so many times, wherever it is by then.
async fn cut_after<T>(polls: u32, work: impl Future<Output = T>) {
    let mut work = std::pin::pin!(work);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        work.as_mut().poll(context).map(|_| ())
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_is_cut_anywhere_happens_whole_or_not_at_all() {
    const CUTS: u32 = 1_000;
    const SIZE: u8 = 3;
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        for _ in 0..CUTS {
            let batch = async { batch_of(&world, SIZE).await.commit().await };
            cut_after(rand::random_range(0..60), batch).await;
        }
        batch_of(&world, SIZE)
            .await
            .commit()
            .await
            .expect("the database is well");
        let told = verify_log(world.backend.store())
            .await
            .expect("the chain holds");
        assert!(
            told > 0 && told < i64::from(CUTS) * i64::from(SIZE),
            "{told} were told"
        );
        let rows = queries::after(world.backend.store().readers(), 0, told)
            .await
            .expect("read");
        for batch in rows.chunks(usize::from(SIZE)) {
            let is_whole = batch.len() == usize::from(SIZE)
                && batch
                    .iter()
                    .all(|row| row.correlation_id == batch[0].correlation_id);
            assert!(is_whole, "a part of a batch is in the log");
        }
    }
}

#[tokio::test]
async fn batches_at_the_same_time_neither_mix_nor_leave_gaps() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let batches =
            (0..20).map(|_| async { batch_of(&world, 4).await.commit().await.expect("committed") });
        futures::future::join_all(batches).await;
        assert_eq!(
            verify_log(world.backend.store())
                .await
                .expect("the chain holds"),
            80
        );
        let rows = queries::after(world.backend.store().readers(), 0, 100)
            .await
            .expect("read");
        for batch in rows.chunks(4) {
            assert!(
                batch
                    .iter()
                    .all(|row| row.correlation_id == batch[0].correlation_id)
            );
        }
    }
}

#[tokio::test]
async fn tampering_shows() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        batch_of(&world, 5).await.commit().await.expect("committed");
        world.tamper(3).await;
        let problem = verify_log(world.backend.store())
            .await
            .expect_err("the seal is broken");
        assert!(
            matches!(problem, LogProblem::BrokenSeal { seq: 3 }),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn events_that_are_missing_or_too_many_show() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        batch_of(&world, 5).await.commit().await.expect("committed");
        world.remove_events_from(4).await;
        let cut = verify_log(world.backend.store()).await;
        assert!(
            matches!(cut, Err(LogProblem::CutOff { after: 3 })),
            "{cut:?}"
        );
        world.rewind_log(2).await;
        let added = verify_log(world.backend.store()).await;
        assert!(
            matches!(added, Err(LogProblem::Added { after: 2 })),
            "{added:?}"
        );
    }
}

#[tokio::test]
async fn a_log_that_grows_while_it_is_verified_is_whole() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let writing = async {
            for _ in 0..150 {
                batch_of(&world, 2).await.commit().await.expect("committed");
            }
        };
        let mut writers = std::pin::pin!(futures::future::join(writing, async {
            for _ in 0..150 {
                batch_of(&world, 3).await.commit().await.expect("committed");
            }
        }));
        loop {
            let verified = verify_log(world.backend.store());
            tokio::select! {
                biased;
                _ = &mut writers => break,
                verified = verified => drop(verified.expect("the log is whole")),
            }
        }
        let whole = verify_log(world.backend.store()).await;
        assert_eq!(whole.expect("the log is whole"), 750);
    }
}

#[tokio::test]
async fn a_listener_resumes_without_a_gap_and_poisoned_numbers_get_nothing() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        batch_of(&world, 5).await.commit().await.expect("committed");
        let topics = [Topic::operations()];
        let missed = |last_seen| replay(&world.backend, &topics, last_seen);
        let seqs = |replay: &Replay| {
            replay
                .frames
                .iter()
                .filter_map(|frame| frame.seq)
                .collect::<Vec<_>>()
        };

        let resumed = missed(Some(2)).await.expect("replayed");
        assert_eq!(
            (seqs(&resumed), resumed.up_to, resumed.complete),
            (vec![3, 4, 5], 5, true)
        );
        assert!(missed(None).await.expect("replayed").frames.is_empty());
        for poisoned in [-1, 6, i64::MAX, i64::MIN] {
            let nothing = missed(Some(poisoned)).await.expect("replayed");
            assert!(nothing.frames.is_empty() && !nothing.complete, "{poisoned}");
        }
        let stranger = [World::topic(&world.ada)];
        let foreign = replay(&world.backend, &stranger, Some(0))
            .await
            .expect("replayed");
        assert!(foreign.frames.is_empty() && foreign.complete);
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
    for database in TestDatabase::all().await {
        let backend = database.backend().await;
        let statements = [
            queries::ALL,
            crate::deliveries::queries::ALL,
            crate::runs::queries::ALL,
            crate::tracking::queries::ALL,
            crate::tracking::delays::queries::ALL,
            crate::tracking::silence::queries::ALL,
            crate::accounts::queries::ALL,
            crate::accounts::couriers::queries::ALL,
            crate::idempotency::queries::ALL,
            crate::pictures::queries::ALL,
            crate::cases::queries::ALL,
            crate::chat::queries::ALL,
            crate::schedule::queries::ALL,
            crate::instructions::queries::ALL,
            crate::holds::queries::ALL,
            crate::holds::offices::queries::ALL,
            crate::notify::queries::ALL,
            crate::notify::preferences::queries::ALL,
            crate::notify::outbox_statements::ALL,
        ];
        let many = [
            queries::ALL_MANY,
            crate::deliveries::queries::ALL_MANY,
            crate::tracking::queries::ALL_MANY,
            crate::accounts::queries::ALL_MANY,
            crate::chat::queries::ALL_MANY,
            crate::notify::queries::ALL_MANY,
            crate::notify::outbox_statements::ALL_MANY,
        ]
        .concat();
        let many = many.iter().flat_map(|many| many.statements());
        for sql in statements.concat().into_iter().chain(many) {
            let sql = AssertSqlSafe(sql).into_sql_str();
            let prepared = backend.store().readers().prepare(sql.clone()).await;
            let sql = sql.as_str();
            assert!(prepared.is_ok(), "{sql}: {:?}", prepared.err());
        }
    }
}
