//! Objects: structs, maps, and JSON of any shape.

use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;

use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::ir::{DefinitionKind, Field, Object, Rest, Rule, Type};
use crate::names::{field_name, property_setter_name, unlike};
use crate::resolve::target;
use crate::schema::{Additional, Kind, Schema};

use super::naming::Owner;
use super::scope::{Scope, Wanted, apart};
use super::types::{Lowered, Types};

/// Properties by name, with the text by which a branch of a union is told from the others.
pub(super) type Constants = Vec<(String, String)>;

/// What of a branch of a union is known beforehand.
#[derive(Default)]
pub(super) struct Known {
    /// Properties that always have the same text, and get no field.
    pub constants: Constants,
    /// Properties that have it if they are there.
    pub presets: Constants,
}

impl<'d> Types<'d> {
    /// The type of an object.
    pub(super) fn object(
        &mut self,
        schema: &Schema,
        place: &Place,
        owner: &Owner<'_>,
        known: Known,
    ) -> Lowered {
        let open = schema.additional_properties != Some(Additional::Allowed(false));
        let named = schema
            .properties
            .as_ref()
            .is_some_and(|properties| !properties.is_empty());
        let rest = self.rest(schema, place, owner);
        let count = count_rules(schema);
        match (named, rest) {
            (true, rest) => {
                let fields = self.fields(schema, place, owner, &known);
                let taken = fields.iter().map(|field| field.name.as_str());
                let name = unlike("additional", taken);
                let rest = rest.map(|(ty, rules)| Rest { name, ty, rules });
                let mut rules = count;
                rules.extend(requirements(schema));
                let object = Object {
                    constants: known.constants,
                    fields,
                    rest,
                    open,
                    rules,
                };
                let kind = DefinitionKind::Object(object);
                (self.intern(kind, schema, place, owner), Vec::new())
            }
            (false, Some((value, mut rules))) => {
                rules.extend(count);
                (self.around(value, Type::Map, place), rules)
            }
            (false, None) if !open => (Type::Empty, Vec::new()),
            (false, None) => (Type::Json, [vec![Rule::Object], count].concat()),
        }
    }

    /// The type of the properties that an object does not name, and the rules for all of them.
    fn rest(&mut self, schema: &Schema, place: &Place, owner: &Owner<'_>) -> Option<Lowered> {
        let patterns = schema.pattern_properties.iter().flatten();
        let patterned = patterns.map(|(pattern, value)| {
            let place = place.clone().child("patternProperties").child(pattern);
            (Some(pattern.as_str()), value, place)
        });
        let additional = schema
            .additional_schema()
            .map(|value| (None, value, place.clone().child("additionalProperties")));
        let mut kinds: Vec<Lowered> = Vec::new();
        let mut keys = Vec::new();
        for (pattern, value, place) in patterned.chain(additional) {
            keys.push(pattern);
            let lowered = match schema.properties {
                Some(_) => self.lower(value, &place, &owner.additional()),
                None => self.lower(value, &place, &owner.item()),
            };
            if !kinds.contains(&lowered) {
                kinds.push(lowered);
            }
        }
        let closed = schema.additional_properties == Some(Additional::Allowed(false));
        let key = match keys.as_slice() {
            // Where any name does there is nothing to check.
            [Some(pattern)] if closed && !matches!(*pattern, ".*" | "^.*$") => {
                Some(Rule::Keys((*pattern).to_owned()))
            }
            _ => None,
        };
        let (ty, each) = match kinds.len() {
            0 => return None,
            1 => kinds.remove(0),
            // Names that tell types apart have no form in a map.
            _ => (Type::Json, Vec::new()),
        };
        let each = (!each.is_empty()).then_some(Rule::Each(each));
        Some((ty, key.into_iter().chain(each).collect()))
    }

    fn fields(
        &mut self,
        schema: &Schema,
        place: &Place,
        owner: &Owner<'_>,
        known: &Known,
    ) -> Vec<Field> {
        let constant = |wire: &String| known.constants.iter().any(|(name, _)| name == wire);
        let properties = schema.properties.iter().flatten();
        let properties: Vec<_> = properties.filter(|(wire, _)| !constant(wire)).collect();
        let at = place.clone().child("properties");
        let (names, setters) = self.field_names(&properties, &at);
        let required: HashSet<&String> = schema.required.iter().flatten().collect();
        let mut fields = Vec::with_capacity(properties.len());
        for ((wire, property), (name, setter)) in
            properties.into_iter().zip(names.into_iter().zip(setters))
        {
            let place = at.clone().child(wire);
            let (ty, rules) = self.lower(property, &place, &owner.property(wire));
            let mut presets = known.presets.iter().filter(|(name, _)| name == wire);
            // An enum is made of the text; what may be null too is not.
            let preset = presets.next().filter(|_| matches!(ty, Type::Named(_)));
            let preset = preset.map(|(_, text)| text.clone());
            fields.push(Field {
                wire: wire.clone(),
                name,
                setter,
                required: required.contains(wire),
                deprecated: property.deprecated,
                ty,
                rules,
                preset,
                default: property.default.clone(),
                doc: property
                    .description
                    .clone()
                    .or_else(|| property.title.clone()),
            });
        }
        fields
    }

    /// The names of fields, and those of the methods that set them.
    fn field_names(
        &mut self,
        properties: &[(&String, &Schema)],
        place: &Place,
    ) -> (Vec<String>, Vec<String>) {
        let wanted = properties.iter().map(|(wire, property)| {
            let place = place.clone().child(wire);
            Wanted::new(wire, property.rust_name.as_deref(), place)
        });
        let wanted: Vec<_> = wanted.collect();
        let names = Scope::new("fields").settle(&wanted, field_name, &mut self.found);
        let setters = apart(&names, property_setter_name);
        (names, setters)
    }

    /// The object that several schemas describe together.
    pub(super) fn merged(&mut self, schema: &Schema, place: &Place) -> Schema {
        let mut merge = Merge {
            whole: Schema {
                all_of: None,
                ..schema.clone()
            },
            found: Vec::new(),
            seen: BTreeSet::new(),
        };
        for (index, part) in schema.all_of.iter().flatten().enumerate() {
            let place = place.clone().child("allOf").index(index);
            merge.part(self.documents(), part, &place);
        }
        self.found.extend(merge.found);
        merge.whole
    }
}

/// How many types an object is put together of at most.
const MOST_PARTS: usize = 256;

/// What several schemas say of one object.
struct Merge {
    whole: Schema,
    found: Vec<Diagnostic>,
    seen: BTreeSet<String>,
}

impl Merge {
    fn part(&mut self, documents: &crate::read::Documents, part: &Schema, place: &Place) {
        if let Some(name) = part.reference.as_deref().and_then(target) {
            if self.seen.len() == MOST_PARTS {
                self.found.push(Diagnostic::new(
                    place.clone(),
                    format!("an `allOf` has more than {MOST_PARTS} types in it"),
                    "describe the properties in fewer types",
                ));
            }
            if let Some(document) = documents.types.get(name)
                && self.seen.len() <= MOST_PARTS
                && self.seen.insert(name.to_owned())
            {
                self.part(documents, &document.content, &Place::at(&document.path, ""));
            }
            return;
        }
        for (index, inner) in part.all_of.iter().flatten().enumerate() {
            self.part(documents, inner, &place.clone().child("allOf").index(index));
        }
        let plain = part.branches().is_none()
            && part.pattern_properties.is_none()
            && part.additional_schema().is_none()
            && part.kinds().all(|kind| kind == Kind::Object);
        if !plain {
            self.found.push(Diagnostic::new(
                place.clone(),
                "`allOf` of anything but objects with named properties is not translated",
                "write one schema that says it all",
            ));
            return;
        }
        self.properties(part, place);
        let required = part.required.iter().flatten().cloned();
        self.whole.required.get_or_insert_default().extend(required);
        if part.additional_properties == Some(Additional::Allowed(false)) {
            // What one part does not name another one may, so only the whole can be closed.
            self.whole.additional_properties = None;
        }
        let whole = &mut self.whole;
        whole.description = whole
            .description
            .take()
            .or_else(|| part.description.clone());
    }

    fn properties(&mut self, part: &Schema, place: &Place) {
        let all = self.whole.properties.get_or_insert_with(IndexMap::new);
        for (name, property) in part.properties.iter().flatten() {
            match all.get(name) {
                Some(other) if other != property => self.found.push(Diagnostic::new(
                    place.clone().child("properties").child(name).on_key(),
                    format!(
                        "another part of `allOf` describes {} otherwise",
                        quoted(name)
                    ),
                    "describe the property once",
                )),
                _ => drop(all.insert(name.clone(), property.clone())),
            }
        }
    }
}

/// How many properties an object has.
fn count_rules(schema: &Schema) -> Vec<Rule> {
    let least = schema.min_properties.filter(|least| *least > 0);
    let rules = [
        least.map(Rule::MinProperties),
        schema.max_properties.map(Rule::MaxProperties),
    ];
    rules.into_iter().flatten().collect()
}

/// Which lists of properties there are of which an object has one; nothing where it has one of them in
/// any case.
fn requirements(schema: &Schema) -> Option<Rule> {
    let (_, branches) = schema.branches()?;
    let lists = branches.iter().filter(|branch| branch.is_requirement());
    let lists = lists.map(|branch| branch.required.clone().unwrap_or_default());
    let lists: Vec<Vec<String>> = lists.collect();
    let is_required = |name: &String| schema.required.iter().flatten().any(|own| own == name);
    let is_met = lists.iter().any(|list| list.iter().all(is_required));
    (!is_met).then_some(Rule::AnyRequired(lists))
}
