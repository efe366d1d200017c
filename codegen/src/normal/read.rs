//! Reads JSON into nodes: each keyword with its type, and a mistake or a warning for everything
//! else.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::diagnostics::{Diagnostic, LONGEST_VALUE, Place, did_you_mean, listed, quoted};
use crate::json::push_token;

use super::decimal::Decimal;
use super::dialect::{Dialect, dialects_with};
use super::json::Json;
use super::node::{About, Body, Conditional, Contains, Keywords, Kind, Kinds, Limit, Node, NodeId};
use super::schemas::{Reference, Schemas};
use super::uri;

/// The place of a schema, and what it inherits from the schemas around it.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub document: usize,
    pub pointer: &'a str,
    pub base: &'a str,
    pub dialect: Dialect,
}

/// Reads a schema and all schemas in it.
pub(super) fn read(schemas: &mut Schemas, json: &Json, site: Site<'_>) -> NodeId {
    let id = schemas.reserve(site.document, site.pointer, site.dialect);
    let members = match json {
        Json::Bool(flag) => {
            schemas.node_mut(id).body = Body::Bool(*flag);
            return id;
        }
        Json::Object(members) => members,
        other => {
            let message = format!("{} is not a schema", shown(other));
            let place = schemas.place_of(site.document, site.pointer);
            let help = "write an object, `true` or `false`";
            let value = other.to_value();
            let mistake = Diagnostic::new(place, message, help);
            schemas.report(mistake.remove(&value).guess());
            return id;
        }
    };
    let dialect = declared(members, site.dialect);
    let hidden = dialect.hides_siblings() && members.contains_key("$ref");
    let own_base = if hidden {
        None
    } else {
        schemas.identify(id, members, Site { dialect, ..site })
    };
    let base = own_base.as_deref().unwrap_or(site.base);
    let mut reader = Reader {
        schemas,
        members,
        site: Site {
            base,
            dialect,
            ..site
        },
        id,
    };
    let about = reader.about();
    let keywords = if hidden {
        reader.only_reference()
    } else {
        reader.keywords()
    };
    let node = schemas.node_mut(id);
    node.dialect = dialect;
    node.about = about;
    node.body = Body::Keywords(Box::new(keywords));
    id
}

fn declared(members: &IndexMap<String, Json>, inherited: Dialect) -> Dialect {
    let declared = members.get("$schema").and_then(Json::as_str);
    declared.and_then(Dialect::of).unwrap_or(inherited)
}

struct Reader<'a> {
    schemas: &'a mut Schemas,
    members: &'a IndexMap<String, Json>,
    site: Site<'a>,
    id: NodeId,
}

impl<'a> Reader<'a> {
    fn place(&self) -> Place {
        self.schemas.place_of(self.site.document, self.site.pointer)
    }

    /// Reports a value that the keyword does not accept.
    fn wrong(&mut self, key: &str, form: Form) {
        let Some(json) = self.members.get(key) else {
            return;
        };
        let (value, words) = (json.to_value(), form.words());
        let message = format!("{} must be {words}, not {}", quoted(key), shown(json));
        let mistake = |help: String| Diagnostic::new(self.place().child(key), message, help);
        let mistake = match (key, json, form.remedy(json)) {
            ("required", Json::Bool(_), _) => {
                let help = "list the names in `required` of the object around it";
                mistake(help.to_owned()).remove(&value).guess()
            }
            ("exclusiveMinimum" | "exclusiveMaximum", Json::Bool(_), _) => {
                let help = "write the bound itself, or declare draft-04 with `$schema`";
                mistake(help.to_owned()).remove(&value).guess()
            }
            (_, _, Some((help, right))) => mistake(help).replace(&value, right),
            (_, Json::Null, None) => mistake(format!("write {words}, or remove it")).remove(&value),
            (..) => mistake(format!("write {words}")).remove(&value).guess(),
        };
        self.schemas.report(mistake);
    }

    fn get(&self, key: &str) -> Option<&'a Json> {
        let value = self.members.get(key)?;
        self.site.dialect.has(key).then_some(value)
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.get(key)? {
            Json::String(text) => Some(text.clone()),
            _ => {
                self.wrong(key, Form::String);
                None
            }
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.get(key) {
            None => false,
            Some(Json::Bool(flag)) => *flag,
            Some(_) => {
                self.wrong(key, Form::Boolean);
                false
            }
        }
    }

    fn number(&mut self, key: &str) -> Option<Decimal> {
        match self.get(key)? {
            Json::Number(number) => Some(Decimal::of_number(number)),
            _ => {
                self.wrong(key, Form::Number);
                None
            }
        }
    }

    fn count(&mut self, key: &str) -> Option<u64> {
        let count = self.get(key)?.as_count();
        if count.is_none() {
            self.wrong(key, Form::Count);
        }
        count
    }

    fn within(&mut self, json: &Json, path: &[&str]) -> NodeId {
        let mut pointer = self.site.pointer.to_owned();
        path.iter()
            .for_each(|token| push_token(&mut pointer, token));
        let site = Site {
            pointer: &pointer,
            ..self.site
        };
        read(self.schemas, json, site)
    }

    fn schema(&mut self, key: &str) -> Option<NodeId> {
        let json = self.get(key)?;
        Some(self.within(json, &[key]))
    }

    fn schemas(&mut self, key: &str) -> Option<Vec<NodeId>> {
        match self.get(key)? {
            Json::Array(items) if !items.is_empty() => Some(self.each(key, items)),
            _ => {
                self.wrong(key, Form::Schemas);
                None
            }
        }
    }

    fn each(&mut self, key: &str, items: &'a [Json]) -> Vec<NodeId> {
        let items = items.iter().enumerate();
        items
            .map(|(index, json)| self.within(json, &[key, &index.to_string()]))
            .collect()
    }

    fn members(&mut self, key: &str) -> IndexMap<String, NodeId> {
        match self.get(key) {
            None => IndexMap::new(),
            Some(Json::Object(members)) => members
                .iter()
                .map(|(name, json)| (name.clone(), self.within(json, &[key, name])))
                .collect(),
            Some(_) => {
                self.wrong(key, Form::Members);
                IndexMap::new()
            }
        }
    }

    fn names(&mut self, key: &str) -> Vec<String> {
        let Some(json) = self.get(key) else {
            return Vec::new();
        };
        match json.as_strings() {
            Some(mut names) => {
                let mut seen = std::collections::HashSet::new();
                names.retain(|name| seen.insert(name.clone()));
                names
            }
            None => {
                self.wrong(key, Form::Names);
                Vec::new()
            }
        }
    }

    fn about(&mut self) -> About {
        let values = |json: &Json| match json {
            Json::Array(items) => Some(items.iter().map(Json::to_value).collect()),
            _ => None,
        };
        let examples = self.get("examples").map(values);
        if examples == Some(None) {
            self.wrong("examples", Form::List);
        }
        About {
            title: self.text("title"),
            description: self.text("description"),
            format: self.text("format"),
            default: self.get("default").map(Json::to_value),
            examples: examples.flatten().unwrap_or_default(),
            deprecated: self.flag("deprecated"),
            read_only: self.flag("readOnly"),
            write_only: self.flag("writeOnly"),
            rust_name: self.text("rustName"),
            rust_names: self.rust_names(),
        }
    }

    fn rust_names(&mut self) -> IndexMap<String, String> {
        let name = |(wire, name): (&String, &Json)| Some((wire.clone(), name.as_str()?.to_owned()));
        let names = match self.get("rustNames") {
            None => Some(IndexMap::new()),
            Some(Json::Object(names)) => names.iter().map(name).collect(),
            Some(_) => None,
        };
        names.unwrap_or_else(|| {
            self.wrong("rustNames", Form::Members);
            IndexMap::new()
        })
    }

    /// Reads `$ref`, which hides its sibling keywords in some dialects.
    fn only_reference(&mut self) -> Keywords {
        let silent = [
            "$ref",
            "$schema",
            "$comment",
            "title",
            "description",
            "examples",
            "default",
            "deprecated",
            "readOnly",
            "writeOnly",
            "rustName",
            "definitions",
            "$defs",
            "$id",
            "id",
        ];
        let ignored = self.members.keys().map(String::as_str);
        let ignored: Vec<&str> = ignored
            .filter(|key| !silent.contains(key) && self.site.dialect.has(key))
            .collect();
        if !ignored.is_empty() {
            let name = self.site.dialect.name();
            self.schemas.report(Diagnostic::warning(
                self.place().child("$ref").on_key(),
                format!(
                    "{name} ignores the keywords beside `$ref`: {}",
                    listed(ignored)
                ),
                "put `$ref` into an `allOf`, or declare a later dialect with `$schema`",
            ));
        }
        self.definitions();
        self.reference();
        Keywords::default()
    }

    fn definitions(&mut self) {
        self.members("definitions");
        self.members("$defs");
    }

    fn reference(&mut self) {
        let text = self.text("$ref");
        for key in ["$dynamicRef", "$recursiveRef"] {
            if self.get(key).is_some() {
                let message = format!("{} is not supported", quoted(key));
                let help = "refer to the intended schema with `$ref`";
                let mistake = Diagnostic::new(self.place().child(key).on_key(), message, help);
                self.schemas.report(mistake);
            }
        }
        if let Some(text) = text {
            self.schemas.refer(Reference {
                from: self.id,
                text,
                base: self.site.base.to_owned(),
            });
        }
    }

    fn keywords(&mut self) -> Keywords {
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
            self.wrong("multipleOf", Form::Positive);
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
            self.wrong("type", Form::Types);
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
                self.wrong("enum", Form::List);
                None
            }
        };
        self.check_values(listed.as_deref());
        let constant = self.get("const").map(Json::to_value);
        match (listed, constant) {
            (Some(mut list), Some(constant)) => {
                list.retain(|value| super::equal(value, &constant));
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
                super::facets::tighter(inclusive.as_ref(), exclusive.as_ref(), is_least)
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
            Some(Json::Array(_)) if modern => self.wrong("items", Form::Schema),
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
                    self.wrong(key, Form::Members);
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
                            None => self.wrong(key, Form::Members),
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
                    _ => self.wrong(key, Form::Members),
                }
            }
        }
    }

    /// Warns of keys that are not keywords of the dialect.
    fn unknown(&mut self) {
        for key in self.members.keys() {
            if !self.site.dialect.has(key) && !key.starts_with("x-") {
                let warning = self.unknown_key(key);
                self.schemas.report(warning);
            }
        }
    }

    fn unknown_key(&self, key: &str) -> Diagnostic {
        let dialect = self.site.dialect;
        let place = self.place().child(key).on_key();
        let value = self
            .members
            .get(key)
            .map(Json::to_value)
            .unwrap_or_default();
        if let Some((first, _)) = dialects_with(key) {
            let message = format!("{} ignores {}", dialect.name(), quoted(key));
            let help = format!(
                "it is a keyword of {}: declare it with `$schema`",
                first.name()
            );
            return Diagnostic::warning(place, message, help)
                .remove(&value)
                .guess();
        }
        let message = format!("{} is not a keyword of JSON Schema", quoted(key));
        let free = dialect
            .keywords()
            .filter(|known| !self.members.contains_key(*known));
        match did_you_mean(key, free) {
            Some(near) => {
                let members = self.members.iter();
                let members = members.map(|(key, value)| (key.clone(), value.to_value()));
                let help = format!("did you mean {}?", quoted(near));
                let warning = Diagnostic::warning(place, message, help);
                warning.rename(&members.collect(), key, near).guess()
            }
            None => {
                let help = "remove it, or let its name begin with `x-`";
                Diagnostic::warning(place, message, help).remove(&value)
            }
        }
    }
}

/// The values that a keyword accepts.
#[derive(Clone, Copy)]
enum Form {
    String,
    Boolean,
    Number,
    Positive,
    Count,
    List,
    Names,
    Types,
    Schema,
    Schemas,
    Members,
}

impl Form {
    fn words(self) -> &'static str {
        match self {
            Form::String => "a string",
            Form::Boolean => "`true` or `false`",
            Form::Number => "a number",
            Form::Positive => "a number greater than 0",
            Form::Count => "a non-negative integer",
            Form::List => "a list",
            Form::Names => "a list of strings",
            Form::Types => "the name of a type, or a list of such names",
            Form::Schema => "a schema",
            Form::Schemas => "a list of at least one schema",
            Form::Members => "an object",
        }
    }

    fn fits(self, json: &Json) -> bool {
        let number = match json {
            Json::Number(number) => Some(Decimal::of_number(number)),
            _ => None,
        };
        match self {
            Form::String => json.as_str().is_some(),
            Form::Boolean => matches!(json, Json::Bool(_)),
            Form::Number => number.is_some(),
            Form::Positive => number.is_some_and(|number| number.is_positive()),
            Form::Count => json.as_count().is_some(),
            Form::List => matches!(json, Json::Array(_)),
            Form::Names | Form::Types => json.as_strings().is_some(),
            Form::Schema => matches!(json, Json::Object(_) | Json::Bool(_)),
            Form::Schemas => match json {
                Json::Array(items) => items.iter().all(|item| Form::Schema.fits(item)),
                _ => false,
            },
            Form::Members => json.as_object().is_some(),
        }
    }

    /// The fix for a value with the right content in the wrong form, and the right form.
    fn remedy(self, json: &Json) -> Option<(String, Value)> {
        let value = json.to_value();
        if let Json::String(text) = json
            && let Ok(right) = serde_json::from_str::<Json>(text)
            && self.fits(&right)
        {
            let help = format!("remove the double quotes: {}", quoted(text));
            return Some((help, right.to_value()));
        }
        if matches!(
            (self, json),
            (Form::String, Json::Number(_) | Json::Bool(_))
        ) {
            let help = format!("put it in double quotes: `\"{value}\"`");
            return Some((help, value.to_string().into()));
        }
        if self.fits(&Json::Array(vec![json.clone()])) {
            let inside = if value.to_string().chars().count() <= LONGEST_VALUE {
                value
            } else {
                json!({"$expected": ""})
            };
            return Some(("put it in brackets: `[…]`".to_owned(), json!([inside])));
        }
        None
    }
}

/// A value in words; a short one in full.
fn shown(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(flag) => format!("`{flag}`"),
        Json::Number(number) => format!("the number `{number}`"),
        Json::String(text) => format!("the string {}", quoted(text)),
        Json::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

impl Schemas {
    /// Records the URI and the anchors of a schema, and returns the URI if it has one.
    fn identify(
        &mut self,
        id: NodeId,
        members: &IndexMap<String, Json>,
        site: Site<'_>,
    ) -> Option<String> {
        let text = |key: &str| members.get(key).and_then(Json::as_str);
        let own = text(site.dialect.id_keyword()).unwrap_or_default();
        let (path, fragment) = uri::split(own);
        let base = (!path.is_empty()).then(|| uri::resolve(site.base, path));
        if let Some(base) = &base {
            self.add_resource(base.clone(), id);
        }
        let base_or_inherited = base.as_deref().unwrap_or(site.base);
        let mut anchors = Vec::new();
        if site.dialect <= Dialect::Draft7 && !fragment.is_empty() {
            anchors.push(fragment);
        }
        if site.dialect >= Dialect::Draft2019 {
            let keys = ["$anchor", "$dynamicAnchor"];
            anchors.extend(keys.into_iter().filter_map(text).map(str::to_owned));
        }
        for anchor in anchors {
            self.add_anchor(base_or_inherited.to_owned(), anchor, id);
        }
        base
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0]
    }
}
