//! `$ref`: to an existing type, and never in a circle without a way out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place, did_you_mean, listed, quoted};
use crate::graph::components;
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
    if documents.types.contains_key(name) || documents.unread.contains_key(name) {
        return None;
    }
    // A type with a mistake of its own is as likely to be meant as any other.
    let names = documents.types.keys().chain(documents.unread.keys());
    let near = did_you_mean(name, names.map(String::as_str));
    let help = match near {
        Some(other) => format!("did you mean {}?", quoted(&format!("{PREFIX}{other}"))),
        None => format!("define it in {}", quoted(&format!("types/{name}.json"))),
    };
    let message = format!("there is no type {}", quoted(name));
    let mistake = Diagnostic::new(place, message, help);
    Some(match near {
        Some(other) => mistake
            .replace(&Value::from(reference), format!("{PREFIX}{other}").into())
            .guess(),
        None => mistake,
    })
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
        rust_name: schema.rust_name.clone(),
        ..Schema::default()
    };
    (documenting != *schema).then(|| {
        Diagnostic::new(
            place.child("$ref").on_key(),
            "JSON Schema ignores the keywords beside `$ref`",
            "keep only `title`, `description`, `examples`, `deprecated`, `rustName` and `$comment` beside it",
        )
    })
}

/// Reports the circles of types without a way out: every one needs a value of the next one to
/// exist, or is but another name for it. Each type is in one that is reported.
fn circles(documents: &Documents, found: &mut Vec<Diagnostic>) {
    // What has no value needs no end besides.
    let mut reported: HashSet<BTreeSet<String>> = HashSet::new();
    let mut report = |needs: Needs<'_>, describe: fn(&[(&Place, &str)]) -> Option<Diagnostic>| {
        let names: Vec<&str> = needs.keys().copied().collect();
        let numbers: HashMap<&str, usize> = names.iter().copied().zip(0..).collect();
        let edges = needs.values().map(|list| {
            let next = list
                .iter()
                .filter_map(|(_, next)| numbers.get(next).copied());
            next.collect()
        });
        let components = components(&edges.collect::<Vec<_>>());
        let component = |name: &str| numbers.get(name).map(|number| components[*number]);
        let mut told: HashSet<&str> = HashSet::new();
        for name in names.iter().copied() {
            if told.contains(name) {
                continue;
            }
            let within = |next: &str| component(next) == component(name);
            let Some(circle) = circle_from(name, &needs, within) else {
                continue;
            };
            told.extend(circle.iter().map(|(_, name)| *name));
            let names = circle.iter().map(|(_, name)| (*name).to_owned());
            if reported.insert(names.collect()) {
                found.extend(describe(&circle));
            }
        }
    };
    report(edges(documents, needed_types), without_value);
    report(edges(documents, named_types), without_end);
}

type Needs<'d> = BTreeMap<&'d str, Vec<(Place, &'d str)>>;

/// Which types lead to which, by a function that adds those that a schema leads to.
fn edges<'d>(
    documents: &'d Documents,
    add: fn(Place, &'d Schema, &mut Vec<(Place, &'d str)>),
) -> Needs<'d> {
    let edges = documents.types.iter().map(|(name, document)| {
        let mut list = Vec::new();
        add(Place::at(&document.path, ""), &document.content, &mut list);
        (name.as_str(), list)
    });
    edges.collect()
}

/// The types without which no value of the schema exists: an alias needs what it stands for, an
/// object the types of its required properties, an array those of its items if it can't be empty.
fn needed_types<'d>(place: Place, schema: &'d Schema, needed: &mut Vec<(Place, &'d str)>) {
    if let Some(name) = schema.reference.as_deref().and_then(target) {
        needed.push((place.child("$ref"), name));
        return;
    }
    for (index, part) in schema.all_of.iter().flatten().enumerate() {
        needed_types(place.clone().child("allOf").index(index), part, needed);
    }
    if let Some(items) = &schema.items
        && schema.min_items.is_some_and(|least| least > 0)
    {
        needed_types(place.clone().child("items"), items, needed);
    }
    for (name, property) in schema.properties.iter().flatten() {
        if schema.required.iter().flatten().any(|other| other == name) {
            let place = place.clone().child("properties").child(name);
            needed_types(place, property, needed);
        }
    }
}

/// The types that a schema is but another name for, or takes over: an alias or an array is no new
/// type in Rust.
fn named_types<'d>(place: Place, schema: &'d Schema, named: &mut Vec<(Place, &'d str)>) {
    if let Some(name) = schema.reference.as_deref().and_then(target) {
        named.push((place.child("$ref"), name));
        return;
    }
    // A union takes over the branches of a union that it refers to, and an object the properties.
    for (key, parts) in [
        ("oneOf", &schema.one_of),
        ("anyOf", &schema.any_of),
        ("allOf", &schema.all_of),
    ] {
        for (index, part) in parts.iter().flatten().enumerate() {
            if part.reference.is_some() || part.branches().is_some() || part.all_of.is_some() {
                named_types(place.clone().child(key).index(index), part, named);
            }
        }
    }
    if let Some(items) = &schema.items {
        named_types(place.child("items"), items, named);
    }
}

/// The first way from `name` back to itself, through types that are `within` its circles.
fn circle_from<'n, 'd>(
    name: &'d str,
    needs: &'n Needs<'d>,
    within: impl Fn(&str) -> bool,
) -> Option<Vec<(&'n Place, &'d str)>> {
    let ways = |from: &str| needs.get(from).map_or(&[][..], Vec::as_slice).iter();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut path: Vec<(&Place, &str)> = Vec::new();
    let mut open = vec![ways(name)];
    while let Some(next) = open.last_mut() {
        match next.next() {
            Some((place, next)) if *next == name => {
                path.push((place, next));
                return Some(path);
            }
            Some((place, next)) if within(next) && seen.insert(next) => {
                path.push((place, next));
                open.push(ways(next));
            }
            Some(_) => {}
            None => {
                open.pop();
                path.pop();
            }
        }
    }
    None
}

fn without_value(circle: &[(&Place, &str)]) -> Option<Diagnostic> {
    let (place, name) = circle.first()?;
    let message = match circle {
        [_] => format!("{} needs a value of itself, so there is none", quoted(name)),
        _ => format!(
            "the types {} need one another, so there is no value of any",
            listed(circle.iter().map(|(_, name)| *name))
        ),
    };
    let help = "refer to another type, or make a property on the way optional";
    Some(Diagnostic::new((*place).clone(), message, help))
}

fn without_end(circle: &[(&Place, &str)]) -> Option<Diagnostic> {
    let (place, name) = circle.first()?;
    let message = match circle {
        [_] => format!("{} is an array of itself and of nothing else", quoted(name)),
        _ => format!(
            "the types {} are arrays of one another and of nothing else",
            listed(circle.iter().map(|(_, name)| *name))
        ),
    };
    let help = "refer to another type, or put an object with properties on the way";
    Some(Diagnostic::new((*place).clone(), message, help))
}
