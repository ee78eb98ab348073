//! A tour in the making: an order of nodes whose changes are priced before they are made.

use super::problem::{Cost, DRIVING, Problem};

/// Another order of the positions `x..=z`. With a cut after `y` these are all the ways in which two
/// adjacent pieces can be put back: with [`Move::Reverse`], 2-opt, or-opt and the whole of 3-opt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// Backwards.
    Reverse { x: usize, z: usize },
    /// The second piece before the first.
    Swap { x: usize, y: usize, z: usize },
    /// The second piece before the first, and that backwards.
    SwapFirstBackwards { x: usize, y: usize, z: usize },
    /// The second piece backwards before the first.
    SwapSecondBackwards { x: usize, y: usize, z: usize },
    /// Both backwards, where they are.
    BothBackwards { x: usize, y: usize, z: usize },
}

/// A piece of the order, perhaps backwards.
type Piece = (usize, usize, bool);

impl Move {
    /// The positions that change: first and last.
    pub(super) fn span(self) -> (usize, usize) {
        match self {
            Self::Reverse { x, z }
            | Self::Swap { x, z, .. }
            | Self::SwapFirstBackwards { x, z, .. }
            | Self::SwapSecondBackwards { x, z, .. }
            | Self::BothBackwards { x, z, .. } => (x, z),
        }
    }

    /// What stands there afterwards: pieces of the order before.
    fn pieces(self) -> ([Piece; 2], usize) {
        match self {
            Self::Reverse { x, z } => ([(x, z, true), (0, 0, false)], 1),
            Self::Swap { x, y, z } => ([(y + 1, z, false), (x, y, false)], 2),
            Self::SwapFirstBackwards { x, y, z } => ([(y + 1, z, false), (x, y, true)], 2),
            Self::SwapSecondBackwards { x, y, z } => ([(y + 1, z, true), (x, y, false)], 2),
            Self::BothBackwards { x, y, z } => ([(x, y, true), (y + 1, z, true)], 2),
        }
    }
}

/// An order with everything that makes changes cheap to price.
#[derive(Debug, Clone)]
pub(super) struct Tour<'p> {
    problem: &'p Problem,
    /// Whether windows count. Without them a change is priced from sums, in constant time.
    timed: bool,
    order: Vec<usize>,
    place: Vec<usize>,
    /// Driving up to each position.
    forth: Vec<Cost>,
    /// The same, were it driven backwards.
    back: Vec<Cost>,
    /// When each position is left, and what the tour costs up to it; empty unless windows count.
    left: Vec<Cost>,
    spent: Vec<Cost>,
    scratch: Vec<usize>,
}

impl<'p> Tour<'p> {
    /// From the visits in an order.
    pub(super) fn new(problem: &'p Problem, visits: &[usize], timed: bool) -> Self {
        let order: Vec<usize> = std::iter::once(0)
            .chain(visits.iter().copied())
            .chain([problem.end()])
            .collect();
        let timed_size = if timed { order.len() } else { 0 };
        let mut tour = Self {
            problem,
            timed,
            place: vec![0; order.len()],
            forth: vec![0; order.len()],
            back: vec![0; order.len()],
            left: vec![0; timed_size],
            spent: vec![0; timed_size],
            scratch: Vec::with_capacity(order.len()),
            order,
        };
        tour.count_from(1);
        tour
    }

    /// The visits in order.
    pub(super) fn visits(&self) -> &[usize] {
        &self.order[1..self.order.len() - 1]
    }

    pub(super) fn problem(&self) -> &'p Problem {
        self.problem
    }

    /// The last position, which is the end's.
    pub(super) fn last(&self) -> usize {
        self.order.len() - 1
    }

    #[inline]
    pub(super) fn at(&self, position: usize) -> usize {
        self.order[position]
    }

    #[inline]
    pub(super) fn place_of(&self, node: usize) -> usize {
        self.place[node]
    }

    /// What it costs.
    pub(super) fn cost(&self) -> Cost {
        let last = self.last();
        if self.timed {
            self.spent[last]
        } else {
            DRIVING * self.forth[last]
        }
    }

    /// What of the cost is not driving: all that a change which drives more could save.
    pub(super) fn penalty(&self) -> Cost {
        if self.timed {
            self.cost() - DRIVING * self.forth[self.last()]
        } else {
            0
        }
    }

    /// What a change saves; not more than 0 when it saves nothing.
    pub(super) fn saving(&self, change: Move) -> Cost {
        let driving = -DRIVING * self.longer_by(change);
        if self.timed && driving + self.penalty() > 0 {
            self.timed_saving(change)
        } else {
            driving
        }
    }

    /// How much more is driven after a change.
    #[inline]
    fn longer_by(&self, change: Move) -> Cost {
        let d = |from: usize, to: usize| self.problem.travel(self.order[from], self.order[to]);
        let turned = |from: usize, to: usize| {
            (self.back[to] - self.back[from]) - (self.forth[to] - self.forth[from])
        };
        match change {
            Move::Reverse { x, z } => {
                d(x - 1, z) + turned(x, z) + d(x, z + 1) - d(x - 1, x) - d(z, z + 1)
            }
            Move::Swap { x, y, z } => {
                d(x - 1, y + 1) + d(z, x) + d(y, z + 1) - d(x - 1, x) - d(y, y + 1) - d(z, z + 1)
            }
            Move::SwapFirstBackwards { x, y, z } => {
                d(x - 1, y + 1) + d(z, y) + turned(x, y) + d(x, z + 1)
                    - (d(x - 1, x) + d(y, y + 1) + d(z, z + 1))
            }
            Move::SwapSecondBackwards { x, y, z } => {
                d(x - 1, z) + turned(y + 1, z) + d(y + 1, x) + d(y, z + 1)
                    - (d(x - 1, x) + d(y, y + 1) + d(z, z + 1))
            }
            Move::BothBackwards { x, y, z } => {
                d(x - 1, y) + turned(x, y) + d(x, z) + turned(y + 1, z) + d(y + 1, z + 1)
                    - (d(x - 1, x) + d(y, y + 1) + d(z, z + 1))
            }
        }
    }

    /// Drives the changed part and whatever comes after it, until it can't be better or is as before.
    fn timed_saving(&self, change: Move) -> Cost {
        let (x, z) = change.span();
        let total = self.cost();
        let (mut here, mut left, mut spent) =
            (self.order[x - 1], self.left[x - 1], self.spent[x - 1]);
        let (pieces, count) = change.pieces();
        for (from, to, backwards) in &pieces[..count] {
            let length = to - from;
            for step in 0..=length {
                let position = if *backwards { to - step } else { from + step };
                let next = self.order[position];
                let cost;
                (left, cost) = self.problem.drive(here, next, left);
                spent += cost;
                here = next;
            }
            if spent >= total {
                return 0;
            }
        }
        for position in z + 1..=self.last() {
            let next = self.order[position];
            let cost;
            (left, cost) = self.problem.drive(here, next, left);
            spent += cost;
            here = next;
            let saved = self.spent[position] - spent;
            let delay = left - self.left[position];
            // Whoever is later than before saves at most the waiting that is left.
            if delay == 0 || (delay > 0 && saved + delay <= 0) {
                return saved;
            }
        }
        total - spent
    }

    /// Makes a change.
    pub(super) fn make(&mut self, change: Move) {
        let (x, z) = change.span();
        let (pieces, count) = change.pieces();
        self.scratch.clear();
        for (from, to, backwards) in &pieces[..count] {
            let piece = &self.order[*from..=*to];
            if *backwards {
                self.scratch.extend(piece.iter().rev());
            } else {
                self.scratch.extend(piece);
            }
        }
        self.order[x..=z].copy_from_slice(&self.scratch);
        self.count_from(x);
    }

    /// Becomes another tour of the same problem.
    pub(super) fn copy(&mut self, other: &Self) {
        self.order.copy_from_slice(&other.order);
        self.place.copy_from_slice(&other.place);
        self.forth.copy_from_slice(&other.forth);
        self.back.copy_from_slice(&other.back);
        self.left.copy_from_slice(&other.left);
        self.spent.copy_from_slice(&other.spent);
    }

    fn count_from(&mut self, position: usize) {
        for position in position..self.order.len() {
            let (before, here) = (self.order[position - 1], self.order[position]);
            self.place[here] = position;
            self.forth[position] = self.forth[position - 1] + self.problem.travel(before, here);
            self.back[position] = self.back[position - 1] + self.problem.travel(here, before);
            if self.timed {
                let left = self.left[position - 1];
                let (left, cost) = self.problem.drive(before, here, left);
                self.left[position] = left;
                self.spent[position] = self.spent[position - 1] + cost;
            }
        }
    }
}
