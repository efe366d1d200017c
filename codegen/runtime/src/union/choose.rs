//! Which form of a union some JSON has.

use std::cmp::Reverse;

use crate::object::Shape;
use crate::text::{Outline, check_depth, outline};
use crate::value::{Json, quoted};

/// A form that a union may have.
#[doc(hidden)]
#[derive(Debug)]
pub struct Branch {
    /// The variant's name.
    pub name: &'static str,
    pub form: Form,
}

/// The JSON of a branch.
#[doc(hidden)]
#[derive(Debug)]
pub enum Form {
    Object(Properties),
    Array,
    Text,
    Number,
    Flag,
    Scalar,
}

/// What is known of a branch that is an object.
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
impl Form {
    pub const fn object<T: Shape>(tag: Option<(&'static str, &'static [&'static str])>) -> Self {
        Form::Object(Properties {
            names: T::NAMES,
            required: T::REQUIRED,
            constants: T::CONSTANTS,
            open: T::OPEN,
            further: T::FURTHER,
            tag,
        })
    }

    pub const fn array() -> Self {
        Form::Array
    }

    pub const fn text() -> Self {
        Form::Text
    }

    pub const fn number() -> Self {
        Form::Number
    }

    pub const fn flag() -> Self {
        Form::Flag
    }

    pub const fn scalar() -> Self {
        Form::Scalar
    }
}

impl Form {
    /// Whether JSON that begins with this character may be of this form.
    fn begins_with(&self, first: u8) -> bool {
        match self {
            Form::Object(_) => first == b'{',
            Form::Array => first == b'[',
            Form::Text => first == b'"',
            Form::Number => first == b'-' || first.is_ascii_digit(),
            Form::Flag => matches!(first, b't' | b'f'),
            Form::Scalar => !matches!(first, b'{' | b'['),
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Form::Object(_) => "an object",
            Form::Array => "an array",
            Form::Text => "a text",
            Form::Number => "a number",
            Form::Flag => "true or false",
            Form::Scalar => "a text, a number, true, false or null",
        }
    }
}

/// The branches to try, by index, the first of which to parse counts.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// One for an object, or several that it fits alike: what looks like it and still is not it would
    /// be taken for something that it is not. Others show what they are by no more than their
    /// beginning.
    pub best: Vec<usize>,
    /// Those that have a type for whatever name, where a value is not of the type that the best one
    /// has for its name.
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

/// The branches that some JSON may be, however little it looks like them.
pub(crate) fn possible(branches: &[Branch], json: &Json) -> Vec<usize> {
    if check_depth(json.get()).is_err() {
        return Vec::new();
    }
    let object = outline(json.get());
    let is_possible = |branch: &Branch| match (&branch.form, &object) {
        (Form::Object(properties), Some(object)) => properties.fit(object).is_some(),
        _ => true,
    };
    let of_kind = of_kind(branches, json).filter(|(_, branch)| is_possible(branch));
    of_kind.map(|(index, _)| index).collect()
}

fn of_kind<'b>(branches: &'b [Branch], json: &Json) -> impl Iterator<Item = (usize, &'b Branch)> {
    let first = json.get().as_bytes().first().copied().unwrap_or_default();
    let branches = branches.iter().enumerate();
    branches.filter(move |(_, branch)| branch.form.begins_with(first))
}

/// The branches that fit an object best.
fn best(branches: &[Branch], object: &Outline<'_>) -> Choice {
    let mut best = Vec::new();
    let mut further = Vec::new();
    let mut most = None;
    for (index, branch) in branches.iter().enumerate() {
        let Form::Object(properties) = &branch.form else {
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
    // What has all that a branch requires of it is meant to be that one.
    let is_told = |index: &usize| match &branches[*index].form {
        Form::Object(properties) => properties.tells(),
        _ => false,
    };
    further.retain(|index| !best.contains(index) && !best.iter().any(is_told));
    Choice { best, further }
}

/// How well an object fits a branch; the first difference counts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Last of all come branches whose discriminator is missing.
    no_tag_missing: bool,
    all_required: bool,
    has_tag: bool,
    unknown: Reverse<usize>,
    known: usize,
}

#[derive(PartialEq, Eq)]
enum Tag {
    /// The branch has none.
    None,
    Missing,
    Right,
}

impl Properties {
    /// Whether what has its properties is known by more than the names that it may have.
    fn tells(&self) -> bool {
        self.tag.is_some() || !self.constants.is_empty() || !self.required.is_empty()
    }

    /// How well an object fits, if it is possible at all.
    fn fit(&self, object: &Outline<'_>) -> Option<Fit> {
        let names = || object.members.iter().map(|member| member.name.as_ref());
        let has = |name: &str| names().any(|other| other == name);
        // A constant would be written where there was none, or another text.
        let is_constant = |(name, text): &(&str, &str)| {
            let mut members = object.members.iter().rev();
            let member = members.find(|member| member.name == *name);
            member
                .and_then(|member| member.text())
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

    /// The discriminator of an object; nothing if it is that of another branch.
    fn tag_of(&self, object: &Outline<'_>) -> Option<Tag> {
        let Some((name, values)) = self.tag else {
            return Some(Tag::None);
        };
        // Of a property that stands twice the last counts.
        let mut members = object.members.iter().rev();
        match members.find(|member| member.name == name) {
            Some(member) => {
                let is_right = values.contains(&member.text()?.as_ref());
                is_right.then_some(Tag::Right)
            }
            None => Some(Tag::Missing),
        }
    }
}

/// Why no branch fits: the property that tells them apart, if it is that, and what is expected.
pub(crate) fn why_none(branches: &[Branch], json: &Json) -> (Option<&'static str>, String) {
    if check_depth(json.get()).is_err() {
        return (
            None,
            "at most 128 arrays and objects within each other".to_owned(),
        );
    }
    let mut tag = None;
    let mut texts = Vec::new();
    for (_, branch) in of_kind(branches, json) {
        if let Form::Object(Properties {
            tag: Some((name, values)),
            ..
        }) = branch.form
            && **tag.get_or_insert(name) == *name
        {
            texts.extend_from_slice(values);
        }
    }
    if tag.is_some() {
        return (tag, format!("one of {}", quoted(&texts)));
    }
    let mut words: Vec<&str> = Vec::new();
    for branch in branches {
        if !words.contains(&branch.form.words()) {
            words.push(branch.form.words());
        }
    }
    (None, words.join(", or "))
}
