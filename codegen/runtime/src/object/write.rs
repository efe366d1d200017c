//! Writing objects as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::Extra;
use super::read::Further;
use super::sending::is_sending;
use crate::stack::with_room;

/// Writes an object: its fields, then the properties that have none.
#[doc(hidden)]
pub fn write<'o, S: Serializer>(
    serializer: S,
    extra: Option<&'o Extra>,
    fields: impl FnOnce(&mut Writer<'o, S::SerializeMap>),
) -> Result<S::Ok, S::Error> {
    let mut writer = Writer {
        map: serializer.serialize_map(None)?,
        later: Later {
            extra: extra.filter(|extra| !extra.is_empty()),
            further: None,
            left_out: &[],
            written: Vec::new(),
        },
        result: Ok(()),
    };
    with_room::<(), _>(|| fields(&mut writer));
    writer.result?;
    for (name, value) in writer.later.extra.into_iter().flatten() {
        if !writer.later.written.contains(&name.as_str()) && writer.later.has(name) {
            writer.map.serialize_entry(name, value)?;
        }
    }
    writer.map.end()
}

/// Writes the fields of an object, up to the first that fails.
#[doc(hidden)]
pub struct Writer<'o, M: SerializeMap> {
    map: M,
    later: Later<'o>,
    result: Result<(), M::Error>,
}

/// Properties to write after the fields, unless a field of the same name was written.
struct Later<'o> {
    extra: Option<&'o Extra>,
    further: Option<&'o dyn Further>,
    /// The properties to omit.
    left_out: &'static [&'static str],
    /// The names of written properties that also are in `extra` or `further`.
    written: Vec<&'o str>,
}

impl<'o> Later<'o> {
    /// Whether a property is written.
    fn has(&self, name: &str) -> bool {
        !self.left_out.contains(&name)
    }

    fn note(&mut self, name: &'o str) {
        let extra = self.extra.is_some_and(|extra| extra.contains_key(name));
        if extra || self.further.is_some_and(|further| further.has(name)) {
            self.written.push(name);
        }
    }

    /// Whether a response had another value for a constant, which replaces it.
    fn replaces(&self, constant: &str) -> bool {
        self.extra.is_some_and(|extra| extra.contains_key(constant))
    }
}

impl<'o, M: SerializeMap> Writer<'o, M> {
    /// Sets the properties that a request omits.
    pub fn leave_out(&mut self, names: &'static [&'static str]) {
        if is_sending() {
            self.later.left_out = names;
        }
    }

    /// Sets the properties that [`further`](Self::further) writes at the end.
    pub fn expect(&mut self, further: &'o dyn Further) {
        self.later.further = Some(further);
    }

    /// Writes a property that always has the same string.
    pub fn constant(&mut self, name: &'static str, text: &'static str) {
        if !self.later.replaces(name) {
            self.entry(name, &text);
        }
    }

    /// Writes a field that may be absent.
    pub fn optional<T: Serialize>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.entry(name, value);
        }
    }

    /// Writes a field.
    pub fn entry<T: Serialize>(&mut self, name: &'o str, value: &T) {
        self.later.note(name);
        if self.later.has(name) && self.result.is_ok() {
            self.result = self.map.serialize_entry(name, value);
        }
    }

    /// Writes the properties that have a type but no field.
    pub fn further<T: Serialize>(&mut self, further: &'o BTreeMap<String, T>) {
        for (name, value) in further {
            if !self.later.written.contains(&name.as_str()) {
                self.entry(name, value);
            }
        }
    }
}
