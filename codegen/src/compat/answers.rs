//! Questions about pairs of types, each answered once however many pairs lead to it.

use std::collections::HashMap;
use std::rc::Rc;

use crate::ir::{Rule, Type};

use super::accept::Ruled;
use super::verdict::Shipped;

/// Known answers for pairs of types, one type of each version.
///
/// The answer for a pair follows from those for the pairs within it, which may contain it again. So
/// every pair starts with the best answer, and is asked again when a pair within it gets a worse
/// one.
#[derive(Default)]
pub(super) struct Answers {
    numbers: HashMap<Rc<Asked>, usize>,
    pairs: Vec<Known>,
    /// The number of pairs with a final answer.
    final_count: usize,
}

/// Two types with the rules for their values.
type Asked = [(Type, Vec<Rule>); 2];

struct Known {
    asked: Rc<Asked>,
    answer: Shipped,
    is_stale: bool,
    /// The numbers of the pairs whose answers depend on this one.
    used_by: Vec<usize>,
}

/// Answers for a pair, as far as they are known yet.
pub(super) type Ask<'a> = dyn FnMut(Ruled<'_>, Ruled<'_>) -> Shipped + 'a;

impl Answers {
    /// Returns the answer for a pair, which `follow` derives from the answers for pairs within it.
    pub fn ask(
        &mut self,
        old: Ruled<'_>,
        new: Ruled<'_>,
        follow: impl Fn(Ruled<'_>, Ruled<'_>, &mut Ask<'_>) -> Shipped,
    ) -> Shipped {
        let root = self.number(old, new);
        let again = |answers: &mut Self, number: usize| {
            let asked = Rc::clone(&answers.pairs[number].asked);
            let [old, new] = ruled(&asked);
            answers.pairs[number].is_stale = false;
            let answer = follow(old, new, &mut |old, new| {
                let part = answers.number(old, new);
                let known = &mut answers.pairs[part];
                if known.used_by.last() != Some(&number) {
                    known.used_by.push(number);
                }
                known.answer
            });
            answers.put(number, answer);
        };
        while self.pairs[self.final_count..]
            .iter()
            .any(|pair| pair.is_stale)
        {
            let mut number = self.final_count;
            while number < self.pairs.len() {
                if self.pairs[number].is_stale {
                    again(self, number);
                }
                number += 1;
            }
            // A pair mostly leads to pairs with greater numbers.
            for number in (self.final_count..self.pairs.len()).rev() {
                if self.pairs[number].is_stale {
                    again(self, number);
                }
            }
        }
        for pair in &mut self.pairs[self.final_count..] {
            pair.used_by = Vec::new();
        }
        self.final_count = self.pairs.len();
        self.pairs[root].answer
    }

    fn put(&mut self, number: usize, answer: Shipped) {
        let known = &mut self.pairs[number];
        // An answer never improves, so this terminates.
        if answer <= known.answer {
            return;
        }
        known.answer = answer;
        for user in std::mem::take(&mut known.used_by) {
            self.pairs[user].is_stale = true;
        }
    }

    /// Returns the number of a pair, a new one if the pair is new.
    fn number(&mut self, old: Ruled<'_>, new: Ruled<'_>) -> usize {
        let asked = [old, new].map(|side| (side.ty.clone(), side.rules.to_vec()));
        if let Some(number) = self.numbers.get(&asked) {
            return *number;
        }
        let asked = Rc::new(asked);
        let number = self.pairs.len();
        self.numbers.insert(Rc::clone(&asked), number);
        self.pairs.push(Known {
            asked,
            answer: Shipped::Fine,
            is_stale: true,
            used_by: Vec::new(),
        });
        number
    }
}

fn ruled(asked: &Asked) -> [Ruled<'_>; 2] {
    asked.each_ref().map(|(ty, rules)| Ruled { ty, rules })
}
