//! Answers requests.

use codegen::descriptor::Location;
use serde_json::{Map, Value, json};

use super::routes::Captures;
use super::service::{Action, Content, Service};
use super::validate::{Refusal, Values, validate};
use crate::server::{Received, Reply};

/// The id of a missing item, for tests of clients.
const NOWHERE: &str = "ffffffffffffffffffffffff";

/// Answers a request. It is a pure function: the same request has the same answer.
pub(super) fn answer(service: &Service, received: &Received) -> Reply {
    let matching = matching(service, &received.path);
    let chosen = matching
        .iter()
        .filter(|(action, _)| action.method.as_str() == received.method)
        .reduce(|best, next| {
            if next.0.template.is_preferred_to(&best.0.template) {
                next
            } else {
                best
            }
        });
    let Some((action, captures)) = chosen else {
        return no_action(service, received, &matching);
    };
    match respond(service, action, captures.clone(), received) {
        Ok(None) => Reply {
            status: action.status,
            headers: Vec::new(),
            body: Vec::new(),
            stays_open: false,
        },
        Ok(Some(Value::String(events))) if action.events.is_some() => Reply {
            status: action.status,
            headers: vec![("content-type", "text/event-stream".to_owned())],
            body: events.into_bytes(),
            stays_open: true,
        },
        Ok(Some(body)) => json_reply(action.status, &body),
        Err(refusal) => refuse(service, &refusal),
    }
}

/// The actions whose path template the path matches.
fn matching<'a>(service: &'a Service, path: &str) -> Vec<(&'a Action, Captures)> {
    let actions = service.actions.iter();
    actions
        .filter_map(|action| Some((action, action.template.captures(path)?)))
        .collect()
}

/// Refuses an unknown path, or a known one with the wrong method.
fn no_action(service: &Service, received: &Received, matching: &[(&Action, Captures)]) -> Reply {
    let mut allowed: Vec<&str> = matching.iter().map(|(a, _)| a.method.as_str()).collect();
    if allowed.is_empty() {
        let message = format!("{} was not found", received.path);
        return refuse(service, &Refusal::new(404, "NotFound", message));
    }
    allowed.sort_unstable();
    allowed.dedup();
    let message = format!("{} does not allow {}", received.path, received.method);
    let mut reply = refuse(service, &Refusal::new(405, "MethodNotAllowed", message));
    reply.headers.push(("allow", allowed.join(", ")));
    reply
}

/// The body of the answer to a request that matches the action.
fn respond(
    service: &Service,
    action: &Action,
    captures: Captures,
    received: &Received,
) -> Result<Option<Value>, Refusal> {
    if action.needs_token && !has_token(received) {
        let message = "the header Authorization with a bearer token is missing";
        return Err(Refusal::new(401, "Unauthorized", message));
    }
    let values = validate(action, &service.definitions, captures, received)?;
    for (name, value) in &values.path {
        if value
            .as_str()
            .is_some_and(|id| id.eq_ignore_ascii_case(NOWHERE))
        {
            return Err(not_found(name, value));
        }
    }
    if let Some(events) = &action.events {
        return Ok(Some(Value::String(stream(service, events))));
    }
    match &action.content {
        Content::Page(collection) => Ok(Some(collection.page(&values))),
        Content::Item {
            action: list,
            parameter,
        } => {
            let id = &values.path[parameter];
            let mut fields = action.fields_in(Location::Path);
            if fields.any(|field| field.name == *parameter && field.example.as_ref() == Some(id)) {
                return Ok(example(service, action, &values));
            }
            item(&service.actions[*list], id, &values)
                .map(Some)
                .ok_or_else(|| not_found(parameter, id))
        }
        Content::Example => Ok(example(service, action, &values)),
    }
}

/// Each event of a stream once (WHATWG HTML, 9.2), with its schema's example.
fn stream(service: &Service, events: &[(String, Value)]) -> String {
    let events = events.iter().enumerate().map(|(index, (name, schema))| {
        let data = service.definitions.example(schema);
        format!("id: {index}\nevent: {name}\ndata: {data}\n\n")
    });
    events.collect()
}

fn item(list: &Action, id: &Value, values: &Values) -> Option<Value> {
    let Content::Page(collection) = &list.content else {
        return None;
    };
    let index = collection.index_of(id.as_str()?)?;
    Some(Value::Object(collection.item(index, &values.path)))
}

/// The example of the answer's type, adapted to the path.
fn example(service: &Service, action: &Action, values: &Values) -> Option<Value> {
    let schema = action.schema.as_ref()?;
    let mut body = service.definitions.example(schema);
    if let Some(object) = body.as_object_mut() {
        // The example may contain the id of the item under several names.
        let own = action.template.own_parameter();
        let own = own.and_then(|name| Some((object.get(name)?.clone(), values.path.get(name)?)));
        if let Some((example, id)) = own.filter(|(example, _)| example.is_string()) {
            for value in object.values_mut().filter(|value| **value == example) {
                *value = id.clone();
            }
        }
        echo(object, &values.path);
    }
    Some(body)
}

/// Sets the properties named like parameters to the parameters' values.
pub(super) fn echo(object: &mut Map<String, Value>, values: &Map<String, Value>) {
    for (name, value) in values {
        if let Some(property) = object.get_mut(name) {
            *property = value.clone();
        }
    }
}

/// Whether the request has exactly one non-empty `Authorization: Bearer …`.
fn has_token(received: &Received) -> bool {
    let mut values = received.headers.get_all("authorization").iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let parts = value.to_str().ok().and_then(|text| text.split_once(' '));
    parts.is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()
    })
}

fn not_found(name: &str, value: &Value) -> Refusal {
    let value = value.as_str().unwrap_or_default();
    Refusal::new(404, "NotFound", format!("`{name}` {value} was not found"))
}

fn refuse(service: &Service, refusal: &Refusal) -> Reply {
    let (code, message) = &service.error;
    json_reply(
        refusal.status,
        &json!({code: refusal.code, message: refusal.message}),
    )
}

fn json_reply(status: u16, body: &Value) -> Reply {
    Reply {
        status,
        headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
        body: body.to_string().into_bytes(),
        stays_open: false,
    }
}

#[cfg(test)]
mod tests;
