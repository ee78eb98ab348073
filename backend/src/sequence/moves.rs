//! Which changes of a tour are worth pricing: those that join two places which are near each other.
//!
//! It is the neighbourhood of Or-3opt: take one edge out, join its end to a near place, and close the
//! tour again by a second near place. After Lin and Kernighan (1973) only first steps that save
//! something are followed.

use super::problem::{Cost, DRIVING, Problem};
use super::tour::{Move, Tour};

/// For each node the ones that best follow it, and those it best follows.
#[derive(Debug)]
pub(super) struct Neighbours {
    after: Vec<Vec<usize>>,
    before: Vec<Vec<usize>>,
}

/// How many near places are tried at each end of a change.
const NEAR: usize = 8;

impl Neighbours {
    pub(super) fn of(problem: &Problem, timed: bool) -> Self {
        let cost = |from: usize, to: usize| {
            if timed {
                problem.remoteness(from, to)
            } else {
                problem.travel(from, to)
            }
        };
        let end = problem.end();
        let nearest = |of: usize, all: std::ops::Range<usize>, cost: &dyn Fn(usize) -> Cost| {
            let mut others: Vec<usize> = all.filter(|other| *other != of).collect();
            others.sort_by_key(|other| (cost(*other), *other));
            others.truncate(NEAR);
            others
        };
        let nodes = 0..problem.size();
        let after = nodes.clone().map(|node| match node {
            _ if node == end => Vec::new(),
            _ => {
                let mut near = nearest(node, 1..end, &|other| cost(node, other));
                near.push(end);
                near
            }
        });
        let before = nodes.map(|node| match node {
            0 => Vec::new(),
            _ => nearest(node, 0..end, &|other| cost(other, node)),
        });
        Self {
            after: after.collect(),
            before: before.collect(),
        }
    }
}

/// Looks for a change around one node.
pub(super) struct Look<'t, 'p> {
    pub(super) tour: &'t Tour<'p>,
    pub(super) near: &'t Neighbours,
    /// Positions before this one stay.
    pub(super) fixed: usize,
}

impl Look<'_, '_> {
    /// The first change found that saves something.
    pub(super) fn improvement(&self, node: usize) -> Option<Move> {
        let i = self.tour.place_of(node);
        let saves = |change: &Move| self.tour.saving(*change) > 0;
        self.with_another_after(node, i)
            .or_else(|| self.with_another_before(node, i))
            .filter(saves)
    }

    /// What a node's neighbours in the tour could save if one is replaced.
    fn gains(&self, from: usize, to: usize, instead: Cost) -> bool {
        let problem = self.tour.problem();
        DRIVING * (problem.travel(from, to) - instead) + self.tour.penalty() > 0
    }

    /// The node `a` at `i` is followed by another one, `c`.
    fn with_another_after(&self, a: usize, i: usize) -> Option<Move> {
        let tour = self.tour;
        if i == tour.last() {
            return None;
        }
        let next = tour.at(i + 1);
        for &c in &self.near.after[a] {
            if !self.gains(a, next, tour.problem().travel(a, c)) {
                if tour.penalty() == 0 {
                    break;
                }
                continue;
            }
            let j = tour.place_of(c);
            let found = if j > i + 1 {
                self.later_after(i + 1, j)
            } else if j < i {
                self.earlier_after(j, i)
            } else {
                None
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The node `a` at `i` follows another one, `c`.
    fn with_another_before(&self, a: usize, i: usize) -> Option<Move> {
        let tour = self.tour;
        if i == 0 {
            return None;
        }
        let previous = tour.at(i - 1);
        for &c in &self.near.before[a] {
            if !self.gains(previous, a, tour.problem().travel(c, a)) {
                if tour.penalty() == 0 {
                    break;
                }
                continue;
            }
            let j = tour.place_of(c);
            let found = if j > i {
                self.earlier_after(i, j)
            } else if j + 1 < i {
                self.earlier_before(j, i - 1)
            } else {
                None
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// What stands at `j` is to follow what stands before `x`.
    fn later_after(&self, x: usize, j: usize) -> Option<Move> {
        let tour = self.tour;
        let last = tour.last();
        if j == last {
            return None;
        }
        let (after, before) = (&self.near.after, &self.near.before);
        let first = tour.at(x);
        let y = j - 1;
        let places = |nodes: &'_ [usize]| -> [usize; NEAR + 1] { self.places(nodes) };
        self.ok(Move::Reverse { x, z: j })
            .or_else(|| {
                places(&before[first])
                    .into_iter()
                    .chain(places(&after[tour.at(y)]).map(minus_one))
                    .filter(|z| *z >= j && *z < last)
                    .find_map(|z| self.ok(Move::Swap { x, y, z }))
            })
            .or_else(|| {
                places(&before[tour.at(y)])
                    .into_iter()
                    .chain(places(&after[first]).map(minus_one))
                    .filter(|z| *z >= j && *z < last)
                    .find_map(|z| self.ok(Move::SwapFirstBackwards { x, y, z }))
            })
            .or_else(|| {
                places(&before[first])
                    .map(minus_one)
                    .into_iter()
                    .chain(places(&before[tour.at(j + 1)]))
                    .filter(|y| *y >= x && *y < j)
                    .find_map(|y| self.ok(Move::SwapSecondBackwards { x, y, z: j }))
            })
            .or_else(|| {
                places(&after[first])
                    .into_iter()
                    .chain(places(&after[tour.at(j + 1)]).map(minus_one))
                    .filter(|z| *z > j && *z < last)
                    .find_map(|z| self.ok(Move::BothBackwards { x, y: j, z }))
            })
    }

    /// What stands at `x` is to follow what stands at `z`, after it: two pieces change places.
    fn earlier_after(&self, x: usize, z: usize) -> Option<Move> {
        let tour = self.tour;
        if x < self.fixed || z >= tour.last() {
            return None;
        }
        let by_first = self.places(&self.near.after[tour.at(x - 1)]).map(minus_one);
        let by_last = self.places(&self.near.before[tour.at(z + 1)]);
        by_first
            .into_iter()
            .chain(by_last)
            .filter(|y| *y >= x && *y < z)
            .find_map(|y| self.ok(Move::Swap { x, y, z }))
    }

    /// What stands after `z` is to follow what stands at `y`, before it.
    fn earlier_before(&self, y: usize, z: usize) -> Option<Move> {
        let tour = self.tour;
        self.ok(Move::Reverse { x: y, z }).or_else(|| {
            let by_second = self.places(&self.near.before[tour.at(y + 1)]).map(plus_one);
            let by_last = self.places(&self.near.after[tour.at(z)]);
            by_second
                .into_iter()
                .chain(by_last)
                .filter(|x| *x <= y)
                .find_map(|x| self.ok(Move::Swap { x, y, z }))
        })
    }

    /// Where nodes stand; nowhere for those that are missing.
    fn places(&self, nodes: &[usize]) -> [usize; NEAR + 1] {
        let mut places = [usize::MAX; NEAR + 1];
        for (place, node) in places.iter_mut().zip(nodes) {
            *place = self.tour.place_of(*node);
        }
        places
    }

    fn ok(&self, change: Move) -> Option<Move> {
        let (x, z) = change.span();
        let may = x >= self.fixed && x < z && z < self.tour.last();
        (may && self.tour.saving(change) > 0).then_some(change)
    }
}

fn minus_one(position: usize) -> usize {
    position.wrapping_sub(1)
}

fn plus_one(position: usize) -> usize {
    position.wrapping_add(1)
}
