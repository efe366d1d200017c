//! Types defined by `union!`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;
mod nested;
mod properties;

use client_runtime::{Extra, Json, List, Map, Rule, Scalar, Validator, object, serde, union};
use common::{is_same, json, wrong};
use properties::Shape;

/// Its discriminator is a constant.
#[derive(Clone, Default, PartialEq)]
struct AppFile {
    path: Option<String>,
    next: Option<Box<Trigger>>,
    extra: Extra,
}

object!(tolerant AppFile {
    const "type" = "appFile",
    path: "path" needed [MinLength(2)],
    next: "next",
});

/// Its discriminator is a field.
#[derive(Clone, Default, PartialEq)]
struct Other {
    r#type: Option<String>,
    key: Option<String>,
    list: Option<List<Trigger>>,
    extra: Extra,
}

object!(open Other {
    r#type: "type",
    key: "key",
    list: "list",
});

#[derive(Clone, PartialEq)]
#[non_exhaustive]
enum Trigger {
    AppFile(Box<AppFile>),
    Other(Box<Other>),
    Map(Map<Scalar>),
    List(List<String>),
    Value(Scalar),
    Unknown(Json),
}

union!(Trigger {
    AppFile(Box<AppFile>): object "type" = "appFile",
    Other(Box<Other>): object "type" = "a" | "b",
    Map(Map<Scalar>): object,
    List(List<String>): array,
    Value(Scalar): scalar,
});

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn write<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn the_discriminator_decides_in_a_constant_and_in_a_field() {
    let text = r#"{"type":"appFile","path":"/a"}"#;
    let trigger: Trigger = read(text);
    let Trigger::AppFile(file) = &trigger else {
        panic!("{trigger:?}")
    };
    assert_eq!(file.path.as_deref(), Some("/a"));
    assert_eq!(write(&trigger), text);

    let text = r#"{"key":"k","type":"\u0062"}"#;
    let trigger: Trigger = read(text);
    assert!(matches!(trigger, Trigger::Other(_)), "{trigger:?}");
    assert_eq!(write(&trigger), r#"{"type":"b","key":"k"}"#);
}

#[test]
fn every_kind_of_json_finds_its_branch() {
    assert!(matches!(read(r#"{"type":"c"}"#), Trigger::Map(_)));
    assert!(matches!(read(r#"{"type":null}"#), Trigger::Map(_)));
    assert!(matches!(read("{}"), Trigger::Map(_)));
    assert!(matches!(read(r#"["a"]"#), Trigger::List(_)));
    assert!(matches!(read("null"), Trigger::Value(Scalar::Null)));
    assert!(matches!(read(" 1.5 "), Trigger::Value(Scalar::Number(_))));
}

#[test]
fn a_value_that_does_not_fit_a_branch_is_kept_there() {
    let text = r#"["a",1,null]"#;
    let trigger: Trigger = read(text);
    let Trigger::List(list) = &trigger else {
        panic!("{trigger:?}")
    };
    assert_eq!((list.len(), list.misfits().count()), (1, 2));
    assert_eq!(write(&trigger), text);

    let text = r#"{"type":"appFile","path":1,"next":{"type":"b","list":[null],"key":[]}}"#;
    let trigger: Trigger = read(text);
    let Trigger::AppFile(file) = &trigger else {
        panic!("{trigger:?}")
    };
    assert_eq!(file.extra["path"].get(), "1");
    assert_eq!(
        write(&trigger),
        r#"{"type":"appFile","next":{"type":"b","list":[null],"key":[]},"path":1}"#
    );
}

#[test]
fn every_branch_type_converts_to_the_union() {
    assert_eq!(
        Trigger::from(AppFile::default()),
        Trigger::from(Box::new(AppFile::default()))
    );
    assert_eq!(Trigger::from("a"), Trigger::Value("a".into()));
    assert_eq!(Trigger::from(1), Trigger::Value(1.into()));
    assert_eq!(Trigger::from(true), Trigger::Value(true.into()));
    assert_eq!(Trigger::from(List::new()), Trigger::List(List::new()));
    assert_eq!(
        write(&Trigger::from(AppFile::default())),
        r#"{"type":"appFile"}"#
    );
}

#[derive(Clone, PartialEq)]
enum Tagged {
    File(Box<AppFile>),
    Other(Other),
    Unknown(Json),
}

union!(Tagged {
    File(Box<AppFile>): object "type" = "appFile",
    Other(Other): object "type" = "a" | "b",
});

#[test]
fn a_branch_with_an_optional_discriminator_is_the_last_resort() {
    let tagged: Tagged = read(r#"{"path":"x"}"#);
    assert!(matches!(tagged, Tagged::Other(_)), "{tagged:?}");
    assert_eq!(write(&tagged), r#"{"path":"x"}"#);
    assert!(matches!(read(r#"{"type":"c"}"#), Tagged::Unknown(_)));
    assert_eq!(
        wrong(&Tagged::Unknown(read("{}"))),
        "",
        "an `Other` with nothing in it"
    );
}

#[test]
fn an_unknown_value_is_rejected_with_a_reason() {
    let wrong = |text| wrong(&read::<Tagged>(text));
    assert_eq!(
        wrong(r#"{"type":"c"}"#),
        "`o.type`: expected one of `appFile`, `a`, `b`"
    );
    assert_eq!(wrong("[1]"), "`o`: expected an object");
    assert_eq!(
        wrong(r#"{"type":"a","list":[[1]],"key":[7]}"#),
        "`o.list[0][0]`: expected a value of the type that the API describes\n\
         `o.key`: expected a value of the type that the API describes"
    );
    assert_eq!(
        wrong(r#"{"type":"appFile","path":"a"}"#),
        "`o.path`: expected at least 2 characters"
    );
    // The branch is valid after all.
    let known = Tagged::Unknown(read(r#"{"type":"appFile","path":"a"}"#));
    assert_eq!(
        common::wrong(&known),
        "`o.path`: expected at least 2 characters"
    );
    assert_eq!(
        common::wrong(&Trigger::Unknown(read("[1]"))),
        "`o[0]`: expected a value of the type that the API describes"
    );
}

#[derive(Clone, PartialEq)]
enum Plain {
    Count(i64),
    Share(f64),
    Name(String),
    On(bool),
    Rest(Scalar),
    Unknown(Json),
}

union!(Plain {
    Count(i64): number,
    Share(f64): number,
    Name(String): text,
    On(bool): flag,
    Rest(Scalar): scalar without From,
});

#[test]
fn the_first_readable_branch_of_a_json_type_is_chosen() {
    assert_eq!(read::<Plain>("1"), Plain::Count(1));
    assert_eq!(read::<Plain>("1.5"), Plain::Share(1.5));
    assert_eq!(read::<Plain>("\"a\""), Plain::from("a"));
    assert_eq!(read::<Plain>("\"a\""), Plain::from("a".to_owned()));
    assert_eq!(read::<Plain>("true"), Plain::On(true));
    assert_eq!(read::<Plain>("null"), Plain::Rest(Scalar::Null));
    // An `f64` would round it.
    let large = "12345678901234567890";
    assert_eq!(read::<Plain>(large), Plain::Rest(read(large)));
    assert!(matches!(read("[]"), Plain::Unknown(_)));
}

#[test]
fn rules_apply_to_the_value() {
    let mut at = Validator::default();
    at.value("t", &Trigger::from("long"), &[Rule::MaxLength(3)]);
    let list = Trigger::from(vec!["long".to_owned()]);
    at.value("t", &list, &[Rule::Each(&[Rule::MaxLength(3)])]);
    let paths: Vec<_> = at.finish().into_iter().map(|wrong| wrong.field).collect();
    assert_eq!(paths, ["t", "t[0]"]);
}

#[test]
fn a_recursive_union_does_not_overflow_the_stack() {
    let nested = |depth| {
        let start = r#"{"type":"appFile","path":"p","next":"#.repeat(depth);
        format!("{start}1{}", "}".repeat(depth))
    };
    let within = |trigger: &Trigger| {
        let mut depth = 0;
        let mut trigger = Some(trigger);
        while let Some(Trigger::AppFile(file)) = trigger {
            depth += 1;
            trigger = file.next.as_deref();
        }
        depth
    };
    let trigger: Trigger = read(&nested(127));
    assert_eq!(within(&trigger), 127);
    assert_eq!(write(&trigger), nested(127));
    assert!(wrong(&trigger).contains(".next.path`: expected at least 2"));

    for deep in [
        nested(100_000),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
    ] {
        let trigger: Trigger = read(&deep);
        assert!(matches!(trigger, Trigger::Unknown(_)));
        assert_eq!(write(&trigger), deep);
        assert_eq!(
            wrong(&trigger),
            "`o`: expected at most 128 nested arrays and objects"
        );
    }
    assert!(serde_json::from_str::<Trigger>(&"[".repeat(100_000)).is_err());
}

const NAMES: &[&str] = &[
    "type", "path", "next", "key", "list", "radius", "a", "b", "c",
];
const STRINGS: &[&str] = &["appFile", "a", "b", ""];

proptest::proptest! {
    #[test]
    fn any_json_is_written_back_equal(value in json(NAMES, STRINGS)) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let trigger: Trigger = read(&text);
        let _ = wrong(&trigger);
        proptest::prop_assert!(is_same(&serde_json::to_value(&trigger).unwrap(), &value));
        let again: Trigger = read(&write(&trigger));
        proptest::prop_assert_eq!(&again, &trigger);
        let tagged: Tagged = read(&text);
        let _ = wrong(&tagged);
        proptest::prop_assert!(is_same(&serde_json::to_value(&tagged).unwrap(), &value));
        let shape: Shape = read(&text);
        proptest::prop_assert!(is_same(&serde_json::to_value(&shape).unwrap(), &value));
        let scalar: Scalar = read(&text);
        let _ = wrong(&scalar);
        proptest::prop_assert_eq!(&serde_json::to_value(&scalar).unwrap(), &value);
    }
}
