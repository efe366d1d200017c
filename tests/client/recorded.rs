//! Compares our requests with recorded ones of the vendor's own client.

use std::collections::BTreeMap;

use losant::{Client, dynamic};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    case: String,
    resource: String,
    action: String,
    params: Value,
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[test]
fn our_requests_equal_the_recorded_ones() {
    let Some(file) = tests::shared("vendor/requests/audit-logs.jsonl") else {
        return;
    };
    let text = std::fs::read_to_string(file).unwrap();
    let cases = text
        .lines()
        .map(|line| serde_json::from_str::<Case>(line).unwrap());
    let mut same = 0;
    for case in cases {
        assert_same(&case);
        same += 1;
    }
    assert_eq!(same, 19);
}

fn assert_same(case: &Case) {
    let token = case.headers["Authorization"].strip_prefix("Bearer ");
    let builder = Client::builder().access_token(token.unwrap());
    let action = format!("{}.{}", case.resource, case.action);
    let request = dynamic::request(&action, case.params.clone()).unwrap();
    let call = builder.build().unwrap().call(request);
    let request = call.http_request().unwrap();

    let name = &case.case;
    assert_eq!(request.method(), case.method.as_str(), "{name}");
    assert_eq!(request.uri().path(), case.path, "{name}");
    let query = request.uri().query().unwrap();
    assert_eq!(parameters(query), parameters(&case.query), "{name}");
    assert_eq!(request.body(), case.body.as_bytes(), "{name}");
    for header in ["Accept", "Accept-Version", "Authorization", "losantdomain"] {
        let sent = request.headers().get(header);
        let sent = sent.map(|value| value.to_str().unwrap());
        let recorded = case.headers.get(header).map(String::as_str);
        assert_eq!(sent, recorded, "{name}: {header}");
    }
    assert!(!request.headers().contains_key("content-type"), "{name}");
}

/// The pairs of each parameter, in the order of the parameters. The pairs of one parameter are in
/// the order of the keys of an object, which is not significant.
fn parameters(query: &str) -> Vec<(&str, Vec<&str>)> {
    let mut parameters: Vec<(&str, Vec<&str>)> = Vec::new();
    for pair in query.split('&') {
        let key = pair.split('=').next().unwrap();
        let name = key.split("%5B").next().unwrap();
        match parameters.last_mut() {
            Some((last, pairs)) if *last == name => pairs.push(pair),
            _ => parameters.push((name, vec![pair])),
        }
    }
    for (_, pairs) in &mut parameters {
        pairs.sort_unstable();
    }
    parameters
}
