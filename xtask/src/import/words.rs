//! Words: what a schema says to people, and the names that people chose. The vendor's are dropped,
//! and ours are kept by an import; everything else is a fact.

use std::collections::BTreeMap;

use codegen::normal::Json;

use super::places::{self, Members};

/// Facts that identify a place, which come first.
const HEAD: [&str; 5] = ["$schema", "$ref", "name", "in", "method"];

/// Words that follow the head, and the path that they explain.
const BEFORE_FACTS: [&str; 6] = [
    "title",
    "summary",
    "description",
    "documentation",
    "rustName",
    "path",
];

/// Words that come last.
const AFTER_FACTS: [&str; 3] = ["rustNames", "example", "examples"];

/// The file that describes the API as a whole. It is ours, but its parameters are the vendor's.
const API: &str = "api.json";

/// The words of a document, by the JSON pointer of their place and their key.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Words(BTreeMap<String, BTreeMap<String, Json>>);

impl Words {
    /// Removes all words from a document.
    pub fn take(path: &str, document: &mut Json) -> Self {
        let mut words = Words::default();
        visit(path, document, &mut |pointer, place| {
            let Json::Object(members) = place else {
                return;
            };
            let taken = members.extract_if(.., |key, value| is_word(key, value));
            let taken: BTreeMap<String, Json> = taken.collect();
            if !taken.is_empty() {
                words.0.insert(pointer.to_owned(), taken);
            }
        });
        words
    }

    /// Keeps only the words for which `keeps` returns true, by their place, key and value.
    pub fn retain(&mut self, mut keeps: impl FnMut(&str, &str, &Json) -> bool) {
        for (pointer, words) in &mut self.0 {
            words.retain(|key, value| keeps(pointer, key, value));
        }
        self.0.retain(|_, words| !words.is_empty());
    }

    /// Replaces the words of a document by these where both have some, and brings all members into
    /// order. Returns the words whose place does not exist.
    pub fn put(mut self, path: &str, document: &mut Json) -> Self {
        visit(path, document, &mut |pointer, place| {
            let Json::Object(members) = place else {
                return;
            };
            members.extend(self.0.remove(pointer).into_iter().flatten());
            arrange(members);
        });
        self
    }

    /// A word of a place.
    pub fn get(&self, pointer: &str, key: &str) -> Option<&Json> {
        self.0.get(pointer)?.get(key)
    }

    /// Removes the words of a place and of those in it, and returns them with pointers from there.
    pub fn split_off(&mut self, pointer: &str) -> Self {
        let below = |other: &str| {
            let rest = other.strip_prefix(pointer)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        let mut taken = Words::default();
        self.0.retain(|other, words| match below(other) {
            Some(rest) => {
                taken.0.insert(rest, std::mem::take(words));
                false
            }
            None => true,
        });
        taken
    }

    /// Adds words where there are none.
    pub fn adopt(&mut self, others: Self) {
        for (pointer, words) in others.0 {
            let own = self.0.entry(pointer).or_default();
            for (key, value) in words {
                own.entry(key).or_insert(value);
            }
        }
    }

    /// Each word's place and key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let places = self.0.iter();
        places.flat_map(|(pointer, words)| words.keys().map(|key| (pointer.as_str(), key.as_str())))
    }
}

/// Visits the places of a file whose words an import may drop.
fn visit(path: &str, document: &mut Json, visitor: &mut impl FnMut(&str, &mut Json)) {
    if path != API {
        return places::visit(document, visitor);
    }
    if let Json::Object(members) = document
        && let Some(params) = members.get_mut("params")
    {
        places::visit_below("/params", params, visitor);
    }
}

/// Whether a member of a place is one of its words. In a misplaced map of properties, a property
/// may have the same name, but its value is an object.
fn is_word(key: &str, value: &Json) -> bool {
    match key {
        "title" | "summary" | "description" | "documentation" | "rustName" | "$comment" => {
            matches!(value, Json::String(_))
        }
        "example" | "examples" | "rustNames" => true,
        _ => false,
    }
}

/// Orders the members of a place: head, words, facts in their own order, more words.
fn arrange(members: &mut Members) {
    let rank = |key: &String| {
        let head = HEAD.iter().chain(&BEFORE_FACTS);
        let tail = AFTER_FACTS.iter();
        let facts = HEAD.len() + BEFORE_FACTS.len();
        let early = head.zip(0..).find(|(known, _)| *known == key);
        let late = tail.zip(facts + 1..).find(|(known, _)| *known == key);
        early.or(late).map_or(facts, |(_, rank)| rank)
    };
    members.sort_by(|a, _, b, _| rank(a).cmp(&rank(b)));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document(value: Value) -> Json {
        Json::from(&value)
    }

    #[test]
    fn what_is_taken_is_put_back() {
        let thing = json!({"title": "Thing", "type": "object", "examples": [{"title": 1}],
            "properties": {"title": {"type": "string", "description": "Its title."}}});
        let mut rest = document(thing.clone());
        let words = Words::take("types/thing.json", &mut rest);
        let facts = json!({"type": "object", "properties": {"title": {"type": "string"}}});
        assert_eq!(rest.to_value(), facts);
        let lost = words.put("types/thing.json", &mut rest);
        assert_eq!((rest.to_value(), lost), (thing, Words::default()));
    }

    #[test]
    fn words_whose_place_is_gone_are_returned() {
        let mut old =
            document(json!({"properties": {"a": {"description": "A."}, "b": {"title": "B"}}}));
        let words = Words::take("types/t.json", &mut old);
        let mut new = document(json!({"properties": {"b": {}}}));
        let lost = words.put("types/t.json", &mut new);
        assert_eq!(
            lost.iter().collect::<Vec<_>>(),
            [("/properties/a", "description")]
        );
        assert_eq!(new.to_value(), json!({"properties": {"b": {"title": "B"}}}));
    }

    #[test]
    fn words_have_a_fixed_position_and_facts_keep_their_order() {
        let text = r#"{"example": 1, "type": "integer", "maximum": 3, "description": "D.",
            "in": "query", "minimum": 2, "name": "n"}"#;
        let mut parameter: Json = serde_json::from_str(text).unwrap();
        Words::default().put("resources/r.json", &mut parameter);
        let keys: Vec<_> = parameter.as_object().unwrap().keys().collect();
        let expected = [
            "name",
            "in",
            "description",
            "type",
            "maximum",
            "minimum",
            "example",
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn of_the_api_as_a_whole_only_the_parameters_have_words_to_drop() {
        let mut api =
            document(json!({"title": "T", "params": [{"name": "p", "description": "P."}]}));
        let words = Words::take("api.json", &mut api);
        assert_eq!(
            words.iter().collect::<Vec<_>>(),
            [("/params/p", "description")]
        );
        assert_eq!(
            api.to_value(),
            json!({"title": "T", "params": [{"name": "p"}]})
        );
    }
}
