//! The order of a run's stops: by travel times and the times that were promised.
//!
//! Pure but for the clock that ends a search: numbers in, an order out. [`crate::runs`] decides when it
//! is asked and what becomes of the answer.

mod moves;
mod problem;
mod search;
#[cfg(test)]
mod tests;
mod times;
mod tour;

use std::time::{Duration, Instant};

pub use problem::{End, Problem, Visit};
use search::{Limits, Search};
pub use times::travel_times;

/// What is enough.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Kicks in a row without any success, for each visit, until a search is over.
    pub kicks_per_visit: usize,
    /// No longer than that, whatever it finds.
    pub at_most: Duration,
}

/// Windows make a kick so many times as expensive, and more than a few of them gain little.
const TIMED: usize = 5;

impl Default for Effort {
    /// Measured (bench/README.md): more of it finds nothing that a courier would notice.
    fn default() -> Self {
        Self {
            kicks_per_visit: 40,
            at_most: Duration::from_millis(1500),
        }
    }
}

/// The best order found of all visits, numbered from 1 as in the problem. Those in `first` come first, as
/// they are.
pub fn sequence(problem: &Problem, first: &[usize], effort: Effort) -> Vec<usize> {
    let first = &known(problem, first);
    let limits = Limits {
        kicks_per_visit: effort.kicks_per_visit,
        until: Instant::now() + effort.at_most,
    };
    let start = search::nearest(problem, first);
    let mut search = Search::new(problem, &start, first.len(), false);
    search.improve(&limits);
    let by_way = search.best().visits().to_vec();
    if is_on_time(problem, &search) {
        return by_way;
    }
    let by_time = search::by_due_time(problem, first);
    let mut searches =
        [by_way, by_time].map(|start| Search::new(problem, &start, first.len(), true));
    let better = usize::from(searches[1].best().cost() < searches[0].best().cost());
    let limits = Limits {
        kicks_per_visit: limits.kicks_per_visit.div_ceil(TIMED),
        ..limits
    };
    searches[better].improve(&limits);
    searches[better].best().visits().to_vec()
}

/// An order with new visits where they cost least; the others stay as they are, and so do the first few.
pub fn inserted(problem: &Problem, order: &[usize], new: &[usize], stay: usize) -> Vec<usize> {
    let mut order = known(problem, order);
    for node in known(problem, new) {
        if order.contains(&node) {
            continue;
        }
        let with = |place: usize| {
            let mut with = order.clone();
            with.insert(place, node);
            with
        };
        let places = stay.min(order.len())..=order.len();
        if let Some(place) = places.min_by_key(|place| problem.cost_of(&with(*place))) {
            order.insert(place, node);
        }
    }
    order
}

/// Each time the nearest visit that is left: what the search begins with, and is compared to.
pub fn nearest(problem: &Problem) -> Vec<usize> {
    search::nearest(problem, &[])
}

/// Whether nobody waits and nobody is late on the shortest way: then there is nothing better.
fn is_on_time(problem: &Problem, search: &Search<'_>) -> bool {
    problem.cost_of(search.best().visits()) == search.best().cost()
}

/// Without what is no visit, and each once.
fn known(problem: &Problem, first: &[usize]) -> Vec<usize> {
    let mut known: Vec<usize> = Vec::with_capacity(first.len());
    for node in first {
        if (1..=problem.visits()).contains(node) && !known.contains(node) {
            known.push(*node);
        }
    }
    known
}
