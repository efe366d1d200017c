//! Chooses the branch of a union for some JSON.

use std::cmp::Reverse;

use crate::object::Shape;
use crate::text::{Outline, check_depth, outline};
use crate::value::{Json, quoted};

/// A branch of a union.
#[doc(hidden)]
#[derive(Debug)]
pub struct Branch {
    /// The variant's name.
    pub name: &'static str,
    pub kind: BranchKind,
}

/// The JSON that a branch is read from.
#[doc(hidden)]
#[derive(Debug)]
pub enum BranchKind {
    Object(Properties),
    Array,
    String,
    Number,
    Boolean,
    Scalar,
}

/// The properties of a branch that is an object.
#[doc(hidden)]
#[derive(Debug)]
pub struct Properties {
    names: &'static [&'static str],
    required: &'static [&'static [&'static str]],
    constants: &'static [(&'static str, &'static str)],
    open: bool,
    further: bool,
    tag: Option<(&'static str, &'static [&'static str])>,
}

// Named after the words of the macro, which calls them.
impl BranchKind {
    pub const fn object<T: Shape>(tag: Option<(&'static str, &'static [&'static str])>) -> Self {
        BranchKind::Object(Properties {
            names: T::NAMES,
            required: T::REQUIRED,
            constants: T::CONSTANTS,
            open: T::OPEN,
            further: T::FURTHER,
            tag,
        })
    }

    pub const fn array() -> Self {
        BranchKind::Array
    }

    pub const fn text() -> Self {
        BranchKind::String
    }

    pub const fn number() -> Self {
        BranchKind::Number
    }

    pub const fn flag() -> Self {
        BranchKind::Boolean
    }

    pub const fn scalar() -> Self {
        BranchKind::Scalar
    }
}

impl BranchKind {
    /// Whether JSON that begins with this character may be of this branch.
    fn begins_with(&self, first: u8) -> bool {
        match self {
            BranchKind::Object(_) => first == b'{',
            BranchKind::Array => first == b'[',
            BranchKind::String => first == b'"',
            BranchKind::Number => first == b'-' || first.is_ascii_digit(),
            BranchKind::Boolean => matches!(first, b't' | b'f'),
            BranchKind::Scalar => !matches!(first, b'{' | b'['),
        }
    }

    fn words(&self) -> &'static str {
        match self {
            BranchKind::Object(_) => "an object",
            BranchKind::Array => "an array",
            BranchKind::String => "a string",
            BranchKind::Number => "a number",
            BranchKind::Boolean => "a boolean",
            BranchKind::Scalar => "a string, a number, a boolean or null",
        }
    }
}

/// The branches to try, by index; the first that parses is chosen.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// For an object, the branch that fits best, or several that fit equally well: trying worse
    /// ones could misread it. For other JSON, all branches that its first character allows.
    pub best: Vec<usize>,
    /// Branches with a type for any name, tried if a value does not have the type that the best
    /// branch has for its name.
    pub further: Vec<usize>,
}

pub(crate) fn choose(branches: &[Branch], json: &Json) -> Choice {
    let of_kind = || of_kind(branches, json).map(|(index, _)| index);
    match outline(json.get()) {
        Some(object) if object.is_too_deep => Choice::default(),
        Some(object) => best(branches, &object),
        None if check_depth(json.get()).is_err() => Choice::default(),
        None => Choice {
            best: of_kind().collect(),
            further: Vec::new(),
        },
    }
}

/// The branches that some JSON may be, however poorly it fits.
pub(crate) fn possible(branches: &[Branch], json: &Json) -> Vec<usize> {
    if check_depth(json.get()).is_err() {
        return Vec::new();
    }
    let object = outline(json.get());
    let is_possible = |branch: &Branch| match (&branch.kind, &object) {
        (BranchKind::Object(properties), Some(object)) => properties.fit(object).is_some(),
        _ => true,
    };
    let of_kind = of_kind(branches, json).filter(|(_, branch)| is_possible(branch));
    of_kind.map(|(index, _)| index).collect()
}

fn of_kind<'b>(branches: &'b [Branch], json: &Json) -> impl Iterator<Item = (usize, &'b Branch)> {
    let first = json.get().as_bytes().first().copied().unwrap_or_default();
    let branches = branches.iter().enumerate();
    branches.filter(move |(_, branch)| branch.kind.begins_with(first))
}

/// The branches that fit an object best.
fn best(branches: &[Branch], object: &Outline<'_>) -> Choice {
    let mut best = Vec::new();
    let mut further = Vec::new();
    let mut most = None;
    for (index, branch) in branches.iter().enumerate() {
        let BranchKind::Object(properties) = &branch.kind else {
            continue;
        };
        let Some(fit) = properties.fit(object) else {
            continue;
        };
        if properties.further {
            further.push(index);
        }
        let fit = Some(fit);
        if fit > most {
            best.clear();
        }
        if fit >= most {
            best.push(index);
            most = fit;
        }
    }
    // An object that has everything that a branch requires is meant to be of that branch.
    let is_recognized = |index: &usize| match &branches[*index].kind {
        BranchKind::Object(properties) => properties.is_recognizable(),
        _ => false,
    };
    further.retain(|index| !best.contains(index) && !best.iter().any(is_recognized));
    Choice { best, further }
}

/// How well an object fits a branch. The first difference decides.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Branches whose discriminator is missing come last.
    no_tag_missing: bool,
    all_required: bool,
    has_tag: bool,
    unknown: Reverse<usize>,
    known: usize,
}

#[derive(PartialEq, Eq)]
enum Tag {
    /// The branch has no discriminator.
    None,
    Missing,
    Right,
}

impl Properties {
    /// Whether an object of this branch is recognized by more than optional names.
    fn is_recognizable(&self) -> bool {
        self.tag.is_some() || !self.constants.is_empty() || !self.required.is_empty()
    }

    /// How well an object fits, if it can be of this branch at all.
    fn fit(&self, object: &Outline<'_>) -> Option<Fit> {
        let names = || object.members.iter().map(|member| member.name.as_ref());
        let has = |name: &str| names().any(|other| other == name);
        // A constant that is missing or different would be written back.
        let is_constant = |(name, text): &(&str, &str)| {
            let mut members = object.members.iter().rev();
            let member = members.find(|member| member.name == *name);
            member
                .and_then(|member| member.string())
                .is_some_and(|own| own == *text)
        };
        if !self.constants.iter().all(is_constant) {
            return None;
        }
        let tag = self.tag_of(object)?;
        let known = names().filter(|name| self.names.contains(name)).count();
        let unknown = if self.open {
            0
        } else {
            object.members.len() - known
        };
        Some(Fit {
            no_tag_missing: tag != Tag::Missing,
            all_required: self
                .required
                .iter()
                .copied()
                .flatten()
                .all(|name| has(name)),
            has_tag: tag == Tag::Right,
            unknown: Reverse(unknown),
            known,
        })
    }

    /// The discriminator of an object; `None` if it is that of another branch.
    fn tag_of(&self, object: &Outline<'_>) -> Option<Tag> {
        let Some((name, values)) = self.tag else {
            return Some(Tag::None);
        };
        // If a property appears twice, the last one counts.
        let mut members = object.members.iter().rev();
        match members.find(|member| member.name == name) {
            Some(member) => {
                let is_right = values.contains(&member.string()?.as_ref());
                is_right.then_some(Tag::Right)
            }
            None => Some(Tag::Missing),
        }
    }
}

/// Why no branch fits: the discriminator, if it is the cause, and what is expected.
pub(crate) fn why_none(branches: &[Branch], json: &Json) -> (Option<&'static str>, String) {
    if check_depth(json.get()).is_err() {
        return (None, "at most 128 nested arrays and objects".to_owned());
    }
    let mut tag = None;
    let mut tags = Vec::new();
    for (_, branch) in of_kind(branches, json) {
        if let BranchKind::Object(Properties {
            tag: Some((name, values)),
            ..
        }) = branch.kind
            && **tag.get_or_insert(name) == *name
        {
            tags.extend_from_slice(values);
        }
    }
    if tag.is_some() {
        return (tag, format!("one of {}", quoted(&tags)));
    }
    let mut words: Vec<&str> = Vec::new();
    for branch in branches {
        if !words.contains(&branch.kind.words()) {
            words.push(branch.kind.words());
        }
    }
    (None, words.join(", or "))
}
