//! The raw differences between the JSON of two descriptions, by place.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::base::Description;

/// A description with the parts of each `allOf` merged: moving a property from part to part is not
/// a change.
pub fn whole(description: &Description) -> Description {
    let mut whole = description.clone();
    whole.0.values_mut().for_each(merge_parts);
    whole
}

fn merge_parts(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(merge_parts),
        Value::Object(members) => {
            members.values_mut().for_each(merge_parts);
            let is_part = |part: &Value| {
                let mut keys = part.as_object().into_iter().flat_map(|part| part.keys());
                part.is_object() && keys.all(|key| key == "type" || key == "properties")
            };
            let parts = members.get("allOf").and_then(Value::as_array);
            let Some(parts) = parts.filter(|parts| parts.iter().all(is_part)).cloned() else {
                return;
            };
            members.remove("allOf");
            for part in parts {
                for (name, property) in part["properties"].as_object().into_iter().flatten() {
                    value["properties"][name] = property.clone();
                }
            }
        }
        _ => {}
    }
}

/// A pointer into a description, as a pointer into the [`whole`] description.
pub fn without_parts(pointer: &str) -> String {
    let mut steps = pointer.split('/');
    let mut whole = Vec::new();
    while let Some(step) = steps.next() {
        match step {
            "allOf" => drop(steps.next()),
            step => whole.push(step),
        }
    }
    whole.join("/")
}

/// The differences between two descriptions: each place as a file and a JSON pointer.
pub fn diff(old: &Description, new: &Description) -> BTreeSet<(String, String)> {
    let (old, new) = (&whole(old), &whole(new));
    let mut found = BTreeSet::new();
    let paths: BTreeSet<&String> = old.0.keys().chain(new.0.keys()).collect();
    for path in paths {
        let mut pointers = Vec::new();
        differing(
            old.0.get(path),
            new.0.get(path),
            String::new(),
            &mut pointers,
        );
        found.extend(pointers.into_iter().map(|pointer| (path.clone(), pointer)));
    }
    found
}

fn differing(old: Option<&Value>, new: Option<&Value>, at: String, found: &mut Vec<String>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                if key == "required" && is_list(a.get(key)) && is_list(b.get(key)) {
                    required(a.get(key), b.get(key), &at, found);
                    continue;
                }
                if key == "params" && is_list(a.get(key)) && is_list(b.get(key)) {
                    let at = format!("{at}/{key}");
                    parameters(a.get(key), b.get(key), &at, found);
                    continue;
                }
                if key == "path" && template(a.get(key)) == template(b.get(key)) {
                    continue;
                }
                let at = format!("{at}/{}", escaped(key));
                differing(a.get(key), b.get(key), at, found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differing(Some(a), Some(b), format!("{at}/{index}"), found);
            }
        }
        _ => found.push(at),
    }
}

fn is_list(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_array)
}

/// A property that becomes required or optional counts as changed; the order is irrelevant.
fn required(old: Option<&Value>, new: Option<&Value>, at: &str, found: &mut Vec<String>) {
    let names = |list: Option<&Value>| -> BTreeSet<String> {
        let names = list.and_then(Value::as_array).into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let (old, new) = (names(old), names(new));
    let changed = old.symmetric_difference(&new);
    found.extend(changed.map(|name| format!("{at}/properties/{name}")));
}

/// Parameters are identified by name, as in [`named`] pointers, so adding or removing one does not
/// change those after it. The order matters for required parameters: it is the order of the
/// arguments of `new`.
fn parameters(old: Option<&Value>, new: Option<&Value>, at: &str, found: &mut Vec<String>) {
    let list = |list: Option<&Value>| -> Vec<(String, Value)> {
        let list = list.and_then(Value::as_array).into_iter().flatten();
        list.map(|value| (name(value).to_owned(), value.clone()))
            .collect()
    };
    let (mut old, new) = (list(old), list(new));
    rename_placeholders(&mut old, &new);
    let of = |list: &[(String, Value)], name: &str| {
        let mut values = list.iter().filter(|(own, _)| own == name);
        values.next().map(|(_, value)| value.clone())
    };
    let names: BTreeSet<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
    for name in names {
        let at = format!("{at}/{}", escaped(name));
        differing(of(&old, name).as_ref(), of(&new, name).as_ref(), at, found);
    }
    let order = |list: &[(String, Value)], other: &[(String, Value)]| -> Vec<String> {
        let is_required = |value: &Value| value["required"] == true;
        let both = list.iter().filter(|(name, value)| {
            is_required(value) && of(other, name).is_some_and(|value| is_required(&value))
        });
        both.map(|(name, _)| name.clone()).collect()
    };
    if order(&old, &new) != order(&new, &old) {
        found.push(at.to_owned());
    }
}

/// Renames the placeholders of a path in the old version to their new names. Names are never sent,
/// so a rename is a change of the parameter.
fn rename_placeholders(old: &mut [(String, Value)], new: &[(String, Value)]) {
    let only = |list: &[(String, Value)], other: &[(String, Value)]| -> Vec<String> {
        let is_other = |name: &String| other.iter().all(|(own, _)| own != name);
        let list = list.iter();
        let names = list.filter(|(name, value)| value["in"] == "path" && is_other(name));
        names.map(|(name, _)| name.clone()).collect()
    };
    let (gone, added) = (only(old, new), only(new, old));
    if gone.len() == added.len() {
        for (name, _) in old {
            if let Some(index) = gone.iter().position(|gone| gone == name) {
                name.clone_from(&added[index]);
            }
        }
    }
}

pub fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A pointer with the names of parameters in place of their indices.
pub fn named(description: &Description, file: &str, pointer: &str) -> String {
    let (mut real, mut named) = (String::new(), String::new());
    for step in pointer.split('/').skip(1) {
        let is_parameter = real.ends_with("/params");
        real.push_str(&format!("/{step}"));
        let value = description.0.get(file).and_then(|file| file.pointer(&real));
        let own = value.filter(|_| is_parameter).map(name).map(escaped);
        named.push_str(&format!("/{}", own.as_deref().unwrap_or(step)));
    }
    named
}

/// The referenced type at a [`named`] pointer.
pub fn reference<'d>(description: &'d Description, file: &str, pointer: &str) -> Option<&'d str> {
    let mut value = description.0.get(file)?;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        value = match value {
            Value::Array(list) => {
                let by_name = list.iter().find(|value| name(value) == step);
                by_name.or_else(|| list.get(step.parse::<usize>().ok()?))?
            }
            value => value.get(&step)?,
        };
    }
    value.as_str()?.rsplit('/').next()
}

/// The version with the value at a [`named`] pointer taken from another version. `None` if the
/// change is not a change of a single value.
pub fn with(
    version: &Description,
    (file, pointer): &(String, String),
    other: &Description,
) -> Option<Description> {
    let (from, mut made) = (other.0.get(file), version.clone());
    if pointer.is_empty() {
        match from {
            Some(value) => drop(made.0.insert(file.clone(), value.clone())),
            None => drop(made.0.remove(file)),
        }
        return Some(made);
    }
    let (mut from, mut into) = (from?, made.0.get_mut(file)?);
    let mut steps = pointer.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let step = step.replace("~1", "/").replace("~0", "~");
        let is_last = steps.peek().is_none();
        let index = |list: &[Value]| {
            let by_name = list.iter().position(|value| name(value) == step);
            by_name.or_else(|| step.parse().ok())
        };
        match (into, from) {
            (Value::Object(a), Value::Object(b)) if is_last => {
                match b.get(&step) {
                    Some(value) => drop(a.insert(step, value.clone())),
                    None => drop(a.remove(&step)),
                }
                return Some(made);
            }
            (Value::Object(a), Value::Object(b)) => {
                (into, from) = (a.get_mut(&step)?, b.get(&step)?);
            }
            (Value::Array(a), Value::Array(b)) => {
                let places = (index(a)?, index(b)?);
                (into, from) = (a.get_mut(places.0)?, b.get(places.1)?);
                if is_last {
                    *into = from.clone();
                    return Some(made);
                }
            }
            _ => return None,
        }
    }
    None
}

/// A path without the names of its placeholders. They are never sent, so a rename is a change of
/// the parameter. Swapped placeholders have their own test.
fn template(path: Option<&Value>) -> Option<String> {
    let parts = path?.as_str()?.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    Some(parts.collect::<Vec<_>>().join("/"))
}
