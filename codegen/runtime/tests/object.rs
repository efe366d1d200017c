//! Types defined by `object!`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeMap;

use client_runtime::__private::Shape;
use client_runtime::{EmptyObject, Extra, Json, Nullable, Scalar, object, serde};
use common::{json, wrong};
use serde_json::Value;

#[derive(Clone, Default, PartialEq)]
struct Patch {
    id: Option<String>,
    note: Option<Nullable<String>>,
    value: Option<Scalar>,
    owner: Option<Nullable<String>>,
    extra: Extra,
}

object!(tolerant Patch {
    id: "id" needed [MinLength(2)],
    note: "note" nullable [MaxLength(3)],
    value: "value" needed nullable,
    owner: "owner",
});

#[derive(Clone, PartialEq)]
struct Move {
    from: Nullable<i64>,
    to: i64,
    by: Option<Nullable<String>>,
    rest: BTreeMap<String, i64>,
}

object!(closed Move {
    const "op" = "move",
    const "version" = "2",
    from: "from" required nullable,
    to: "to" required [Minimum(1)],
    by: "by" nullable,
} + rest: i64 [Each(&[Maximum(9)])] where [MaxProperties(7)]);

#[derive(Clone, Default, PartialEq)]
struct Row {
    id: Option<String>,
    cells: BTreeMap<String, Scalar>,
    extra: Extra,
}

object!(open Row {
    const "type" = "row",
    id: "id",
} + cells: Scalar [Each(&[MaxLength(3)])]);

#[derive(Clone, Default, PartialEq)]
struct Totals {
    sums: BTreeMap<String, f64>,
    extra: Extra,
}

object!(response Totals {} + sums: f64);

#[derive(Clone, Default, PartialEq)]
struct Member {
    email: Option<String>,
    user: Option<String>,
    role: Option<String>,
}

object!(closed Member {
    email: "email",
    user: "userId",
    role: "role",
} where [AnyRequired(&[&["email"], &["userId", "role"]]), MinProperties(2)]);

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error<T: serde::de::DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
    let error = serde_json::from_str::<T>(text).unwrap_err().to_string();
    error.split(" at line").next().unwrap().to_owned()
}

fn write<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn null_is_a_value_only_of_a_nullable_field() {
    let patch: Patch = read(r#"{"note":null,"value":null,"owner":null}"#);
    assert_eq!(patch.note, Some(Nullable::Null));
    assert_eq!(patch.value, Some(Scalar::Null));
    assert_eq!(patch.owner, None);
    assert!(patch.extra["owner"].is_null());
    assert_eq!(write(&patch), r#"{"note":null,"value":null,"owner":null}"#);
}

#[test]
fn a_request_requires_what_a_response_may_lack() {
    assert_eq!(
        wrong(&Patch::default()),
        "`o.id`: expected a value\n`o.value`: expected a value"
    );
    let patch: Patch = read(r#"{"id":"a","note":"long","value":1,"owner":null,"x":1}"#);
    assert_eq!(
        wrong(&patch),
        "`o.id`: expected at least 2 characters\n\
         `o.note`: expected at most 3 characters\n\
         `o.owner`: expected a value other than null\n\
         `o.x`: expected no property of this name"
    );
    let patch: Patch = read(r#"{"id":null,"value":null}"#);
    assert_eq!(wrong(&patch), "`o.id`: expected a value");
}

#[test]
fn a_required_field_may_be_null_if_it_is_nullable() {
    let text = r#"{"op":"move","version":"2","from":null,"to":3,"by":null,"x":4}"#;
    let moved: Move = read(text);
    assert_eq!(moved.from, Nullable::Null);
    assert_eq!(moved.by, Some(Nullable::Null));
    assert_eq!(moved.rest, BTreeMap::from([("x".to_owned(), 4)]));
    assert_eq!(write(&moved), text);
    assert_eq!(error::<Move>(r#"{"to":3}"#), "missing field `from`");
    assert_eq!(
        error::<Move>(r#"{"from":1,"to":null}"#),
        "`to` must not be null"
    );
}

#[test]
fn a_closed_object_names_a_property_that_it_rejects() {
    assert_eq!(
        error::<Move>(r#"{"from":1,"to":1,"op":"copy"}"#),
        "`op` must be `move`"
    );
    assert_eq!(
        error::<Move>(r#"{"from":1,"to":1,"x":"1"}"#),
        "`x`: invalid type: string \"1\", expected i64"
    );
    assert_eq!(
        error::<Member>(r#"{"mail":1}"#),
        "unknown field `mail`, expected one of `email`, `userId`, `role`"
    );
    assert_eq!(
        error::<Member>(r#"{"email":null}"#),
        "`email` must not be null"
    );
}

#[test]
fn a_constant_is_always_written_but_a_different_received_value_is_kept() {
    assert_eq!(write(&Row::default()), r#"{"type":"row"}"#);
    let row: Row = read(r#"{"type":"r\u006fw"}"#);
    assert_eq!(row, Row::default());
    for text in [r#"{"id":"a","type":"column"}"#, r#"{"type":null}"#] {
        let row: Row = read(text);
        assert_eq!(write(&row), text);
        assert_eq!(wrong(&row), "`o.type`: expected `row`");
    }
    let row: Row = read(r#"{"type":"column","type":"row"}"#);
    assert!(row.extra.is_empty());
}

#[test]
fn further_properties_of_another_type_are_kept_apart() {
    let text = r#"{"type":"row","id":"a","b":1,"c":null,"d":[1]}"#;
    let row: Row = read(text);
    assert_eq!(row.cells["b"], 1.into());
    assert_eq!(row.cells["c"], Scalar::Null);
    assert_eq!(row.cells["d"], Scalar::Other(read("[1]")));
    assert_eq!(write(&row), text);

    let totals: Totals = read(r#"{"a":1.5,"b":"x","c":12345678901234567890123,"a":null}"#);
    assert!(totals.sums.is_empty());
    assert_eq!(
        write(&totals),
        r#"{"a":null,"b":"x","c":12345678901234567890123}"#
    );
}

#[test]
fn further_properties_are_validated_in_a_request() {
    let mut row: Row = read(r#"{"a":"long","b":"ok"}"#);
    row.cells.insert("id".to_owned(), "x".into());
    row.extra.insert("z".to_owned(), Json::null());
    assert_eq!(
        wrong(&row),
        "`o.id`: expected another name, since a field has this one\n\
         `o.a`: expected at most 3 characters\n\
         `o.z`: expected a value of the type of further properties"
    );
}

#[test]
fn one_of_two_properties_with_the_same_name_is_written() {
    let mut row = Row {
        id: Some("a".to_owned()),
        ..Row::default()
    };
    for name in ["id", "type", "x"] {
        row.cells.insert(name.to_owned(), 1.into());
        row.extra.insert(name.to_owned(), Json::null());
    }
    assert_eq!(write(&row), r#"{"id":"a","type":1,"x":1}"#);
}

#[test]
fn an_object_as_a_whole_is_validated() {
    let of = |text| wrong(&read::<Member>(text));
    assert_eq!(of(r#"{"email":"a","role":"b"}"#), "");
    assert_eq!(of(r#"{"userId":"a","role":"b"}"#), "");
    assert_eq!(
        of(r#"{"userId":"a"}"#),
        "`o`: expected at least 2 properties\n\
         `o`: expected a value for `email`, or for `userId`, `role`"
    );
    let mut moved: Move = read(r#"{"from":1,"to":1,"a":1,"b":1,"c":1,"d":10}"#);
    assert_eq!(
        wrong(&moved),
        "`o.d`: expected at most 9\n`o`: expected at most 7 properties"
    );
    moved.rest.clear();
    assert_eq!(wrong(&moved), "");
}

#[test]
fn the_shape_of_a_type_is_known_without_a_value_of_it() {
    assert_eq!(Row::NAMES, ["id", "type"]);
    assert_eq!(Row::CONSTANTS, [("type", "row")]);
    assert_eq!(Patch::REQUIRED.concat(), ["id", "value"]);
    assert_eq!(<Box<Move>>::REQUIRED.concat(), ["from", "to"]);
    let open = [Row::OPEN, Move::OPEN, Totals::OPEN, Json::OPEN];
    assert_eq!(open, [true; 4]);
    let open = [Patch::OPEN, Member::OPEN, EmptyObject::OPEN];
    assert_eq!(open, [false; 3]);
}

#[derive(Clone, PartialEq)]
struct Link {
    depth: i64,
    next: Option<Box<Link>>,
}

object!(closed Link {
    depth: "depth" required,
    next: "next",
});

#[test]
fn an_object_nested_too_deep_is_an_error() {
    let nested = |depth| {
        let start = r#"{"depth":1,"next":"#.repeat(depth);
        format!("{start}null{}", "}".repeat(depth)).replace(",\"next\":null", "")
    };
    assert!(serde_json::from_str::<Link>(&nested(100)).is_ok());
    assert!(error::<Link>(&nested(100_000)).contains("nested too deep"));
}

const NAMES: &[&str] = &["id", "type", "note", "value", "owner", "x"];

proptest::proptest! {
    #[test]
    fn any_object_is_written_back_equal(value in json(NAMES, &["row"])) {
        let text = value.to_string();
        if let Ok(row) = serde_json::from_str::<Row>(&text) {
            let _ = wrong(&row);
            let mut written: Value = read(&write(&row));
            // The constant is written even if it was absent.
            if value.get("type").is_none() {
                written.as_object_mut().unwrap().remove("type");
            }
            proptest::prop_assert_eq!(&written, &value);
        }
        if value.is_object() {
            let totals: Totals = read(&text);
            // An `f64` writes 1 as 1.0, which is the same number.
            let written: Scalars = read(&write(&totals));
            proptest::prop_assert_eq!(written, read::<Scalars>(&text));
        }
        if let Ok(patch) = serde_json::from_str::<Patch>(&text) {
            let _ = wrong(&patch);
            proptest::prop_assert_eq!(read::<Value>(&write(&patch)), value);
        }
    }
}

/// An object whose numbers are compared by value.
#[derive(Debug)]
struct Scalars(BTreeMap<String, Scalar>);

impl<'de> serde::Deserialize<'de> for Scalars {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(Scalars)
    }
}

impl PartialEq for Scalars {
    fn eq(&self, other: &Self) -> bool {
        let same =
            |a: &Scalar, b: &Scalar| a == b || a.as_f64().is_some_and(|a| b.as_f64() == Some(a));
        self.0.len() == other.0.len()
            && self
                .0
                .iter()
                .all(|(name, a)| other.0.get(name).is_some_and(|b| same(a, b)))
    }
}
