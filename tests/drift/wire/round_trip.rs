//! Bodies that are decoded into the client's types and encoded again.

use super::*;

#[test]
fn bodies_are_written_back_unchanged_and_undecodable_ones_are_reported() {
    let not_asked = wire::round_trip(&schemas(), &[], &wire::Options::default()).unwrap();
    assert!(matches!(not_asked, Outcome::Skipped(reason) if reason.contains("--round-trip")));
    let odd = json!({"items": [{
        "id": "odd", "actorType": "Service", "actorName": null, "responseStatus": 200.0,
        "creationDate": "yesterday", "more": {"a": [1, null, 1e300]}, "requestBody": {"a": 0.1},
    }]});
    let exchanges = [
        get(LOGS, 200, &odd),
        get(LOGS, 404, &json!({"type": "NotFound", "more": 1})),
        get(
            LOGS,
            200,
            &json!({"items": [{"actorName": ["SECRET"]}, null, "SECRET"], "count": {}}),
        ),
        get(LOGS, 200, &json!("SECRET")),
        json!({"method": "GET", "url": LOGS, "status": 200, "body": "SECRET"}),
    ];
    let traffic = Traffic::new();
    let files = [traffic.file("a.jsonl", lines(&exchanges))];
    let options = wire::Options { round_trip: true };
    let Outcome::Done(findings) = wire::round_trip(&schemas(), &files, &options).unwrap() else {
        panic!("it was skipped");
    };
    assert_eq!(
        summaries(&findings),
        ["wire/undecodable instanceAuditLogs.get 200 "]
    );
    assert!(!format!("{findings:?}").contains("SECRET"));
}

#[test]
fn the_round_trip_supports_several_outcomes() {
    let traffic = Traffic::new();
    let schemas = other_schemas(traffic.0.path(), None);
    let exchanges = [
        get(
            "/things",
            200,
            &json!({"id": "1", "kind": "k", "shape": {"type": "circle", "radius": 1}}),
        ),
        json!({"method": "POST", "url": "/things", "status": 201, "body": "[\"a\"]"}),
        json!({"method": "PUT", "url": "/things", "status": 202, "body": "[1.0]"}),
        json!({"method": "PUT", "url": "/things", "status": 200, "body": "\"a\""}),
        json!({"method": "PUT", "url": "/things", "status": 200, "body": "[]"}),
    ];
    let files = [traffic.file("a.jsonl", lines(&exchanges))];
    let options = wire::Options { round_trip: true };
    let Outcome::Done(findings) = wire::round_trip(&schemas, &files, &options).unwrap() else {
        panic!("it was skipped");
    };
    assert_eq!(summaries(&findings), ["wire/undecodable things.put 200 "]);
}

/// A success of every action whose type has an example, with that example as its body.
fn examples(schemas: &Path) -> Vec<Value> {
    let read = |path: &str| -> Value {
        serde_json::from_slice(&std::fs::read(schemas.join(path)).unwrap()).unwrap()
    };
    let files = std::fs::read_dir(schemas.join("resources")).unwrap();
    let mut exchanges = Vec::new();
    for file in files {
        let name = file.unwrap().file_name().into_string().unwrap();
        let resource = read(&format!("resources/{name}"));
        for action in resource["actions"].as_object().unwrap().values() {
            let path = [&resource["path"], &action["path"]].map(|part| part.as_str().unwrap_or(""));
            let path = path.concat();
            let segments = path.split('/').map(|segment| {
                if segment.starts_with('{') {
                    "57955788124b37010084c053"
                } else {
                    segment
                }
            });
            let path = segments.collect::<Vec<_>>().join("/");
            for (status, response) in action["responses"].as_object().unwrap() {
                let reference = response["schema"]["$ref"].as_str().unwrap_or_default();
                let Some(name) = reference.strip_prefix("#/definitions/") else {
                    continue;
                };
                let example = &read(&format!("types/{name}.json"))["examples"][0];
                if !example.is_null() {
                    exchanges.push(json!({
                        "method": action["method"], "url": path, "status": status.parse::<u16>().unwrap(),
                        "body": example.to_string(),
                    }));
                }
            }
        }
    }
    exchanges
}

#[test]
fn only_unknown_properties_of_the_vendors_examples_are_reported() {
    let Some(from) = tests::shared("vendor/losant-1.30.0") else {
        return;
    };
    let traffic = Traffic::new();
    let into = traffic.0.path().join("schemas");
    let [api, upstream] =
        ["api.json", "upstream"].map(|name| tests::root().join("schemas").join(name));
    let source = xtask::import::corrected(&from, &api, &upstream).unwrap();
    for (path, bytes) in source.files() {
        let path = into.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let exchanges = examples(&into);
    assert!(exchanges.len() > 1000);
    let findings = run(&into, &[traffic.file("a.jsonl", lines(&exchanges))]);
    let of_bodies = findings.iter().filter(|f| !f.subject.contains(" request "));
    let types: BTreeSet<_> = of_bodies
        .map(|finding| {
            assert_eq!(finding.rule.id, "wire/unknown-property", "{finding:?}");
            let file = &finding.place.as_ref().unwrap().file;
            file.rsplit('/').next().unwrap().to_owned()
        })
        .collect();
    // The types whose examples have more properties than their schemas, as in the round trip of the
    // examples through the client.
    let expected = [
        // An overlay declares this as the result of two actions, which `examples` does not know.
        "apiTokens.json",
        "applicationCloneDryRunResult.json",
        "applicationReadme.json",
        "credentialLinkedResources.json",
        "dashboard.json",
        "dashboards.json",
        "deviceAttributes.json",
        "edgeDeployments.json",
        "embeddedDeployments.json",
        "experienceEndpoints.json",
        "experienceLinkedResources.json",
        "historicalSummaries.json",
        "historicalSummary.json",
    ];
    assert!(
        types.iter().all(|name| expected.contains(&name.as_str())),
        "{types:?}"
    );
    assert!(types.len() > 8, "{types:?}");
}
