//! Statements that write several rows: one way to the database and back for all of them.

use std::fmt::Write;

/// Rows that one statement takes at most.
pub(crate) const ROWS_AT_ONCE: usize = 64;
/// Few rows are by far the most often written: up to four of them are one statement in any case.
const SIZES: [usize; 7] = [ROWS_AT_ONCE, 16, 8, 4, 3, 2, 1];

/// One statement in a few sizes, so that the database prepares each once.
pub(crate) struct ManyRows([(usize, String); SIZES.len()]);

impl ManyRows {
    /// `before`, a list of rows of so many placeholders, `after`.
    pub(crate) fn new(before: &str, columns: usize, after: &str) -> Self {
        Self(SIZES.map(|rows| {
            let values = values(rows, columns);
            (rows, format!("{before}{values}{after}"))
        }))
    }

    /// One statement for up to [`ROWS_AT_ONCE`] rows of which one may come twice, and the rows that fill it: the last
    /// is repeated. Callers see to it that there are not more.
    pub(crate) fn filled<'a, T>(&'a self, rows: &'a [T]) -> (&'a str, impl Iterator<Item = &'a T>) {
        debug_assert!(rows.len() <= ROWS_AT_ONCE, "{} rows", rows.len());
        let enough = self.0.iter().rev().find(|(size, _)| rows.len() <= *size);
        let (size, sql) = enough.unwrap_or(&self.0[0]);
        let filled_up = rows.iter().chain(rows.last().into_iter().cycle());
        (sql, filled_up.take(*size))
    }

    /// The rows in portions that fill a statement each.
    pub(crate) fn portions<'a, T>(&'a self, rows: &'a [T]) -> Portions<'a, T> {
        Portions {
            statements: &self.0,
            rest: rows,
        }
    }

    /// Every statement, for the test that prepares each on both databases.
    #[cfg(test)]
    pub(crate) fn statements(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, sql)| sql.as_str())
    }
}

/// What is left to write.
pub(crate) struct Portions<'a, T> {
    statements: &'a [(usize, String); SIZES.len()],
    rest: &'a [T],
}

impl<'a, T> Iterator for Portions<'a, T> {
    type Item = (&'a str, &'a [T]);

    fn next(&mut self) -> Option<Self::Item> {
        let (size, sql) = self
            .statements
            .iter()
            .find(|(size, _)| *size <= self.rest.len())?;
        let (portion, rest) = self.rest.split_at(*size);
        self.rest = rest;
        Some((sql, portion))
    }
}

/// `($1, $2), ($3, $4)`
fn values(rows: usize, columns: usize) -> String {
    let mut sql = String::new();
    for place in 0..rows * columns {
        let opening = match (place, place % columns) {
            (0, _) => "(",
            (_, 0) => "), (",
            _ => ", ",
        };
        // Writing to a String can't fail.
        let _ = write!(sql, "{opening}${}", place + 1);
    }
    sql + ")"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_portion_and_fills_its_statement() {
        let statement = ManyRows::new("insert into t values ", 2, " on conflict do nothing");
        let rows: Vec<_> = (0..90).collect();
        let portions: Vec<_> = statement.portions(&rows).collect();
        let sizes: Vec<_> = portions.iter().map(|(_, rows)| rows.len()).collect();
        assert_eq!(sizes, [64, 16, 8, 2]);
        assert!(portions.iter().flat_map(|(_, rows)| *rows).eq(&rows));
        assert_eq!(
            portions[3].0,
            "insert into t values ($1, $2), ($3, $4) on conflict do nothing"
        );
    }

    #[test]
    fn the_smallest_statement_with_room_is_filled_with_the_last_row() {
        let statement = ManyRows::new("", 1, "");
        let filled = |rows: usize| {
            let rows: Vec<_> = (1..=rows).collect();
            let (sql, filled) = statement.filled(&rows);
            let filled: Vec<_> = filled.copied().collect();
            assert_eq!(sql.matches('$').count(), filled.len());
            filled
        };
        assert_eq!(filled(1), [1]);
        assert_eq!(filled(2), [1, 2]);
        assert_eq!(filled(5), [1, 2, 3, 4, 5, 5, 5, 5]);
        assert_eq!(filled(64).len(), 64);
    }
}
