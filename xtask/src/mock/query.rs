//! Query strings, and values spread over several pairs in bracket form.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value};

use super::definitions::Definitions;

/// The maximal nesting of a bracketed key. Deeper ones are attacks.
const DEPTH: usize = 32;

/// The decoded pairs of a query, in order; `Err` with the pair that is malformed.
pub(crate) fn pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match (decode_query(key), decode_query(value)) {
                (Some(key), Some(value)) => Ok((key, value)),
                _ => Err(part.to_owned()),
            }
        })
        .collect()
}

/// A percent-decoded path segment; none if its escapes are malformed or not UTF-8.
pub(super) fn decode_path(text: &str) -> Option<String> {
    if has_broken_escape(text) {
        return None;
    }
    let bytes = percent_decode_str(text);
    bytes.decode_utf8().ok().map(|text| text.into_owned())
}

/// In a query, unlike in a path, a plus is a space.
fn decode_query(text: &str) -> Option<String> {
    decode_path(&text.replace('+', "%20"))
}

fn has_broken_escape(text: &str) -> bool {
    text.split('%').skip(1).any(|rest| {
        let digits = rest.as_bytes();
        digits.len() < 2 || !digits.iter().take(2).all(u8::is_ascii_hexdigit)
    })
}

/// A value in bracket form while its pairs are collected.
#[derive(Debug, PartialEq)]
pub(crate) enum Node {
    /// The value after the `=`.
    Leaf(String),
    /// The values by the names in brackets.
    Branch(BTreeMap<String, Node>),
}

impl Node {
    /// Collects the pairs of one parameter; `key` is what follows the parameter's name, e.g.
    /// `[actor][0][type]`.
    pub(crate) fn new<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Option<Self>, String> {
        let mut root = None;
        for (key, value) in pairs {
            let path = brackets(key).ok_or_else(|| format!("the key `{key}` is malformed"))?;
            insert(&mut root, &path, value).ok_or_else(|| {
                let key = if key.is_empty() { "it" } else { key };
                format!("{key} is given twice")
            })?;
        }
        Ok(root)
    }

    /// The JSON that the pairs represent. A query contains only strings; the schema decides which
    /// of them are numbers. A value that does not match the schema is kept unchanged, so that the
    /// validator reports it.
    pub(crate) fn into_json(self, schema: &Value, definitions: &Definitions) -> Value {
        let variants = definitions.variants(schema);
        match self {
            Node::Leaf(text) => scalar(text, &variants),
            Node::Branch(branch) => {
                let accepts = |kind| variants.iter().any(|variant| has_type(variant, kind));
                match indexed(branch, accepts("array") || !accepts("object")) {
                    Ok(items) => items
                        .into_iter()
                        .map(|item| match variants.iter().find_map(|v| v.get("items")) {
                            Some(schema) => item.into_json(schema, definitions),
                            None => item.into_json(&Value::Null, definitions),
                        })
                        .collect(),
                    Err(members) => object(members, &variants, definitions),
                }
            }
        }
    }
}

/// The parts of `[actor][0][type]`.
fn brackets(key: &str) -> Option<Vec<&str>> {
    if key.is_empty() {
        return Some(Vec::new());
    }
    let parts: Vec<&str> = key
        .strip_prefix('[')?
        .strip_suffix(']')?
        .split("][")
        .collect();
    let is_name = |part: &&str| !part.is_empty() && !part.contains(['[', ']']);
    (parts.len() <= DEPTH && parts.iter().all(is_name)).then_some(parts)
}

/// Adds a leaf; none if there already is a value.
fn insert(node: &mut Option<Node>, path: &[&str], value: &str) -> Option<()> {
    let Some((first, rest)) = path.split_first() else {
        return match node.replace(Node::Leaf(value.to_owned())) {
            None => Some(()),
            Some(_) => None,
        };
    };
    match node.get_or_insert_with(|| Node::Branch(BTreeMap::new())) {
        Node::Leaf(_) => None,
        Node::Branch(branch) => {
            let mut child = branch.remove(*first);
            let inserted = insert(&mut child, rest, value);
            branch.extend(child.map(|child| ((*first).to_owned(), child)));
            inserted
        }
    }
}

/// The members in the order of their indices, if they are an array. A missing index leaves no gap,
/// because an empty object is not sent at all.
fn indexed(
    branch: BTreeMap<String, Node>,
    may_be_array: bool,
) -> Result<Vec<Node>, BTreeMap<String, Node>> {
    let indices: Option<Vec<u32>> = branch.keys().map(|key| key.parse().ok()).collect();
    match indices {
        Some(indices) if may_be_array => {
            let mut items: Vec<_> = indices.into_iter().zip(branch.into_values()).collect();
            items.sort_by_key(|(index, _)| *index);
            Ok(items.into_iter().map(|(_, item)| item).collect())
        }
        _ => Err(branch),
    }
}

fn object(
    members: BTreeMap<String, Node>,
    variants: &[&Value],
    definitions: &Definitions,
) -> Value {
    let members = members.into_iter().map(|(name, node)| {
        let schema = variants.iter().find_map(|variant| {
            let declared = variant["properties"].get(&name);
            declared.or_else(|| variant.get("additionalProperties"))
        });
        let value = node.into_json(schema.unwrap_or(&Value::Null), definitions);
        (name, value)
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// The value of a string if the schemas do not accept strings.
pub(crate) fn scalar(text: String, variants: &[&Value]) -> Value {
    let accepts = |kind| variants.iter().any(|variant| has_type(variant, kind));
    if accepts("string") {
        return Value::String(text);
    }
    if accepts("integer") || accepts("number") {
        let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if let Some(number) = is_number.then(|| text.parse::<Number>().ok()).flatten() {
            return Value::Number(number);
        }
    }
    match text.as_str() {
        "true" if accepts("boolean") => Value::Bool(true),
        "false" if accepts("boolean") => Value::Bool(false),
        "null" if accepts("null") => Value::Null,
        _ => Value::String(text),
    }
}

fn has_type(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(only) => only == kind,
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(query: &str, schema: &Value) -> Result<Value, String> {
        let pairs = pairs(query)?;
        let pairs = pairs
            .iter()
            .map(|(key, value)| (key.trim_start_matches('f'), value.as_str()));
        let node = Node::new(pairs)?.unwrap();
        Ok(node.into_json(schema, &Definitions::default()))
    }

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "actor": {"type": "array", "items": {
                    "type": "object", "properties": {"name": {"type": "string"}},
                }},
                "code": {"type": "array", "items": {"type": "integer"}},
            },
        })
    }

    #[test]
    fn bracketed_pairs_become_the_json_that_the_schema_means() {
        let query = "f%5Bcode%5D%5B0%5D=200&f%5Bactor%5D%5B1%5D%5Bname%5D=7%20%26&f[code][1]=x";
        assert_eq!(
            read(query, &schema()),
            Ok(json!({"actor": [{"name": "7 &"}], "code": [200, "x"]}))
        );
    }

    #[test]
    fn indices_are_ordered_as_numbers() {
        let query = "f[code][10]=3&f[code][9]=2&f[code][1]=1";
        assert_eq!(read(query, &schema()), Ok(json!({"code": [1, 2, 3]})));
    }

    #[test]
    fn malformed_pairs_are_refused() {
        for query in [
            "f=%zz", "f=%F", "f=%FF", "f[=1", "f[a=1", "f[a]b=1", "f[]=1", "f[[a]]=1",
        ] {
            assert!(read(query, &schema()).is_err(), "{query}");
        }
        let deep = format!("f{}=1", "[a]".repeat(DEPTH + 1));
        assert!(read(&deep, &schema()).is_err());
    }

    #[test]
    fn two_values_for_one_place_are_refused() {
        for query in [
            "f[a]=1&f[a]=2",
            "f[a]=1&f[a][b]=2",
            "f[a][b]=1&f[a]=2",
            "f=1&f[a]=2",
        ] {
            assert!(read(query, &schema()).is_err(), "{query}");
        }
    }
}
