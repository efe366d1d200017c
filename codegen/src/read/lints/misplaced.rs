//! Properties among the keywords of a schema.

use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, LONGEST_VALUE, below, did_you_mean, listed, taken};

use super::super::keywords;
use super::limits::limited;
use super::{Lints, Members, Siblings};

/// Keywords that a key may be a misspelling of rather than the name of a property.
const KEYWORDS: &[&str] = &["items", "properties", "contains", "additionalProperties"];

/// Where the properties are, and where they belong.
struct Move<'m> {
    /// The value to replace so that all are moved at once, and its pointer.
    around: &'m Members,
    at: &'m str,
    /// The property whose schema contains them, unless it is the value to replace.
    inside: Option<&'m str>,
    /// The pointer to the `properties` that they belong to, relative to that value.
    to: &'static str,
    strays: Vec<(&'m str, &'m Value)>,
}

impl Lints {
    /// Reports properties among the keywords of their own schema, or of the property before them.
    pub(super) fn misplaced(
        &mut self,
        members: &Members,
        at: &str,
        siblings: Option<Siblings<'_>>,
    ) {
        let Some(way) = Move::of(members, at, siblings) else {
            return;
        };
        let help = match way.inside {
            None => "move it to `properties`",
            Some(_) => "move it out of the property around it",
        };
        if !way.is_small() {
            for (key, _) in &way.strays {
                self.explain(below(at, key));
            }
            let mistake = self.stray(&way.strays, at, help);
            self.found.push(way.at_once(mistake));
            return;
        }
        for (key, value) in &way.strays {
            self.explain(below(at, key));
            let mistake = self.stray(&[(key, value)], at, help);
            self.found.push(way.singly(mistake, key, value));
        }
    }

    fn stray(&self, strays: &[(&str, &Value)], at: &str, help: &str) -> Diagnostic {
        let names = listed(strays.iter().map(|(key, _)| *key));
        let message = match strays {
            [_] => format!("the property {names} is among the keywords of a schema"),
            _ => format!("the properties {names} are among the keywords of a schema"),
        };
        let mut places = strays
            .iter()
            .map(|(key, _)| self.at(&below(at, key)).on_key());
        let first = places.next().unwrap_or_else(|| self.at(at));
        places.fold(
            Diagnostic::warning(first, message, help),
            |mistake, place| mistake.note(place, "and this one"),
        )
    }
}

impl<'m> Move<'m> {
    /// The misplaced properties in a schema, if any.
    fn of(members: &'m Members, at: &'m str, siblings: Option<Siblings<'m>>) -> Option<Self> {
        let mut strays = keywords::strays(members);
        strays.retain(|(key, _)| did_you_mean(key, KEYWORDS.iter().copied()).is_none());
        if strays.is_empty() {
            return None;
        }
        let is_object = members.get("type").is_some_and(|kind| kind == "object");
        if is_object || members.contains_key("properties") {
            return Some(Move {
                around: members,
                at,
                inside: None,
                to: "/properties",
                strays,
            });
        }
        siblings.map(|siblings| Move {
            around: siblings.members,
            at: siblings.pointer,
            inside: Some(siblings.name),
            to: "",
            strays,
        })
    }

    /// The pointer to the schema that contains them.
    fn from(&self) -> String {
        self.inside.map_or_else(String::new, |name| below("", name))
    }

    /// The properties that they belong to, if there are any.
    fn properties(&self) -> Option<&Members> {
        match self.to {
            "" => Some(self.around),
            _ => self.around.get("properties")?.as_object(),
        }
    }

    /// Whether there already is a property of this name.
    fn is_there(&self, key: &str) -> bool {
        self.properties()
            .is_some_and(|properties| properties.contains_key(key))
    }

    /// Whether each can be removed here and added there separately.
    fn is_small(&self) -> bool {
        let is_small = |value: &Value| value.to_string().chars().count() <= LONGEST_VALUE;
        let mut strays = self.strays.iter();
        self.properties().is_some() && strays.all(|(_, value)| is_small(value))
    }

    fn singly(&self, mistake: Diagnostic, key: &str, value: &Value) -> Diagnostic {
        let from = format!("{}{}", self.at, below(&self.from(), key));
        let to = format!("{}{}", self.at, below(self.to, key));
        let mistake = mistake.suggest(from, Some(value), None);
        if self.is_there(key) {
            mistake.guess()
        } else {
            mistake.suggest(to, None, Some(limited(value)))
        }
    }

    /// Rebuilds what is around them, by pointers into the present value.
    fn at_once(&self, mistake: Diagnostic) -> Diagnostic {
        let is_stray = |key: &str| self.strays.iter().any(|(stray, _)| *stray == key);
        let from = self.from();
        let own = match self.inside {
            None => Some(self.around),
            Some(name) => self.around.get(name).and_then(Value::as_object),
        };
        let kept = own.into_iter().flat_map(Map::keys);
        let kept = kept.filter(|key| !is_stray(key));
        let kept: Members = kept.map(|key| (key.clone(), taken(&from, key))).collect();

        let names = self.properties().into_iter().flat_map(Map::keys);
        let mut properties: Members = names
            .map(|key| (key.clone(), taken(self.to, key)))
            .collect();
        let new = self.strays.iter().filter(|(key, _)| !self.is_there(key));
        properties.extend(new.map(|(key, _)| ((*key).to_owned(), taken(&from, key))));

        let (key, inner, mut outer) = match self.inside {
            Some(name) => (name, kept, properties),
            None => ("properties", properties, kept),
        };
        outer.insert(key.to_owned(), Value::Object(inner));
        let old = Value::Object(self.around.clone());
        mistake.suggest(self.at, Some(&old), Some(Value::Object(outer)))
    }
}
