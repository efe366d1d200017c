//! The rules of buf's category `WIRE_JSON`, and those of `FILE` that are visible in JSON. Each has
//! a pair here, if the rule applies to a JSON API over HTTP.

use super::pairs;

/// buf's rule, the corresponding edit, and our rule that reports the edit.
type Row = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("ENUM_SAME_TYPE", "an enum becomes a string", "type-changed"),
    ("ENUM_VALUE_NO_DELETE", "an enum has a new value", "enum-value-removed"),
    ("ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", "an enum has a new value", "enum-value-removed"),
    ("ENUM_VALUE_SAME_NAME", "an enum value is renamed", "enum-value-removed"),
    ("FIELD_NO_DELETE", "a property is new", "property-removed"),
    ("FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "a property is new", "property-removed"),
    ("FIELD_SAME_NAME", "a property is renamed", "property-removed"),
    ("FIELD_SAME_JSON_NAME", "a property is renamed", "property-added"),
    ("FIELD_SAME_TYPE", "a string becomes a number", "type-changed"),
    ("FIELD_WIRE_JSON_COMPATIBLE_TYPE", "an integer becomes a number", "format-changed"),
    ("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "a value becomes a list", "type-changed"),
    ("FIELD_SAME_CARDINALITY", "a property becomes required", "property-required"),
    ("FIELD_SAME_DEFAULT", "a parameter changes its default", "default-changed"),
    ("FIELD_SAME_ONEOF", "properties move into union variants", "property-removed"),
    ("ONEOF_NO_DELETE", "an object becomes a union", "type-changed"),
    ("MESSAGE_NO_DELETE", "an unused type is new", "type-removed"),
    ("MESSAGE_SAME_JSON_FORMAT", "an object becomes free-form JSON", "type-changed"),
    ("MESSAGE_SAME_REQUIRED_FIELDS", "a required property is new", "required-added"),
    ("RPC_NO_DELETE", "an action is new", "action-removed"),
    ("RPC_SAME_REQUEST_TYPE", "a request changes its type", "type-changed"),
    ("RPC_SAME_RESPONSE_TYPE", "a success changes its type", "type-changed"),
    ("RPC_SAME_SERVER_STREAMING", "a stream becomes a body", "success-changed"),
    ("RPC_SAME_CLIENT_STREAMING", "a body becomes a file", "parameter-moved"),
    ("RPC_SAME_IDEMPOTENCY_LEVEL", "an action changes its method", "method-changed"),
    ("SERVICE_NO_DELETE", "a resource is new", "resource-removed"),
    ("PACKAGE_SERVICE_NO_DELETE", "a resource is new", "resource-removed"),
    ("FILE_SAME_PACKAGE", "a resource changes its path", "path-changed"),
];

/// Rules that apply only to protobuf.
#[rustfmt::skip]
const NOT_HERE: &[(&str, &str)] = &[
    ("ENUM_SAME_JSON_FORMAT", "an enum has only its string form"),
    ("EXTENSION_MESSAGE_NO_DELETE", "JSON has no extensions"),
    ("FIELD_SAME_UTF8_VALIDATION", "JSON is UTF-8"),
    ("MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR", "property names are not restricted"),
    ("RESERVED_ENUM_NO_DELETE", "nothing is reserved"),
    ("RESERVED_MESSAGE_NO_DELETE", "nothing is reserved"),
    ("FILE_SAME_SYNTAX", "there is one syntax"),
];

#[test]
fn changes_that_break_by_the_rules_of_buf_are_found() {
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
            // If nothing is sent, nothing can become required.
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
