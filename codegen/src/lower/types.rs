//! Schemas to types and definitions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{
    Definition, DefinitionKind, Family, Field, Home, Name, Object, Position, Rule, Type, Variant,
};
use crate::names::{
    family_name, field_name, property_setter_name, singular, type_name, upper_variant_name,
    variant_name,
};
use crate::read::Documents;
use crate::resolve::target;
use crate::schema::{Kind, Schema};

use super::names::Scope;

/// The patterns that mean an id of 24 hexadecimal digits.
const OBJECT_ID: &[&str] = &[
    r"^[A-Fa-f\d]{24}$",
    r"^[a-fA-F\d]{24}$",
    r"^[A-Fa-f0-9]{24}$",
    r"^[a-fA-F0-9]{24}$",
    r"^[0-9A-Fa-f]{24}$",
    r"^[0-9a-fA-F]{24}$",
];

/// All definitions of `types`, and what is needed to add to them.
pub(super) struct Types {
    /// The Rust name of every file in `types/`.
    roots: BTreeMap<String, String>,
    /// By module.
    families: BTreeMap<String, Family>,
    /// Inline types by shape: equal ones are one type.
    shapes: HashMap<Shape, Name>,
    scope: Scope,
    has_patterns: bool,
}

/// What makes two inline types the same type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Shape {
    Enum(String, Vec<Variant>),
    Object(String, bool, Vec<(String, bool, Type, Vec<Rule>)>),
}

/// What an inline type is named after where it has no title.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    /// The file in `types/` that the type belongs to.
    family: String,
    /// The name of the type that contains it, and of the property.
    name: String,
}

impl Owner {
    pub(super) fn new(family: &str, name: &str) -> Self {
        Owner {
            family: family.to_owned(),
            name: name.to_owned(),
        }
    }

    fn property(&self, name: &str) -> Self {
        Owner::new(&self.family, &format!("{} {name}", self.name))
    }

    /// An item of an array is named by the singular of the array's name.
    fn item(&self) -> Self {
        Owner::new(&self.family, &singular(&self.name))
    }
}

impl Types {
    /// Lowers every file in `types/`.
    pub(super) fn new(documents: &Documents, found: &mut Vec<Diagnostic>) -> Self {
        let mut types = Types {
            roots: BTreeMap::new(),
            families: BTreeMap::new(),
            shapes: HashMap::new(),
            scope: Scope::new("types"),
            has_patterns: false,
        };
        for (wire, document) in &documents.types {
            let place = Place::at(&document.path, "");
            let name = types.scope.claim(type_name(wire), wire, place, found);
            types.roots.insert(wire.clone(), name);
        }
        for (wire, document) in &documents.types {
            let place = Place::at(&document.path, "");
            types.root(wire, &document.content, place, found);
        }
        types
    }

    fn root(&mut self, wire: &str, schema: &Schema, place: Place, found: &mut Vec<Diagnostic>) {
        let Some(name) = self.roots.get(wire).cloned() else {
            return;
        };
        let owner = Owner::new(wire, wire);
        let kind = match self.definition(schema, &place, &owner, found) {
            Some(kind) => kind,
            None => DefinitionKind::Alias(self.lower(schema, place, &owner, found).0),
        };
        self.define(wire, name, schema, format!("types/{wire}.json"), kind);
    }

    fn define(
        &mut self,
        family: &str,
        name: String,
        schema: &Schema,
        source: String,
        kind: DefinitionKind,
    ) {
        let doc = schema.description.clone().or_else(|| schema.title.clone());
        let family = self.families.entry(family_name(family));
        let family = family.or_insert_with_key(|module| Family {
            module: module.clone(),
            sources: BTreeSet::new(),
            definitions: Vec::new(),
        });
        let file = source.split('#').next().unwrap_or(&source);
        family.sources.insert(file.to_owned());
        let definition = Definition {
            name,
            doc,
            source,
            position: Position::default(),
            kind,
        };
        // A root stands before the inline types in it, which are lowered first.
        match definition.source.contains('#') {
            true => family.definitions.push(definition),
            false => family.definitions.insert(0, definition),
        }
    }

    /// The families by their modules, and whether any text has a pattern of its own.
    pub(super) fn finish(self) -> (BTreeMap<String, Family>, bool) {
        (self.families, self.has_patterns)
    }

    /// Whether a type is an object with a text property of this name.
    pub(super) fn has_text(&self, name: &str, property: &str) -> bool {
        self.object(name).is_some_and(|object| {
            let mut fields = object.fields.iter();
            fields.any(|field| field.wire == property && field.ty == Type::String)
        })
    }

    /// The object of this name.
    pub(super) fn object(&self, name: &str) -> Option<&Object> {
        let mut definitions = self
            .families
            .values()
            .flat_map(|family| &family.definitions);
        match &definitions.find(|definition| definition.name == name)?.kind {
            DefinitionKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The type of a schema, and the rules that a request must keep to besides.
    pub(super) fn lower(
        &mut self,
        schema: &Schema,
        place: Place,
        owner: &Owner,
        found: &mut Vec<Diagnostic>,
    ) -> (Type, Vec<Rule>) {
        if let Some(wire) = schema.reference.as_deref().and_then(target) {
            let rust = self.roots.get(wire).cloned().unwrap_or_default();
            let home = Home::Types;
            return (Type::Named(Name { rust, home }), Vec::new());
        }
        let titled = schema.title.as_deref().unwrap_or(&owner.name);
        let titled = Owner::new(&owner.family, titled);
        if let Some(kind) = self.definition(schema, &place, &titled, found) {
            let name = self.inline(schema, place, &titled, kind, found);
            return (Type::Named(name), Vec::new());
        }
        match kind_of(schema) {
            Some(Kind::Boolean) => (Type::Bool, Vec::new()),
            Some(Kind::Integer) if schema.format.as_deref() == Some("unix-ms") => {
                (Type::UnixMillis, Vec::new())
            }
            Some(Kind::Integer) => (
                Type::Integer,
                integer_rules(&schema.minimum, &schema.maximum),
            ),
            Some(Kind::Number) => (Type::Number, number_rules(&schema.minimum, &schema.maximum)),
            Some(Kind::String) => self.text(Text {
                format: schema.format.as_deref(),
                pattern: schema.pattern.as_deref(),
                length: (schema.min_length, schema.max_length),
            }),
            Some(Kind::Object) => (Type::Json, vec![Rule::Object]),
            Some(Kind::Array) => self.array(schema, place, owner, found),
            None => (Type::Json, Vec::new()),
        }
    }

    /// The type of a text that is no enum.
    pub(super) fn text(&mut self, text: Text) -> (Type, Vec<Rule>) {
        if text.format == Some("date-time") {
            return (Type::DateTime, Vec::new());
        }
        if text
            .pattern
            .is_some_and(|pattern| OBJECT_ID.contains(&pattern))
        {
            return (Type::ObjectId, Vec::new());
        }
        self.has_patterns |= text.pattern.is_some();
        let (least, most) = text.length;
        let rules = [
            least.map(Rule::MinLength),
            most.map(Rule::MaxLength),
            text.pattern
                .map(|pattern| Rule::Pattern(pattern.to_owned())),
        ];
        (Type::String, rules.into_iter().flatten().collect())
    }

    fn array(
        &mut self,
        schema: &Schema,
        place: Place,
        owner: &Owner,
        found: &mut Vec<Diagnostic>,
    ) -> (Type, Vec<Rule>) {
        let (item, each) = match &schema.items {
            Some(items) => self.lower(items, place.child("items"), &owner.item(), found),
            None => (Type::Json, Vec::new()),
        };
        let rules = [
            schema.min_items.map(Rule::MinItems),
            schema.max_items.map(Rule::MaxItems),
            schema
                .unique_items
                .filter(|unique| *unique)
                .map(|_| Rule::UniqueItems),
            (!each.is_empty()).then_some(Rule::Each(each)),
        ];
        (
            Type::Array(Box::new(item)),
            rules.into_iter().flatten().collect(),
        )
    }

    /// What a schema defines, if it is one that needs a definition.
    fn definition(
        &mut self,
        schema: &Schema,
        place: &Place,
        owner: &Owner,
        found: &mut Vec<Diagnostic>,
    ) -> Option<DefinitionKind> {
        if schema.reference.is_some() {
            return None;
        }
        if let Some(values) = &schema.values {
            let texts = values.iter().filter_map(|value| value.as_str());
            let variants = variants(texts, place.clone().child("enum"), found);
            return Some(DefinitionKind::Enum(variants));
        }
        let open = schema.additional_properties != Some(false);
        let named = schema
            .properties
            .as_ref()
            .is_some_and(|properties| !properties.is_empty());
        let object = kind_of(schema) == Some(Kind::Object) && (named || !open);
        object.then(|| {
            let fields = self.fields(schema, place, owner, found);
            DefinitionKind::Object(Object { fields, open })
        })
    }

    fn fields(
        &mut self,
        schema: &Schema,
        place: &Place,
        owner: &Owner,
        found: &mut Vec<Diagnostic>,
    ) -> Vec<Field> {
        let mut scope = Scope::new("fields");
        let mut setters = Scope::new("setters of fields");
        let mut fields = Vec::new();
        for (wire, property) in schema.properties.iter().flatten() {
            let place = place.clone().child("properties").child(wire);
            let key = place.clone().on_key();
            let reported = found.len();
            let name = scope.claim(field_name(wire), wire, key.clone(), found);
            let setter = property_setter_name(wire);
            // Of two fields that collide, so do the setters.
            if found.len() == reported {
                setters.claim(setter.clone(), wire, key, found);
            }
            let (ty, rules) = self.lower(property, place, &owner.property(wire), found);
            fields.push(Field {
                wire: wire.clone(),
                name,
                setter,
                required: schema
                    .required
                    .iter()
                    .flatten()
                    .any(|required| required == wire),
                deprecated: property.deprecated,
                ty,
                rules,
                doc: property
                    .description
                    .clone()
                    .or_else(|| property.title.clone()),
            });
        }
        fields
    }

    /// The name of an inline type, which is that of an equal one if there is one of the same name.
    fn inline(
        &mut self,
        schema: &Schema,
        place: Place,
        owner: &Owner,
        kind: DefinitionKind,
        found: &mut Vec<Diagnostic>,
    ) -> Name {
        let rust = type_name(&owner.name);
        let shape = Shape::of(&rust, &kind);
        if let Some(name) = shape.as_ref().and_then(|shape| self.shapes.get(shape)) {
            return name.clone();
        }
        let rust = self.scope.claim(rust, &owner.name, place.clone(), found);
        let home = Home::Types;
        let name = Name { rust, home };
        if let Some(shape) = shape {
            self.shapes.insert(shape, name.clone());
        }
        self.define(
            &owner.family,
            name.rust.clone(),
            schema,
            place.reference(),
            kind,
        );
        name
    }
}

impl Shape {
    fn of(name: &str, kind: &DefinitionKind) -> Option<Self> {
        match kind {
            DefinitionKind::Enum(variants) => Some(Shape::Enum(name.to_owned(), variants.clone())),
            DefinitionKind::Object(object) => {
                let fields = object.fields.iter();
                let fields = fields.map(|field| {
                    let Field {
                        wire,
                        required,
                        ty,
                        rules,
                        ..
                    } = field;
                    (wire.clone(), *required, ty.clone(), rules.clone())
                });
                Some(Shape::Object(
                    name.to_owned(),
                    object.open,
                    fields.collect(),
                ))
            }
            DefinitionKind::Alias(_) => None,
        }
    }
}

/// What is said of a text that is no enum.
pub(super) struct Text<'d> {
    pub format: Option<&'d str>,
    pub pattern: Option<&'d str>,
    pub length: (Option<u64>, Option<u64>),
}

/// The JSON type that a schema means, though it may not say so.
fn kind_of(schema: &Schema) -> Option<Kind> {
    schema.kind.or(match schema {
        schema if schema.properties.is_some() => Some(Kind::Object),
        schema if schema.items.is_some() => Some(Kind::Array),
        _ => None,
    })
}

/// The variants for an enum's texts; those that differ by case alone are told apart.
pub(super) fn variants<'d>(
    texts: impl Iterator<Item = &'d str> + Clone,
    place: Place,
    found: &mut Vec<Diagnostic>,
) -> Vec<Variant> {
    let mut scope = Scope::new("enum values");
    let mut variants = Vec::new();
    for (index, wire) in texts.clone().enumerate() {
        let plain = variant_name(wire);
        let shared = texts
            .clone()
            .filter(|other| variant_name(other) == plain)
            .count()
            > 1;
        let name = match upper_variant_name(wire) {
            Some(upper) if shared => upper,
            _ => plain,
        };
        let name = scope.claim(name, wire, place.clone().index(index), found);
        let wire = wire.to_owned();
        variants.push(Variant { wire, name });
    }
    variants
}

type Limit = Option<serde_json::Number>;

pub(super) fn integer_rules(least: &Limit, most: &Limit) -> Vec<Rule> {
    // A limit with a fraction is as good as the next whole number within it.
    let whole = |number: &serde_json::Number, round: fn(f64) -> f64| {
        number
            .as_i64()
            .or_else(|| number.as_f64().map(|number| round(number) as i64))
    };
    let least = least.as_ref().and_then(|number| whole(number, f64::ceil));
    let most = most.as_ref().and_then(|number| whole(number, f64::floor));
    let rules = [least.map(Rule::Minimum), most.map(Rule::Maximum)];
    rules.into_iter().flatten().collect()
}

pub(super) fn number_rules(least: &Limit, most: &Limit) -> Vec<Rule> {
    let rules = [
        least
            .as_ref()
            .map(|number| Rule::MinimumNumber(number.to_string())),
        most.as_ref()
            .map(|number| Rule::MaximumNumber(number.to_string())),
    ];
    rules.into_iter().flatten().collect()
}
