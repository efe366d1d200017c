//! Reads JSON into nodes: each keyword with its type, and a mistake or a warning for everything
//! else.

mod expected;
mod keywords;
mod unknown;

use indexmap::IndexMap;

use crate::diagnostics::{Diagnostic, Place, listed, quoted};
use crate::json::push_token;

use expected::{Expected, shown};

use super::decimal::Decimal;
use super::dialect::Dialect;
use super::json::Json;
use super::node::{About, Body, Keywords, Node, NodeId};
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
    fn wrong(&mut self, key: &str, form: Expected) {
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
                self.wrong(key, Expected::String);
                None
            }
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.get(key) {
            None => false,
            Some(Json::Bool(flag)) => *flag,
            Some(_) => {
                self.wrong(key, Expected::Boolean);
                false
            }
        }
    }

    fn number(&mut self, key: &str) -> Option<Decimal> {
        match self.get(key)? {
            Json::Number(number) => Some(Decimal::of_number(number)),
            _ => {
                self.wrong(key, Expected::Number);
                None
            }
        }
    }

    fn count(&mut self, key: &str) -> Option<u64> {
        let count = self.get(key)?.as_count();
        if count.is_none() {
            self.wrong(key, Expected::Count);
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
                self.wrong(key, Expected::Schemas);
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
                self.wrong(key, Expected::Members);
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
                self.wrong(key, Expected::Names);
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
            self.wrong("examples", Expected::List);
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
            self.wrong("rustNames", Expected::Members);
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
