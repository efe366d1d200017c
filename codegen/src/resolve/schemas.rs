//! Valid parts of schemas that are likely mistakes.

use serde_json::Value;

use crate::diagnostics::{Diagnostic, did_you_mean, quoted};
use crate::normal::{Keywords, Meanings, NodeId};
use crate::read::Documents;

use super::limits::unknown_format;

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    let meanings = &*documents.meanings;
    for (id, node) in meanings.nodes() {
        if let Some(default) = &node.about.default {
            found.extend(wrong_default(meanings, id, default));
        }
        if let Some(format) = &node.about.format {
            found.extend(unknown_format(meanings.place(id), format));
        }
        if let Some(keywords) = node.keywords() {
            undescribed(meanings, id, keywords, found);
        }
    }
    found.extend(meanings.contradictions());
}

/// Warns of a default that the schema does not allow.
fn wrong_default(meanings: &Meanings, id: NodeId, default: &Value) -> Option<Diagnostic> {
    let schema = meanings.of_node(id);
    if meanings.allows(schema, default) {
        return None;
    }
    let place = meanings.place(id).child("default");
    let keywords = meanings.node(id).keywords();
    let values = keywords.and_then(|keywords| keywords.values.as_deref());
    let message = |why| format!("the default {default} {why}");
    let Some(values) = values.filter(|values| !values.is_empty()) else {
        let help = "correct it, or the schema";
        let warning = Diagnostic::warning(place, message("is not allowed"), help);
        return Some(warning.remove(default).guess());
    };
    let choices: Vec<_> = values.iter().map(Value::to_string).collect();
    let help = format!("use one of {}", choices.join(", "));
    let warning = Diagnostic::warning(place, message("is not among the accepted values"), help);
    let text = Value::from(default.to_string());
    Some(if values.contains(&text) {
        warning.replace(default, text)
    } else {
        warning.remove(default).guess()
    })
}

/// Warns of required properties that a schema does not describe, though it describes others.
fn undescribed(meanings: &Meanings, id: NodeId, keywords: &Keywords, found: &mut Vec<Diagnostic>) {
    // Other schemas for the same value may describe them.
    let is_alone = meanings.node(id).in_place().is_empty()
        && keywords.patterns.is_empty()
        && keywords
            .additional
            .is_none_or(|node| meanings.node(node).keywords().is_none());
    if keywords.properties.is_empty() || !is_alone {
        return;
    }
    let names = keywords.required.iter().enumerate();
    for (index, name) in names.filter(|(_, name)| !keywords.properties.contains_key(*name)) {
        let near = did_you_mean(name, keywords.properties.keys().map(String::as_str));
        let help = match near {
            Some(other) => format!("did you mean {}?", quoted(other)),
            None => "describe it in `properties`".to_owned(),
        };
        let warning = Diagnostic::warning(
            meanings.place(id).child("required").index(index),
            format!("the required property {} is not described", quoted(name)),
            help,
        );
        let name = Value::from(name.as_str());
        found.push(match near {
            Some(near) => warning.replace(&name, near.into()).guess(),
            None => warning.remove(&name).guess(),
        });
    }
}
