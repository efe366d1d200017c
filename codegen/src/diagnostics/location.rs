//! The place of a value in a source, for findings that are not mistakes of the source.

use super::render;
use super::{Diagnostic, Diagnostics, Place};
use crate::source::Source;

/// The place of a value in a source, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The line, counted from 1; 1 for a whole file.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The line with a mark below it, like rustc; empty if the file has no such line.
    pub excerpt: String,
}

/// Locates the value at a JSON pointer (RFC 6901) in a file of a source, e.g. `types/error.json`.
/// If there is no such value, it is the nearest one around it.
pub fn location(source: &Source, file: &str, pointer: &str) -> Location {
    let found = vec![Diagnostic::new(Place::at(file, pointer), "", "")];
    let diagnostics = Diagnostics::resolve(found, source);
    let found = diagnostics.iter().next();
    let excerpt = found.and_then(|found| found.primary.excerpt.as_ref());
    Location {
        line: excerpt.map_or(1, |excerpt| excerpt.line),
        column: excerpt.map_or(1, |excerpt| excerpt.column),
        excerpt: excerpt.map(render::line).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_located_or_else_its_nearest_ancestor() {
        let text = "{\n  \"a\": {\"b\": 1}\n}";
        let source = Source::new([("types/a.json".to_owned(), text.into())]);
        let found = location(&source, "types/a.json", "/a/b");
        assert_eq!((found.line, found.column), (2, 14));
        let expected = "2 |   \"a\": {\"b\": 1}\n  |              ^\n";
        assert_eq!(found.excerpt, expected);
        let around = location(&source, "types/a.json", "/a/c/d");
        assert_eq!((around.line, around.column), (2, 8));
        let none = location(&source, "types/none.json", "/a");
        assert_eq!((none.line, none.excerpt.as_str()), (1, ""));
    }
}
