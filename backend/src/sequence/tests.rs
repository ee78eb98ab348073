use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::problem::Cost;
use super::tour::{Move, Tour};
use super::*;

/// Little effort: tests say that an order is right, benchmarks say how good it is.
const LITTLE: Effort = Effort {
    kicks_per_visit: 5,
    at_most: Duration::from_secs(20),
};

/// Places on a square of so many seconds, with one-way streets.
fn town(visits: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut chance = StdRng::seed_from_u64(seed);
    let places: Vec<(f64, f64)> = (0..=visits)
        .map(|_| {
            (
                chance.random_range(0.0..1800.0),
                chance.random_range(0.0..1800.0),
            )
        })
        .collect();
    let mut way = |from: &(f64, f64), to: &(f64, f64)| {
        (from.0 - to.0).abs() + (from.1 - to.1).abs() * chance.random_range(1.0..1.5)
    };
    places
        .iter()
        .map(|from| places.iter().map(|to| way(from, to)).collect())
        .collect()
}

fn every_time(count: usize) -> Vec<Visit> {
    vec![Visit::at_any_time(150.0); count]
}

/// The least that any order costs, by trying all.
fn least(problem: &Problem, first: &[usize]) -> Cost {
    fn go(problem: &Problem, order: &mut Vec<usize>, best: &mut Cost) {
        if order.len() == problem.visits() {
            *best = problem.cost_of(order).min(*best);
        }
        for node in 1..=problem.visits() {
            if !order.contains(&node) {
                order.push(node);
                go(problem, order, best);
                order.pop();
            }
        }
    }
    let mut best = Cost::MAX;
    go(problem, &mut first.to_vec(), &mut best);
    best
}

fn is_permutation(order: &[usize], visits: usize) -> bool {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    sorted.into_iter().eq(1..=visits)
}

/// Windows on some of the visits, from `seed`.
fn promised(count: usize, seed: u64) -> Vec<Visit> {
    let mut chance = StdRng::seed_from_u64(seed);
    let visit = |_| {
        let from = chance.random_range(-3600.0..7200.0);
        let window_s = chance.random_bool(0.6).then_some((from, from + 1800.0));
        Visit {
            service_s: 150.0,
            window_s,
        }
    };
    (0..count).map(visit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_order_holds_every_stop_once_and_the_first_stays_first(
        count in 0_usize..40, seed: u64, first in 0_usize..50, timed: bool,
    ) {
        let visits = if timed { promised(count, seed) } else { every_time(count) };
        let problem = Problem::new(&town(count, seed), &visits, End::Anywhere);
        let order = sequence(&problem, &[first, first], LITTLE);
        prop_assert!(is_permutation(&order, count), "{:?}", order);
        if (1..=count).contains(&first) {
            prop_assert_eq!(order[0], first);
        }
        prop_assert_eq!(sequence(&problem, &[first], LITTLE), order, "twice the same");
    }

    #[test]
    fn few_stops_are_in_the_best_order_there_is(count in 1_usize..7, seed: u64, timed: bool) {
        let visits = if timed { promised(count, seed) } else { every_time(count) };
        let problem = Problem::new(&town(count, seed), &visits, End::Anywhere);
        let effort = Effort { kicks_per_visit: 100, ..LITTLE };
        let order = sequence(&problem, &[], effort);
        prop_assert_eq!(problem.cost_of(&order), least(&problem, &[]));
        let pinned = sequence(&problem, &[count], effort);
        prop_assert_eq!(problem.cost_of(&pinned), least(&problem, &[count]));
    }

    #[test]
    fn every_promise_is_kept_that_some_order_keeps(count in 1_usize..14, seed: u64) {
        let town = town(count, seed);
        // Promised as if driven in the order of their numbers.
        let mut left_s = 0.0;
        let visits: Vec<Visit> = (1..=count)
            .map(|next| {
                let there_s = left_s + town[next - 1][next];
                left_s = there_s + 150.0;
                Visit { service_s: 150.0, window_s: Some((there_s - 300.0, there_s + 300.0)) }
            })
            .collect();
        let problem = Problem::new(&town, &visits, End::Anywhere);
        let numbers: Vec<usize> = (1..=count).collect();
        let order = sequence(&problem, &[], LITTLE);
        prop_assert!(problem.cost_of(&order) <= problem.cost_of(&numbers));
        let (mut left, mut here) = (0.0_f64, 0);
        for node in order {
            let (from, to) = visits[node - 1].window_s.expect("each has one");
            left = (left + town[here][node]).max(from);
            prop_assert!(left <= to + 0.1, "{} s late", left - to);
            left += 150.0;
            here = node;
        }
    }

    #[test]
    fn what_a_change_is_said_to_save_it_saves(
        count in 4_usize..20, seed: u64, kind in 0_u8..5, cuts in (0_usize..99, 0_usize..99, 0_usize..99),
        timed: bool,
    ) {
        let problem = Problem::new(&town(count, seed), &promised(count, seed), End::Anywhere);
        let visits: Vec<usize> = (1..=count).collect();
        let mut tour = Tour::new(&problem, &visits, timed);
        let mut places = [cuts.0, cuts.1, cuts.2].map(|cut| 1 + cut % count);
        places.sort_unstable();
        let [x, y, z] = places;
        prop_assume!(x <= y && y < z);
        let change = match kind {
            0 => Move::Reverse { x, z },
            1 => Move::Swap { x, y, z },
            2 => Move::SwapFirstBackwards { x, y, z },
            3 => Move::SwapSecondBackwards { x, y, z },
            _ => Move::BothBackwards { x, y, z },
        };
        let (before, saving) = (tour.cost(), tour.saving(change));
        tour.make(change);
        prop_assert!(is_permutation(tour.visits(), count));
        let saved = before - tour.cost();
        // What saves nothing is not priced to the end.
        prop_assert!(saving == saved || (timed && saving <= 0 && saved <= 0), "{} {}", saving, saved);
        if timed {
            prop_assert_eq!(tour.cost(), problem.cost_of(tour.visits()));
        }
    }

    #[test]
    fn a_new_stop_goes_where_it_costs_least_and_the_others_stay(count in 2_usize..12, seed: u64) {
        let problem = Problem::new(&town(count, seed), &promised(count, seed), End::Anywhere);
        let old: Vec<usize> = (1..count).rev().collect();
        let order = inserted(&problem, &old, &[count], 1);
        prop_assert_eq!(order[0], old[0], "driven to");
        let others: Vec<usize> = order.iter().copied().filter(|node| *node != count).collect();
        prop_assert_eq!(&others, &old);
        for place in 1..=old.len() {
            let mut other = old.clone();
            other.insert(place, count);
            prop_assert!(problem.cost_of(&order) <= problem.cost_of(&other));
        }
    }
}

#[test]
fn ways_that_do_not_exist_lose_no_stop() {
    let broken = [f64::INFINITY, f64::NAN, -1.0];
    let mut times = town(6, 1);
    for (from, row) in times.iter_mut().enumerate() {
        for (to, time) in row.iter_mut().enumerate() {
            if (from + to) % 2 == 1 {
                *time = broken[(from + to) % 3];
            }
        }
    }
    let problem = Problem::new(&times, &every_time(6), End::Anywhere);
    assert!(is_permutation(&sequence(&problem, &[], LITTLE), 6));
    let nothing = Problem::new(&[], &promised(5, 1), End::Anywhere);
    assert!(is_permutation(&sequence(&nothing, &[2], LITTLE), 5));
}

#[test]
fn a_window_that_is_past_is_late_and_still_a_stop() {
    let visit = |window_s| Visit {
        service_s: 150.0,
        window_s: Some(window_s),
    };
    // The first is hours late, the second is in time if it is made first.
    let visits = [visit((-9000.0, -8000.0)), visit((0.0, 200.0))];
    let times = vec![
        vec![0.0, 100.0, 100.0],
        vec![100.0, 0.0, 600.0],
        vec![100.0, 100.0, 0.0],
    ];
    let problem = Problem::new(&times, &visits, End::Anywhere);
    assert_eq!(sequence(&problem, &[], LITTLE), [2, 1]);
    let wrong = visit((5.0, -5.0));
    let problem = Problem::new(&times, &[wrong, wrong], End::Anywhere);
    assert_eq!(
        sequence(&problem, &[], LITTLE),
        [2, 1],
        "such a window is none"
    );
}

#[test]
fn a_search_ends_in_time() {
    let problem = Problem::new(&town(200, 3), &promised(200, 3), End::Anywhere);
    let effort = Effort {
        kicks_per_visit: usize::MAX / 1000,
        at_most: Duration::from_millis(50),
    };
    assert!(is_permutation(&sequence(&problem, &[], effort), 200));
}
