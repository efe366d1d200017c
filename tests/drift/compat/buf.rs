//! What buf calls breaking in its category `WIRE_JSON`, and some of `FILE` that is seen in JSON too:
//! each has a pair here, if an API of JSON over HTTP has anything of the kind.

use super::pairs;

/// buf's rule, the edit that is the like of it, and the rule by which that is found.
type Row = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("ENUM_SAME_TYPE", "an enum becomes any text", "type-changed"),
    ("ENUM_VALUE_NO_DELETE", "an enum has another value", "enum-value-removed"),
    ("ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", "an enum has another value", "enum-value-removed"),
    ("ENUM_VALUE_SAME_NAME", "a value has another name", "enum-value-removed"),
    ("FIELD_NO_DELETE", "a property is new", "property-removed"),
    ("FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "a property is new", "property-removed"),
    ("FIELD_SAME_NAME", "a property has another name", "property-removed"),
    ("FIELD_SAME_JSON_NAME", "a property has another name", "property-added"),
    ("FIELD_SAME_TYPE", "a text becomes a number", "type-changed"),
    ("FIELD_WIRE_JSON_COMPATIBLE_TYPE", "an integer becomes a number", "format-changed"),
    ("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "one becomes many", "type-changed"),
    ("FIELD_SAME_CARDINALITY", "a property becomes required", "property-required"),
    ("FIELD_SAME_DEFAULT", "a parameter has another default", "default-changed"),
    ("FIELD_SAME_ONEOF", "properties move into forms", "property-removed"),
    ("ONEOF_NO_DELETE", "an object becomes one of several forms", "type-changed"),
    ("MESSAGE_NO_DELETE", "a type is new that nothing uses", "type-removed"),
    ("MESSAGE_SAME_JSON_FORMAT", "an object becomes free-form", "type-changed"),
    ("MESSAGE_SAME_REQUIRED_FIELDS", "a required property is new", "required-added"),
    ("RPC_NO_DELETE", "an action is new", "action-removed"),
    ("RPC_SAME_REQUEST_TYPE", "a request has another type", "type-changed"),
    ("RPC_SAME_RESPONSE_TYPE", "a success is another type", "type-changed"),
    ("RPC_SAME_SERVER_STREAMING", "a stream becomes a body", "success-changed"),
    ("RPC_SAME_CLIENT_STREAMING", "a body becomes a file", "parameter-moved"),
    ("RPC_SAME_IDEMPOTENCY_LEVEL", "an action has another method", "method-changed"),
    ("SERVICE_NO_DELETE", "a resource is new", "resource-removed"),
    ("PACKAGE_SERVICE_NO_DELETE", "a resource is new", "resource-removed"),
    ("FILE_SAME_PACKAGE", "a resource has another path", "path-changed"),
];

/// Rules that are about protobuf alone.
#[rustfmt::skip]
const NOT_HERE: &[(&str, &str)] = &[
    ("ENUM_SAME_JSON_FORMAT", "an enum is its text and has no other form"),
    ("EXTENSION_MESSAGE_NO_DELETE", "there are no extensions"),
    ("FIELD_SAME_UTF8_VALIDATION", "JSON is UTF-8"),
    ("MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR", "nothing is kept from a property's name"),
    ("RESERVED_ENUM_NO_DELETE", "nothing is reserved"),
    ("RESERVED_MESSAGE_NO_DELETE", "nothing is reserved"),
    ("FILE_SAME_SYNTAX", "there is one syntax"),
];

#[test]
fn what_buf_calls_breaking_is_found() {
    for (buf, edit, rule) in ROWS {
        let of_edit = |name: &str| {
            let rest = name.strip_prefix(edit);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
        };
        let mut pairs = pairs::all()
            .iter()
            .filter(|pair| of_edit(&pair.name))
            .peekable();
        assert!(pairs.peek().is_some(), "{buf}: no edit {edit:?}");
        for pair in pairs {
            let mut changes = pair.forth.iter().chain(&pair.back);
            let id = format!("compat/{rule}");
            let is_found = changes.any(|change| change.rule.id == id);
            // Where nothing is sent, nothing more can be required.
            assert!(
                is_found || pair.name.ends_with("(response)"),
                "{buf}: {}",
                pair.name
            );
        }
    }
    assert!(
        NOT_HERE
            .iter()
            .all(|(buf, _)| !ROWS.iter().any(|row| row.0 == *buf))
    );
}
