//! Adapts patterns in schemas for a stricter validator.

use jsonschema::{FancyRegex, PatternOptions};
use serde_json::Value;

/// The maximal size of a compiled pattern, in bytes: the same as in the generator. The validator's
/// own limit is too low for repetitions of many thousand times.
const LARGEST: usize = 128 << 20;

/// How patterns are compiled.
pub(crate) fn options() -> PatternOptions<FancyRegex> {
    PatternOptions::fancy_regex().size_limit(LARGEST)
}

/// Rewrites every `pattern` in a schema, see [`strict`].
pub(crate) fn make_strict(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for (keyword, value) in object.iter_mut() {
                match (keyword.as_str(), &mut *value) {
                    ("pattern", Value::String(pattern)) => *pattern = strict(pattern),
                    // These contain values, not schemas.
                    ("enum" | "const" | "default" | "examples", _) => {}
                    _ => make_strict(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_strict),
        _ => {}
    }
}

/// Escapes the literal braces of a pattern. Outside of Unicode mode ECMA-262 (annex B) accepts a
/// brace that is not a quantifier as a literal, as in `{{.+}}`; the validator does not.
fn strict(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '\\' => 1 + escape(&rest[1..]),
            '{' if !in_class => quantifier(rest).unwrap_or(0),
            letter => letter.len_utf8(),
        };
        in_class = (in_class || letter == '[') && letter != ']';
        if length == 0 || (letter == '}' && !in_class) {
            text.push('\\');
            text.push(letter);
            rest = &rest[1..];
        } else {
            text.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    text
}

/// The length of what follows a backslash: a letter, or all of `p{L}`.
fn escape(text: &str) -> usize {
    let property = text.strip_prefix(['p', 'P', 'u']);
    match property.and_then(|rest| rest.strip_prefix('{')?.split_once('}')) {
        Some((name, _)) => name.len() + 3,
        None => text.chars().next().map_or(0, char::len_utf8),
    }
}

/// The length of the quantifier at the start of a string: `{2}`, `{2,}` or `{2,3}`.
fn quantifier(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?.split_once('}')?.0;
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!least.is_empty() && is_number(least) && is_number(most)).then_some(inner.len() + 2)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn braces_that_are_no_quantifiers_are_escaped() {
        for (pattern, expected) in [
            (r".*{{.+}}.*", r".*\{\{.+\}\}.*"),
            (r"^[A-Fa-f\d]{24}$", r"^[A-Fa-f\d]{24}$"),
            (r"a{1,}b{2,3}c{,3}", r"a{1,}b{2,3}c\{,3\}"),
            (r"\{[{}]\\{é}", r"\{[{}]\\\{é\}"),
            (r"[\]{]{2}", r"[\]{]{2}"),
            (r"\p{L}\u{1F}", r"\p{L}\u{1F}"),
            ("{", r"\{"),
            ("\\", "\\"),
        ] {
            assert_eq!(strict(pattern), expected);
        }
    }

    #[test]
    fn patterns_are_found_wherever_a_schema_has_them() {
        let mut schema = json!({
            "properties": {"pattern": {"oneOf": [{"pattern": "{"}]}},
            "examples": [{"pattern": "{"}],
        });
        make_strict(&mut schema);
        let expected = json!({
            "properties": {"pattern": {"oneOf": [{"pattern": "\\{"}]}},
            "examples": [{"pattern": "{"}],
        });
        assert_eq!(schema, expected);
    }
}
