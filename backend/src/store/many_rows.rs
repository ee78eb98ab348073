//! Statements that write several rows: one way to the database and back for all of them.

use std::fmt::Write;

/// Rows that one statement takes at most.
pub(crate) const ROWS_AT_ONCE: usize = 64;
const SIZES: [usize; 4] = [ROWS_AT_ONCE, 16, 4, 1];

/// One statement in a few sizes, so that the database prepares each once.
pub(crate) struct ManyRows([(usize, String); 4]);

impl ManyRows {
    /// `before`, a list of rows of so many placeholders, `after`.
    pub(crate) fn new(before: &str, columns: usize, after: &str) -> Self {
        Self(SIZES.map(|rows| {
            let values = values(rows, columns);
            (rows, format!("{before}{values}{after}"))
        }))
    }

    /// The smallest statement that takes so many rows, and how many it takes: for rows of which one
    /// may come twice. None beyond [`ROWS_AT_ONCE`].
    pub(crate) fn with_room_for(&self, rows: usize) -> Option<(usize, &str)> {
        let enough = self.0.iter().rev().find(|(size, _)| rows <= *size);
        enough.map(|(size, sql)| (*size, sql.as_str()))
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
    statements: &'a [(usize, String); 4],
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
        assert_eq!(sizes, [64, 16, 4, 4, 1, 1]);
        assert!(portions.iter().flat_map(|(_, rows)| *rows).eq(&rows));
        assert_eq!(
            portions[5].0,
            "insert into t values ($1, $2) on conflict do nothing"
        );
        assert!(
            portions[2]
                .0
                .contains("($1, $2), ($3, $4), ($5, $6), ($7, $8) on")
        );
    }

    #[test]
    fn the_smallest_statement_with_room_is_chosen() {
        let statement = ManyRows::new("", 1, "");
        let room = |rows| statement.with_room_for(rows).map(|(size, _)| size);
        assert_eq!(room(1), Some(1));
        assert_eq!(room(2), Some(4));
        assert_eq!(room(64), Some(64));
        assert_eq!(room(65), None);
    }
}
