//! Several statements in one way to the database and back.
//!
//! Each SQLite connection has a thread of its own, and whoever executes a statement waits for that thread to take it
//! and to answer. For a small statement these two changes of threads are most of the time, and the one writer is held
//! meanwhile. SQLite takes a text of several statements; PostgreSQL takes one at a time, and gets them one by one.

use std::fmt::Write;

use futures::TryStreamExt;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Either, Execute, Executor, FromRow, SqlStr};

/// A statement and what is bound to it.
pub(crate) type Statement = Query<'static, Any, AnyArguments>;

/// What one statement answered.
#[derive(Default)]
pub(crate) struct Answer {
    rows: Vec<AnyRow>,
    changed: u64,
}

impl Answer {
    /// How many rows it wrote; of no meaning where it only read.
    pub(crate) fn rows_affected(&self) -> u64 {
        self.changed
    }

    /// Its one row.
    pub(crate) fn one<T: for<'r> FromRow<'r, AnyRow>>(&self) -> Result<T, sqlx::Error> {
        self.optional()?.ok_or(sqlx::Error::RowNotFound)
    }

    /// Its row, if it has one.
    pub(crate) fn optional<T: for<'r> FromRow<'r, AnyRow>>(
        &self,
    ) -> Result<Option<T>, sqlx::Error> {
        self.rows.first().map(T::from_row).transpose()
    }

    /// All its rows.
    pub(crate) fn all<T: for<'r> FromRow<'r, AnyRow>>(&self) -> Result<Vec<T>, sqlx::Error> {
        self.rows.iter().map(T::from_row).collect()
    }
}

/// Executes statements in their order, and answers for each. After the first that fails none is executed; what those
/// before it did is undone with the transaction that they are in.
pub(crate) async fn together<const N: usize>(
    connection: &mut AnyConnection,
    statements: [Statement; N],
) -> Result<[Answer; N], sqlx::Error> {
    let answers = all_together(connection, statements.into()).await?;
    answers.try_into().map_err(|_| too_few())
}

/// The same for as many as there are.
pub(crate) async fn all_together(
    connection: &mut AnyConnection,
    statements: Vec<Statement>,
) -> Result<Vec<Answer>, sqlx::Error> {
    let is_sqlite = connection.backend_name() == "SQLite";
    if !is_sqlite || statements.len() < 2 {
        let mut answers = Vec::with_capacity(statements.len());
        for statement in statements {
            answers.extend(answers_to(connection, statement, 1).await?);
        }
        return Ok(answers);
    }
    let expected = statements.len();
    let Joined { text, arguments } = Joined::of(statements)?;
    let query = sqlx::query_with(AssertSqlSafe(text), arguments);
    answers_to(connection, query, expected).await
}

async fn answers_to(
    connection: &mut AnyConnection,
    query: Statement,
    expected: usize,
) -> Result<Vec<Answer>, sqlx::Error> {
    let mut answers = Vec::with_capacity(expected);
    let mut answer = Answer::default();
    let mut steps = connection.fetch_many(query);
    while let Some(step) = steps.try_next().await? {
        match step {
            Either::Right(row) => answer.rows.push(row),
            Either::Left(done) => {
                answer.changed = done.rows_affected();
                answers.push(std::mem::take(&mut answer));
            }
        }
    }
    if answers.len() == expected {
        Ok(answers)
    } else {
        Err(too_few())
    }
}

fn too_few() -> sqlx::Error {
    sqlx::Error::Protocol("not as many answers as statements".into())
}

/// One text of all the statements, and what is bound to it: SQLite's driver counts the places over the whole text.
/// The list of values in `AnyArguments` is public for drivers only; nothing else joins two of them.
#[derive(Default)]
struct Joined {
    text: String,
    arguments: AnyArguments,
}

impl Joined {
    fn of(statements: Vec<Statement>) -> Result<Self, sqlx::Error> {
        let mut joined = Self::default();
        for mut statement in statements {
            let arguments = statement.take_arguments().map_err(sqlx::Error::Encode)?;
            joined.add(&statement.sql(), arguments.unwrap_or_default());
        }
        Ok(joined)
    }

    fn add(&mut self, sql: &SqlStr, arguments: AnyArguments) {
        let before = self.arguments.values.0.len();
        push_renumbered(&mut self.text, sql.as_str(), before);
        self.text.push(';');
        self.arguments.values.0.extend(arguments.values.0);
    }
}

/// Adds a statement whose places `$1`, `$2`, … come behind so many others.
fn push_renumbered(text: &mut String, sql: &str, before: usize) {
    let mut parts = sql.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(end);
        // Writing to a String can't fail. No statement here has a `$` that is not a place.
        let _ = match number.parse::<usize>() {
            Ok(number) => write!(text, "${}{rest}", number + before),
            Err(_) => write!(text, "${part}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use sqlx::error::ErrorKind;

    use super::*;
    use crate::store::Store;
    use crate::store::tests::store_with;
    use crate::testing::TestDatabase;

    fn insert(place: i64, what: Option<&str>) -> Statement {
        sqlx::query("insert into done (place, what) values ($1, $2)")
            .bind(place)
            .bind(what.map(str::to_owned))
    }

    fn all_done() -> Statement {
        sqlx::query("select place, what from done order by place")
    }

    /// On each database one with a table of what was done.
    async fn stores() -> Vec<(TestDatabase, Store)> {
        let mut stores = Vec::new();
        for database in TestDatabase::all().await {
            let table = "create table done (place bigint primary key, what text)";
            let store = store_with(&database, table).await;
            stores.push((database, store));
        }
        stores
    }

    #[tokio::test]
    async fn each_statement_has_its_answer_and_sees_what_those_before_it_did() {
        for (_database, store) in stores().await {
            let mut tx = store.begin().await.expect("begins");
            let again = "update done set what = $2 where place > $1 and what is distinct from $2";
            let statements = [
                insert(1, Some("first")),
                all_done(),
                insert(2, None),
                insert(3, Some("third")),
                sqlx::query(again).bind(1_i64).bind("third"),
                all_done(),
                sqlx::query("select what from done where place = $1").bind(4_i64),
            ];
            let answers = together(&mut tx, statements).await.expect("answers");
            let [first, one, .., changed, all, none] = answers;
            assert_eq!(first.rows_affected(), 1);
            assert_eq!(one.one::<(i64, String)>().expect("a row").1, "first");
            assert_eq!(changed.rows_affected(), 1);
            let all: Vec<(i64, String)> = all.all().expect("rows");
            let what: Vec<_> = all.iter().map(|(_, what)| what.as_str()).collect();
            assert_eq!(what, ["first", "third", "third"]);
            assert!(none.optional::<(String,)>().expect("no row").is_none());
            assert!(none.one::<(String,)>().is_err());
            tx.commit().await.expect("commits");
        }
    }

    #[tokio::test]
    async fn the_third_statement_fails_and_nothing_is_left_of_the_first_two() {
        for (_database, store) in stores().await {
            let mut tx = store.begin().await.expect("begins");
            let statements = [1, 2, 1, 3].map(|place| insert(place, None));
            let refused = together(&mut tx, statements).await.err().expect("refused");
            let of_the_database = refused.as_database_error().expect("of the database");
            assert!(matches!(of_the_database.kind(), ErrorKind::UniqueViolation));
            drop(tx);

            let mut tx = store.begin().await.expect("begins");
            let statements = vec![all_done(), insert(1, None), all_done()];
            let answers = all_together(&mut tx, statements).await.expect("answers");
            let rows: Vec<_> = answers.iter().map(|answer| answer.rows.len()).collect();
            assert_eq!(rows, [0, 0, 1]);
        }
    }

    #[tokio::test]
    async fn none_are_no_way_to_the_database() {
        for (_database, store) in stores().await {
            let mut tx = store.begin().await.expect("begins");
            let answers = all_together(&mut tx, Vec::new()).await.expect("answers");
            assert!(answers.is_empty());
        }
    }

    #[test]
    fn places_are_counted_over_the_whole_text() {
        let mut text = String::new();
        push_renumbered(&mut text, "select $1, $2, $12", 0);
        push_renumbered(&mut text, "; select $2||'x' where a=$1", 12);
        assert_eq!(text, "select $1, $2, $12; select $14||'x' where a=$13");
    }
}
