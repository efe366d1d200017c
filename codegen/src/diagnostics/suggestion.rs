//! Changes that a diagnostic suggests, for programs.

use serde_json::{Map, Value, json};

use crate::json::push_token;

use super::Diagnostic;

/// The longest value that a message or a suggestion repeats, in characters of its compact JSON.
pub(crate) const LONGEST_VALUE: usize = 80;

/// A change of a diagnostic's file. All changes that a diagnostic suggests, made in their order, fix
/// the mistake.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The JSON pointer (RFC 6901) of the value to change.
    pub pointer: String,
    /// The present value. Without it, a member is added.
    pub expected: Option<Value>,
    /// The new value, in which `{"$expected": "POINTER"}` stands for the value at that JSON pointer
    /// of the present one. Without it, the value is removed.
    pub value: Option<Value>,
}

impl Diagnostic {
    /// The suggested changes, in the order in which they must be made.
    pub fn suggestions(&self) -> &[Suggestion] {
        &self.suggestions
    }

    /// Whether the suggestions are guesses.
    pub fn is_guess(&self) -> bool {
        self.is_guess
    }

    /// Suggests to replace the value at the diagnostic's place.
    pub(crate) fn replace(self, expected: &Value, value: Value) -> Self {
        let pointer = self.pointer().to_owned();
        self.suggest(pointer, Some(expected), Some(value))
    }

    /// Suggests to remove the value at the diagnostic's place.
    pub(crate) fn remove(self, expected: &Value) -> Self {
        let pointer = self.pointer().to_owned();
        self.suggest(pointer, Some(expected), None)
    }

    /// Suggests a change in the diagnostic's file: the present and the new value at a pointer.
    pub(crate) fn suggest(
        mut self,
        pointer: impl Into<String>,
        expected: Option<&Value>,
        value: Option<Value>,
    ) -> Self {
        self.suggestions.push(Suggestion {
            pointer: pointer.into(),
            expected: expected.cloned(),
            value,
        });
        self
    }

    /// Suggests to rename the member at the diagnostic's place, one of `members`.
    pub(crate) fn rename(self, members: &Map<String, Value>, key: &str, to: &str) -> Self {
        let own = self.pointer().to_owned();
        let object = own.rsplit_once('/').map_or("", |(object, _)| object);
        match members.get(key) {
            Some(value) if value.to_string().chars().count() <= LONGEST_VALUE => {
                let new = below(object, to);
                self.suggest(own.as_str(), Some(value), None).suggest(
                    new,
                    None,
                    Some(value.clone()),
                )
            }
            _ => {
                let renamed = members.keys().map(|other| {
                    let name = if other == key { to } else { other };
                    (name.to_owned(), taken("", other))
                });
                let renamed = Value::Object(renamed.collect());
                let old = Value::Object(members.clone());
                self.suggest(object, Some(&old), Some(renamed))
            }
        }
    }

    /// Marks the suggestions as guesses.
    pub(crate) fn guess(mut self) -> Self {
        self.is_guess = true;
        self
    }
}

/// What a suggestion takes from the present value: the member of an object in it.
pub(crate) fn taken(object: &str, member: &str) -> Value {
    json!({"$expected": below(object, member)})
}

/// The JSON pointer of an object's member.
pub(crate) fn below(pointer: &str, token: &str) -> String {
    let mut pointer = pointer.to_owned();
    push_token(&mut pointer, token);
    pointer
}
