//! The consequences of an edit are folded into its finding, whose severity takes them into account.

use codegen::compat::{Bump, Change, Class, Shipped};
use serde_json::{Value, json};

use super::base::{BOTH, Description, READ, SENT, THINGS, USER, object, reference};
use super::pairs::compared;

/// The only change from one description to another.
fn only(old: &Description, new: &Description) -> Change {
    let mut changes = compared(old, new);
    assert_eq!(changes.len(), 1, "{changes:#?}");
    changes.remove(0)
}

fn finding(change: &Change) -> (&str, &str) {
    let rule = change.rule.id.strip_prefix("compat/").unwrap();
    (rule, change.diagnostic.message())
}

fn verdict(change: &Change) -> (Class, Bump, Shipped) {
    (change.class, change.bump, change.shipped)
}

const BREAKS_BUILDS: (Class, Bump, Shipped) = (Class::Source, Bump::Major, Shipped::Fine);
const ADDS: (Class, Bump, Shipped) = (Class::Additive, Bump::Minor, Shipped::Fine);

/// A description with the same user in two places: as the result of an action, and in the list of
/// all users.
fn with_users() -> Description {
    let mut description = Description::base();
    let user = object(json!({"login": {"type": "string", "description": "What they type."}}));
    let mut listed = user.clone();
    listed["properties"]["login"]["description"] = json!("Their name.");
    description.file("types/user.json", user);
    description.file(
        "types/users.json",
        object(json!({"items": {"type": "array", "items": listed}})),
    );
    let success = "/actions/get/responses/200/schema";
    description.set(USER, success, reference("user"));
    description.set(
        USER,
        "/actions/list",
        json!({"method": "GET", "path": "/all", "responses": {"200": {"schema": reference("users")}}}),
    );
    description
}

#[test]
fn the_name_and_docs_of_a_copy_are_consequences_of_a_changed_shape() {
    let old = with_users();
    let mut new = old.clone();
    new.set(
        "types/user.json",
        "/properties/age",
        json!({"type": "integer"}),
    );
    let change = only(&old, &new);
    assert_eq!(finding(&change), ("property-added", "`User.age` is new"));
    assert_eq!(verdict(&change), BREAKS_BUILDS);
    assert!(change.reaches.iter().eq(["user.get", "user.list"]));
    insta::assert_snapshot!(change.consequences.join("\n"), @r"
    the type `types::User` is now called `types::UsersUser` (types/users.json#/properties/items/items)
    the docs of `UsersUser.login` (`User` before) changed (types/users.json#/properties/items/items/properties/login)
    ");
    insta::assert_snapshot!(change.diagnostic.help(), @"make the same change wherever the type is used, so that it stays one type; or release a major version");

    let change = only(&new, &old);
    assert_eq!(finding(&change), ("property-removed", "`User.age` is gone"));
    assert_eq!(change.consequences.len(), 2, "{change:#?}");

    // If both change alike, they stay one type.
    let mut both = new.clone();
    both.set(
        "types/users.json",
        "/properties/items/items/properties/age",
        json!({"type": "integer"}),
    );
    let change = only(&old, &both);
    assert_eq!(finding(&change), ("property-added", "`User.age` is new"));
    assert_eq!(verdict(&change), ADDS);
    assert!(change.consequences.is_empty());
}

/// A type that was sent and read becomes two: the copy is only read.
#[test]
fn changes_of_a_types_position_are_consequences() {
    let mut old = with_users();
    old.set(
        USER,
        "/actions/put",
        json!({"method": "PUT", "responses": {"204": {}}, "params": [
            {"name": "user", "in": "body", "required": true, "schema": reference("user")}]}),
    );
    old.set(
        "types/user.json",
        "/properties/note",
        json!({"type": ["string", "null"]}),
    );
    let copy = "/properties/items/items/properties";
    old.set(
        "types/users.json",
        &format!("{copy}/note"),
        json!({"type": ["string", "null"]}),
    );
    let mut new = old.clone();
    new.set(
        "types/users.json",
        &format!("{copy}/age"),
        json!({"type": "integer"}),
    );
    let change = only(&old, &new);
    let message = "`UsersUser.age` (`User` before) is new";
    assert_eq!(finding(&change), ("property-added", message));
    insta::assert_snapshot!(change.consequences.join("\n"), @r"
    the type `types::User` is now called `types::UsersUser` (types/users.json#/properties/items/items)
    the docs of `UsersUser.login` (`User` before) changed (types/users.json#/properties/items/items/properties/login)
    `UsersUser.note` (`User` before) changes its type in Rust, but not in JSON (types/users.json#/properties/items/items/properties/note)
    `UsersUser` (`User` before) is no longer used in requests (types/users.json#/properties/items/items)
    ");
}

/// A type in several places, named after its place.
#[test]
fn a_new_name_is_a_consequence_of_the_change_that_removes_the_type_from_its_place() {
    let mut old = with_users();
    let key = object(json!({"pem": {"type": "string"}}));
    for (file, pointer) in [
        ("types/user.json", "/properties/publicKey"),
        ("types/settings.json", "/properties/publicKey"),
    ] {
        old.set(file, pointer, key.clone());
    }
    let mut new = old.clone();
    drop(new.remove("types/user.json", "/properties/publicKey"));
    let change = only(&old, &new);
    assert_eq!(
        finding(&change),
        ("property-removed", "`User.publicKey` is gone")
    );
    insta::assert_snapshot!(change.consequences.join("\n"), @r"
    the type `types::UsersUser` is now called `types::User` (types/user.json)
    the docs of `User.login` (`UsersUser` before) changed (types/user.json#/properties/login)
    the type `types::PublicKey` is now called `types::SettingsPublicKey` (types/settings.json#/properties/publicKey)
    ");
}

#[test]
fn renames_of_inline_types_are_consequences_of_the_outer_rename() {
    let old = Description::base();
    let mut new = old.clone();
    let settings = new.0.remove(BOTH).unwrap();
    new.file("types/preferences.json", settings);
    let put = "/actions/put";
    new.set(
        THINGS,
        &format!("{put}/params/0/schema"),
        reference("preferences"),
    );
    new.set(
        THINGS,
        &format!("{put}/responses/200/schema"),
        reference("preferences"),
    );
    let change = only(&old, &new);
    let message = "the type `types::Settings` is now called `types::Preferences`";
    assert_eq!(finding(&change), ("type-renamed", message));
    assert_eq!(change.consequences.len(), 3, "{change:#?}");
}

/// Adds a second file with the same description.
fn with_two_equal_files() -> Description {
    let mut description = Description::base();
    let settings = description.0[BOTH].clone();
    description.file("types/preferences.json", settings);
    description.set(
        THINGS,
        "/actions/patch",
        json!({
            "method": "PATCH", "path": "/options",
            "params": [{"name": "options", "in": "body", "required": true, "schema": reference("preferences")}],
            "responses": {"200": {"schema": reference("preferences")}},
        }),
    );
    description
}

#[test]
fn one_of_two_equal_files_can_change_alone() {
    let old = with_two_equal_files();
    for file in [BOTH, "types/preferences.json"] {
        let mut new = old.clone();
        new.set(file, "/properties/later", json!({"type": "boolean"}));
        let change = only(&old, &new);
        assert_eq!(change.rule.id, "compat/property-added", "{file}");
        assert_ne!(change.shipped, Shipped::Breaks, "{file}");
        let change = only(&new, &old);
        assert_eq!(change.rule.id, "compat/property-removed", "{file}");
    }
}

#[test]
fn a_replaced_type_is_one_change_in_all_of_its_places() {
    let old = Description::base();
    let mut new = old.clone();
    new.file(READ, json!({}));
    let change = only(&old, &new);
    let message = "`Thing` changed from an object to free-form JSON";
    assert_eq!(finding(&change), ("type-changed", message));
    assert_eq!(change.places, 2);
    assert!(change.reaches.iter().eq(["things.get", "things.post"]));
    assert_eq!(change.diagnostic.file(), READ);
}

#[test]
fn a_changed_list_file_is_one_change_in_all_of_its_places() {
    let mut old = Description::base();
    let list = |items: Value| json!({"type": "array", "items": items});
    old.file("types/shelf.json", list(reference("thing")));
    for action in ["shelve", "unshelve"] {
        let responses = json!({"200": {"schema": reference("shelf")}});
        let action = format!("/actions/{action}");
        let path = format!("/{}", &action[9..]);
        old.set(
            THINGS,
            &action,
            json!({"method": "POST", "path": path, "responses": responses}),
        );
    }
    let mut new = old.clone();
    new.file("types/shelf.json", list(json!({"type": "boolean"})));
    let change = only(&old, &new);
    let message = "the type of an item of `Shelf` changed from `Thing` to a boolean";
    assert_eq!(finding(&change), ("type-changed", message));
    assert_eq!(
        verdict(&change),
        (Class::Source, Bump::Major, Shipped::Breaks)
    );
    let reached = ["things.shelve", "things.unshelve"];
    assert!(change.reaches.iter().eq(reached), "{change:#?}");
}

/// Two types that change independently are two changes.
#[test]
fn independent_changes_are_reported_separately() {
    let old = with_users();
    let mut new = old.clone();
    for (file, name) in [("types/user.json", "age"), (SENT, "age")] {
        new.set(
            file,
            &format!("/properties/{name}"),
            json!({"type": "integer"}),
        );
    }
    let rules: Vec<_> = compared(&old, &new)
        .iter()
        .map(|change| (change.rule.id, change.bump))
        .collect();
    let (major, minor) = (Bump::Major, Bump::Minor);
    let added = "compat/property-added";
    assert_eq!(rules, [(added, minor), (added, major)]);
}

#[test]
fn a_new_title_is_not_a_consequence() {
    let old = Description::base();
    let mut new = old.clone();
    new.set(READ, "/properties/owner/title", Value::from("keeper"));
    let change = only(&old, &new);
    assert_eq!(change.rule.id, "compat/type-renamed");
    assert!(change.consequences.is_empty());
}
