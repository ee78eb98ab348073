//! The search: a greedy start, local search around what changed, and small kicks out of what it ends in.

use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::moves::{Look, Neighbours};
use super::problem::Problem;
use super::tour::{Move, Tour};

/// How long a search may go on.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Kicks in a row without any success, for each visit: then it is as good as it gets.
    pub kicks_per_visit: usize,
    /// Never longer than until then.
    pub until: Instant,
}

/// Places that a kick moves at most.
const KICK: usize = 50;
/// Kicks between two looks at the clock.
const CLOCK_EVERY: usize = 32;

/// The visits, each time the nearest one that is left, after those that stay first.
pub(super) fn nearest(problem: &Problem, first: &[usize]) -> Vec<usize> {
    let mut left: Vec<usize> = (1..problem.end())
        .filter(|node| !first.contains(node))
        .collect();
    let mut order = first.to_vec();
    let mut here = first.last().copied().unwrap_or(0);
    while let Some(next) = (0..left.len()).min_by_key(|at| problem.travel(here, left[*at])) {
        here = left.swap_remove(next);
        order.push(here);
    }
    order
}

/// The visits by when they are due, after those that stay first.
pub(super) fn by_due_time(problem: &Problem, first: &[usize]) -> Vec<usize> {
    let mut rest: Vec<usize> = (1..problem.end())
        .filter(|node| !first.contains(node))
        .collect();
    rest.sort_by_key(|node| (problem.due(*node), *node));
    first.iter().copied().chain(rest).collect()
}

/// A search in progress.
pub(super) struct Search<'p> {
    best: Tour<'p>,
    now: Tour<'p>,
    near: Neighbours,
    fixed: usize,
    waiting: Vec<usize>,
    is_waiting: Vec<bool>,
}

impl<'p> Search<'p> {
    /// From an order whose first `stay` visits are not moved.
    pub(super) fn new(problem: &'p Problem, visits: &[usize], stay: usize, timed: bool) -> Self {
        let tour = Tour::new(problem, visits, timed);
        let mut search = Self {
            now: tour.clone(),
            best: tour,
            near: Neighbours::of(problem, timed),
            fixed: stay + 1,
            waiting: Vec::new(),
            is_waiting: vec![false; problem.size()],
        };
        for position in (0..problem.size()).rev() {
            search.wait(search.now.at(position));
        }
        search.settle();
        search.best.copy(&search.now);
        search
    }

    /// The best order so far.
    pub(super) fn best(&self) -> &Tour<'p> {
        &self.best
    }

    /// Kicks until nothing comes of it any more.
    pub(super) fn improve(&mut self, limits: &Limits) {
        let visits = self.best.visits().len();
        if visits + 1 < self.fixed + 2 {
            return;
        }
        let patience = limits.kicks_per_visit * visits;
        let mut chance = StdRng::seed_from_u64(u64::try_from(visits).unwrap_or(0));
        let mut in_vain = 0;
        while in_vain < patience {
            if in_vain % CLOCK_EVERY == 0 && Instant::now() >= limits.until {
                return;
            }
            in_vain += 1;
            self.kick(&mut chance);
            self.settle();
            if self.now.cost() < self.best.cost() {
                in_vain = 0;
            }
            if self.now.cost() <= self.best.cost() {
                self.best.copy(&self.now);
            } else {
                self.now.copy(&self.best);
            }
        }
    }

    /// Swaps two adjacent pieces somewhere: a double bridge, which local search does not undo.
    fn kick(&mut self, chance: &mut StdRng) {
        let last = self.now.last() - 1;
        let x = chance.random_range(self.fixed..last);
        let z = chance.random_range(x + 1..=last.min(x + KICK));
        let y = chance.random_range(x..z);
        self.make(Move::Swap { x, y, z });
    }

    /// Makes every change that saves something, around all nodes that wait for a look.
    fn settle(&mut self) {
        while let Some(node) = self.waiting.pop() {
            self.is_waiting[node] = false;
            let look = Look {
                tour: &self.now,
                near: &self.near,
                fixed: self.fixed,
            };
            if let Some(change) = look.improvement(node) {
                self.make(change);
                self.wait(node);
            }
        }
    }

    /// Makes a change; the ends of what moved are looked at again.
    fn make(&mut self, change: Move) {
        let (x, z) = change.span();
        let cut = match change {
            Move::Reverse { .. } => x,
            Move::Swap { y, .. }
            | Move::SwapFirstBackwards { y, .. }
            | Move::SwapSecondBackwards { y, .. }
            | Move::BothBackwards { y, .. } => y,
        };
        for position in [x - 1, x, cut, cut + 1, z, z + 1] {
            self.wait(self.now.at(position));
        }
        self.now.make(change);
    }

    fn wait(&mut self, node: usize) {
        if !self.is_waiting[node] {
            self.is_waiting[node] = true;
            self.waiting.push(node);
        }
    }
}
