//! What follows from an edit is told with what was edited, and is as bad as it is.

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

fn told(change: &Change) -> (&str, &str) {
    let rule = change.rule.id.strip_prefix("compat/").unwrap();
    (rule, change.diagnostic.message())
}

fn verdict(change: &Change) -> (Class, Bump, Shipped) {
    (change.class, change.bump, change.shipped)
}

const BREAKS_BUILDS: (Class, Bump, Shipped) = (Class::Source, Bump::Major, Shipped::Fine);
const ADDS: (Class, Bump, Shipped) = (Class::Additive, Bump::Minor, Shipped::Fine);

/// The user is described where the action is, and where all users are listed.
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
fn the_name_and_the_docs_of_a_copy_follow_from_the_change_of_a_shape() {
    let old = with_users();
    let mut new = old.clone();
    new.set(
        "types/user.json",
        "/properties/age",
        json!({"type": "integer"}),
    );
    let change = only(&old, &new);
    assert_eq!(told(&change), ("property-added", "`User.age` is new"));
    assert_eq!(verdict(&change), BREAKS_BUILDS);
    assert!(change.reaches.iter().eq(["user.get", "user.list"]));
    insta::assert_snapshot!(change.consequences.join("\n"), @r"
    the type `types::User` is now called `types::UsersUser` (types/users.json#/properties/items/items)
    the docs of `UsersUser.login` (`User` before) changed (types/users.json#/properties/items/items/properties/login)
    ");
    insta::assert_snapshot!(change.diagnostic.help(), @"make the same change wherever the type is used, so that it stays one type; or release a major version");

    let change = only(&new, &old);
    assert_eq!(told(&change), ("property-removed", "`User.age` is gone"));
    assert_eq!(change.consequences.len(), 2, "{change:#?}");

    // The same change in both leaves them one type.
    let mut both = new.clone();
    both.set(
        "types/users.json",
        "/properties/items/items/properties/age",
        json!({"type": "integer"}),
    );
    let change = only(&old, &both);
    assert_eq!(told(&change), ("property-added", "`User.age` is new"));
    assert_eq!(verdict(&change), ADDS);
    assert!(change.consequences.is_empty());
}

/// What was sent and read as one type is read only where the copy stands.
#[test]
fn what_depends_on_where_a_type_stands_follows_as_well() {
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
    assert_eq!(told(&change), ("property-added", message));
    insta::assert_snapshot!(change.consequences.join("\n"), @r"
    the type `types::User` is now called `types::UsersUser` (types/users.json#/properties/items/items)
    the docs of `UsersUser.login` (`User` before) changed (types/users.json#/properties/items/items/properties/login)
    `UsersUser.note` (`User` before) changes its type in Rust, but not in JSON (types/users.json#/properties/items/items/properties/note)
    `UsersUser` (`User` before) is no longer used in requests (types/users.json#/properties/items/items)
    ");
}

/// A type that is called after where it stands, in more than one place.
#[test]
fn the_name_of_a_type_follows_from_what_takes_it_from_a_place() {
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
        told(&change),
        ("property-removed", "`User.publicKey` is gone")
    );
    insta::assert_snapshot!(change.consequences.join("\n"), @r"
    the type `types::UsersUser` is now called `types::User` (types/user.json)
    the docs of `User.login` (`UsersUser` before) changed (types/user.json#/properties/login)
    the type `types::PublicKey` is now called `types::SettingsPublicKey` (types/settings.json#/properties/publicKey)
    ");
}

#[test]
fn what_stands_in_a_type_is_called_after_it() {
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
    assert_eq!(told(&change), ("type-renamed", message));
    assert_eq!(change.consequences.len(), 3, "{change:#?}");
}

/// Two files that describe the same.
fn with_twins() -> Description {
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
fn one_of_two_files_that_describe_the_same_changes_for_itself() {
    let old = with_twins();
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
fn a_type_that_is_none_any_more_is_one_change_wherever_it_stood() {
    let old = Description::base();
    let mut new = old.clone();
    new.file(READ, json!({}));
    let change = only(&old, &new);
    let message = "`Thing` changed from an object to free-form JSON";
    assert_eq!(told(&change), ("type-changed", message));
    assert_eq!(change.places, 2);
    assert!(change.reaches.iter().eq(["things.get", "things.post"]));
    assert_eq!(change.diagnostic.file(), READ);
}

#[test]
fn a_list_in_a_file_of_its_own_is_one_change_wherever_it_stands() {
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
    assert_eq!(told(&change), ("type-changed", message));
    assert_eq!(
        verdict(&change),
        (Class::Source, Bump::Major, Shipped::Breaks)
    );
    let reached = ["things.shelve", "things.unshelve"];
    assert!(change.reaches.iter().eq(reached), "{change:#?}");
}

/// Two types that change for themselves are two changes.
#[test]
fn what_is_changed_apart_is_told_apart() {
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
fn a_title_of_its_own_is_no_consequence() {
    let old = Description::base();
    let mut new = old.clone();
    new.set(READ, "/properties/owner/title", Value::from("keeper"));
    let change = only(&old, &new);
    assert_eq!(change.rule.id, "compat/type-renamed");
    assert!(change.consequences.is_empty());
}
