//! The order of a run's stops when people change it.

use std::collections::HashSet;
use std::hash::Hash;

/// The order `now` with what is in `wanted` in the order wanted. The courier may have made the list in a
/// dead zone: what is not on the run any more is left out, and what came to the run since keeps its place.
pub fn reordered<K: Copy + Eq + Hash>(now: &[K], wanted: &[K]) -> Vec<K> {
    let on_the_run: HashSet<K> = now.iter().copied().collect();
    let mut seen = HashSet::with_capacity(wanted.len());
    let moved: Vec<K> = wanted
        .iter()
        .copied()
        .filter(|key| on_the_run.contains(key) && seen.insert(*key))
        .collect();
    let mut next = moved.into_iter();
    now.iter()
        .map(|key| {
            if seen.contains(key) {
                next.next().unwrap_or(*key)
            } else {
                *key
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stops_that_came_since_keep_their_place_and_others_are_ignored() {
        assert_eq!(reordered(&[1, 2, 3, 4], &[4, 9, 2, 1]), [4, 2, 3, 1]);
        assert_eq!(reordered(&[1, 2, 3], &[]), [1, 2, 3]);
        assert_eq!(reordered(&[1, 2, 3], &[3, 3, 1, 2, 1]), [3, 1, 2]);
        assert_eq!(reordered::<u8>(&[], &[1]), [0_u8; 0]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_doubled_and_the_wish_is_kept(
            now in proptest::collection::hash_set(0_u8..40, 0..30),
            wanted in proptest::collection::vec(0_u8..40, 0..60),
        ) {
            let now: Vec<u8> = now.into_iter().collect();
            let after = reordered(&now, &wanted);
            let mut sorted = (now.clone(), after.clone());
            sorted.0.sort_unstable();
            sorted.1.sort_unstable();
            prop_assert_eq!(sorted.0, sorted.1);
            prop_assert_eq!(&reordered(&after, &wanted), &after, "twice is once");
            for (before, then) in now.iter().zip(&after) {
                prop_assert!(wanted.contains(then) || before == then);
            }
            let place = |key: &u8| after.iter().position(|other| other == key);
            let first = |at: usize| !wanted[..at].contains(&wanted[at]);
            let places: Vec<usize> = (0..wanted.len())
                .filter(|at| first(*at))
                .filter_map(|at| place(&wanted[at]))
                .collect();
            prop_assert!(places.is_sorted());
        }
    }
}
