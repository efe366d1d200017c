//! Recorded values that are not shown.

use super::*;

#[test]
fn nothing_secret_is_shown_from_any_place() {
    for token in [
        "SECRET-TOKEN-123",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "0123456789abcdef0123456789abcdef",
        "8c1f0a52-6d0e-4d5e-9a55-0f3f6a1c2b7d",
    ] {
        let body = json!({
            token: token,
            "items": [{"id": token, "actorType": token, "responseStatus": token, "new": token,
                       token: {token: token}, "requestBody": {token: token}}],
            "sortDirection": token, "instanceId": [token],
        });
        let headers = json!({"authorization": format!("Bearer {token}"), "x-note": token,
                             "losantdomain": token});
        let mut exchange = get(
            &format!(
                "https://{token}@{token}.example{LOGS}?{token}={token}&sortField={token}&\
                      auditLogFilter[{token}]={token}&page={token}&{token}[a]={token}"
            ),
            200,
            &body,
        );
        exchange["requestHeaders"] = headers.clone();
        exchange["responseHeaders"] = headers;
        exchange["requestBody"] = body.to_string().into();
        let mut other = exchange.clone();
        other["url"] = format!("/{token}/x/{token}?{token}").into();
        let mut odd = exchange.clone();
        odd["status"] = 418.into();
        odd["method"] = token.into();
        let mut error = exchange.clone();
        error["status"] = 418.into();
        let mut text = exchange.clone();
        text["body"] = format!("<{token}>").into();
        let exchanges = [exchange, other, odd, error, text];
        let traffic = Traffic::new();
        let files = [
            traffic.file("a.jsonl", lines(&exchanges)),
            traffic.file("a.har", har(&exchanges).to_string()),
        ];
        let findings = run(&schemas(), &files);
        assert!(findings.len() > 12, "{}", findings.len());
        let all = format!("{findings:?}").to_lowercase();
        assert!(
            !all.contains(&token.to_lowercase()),
            "{token} in {findings:#?}"
        );
    }
}

/// A word that could be the name of a property is hidden wherever it is a value.
#[test]
fn words_are_not_shown_where_they_are_values() {
    let traffic = Traffic::new();
    let schemas = other_schemas(traffic.0.path(), None);
    let types = |name: &str, schema: Value| {
        std::fs::write(schemas.join("types").join(name), schema.to_string()).unwrap();
    };
    types(
        "base.json",
        json!({"type": "object", "properties": {
            "id": {"type": "string"},
            "either": {"oneOf": [
                {"type": "object", "additionalProperties": {"type": "string"}},
                {"type": "object", "properties": {"size": {"type": "integer"}}},
            ]},
            "both": {"type": "object", "properties": {"size": {"type": "integer"}},
                     "patternProperties": {"^x-": {"type": "integer"}},
                     "additionalProperties": false},
        }}),
    );
    let word = "Sesame";
    let thing = json!({
        "id": word, "kind": [word], "free": {word: {word: word}},
        "map": {word: {"size": word}}, "rooms": {word: word, "roomSesame": [word]},
        "shape": {"type": "circle", "radius": word},
        "either": {word: 5}, "both": {word: word, "x-Sesame": word},
    });
    let whole = |method: &str, url: &str, status: u16| {
        let headers = json!({word: word, "accept": word, "x-note": word});
        json!({"method": method, "url": url, "status": status, "requestHeaders": headers,
               "responseHeaders": headers, "requestBody": thing.to_string(),
               "body": thing.to_string()})
    };
    let exchanges = [
        whole(
            "GET",
            "https://Sesame:Sesame@sesame.example/things#Sesame",
            200,
        ),
        whole("POST", "/things?Sesame&Sesame=&page=Sesame", 201),
        whole("GET", "/things", 418),
        whole("PUT", "/things", 204),
        whole("GET", "/Sesame/things/Sesame?Sesame=Sesame", 200),
        whole("GET", "/things/Sesame.json", 200),
        whole(word, "/things", 200),
        whole("SESAME", "/Sesame", 200),
    ];
    let files = [
        traffic.file("a.jsonl", lines(&exchanges)),
        traffic.file("a.har", har(&exchanges).to_string()),
    ];
    let findings = run(&schemas, &files);
    let all = format!("{findings:?}").to_lowercase();
    assert!(!all.contains("sesame"), "{findings:#?}");
    let summaries = summaries(&findings);
    for expected in [
        "wire/unknown-action GET /*/things/*",
        "wire/unknown-action GET /things/*",
        "wire/unknown-action OTHER /*",
        "wire/unknown-action OTHER /things",
        "wire/unknown-parameter things.post request query <not shown>",
        "wire/unknown-parameter things.post request query page",
        "wire/unknown-property things.get 200 /both/*",
        "wire/unknown-property things.get 200 /either/*",
        "wire/unknown-property things.get 200 /rooms/*",
        "wire/wrong-type things.get 200 /both/* is string",
        "wire/wrong-type things.get 200 /kind is array",
        "wire/wrong-type things.get 200 /map/*/size is string",
    ] {
        assert!(
            summaries.iter().any(|summary| summary == expected),
            "{expected} in {summaries:#?}"
        );
    }
    let of_map = findings
        .iter()
        .find(|found| found.subject.ends_with("/rooms/*"));
    let help = &of_map.unwrap().help;
    assert!(
        help.contains("types/thing.json#/properties/rooms"),
        "{help}"
    );
}

#[test]
fn no_failure_to_read_a_file_shows_its_content() {
    let traffic = Traffic::new();
    let bad = [
        r#"{"method": "SESAME", "url": "/SESAME", "status": "SESAME"}"#,
        r#"{"method": "GET", "url": "/", "status": 200, "SESAME": 1}"#,
        r#"{"method": ["SESAME"]}"#,
        r#"{"SESAME"}"#,
        r#""SESAME""#,
    ];
    for text in bad {
        for name in ["a.jsonl", "a.har"] {
            let file = traffic.file(name, text);
            let error = wire::run(&schemas(), &[file]).unwrap_err();
            let message = format!("{error:#} {error:?}");
            assert!(!message.contains("SESAME"), "{name}: {message}");
        }
    }
}
