//! Transactions that write.

use std::ops::{Deref, DerefMut};
use std::time::Instant;

use sqlx::{Any, AnyConnection, Executor, Transaction};

use super::group_commit::GroupCommit;
use super::together::{Answer, Statement, all_together};
use super::writer::Turn;

/// SQLite takes the write lock at once: a transaction that reads first and then can't write would fail in the middle.
const BEGIN: &str = "begin immediate";
const COMMIT: &str = "commit";

/// A transaction that writes, perhaps not begun yet. What it did is on disk when its commit is over.
///
/// On SQLite its beginning goes with its first statements and its end with the last ones, in one way to the database.
#[must_use = "it is rolled back when it is dropped"]
pub(crate) struct Writing {
    on: On,
    commits: GroupCommit,
    began: Instant,
}

enum On {
    Sqlite { turn: Turn, stage: Stage },
    Postgres(Transaction<'static, Any>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Begun,
    /// Something failed, or was given up: nothing of it can be committed.
    Broken,
}

impl Writing {
    pub(super) fn on_sqlite(turn: Turn, commits: GroupCommit) -> Self {
        Self::on(
            On::Sqlite {
                turn,
                stage: Stage::New,
            },
            commits,
        )
    }

    pub(super) fn on_postgres(tx: Transaction<'static, Any>) -> Self {
        Self::on(On::Postgres(tx), GroupCommit::none())
    }

    fn on(on: On, commits: GroupCommit) -> Self {
        Self {
            on,
            commits,
            began: Instant::now(),
        }
    }

    /// Begins, if it has not.
    pub(crate) async fn begun(&mut self) -> Result<&mut AnyConnection, sqlx::Error> {
        match self.on {
            On::Sqlite {
                stage: Stage::New, ..
            } => drop(self.all_together(Vec::new()).await?),
            On::Sqlite {
                stage: Stage::Broken,
                ..
            } => return Err(broken()),
            On::Sqlite { .. } | On::Postgres(_) => {}
        }
        Ok(self.connection())
    }

    /// Executes statements in their order, and answers for each; see [`all_together`]. When one fails, nothing can be
    /// committed any more.
    pub(crate) async fn all_together(
        &mut self,
        mut statements: Vec<Statement>,
    ) -> Result<Vec<Answer>, sqlx::Error> {
        let On::Sqlite { turn, stage } = &mut self.on else {
            return all_together(self.connection(), statements).await;
        };
        let before = std::mem::replace(stage, Stage::Broken);
        match before {
            Stage::New => {
                turn.opens();
                statements.insert(0, sqlx::query(BEGIN));
            }
            Stage::Begun => {}
            Stage::Broken => return Err(broken()),
        }
        let mut answers = all_together(turn, statements).await?;
        if before == Stage::New {
            answers.remove(0);
        }
        *stage = Stage::Begun;
        Ok(answers)
    }

    /// Commits, and waits for the disk.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        self.commit_after(Vec::new()).await
    }

    /// The same after these statements.
    pub(crate) async fn commit_after(
        mut self,
        mut statements: Vec<Statement>,
    ) -> Result<(), sqlx::Error> {
        match self.on {
            On::Sqlite {
                stage: Stage::New, ..
            } if statements.is_empty() => return Ok(()),
            On::Sqlite { .. } => {
                statements.push(sqlx::query(COMMIT));
                self.all_together(statements).await?;
                if let On::Sqlite { mut turn, .. } = self.on {
                    turn.is_over();
                }
            }
            On::Postgres(mut tx) => {
                all_together(&mut tx, statements).await?;
                tx.commit().await?;
            }
        }
        self.commits.synced().await?;
        metrics::histogram!("porchlight_write_seconds").record(self.began.elapsed());
        Ok(())
    }

    /// Undoes it all.
    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self.on {
            On::Sqlite {
                mut turn,
                stage: Stage::Begun,
            } => {
                turn.execute("rollback").await?;
                turn.is_over();
                Ok(())
            }
            // Whoever has the next turn does it, where there is something to undo.
            On::Sqlite { .. } => Ok(()),
            On::Postgres(tx) => tx.rollback().await,
        }
    }

    fn connection(&mut self) -> &mut AnyConnection {
        match &mut self.on {
            On::Sqlite { turn, .. } => turn,
            On::Postgres(tx) => tx,
        }
    }
}

fn broken() -> sqlx::Error {
    sqlx::Error::Protocol("a statement of this transaction has failed".into())
}

/// A transaction that has begun.
#[must_use = "it is rolled back when it is dropped"]
pub(crate) struct Begun(Writing);

impl Begun {
    pub(super) async fn of(mut writing: Writing) -> Result<Self, sqlx::Error> {
        writing.begun().await?;
        Ok(Self(writing))
    }

    /// Commits, and waits for the disk.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        self.0.commit().await
    }
}

impl Deref for Begun {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match &self.0.on {
            On::Sqlite { turn, .. } => turn,
            On::Postgres(tx) => tx,
        }
    }
}

impl DerefMut for Begun {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.0.connection()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::Store;
    use crate::store::tests::store_with;
    use crate::testing::TestDatabase;

    const COUNT: &str = "select count(*) from done";

    fn insert(place: i64) -> Statement {
        sqlx::query("insert into done (place) values ($1)").bind(place)
    }

    /// On each database one with an empty table.
    async fn stores() -> Vec<(TestDatabase, Store)> {
        let mut stores = Vec::new();
        for database in TestDatabase::all().await {
            let table = "create table done (place bigint primary key)";
            let store = store_with(&database, table).await;
            stores.push((database, store));
        }
        stores
    }

    async fn count(store: &Store) -> i64 {
        sqlx::query_scalar(COUNT)
            .fetch_one(store.readers())
            .await
            .expect("a number")
    }

    #[tokio::test]
    async fn it_begins_with_its_first_statement_and_ends_with_its_last() {
        for (_database, store) in stores().await {
            let mut writing = store.write().await.expect("a turn");
            let answers = writing.all_together(vec![insert(1), insert(2)]).await;
            assert_eq!(answers.expect("written").len(), 2);
            assert_eq!(count(&store).await, 0, "not committed");
            writing
                .commit_after(vec![insert(3)])
                .await
                .expect("commits");
            assert_eq!(count(&store).await, 3);

            let whole = store.write().await.expect("a turn");
            whole.commit_after(vec![insert(4)]).await.expect("commits");
            assert_eq!(count(&store).await, 4);
            let nothing = store.write().await.expect("a turn");
            nothing.commit().await.expect("nothing to do");
        }
    }

    #[tokio::test]
    async fn nothing_is_left_of_what_is_refused_given_up_or_rolled_back() {
        for (_database, store) in stores().await {
            let refused = store.write().await.expect("a turn");
            let twice = vec![insert(1), insert(1)];
            refused.commit_after(twice).await.expect_err("twice");
            let mut refused = store.write().await.expect("a turn");
            let again = refused.all_together(vec![insert(1), insert(1)]).await;
            assert!(again.is_err());
            let after = async { insert(5).execute(refused.begun().await?).await };
            assert!(after.await.is_err(), "nothing is written outside of it");
            let broken = refused.commit_after(vec![insert(5)]).await;
            assert!(broken.is_err(), "nothing of it can be committed");

            let mut dropped = store.begin().await.expect("begins");
            insert(2).execute(&mut *dropped).await.expect("written");
            drop(dropped);
            let mut rolled_back = store.write().await.expect("a turn");
            insert(3)
                .execute(rolled_back.begun().await.expect("begins"))
                .await
                .expect("written");
            rolled_back.rollback().await.expect("undone");
            drop(store.write().await.expect("a turn"));

            let mut next = store.begin().await.expect("whoever comes next begins");
            insert(4).execute(&mut *next).await.expect("written");
            next.commit().await.expect("commits");
            assert_eq!(count(&store).await, 1);
        }
    }

    /// Whoever is cut off while the database works on it does not take the one connection along.
    #[tokio::test]
    async fn whoever_is_given_up_half_way_does_not_stop_those_behind() {
        let slow = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 200000) select count(*) from n";
        for (_database, store) in stores().await {
            for place in 1..=20 {
                let mut writing = store.write().await.expect("a turn");
                let work = async {
                    let statements = vec![insert(place), sqlx::query(slow)];
                    writing.all_together(statements).await?;
                    writing.commit().await
                };
                let given_up = tokio::time::timeout(Duration::from_millis(5), work).await;
                let was_committed = given_up.is_ok_and(|done| done.is_ok());
                if !was_committed {
                    let again = store.write().await.expect("a turn");
                    again
                        .commit_after(vec![insert(place)])
                        .await
                        .expect("nothing is left of the first try");
                }
            }
            assert_eq!(count(&store).await, 20);
        }
    }

    /// Another process may wait for the lock, while nobody here writes any more.
    #[tokio::test]
    async fn what_was_given_up_holds_no_lock() {
        let database = TestDatabase::sqlite();
        let store = Store::open(&database.url).await.expect("it opens");
        let other = Store::open(&database.url).await.expect("it opens");
        let mut dropped = store.begin().await.expect("begins");
        dropped
            .execute("create table done (place bigint primary key)")
            .await
            .expect("written");
        drop(dropped);
        let mut tx = other.begin().await.expect("begins");
        tx.execute("create table done (place bigint primary key)")
            .await
            .expect("nothing is left");
        tx.commit().await.expect("commits");
    }

    #[tokio::test]
    async fn a_closed_store_gives_no_turn() {
        for (_database, store) in stores().await {
            let last = store.write().await.expect("a turn");
            let closing = tokio::spawn({
                let store = store.clone();
                async move { store.close().await }
            });
            last.commit_after(vec![insert(1)]).await.expect("commits");
            closing.await.expect("it closes");
            assert!(store.write().await.is_err());
        }
    }
}
