//! Enums, defaults, patterns and limits that can't be meant.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Number, Value};

use crate::descriptor::{Location, Parameter, ParameterType};
use crate::diagnostics::{Diagnostic, Place, did_you_mean, listed, quoted};
use crate::pattern::{Engine, LARGEST};
use crate::read::Documents;
use crate::schema::{Kind, Schema};

/// The formats that have a meaning here, and those that are only told to the reader.
const FORMATS: &[&str] = &[
    "date-time",
    "unix-ms",
    "date",
    "email",
    "hostname",
    "idn-email",
    "ipv4",
    "ipv6",
    "password",
    "regex",
    "time",
    "uri",
    "uri-reference",
    "uuid",
];

/// The most that the programs of all patterns may have together, in bytes: each is compiled to be
/// looked at, which takes seconds for these.
const LARGEST_TOGETHER: usize = 128 << 20;

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let mut patterns = Patterns::default();
    super::each_schema(documents, &mut |place, schema| {
        let facts = Facts::of_schema(schema);
        facts.check(&place, &mut patterns, found);
        for text in schema.pattern_properties.iter().flat_map(|map| map.keys()) {
            let place = place.clone().child("patternProperties").child(text);
            patterns.check(place, text, found);
        }
        branches(&place, schema, found);
        required(&place, schema, found);
    });
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
        match self.matching(text) {
            Matching::Linear => {}
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
            Matching::Invalid(error) => found.push(Diagnostic::new(
                place,
                format!("{} is not a valid regular expression: {error}", quoted(text)),
                "write it as ECMA-262 has it, with each backslash doubled in JSON",
            )),
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

/// What schemas and parameters alike say of a value.
struct Facts<'d> {
    values: Option<&'d [Value]>,
    default: Option<&'d Value>,
    format: Option<&'d str>,
    pattern: Option<&'d str>,
    is_number: bool,
    is_integer: bool,
    length: (Option<u64>, Option<u64>),
    items: (Option<u64>, Option<u64>),
    properties: (Option<u64>, Option<u64>),
    range: (Option<&'d Number>, Option<&'d Number>),
}

impl<'d> Facts<'d> {
    fn of_schema(schema: &'d Schema) -> Self {
        Facts {
            values: schema.values.as_deref(),
            default: schema.default.as_ref(),
            format: schema.format.as_deref(),
            pattern: schema.pattern.as_deref(),
            is_number: schema.kind.is_some() && schema.kinds().all(is_number),
            is_integer: schema.kind.is_some() && schema.kinds().all(|kind| kind == Kind::Integer),
            length: (schema.min_length, schema.max_length),
            items: (schema.min_items, schema.max_items),
            properties: (schema.min_properties, schema.max_properties),
            range: (schema.minimum.as_ref(), schema.maximum.as_ref()),
        }
    }

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
            items: (None, None),
            properties: (None, None),
            range: (parameter.minimum.as_ref(), parameter.maximum.as_ref()),
        }
    }

    fn check(&self, place: &Place, patterns: &mut Patterns, found: &mut Vec<Diagnostic>) {
        self.check_values(place, found);
        self.check_default(place, found);
        if let Some(format) = self.format.filter(|format| !FORMATS.contains(format)) {
            let near = did_you_mean(format, FORMATS.iter().copied());
            let help = match near {
                Some(other) => format!("did you mean {}?", quoted(other)),
                None => format!("use one of {}", listed(FORMATS.iter().copied())),
            };
            let place = place.clone().child("format");
            let message = format!("the format {} is not known", quoted(format));
            let mistake = Diagnostic::new(place, message, help);
            let format = Value::from(format);
            found.push(match near {
                Some(near) => mistake.replace(&format, near.into()).guess(),
                None => mistake.remove(&format).guess(),
            });
        }
        if let Some(text) = self.pattern {
            patterns.check(place.clone().child("pattern"), text, found);
        }
        let ranges = [
            ("maxLength", apart(self.length)),
            ("maxItems", apart(self.items)),
            ("maxProperties", apart(self.properties)),
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
                match self.values.is_some_and(|values| values.contains(&text)) {
                    true => mistake.replace(default, text),
                    false => mistake.remove(default).guess(),
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

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Number)
}

fn apart((least, most): (Option<u64>, Option<u64>)) -> bool {
    matches!((least, most), (Some(least), Some(most)) if least > most)
}

/// Reports a union without branches.
fn branches(place: &Place, schema: &Schema, found: &mut Vec<Diagnostic>) {
    for (key, branches) in [
        ("oneOf", &schema.one_of),
        ("anyOf", &schema.any_of),
        ("allOf", &schema.all_of),
    ] {
        if branches.as_ref().is_some_and(Vec::is_empty) {
            found.push(Diagnostic::new(
                place.clone().child(key),
                format!("`{key}` without schemas accepts nothing"),
                format!("describe the accepted values, or remove `{key}`"),
            ));
        }
    }
    if schema.one_of.is_some() && schema.any_of.is_some() {
        found.push(Diagnostic::new(
            place.clone().child("anyOf").on_key(),
            "`anyOf` beside `oneOf` is not translated",
            "put the branches of both into one of the two",
        ));
    }
}

/// Reports required properties that the schema does not name.
fn required(place: &Place, schema: &Schema, found: &mut Vec<Diagnostic>) {
    // The properties of a branch that only requires some are described around it.
    if schema.is_requirement() {
        return;
    }
    let known = |name: &str| {
        schema
            .properties
            .iter()
            .any(|properties| properties.contains_key(name))
            || schema.pattern_properties.is_some()
            || schema.additional_schema().is_some()
            || schema.all_of.is_some()
    };
    let mut check = |place: Place, names: &Option<Vec<String>>| {
        for (index, name) in names.iter().flatten().enumerate() {
            if !known(name) {
                let properties = schema.properties.iter().flatten();
                let near = did_you_mean(name, properties.map(|(name, _)| name.as_str()));
                let help = match near {
                    Some(other) => format!("did you mean {}?", quoted(other)),
                    None => "describe it in `properties`".to_owned(),
                };
                let mistake = Diagnostic::new(
                    place.clone().child("required").index(index),
                    format!("the required property {} is not described", quoted(name)),
                    help,
                );
                let name = Value::from(name.as_str());
                found.push(match near {
                    Some(near) => mistake.replace(&name, near.into()).guess(),
                    None => mistake.remove(&name).guess(),
                });
            }
        }
    };
    check(place.clone(), &schema.required);
    if let Some((key, branches)) = schema.branches() {
        for (index, branch) in branches.iter().enumerate() {
            if branch.is_requirement() {
                check(place.clone().child(key).index(index), &branch.required);
            }
        }
    }
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
