//! Translates JSON Schema to conditions, keyword by keyword, without any simplification: the
//! generator's translation is not tested here.

use client_runtime::{Condition, Kind};
use serde_json::{Map, Value};

/// The maximal number of references followed, more than any value of the suite needs.
const DEEPEST: usize = 8;

/// The condition of a schema; `None` if a reference leads to an identifier.
pub fn condition(root: &Value) -> Option<&'static Condition> {
    // A custom dialect may omit keywords.
    if root["$schema"]
        .as_str()
        .is_some_and(|dialect| dialect.contains("localhost"))
    {
        return None;
    }
    let mut translation = Translation {
        root,
        levels: DEEPEST,
    };
    translation.schema(root).map(leak)
}

struct Translation<'s> {
    root: &'s Value,
    levels: usize,
}

fn leak(condition: Condition) -> &'static Condition {
    Box::leak(Box::new(condition))
}

fn text(value: &Value) -> &'static str {
    match value {
        Value::String(text) => text.clone().leak(),
        other => other.to_string().leak(),
    }
}

/// A limit, which may be written as `2.0`.
fn size(value: &Value) -> usize {
    value.as_f64().unwrap() as usize
}

impl Translation<'_> {
    fn schema(&mut self, schema: &Value) -> Option<Condition> {
        let keywords = match schema {
            Value::Bool(true) => return Some(Condition::ALWAYS),
            Value::Bool(false) => return Some(Condition::Never),
            schema => schema.as_object()?,
        };
        // An identifier changes what references in it lead to.
        if keywords.contains_key("$dynamicRef") || keywords.contains_key("$recursiveRef") {
            return None;
        }
        let is_2020 = self.root["$schema"]
            .as_str()
            .is_some_and(|text| text.contains("2020-12"));
        if let Some(reference) = keywords.get("$ref")
            && !is_2020
        {
            return self.reference(reference.as_str()?);
        }
        let mut all = Vec::new();
        for (name, value) in keywords {
            if let Some(condition) = self.keyword(name, value, keywords, is_2020)? {
                all.push(condition);
            }
        }
        let names = ["unevaluatedProperties", "unevaluatedItems"];
        let mut whole = Condition::All(all.leak());
        for name in names
            .into_iter()
            .filter(|name| keywords.contains_key(*name))
        {
            let within = vec![whole].leak();
            let rest = leak(self.schema(&keywords[name])?);
            whole = match name {
                "unevaluatedItems" => Condition::UnevaluatedItems { within, rest },
                _ => Condition::UnevaluatedProperties { within, rest },
            };
        }
        Some(whole)
    }

    fn reference(&mut self, reference: &str) -> Option<Condition> {
        let pointer = reference.strip_prefix('#')?;
        let pointer = percent_encoding::percent_decode_str(pointer)
            .decode_utf8()
            .ok()?;
        // The effect of an identifier on the path is not known here.
        if self.root.to_string().contains("\"$id\":\"") || self.root.to_string().contains("$anchor")
        {
            return None;
        }
        let target = self.root.pointer(&pointer)?.clone();
        if self.levels == 0 {
            return Some(Condition::ALWAYS);
        }
        self.levels -= 1;
        let condition = self.schema(&target);
        self.levels += 1;
        condition
    }

    fn list(&mut self, value: &Value) -> Option<&'static [Condition]> {
        let list: Option<Vec<_>> = value
            .as_array()?
            .iter()
            .map(|one| self.schema(one))
            .collect();
        Some(list?.leak())
    }

    fn map(&mut self, value: Option<&Value>) -> Option<&'static [(&'static str, Condition)]> {
        let Some(members) = value else {
            return Some(&[]);
        };
        let list: Option<Vec<_>> = members
            .as_object()?
            .iter()
            .map(|(name, schema)| Some((&*name.clone().leak(), self.schema(schema)?)))
            .collect();
        Some(list?.leak())
    }

    fn one(&mut self, value: &Value) -> Option<&'static Condition> {
        self.schema(value).map(leak)
    }

    /// The condition of a keyword, if it has one; `None` if it can't be translated.
    fn keyword(
        &mut self,
        name: &str,
        value: &Value,
        all: &Map<String, Value>,
        is_2020: bool,
    ) -> Option<Option<Condition>> {
        Some(Some(match name {
            "$ref" => self.reference(value.as_str()?)?,
            "type" => Condition::Types(kinds(value)),
            "enum" => {
                let texts: Vec<_> = value.as_array()?.iter().map(json).collect();
                Condition::OneOf(texts.leak())
            }
            "const" => Condition::OneOf(vec![json(value)].leak()),
            "minimum" => Condition::Minimum(text(value)),
            "maximum" => Condition::Maximum(text(value)),
            "exclusiveMinimum" => Condition::ExclusiveMinimum(text(value)),
            "exclusiveMaximum" => Condition::ExclusiveMaximum(text(value)),
            "multipleOf" => Condition::MultipleOf(text(value)),
            "minLength" => Condition::MinLength(size(value)),
            "maxLength" => Condition::MaxLength(size(value)),
            "pattern" => Condition::Pattern(text(value)),
            "minItems" => Condition::MinItems(size(value)),
            "maxItems" => Condition::MaxItems(size(value)),
            "uniqueItems" if value == &Value::Bool(true) => Condition::UniqueItems,
            "items" | "prefixItems" | "additionalItems" => return self.items(name, all, is_2020),
            "contains" => Condition::Contains {
                item: self.one(value)?,
                least: all.get("minContains").filter(|_| is_2020).map_or(1, size),
                most: all.get("maxContains").filter(|_| is_2020).map(size),
            },
            "minProperties" => Condition::MinProperties(size(value)),
            "maxProperties" => Condition::MaxProperties(size(value)),
            "required" => Condition::Required(names(value)?),
            "properties" | "patternProperties" | "additionalProperties" => {
                let first = ["properties", "patternProperties", "additionalProperties"]
                    .into_iter()
                    .find(|name| all.contains_key(*name));
                if first != Some(name) {
                    return Some(None);
                }
                Condition::Properties {
                    named: self.map(all.get("properties"))?,
                    patterns: self.map(all.get("patternProperties"))?,
                    rest: match all.get("additionalProperties") {
                        Some(rest) => Some(self.one(rest)?),
                        None => None,
                    },
                }
            }
            "propertyNames" => Condition::Names(self.one(value)?),
            "dependencies" | "dependentRequired" | "dependentSchemas" => {
                let mut list = Vec::new();
                for (name, value) in value.as_object()? {
                    let condition = match value {
                        Value::Array(_) => leak(Condition::Required(names(value)?)),
                        schema => self.one(schema)?,
                    };
                    list.push(Condition::Dependent(name.clone().leak(), condition));
                }
                Condition::All(list.leak())
            }
            "allOf" => Condition::All(self.list(value)?),
            "anyOf" => Condition::Any(self.list(value)?),
            "oneOf" => Condition::One(self.list(value)?),
            "not" => Condition::Not(self.one(value)?),
            "if" => {
                let mut branch = |name: &str| match all.get(name) {
                    Some(schema) => self.one(schema),
                    None => Some(leak(Condition::ALWAYS)),
                };
                let (then, otherwise) = (branch("then")?, branch("else")?);
                Condition::If {
                    condition: self.one(value)?,
                    then,
                    otherwise,
                }
            }
            _ => return Some(None),
        }))
    }

    fn items(
        &mut self,
        name: &str,
        all: &Map<String, Value>,
        is_2020: bool,
    ) -> Option<Option<Condition>> {
        let (first, rest) = if is_2020 {
            (all.get("prefixItems"), all.get("items"))
        } else {
            match all.get("items") {
                Some(list @ Value::Array(_)) => (Some(list), all.get("additionalItems")),
                items => (None, items),
            }
        };
        let own = match (is_2020, first.is_some()) {
            (true, true) => "prefixItems",
            _ => "items",
        };
        if own != name {
            return Some(None);
        }
        Some(Some(Condition::Items {
            first: match first {
                Some(list) => self.list(list)?,
                None => &[],
            },
            rest: match rest {
                Some(rest) => Some(self.one(rest)?),
                None => None,
            },
        }))
    }
}

fn json(value: &Value) -> &'static str {
    value.to_string().leak()
}

fn names(value: &Value) -> Option<&'static [&'static str]> {
    let names = value.as_array()?.iter().map(text);
    Some(names.collect::<Vec<_>>().leak())
}

fn kinds(value: &Value) -> &'static [Kind] {
    let list = match value {
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    let kinds = list.iter().map(|kind| match kind.as_str().unwrap() {
        "null" => Kind::Null,
        "boolean" => Kind::Boolean,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "string" => Kind::String,
        "array" => Kind::Array,
        _ => Kind::Object,
    });
    kinds.collect::<Vec<_>>().leak()
}
