//! Patterns of JSON Schema: regular expressions of ECMA-262, in its Unicode mode.
//!
//! `parse` reads a pattern, `translate` writes it for the crate `regex`, which takes time linear in
//! the string, and `backtrack` runs what that can't express (lookaround, references to groups) as
//! ECMA-262 specifies it, within a budget of steps.
//!
//! Nothing here depends on the rest of the crate: the generator compiles it too, to know what will
//! happen to a pattern when it runs.

mod backtrack;
mod class;
mod parse;
mod translate;

use std::fmt;

use backtrack::Program;

/// The size of the largest program for the linear engine, in bytes.
pub const LARGEST: usize = 4 << 20;

/// A compiled pattern.
#[derive(Debug)]
pub enum Engine {
    /// Takes time linear in the string.
    Linear(regex::Regex),
    /// Takes a bounded number of steps.
    Backtracking(Box<Program>),
}

/// The result of matching that took too many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfSteps;

/// Why a string is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

impl Engine {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// If it is not a regular expression of ECMA-262, or names a property of characters that
    /// Unicode does not have.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        // Time is linear in the string, times the size of the program: a repetition of many thousand
        // times has no linear form that is fast.
        match Engine::within(pattern, LARGEST)? {
            Some(engine) => Ok(engine),
            None => Engine::backtracking(pattern),
        }
    }

    /// Compiles a pattern; nothing if its program for the linear engine is larger than this many
    /// bytes. That takes time in proportion to them at most.
    ///
    /// # Errors
    ///
    /// As [`Engine::new`].
    pub fn within(pattern: &str, largest: usize) -> Result<Option<Self>, PatternError> {
        let parsed = parse::parse(pattern)?;
        let Some(linear) = translate::translate(&parsed.root) else {
            return Engine::backtracking(pattern).map(Some);
        };
        let mut builder = regex::RegexBuilder::new(&linear);
        let regex = builder.size_limit(largest).build().ok();
        Ok(regex.map(Engine::Linear))
    }

    /// Compiles a pattern for the engine that takes steps.
    ///
    /// # Errors
    ///
    /// As [`Engine::new`].
    pub fn backtracking(pattern: &str) -> Result<Self, PatternError> {
        let program = Program::new(&parse::parse(pattern)?)?;
        Ok(Engine::Backtracking(Box::new(program)))
    }

    /// Whether the pattern matches somewhere in a string.
    ///
    /// # Errors
    ///
    /// If that takes too many steps to find out.
    pub fn matches(&self, text: &str) -> Result<bool, OutOfSteps> {
        match self {
            Engine::Linear(regex) => Ok(regex.is_match(text)),
            Engine::Backtracking(program) => program.matches(text),
        }
    }
}

#[cfg(test)]
mod tests;
