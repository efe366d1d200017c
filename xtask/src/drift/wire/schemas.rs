//! The schemas of all types and parameters, and the place of each.

use std::collections::{HashMap, HashSet};
use std::ptr;

use super::schema::{Additional, Schema};

/// The longest chain of `$ref`s or `allOf`s that is followed: longer than any useful one.
const DEPTH: usize = 32;

const PREFIX: &str = "#/definitions/";

/// A schema that is not part of another.
struct Root {
    /// Relative to the folder of schemas.
    file: String,
    pointer: String,
    schema: Schema,
}

/// All schemas. None is added later, so a schema is identified by its address.
pub(super) struct Schemas {
    roots: Vec<Root>,
    named: HashMap<String, usize>,
    places: HashMap<usize, (usize, String)>,
    /// The names of all properties, as pointers contain them.
    properties: HashSet<String>,
}

/// The index of the root.
#[derive(Debug, Clone, Copy)]
pub(super) struct RootId(usize);

/// The schemas collected so far.
#[derive(Default)]
pub(super) struct Collector {
    roots: Vec<Root>,
    named: HashMap<String, usize>,
}

impl Collector {
    /// Adds the schema at a pointer of a file.
    pub(super) fn add(&mut self, file: &str, pointer: String, schema: Schema) -> RootId {
        self.roots.push(Root {
            file: file.to_owned(),
            pointer,
            schema,
        });
        RootId(self.roots.len() - 1)
    }

    /// Adds the type of this name.
    pub(super) fn define(&mut self, name: &str, file: &str, schema: Schema) {
        let RootId(id) = self.add(file, String::new(), schema);
        self.named.insert(name.to_owned(), id);
    }

    pub(super) fn finish(self) -> Schemas {
        let mut places = HashMap::new();
        for (id, root) in self.roots.iter().enumerate() {
            index(&root.schema, id, root.pointer.clone(), &mut places);
        }
        let pointers = places.values().map(|(_, pointer)| pointer);
        let properties = pointers.filter_map(|pointer| {
            let (before, name) = pointer.rsplit_once('/')?;
            before.ends_with("/properties").then(|| name.to_owned())
        });
        Schemas {
            properties: properties.collect(),
            roots: self.roots,
            named: self.named,
            places,
        }
    }
}

/// The schemas that apply to one value at the same time.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers<'s> {
    /// Those without alternatives.
    pub(super) facets: Vec<&'s Schema>,
    /// One branch of each of these applies as well.
    pub(super) unions: Vec<Union<'s>>,
}

/// The alternatives of a union.
#[derive(Debug, Clone, Copy)]
pub(super) struct Union<'s> {
    pub(super) owner: &'s Schema,
    pub(super) keyword: &'static str,
    pub(super) branches: &'s [Schema],
}

impl Schemas {
    pub(super) fn root(&self, RootId(id): RootId) -> &Schema {
        &self.roots[id].schema
    }

    /// The file and the JSON pointer of a schema; none for a schema from elsewhere.
    pub(super) fn place(&self, schema: &Schema) -> Option<(&str, &str)> {
        let (root, pointer) = self.places.get(&address(schema))?;
        Some((&self.roots[*root].file, pointer))
    }

    /// A name as a part of a pointer into a value: `*` if no schema has a property of this name, as
    /// for the key of a map.
    pub(super) fn shown_name(&self, name: &str) -> String {
        let name = escaped(name);
        if self.properties.contains(&name) {
            name
        } else {
            "*".to_owned()
        }
    }

    /// Adds a schema to others that apply to the same value: `$ref` and `allOf` are followed.
    pub(super) fn spread<'s>(&'s self, schema: &'s Schema, layers: &mut Layers<'s>) {
        self.spread_to(schema, layers, 0);
    }

    fn spread_to<'s>(&'s self, schema: &'s Schema, layers: &mut Layers<'s>, depth: usize) {
        let known = layers.facets.iter().any(|facet| ptr::eq(*facet, schema));
        if known || depth == DEPTH {
            return;
        }
        if let Some(reference) = &schema.reference {
            // In draft-07 a `$ref` hides its sibling keywords.
            let name = reference.strip_prefix(PREFIX);
            if let Some(id) = name.and_then(|name| self.named.get(name)) {
                self.spread_to(&self.roots[*id].schema, layers, depth + 1);
            }
            return;
        }
        layers.facets.push(schema);
        for part in schema.all_of.iter().flatten() {
            self.spread_to(part, layers, depth + 1);
        }
        for (keyword, branches) in [("oneOf", &schema.one_of), ("anyOf", &schema.any_of)] {
            if let Some(branches) = branches.as_deref().filter(|list| !list.is_empty()) {
                layers.unions.push(Union {
                    owner: schema,
                    keyword,
                    branches,
                });
            }
        }
    }
}

fn address(schema: &Schema) -> usize {
    ptr::from_ref(schema).addr()
}

/// Records the place of a schema and of all schemas inside it.
fn index(
    schema: &Schema,
    root: usize,
    pointer: String,
    places: &mut HashMap<usize, (usize, String)>,
) {
    for (keyword, members) in [
        ("properties", &schema.properties),
        ("patternProperties", &schema.pattern_properties),
    ] {
        for (name, inner) in members.iter().flatten() {
            let pointer = format!("{pointer}/{keyword}/{}", escaped(name));
            index(inner, root, pointer, places);
        }
    }
    for (keyword, parts) in [
        ("oneOf", &schema.one_of),
        ("anyOf", &schema.any_of),
        ("allOf", &schema.all_of),
    ] {
        for (number, inner) in parts.iter().flatten().enumerate() {
            index(inner, root, format!("{pointer}/{keyword}/{number}"), places);
        }
    }
    if let Some(items) = &schema.items {
        index(items, root, format!("{pointer}/items"), places);
    }
    if let Some(Additional::Schema(inner)) = &schema.additional_properties {
        let pointer = format!("{pointer}/additionalProperties");
        index(inner, root, pointer, places);
    }
    places.insert(address(schema), (root, pointer));
}

/// A name as a part of a JSON pointer (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
