//! Runs patterns as ECMA-262 specifies them, step by step and within a budget.
//!
//! A pattern is compiled to instructions. They change registers: where groups begin and end, how
//! often loops ran. What they change goes on a stack, to be undone where a branch fails. So neither
//! long strings nor nested repetitions take native stack; lookaround does, as deep as it is nested.

use super::class::Set;
use super::parse::{Look, Node, Parsed, Repeat};
use super::{OutOfSteps, PatternError};

/// How many steps a match may take: about 20 ms. One more for each byte, so that no string is too
/// long by itself.
const STEPS: usize = 1_000_000;
const STEPS_PER_BYTE: usize = 16;

/// An unset register.
const UNSET: usize = usize::MAX;

#[derive(Debug)]
enum Step {
    /// One character of the set.
    Set(usize),
    Start,
    End,
    WordBoundary {
        is_negated: bool,
    },
    /// Notes the position in a register.
    Note(usize),
    Reset(usize, usize),
    /// Sets the count of a loop to 0.
    Begin(usize),
    /// Decides whether the loop continues.
    Loop(Loop),
    /// Counts one more time, unless it was free to match and matched nothing.
    Again(Loop),
    /// Tries the next step, and if that fails the other.
    Fork(usize),
    Jump(usize),
    Reference(Vec<usize>),
    /// Runs the steps up to the other, at the present position.
    Look(Look, usize),
    Done,
}

#[derive(Debug, Clone, Copy)]
struct Loop {
    /// The register of the count; that of the position where this time began follows.
    register: usize,
    /// The step that decides.
    head: usize,
    exit: usize,
    least: usize,
    most: usize,
    is_greedy: bool,
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    /// Each with whether it goes from right to left.
    steps: Vec<(Step, bool)>,
    sets: Vec<Set>,
    registers: usize,
}

impl Program {
    pub(super) fn new(parsed: &Parsed) -> Result<Self, PatternError> {
        let mut program = Program {
            steps: Vec::new(),
            sets: Vec::new(),
            registers: 2 * parsed.groups,
        };
        program.add(&parsed.root, false)?;
        program.steps.push((Step::Done, false));
        Ok(program)
    }

    fn push(&mut self, step: Step, back: bool) -> usize {
        self.steps.push((step, back));
        self.steps.len() - 1
    }

    fn add(&mut self, node: &Node, back: bool) -> Result<(), PatternError> {
        match node {
            Node::Class(class) => {
                self.sets.push(Set::new(class)?);
                self.push(Step::Set(self.sets.len() - 1), back);
            }
            Node::Start => drop(self.push(Step::Start, back)),
            Node::End => drop(self.push(Step::End, back)),
            &Node::WordBoundary { is_negated } => {
                self.push(Step::WordBoundary { is_negated }, back);
            }
            Node::Group(None, node) => self.add(node, back)?,
            Node::Group(Some(number), node) => {
                // From right to left the end comes first.
                let (first, last) = (
                    2 * number + usize::from(back),
                    2 * number + usize::from(!back),
                );
                self.push(Step::Note(first), back);
                self.add(node, back)?;
                self.push(Step::Note(last), back);
            }
            Node::Look(look, node) => {
                let at = self.push(Step::Done, back);
                self.add(node, look.is_behind)?;
                let end = self.push(Step::Done, back) + 1;
                self.steps[at].0 = Step::Look(*look, end);
            }
            Node::Reference(numbers) => drop(self.push(Step::Reference(numbers.clone()), back)),
            Node::Repeat(repeat) => self.repeat(repeat, back)?,
            Node::Sequence(nodes) if back => {
                nodes
                    .iter()
                    .rev()
                    .try_for_each(|node| self.add(node, back))?;
            }
            Node::Sequence(nodes) => nodes.iter().try_for_each(|node| self.add(node, back))?,
            Node::Either(nodes) => {
                let mut jumps = Vec::new();
                for (index, node) in nodes.iter().enumerate() {
                    if index + 1 == nodes.len() {
                        self.add(node, back)?;
                        continue;
                    }
                    let fork = self.push(Step::Done, back);
                    self.add(node, back)?;
                    jumps.push(self.push(Step::Done, back));
                    self.steps[fork].0 = Step::Fork(self.steps.len());
                }
                let end = self.steps.len();
                jumps
                    .into_iter()
                    .for_each(|jump| self.steps[jump].0 = Step::Jump(end));
            }
        }
        Ok(())
    }

    fn repeat(&mut self, repeat: &Repeat, back: bool) -> Result<(), PatternError> {
        let register = self.registers;
        self.registers += 2;
        self.push(Step::Begin(register), back);
        let head = self.push(Step::Done, back);
        self.push(Step::Reset(2 * repeat.groups.0, 2 * repeat.groups.1), back);
        self.add(&repeat.node, back)?;
        let again = self.push(Step::Done, back);
        let limits = Loop {
            register,
            head,
            exit: again + 1,
            least: repeat.least as usize,
            most: repeat.most.map_or(usize::MAX, |most| most as usize),
            is_greedy: repeat.is_greedy,
        };
        self.steps[head].0 = Step::Loop(limits);
        self.steps[again].0 = Step::Again(limits);
        Ok(())
    }

    /// Whether the pattern matches somewhere.
    pub(super) fn matches(&self, text: &str) -> Result<bool, OutOfSteps> {
        let mut run = Run {
            program: self,
            text,
            registers: vec![UNSET; self.registers],
            stack: Vec::new(),
            steps: STEPS.saturating_add(text.len().saturating_mul(STEPS_PER_BYTE)),
        };
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for start in starts {
            if run.run(0, start)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// An action to undo when a branch fails.
enum Undo {
    /// Continue with this step, at this position.
    Branch(usize, usize),
    /// Give a register its old value.
    Register(usize, usize),
}

struct Run<'r> {
    program: &'r Program,
    text: &'r str,
    registers: Vec<usize>,
    stack: Vec<Undo>,
    /// How many are left.
    steps: usize,
}

impl Run<'_> {
    /// Runs from a step and a position to the end. If that succeeds, the registers are kept, and how
    /// to undo them.
    fn run(&mut self, mut step: usize, mut position: usize) -> Result<bool, OutOfSteps> {
        let bottom = self.stack.len();
        loop {
            self.take(1)?;
            let program = self.program;
            let next = match &program.steps[step] {
                (Step::Done, _) => {
                    self.forget_branches(bottom);
                    return Ok(true);
                }
                (other, back) => self.step(other, *back, step, position)?,
            };
            match next.or_else(|| self.undo(bottom)) {
                Some(next) => (step, position) = next,
                None => return Ok(false),
            }
        }
    }

    fn take(&mut self, steps: usize) -> Result<(), OutOfSteps> {
        self.steps = self.steps.checked_sub(steps).ok_or(OutOfSteps)?;
        Ok(())
    }

    /// Undoes everything since the last branch, and returns where that continues.
    fn undo(&mut self, bottom: usize) -> Option<(usize, usize)> {
        while self.stack.len() > bottom {
            match self.stack.pop()? {
                Undo::Branch(step, position) => return Some((step, position)),
                Undo::Register(register, value) => self.registers[register] = value,
            }
        }
        None
    }

    fn forget_branches(&mut self, bottom: usize) {
        let kept = self.stack.split_off(bottom).into_iter();
        let kept = kept.filter(|undo| matches!(undo, Undo::Register(..)));
        self.stack.extend(kept);
    }

    fn set(&mut self, register: usize, value: usize) {
        let old = std::mem::replace(&mut self.registers[register], value);
        if old != value {
            self.stack.push(Undo::Register(register, old));
        }
    }

    /// Runs one step; `None` if it fails.
    fn step(
        &mut self,
        step: &Step,
        back: bool,
        at: usize,
        position: usize,
    ) -> Result<Option<(usize, usize)>, OutOfSteps> {
        let text = self.text;
        let next = at + 1;
        let only_if = |holds: bool| Ok(holds.then_some((next, position)));
        match step {
            Step::Set(set) => {
                let c = if back {
                    text[..position].chars().next_back()
                } else {
                    text[position..].chars().next()
                };
                let c = c.filter(|c| self.program.sets[*set].has(*c));
                return Ok(c.map(|c| {
                    if back {
                        (next, position - c.len_utf8())
                    } else {
                        (next, position + c.len_utf8())
                    }
                }));
            }
            Step::Start => return only_if(position == 0),
            Step::End => return only_if(position == text.len()),
            Step::WordBoundary { is_negated } => {
                let is_word = |byte: Option<&u8>| {
                    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                };
                let before = is_word(text.as_bytes()[..position].last());
                let after = is_word(text.as_bytes().get(position));
                return only_if((before != after) != *is_negated);
            }
            Step::Note(register) => self.set(*register, position),
            Step::Reset(first, last) => {
                self.take(last - first)?;
                (*first..*last).for_each(|register| self.set(register, UNSET));
            }
            Step::Begin(register) => self.set(*register, 0),
            Step::Loop(limits) => return Ok(Some(self.decide(limits, at, position))),
            Step::Again(limits) => {
                let count = self.registers[limits.register];
                let is_empty = self.registers[limits.register + 1] == position;
                if count >= limits.least && is_empty {
                    return Ok(None);
                }
                self.set(limits.register, count + 1);
                return Ok(Some((limits.head, position)));
            }
            Step::Fork(other) => self.stack.push(Undo::Branch(*other, position)),
            Step::Jump(other) => return Ok(Some((*other, position))),
            Step::Reference(numbers) => return self.reference(numbers, back, next, position),
            Step::Look(look, end) => {
                let bottom = self.stack.len();
                let found = self.run(next, position)?;
                if look.is_negated {
                    // What is left there are registers.
                    self.undo(bottom);
                }
                return Ok((found != look.is_negated).then_some((*end, position)));
            }
            Step::Done => {}
        }
        Ok(Some((next, position)))
    }

    /// Whether a loop goes on, and what else it could do.
    fn decide(&mut self, limits: &Loop, at: usize, position: usize) -> (usize, usize) {
        let count = self.registers[limits.register];
        let (body, exit) = ((at + 1, position), (limits.exit, position));
        if count >= limits.most {
            return exit;
        }
        if count >= limits.least && !limits.is_greedy {
            // The register has to be right for the branch that goes on.
            self.set(limits.register + 1, position);
            self.stack.push(Undo::Branch(body.0, body.1));
            return exit;
        }
        if count >= limits.least {
            self.stack.push(Undo::Branch(exit.0, exit.1));
        }
        self.set(limits.register + 1, position);
        body
    }

    /// What a group matched, once more; nothing if it matched nothing yet.
    fn reference(
        &mut self,
        numbers: &[usize],
        back: bool,
        next: usize,
        position: usize,
    ) -> Result<Option<(usize, usize)>, OutOfSteps> {
        let text = self.text;
        let group = |number: &usize| {
            let (start, end) = (self.registers[2 * number], self.registers[2 * number + 1]);
            text.get(start..end)
        };
        let group = numbers.iter().find_map(group).unwrap_or_default();
        self.take(group.len())?;
        Ok(match back {
            true if text[..position].ends_with(group) => Some((next, position - group.len())),
            false if text[position..].starts_with(group) => Some((next, position + group.len())),
            _ => None,
        })
    }
}
