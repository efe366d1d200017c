//! What our schemas say differently from the vendor's description.

use super::*;

#[test]
fn what_an_import_would_write_has_the_corrections_that_apply_and_our_words() {
    let project = with_ours();
    let schema = r#"{"type": "object", "description": "Theirs.", "properties": {"weight": {"type": "integer"}}}"#;
    project.write("vendor-1.0/types/thing.json", schema);
    let overlay = r#"{"upstream": "1.0", "corrections": [
        {"file": "types/thing.json", "pointer": "/properties/weight/type", "expected": "integer",
            "value": "number", "reason": "r"},
        {"file": "types/thing.json", "pointer": "/properties/size/type", "expected": "integer",
            "value": "number", "reason": "r"}]}"#;
    project.write("schemas/upstream/o.json", overlay);
    let theirs = Theirs::read(&project.schemas(), &project.upstream()).unwrap();
    let mut files = theirs.wanted.files();
    let (_, thing) = files.find(|(path, _)| *path == "types/thing.json").unwrap();
    let thing: serde_json::Value = serde_json::from_slice(thing).unwrap();
    let expected = serde_json::json!({"title": "Article", "description": "Ours.", "type": "object",
        "properties": {"weight": {"type": "number"}}});
    assert_eq!(thing, expected);
}

/// A type that ours and the vendor's description have, in a resource that both have.
const RESOURCE: &str = r##"{"path": "/t", "actions": {"get": {"method": "GET", "summary": "Gets.",
  "responses": {"200": {"description": "It.", "schema": {"$ref": "#/definitions/thing"}}}}}}"##;

/// A resource of the vendor's as a file of `schemas/`.
fn ours_of(resource: &str) -> String {
    resource.replacen('{', r#"{"$schema": "../descriptor.schema.json", "#, 1)
}

/// A project in which `schemas/` says of the thing what the vendor says, in its own words.
fn with_ours() -> Project {
    let project = Project::new();
    let theirs = r#"{"type": "object", "properties": {"size": {"type": "integer"}}}"#;
    let ours = r#"{"title": "Article", "description": "Ours.", "type": "object",
  "properties": {
    "size": {"type": "integer"}
  }}"#;
    let resource = ours_of(RESOURCE);
    let files = [
        ("schemas/resources/thing.json", resource.as_str()),
        ("schemas/types/thing.json", ours),
        (
            "schemas/upstream/o.json",
            r#"{"upstream": "1.0", "corrections": []}"#,
        ),
        ("vendor-1.0/types/thing.json", theirs),
        (
            "vendor-1.0/apiInfo.json",
            &format!(r#"{{"thing": {RESOURCE}}}"#),
        ),
    ];
    for (path, text) in files {
        project.write(path, text);
    }
    fs::remove_file(project.upstream().join("types/spare.json")).unwrap();
    import::lock(&project.upstream(), &project.schemas()).unwrap();
    project
}

#[test]
fn a_fact_that_no_user_notices_is_told_by_its_file() {
    let project = with_ours();
    project.write("schemas/resources/thing.json", RESOURCE);
    let found = project.one();
    assert_eq!(found.rule.id, "upstream/schemas-differ");
    let said = (found.subject.as_str(), found.detail.as_deref());
    assert_eq!(said, ("files", Some("resources/thing.json\n")));
}

#[test]
fn a_resource_that_only_the_vendor_has_is_told() {
    let project = with_ours();
    let other = RESOURCE.replace("\"/t\"", "\"/o\"");
    let info = format!(r#"{{"thing": {RESOURCE}, "other": {other}}}"#);
    project.write("vendor-1.0/apiInfo.json", &info);
    import::lock(&project.upstream(), &project.schemas()).unwrap();
    let findings = project.findings();
    let told = briefly(&findings);
    assert_eq!(
        told,
        [(
            "upstream/schemas-differ",
            "compat/resource-added: the resource `other`"
        )]
    );
}

#[test]
fn words_and_names_of_our_own_are_no_difference() {
    assert_eq!(with_ours().findings(), []);
}

#[test]
fn the_schemas_are_compared_with_what_the_description_says_of_the_same() {
    let project = with_ours();
    let theirs = r#"{"type": "object", "properties": {"size": {"type": "string"}}}"#;
    project.write("vendor-1.0/types/thing.json", theirs);
    import::lock(&project.upstream(), &project.schemas()).unwrap();
    let found = project.one();
    assert_eq!(found.rule.id, "upstream/schemas-differ");
    assert_eq!(found.severity, Severity::Major);
    assert_eq!(found.reaches, ["thing.get"]);
    let place = found.place.unwrap();
    assert!(place.file.ends_with("types/thing.json"), "{}", place.file);
    assert_eq!(
        (place.line, place.pointer.as_str()),
        (3, "/properties/size")
    );
    assert!(
        found.message.starts_with("in the vendor's description, "),
        "{}",
        found.message
    );
}

#[test]
fn an_overlay_says_why_the_schemas_differ() {
    let project = with_ours();
    project.write(
        "schemas/types/thing.json",
        r#"{"type": "object", "properties": {"size": {"type": "number"}}}"#,
    );
    assert_eq!(project.one().rule.id, "upstream/schemas-differ");
    let overlay = r#"{"upstream": "1.0", "corrections": [{"file": "types/thing.json",
      "pointer": "/properties/size/type", "expected": "integer", "value": "number",
      "reason": "It is 0.5 in an example."}]}"#;
    project.write("schemas/upstream/o.json", overlay);
    assert_eq!(project.findings(), []);
}

#[test]
fn a_description_with_mistakes_of_its_own_is_not_taken_for_an_equal_one() {
    let project = with_ours();
    project.write("vendor-1.0/types/thing.json", r#"{"type": "objekt"}"#);
    import::lock(&project.upstream(), &project.schemas()).unwrap();
    let found = project.one();
    assert_eq!(found.rule.id, "upstream/broken");
    let detail = found.detail.unwrap();
    assert!(
        detail.contains("types/thing.json") && detail.contains("objekt"),
        "{detail}"
    );
}

#[test]
fn a_mistake_in_one_type_does_not_hide_what_differs_in_another() {
    let project = with_ours();
    let resource = ours_of(&RESOURCE.replace("GET", "POST"));
    project.write("schemas/resources/thing.json", &resource);
    project.write("vendor-1.0/types/thing.json", r#"{"type": "objekt"}"#);
    import::lock(&project.upstream(), &project.schemas()).unwrap();
    let findings = project.findings();
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, ["upstream/broken", "upstream/schemas-differ"]);
    assert!(
        findings[1].message.contains(" its method from POST to GET"),
        "{:?}",
        findings[1]
    );
}
