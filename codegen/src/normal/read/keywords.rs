//! The keywords that say which values a schema allows.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::decimal::Decimal;
use super::super::dialect::Dialect;
use super::super::equal;
use super::super::facets;
use super::super::json::Json;
use super::super::node::{Conditional, Contains, Keywords, Kind, Kinds, Limit};
use super::{Expected, Reader};
use crate::diagnostics::{Diagnostic, did_you_mean, listed, quoted};

impl Reader<'_> {
    pub(super) fn keywords(&mut self) -> Keywords {
        self.unknown();
        self.definitions();
        self.reference();
        let mut keywords = Keywords {
            kinds: self.kinds(),
            values: self.values(),
            listed_by: match self.get("const") {
                Some(_) => "const",
                None => "enum",
            },
            all_of: self.schemas("allOf").unwrap_or_default(),
            any_of: self.schemas("anyOf"),
            one_of: self.schemas("oneOf"),
            not: self.schema("not"),
            condition: self.condition(),
            multiple_of: self.number("multipleOf"),
            min_length: self.count("minLength").unwrap_or(0),
            max_length: self.count("maxLength"),
            pattern: self.text("pattern"),
            contains: self.contains(),
            min_items: self.count("minItems").unwrap_or(0),
            max_items: self.count("maxItems"),
            unique_items: self.flag("uniqueItems"),
            unevaluated_items: self.schema("unevaluatedItems"),
            properties: self.members("properties"),
            patterns: self.members("patternProperties"),
            additional: self.schema("additionalProperties"),
            names: self.schema("propertyNames"),
            required: self.names("required"),
            min_properties: self.count("minProperties").unwrap_or(0),
            max_properties: self.count("maxProperties"),
            unevaluated_properties: self.schema("unevaluatedProperties"),
            ..Keywords::default()
        };
        self.limits(&mut keywords);
        self.items(&mut keywords);
        self.dependencies(&mut keywords);
        if keywords
            .multiple_of
            .as_ref()
            .is_some_and(|by| !by.is_positive())
        {
            self.wrong("multipleOf", Expected::Positive);
            keywords.multiple_of = None;
        }
        keywords
    }

    fn kinds(&mut self) -> Option<Kinds> {
        let json = self.get("type")?;
        let names = match json {
            Json::String(name) => Some(vec![name.clone()]),
            json => json.as_strings().filter(|names| !names.is_empty()),
        };
        let Some(names) = names else {
            self.wrong("type", Expected::Types);
            return None;
        };
        let mut kinds = Kinds::none();
        for (index, name) in names.into_iter().enumerate() {
            match Kind::ALL.iter().find(|(known, _)| *known == name) {
                Some((_, kind)) => kinds.add(*kind),
                None => {
                    let known = || Kind::ALL.iter().map(|(known, _)| *known);
                    let near = did_you_mean(&name, known());
                    let help = match near {
                        Some(near) => format!("did you mean {}?", quoted(near)),
                        None => format!("use one of {}", listed(known())),
                    };
                    let message = format!("{} is not a type", quoted(&name));
                    let place = match json {
                        Json::Array(_) => self.place().child("type").index(index),
                        _ => self.place().child("type"),
                    };
                    let likely = Value::from(near.unwrap_or("string"));
                    let mistake = Diagnostic::new(place, message, help);
                    let mistake = mistake.replace(&Value::from(name), likely).guess();
                    self.schemas.report(mistake);
                }
            }
        }
        Some(kinds)
    }

    /// The values that both `enum` and `const` accept.
    fn values(&mut self) -> Option<Vec<Value>> {
        let listed: Option<Vec<Value>> = match self.get("enum") {
            None => None,
            Some(Json::Array(items)) => Some(items.iter().map(Json::to_value).collect()),
            Some(_) => {
                self.wrong("enum", Expected::List);
                None
            }
        };
        self.check_values(listed.as_deref());
        let constant = self.get("const").map(Json::to_value);
        match (listed, constant) {
            (Some(mut list), Some(constant)) => {
                list.retain(|value| equal(value, &constant));
                Some(list)
            }
            (list, constant) => list.or(constant.map(|constant| vec![constant])),
        }
    }

    /// Warns of an empty `enum`, or one with duplicates.
    fn check_values(&mut self, values: Option<&[Value]>) {
        let place = || self.place().child("enum");
        let mut found = Vec::new();
        if values.is_some_and(<[Value]>::is_empty) {
            found.push(Diagnostic::warning(
                place(),
                "an enum without values accepts nothing",
                "list the accepted values, or remove `enum`",
            ));
        }
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (index, value) in values.into_iter().flatten().enumerate() {
            if let Some(first) = seen.insert(value.to_string(), index) {
                let message = format!("the enum has {value} twice");
                let warning = Diagnostic::warning(place().index(index), message, "remove one");
                found.push(warning.note(place().index(first), "the other one"));
            }
        }
        found
            .into_iter()
            .for_each(|warning| self.schemas.report(warning));
    }

    fn condition(&mut self) -> Option<Conditional> {
        let then = self.schema("then");
        let otherwise = self.schema("else");
        let condition = self.schema("if")?;
        Some(Conditional {
            condition,
            then,
            otherwise,
        })
    }

    fn limits(&mut self, keywords: &mut Keywords) {
        let old = self.site.dialect == Dialect::Draft4;
        for (plain, other, is_least) in [
            ("minimum", "exclusiveMinimum", true),
            ("maximum", "exclusiveMaximum", false),
        ] {
            let limit = |exclusive: bool| move |value: Decimal| Limit { value, exclusive };
            let bound = if old {
                let exclusive = self.flag(other);
                self.number(plain).map(limit(exclusive))
            } else {
                let inclusive = self.number(plain).map(limit(false));
                let exclusive = self.number(other).map(limit(true));
                facets::tighter(inclusive.as_ref(), exclusive.as_ref(), is_least)
            };
            if is_least {
                keywords.minimum = bound
            } else {
                keywords.maximum = bound
            }
        }
    }

    fn items(&mut self, keywords: &mut Keywords) {
        let modern = self.site.dialect == Dialect::Draft2020;
        match self.get("items") {
            Some(Json::Array(_)) if modern => self.wrong("items", Expected::Schema),
            Some(Json::Array(items)) => {
                keywords.prefix = self.each("items", items);
                keywords.items = self.schema("additionalItems");
            }
            Some(_) => keywords.items = self.schema("items"),
            None => {}
        }
        if modern && self.get("prefixItems").is_some() {
            keywords.prefix = self.schemas("prefixItems").unwrap_or_default();
        }
    }

    fn contains(&mut self) -> Option<Contains> {
        let least = self.count("minContains");
        let most = self.count("maxContains");
        Some(Contains {
            schema: self.schema("contains")?,
            least: least.unwrap_or(1),
            most,
            evaluates: self.site.dialect == Dialect::Draft2020,
        })
    }

    fn dependencies(&mut self, keywords: &mut Keywords) {
        for key in ["dependencies", "dependentRequired", "dependentSchemas"] {
            let members = match self.get(key) {
                None => continue,
                Some(Json::Object(members)) => members,
                Some(_) => {
                    self.wrong(key, Expected::Members);
                    continue;
                }
            };
            for (name, json) in members {
                match (key, json) {
                    ("dependencies" | "dependentRequired", Json::Array(_)) => {
                        match json.as_strings() {
                            Some(names) => {
                                keywords.dependent_required.insert(name.clone(), names);
                            }
                            None => self.wrong(key, Expected::Members),
                        }
                    }
                    ("dependencies", Json::String(other)) => {
                        let names = vec![other.clone()];
                        keywords.dependent_required.insert(name.clone(), names);
                    }
                    ("dependencies" | "dependentSchemas", json) => {
                        let schema = self.within(json, &[key, name]);
                        keywords.dependent.insert(name.clone(), schema);
                    }
                    _ => self.wrong(key, Expected::Members),
                }
            }
        }
    }
}
