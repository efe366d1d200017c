//! Pages that go round in a circle.

/// Notices that a sequence repeats, by one element of it that is kept (Brent's algorithm): however
/// long the cycle is, it is noticed before it was gone through three times.
pub(crate) struct Cycle<T> {
    kept: Option<T>,
    /// How many elements have come since the kept one, and how many may before another is kept.
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
    /// Whether the element behind `present` is one that came before.
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

    /// How many steps it takes to notice a cycle behind elements that lead into it.
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
    fn a_cycle_of_any_length_is_noticed() {
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
