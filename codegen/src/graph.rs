//! Graph algorithms, each in linear time, and room for recursion.

use std::collections::{BTreeMap, BTreeSet};

/// Runs a step of a recursion over schemas or values where the stack has room for it.
pub(crate) fn with_room<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, step)
}

/// The nodes reachable from some nodes, including these, given the names that each node leads to.
pub(crate) fn reached<'n>(
    from: impl IntoIterator<Item = &'n str>,
    edges: &BTreeMap<&'n str, BTreeSet<&'n str>>,
) -> BTreeSet<&'n str> {
    let mut open: Vec<&str> = from.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(node) = open.pop() {
        if reached.insert(node) {
            open.extend(edges.get(node).into_iter().flatten());
        }
    }
    reached
}

/// The component of each node: nodes are in the same one if each is reached from the other.
pub(crate) fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut reversed: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (from, to) in edges.iter().enumerate() {
        to.iter().for_each(|to| reversed[*to].push(from));
    }
    // Kosaraju: the last node to be left in the forward walk starts the next component in the
    // backward walk.
    let mut left = Vec::with_capacity(edges.len());
    let mut seen = vec![false; edges.len()];
    for start in 0..edges.len() {
        walk(start, edges, &mut seen, &mut |node| left.push(node));
    }
    let mut components = vec![0; edges.len()];
    let mut seen = vec![false; edges.len()];
    for (number, start) in left.into_iter().rev().enumerate() {
        walk(start, &reversed, &mut seen, &mut |node| {
            components[node] = number
        });
    }
    components
}

/// Visits the unseen nodes reachable from a node, each node after those it leads to.
fn walk(start: usize, edges: &[Vec<usize>], seen: &mut [bool], leave: &mut impl FnMut(usize)) {
    let mut open = Vec::new();
    if !std::mem::replace(&mut seen[start], true) {
        open.push((start, 0));
    }
    while let Some((node, next)) = open.last_mut() {
        let edge = edges[*node].get(*next).copied();
        *next += 1;
        match edge {
            Some(to) if !std::mem::replace(&mut seen[to], true) => open.push((to, 0)),
            Some(_) => {}
            None => {
                leave(*node);
                open.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn nodes_of_a_cycle_are_one_component() {
        let of = components(&[vec![1], vec![2, 3], vec![0], vec![4], vec![]]);
        assert_eq!((of[0], of[1]), (of[1], of[2]));
        assert_ne!(of[0], of[3]);
        assert_ne!(of[3], of[4]);
    }

    #[test]
    fn a_long_cycle_does_not_overflow_the_stack() {
        let ring: Vec<_> = (0..200_000)
            .map(|node| vec![(node + 1) % 200_000])
            .collect();
        let of = components(&ring);
        assert!(of.iter().all(|component| *component == of[0]));
    }
}
