//! Doc comments: the API's facts in sentences.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::ir::{Action, Definition, DefinitionKind, Field, Parameter, Position, Rule, Type};

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

/// The attribute for a file that uses what it deprecates: its own tables and setters do.
pub(crate) fn allow_deprecated(any: bool) -> Option<TokenStream> {
    any.then(|| quote!(#![allow(deprecated)]))
}

/// The lines of a doc comment, each behind a space as a hand-written one is. Prose is wrapped;
/// tables, lists and code are left as they are.
fn lines(markdown: &str) -> Vec<String> {
    let markdown = plain(markdown);
    let mut lines = Vec::new();
    let mut code = false;
    for line in markdown.trim_end().lines() {
        code ^= line.starts_with("```");
        if code || line.starts_with(['|', '`', '-', '#', ' ']) {
            lines.push(spaced(line));
        } else {
            wrap(line, &mut lines);
        }
    }
    lines
}

fn spaced(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!(" {line}")
    }
}

/// Breaks a paragraph between words.
fn wrap(paragraph: &str, lines: &mut Vec<String>) {
    const COLUMNS: usize = 92;
    let mut line = String::new();
    for word in paragraph.split(' ') {
        let length = line.chars().count() + 1 + word.chars().count();
        // A word like `-`, `#` or `1.` would start something else at the start of a line.
        if length > COLUMNS && word.starts_with(char::is_alphabetic) {
            lines.push(spaced(&std::mem::take(&mut line)));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(spaced(&line));
}

/// A text without the characters that a comment must not or should not hold: a carriage return is
/// no comment's in Rust, and what turns the direction of writing makes rustc refuse a file.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_plain = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{61c}' | '\u{200e}' | '\u{200f}' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        c => !c.is_control(),
    };
    text.chars().filter(is_plain).collect()
}

/// Text of the API's description as Markdown that neither links nor formats by accident, and has
/// no code that would be taken for a test.
pub(crate) fn prose(text: &str) -> String {
    let text = plain(text);
    let mut escaped: Vec<String> = Vec::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in text.trim().lines() {
        let is_fence = line.trim_start().starts_with("```");
        if is_fence || fenced {
            escaped.extend(inline(&std::mem::take(&mut paragraph)));
            // What language it is in doesn't matter, as long as it is not Rust.
            let opens = is_fence && !fenced;
            escaped.push(if opens { "```text" } else { line }.to_owned());
            fenced ^= is_fence;
        } else {
            // Four spaces would make it code.
            paragraph.push_str(match line.starts_with("    ") || line.starts_with('\t') {
                true => line.trim_start(),
                false => line,
            });
            paragraph.push('\n');
        }
    }
    escaped.extend(inline(&paragraph));
    // One that nothing closes would take the rest of the page with it.
    if fenced {
        escaped.push("```".to_owned());
    }
    escaped.join("\n")
}

/// Markdown outside of fences, without what links or formats by accident.
fn inline(text: &str) -> Option<String> {
    let mut escaped = String::with_capacity(text.len());
    let mut code = false;
    for c in text.trim_end_matches('\n').chars() {
        match c {
            '`' => code = !code,
            '[' | ']' | '<' | '>' | '*' if !code => escaped.push('\\'),
            _ => {}
        }
        escaped.push(c);
    }
    // An odd one would take the rest of the page with it.
    let escaped = match code {
        true => escaped.replace('`', "'"),
        false => escaped,
    };
    (!text.is_empty()).then_some(escaped)
}

/// Text of the API's description as a cell of a table.
pub(crate) fn cell(text: &str) -> String {
    let line: Vec<_> = text.split_whitespace().collect();
    prose(&line.join(" ")).replace('|', "\\|")
}

/// Text of the API's description, or what is to be said without one.
fn told(text: Option<&String>, otherwise: impl FnOnce() -> String) -> String {
    let told = text.map(|text| prose(text)).filter(|text| !text.is_empty());
    told.unwrap_or_else(otherwise)
}

/// A name of the API's as code, whatever it contains.
pub(crate) fn code(name: &str) -> String {
    let name: Vec<_> = name.split_whitespace().collect();
    format!("`{}`", name.join(" ").replace('`', "'"))
}

/// Paragraphs, of which empty ones are left out.
pub(crate) fn paragraphs(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// The docs of a type.
pub(crate) fn definition(definition: &Definition) -> TokenStream {
    let summary = told(definition.doc.as_ref(), || match &definition.kind {
        DefinitionKind::Enum(_) => "An open enum.".to_owned(),
        _ => format!("`{}`.", definition.name),
    });
    let source = format!(
        "Source: {}.",
        code(&format!("schemas/{}", definition.source))
    );
    outer(&paragraphs([summary, source]))
}

/// The docs of a property.
pub(crate) fn field(field: &Field, position: Position) -> TokenStream {
    let summary = told(field.doc.as_ref(), || {
        format!("The property {}.", code(&field.wire))
    });
    let required = match (field.required, position) {
        (
            true,
            Position {
                response: true,
                request: false,
            },
        ) => "Always there, by the description.",
        (true, _) => "Required.",
        (false, _) => "",
    };
    outer(&paragraphs([
        summary,
        sentence([required.to_owned(), limits(&field.ty, &field.rules)]),
    ]))
}

/// The docs of a parameter.
pub(crate) fn parameter(parameter: &Parameter) -> TokenStream {
    let summary = told(parameter.description.as_ref(), || {
        format!("The parameter {}.", code(&parameter.wire))
    });
    let default = match &parameter.default {
        Some(Value::String(text)) if text.trim().is_empty() => "Default: empty.".to_owned(),
        Some(Value::String(text)) => format!("Default: {}.", code(text)),
        Some(default) => format!("Default: {}.", code(&default.to_string())),
        None => String::new(),
    };
    let unit = match parameter.ty {
        Type::UnixMillis => "Sent as milliseconds since the Unix epoch.",
        _ => "",
    };
    let limits = limits(&parameter.ty, &parameter.rules);
    outer(&paragraphs([
        summary,
        sentence([default, limits, unit.to_owned()]),
    ]))
}

fn sentence(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// What a request must keep to, in sentences.
fn limits(ty: &Type, rules: &[Rule]) -> String {
    let of_type = match ty {
        Type::ObjectId => "24 hexadecimal digits.",
        _ => "",
    };
    sentence(
        [of_type.to_owned()]
            .into_iter()
            .chain(rules.iter().map(limit)),
    )
}

fn limit(rule: &Rule) -> String {
    match rule {
        Rule::MinLength(least) => format!("At least {} characters.", grouped(*least)),
        Rule::MaxLength(most) => format!("At most {} characters.", grouped(*most)),
        Rule::Pattern(pattern) => format!("Matches {}.", code(pattern)),
        Rule::Minimum(least) => format!("At least {least}."),
        Rule::Maximum(most) => format!("At most {most}."),
        Rule::MinimumNumber(least) => format!("At least {least}."),
        Rule::MaximumNumber(most) => format!("At most {most}."),
        Rule::MinItems(least) => format!("At least {} items.", grouped(*least)),
        Rule::MaxItems(most) => format!("At most {} items.", grouped(*most)),
        Rule::UniqueItems => "No item twice.".to_owned(),
        Rule::Each(rules) => {
            let rules: Vec<_> = rules.iter().map(limit).collect();
            format!("Of each item: {}", rules.join(" "))
        }
        Rule::Object => "A JSON object of any shape.".to_owned(),
    }
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

/// The docs of the method that makes an action's call.
pub(crate) fn action(action: &Action, example: Option<String>) -> TokenStream {
    let summary = told(action.summary.as_ref(), || {
        format!("Performs {}.", code(&action.wire))
    });
    let description = action.description.as_deref().map(prose).unwrap_or_default();
    let request = format!("`{} {}`", action.method, action.path);
    let scopes: Vec<_> = action.scopes.iter().map(|scope| code(scope)).collect();
    let scopes = match scopes.as_slice() {
        [] => String::new(),
        scopes => format!("Scopes, any one of: {}.", scopes.join(", ")),
    };
    let responses = action.responses.iter().map(|response| {
        let description = response
            .description
            .as_deref()
            .map(cell)
            .unwrap_or_default();
        let body = response
            .body
            .as_ref()
            .map(linked)
            .unwrap_or_else(|| "none".to_owned());
        format!("| {} | {body} | {description} |", response.status)
    });
    let mut table = vec!["| status | body | |".to_owned(), "|---|---|---|".to_owned()];
    table.extend(responses);
    let example = example
        .map(|code| format!("```no_run\n{code}```"))
        .unwrap_or_default();
    outer(&paragraphs([
        summary,
        description,
        request,
        scopes,
        table.join("\n"),
        example,
    ]))
}

/// A type as a link where it has a page.
fn linked(ty: &Type) -> String {
    match ty {
        Type::Named(name) => format!("[`{0}`](crate::types::{0})", name.rust),
        Type::Array(item) => format!("list of {}", linked(item)),
        Type::Boxed(item) => linked(item),
        Type::Unit => "none".to_owned(),
        _ => "JSON".to_owned(),
    }
}
