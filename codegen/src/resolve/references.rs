//! `$ref`: to an existing type, and never in a circle without a way out.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostic, Place, did_you_mean, quoted};
use crate::read::Documents;
use crate::schema::Schema;

const PREFIX: &str = "#/definitions/";

/// The name of the type that a `$ref` points to.
pub(crate) fn target(reference: &str) -> Option<&str> {
    reference.strip_prefix(PREFIX)
}

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    super::each_schema(documents, &mut |place, schema| {
        if let Some(reference) = &schema.reference {
            found.extend(dangling(documents, place.clone(), reference));
            found.extend(siblings(place, schema));
        }
    });
    circles(documents, found);
}

fn dangling(documents: &Documents, place: Place, reference: &str) -> Option<Diagnostic> {
    let place = place.child("$ref");
    let Some(name) = target(reference) else {
        return Some(Diagnostic::new(
            place,
            format!("{} is no reference to a type", quoted(reference)),
            format!("write `{PREFIX}NAME`, where `types/NAME.json` defines the type"),
        ));
    };
    if documents.types.contains_key(name) {
        return None;
    }
    let names = documents.types.keys().map(String::as_str);
    let help = match did_you_mean(name, names) {
        Some(other) => format!("did you mean {}?", quoted(&format!("{PREFIX}{other}"))),
        None => format!("define it in {}", quoted(&format!("types/{name}.json"))),
    };
    let message = format!("there is no type {}", quoted(name));
    Some(Diagnostic::new(place, message, help))
}

/// Draft-07 ignores whatever stands beside `$ref`, so nothing with a meaning may.
fn siblings(place: Place, schema: &Schema) -> Option<Diagnostic> {
    let documenting = Schema {
        dialect: schema.dialect.clone(),
        reference: schema.reference.clone(),
        comment: schema.comment.clone(),
        title: schema.title.clone(),
        description: schema.description.clone(),
        examples: schema.examples.clone(),
        deprecated: schema.deprecated,
        ..Schema::default()
    };
    (documenting != *schema).then(|| {
        Diagnostic::new(
            place.child("$ref").on_key(),
            "JSON Schema ignores the keywords beside `$ref`",
            "keep only `title`, `description`, `examples`, `deprecated` and `$comment` beside it",
        )
    })
}

/// Reports each circle of types, every one of which needs a value of the next one to exist.
fn circles(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let needs: BTreeMap<&str, Vec<(Place, &str)>> = documents
        .types
        .iter()
        .map(|(name, document)| {
            let mut needed = Vec::new();
            needed_types(
                Place::at(&document.path, ""),
                &document.content,
                true,
                &mut needed,
            );
            (name.as_str(), needed)
        })
        .collect();
    let mut reported = BTreeSet::new();
    for name in needs.keys() {
        let mut path = Vec::new();
        if let Some(circle) = circle_from(name, &needs, &mut path, &mut BTreeSet::new())
            && reported.insert(
                circle
                    .iter()
                    .map(|(_, name)| *name)
                    .collect::<BTreeSet<_>>(),
            )
        {
            found.extend(described(&circle));
        }
    }
}

/// The types without which no value of the schema exists: an alias needs what it stands for, an
/// object the types of its required properties. An alias of an array is no new type in Rust, so it
/// needs the type of its items too.
fn needed_types<'d>(
    place: Place,
    schema: &'d Schema,
    root: bool,
    needed: &mut Vec<(Place, &'d str)>,
) {
    if let Some(name) = schema.reference.as_deref().and_then(target) {
        needed.push((place.child("$ref"), name));
        return;
    }
    if let Some(items) = schema.items.as_deref().filter(|_| root) {
        needed_types(place.clone().child("items"), items, true, needed);
    }
    for (name, property) in schema.properties.iter().flatten() {
        if schema
            .required
            .iter()
            .flatten()
            .any(|required| required == name)
        {
            let place = place.clone().child("properties").child(name);
            needed_types(place, property, false, needed);
        }
    }
}

type Needs<'d> = BTreeMap<&'d str, Vec<(Place, &'d str)>>;

/// The first way from `name` back to itself; `path` is the way taken so far.
fn circle_from<'d>(
    name: &'d str,
    needs: &Needs<'d>,
    path: &mut Vec<(Place, &'d str)>,
    seen: &mut BTreeSet<&'d str>,
) -> Option<Vec<(Place, &'d str)>> {
    let here = path.last().map_or(name, |(_, name)| name);
    for (place, next) in needs.get(here)? {
        path.push((place.clone(), next));
        if *next == name {
            return Some(path.clone());
        }
        if seen.insert(next)
            && let Some(circle) = circle_from(name, needs, path, seen)
        {
            return Some(circle);
        }
        path.pop();
    }
    None
}

fn described(circle: &[(Place, &str)]) -> Option<Diagnostic> {
    let names: Vec<_> = circle.iter().map(|(_, name)| quoted(name)).collect();
    let (place, name) = circle.first()?;
    let message = match names.as_slice() {
        [_] => format!("{} needs a value of itself, so there is none", quoted(name)),
        _ => format!(
            "the types {} need one another, so there is no value of any",
            names.join(", ")
        ),
    };
    let help = "refer to another type, or make a property on the way optional";
    Some(Diagnostic::new(place.clone(), message, help))
}
