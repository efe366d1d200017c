//! Patterns of ECMA-262.

use crate::pattern::{Engine, PatternError};

/// A regular expression in Unicode mode, matched by the same code as in a client.
pub(crate) struct Pattern(Engine);

impl Pattern {
    /// Compiles a pattern.
    pub(crate) fn new(pattern: &str) -> Result<Self, PatternError> {
        Engine::new(pattern).map(Pattern)
    }

    /// Whether some part of a string matches; false if that takes too many steps to decide.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.matches(text).unwrap_or(false)
    }
}
