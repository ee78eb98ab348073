//! Joining pieces of line end to end: rings of areas, coasts, streets of one name.

use std::collections::HashMap;
use std::hash::Hash;

/// Joins pieces that share end points into chains as long as they go. Closed chains begin and end
/// with the same point. With `turn`, a piece may be walked backwards; without, directions hold.
pub(super) fn joined<P: Copy + Eq + Hash>(pieces: Vec<Vec<P>>, turn: bool) -> Vec<Vec<P>> {
    let pieces: Vec<_> = pieces.into_iter().filter(|p| p.len() >= 2).collect();
    let mut at_end: HashMap<P, Vec<usize>> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        at_end.entry(piece[0]).or_default().push(index);
        if turn {
            at_end
                .entry(piece[piece.len() - 1])
                .or_default()
                .push(index);
        }
    }
    let begins = chain_starts(&pieces, turn);
    let mut used = vec![false; pieces.len()];
    let mut chains = Vec::new();
    for first in begins {
        if std::mem::replace(&mut used[first], true) {
            continue;
        }
        let mut chain = pieces[first].clone();
        while chain[0] != chain[chain.len() - 1] {
            let end = chain[chain.len() - 1];
            let next = at_end
                .get(&end)
                .and_then(|at| at.iter().copied().find(|index| !used[*index]));
            let Some(next) = next else { break };
            used[next] = true;
            if pieces[next][0] == end {
                chain.extend_from_slice(&pieces[next][1..]);
            } else {
                chain.extend(pieces[next].iter().rev().skip(1));
            }
        }
        chains.push(chain);
    }
    chains
}

/// All pieces, those that no other piece leads into first: an open chain is found from its start.
fn chain_starts<P: Copy + Eq + Hash>(pieces: &[Vec<P>], turn: bool) -> Vec<usize> {
    let mut touching: HashMap<P, usize> = HashMap::new();
    for piece in pieces {
        *touching.entry(piece[piece.len() - 1]).or_default() += 1;
        if turn {
            *touching.entry(piece[0]).or_default() += 1;
        }
    }
    let alone = usize::from(turn);
    let (mut starts, others): (Vec<_>, Vec<_>) = (0..pieces.len())
        .partition(|index| touching.get(&pieces[*index][0]).copied().unwrap_or(0) == alone);
    starts.extend(others);
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_a_ring_from_pieces_in_any_direction() {
        let rings = joined(vec![vec![1, 2, 3], vec![5, 4, 3], vec![5, 1]], true);
        assert_eq!(rings, [vec![1, 2, 3, 4, 5, 1]]);
    }

    #[test]
    fn keeps_directions_and_finds_the_start() {
        let chains = joined(vec![vec![3, 4], vec![1, 2, 3], vec![9, 8]], false);
        assert_eq!(chains, [vec![1, 2, 3, 4], vec![9, 8]]);
    }

    #[test]
    fn leaves_rings_and_stumps_alone() {
        let chains = joined(vec![vec![1, 2, 3, 1], vec![7], vec![]], true);
        assert_eq!(chains, [vec![1, 2, 3, 1]]);
    }
}
