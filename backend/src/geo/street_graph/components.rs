//! Which junctions can all reach each other.

/// Directed edges by the node they leave, packed into two lists.
struct Outgoing {
    first: Vec<usize>,
    targets: Vec<u32>,
}

impl Outgoing {
    fn new(nodes: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut first = vec![0; nodes + 1];
        for (from, _) in edges.clone() {
            first[from as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut targets = vec![0; first[nodes]];
        for (from, to) in edges {
            targets[next[from as usize]] = to;
            next[from as usize] += 1;
        }
        Self { first, targets }
    }

    fn of(&self, node: u32) -> &[u32] {
        &self.targets[self.first[node as usize]..self.first[node as usize + 1]]
    }
}

/// The largest strongly connected component of a directed graph, by Kosaraju's algorithm: one
/// mark per node. All false for no nodes.
pub(super) fn largest(nodes: usize, edges: &[(u32, u32)]) -> Vec<bool> {
    let forward = Outgoing::new(nodes, edges.iter().copied());
    let backward = Outgoing::new(nodes, edges.iter().map(|(from, to)| (*to, *from)));
    let mut component = vec![usize::MAX; nodes];
    let mut sizes = Vec::new();
    for root in finishing_order(nodes, &forward).into_iter().rev() {
        if component[root as usize] != usize::MAX {
            continue;
        }
        let id = sizes.len();
        sizes.push(flood(root, id, &backward, &mut component));
    }
    let largest = (0..sizes.len()).rev().max_by_key(|id| sizes[*id]);
    component.iter().map(|id| Some(*id) == largest).collect()
}

/// Nodes in the order in which a depth-first search leaves them; a stack of its own, because a
/// metropolis is deeper than a thread's stack.
fn finishing_order(nodes: usize, graph: &Outgoing) -> Vec<u32> {
    let mut seen = vec![false; nodes];
    let mut order = Vec::with_capacity(nodes);
    for root in (0_u32..).take(nodes) {
        if std::mem::replace(&mut seen[root as usize], true) {
            continue;
        }
        let mut stack = vec![(root, 0)];
        while let Some((node, tried)) = stack.last_mut() {
            if let Some(next) = graph.of(*node).get(*tried) {
                *tried += 1;
                if !std::mem::replace(&mut seen[*next as usize], true) {
                    stack.push((*next, 0));
                }
            } else {
                order.push(*node);
                stack.pop();
            }
        }
    }
    order
}

/// Marks everything reachable from `root`; returns how much that is.
fn flood(root: u32, id: usize, graph: &Outgoing, component: &mut [usize]) -> usize {
    component[root as usize] = id;
    let mut size = 0;
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        size += 1;
        for next in graph.of(node) {
            if component[*next as usize] == usize::MAX {
                component[*next as usize] = id;
                stack.push(*next);
            }
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_largest_round_trip() {
        // 0 → 1 → 2 → 0 is a round trip; 3 is a trap behind it, 4 ↔ 5 lies apart.
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (4, 5), (5, 4)];
        let marks = largest(6, &edges);
        assert_eq!(marks, [true, true, true, false, false, false]);
    }

    #[test]
    fn stands_no_nodes_and_no_edges() {
        assert!(largest(0, &[]).is_empty());
        assert_eq!(largest(2, &[]).iter().filter(|mark| **mark).count(), 1);
    }
}
