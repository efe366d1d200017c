//! Corrections that belong together: a value is removed in one place and added in another.

use super::edit::is_expected;
use super::{Correction, Number};

/// Each half of every move in a file of corrections, with the other half.
///
/// A move is a removal and an addition in one file, with the same reason: of the same value, or one
/// directly after the other.
pub(super) fn halves(path: &str, corrections: &[Correction]) -> Vec<(Number, Number)> {
    let removals = corrections
        .iter()
        .enumerate()
        .filter(|(_, c)| c.value.is_none());
    let removals: Vec<_> = removals.collect();
    let mut halves = Vec::new();
    let mut paired = vec![false; corrections.len()];
    for is_same_value in [true, false] {
        for (number, removal) in &removals {
            let mut additions = corrections.iter().enumerate().filter(|(other, addition)| {
                let is_addition = addition.expected.is_none();
                let is_alike = match (is_same_value, &addition.value, &removal.expected) {
                    (true, Some(value), Some(expected)) => is_expected(value, expected),
                    (true, ..) => false,
                    (false, ..) => number.abs_diff(*other) == 1,
                };
                let is_together =
                    addition.file == removal.file && addition.reason == removal.reason;
                is_addition && is_alike && is_together && !paired[*other]
            });
            let addition = additions.next().map(|(other, _)| other);
            if let Some(addition) = addition.filter(|_| !paired[*number]) {
                (paired[*number], paired[addition]) = (true, true);
                let (a, b) = ((path.to_owned(), *number), (path.to_owned(), addition));
                halves.extend([(a.clone(), b.clone()), (b, a)]);
            }
        }
    }
    halves
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn corrections(list: Value) -> Vec<Correction> {
        serde_json::from_value(list).unwrap()
    }

    fn pairs(list: Value) -> Vec<(usize, usize)> {
        let halves = halves("o", &corrections(list)).into_iter();
        let pairs = halves.map(|((_, a), (_, b))| (a, b));
        pairs.filter(|(a, b)| a < b).collect()
    }

    fn removal(expected: Value, reason: &str) -> Value {
        json!({"file": "f", "pointer": "/x", "expected": expected, "reason": reason})
    }

    fn addition(value: Value, reason: &str) -> Value {
        json!({"file": "f", "pointer": "/y", "value": value, "reason": reason})
    }

    #[test]
    fn a_removal_goes_with_the_addition_of_its_value_or_the_one_beside_it() {
        let [one, two] = [json!(1), json!(2)];
        let apart = [removal(one.clone(), "r"), removal(two.clone(), "r")];
        let back = [addition(two.clone(), "r"), addition(one.clone(), "r")];
        assert_eq!(
            pairs(json!([apart[0], apart[1], back[0], back[1]])),
            [(0, 3), (1, 2)]
        );
        assert_eq!(
            pairs(json!([
                removal(one.clone(), "r"),
                addition(two.clone(), "r")
            ])),
            [(0, 1)]
        );
        assert_eq!(
            pairs(json!([removal(one.clone(), "r"), addition(one, "s")])),
            []
        );
        assert_eq!(
            pairs(json!([addition(two.clone(), "r"), addition(two, "r")])),
            []
        );
    }
}
