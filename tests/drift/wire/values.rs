//! Values that the schemas do not allow, and properties that they lack.

use super::*;

#[test]
fn an_unknown_property_is_counted_by_place_with_a_suggestion() {
    let item = json!({"newProperty": "secret", "actorType": "User"});
    let page = json!({"items": [item, item, {"newProperty": null}]});
    let findings = found(&[get(LOGS, 200, &page), get(LOGS, 200, &page)]);
    let subject = "instanceAuditLogs.get 200 /items/*/newProperty";
    assert_eq!(
        summaries(&findings),
        [format!("wire/unknown-property {subject}")]
    );
    let finding = &findings[0];
    assert_eq!(
        (finding.count, finding.reaches.as_slice()),
        (6, &["instanceAuditLogs.get".to_owned()][..])
    );
    assert_eq!(
        finding.help,
        r##"set types/instanceAuditLog.json#/properties/newProperty to {"type":["string","null"]}"##
    );
    let place = finding.place.as_ref().unwrap();
    assert!(
        place
            .file
            .ends_with("audit-logs/types/instanceAuditLog.json")
    );
    assert_eq!(
        (place.line, place.column, place.pointer.as_str()),
        (6, 17, "/properties")
    );
    assert!(
        place.excerpt.contains("\"properties\""),
        "{}",
        place.excerpt
    );
}

#[test]
fn a_new_enum_value_is_shown_only_if_it_looks_like_a_name() {
    let log = |value: &str| json!({"actorType": value});
    let items = [
        log("Service"),
        log("Service"),
        log("Ada Lovelace"),
        log("x y"),
    ];
    let findings = found(&[get(LOGS, 200, &json!({"items": items}))]);
    let subject = "wire/unknown-enum-value instanceAuditLogs.get 200 /items/*/actorType =";
    assert_eq!(
        summaries(&findings),
        [
            format!("{subject} <not shown>"),
            format!("{subject} Service")
        ]
    );
    assert_eq!((findings[0].count, findings[1].count), (2, 2));
    assert!(findings[0].message.contains("a string of 12 characters"));
    assert!(
        findings[1]
            .help
            .ends_with(r#"to ["User","ApiToken","Service"]"#)
    );
}

#[test]
fn values_that_are_not_names_are_listed_up_to_a_limit() {
    let items = ('a'..='z').map(|name| json!({"actorType": format!("name-{name}")}));
    let items: Vec<_> = items.collect();
    let findings = found(&[get(LOGS, 200, &json!({"items": items}))]);
    assert_eq!(findings.len(), 9);
    assert_eq!(
        findings.iter().map(|finding| finding.count).sum::<usize>(),
        26
    );
}

#[test]
fn a_wrong_type_is_reported_with_the_actual_type() {
    let findings = found_in_log(json!({"actorName": null, "responseStatus": "200"}));
    let subject = "wire/wrong-type instanceAuditLogs.get 200 /items/*";
    assert_eq!(
        summaries(&findings),
        [
            format!("{subject}/actorName is null"),
            format!("{subject}/responseStatus is string"),
        ]
    );
    assert_eq!(
        findings[0].help,
        r##"set types/instanceAuditLog.json#/properties/actorName/type to ["string","null"]"##
    );
}

#[test]
fn every_violated_limit_is_reported_by_its_keyword() {
    let findings = found_in_log(json!({
        "id": "xyz", "creationDate": "yesterday", "actorName": "x".repeat(1025),
        "responseStatus": 99,
    }));
    let subject = "wire/constraint-broken instanceAuditLogs.get 200 /items/*";
    assert_eq!(
        summaries(&findings),
        [
            format!("{subject}/actorName maxLength"),
            format!("{subject}/creationDate format"),
            format!("{subject}/id pattern"),
            format!("{subject}/responseStatus minimum"),
        ]
    );
    assert!(
        findings[0].message.ends_with("its length is 1025"),
        "{}",
        findings[0].message
    );
}
