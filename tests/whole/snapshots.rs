//! Snapshots of the output for the whole API. They contain names but no sentences: the vendor's
//! descriptions are not part of the project.

use crate::description::whole;
use crate::emitted::{self, by_source};
use crate::outline::outline;

/// Files that show how resources are translated.
const RESOURCES: &[&str] = &[
    // Outcomes by status, an upload and a stream of events.
    "application",
    // A request with a union, and two streams.
    "device",
    // Paginated by a cursor.
    "instance_sandboxes",
];

/// Schemas that show how types are translated.
const TYPES: &[&str] = &[
    // A recursive query, and conditions by name.
    "advancedQuery.json",
    "valueCondition.json",
    // A nullable update.
    "applicationKeyPatch.json",
    // A union with a discriminator, and the string of it in each variant.
    "flow.json#/properties/triggers/items",
    "flow.json#/properties/triggers/items/oneOf/0",
    "dashboard.json#/properties/blocks/items",
    "dashboard.json#/properties/blocks/items/oneOf/0",
    "notebook.json#/properties/inputs/items",
    "notebook.json#/properties/inputs/items/oneOf/0",
    // A union with two discriminators. Some variants share one of them.
    "devicesPatch.json",
    "devicesPatch.json#/properties/updateOperations/items",
    "devicesPatch.json#/properties/updateOperations/items/oneOf/3",
    // A union whose discriminator has no field.
    "deviceConnectionStatus.json",
    "deviceConnectionStatus.json#/oneOf/0",
    // Typed further properties.
    "dataTableRow.json",
    // One of two properties is required.
    "instanceMemberPost.json",
    // One value or a list.
    "deviceStateOrStates.json",
];

#[test]
fn the_public_api_is_as_reviewed() {
    let Some(whole) = whole() else { return };
    let outline = outline(&emitted::parsed(&whole.files));
    let lines = outline.lines().count();
    assert!(lines < 6_000 && outline.len() < 700_000, "{lines} lines");
    insta::assert_snapshot!("public_api", outline);
}

#[test]
fn selected_resources_are_as_reviewed() {
    let Some(whole) = whole() else { return };
    for name in RESOURCES {
        let text = whole
            .files
            .get(&format!("src/resources/{name}.rs"))
            .unwrap();
        insta::assert_snapshot!(format!("resource__{name}"), without_prose(text));
    }
}

#[test]
fn selected_types_are_as_reviewed() {
    let Some(whole) = whole() else { return };
    let files = emitted::parsed(&whole.files);
    let places = by_source(&files);
    for source in TYPES {
        let place = &places[*source];
        let text = whole.files.get(&format!("src/{}", place.file)).unwrap();
        let text = definition(&without_prose(text), &place.ident);
        insta::assert_snapshot!(format!("type__{}", plain(source)), text, source);
    }
}

/// The source without docs and comments.
fn without_prose(text: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: Vec<_> = text.lines().filter(is_code).collect();
    code.join("\n")
}

/// The items in a file that define a type.
fn definition(text: &str, ident: &str) -> String {
    let mut items: Vec<String> = Vec::new();
    let mut ended = true;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let is_indented = line.starts_with([' ', '}', ')', '>']);
        match items.last_mut() {
            Some(item) if is_indented || !ended => *item += &format!("\n{line}"),
            _ => items.push(line.to_owned()),
        }
        // An attribute belongs to what follows it.
        ended = !line.starts_with("#[");
    }
    items.retain(|item| defines(item, ident));
    items.join("\n\n")
}

/// Whether the first line of an item, or the one after it in a `string_enum!`, names the type.
fn defines(item: &str, ident: &str) -> bool {
    let lines = item
        .lines()
        .filter(|line| !line.trim_start().starts_with("#["));
    let head = lines.take(if item.starts_with("client_runtime::string_enum") {
        2
    } else {
        1
    });
    let mut words = head.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.any(|word| word == ident)
}

/// A string as the name of a file.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("_")
}
