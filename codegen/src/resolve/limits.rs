//! Patterns, and the values, defaults and limits of parameters, that are likely mistakes.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Number, Value};

use crate::descriptor::{Location, Parameter, ParameterType};
use crate::diagnostics::{Diagnostic, Place, did_you_mean, quoted};
use crate::normal::invalid_pattern;
use crate::pattern::{Engine, LARGEST};
use crate::read::Documents;

/// The supported formats, and those that only appear in docs.
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

/// The maximal size of the compiled patterns together, in bytes: compiling them takes seconds at
/// this size.
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
    /// The size of all compiled patterns so far, in bytes, rounded up to a power of 4.
    size: usize,
}

/// How a pattern will be matched.
#[derive(Clone)]
enum Matching {
    Linear,
    Backtracking,
    /// It was not compiled, because those before it are too large.
    Unknown,
    Invalid(String),
}

impl Patterns {
    /// Reports an invalid pattern, or one that is slow to match.
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
                    "{} cannot be compiled: all patterns together exceed {} MiB",
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
        // A failed attempt costs at most a third of a successful one.
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

/// The restrictions that a parameter puts on its value.
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
                format!("`{key}` is less than the minimum, so no value is accepted"),
                "swap them, or correct one of them",
            ));
        }
    }

    fn check_values(&self, place: &Place, found: &mut Vec<Diagnostic>) {
        let Some(values) = self.values else { return };
        let place = place.clone().child("enum");
        if values.is_empty() {
            found.push(Diagnostic::new(
                place,
                "an enum without values accepts nothing",
                "list the accepted values, or remove `enum`",
            ));
            return;
        }
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (index, value) in values.iter().enumerate() {
            let place = place.clone();
            if value.is_object() || value.is_array() {
                found.push(Diagnostic::new(
                    place.index(index),
                    "enum values that are objects or arrays are not supported",
                    "describe it with `type`, `properties` and `items`, or remove `enum`",
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
                format!("the default {default} is not an accepted number"),
                "use a number that `type`, `minimum` and `maximum` allow",
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

/// Warns of a format that is probably misspelled; other unknown formats only appear in docs.
pub(super) fn unknown_format(place: Place, format: &str) -> Option<Diagnostic> {
    if FORMATS.contains(&format) {
        return None;
    }
    let near = did_you_mean(format, FORMATS.iter().copied())?;
    let message = format!("unknown format {}", quoted(format));
    let help = format!("did you mean {}?", quoted(near));
    let warning = Diagnostic::warning(place.child("format"), message, help);
    Some(warning.replace(&format.into(), near.into()).guess())
}

fn apart((least, most): (Option<u64>, Option<u64>)) -> bool {
    matches!((least, most), (Some(least), Some(most)) if least > most)
}

/// Reports a parameter whose location and type are incompatible.
fn structure(place: &Place, parameter: &Parameter, found: &mut Vec<Diagnostic>) {
    let structured = parameter.schema.is_some();
    let mut report = |key: &str, message: &str, help: &str| {
        found.push(Diagnostic::new(place.clone().child(key), message, help));
    };
    match (parameter.location, parameter.kind) {
        (Location::Body, _) if !structured => report("in", "a body needs a schema", "add `schema`"),
        (location, Some(ParameterType::File)) if location != Location::Multipart => report(
            "type",
            "a file can only be in a multipart body",
            "write `\"in\": \"multipart\"`, or use another type",
        ),
        (Location::Path | Location::Header, _) if structured => report(
            "schema",
            "a path or a header cannot contain a structured value",
            "give the parameter a `type` instead, or move it to the query",
        ),
        (Location::Path | Location::Header, Some(ParameterType::Object | ParameterType::Array)) => {
            report(
                "type",
                "a path or a header cannot contain a structured value",
                "use another type, or move the parameter to the query",
            )
        }
        (Location::Query | Location::Multipart, Some(ParameterType::Object)) if !structured => {
            report("type", "an object needs a schema", "add `schema`");
        }
        _ => {}
    }
}
