//! Programs that compile against the crate of one version, and may fail against that of another.

use std::collections::{BTreeMap, BTreeSet};

use codegen::compat::Class;
use serde_json::{Value, json};
use xtask::scratch::Scratch;

use super::base::{API, BOTH, Description, JOBS, READ, SENT, THINGS, USER, object, reference};
use super::pairs::compared;

/// A rule, a program that compiles before the change, and the compiler's message after it.
type Witness = (&'static str, &'static str, &'static str);

/// The programs, each as the body of a function.
#[rustfmt::skip]
const WITNESSES: &[Witness] = &[
    ("action-removed", "let _ = Client::things as fn(&Client, String) -> _; fn f(h: things::ThingsHandle) { let _ = h.delete(); }", "no method named `delete`"),
    ("additional-properties-forbidden", "fn f(v: types::ThingPost) { let _ = v.extra; }", "no field `extra`"),
    ("branch-removed", "fn f(v: types::ThingShape) { let _ = matches!(v, types::ThingShape::Dot(_)); }", "named `Dot`"),
    ("enum-value-removed", "let _ = types::ThingPostColour::Green;", "named `Green`"),
    ("error-body-changed", "fn f(e: Error) { let _: Option<&types::ApiError> = e.api_error(); }", "mismatched types"),
    ("event-removed", "fn f(e: jobs::JobsWatchEvent) { let _ = matches!(e, jobs::JobsWatchEvent::Fail(_)); }", "named `Fail`"),
    ("extra-removed", "fn f(v: types::Problem) { let _ = v.extra; }", "no field `extra`"),
    ("format-changed", "fn f(v: types::Settings) { let _: Option<String> = v.id; }", "found `Option<DateTime>`"),
    ("name-changed", "fn f(c: Call<things::ThingsGetRequest>) { let _ = c.per_page(5_i64); }", "String: From<i64>`"),
    ("null-added", "fn f(v: types::ThingPost) { let _: Option<List<String>> = v.tags; }", "Nullable"),
    ("null-removed", "fn f(v: types::ThingPost) { let _: Option<Nullable<String>> = v.note; }", "Nullable"),
    ("outcome-removed", "fn f(o: jobs::JobsRunOutcome) { let _ = matches!(o, jobs::JobsRunOutcome::Created(_)); }", "named `Created`"),
    ("paging-removed", "fn f(c: Call<things::ThingsGetRequest>) { let _ = c.items(); }", "items"),
    ("parameter-added", "let _ = jobs::JobsRunRequest::new();", "JobsPath"),
    ("parameter-optional", "fn f(g: things::ThingsGetRequest) { let _: i64 = g.depth; }", "expected `i64`"),
    ("parameter-rehomed", "fn f(g: user::UserGetRequest) { let _ = g.path.trace; }", "no field `path`"),
    ("parameter-removed", "fn f(c: Call<things::ThingsGetRequest>, at: DateTime) { let _ = c.until(at); }", "until"),
    ("parameter-required", "fn f(g: things::ThingsGetRequest) { let _: Option<types::ThingsSort> = g.sort; }", "expected `Option<ThingsSort>`"),
    ("property-optional", "fn f(v: types::ThingPost) { let _: String = v.name; }", "expected `String`"),
    ("property-removed", "fn f(v: types::Thing) { let _ = v.size; }", "no field `size`"),
    ("property-required", "fn f(v: types::ThingPost) { let _: Option<i64> = v.size; }", "expected `Option<i64>`"),
    ("required-added", "fn f(h: things::ThingsHandle, v: types::ThingPost) { let _ = h.post(v); }", "takes 2 arguments"),
    ("required-order-changed", "fn f(h: things::ThingsHandle) { let _ = h.draft(\"a\", 1); }", "draft"),
    ("resource-removed", "fn f(c: Client) { let _ = c.notes(); }", "notes"),
    ("rust-type-changed", "fn f(v: types::Thing) { let _: Option<types::ThingOwner> = v.owner; }", "Box<ThingOwner>"),
    ("success-changed", "async fn f(c: Call<things::ThingsPostRequest>) { let r = c.send().await.unwrap(); let _: &types::Thing = &*r; }", "mismatched types"),
    ("type-changed", "fn f(v: types::Thing) { let _: Option<String> = v.id; }", "found `Option<i64>`"),
    ("type-removed", "fn f(v: types::Spare) { let _ = v.left; }", "cannot find type `Spare`"),
    ("type-renamed", "fn f(v: types::ThingPostOwner) { let _ = v.email; }", "cannot find type `ThingPostOwner`"),
    ("type-unsent", "let _ = types::Settings::new;", "named `new`"),
];

/// Rules that break builds but have no witness.
const WITHOUT: &[(&str, &str)] = &[
    (
        "feature-removed",
        "a feature is named in a manifest, so its absence is found before anything compiles",
    ),
    ("package-renamed", "a crate is named in a manifest, too"),
    (
        "paging-changed",
        "the trait of `paging-removed` gets another `PageInfo`",
    ),
];

/// The version that the programs are written for.
fn before() -> Description {
    let mut d = Description::base();
    let query = |name: &str, kind: &str| json!({"name": name, "in": "query", "required": true, "type": kind});
    d.set(
        THINGS,
        "/actions/draft",
        json!({
            "method": "GET", "params": [query("a", "string"), query("b", "integer")],
            "responses": {"204": {}},
        }),
    );
    d.push(READ, "/properties/shape/oneOf", form("dot"));
    d.remove(SENT, "/additionalProperties");
    d.set(
        JOBS,
        "/actions/run/responses/201",
        json!({"schema": titled("Made")}),
    );
    d.set(
        JOBS,
        "/actions/watch/responses/200/sseEvents/fail",
        json!({"schema": {"type": "string"}}),
    );
    d.set(
        USER,
        "/params",
        json!([{"name": "trace", "in": "query", "type": "string"}]),
    );
    d.file(
        "resources/notes.json",
        json!({"path": "/notes", "actions": {
        "get": {"method": "GET", "responses": {"204": {}}}}}),
    );
    d
}

fn form(kind: &str) -> Value {
    let mut form = object(json!({"type": {"enum": [kind]}, "at": {"type": "integer"}}));
    form["required"] = json!(["type"]);
    form
}

fn titled(title: &str) -> Value {
    let mut titled = object(json!({"by": {"type": "integer"}}));
    titled["title"] = json!(title);
    titled
}

/// A version without something that each program uses.
fn broken() -> Description {
    let mut d = before();
    broken_types(&mut d);
    d.remove(THINGS, "/actions/delete");
    d.remove(THINGS, "/actions/post/responses/201/schema");
    d.remove(THINGS, "/actions/post/responses/400");
    d.push(
        THINGS,
        "/actions/post/params",
        json!({"name": "find", "in": "query", "required": true, "type": "string"}),
    );
    d.remove(THINGS, "/actions/put/params");
    let first = d.remove(THINGS, "/actions/draft/params/0");
    d.push(THINGS, "/actions/draft/params", first);
    d.set(THINGS, "/actions/get/params/3/required", json!(true));
    d.set(THINGS, "/actions/get/params/5/required", json!(false));
    d.set(
        THINGS,
        "/actions/get/params/2",
        json!({"name": "problem", "in": "query", "schema": reference("problem")}),
    );
    d.push(
        API,
        "/params",
        json!({"name": "_perPage", "in": "header", "type": "string"}),
    );
    d.remove(API, "/paging/0");
    d.0.get_mut(API)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("error");
    d.remove(JOBS, "/actions/run/responses/201");
    d.remove(JOBS, "/actions/watch/responses/200/sseEvents/fail");
    d.set(
        JOBS,
        "/params",
        json!([{"name": "trace", "in": "query", "type": "string"}]),
    );
    let trace = d.remove(USER, "/params/0");
    d.0.get_mut(USER)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("params");
    d.set(USER, "/actions/get/params", json!([trace]));
    d.0.remove("resources/notes.json");
    d.0.remove("types/spare.json");
    d
}

fn broken_types(d: &mut Description) {
    d.remove(READ, "/properties/size");
    d.set(READ, "/properties/id/type", json!("integer"));
    d.set(READ, "/properties/owner/properties/of", reference("thing"));
    d.remove(READ, "/properties/shape/oneOf/2");
    d.set(SENT, "/required", json!(["id", "size"]));
    d.remove(SENT, "/properties/colour/enum/1");
    d.set(
        SENT,
        "/properties/tags/items/type",
        json!(["string", "null"]),
    );
    d.set(SENT, "/properties/note/type", json!("string"));
    d.set(SENT, "/properties/owner/title", json!("Keeper"));
    d.set(SENT, "/additionalProperties", json!(false));
    d.set(BOTH, "/properties/id/format", json!("date-time"));
}

/// A version with additions and other changes that break no build.
fn more() -> Description {
    let mut d = before();
    for path in [SENT, READ, BOTH] {
        d.set(path, "/properties/weight", json!({"type": "number"}));
        d.push(path, "/properties/colour/enum", json!("blue"));
        d.push(path, "/properties/shape/oneOf", form("line"));
        d.set(path, "/properties/name/maxLength", json!(5));
        d.set(path, "/properties/labels/description", json!("Labels."));
    }
    d.push(READ, "/required", json!("colour"));
    d.set(READ, "/properties/size/type", json!(["integer", "null"]));
    d.push(
        THINGS,
        "/actions/get/params",
        json!({"name": "find", "in": "query", "type": "string"}),
    );
    d.push(THINGS, "/actions/get/params/3/enum", json!("id"));
    d.set(THINGS, "/actions/get/params/3/default", json!("size"));
    d.set(THINGS, "/actions/get/pin", json!("until"));
    d.set(THINGS, "/actions/put/method", json!("PATCH"));
    d.set(THINGS, "/path", json!("/orgs/{orgId}/items"));
    d.set(
        THINGS,
        "/actions/patch",
        json!({"method": "PATCH", "responses": {"204": {}}}),
    );
    d.push(
        API,
        "/params",
        json!({"name": "lang", "in": "header", "type": "string"}),
    );
    d.set(API, "/baseUrl", json!("https://api.example.com"));
    d.set(
        JOBS,
        "/actions/run/responses/203",
        json!({"schema": titled("More")}),
    );
    d.set(
        JOBS,
        "/actions/watch/responses/200/sseEvents/stop",
        json!({"schema": {"type": "string"}}),
    );
    d.file(
        "resources/groups.json",
        json!({"path": "/groups", "actions": {
        "get": {"method": "GET", "responses": {"204": {}}}}}),
    );
    d
}

#[test]
fn each_rule_that_breaks_builds_has_a_witness_or_a_reason() {
    let broken = compared(&before(), &broken());
    let met = broken.iter().filter(|change| change.class == Class::Source);
    let met: BTreeSet<_> = met
        .map(|c| c.rule.id.trim_start_matches("compat/"))
        .collect();
    let witnessed: BTreeSet<_> = WITNESSES.iter().map(|witness| witness.0).collect();
    assert_eq!(met, witnessed);
    let found = super::pairs::all()
        .iter()
        .flat_map(|pair| pair.forth.iter().chain(&pair.back));
    // For changes that break builds by their consequences, the witness is that of `type-renamed`.
    let found = found.filter(|change| change.consequences.is_empty());
    let breaking = found.filter(|change| change.class == Class::Source);
    let breaking: BTreeSet<_> = breaking.map(|change| change.rule.id).collect();
    let excused = WITHOUT.iter().map(|(rule, _)| *rule);
    let all: BTreeSet<_> = witnessed
        .into_iter()
        .chain(excused)
        .map(|id| format!("compat/{id}"))
        .collect();
    assert_eq!(all, breaking.into_iter().map(str::to_owned).collect());
    assert!(codegen::compat::RULES.len() > all.len());
}

#[test]
fn versions_that_break_no_build_have_no_breaking_changes() {
    let changes = compared(&before(), &more());
    assert!(changes.len() > 25, "{}", changes.len());
    for change in changes {
        assert_ne!(
            change.class,
            Class::Source,
            "{}",
            change.diagnostic.message()
        );
    }
}

#[test]
fn programs_compile_against_their_version_and_fail_if_a_change_breaks_builds() {
    let scratch = Scratch::new("drift-test").unwrap();
    let versions = [("before", before()), ("more", more()), ("broken", broken())];
    let mut members = Vec::new();
    for (version, mut description) in versions {
        description.set(API, "/package/name", json!(format!("drift-{version}")));
        scratch.emitted(version, &description.generate()).unwrap();
        programs(&scratch, version);
        members.extend([version.to_owned(), format!("{version}-programs")]);
    }
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    scratch.manifest(&members).unwrap();
    assert_eq!(errors(&scratch, "before"), BTreeMap::new());
    assert_eq!(errors(&scratch, "more"), BTreeMap::new());
    let errors = errors(&scratch, "broken");
    let mismatches = WITNESSES.iter().filter_map(|(rule, program, expected)| {
        let said = errors.get(*rule).map_or("nothing", String::as_str);
        let is_so = said.contains(expected);
        (!is_so).then(|| format!("{rule}, of {program}: no {expected:?} in {said}"))
    });
    let mismatches: Vec<_> = mismatches.collect();
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}

/// Writes the package with all programs, each as an example.
fn programs(scratch: &Scratch, version: &str) {
    let folder = format!("{version}-programs");
    let manifest = format!(
        "[package]\nname = \"{folder}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nthings = {{ package = \"drift-{version}\", path = \"../{version}\" }}\n"
    );
    scratch
        .file(&format!("{folder}/Cargo.toml"), &manifest)
        .unwrap();
    scratch.file(&format!("{folder}/src/lib.rs"), "").unwrap();
    for (rule, program, _) in WITNESSES {
        let text =
            format!("#![allow(unused)]\nuse ::things::*;\nfn main() {{\n    {program}\n}}\n");
        scratch
            .file(&format!("{folder}/examples/{rule}.rs"), &text)
            .unwrap();
    }
}

/// The compiler's errors, by rejected program.
fn errors(scratch: &Scratch, version: &str) -> BTreeMap<String, String> {
    let package = format!("{version}-programs");
    let mut command = scratch.cargo("check");
    command.args([
        "--keep-going",
        "--examples",
        "--message-format=json",
        "--package",
        &package,
    ]);
    let output = command.output().unwrap();
    let mut errors: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        if message["message"]["level"] == "error" {
            let target = message["target"]["name"].as_str().unwrap();
            let text = message["message"]["rendered"].as_str().unwrap();
            errors.entry(target.to_owned()).or_default().push_str(text);
        }
    }
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.success(), errors.is_empty(), "{said}");
    errors
}
