//! Any JSON anywhere in a response can be read, accessed and written back.

#![allow(missing_docs, reason = "types of a test")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::tests_outside_test_module,
    reason = "a test"
)]

mod common;

use std::collections::BTreeMap;

use client_runtime::{
    DateTime, EmptyObject, Extra, Json, List, Map, Nullable, Number, ObjectId, Scalar, UnixMillis,
    object, string_enum, union,
};
use common::{is_same, json, wrong};
use proptest::prelude::*;
use serde_json::Value;

string_enum! {
    /// An open enum.
    pub enum Kind {
        A = "a",
        Empty = "",
    }
}

#[derive(Clone, PartialEq)]
enum Choice {
    Thing(Box<Thing>),
    Numbers(List<i64>),
    Texts(List<String>),
    Unknown(Json),
}

union!(Choice {
    Thing(Box<Thing>): object,
    Numbers(List<i64>): array,
    Texts(List<String>): array,
});

/// A struct with every type that a field may have.
#[derive(Clone, Default, PartialEq)]
struct Thing {
    text: Option<String>,
    flag: Option<bool>,
    integer: Option<i64>,
    number: Option<Number>,
    id: Option<ObjectId>,
    date: Option<DateTime>,
    millis: Option<UnixMillis>,
    kind: Option<Kind>,
    scalar: Option<Scalar>,
    json: Option<Json>,
    empty: Option<EmptyObject>,
    nullable: Option<Nullable<List<i64>>>,
    inner: Option<Box<Thing>>,
    choice: Option<Choice>,
    list: Option<List<Thing>>,
    lists: Option<List<List<Number>>>,
    map: Option<Map<Kind>>,
    maps: Option<Map<List<Map<DateTime>>>>,
    choices: Option<List<Choice>>,
    further: BTreeMap<String, List<ObjectId>>,
    extra: Extra,
}

object!(tolerant Thing {
    text: "text",
    flag: "flag",
    integer: "integer",
    number: "number",
    id: "id",
    date: "date",
    millis: "millis",
    kind: "kind",
    scalar: "scalar" nullable,
    json: "json",
    empty: "empty",
    nullable: "nullable" nullable,
    inner: "inner",
    choice: "choice",
    list: "list",
    lists: "lists",
    map: "map",
    maps: "maps",
    choices: "choices",
} + further: List<ObjectId>);

const NAMES: &[&str] = &[
    "text", "flag", "integer", "number", "id", "date", "millis", "kind", "scalar", "json", "empty",
    "nullable", "inner", "choice", "list", "lists", "map", "maps", "choices", "further",
];
const STRINGS: &[&str] = &[
    "a",
    "",
    "575ec7417ae143cd83dc4a96",
    "2016-06-13T04:00:00.000Z",
    "+10000-01-01T00:00:00Z",
];

fn read(text: &str) -> Thing {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn write(thing: &Thing) -> String {
    serde_json::to_string(thing).unwrap()
}

#[test]
fn a_value_that_does_not_fit_a_field_is_in_extra_under_its_name() {
    for (text, missing) in [
        (r#"{"text":7}"#, "text"),
        (r#"{"text":["a",null]}"#, "text"),
        (r#"{"flag":"true"}"#, "flag"),
        (r#"{"integer":12345678901234567890123}"#, "integer"),
        (r#"{"integer":0.5}"#, "integer"),
        (r#"{"integer":"7"}"#, "integer"),
        (r#"{"number":1e400}"#, "number"),
        (r#"{"number":123456789012345678901234567890}"#, "number"),
        (r#"{"id":{"$oid":"575ec7417ae143cd83dc4a96"}}"#, "id"),
        (r#"{"date":1465790400000}"#, "date"),
        (r#"{"millis":99999999999999999999}"#, "millis"),
        (r#"{"millis":"2016-06-13T04:00:00.000Z"}"#, "millis"),
        (r#"{"kind":false}"#, "kind"),
        (r#"{"empty":[]}"#, "empty"),
        (r#"{"nullable":{"a":1}}"#, "nullable"),
        (r#"{"inner":[1]}"#, "inner"),
        (r#"{"list":{"0":{}}}"#, "list"),
        (r#"{"map":["a"]}"#, "map"),
        (r#"{"json":null}"#, "json"),
        (r#"{"more":"no list"}"#, "more"),
    ] {
        let thing = read(text);
        let value = text.split_once(':').unwrap().1.strip_suffix('}').unwrap();
        assert_eq!(thing.extra[missing].get(), value);
        assert_eq!(write(&thing), text);
        assert!(wrong(&thing).contains(&format!("`o.{missing}`: expected")));
        let empty = Thing {
            extra: thing.extra.clone(),
            ..Thing::default()
        };
        assert!(thing == empty, "{text}");
    }
}

#[test]
fn misfits_of_a_list_or_a_map_stay_beside_its_values() {
    let text = r#"{"nullable":[1,"x"],"list":[{"list":[null,{"text":"deep"}]},7,{}],"lists":[[1,null],null,[2.5,"x"]],"map":{"a":"a","b":5,"c":null},"maps":{"a":[{"b":"2016-06-13T04:00:00Z","c":[]},null],"d":{}},"choices":[[1,null],["a"],5],"more":["575ec7417ae143cd83dc4a96",0]}"#;
    let thing = read(text);
    let written: Value = serde_json::from_str(&write(&thing)).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
    assert!(thing.extra.is_empty());

    let list = thing.list.as_ref().unwrap();
    assert_eq!((list.len(), list.misfits().next().unwrap().0), (2, 1));
    let deep = list[0].list.as_ref().unwrap();
    assert_eq!(deep[0].text.as_deref(), Some("deep"));
    assert_eq!(thing.map.as_ref().unwrap().misfits().count(), 2);
    assert_eq!(thing.further["more"].misfits().count(), 1);
    assert_eq!(
        wrong(&thing),
        "`o.nullable[1]`: expected a value of the type that the API describes\n\
         `o.list[0].list[0]`: expected a value of the type that the API describes\n\
         `o.list[1]`: expected a value of the type that the API describes\n\
         `o.lists[0][1]`: expected a value of the type that the API describes\n\
         `o.lists[1]`: expected a value of the type that the API describes\n\
         `o.lists[2][1]`: expected a value of the type that the API describes\n\
         `o.map.b`: expected a value of the type that the API describes\n\
         `o.map.c`: expected a value of the type that the API describes\n\
         `o.maps.a[0].c`: expected a value of the type that the API describes\n\
         `o.maps.a[1]`: expected a value of the type that the API describes\n\
         `o.maps.d`: expected a value of the type that the API describes\n\
         `o.choices[0][1]`: expected a value of the type that the API describes\n\
         `o.choices[2]`: expected an object, or an array\n\
         `o.more[1]`: expected a value of the type that the API describes"
    );
}

#[test]
fn a_set_value_takes_precedence_over_a_kept_one() {
    let mut thing = read(r#"{"integer":"x","map":{"a":1}}"#);
    thing.integer = Some(3);
    thing
        .map
        .get_or_insert_default()
        .insert("a".to_owned(), Kind::A);
    assert_eq!(write(&thing), r#"{"integer":3,"map":{"a":"a"}}"#);
    assert_eq!(
        read(r#"{"integer":3,"integer":"x"}"#),
        read(r#"{"integer":"x"}"#)
    );
    assert_eq!(
        write(&read(r#"{"integer":"x","integer":3}"#)),
        r#"{"integer":3}"#
    );
}

/// Reads a body as a client does.
fn received(text: &str) -> Thing {
    let body = client_runtime::Body::new(text.as_bytes());
    body.json()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Numbers that neither an `i64` nor an `f64` writes back unchanged.
const NUMBERS: &[&str] = &[
    "1e400",
    "-1.5E+999",
    "1e-400",
    "12345678901234567890123",
    "-18446744073709551616",
    "0.1000000000000000000000001",
    "1.50",
    "7",
];

#[test]
fn an_undescribed_number_is_kept_digit_for_digit() {
    for number in NUMBERS {
        for name in NAMES
            .iter()
            .filter(|name| !["integer", "number", "millis", "scalar", "json"].contains(name))
        {
            let text = format!(r#"{{"{name}":{number}}}"#);
            let thing = received(&text);
            assert_eq!(write(&thing), text);
            if *name != "choice" {
                assert_eq!(thing.extra[*name].get(), *number);
            }
        }
        for text in [
            format!(r#"{{"list":[{number}]}}"#),
            format!(r#"{{"list":[{{"text":{number}}},{{"text":"a"}}]}}"#),
            format!(r#"{{"list":[{{"list":[{{"flag":{number}}}]}}]}}"#),
            format!(r#"{{"lists":[[1,2],{number}]}}"#),
            format!(r#"{{"map":{{"a":{number}}}}}"#),
            format!(r#"{{"maps":{{"a":[{number},{{"b":{number}}}]}}}}"#),
            format!(r#"{{"inner":{{"text":[{number}]}}}}"#),
            format!(r#"{{"inner":{{"id":{{"a":{number}}}}},"nullable":{number}}}"#),
            format!(r#"{{"choice":{{"inner":{{"date":{number}}}}}}}"#),
            format!(r#"{{"choice":["a",{number}]}}"#),
            format!(r#"{{"choices":[{{"text":"a","kind":{number}}},["a",{number}]]}}"#),
            format!(r#"{{"more":[{number}]}}"#),
        ] {
            assert_eq!(write(&received(&text)), text);
        }
    }
    let text = r#"{"text":"a","flag":1e400,"list":[{"text":"b"}],"map":{"a":"a"}}"#;
    let thing = received(text);
    assert_eq!(thing.text.as_deref(), Some("a"));
    assert_eq!(thing.list.unwrap()[0].text.as_deref(), Some("b"));
    assert_eq!(thing.map.unwrap()["a"], Kind::A);
}

#[test]
fn names_that_differ_in_a_lone_surrogate_stay_distinct() {
    let thing =
        received(r#"{"\ud800":1,"\ud801":2,"text":"\ud800","map":{"\udc00":"a","\udc01":5}}"#);
    assert_eq!(thing.extra["\u{fffd}d800"].get(), "1");
    assert_eq!(thing.extra["\u{fffd}d801"].get(), "2");
    assert_eq!(thing.text.as_deref(), Some("\u{fffd}"));
    let map = thing.map.unwrap();
    assert_eq!(map["\u{fffd}dc00"], Kind::A);
    assert_eq!(map.misfits().next().unwrap().0, "\u{fffd}dc01");
}

#[test]
fn a_number_out_of_range_does_not_hide_other_mistakes() {
    let text = r#"{"text":1e400,"list":[{"list":[1"#;
    let error = client_runtime::Body::new(text.as_bytes())
        .json::<Thing>()
        .unwrap_err();
    assert_eq!(error.path, "list[0].list[0]");
    assert!(error.message.contains("EOF"), "{error}");
    let deep = format!(
        r#"{{"text":1e400,"lists":{}{}}}"#,
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    assert!(
        client_runtime::Body::new(deep.as_bytes())
            .json::<Thing>()
            .is_err()
    );
}

proptest! {
    #[test]
    fn any_json_in_any_place_is_written_back(values in prop::collection::vec(json(NAMES, STRINGS), 20)) {
        let mut object: serde_json::Map<String, Value> = NAMES
            .iter()
            .map(|name| (*name).to_owned())
            .zip(values)
            .collect();
        for _ in 0..3 {
            check(&Value::Object(object.clone()))?;
            // Once more with each value in a list or a map.
            for (index, value) in object.values_mut().enumerate() {
                let inner = value.take();
                *value = match index % 2 {
                    0 => serde_json::json!([inner.clone(), inner]),
                    _ => serde_json::json!({"a": inner.clone(), "b": inner}),
                };
            }
        }
    }
}

fn check(value: &Value) -> Result<(), TestCaseError> {
    let text = value.to_string();
    let thing = read(&text);
    let _ = wrong(&thing);
    let written = write(&thing);
    let back: Value = serde_json::from_str(&written).unwrap();
    prop_assert!(
        is_same(&back, &serde_json::from_str(&text).unwrap()),
        "{} {}",
        text,
        written
    );
    prop_assert!(read(&written) == thing);
    prop_assert!(thing.clone() == thing);
    Ok(())
}
