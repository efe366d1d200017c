//! Reads patterns: the grammar of ECMA-262 with its Annex B, as browsers have it, but `\p`, `\u{…}`
//! and whole characters as in Unicode mode.

use super::PatternError;
use super::class::{self, Class};

/// How deep groups may be nested.
const DEEPEST: usize = 200;

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// A character of the class.
    Class(Class),
    Start,
    End,
    /// `\b`, or `\B` if negated.
    WordBoundary {
        is_negated: bool,
    },
    /// A group; a reference can refer to one with a number.
    Group(Option<usize>, Box<Node>),
    Look(Look, Box<Node>),
    /// A reference to what one of the groups with these numbers matched.
    Reference(Vec<usize>),
    Repeat(Box<Repeat>),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub is_behind: bool,
    pub is_negated: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Repeat {
    pub node: Node,
    pub least: u32,
    pub most: Option<u32>,
    pub is_greedy: bool,
    /// The numbers of the groups in it: from the first, up to the second exclusively.
    pub groups: (usize, usize),
}

/// A parsed pattern.
#[derive(Debug)]
pub(super) struct Parsed {
    pub root: Node,
    /// The number of groups, including the whole pattern.
    pub groups: usize,
}

pub(super) fn parse(pattern: &str) -> Result<Parsed, PatternError> {
    let text: Vec<char> = pattern.chars().collect();
    let (names, groups) = groups(&text);
    let mut parser = Parser {
        text,
        position: 0,
        depth: 0,
        next_group: 1,
        groups,
        names,
    };
    let root = parser.either()?;
    match parser.peek() {
        None => Ok(Parsed { root, groups }),
        Some(_) => Err(parser.error("`)` without `(`")),
    }
}

/// The names of all groups with their numbers, and the number of groups: a reference may precede
/// its group.
fn groups(text: &[char]) -> (Vec<(String, usize)>, usize) {
    let (mut names, mut count, mut in_class, mut at) = (Vec::new(), 1, false, 0);
    while at < text.len() {
        match text[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let name = name(text, at + 1);
                if text.get(at + 1) != Some(&'?') || name.is_some() {
                    names.extend(name.map(|name| (name, count)));
                    count += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    (names, count)
}

/// The name in `?<name>`.
fn name(text: &[char], at: usize) -> Option<String> {
    let rest = text.get(at..)?.strip_prefix(&['?', '<'])?;
    let end = rest.iter().position(|c| *c == '>')?;
    let is_first = |c: char| c.is_alphabetic() || matches!(c, '$' | '_');
    let is_name = is_first(*rest.first()?)
        && rest[..end]
            .iter()
            .all(|c| is_first(*c) || c.is_alphanumeric());
    (end > 0 && is_name).then(|| rest[..end].iter().collect())
}

struct Parser {
    text: Vec<char>,
    position: usize,
    depth: usize,
    next_group: usize,
    groups: usize,
    names: Vec<(String, usize)>,
}

/// A part of a class: one character or several.
enum Atom {
    One(u32),
    Many(Class),
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.position).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.position += usize::from(next.is_some());
        next
    }

    fn eat(&mut self, prefix: &str) -> bool {
        let rest = &self.text[self.position..];
        let has =
            prefix.chars().count() <= rest.len() && prefix.chars().zip(rest).all(|(a, b)| a == *b);
        if has {
            self.position += prefix.chars().count();
        }
        has
    }

    fn error(&self, message: &str) -> PatternError {
        PatternError(format!("{message} at character {}", self.position + 1))
    }

    fn either(&mut self) -> Result<Node, PatternError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("groups are nested too deeply"));
        }
        let mut branches = vec![self.sequence()?];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        self.depth -= 1;
        match branches.pop() {
            Some(only) if branches.is_empty() => Ok(only),
            last => {
                branches.extend(last);
                Ok(Node::Either(branches))
            }
        }
    }

    fn sequence(&mut self) -> Result<Node, PatternError> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
            let first = self.next_group;
            if matches!(c, '*' | '+' | '?') || (c == '{' && self.braces()?.is_some()) {
                return Err(self.error("nothing to repeat"));
            }
            let node = self.term()?;
            nodes.push(self.repeated(node, first)?);
        }
        Ok(Node::Sequence(nodes))
    }

    fn term(&mut self) -> Result<Node, PatternError> {
        Ok(match self.next() {
            Some('^') => Node::Start,
            Some('$') => Node::End,
            Some('.') => Node::Class(Class::except(class::LINE_END)),
            Some('(') => return self.group(),
            Some('[') => Node::Class(self.class()?),
            Some('\\') => return self.escape(),
            Some(c) => literal(u32::from(c)),
            None => Node::Sequence(Vec::new()),
        })
    }

    fn repeated(&mut self, node: Node, first: usize) -> Result<Node, PatternError> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.braces()? {
                Some((least, most, length)) => {
                    self.position += length - 1;
                    (least, most)
                }
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        let is_behind = matches!(
            node,
            Node::Look(
                Look {
                    is_behind: true,
                    ..
                },
                _
            )
        );
        if is_behind || matches!(node, Node::Start | Node::End | Node::WordBoundary { .. }) {
            return Err(self.error("nothing to repeat"));
        }
        self.position += 1;
        let is_greedy = !self.eat("?");
        Ok(Node::Repeat(Box::new(Repeat {
            node,
            least,
            most,
            is_greedy,
            groups: (first, self.next_group),
        })))
    }

    /// The limits in `{2}`, `{2,}` or `{2,3}`, and how long that is; other braces are literal.
    fn braces(&self) -> Result<Option<(u32, Option<u32>, usize)>, PatternError> {
        let rest = &self.text[self.position + 1..];
        let Some(end) = rest.iter().position(|c| *c == '}') else {
            return Ok(None);
        };
        let inner: String = rest[..end].iter().collect();
        let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(least) || !(most.is_empty() || is_number(most)) {
            return Ok(None);
        }
        // No string is long enough to distinguish a larger limit from this one.
        let number = |text: &str| text.parse().unwrap_or(u32::MAX);
        let limits = (number(least), (!most.is_empty()).then(|| number(most)));
        match limits {
            (least, Some(most)) if most < least => Err(self.error("limits in reverse order")),
            (least, most) => Ok(Some((least, most, end + 2))),
        }
    }

    fn group(&mut self) -> Result<Node, PatternError> {
        let look = |is_behind, is_negated| {
            Some(Look {
                is_behind,
                is_negated,
            })
        };
        let (look, number) = if self.eat("?:") {
            (None, None)
        } else if self.eat("?=") {
            (look(false, false), None)
        } else if self.eat("?!") {
            (look(false, true), None)
        } else if self.eat("?<=") {
            (look(true, false), None)
        } else if self.eat("?<!") {
            (look(true, true), None)
        } else {
            if let Some(name) = name(&self.text, self.position) {
                self.position += name.chars().count() + 3;
            } else if self.peek() == Some('?') {
                return Err(self.error("unknown kind of group"));
            }
            self.next_group += 1;
            (None, Some(self.next_group - 1))
        };
        let node = Box::new(self.either()?);
        if !self.eat(")") {
            return Err(self.error("`(` without `)`"));
        }
        Ok(match look {
            Some(look) => Node::Look(look, node),
            None => Node::Group(number, node),
        })
    }

    /// What follows a backslash outside of a class.
    fn escape(&mut self) -> Result<Node, PatternError> {
        match self.peek() {
            Some('b' | 'B') => {
                let is_negated = self.next() == Some('B');
                return Ok(Node::WordBoundary { is_negated });
            }
            Some('k') if !self.names.is_empty() => {
                self.position += 1;
                let at = self.position;
                let found = self.text.get(at..).and_then(|rest| {
                    let end = rest.iter().position(|c| *c == '>')?;
                    let name: String = rest.get(1..end)?.iter().collect();
                    (rest[0] == '<').then_some((name, end + 1))
                });
                let Some((name, length)) = found else {
                    return Err(self.error("`\\k` without the name of a group"));
                };
                self.position += length;
                let numbers = self.names.iter().filter(|(other, _)| *other == name);
                let numbers: Vec<usize> = numbers.map(|(_, number)| *number).collect();
                return if numbers.is_empty() {
                    Err(self.error("reference to a group that does not exist"))
                } else {
                    Ok(Node::Reference(numbers))
                };
            }
            Some('1'..='9') => {
                let digits = self.text[self.position..].iter();
                let digits: String = digits.take_while(|c| c.is_ascii_digit()).collect();
                if let Ok(number) = digits.parse::<usize>()
                    && number < self.groups
                {
                    self.position += digits.len();
                    return Ok(Node::Reference(vec![number]));
                }
            }
            _ => {}
        }
        Ok(match self.character()? {
            Atom::One(c) => literal(c),
            Atom::Many(class) => Node::Class(class),
        })
    }

    /// A character or a class behind a backslash.
    fn character(&mut self) -> Result<Atom, PatternError> {
        let Some(c) = self.next() else {
            return Err(self.error("backslash at the end"));
        };
        Ok(Atom::One(match c {
            'd' => return Ok(Atom::Many(Class::of(class::DIGIT))),
            'D' => return Ok(Atom::Many(Class::except(class::DIGIT))),
            'w' => return Ok(Atom::Many(Class::of(class::WORD))),
            'W' => return Ok(Atom::Many(Class::except(class::WORD))),
            's' => return Ok(Atom::Many(Class::of(class::SPACE))),
            'S' => return Ok(Atom::Many(Class::except(class::SPACE))),
            'p' | 'P' if self.peek() == Some('{') => return self.property(c == 'P'),
            'f' => 0x0C,
            'n' => 0x0A,
            'r' => 0x0D,
            't' => 0x09,
            'v' => 0x0B,
            'c' => match self.peek() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    self.position += 1;
                    u32::from(letter) % 32
                }
                // The backslash is literal, and `c` follows.
                _ => {
                    self.position -= 1;
                    u32::from('\\')
                }
            },
            'x' => self.hex(2).unwrap_or(u32::from('x')),
            'u' => self.unicode()?,
            '0'..='7' => self.octal(c),
            c => u32::from(c),
        }))
    }

    fn hex(&mut self, length: usize) -> Option<u32> {
        let digits = self.text.get(self.position..self.position + length)?;
        let number = digits
            .iter()
            .try_fold(0, |number, c| Some(number * 16 + c.to_digit(16)?))?;
        self.position += length;
        Some(number)
    }

    fn unicode(&mut self) -> Result<u32, PatternError> {
        if self.eat("{") {
            let start = self.position;
            let mut number = 0u32;
            while let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) {
                number = number.saturating_mul(16).saturating_add(digit);
                self.position += 1;
            }
            return if self.position > start && number <= 0x10_FFFF && self.eat("}") {
                Ok(number)
            } else {
                Err(self.error("`\\u{` without a code point"))
            };
        }
        let Some(first) = self.hex(4) else {
            return Ok(u32::from('u'));
        };
        let after = self.position;
        if (0xD800..0xDC00).contains(&first)
            && self.eat("\\u")
            && let Some(second @ 0xDC00..0xE000) = self.hex(4)
        {
            return Ok(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        }
        self.position = after;
        Ok(first)
    }

    /// `\0`, or an octal escape of up to three digits.
    fn octal(&mut self, first: char) -> u32 {
        let mut number = first.to_digit(8).unwrap_or_default();
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(8))
            && number * 8 + digit < 256
        {
            number = number * 8 + digit;
            self.position += 1;
        }
        number
    }

    fn property(&mut self, is_negated: bool) -> Result<Atom, PatternError> {
        let rest = &self.text[self.position + 1..];
        let name = rest
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '='));
        let name: String = name.collect();
        self.position += 1 + name.len();
        if name.is_empty() || !self.eat("}") {
            return Err(self.error("`\\p{` without the name of a property"));
        }
        Ok(Atom::Many(Class {
            properties: vec![(name, is_negated)],
            ..Class::default()
        }))
    }

    fn class(&mut self) -> Result<Class, PatternError> {
        let mut class = Class {
            is_negated: self.eat("^"),
            ..Class::default()
        };
        loop {
            if self.eat("]") {
                return Ok(class);
            }
            let first = self.class_atom()?;
            let is_range = self.peek() == Some('-')
                && self.text.get(self.position + 1).is_some_and(|c| *c != ']');
            if !is_range {
                add(&mut class, first);
                continue;
            }
            self.position += 1;
            match (first, self.class_atom()?) {
                (Atom::One(first), Atom::One(last)) if first <= last => {
                    class.ranges.push((first, last));
                }
                (Atom::One(_), Atom::One(_)) => return Err(self.error("range in reverse order")),
                // Between classes a hyphen is literal.
                (first, last) => {
                    add(&mut class, first);
                    add(&mut class, Atom::One(u32::from('-')));
                    add(&mut class, last);
                }
            }
        }
    }

    fn class_atom(&mut self) -> Result<Atom, PatternError> {
        match self.next() {
            Some('\\') if self.eat("b") => Ok(Atom::One(0x08)),
            Some('\\') => self.character(),
            Some(c) => Ok(Atom::One(u32::from(c))),
            None => Err(self.error("`[` without `]`")),
        }
    }
}

fn add(class: &mut Class, atom: Atom) {
    match atom {
        Atom::One(c) => class.ranges.push((c, c)),
        Atom::Many(other) => class.add(other),
    }
}

fn literal(c: u32) -> Node {
    Node::Class(Class::of(&[(c, c)]))
}
