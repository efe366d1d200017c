//! Names that must differ from one another.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Place, quoted};

/// Where Rust wants every name to be another, e.g. the fields of one struct.
pub(super) struct Scope {
    what: &'static str,
    names: BTreeMap<String, (String, Place)>,
}

impl Scope {
    pub(super) fn new(what: &'static str) -> Self {
        Scope {
            what,
            names: BTreeMap::new(),
        }
    }

    /// Claims a name for what the API calls `wire`, and reports whoever has it already.
    pub(super) fn claim(
        &mut self,
        name: String,
        wire: &str,
        place: Place,
        found: &mut Vec<Diagnostic>,
    ) -> String {
        match self.names.get(&name) {
            Some((other, first)) => found.push(
                Diagnostic::new(
                    place,
                    format!(
                        "two {} are called {} in Rust: {} and {}",
                        self.what,
                        quoted(&name),
                        quoted(other),
                        quoted(wire),
                    ),
                    match self.what {
                        "types" => {
                            "rename one of the two; an inline type takes its name from `title`"
                        }
                        _ => "rename one of the two",
                    },
                )
                .note(first.clone(), "the other one"),
            ),
            None => {
                self.names.insert(name.clone(), (wire.to_owned(), place));
            }
        }
        name
    }
}
