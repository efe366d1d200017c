//! Patterns, and the values, defaults and limits of parameters, that can't be meant.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Number, Value};

use crate::descriptor::{Location, Parameter, ParameterType};
use crate::diagnostics::{Diagnostic, Place, did_you_mean, quoted};
use crate::normal::invalid_pattern;
use crate::pattern::{Engine, LARGEST};
use crate::read::Documents;

/// The formats that have a meaning here, and those that are only told to the reader.
const FORMATS: &[&str] = &[
    "binary",
    "byte",
    "date",
    "date-time",
    "double",
    "duration",
    "email",
    "float",
    "hostname",
    "idn-email",
    "idn-hostname",
    "int32",
    "int64",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "password",
    "regex",
    "relative-json-pointer",
    "time",
    "unix-ms",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// The most that the programs of all patterns may have together, in bytes: each is compiled to be
/// looked at, which takes seconds for these.
const LARGEST_TOGETHER: usize = 128 << 20;

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let mut patterns = Patterns::default();
    for (place, text) in documents.meanings.patterns() {
        patterns.check(place, text, found);
    }
    super::each_parameter(documents, &mut |place, parameter| {
        let facts = Facts::of_parameter(parameter);
        facts.check(&place, &mut patterns, found);
        structure(&place, parameter, found);
    });
}

/// The patterns of all schemas, each compiled once.
#[derive(Default)]
struct Patterns {
    known: HashMap<String, Matching>,
    /// The size of all programs so far, in bytes, to the next power of 4.
    size: usize,
}

/// How a pattern will be matched.
#[derive(Clone)]
enum Matching {
    Linear,
    Backtracking,
    /// It was not compiled, as those before it have too large programs.
    Unknown,
    Invalid(String),
}

impl Patterns {
    /// What is wrong with a pattern, or with how it will be matched.
    fn check(&mut self, place: Place, text: &str, found: &mut Vec<Diagnostic>) {
        let is_new = !self.known.contains_key(text);
        match self.matching(text) {
            Matching::Linear => {}
            Matching::Backtracking if !is_new => {}
            Matching::Backtracking => found.push(Diagnostic::warning(
                place,
                format!("matching {} may take exponential time", quoted(text)),
                "a request whose value takes more than a million steps is refused; to match any value \
                 in linear time, write the pattern without lookaround, references to groups, and \
                 repetitions of many thousand times",
            )),
            Matching::Unknown => found.push(Diagnostic::new(
                place,
                format!(
                    "{} can't be compiled: the programs of all patterns have more than {} MiB",
                    quoted(text),
                    LARGEST_TOGETHER >> 20
                ),
                "repeat large classes of characters, e.g. `\\p{L}`, fewer times in the patterns of the \
                 description",
            )),
            Matching::Invalid(error) => found.push(invalid_pattern(place, text, &error)),
        }
    }

    fn matching(&mut self, text: &str) -> Matching {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let matching = match self.size {
            size if size > LARGEST_TOGETHER => Matching::Unknown,
            _ => self.compiled(text),
        };
        self.known.insert(text.to_owned(), matching.clone());
        matching
    }

    fn compiled(&mut self, text: &str) -> Matching {
        // What is tried in vain takes a third of what is not at most.
        let sizes = std::iter::successors(Some(4 << 10), |size| Some(size * 4));
        for size in sizes.take_while(|size| *size <= LARGEST) {
            match Engine::within(text, size) {
                Ok(Some(Engine::Linear(_))) => {
                    self.size += size;
                    return Matching::Linear;
                }
                Ok(Some(Engine::Backtracking(_))) => return Matching::Backtracking,
                Ok(None) => {}
                Err(error) => return Matching::Invalid(error.to_string()),
            }
        }
        self.size += LARGEST;
        match Engine::backtracking(text) {
            Ok(_) => Matching::Backtracking,
            Err(error) => Matching::Invalid(error.to_string()),
        }
    }
}

/// What a parameter says of its value.
struct Facts<'d> {
    values: Option<&'d [Value]>,
    default: Option<&'d Value>,
    format: Option<&'d str>,
    pattern: Option<&'d str>,
    is_number: bool,
    is_integer: bool,
    length: (Option<u64>, Option<u64>),
    range: (Option<&'d Number>, Option<&'d Number>),
}

impl<'d> Facts<'d> {
    fn of_parameter(parameter: &'d Parameter) -> Self {
        use ParameterType::{Integer, Number};
        Facts {
            values: parameter.values.as_deref(),
            default: parameter.default.as_ref(),
            format: parameter.format.as_deref(),
            pattern: parameter.pattern.as_deref(),
            is_number: matches!(parameter.kind, Some(Integer | Number)),
            is_integer: parameter.kind == Some(Integer),
            length: (parameter.min_length, parameter.max_length),
            range: (parameter.minimum.as_ref(), parameter.maximum.as_ref()),
        }
    }

    fn check(&self, place: &Place, patterns: &mut Patterns, found: &mut Vec<Diagnostic>) {
        self.check_values(place, found);
        self.check_default(place, found);
        if let Some(format) = self.format {
            found.extend(unknown_format(place.clone(), format));
        }
        if let Some(text) = self.pattern {
            patterns.check(place.clone().child("pattern"), text, found);
        }
        let ranges = [
            ("maxLength", apart(self.length)),
            ("maximum", self.range_apart()),
        ];
        for (key, _) in ranges.into_iter().filter(|(_, apart)| *apart) {
            found.push(Diagnostic::new(
                place.clone().child(key),
                format!("`{key}` is less than its minimum, so no value is accepted"),
                "exchange the two, or correct one",
            ));
        }
    }

    fn check_values(&self, place: &Place, found: &mut Vec<Diagnostic>) {
        let Some(values) = self.values else { return };
        let place = place.clone().child("enum");
        if values.is_empty() {
            found.push(Diagnostic::new(
                place,
                "an enum without values accepts none",
                "name the accepted values, or remove `enum`",
            ));
            return;
        }
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (index, value) in values.iter().enumerate() {
            let place = place.clone();
            if value.is_object() || value.is_array() {
                found.push(Diagnostic::new(
                    place.index(index),
                    "an enum value that is an object or an array is not translated",
                    "describe it by `type`, `properties` and `items`, or remove `enum`",
                ));
            } else if let Some(first) = seen.insert(value.to_string(), index) {
                let message = format!("the enum has {value} twice");
                let mistake = Diagnostic::new(place.clone().index(index), message, "remove one");
                found.push(mistake.note(place.index(first), "the other one"));
            }
        }
    }

    fn check_default(&self, place: &Place, found: &mut Vec<Diagnostic>) {
        let Some(default) = self.default else { return };
        let place = place.clone().child("default");
        let known = self.values.is_none_or(|values| values.contains(default));
        if !known {
            let values = self.values.unwrap_or_default().iter().map(Value::to_string);
            let values: Vec<_> = values.collect();
            let mistake = Diagnostic::new(
                place,
                format!("the default {default} is not among the accepted values"),
                format!("use one of {}", values.join(", ")),
            );
            let text = Value::from(default.to_string());
            found.push(
                if self.values.is_some_and(|values| values.contains(&text)) {
                    mistake.replace(default, text)
                } else {
                    mistake.remove(default).guess()
                },
            );
        } else if self.is_number && !self.accepts(default) {
            found.push(Diagnostic::new(
                place,
                format!("the default {default} is no accepted number"),
                "keep to `type`, `minimum` and `maximum`",
            ));
        }
    }

    fn accepts(&self, default: &Value) -> bool {
        let Some(number) = default.as_f64() else {
            return false;
        };
        let (least, most) = self.range;
        (!self.is_integer || number.fract() == 0.0)
            && least
                .and_then(Number::as_f64)
                .is_none_or(|least| number >= least)
            && most
                .and_then(Number::as_f64)
                .is_none_or(|most| number <= most)
    }

    fn range_apart(&self) -> bool {
        match (
            self.range.0.and_then(Number::as_f64),
            self.range.1.and_then(Number::as_f64),
        ) {
            (Some(least), Some(most)) => least > most,
            _ => false,
        }
    }
}

/// Warns of a format that is probably another one; what has none of these is only told to the reader.
pub(super) fn unknown_format(place: Place, format: &str) -> Option<Diagnostic> {
    if FORMATS.contains(&format) {
        return None;
    }
    let near = did_you_mean(format, FORMATS.iter().copied())?;
    let message = format!("the format {} is not known", quoted(format));
    let help = format!("did you mean {}?", quoted(near));
    let warning = Diagnostic::warning(place.child("format"), message, help);
    Some(warning.replace(&format.into(), near.into()).guess())
}

fn apart((least, most): (Option<u64>, Option<u64>)) -> bool {
    matches!((least, most), (Some(least), Some(most)) if least > most)
}

/// Reports a parameter whose place and type don't go together.
fn structure(place: &Place, parameter: &Parameter, found: &mut Vec<Diagnostic>) {
    let structured = parameter.schema.is_some();
    let mut report = |key: &str, message: &str, help: &str| {
        found.push(Diagnostic::new(place.clone().child(key), message, help));
    };
    match (parameter.location, parameter.kind) {
        (Location::Body, _) if !structured => report("in", "a body needs a schema", "add `schema`"),
        (location, Some(ParameterType::File)) if location != Location::Multipart => report(
            "type",
            "a file has its place in a multipart body only",
            "write `\"in\": \"multipart\"`, or use another type",
        ),
        (Location::Path | Location::Header, _) if structured => report(
            "schema",
            "a structured value has no form in a path or a header",
            "give the parameter a `type` instead, or put it into the query",
        ),
        (Location::Path | Location::Header, Some(ParameterType::Object | ParameterType::Array)) => {
            report(
                "type",
                "a structured value has no form in a path or a header",
                "use another type, or put the parameter into the query",
            )
        }
        (Location::Query | Location::Multipart, Some(ParameterType::Object)) if !structured => {
            report("type", "an object needs a schema", "add `schema`");
        }
        _ => {}
    }
}
