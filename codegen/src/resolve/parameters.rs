//! Parameters declared as strings although their default or example is not a string.

use serde_json::Value;

use crate::descriptor::{Location, Parameter, ParameterType};
use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::read::Documents;

pub(super) fn check(documents: &Documents, found: &mut Vec<Diagnostic>) {
    super::each_parameter(documents, &mut |place, parameter| {
        found.extend(no_text(place.clone(), parameter));
        found.extend(unaccepted_example(place, parameter));
    });
}

/// Reports an example that a request would reject.
fn unaccepted_example(place: Place, parameter: &Parameter) -> Option<Diagnostic> {
    let (values, example) = (parameter.values.as_ref()?, parameter.example.as_ref()?);
    let text = example
        .as_str()
        .map_or_else(|| example.to_string(), str::to_owned);
    if values.is_empty() || values.contains(example) || values.contains(&Value::from(text)) {
        return None;
    }
    let message = format!("the example {example} is not among the accepted values");
    let help = "add it to them, or use one of them as the example";
    let old = Value::from(values.as_slice());
    let new = Value::from([values.as_slice(), std::slice::from_ref(example)].concat());
    let mistake = Diagnostic::new(place.child("enum"), message, help);
    Some(mistake.replace(&old, new).guess())
}

fn no_text(place: Place, parameter: &Parameter) -> Option<Diagnostic> {
    let Parameter {
        name,
        location: Location::Query | Location::Header | Location::Multipart,
        kind: Some(ParameterType::String),
        values: None,
        schema: None,
        default,
        example,
        ..
    } = parameter
    else {
        return None;
    };
    let (key, value) = match (default, example) {
        (Some(default), _) => ("default", default),
        (None, Some(example)) => ("example", example),
        (None, None) => return None,
    };
    let kind = match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let message = format!(
        "the parameter {} is declared as a string, but its {key} is {}",
        quoted(name),
        quoted(&value.to_string())
    );
    let help = format!(
        "declare it as {}, or put its {key} in double quotes",
        quoted(kind)
    );
    let mistake = Diagnostic::new(place.child("type"), message, help);
    Some(mistake.replace(&Value::from("string"), kind.into()))
}
