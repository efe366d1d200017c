//! Patterns of a schema, compiled when they are first needed.

use std::fmt;
use std::sync::OnceLock;

use crate::pattern::{Engine, OutOfSteps, PatternError};

/// A regular expression of ECMA-262, made by [`pattern!`](crate::pattern).
///
/// It is compiled once, when a string is first checked against it. Matching takes time linear in
/// the string, unless the pattern has lookaround or a backreference: then a string that takes more
/// than a million steps is rejected.
pub struct Pattern {
    text: &'static str,
    engine: OnceLock<Result<Engine, PatternError>>,
}

impl Pattern {
    /// Creates a pattern from its source.
    pub const fn new(text: &'static str) -> Self {
        Pattern {
            text,
            engine: OnceLock::new(),
        }
    }

    /// The pattern as written in the schema.
    pub fn as_str(&self) -> &'static str {
        self.text
    }

    /// What it expects, worded to follow "expected".
    pub(crate) fn words(&self) -> String {
        format!("a string that matches `{}`", self.text)
    }

    /// What is expected instead of this string, if it does not match.
    pub(crate) fn expected(&self, text: &str) -> Option<String> {
        let engine = self.engine.get_or_init(|| Engine::new(self.text));
        match engine.as_ref().map(|engine| engine.matches(text)) {
            Ok(Ok(true)) => None,
            Ok(Ok(false)) => Some(self.words()),
            Ok(Err(OutOfSteps)) => Some(format!(
                "a string that can be matched against `{}` within a million steps",
                self.text
            )),
            // The generator rejects such a pattern.
            Err(error) => Some(format!(
                "a valid pattern instead of `{}`: {error}",
                self.text
            )),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

/// A pattern for [`Rule::Pattern`](crate::Rule::Pattern) and [`Rule::Keys`](crate::Rule::Keys).
///
/// ```
/// use client_runtime::{Rule, Validator};
///
/// let mut at = Validator::default();
/// let rules = [Rule::Pattern(client_runtime::pattern!(r"^\p{Lu}+$"))];
/// at.value("code", &"ÄB1".to_owned(), &rules);
/// assert_eq!(at.finish()[0].to_string(), r"`code`: expected a string that matches `^\p{Lu}+$`");
/// ```
#[macro_export]
macro_rules! pattern {
    ($text:literal) => {
        || {
            static PATTERN: $crate::Pattern = $crate::Pattern::new($text);
            &PATTERN
        }
    };
}
