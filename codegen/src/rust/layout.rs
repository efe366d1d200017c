//! Text as rustfmt prints it: doc comments, and constructs that are broken over lines if they are
//! too wide.

use super::docs;

/// The maximal width of a line.
const WIDTH: usize = 100;

/// The maximal width of a call's arguments in one line, and of a chain of calls.
const CALL: usize = 60;

/// The maximal width of a struct's fields in one line.
const STRUCT: usize = 18;

/// The maximal width of the innermost parentheses of an attribute in one line.
const ATTRIBUTE: usize = 70;

/// Markdown as a doc comment.
pub(crate) fn comment(indent: usize, markdown: &str) -> String {
    commented(indent, "///", markdown)
}

/// Markdown as the doc comment of a module.
pub(crate) fn module_comment(markdown: &str) -> String {
    commented(0, "//!", markdown)
}

fn commented(indent: usize, prefix: &str, markdown: &str) -> String {
    let space = " ".repeat(indent);
    let lines = docs::lines(markdown).into_iter();
    lines
        .map(|line| format!("{space}{prefix}{}\n", line.trim_end()))
        .collect()
}

/// A function signature up to its opening brace, e.g. `pub fn new(name: String) -> Self {`.
pub(crate) fn function(indent: usize, name: &str, arguments: &[String], output: &str) -> String {
    let space = " ".repeat(indent);
    let line = format!("{space}{name}({}) -> {output} {{\n", arguments.join(", "));
    if width(&line) <= WIDTH {
        return line;
    }
    broken(
        indent,
        &format!("{name}("),
        arguments,
        &format!(") -> {output} {{"),
    )
}

/// A call, with the code before and after it on its lines.
pub(crate) fn call(indent: usize, before: &str, arguments: &[String], after: &str) -> String {
    delimited(
        indent,
        &format!("{before}("),
        arguments,
        &format!("){after}"),
    )
}

/// A `let` statement with the result of a call.
pub(crate) fn binding(indent: usize, name: &str, callee: &str, arguments: &[String]) -> String {
    let inner = arguments.join(", ");
    let made = format!("{callee}({inner});\n");
    let is_short = inner.chars().count() <= CALL;
    let line = format!("{}let {name} = {made}", " ".repeat(indent));
    let broken = format!("{}{made}", " ".repeat(indent + 4));
    if is_short && width(&line) > WIDTH && width(&broken) <= WIDTH {
        return format!("{}let {name} =\n{broken}", " ".repeat(indent));
    }
    call(indent, &format!("let {name} = {callee}"), arguments, ";")
}

/// A constant list of pairs of strings, one per line if it is too wide.
pub(crate) fn pairs(indent: usize, before: &str, pairs: &[String]) -> String {
    delimited(indent, &format!("{before}["), pairs, "];")
}

/// Items between delimiters: in one line if they are short, as the arguments of a call and the items
/// of a list are.
fn delimited(indent: usize, open: &str, items: &[String], close: &str) -> String {
    let inner = items.join(", ");
    let line = format!("{}{open}{inner}{close}\n", " ".repeat(indent));
    if inner.chars().count() <= CALL && width(&line) <= WIDTH {
        return line;
    }
    broken(indent, open, items, close)
}

/// Items between delimiters, one per line.
fn broken(indent: usize, open: &str, items: &[String], close: &str) -> String {
    let space = " ".repeat(indent);
    format!(
        "{space}{open}\n{}{space}{close}\n",
        listed(indent + 4, items)
    )
}

/// A struct expression, one field per line if it is too wide. Fields may have several lines.
pub(crate) fn structure(indent: usize, name: &str, fields: &[String]) -> String {
    let space = " ".repeat(indent);
    let inner = fields.join(", ");
    if inner.chars().count() <= STRUCT && !inner.contains('\n') {
        return format!("{space}{name} {{ {inner} }}\n");
    }
    let last_is_base = fields.last().is_some_and(|field| field.starts_with(".."));
    let mut lines = listed(indent + 4, fields);
    if last_is_base {
        // Nothing may follow the base, not even a comma.
        lines.truncate(lines.trim_end().trim_end_matches(',').len());
        lines.push('\n');
    }
    format!("{space}{name} {{\n{lines}{space}}}\n")
}

/// A field initialised by a chain of calls, in a struct expression at this indentation.
pub(crate) fn field(indent: usize, name: &str, receiver: &str, calls: &[&str]) -> String {
    let chain = format!("{receiver}{}", calls.concat());
    if chain.chars().count() <= CALL {
        return format!("{name}: {chain}");
    }
    let space = " ".repeat(indent + 8);
    let calls: String = calls
        .iter()
        .map(|call| format!("\n{space}{call}"))
        .collect();
    format!("{name}: {receiver}{calls}")
}

/// An attribute or a tuple variant, with its content in parentheses.
pub(crate) fn variant(indent: usize, name: &str, content: &str) -> String {
    let space = " ".repeat(indent);
    let line = format!("{space}{name}({content}),\n");
    if width(&line) <= WIDTH {
        return line;
    }
    format!("{space}{name}(\n{space}    {content},\n{space}),\n")
}

/// A type alias.
pub(crate) fn alias(name: &str, ty: &str) -> String {
    let line = format!("pub type {name} = {ty};\n");
    if width(&line) <= WIDTH {
        line
    } else {
        format!("pub type {name} =\n    {ty};\n")
    }
}

/// An import of one or several names from a path.
pub(crate) fn import(visibility: &str, path: &str, names: &[&str]) -> String {
    let mut names = names.to_vec();
    names.sort_by(|one, other| version_order(one, other));
    let (open, close) = match names.as_slice() {
        [] => return String::new(),
        [_] => ("", ""),
        _ => ("{", "}"),
    };
    let line = format!(
        "{visibility}use {path}::{open}{}{close};\n",
        names.join(", ")
    );
    if width(&line) < WIDTH || names.len() == 1 {
        return line;
    }
    let mut lines = format!("{visibility}use {path}::{{\n");
    let mut current = String::from("    ");
    let last = names.len() - 1;
    for (index, name) in names.iter().enumerate() {
        // Only the last line may end in the last column.
        let spare = usize::from(index < last);
        if width(&current) + 1 + width(name) + 1 + spare > WIDTH {
            lines.push_str(&format!("{current}\n"));
            current = String::from("    ");
        }
        if width(&current) > 4 {
            current.push(' ');
        }
        current.push_str(&format!("{name},"));
    }
    format!("{lines}{current}\n}};\n")
}

/// A `cfg` attribute on its own line, for items that any of several features enables. Empty for
/// items that are always compiled.
pub(crate) fn any_feature<'f>(features: impl IntoIterator<Item = &'f String>) -> String {
    let features = features.into_iter();
    let all: Vec<_> = features.map(|name| format!("feature = {name:?}")).collect();
    match all.as_slice() {
        [] => String::new(),
        [only] => format!("#[cfg({only})]\n"),
        all => {
            let inner = all.join(", ");
            if width(&inner) <= ATTRIBUTE {
                format!("#[cfg(any({inner}))]\n")
            } else {
                format!("#[cfg(any(\n    {}\n))]\n", all.join(",\n    "))
            }
        }
    }
}

/// The order of names in an import: by bytes, except that numbers are compared by value.
fn version_order(one: &str, other: &str) -> std::cmp::Ordering {
    pieces(one).cmp(&pieces(other))
}

/// Splits a name into runs of digits and the parts between them.
fn pieces(name: &str) -> Vec<(bool, usize, &str)> {
    let mut pieces = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        let length = if digits {
            piece.trim_start_matches('0').len()
        } else {
            0
        };
        pieces.push((!digits, length, piece));
        rest = after;
    }
    pieces
}

/// Each item on its own line.
fn listed(indent: usize, items: &[String]) -> String {
    let space = " ".repeat(indent);
    items
        .iter()
        .map(|item| format!("{space}{item},\n"))
        .collect()
}

fn width(line: &str) -> usize {
    line.trim_end_matches('\n').chars().count()
}
