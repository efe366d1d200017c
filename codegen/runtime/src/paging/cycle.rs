//! Detects pages that repeat in a cycle.

/// Detects a cycle in a sequence by keeping one element (Brent's algorithm). A cycle of any length
/// is detected within three times as many steps as lead into it and once around.
pub(crate) struct Cycle<T> {
    kept: Option<T>,
    /// The number of elements since the kept one, and the number after which another is kept.
    steps: u64,
    most: u64,
}

impl<T> Default for Cycle<T> {
    fn default() -> Self {
        Cycle {
            kept: None,
            steps: 0,
            most: 1,
        }
    }
}

impl<T: Clone + PartialEq> Cycle<T> {
    /// Whether the element after `present` repeats an earlier one.
    pub fn closes(&mut self, present: &T, next: &T) -> bool {
        if self.steps == self.most || self.kept.is_none() {
            self.kept = Some(present.clone());
            self.most = self.most.saturating_mul(2);
            self.steps = 0;
        }
        self.steps += 1;
        self.kept.as_ref() == Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of steps that it takes to detect a cycle after elements that lead into it.
    fn noticed(lead: usize, length: usize) -> usize {
        let mut cycle = Cycle::default();
        let after = |at: usize| {
            if at + 1 == lead + length {
                lead
            } else {
                at + 1
            }
        };
        let mut at = 0;
        let mut steps = 1;
        while !cycle.closes(&at, &after(at)) {
            at = after(at);
            steps += 1;
        }
        steps
    }

    #[test]
    fn a_cycle_of_any_length_is_detected() {
        for lead in 0..40 {
            for length in 1..40 {
                let steps = noticed(lead, length);
                assert!(steps <= 3 * (lead + length), "{lead} {length} {steps}");
            }
        }
    }

    #[test]
    fn a_sequence_without_a_cycle_has_none() {
        let mut cycle = Cycle::default();
        assert!((0..10_000).all(|at| !cycle.closes(&at, &(at + 1))));
    }
}
