//! What is to be put in order: times between places, how long stops take, and when they were promised.

/// Costs are whole numbers, so that the same run is planned the same everywhere: milliseconds.
pub(super) type Cost = i64;

/// A way that leads nowhere costs as much as a day's drive: the stop stays in the answer, and its cost
/// shows on every order alike.
const NO_WAY_MS: Cost = 24 * 3600 * 1000;
/// A second of lateness is as bad as so many half seconds of driving: a promise is broken only where it
/// can't be kept, or where keeping it would make everybody else wait for minutes.
const LATENESS: Cost = 100;
/// A second of driving counts double, a second of waiting once: of two orders that end at the same time
/// the one with less driving is better.
pub(super) const DRIVING: Cost = 2;

/// A stop to be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// Seconds it takes.
    pub service_s: f64,
    /// When it was promised, in seconds from the departure: from when to when; both may be past.
    pub window_s: Option<(f64, f64)>,
}

impl Visit {
    /// One that was promised for no particular time.
    pub fn at_any_time(service_s: f64) -> Self {
        Self {
            service_s,
            window_s: None,
        }
    }
}

/// Where a tour ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At its last stop.
    Anywhere,
    /// Where it began.
    AtTheStart,
}

/// A tour to be planned. Node 0 is the start, nodes 1 to n are the visits, and node n + 1 stands for
/// the end.
#[derive(Debug, Clone)]
pub struct Problem {
    size: usize,
    travel: Vec<Cost>,
    service: Vec<Cost>,
    opens: Vec<Cost>,
    due: Vec<Cost>,
}

impl Problem {
    /// From the driving seconds between all places, row by row, `[from][to]`: the start first, then the
    /// visits. Whatever is missing, infinite or no number is a way that does not exist.
    pub fn new(travel_s: &[Vec<f64>], visits: &[Visit], end: End) -> Self {
        let places = visits.len() + 1;
        let size = places + 1;
        let mut travel = vec![0; size * size];
        for from in 0..places {
            let way = |to: usize| millis(travel_s.get(from).and_then(|row| row.get(to)));
            for to in (0..places).filter(|to| *to != from) {
                travel[from * size + to] = way(to);
            }
            if end == End::AtTheStart && from > 0 {
                travel[from * size + places] = way(0);
            }
        }
        let of_visits = |of: &dyn Fn(&Visit) -> Cost, other: Cost| -> Vec<Cost> {
            let inner = visits.iter().map(of);
            std::iter::once(other).chain(inner).chain([other]).collect()
        };
        let window = |visit: &Visit| visit.window_s.filter(|(from, to)| from <= to);
        Self {
            size,
            travel,
            service: of_visits(&|visit| millis(Some(&visit.service_s)), 0),
            opens: of_visits(
                &|visit| window(visit).map_or(Cost::MIN, |w| signed(w.0)),
                Cost::MIN,
            ),
            due: of_visits(
                &|visit| window(visit).map_or(Cost::MAX, |w| signed(w.1)),
                Cost::MAX,
            ),
        }
    }

    /// The node of the end.
    pub(super) fn end(&self) -> usize {
        self.size - 1
    }

    /// All nodes, with start and end.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// How many visits there are.
    pub(super) fn visits(&self) -> usize {
        self.size - 2
    }

    #[inline]
    pub(super) fn travel(&self, from: usize, to: usize) -> Cost {
        self.travel[from * self.size + to]
    }

    /// Drives on from `from`, left at `left`: when `to` is left, and what that cost.
    #[inline]
    pub(super) fn drive(&self, from: usize, to: usize, left: Cost) -> (Cost, Cost) {
        let way = self.travel(from, to);
        let there = left + way;
        let begun = there.max(self.opens[to]);
        let late = begun.saturating_sub(self.due[to]).max(0);
        (
            begun + self.service[to],
            DRIVING * way + (begun - there) + LATENESS * late,
        )
    }

    /// What an order costs that begins at the start and holds every visit once.
    pub(super) fn cost_of(&self, visits: &[usize]) -> Cost {
        let (mut left, mut total, mut here) = (0, 0, 0);
        for next in visits.iter().copied().chain([self.end()]) {
            let cost;
            (left, cost) = self.drive(here, next, left);
            total += cost;
            here = next;
        }
        total
    }

    /// How badly `to` follows `from`: the way, and what their windows force on whoever drives it.
    pub(super) fn remoteness(&self, from: usize, to: usize) -> Cost {
        let way = self.travel(from, to);
        let earliest = self.opens[from].max(0) + self.service[from] + way;
        let latest = self.due[from].saturating_add(self.service[from] + way);
        let wait = self.opens[to].saturating_sub(latest).max(0);
        let late = earliest.saturating_sub(self.due[to]).max(0);
        way.saturating_add(wait).saturating_add(late)
    }

    /// When a visit is due.
    pub(super) fn due(&self, node: usize) -> Cost {
        self.due[node]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to a day")]
fn millis(seconds: Option<&f64>) -> Cost {
    match seconds {
        Some(seconds) if *seconds >= 0.0 && seconds.is_finite() => {
            ((seconds * 1000.0).round() as Cost).min(NO_WAY_MS)
        }
        _ => NO_WAY_MS,
    }
}

/// A time before or after the departure; years are as good as for ever.
#[expect(clippy::cast_possible_truncation, reason = "clamped to ten years")]
fn signed(seconds: f64) -> Cost {
    const YEARS_S: f64 = 10.0 * 366.0 * 86_400.0;
    (seconds.clamp(-YEARS_S, YEARS_S) * 1000.0).round() as Cost
}
