//! Doc comments: facts about the API, in sentences.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::prose::{cell, code, is_sentence, plain, prose};
use crate::ir::{
    Action, Branch, Definition, DefinitionKind, Field, Form, Kind, Parameter, Position, Response,
    Rest, Rule, Type,
};
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

fn sentence(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The limits of a value in a request, in sentences: `1 to 255 characters.`
fn limits(ty: &Type, rules: &[Rule]) -> String {
    let of_type = match ty {
        Type::ObjectId => "24 hexadecimal digits.",
        _ => "",
    };
    sentence([of_type.to_owned(), of_rules(rules)])
}

/// Rules in sentences. A lower and an upper limit share one.
pub(crate) fn of_rules(rules: &[Rule]) -> String {
    let mut sentences = Vec::new();
    let mut rules = rules.iter().peekable();
    while let Some(rule) = rules.next() {
        match rules.peek().and_then(|next| range(rule, next)) {
            Some(range) => {
                sentences.push(range);
                rules.next();
            }
            None => sentences.push(limit(rule)),
        }
    }
    sentence(sentences)
}

/// A lower limit and the upper limit that follows it.
fn range(least: &Rule, most: &Rule) -> Option<String> {
    let (least, most, thing) = match (least, most) {
        (Rule::MinLength(least), Rule::MaxLength(most)) => (least, most, "character"),
        (Rule::MinItems(least), Rule::MaxItems(most)) => (least, most, "item"),
        (Rule::MinProperties(least), Rule::MaxProperties(most)) => (least, most, "property"),
        (Rule::Minimum(least), Rule::Maximum(most)) => {
            return Some(format!("Between {least} and {most}."));
        }
        _ => return None,
    };
    Some(if least == most {
        format!("Exactly {}.", things(*least, thing))
    } else {
        format!("{} to {}.", grouped(*least), things(*most, thing))
    })
}

pub(crate) fn limit(rule: &Rule) -> String {
    match rule {
        Rule::MinLength(least) => format!("At least {}.", things(*least, "character")),
        Rule::MaxLength(most) => format!("At most {}.", things(*most, "character")),
        Rule::Pattern(pattern) => format!("Matches {}.", code(pattern)),
        Rule::Minimum(least) => format!("At least {least}."),
        Rule::Maximum(most) => format!("At most {most}."),
        Rule::MinimumNumber(least) => format!("At least {least}."),
        Rule::MaximumNumber(most) => format!("At most {most}."),
        Rule::MinItems(least) => format!("At least {}.", things(*least, "item")),
        Rule::MaxItems(most) => format!("At most {}.", things(*most, "item")),
        Rule::UniqueItems => "Items are unique.".to_owned(),
        Rule::Each(rules) => {
            format!("Each item: {}", of_rules(rules))
        }
        Rule::Object => "Any JSON object.".to_owned(),
        Rule::OneOf(values) => {
            let values: Vec<_> = values.iter().map(|value| code(value)).collect();
            format!("One of {}.", values.join(", "))
        }
        Rule::Kinds(kinds) => format!("{}.", capital(&self::kinds(kinds))),
        Rule::MinProperties(least) => format!("At least {}.", counted(*least)),
        Rule::MaxProperties(most) => format!("At most {}.", counted(*most)),
        Rule::Matching(pattern) => {
            format!("Any value under names that do not match {}.", code(pattern))
        }
        Rule::Keys(pattern) => format!("Names match {}.", code(pattern)),
        Rule::AnyRequired(lists) => {
            let lists = lists.iter().map(|names| {
                let names: Vec<_> = names.iter().map(|name| code(name)).collect();
                names.join(" and ")
            });
            format!("Has {}.", lists.collect::<Vec<_>>().join(", or "))
        }
        Rule::Meets(named) => super::conditions::sentence(&named.condition),
    }
}

fn counted(properties: u64) -> String {
    things(properties, "property")
}

/// A count with its noun: `1 item`, `2 properties`.
pub(super) fn things(count: u64, thing: &str) -> String {
    match (count, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (many, Some(stem)) => format!("{} {stem}ies", grouped(many)),
        (many, None) => format!("{} {thing}s", grouped(many)),
    }
}

/// JSON types, in words.
pub(super) fn kinds(kinds: &[Kind]) -> String {
    let words: Vec<_> = kinds
        .iter()
        .map(|kind| match kind {
            Kind::Null => "null",
            Kind::Boolean => "a boolean",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        })
        .collect();
    words.join(" or ")
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// The docs of the field for unnamed properties.
pub(crate) fn rest(rest: &Rest) -> String {
    paragraphs([
        "Further properties.".to_owned(),
        limits(&rest.ty, &rest.rules),
    ])
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The docs of the method that creates an action's call.
pub(crate) fn action(action: &Action, example: Option<String>) -> String {
    let summary = described(action.summary.as_ref(), || {
        format!("Performs {}.", code(&action.wire))
    });
    let description = action.description.as_deref().map(prose).unwrap_or_default();
    let request = code(&format!("{} {}", action.method, action.path));
    let scopes: Vec<_> = action.scopes.iter().map(|scope| code(scope)).collect();
    let scopes = match scopes.as_slice() {
        [] => String::new(),
        scopes => format!("Scopes: any of {}.", scopes.join(", ")),
    };
    let pin = action
        .paging
        .as_ref()
        .and_then(|paging| paging.pin.as_ref());
    let pin = pin.map(|field| {
        let field = code(field);
        format!(
            "A stream over pages or items fixes {field} when it starts, unless it is set, so later entries are not returned and do not shift pages."
        )
    });
    let table = responses(&action.responses);
    let example = example
        .map(|code| format!("```no_run\n{code}```"))
        .unwrap_or_default();
    paragraphs([
        summary,
        description,
        request,
        parameters(action),
        scopes,
        pin.unwrap_or_default(),
        table,
        example,
    ])
}

/// The table of parameters for which an action's call has setters. Links have no `r#`.
fn parameters(action: &Action) -> String {
    let optional = action.params.iter().filter(|p| !p.required);
    let rows: Vec<_> = optional
        .map(|parameter| {
            let setter = &parameter.setter;
            let default = parameter.default.as_ref().map(default_value);
            // A bar ends the cell, even in code.
            let default = default
                .filter(|text| !text.contains('|'))
                .unwrap_or_default();
            let summary = parameter.description.as_deref().map(cell);
            let summary = summary.unwrap_or_default();
            let name = format!("[`{setter}`]({}::{setter})", action.request);
            format!("| {name} | {default} | {summary} |")
        })
        .collect();
    match rows.as_slice() {
        [] => String::new(),
        rows => format!(
            "| parameter | default | |\n|---|---|---|\n{}",
            rows.join("\n")
        ),
    }
}

/// The table of responses; errors with the same body share a line.
fn responses(responses: &[Response]) -> String {
    let mut lines = vec!["| status | body | |".to_owned(), "|---|---|---|".to_owned()];
    let mut rows: Vec<(Vec<&str>, Option<&Type>, Vec<String>)> = Vec::new();
    for response in responses {
        let description = response
            .description
            .as_deref()
            .map(cell)
            .unwrap_or_default();
        let is_error = response.status.starts_with(['4', '5']);
        let body = response.body.as_ref();
        match rows.last_mut() {
            Some((statuses, other, descriptions))
                if is_error && *other == body && statuses[0].starts_with(['4', '5']) =>
            {
                statuses.push(&response.status);
                descriptions.push(description);
            }
            _ => rows.push((vec![&response.status], body, vec![description])),
        }
    }
    for (statuses, body, descriptions) in rows {
        let body = body.map(linked).unwrap_or_else(|| "none".to_owned());
        let (statuses, descriptions) = (statuses.join(", "), descriptions.join(" "));
        lines.push(format!("| {statuses} | {body} | {descriptions} |"));
    }
    lines.join("\n")
}

/// A type, as a link if it has a page.
pub(crate) fn linked(ty: &Type) -> String {
    match ty {
        Type::Named(name) => format!("[`{0}`](crate::types::{0})", name.rust),
        Type::Array(item) => format!("list of {}", linked(item)),
        Type::Map(item) => format!("map to {}", linked(item)),
        Type::Nullable(item) => format!("{} or null", linked(item)),
        Type::Boxed(item) => linked(item),
        Type::Unit => "none".to_owned(),
        _ => "JSON".to_owned(),
    }
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
