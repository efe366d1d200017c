//! Doc comments: facts about the API, in sentences.

mod actions;
mod limits;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

pub(crate) use actions::action;
pub(crate) use limits::{capital, kinds, limit, of_rules, things};
use limits::{limits, sentence};

use super::prose::{code, is_sentence, plain, prose};
use crate::ir::{Branch, Definition, DefinitionKind, Field, Form, Parameter, Position, Rest, Type};
use crate::json::unescaped;

/// Markdown as an outer doc comment.
pub(crate) fn outer(markdown: &str) -> TokenStream {
    let lines = lines(markdown);
    quote!(#(#[doc = #lines])*)
}

/// Markdown as an inner doc comment.
pub(crate) fn inner(markdown: &str) -> TokenStream {
    let lines = lines(markdown);
    quote!(#(#![doc = #lines])*)
}

/// The attribute for a file that uses items it deprecates itself, in its tables and setters.
pub(crate) const ALLOW_DEPRECATED: &str = "#![allow(deprecated)]\n";

/// The attribute for a function with many required arguments, as a line in a block of methods.
pub(crate) fn allow_many_arguments(count: usize) -> &'static str {
    if count > 7 {
        "    #[allow(clippy::too_many_arguments)]\n"
    } else {
        ""
    }
}

/// The lines of a doc comment, each after a space as in a hand-written one. Prose is wrapped;
/// tables, lists and code are unchanged.
pub(crate) fn lines(markdown: &str) -> Vec<String> {
    let markdown = plain(markdown);
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    for line in markdown.trim_end().lines() {
        let was_code = fence.is_some();
        fence = fence_after(fence, line);
        let is_code = was_code || fence.is_some();
        if is_code || !can_be_wrapped(line) {
            lines.push(spaced(line));
        } else {
            wrap(line, &mut lines);
        }
    }
    lines
}

/// The fence of the code block that continues after a line, given that of the block around the
/// line.
fn fence_after<'t>(fence: Option<&'t str>, line: &'t str) -> Option<&'t str> {
    let run = line.len() - line.trim_start_matches('`').len();
    let (marks, rest) = line.split_at(run);
    match fence {
        Some(open) if run >= open.len() && rest.trim().is_empty() => None,
        None if run >= 3 && !rest.contains('`') => Some(marks),
        fence => fence,
    }
}

/// Whether a line is prose. A line that contains a fence is left alone: if it was broken before the
/// fence, the fence would open a block.
fn can_be_wrapped(line: &str) -> bool {
    !line.starts_with(['|', '-', '#', '>', ' ']) && !line.contains("```")
}

fn spaced(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!(" {line}")
    }
}

/// The maximal width of a line in a doc comment.
const COLUMNS: usize = 92;

/// Breaks a paragraph between words.
fn wrap(paragraph: &str, lines: &mut Vec<String>) {
    let (mut line, mut length) = (String::new(), 0);
    for word in paragraph.split(' ') {
        let width = word.chars().count();
        // At the start of a line, a word like `-`, `#` or `1.` would have a meaning in Markdown.
        if length + 1 + width > COLUMNS && word.starts_with(char::is_alphabetic) {
            lines.push(spaced(&std::mem::take(&mut line)));
            length = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += width;
    }
    lines.push(spaced(&line));
}

/// A description of the API, or a substitute if there is none.
fn described(text: Option<&String>, otherwise: impl FnOnce() -> String) -> String {
    let described = text.map(|text| prose(text)).filter(|text| !text.is_empty());
    described.unwrap_or_else(otherwise)
}

/// A description of the API after a label: on the same line if it is a single line.
pub(crate) fn labelled(label: &str, text: Option<&String>) -> String {
    let text = described(text, String::new);
    if is_sentence(&text) {
        format!("{label}: {text}")
    } else {
        paragraphs([format!("{label}:"), text])
    }
}

/// Joins paragraphs, and omits empty ones.
pub(crate) fn paragraphs(parts: impl IntoIterator<Item = String>) -> String {
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

/// The docs of a type.
pub(crate) fn definition(definition: &Definition) -> String {
    let summary = described(definition.doc.as_ref(), String::new);
    let rules = match &definition.kind {
        DefinitionKind::Object(object) if definition.position.request => of_rules(&object.rules),
        _ => String::new(),
    };
    match paragraphs([summary, rules]) {
        docs if docs.is_empty() => of_place(&definition.source),
        docs => docs,
    }
}

/// A description of a type by its place, a file and a pointer, for types without a description.
fn of_place(source: &str) -> String {
    let (file, pointer) = source.split_once('#').unwrap_or((source, ""));
    let segments: Vec<String> = pointer.split('/').map(unescaped).collect();
    let mut what = "The value of";
    for (index, segment) in segments.iter().enumerate().rev() {
        let parent = index.checked_sub(1).map(|parent| segments[parent].as_str());
        match (parent, segment.as_str()) {
            (Some("properties"), name) => return format!("{what} {}.", code(name)),
            (Some("params"), name) => return format!("{what} the parameter {}.", code(name)),
            (Some("patternProperties"), _) | (_, "additionalProperties") => what = "A value in",
            (_, "items") | (Some("items" | "prefixItems"), _) => what = "An item of",
            (Some("oneOf" | "anyOf"), _) if what == "The value of" => what = "A form of",
            _ => {}
        }
    }
    let stem = file.rsplit('/').next().unwrap_or(file);
    let name = code(stem.strip_suffix(".json").unwrap_or(stem));
    match what {
        "The value of" => format!("The type {name}."),
        what => format!("{what} the type {name}."),
    }
}

/// The place of a type in the API's description, as a plain comment: readers of the docs have no
/// use for it.
pub(crate) fn source(definition: &Definition) -> String {
    let source = code(&format!("schemas/{}", definition.source)).replace('\n', " ");
    match definition.places {
        0 | 1 => format!("// Source: {source}.\n"),
        2 => format!("// Source: {source}, and one more place.\n"),
        places => format!("// Source: {source}, and {} more places.\n", places - 1),
    }
}

/// The docs of a branch of a union.
pub(crate) fn branch(branch: &Branch) -> String {
    let tags = branch.tags.iter().map(|(name, strings)| {
        let strings: Vec<_> = strings.iter().map(|string| code(string)).collect();
        format!("{} is {}", code(name), strings.join(" or "))
    });
    let tags: Vec<_> = tags.collect();
    match (branch.form, tags.as_slice()) {
        (Form::Object, []) => "An object.".to_owned(),
        (Form::Object, tags) => format!("{}.", tags.join(", and ")),
        (Form::Array, _) => "An array.".to_owned(),
        (Form::Text, _) => "A string.".to_owned(),
        (Form::Number, _) => "A number.".to_owned(),
        (Form::Flag, _) => "A boolean.".to_owned(),
        (Form::Scalar, _) => "A scalar.".to_owned(),
    }
}

/// The docs of a property.
pub(crate) fn field(field: &Field, position: Position) -> String {
    let required = match (field.required, position) {
        (
            true,
            Position {
                response: true,
                request: false,
            },
        ) => "Always present, by the description.",
        (true, _) => "Required.",
        (false, _) => "",
    };
    let access = match (field.read_only, field.write_only) {
        (true, _) if position.request => "Read-only; left out of requests.",
        (_, true) if position.response => "Write-only; absent from responses.",
        _ => "",
    };
    let limits = sentence([
        required.to_owned(),
        access.to_owned(),
        default(field.default.as_ref()),
        limits(&field.ty, &field.rules),
    ]);
    match described(field.doc.as_ref(), String::new) {
        text if text.is_empty() => sentence([format!("{}.", code(&field.wire)), limits]),
        text => with_facts(text, limits),
    }
}

/// Appends facts to a description: on the same line if that is short, otherwise in a paragraph of
/// their own.
fn with_facts(text: String, facts: String) -> String {
    if !is_sentence(&text) {
        return paragraphs([text, facts]);
    }
    let is_short = text.chars().count() + facts.chars().count() < COLUMNS;
    let text = if text.ends_with(|c: char| c.is_alphanumeric() || c == ')' || c == '`') {
        format!("{text}.")
    } else {
        text
    };
    if is_short {
        sentence([text, facts])
    } else {
        paragraphs([text, facts])
    }
}

/// The docs of a parameter.
pub(crate) fn parameter(parameter: &Parameter) -> String {
    let summary = described(parameter.description.as_ref(), || {
        format!("The parameter {}.", code(&parameter.wire))
    });
    let unit = match parameter.ty {
        Type::UnixMillis => "Sent as milliseconds since the Unix epoch.",
        _ => "",
    };
    let limits = limits(&parameter.ty, &parameter.rules);
    with_facts(
        summary,
        sentence([default(parameter.default.as_ref()), limits, unit.to_owned()]),
    )
}

/// The value that the API assumes if a value is absent.
fn default(value: Option<&Value>) -> String {
    value.map_or_else(String::new, |value| {
        format!("Default: {}.", default_value(value))
    })
}

fn default_value(value: &Value) -> String {
    match value {
        Value::String(text) if text.trim().is_empty() => "empty".to_owned(),
        Value::String(text) => code(text),
        value => code(&value.to_string()),
    }
}

/// The docs of the field for unnamed properties.
pub(crate) fn rest(rest: &Rest) -> String {
    paragraphs([
        "Further properties.".to_owned(),
        limits(&rest.ty, &rest.rules),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_an_unbreakable_paragraph_takes_linear_time() {
        // Quadratic time would be too long for this test.
        let words = vec!["*a"; 1_000_000].join(" ");
        let all = lines(&words);
        assert_eq!(all, [format!(" {words}")]);
    }

    #[test]
    fn lines_are_filled_up_to_the_maximal_width() {
        let words = vec!["word"; 40].join(" ");
        let all = lines(&words);
        assert!(all.iter().all(|line| line.len() <= COLUMNS + 1));
        assert_eq!(all[0].len(), 1 + 18 * 5 - 1);
    }
}
