//! Unions without a discriminator, whose properties decide.

use client_runtime::{EmptyObject, Extra, Json, List, object, union};

use super::{read, write};

#[derive(Clone, PartialEq)]
pub enum Shape {
    Circle(Circle),
    Box(Rectangle),
    Cube(Cube),
    Nothing(EmptyObject),
    Unknown(Json),
}

#[derive(Clone, Default, PartialEq)]
pub struct Circle {
    radius: Option<i64>,
    colour: Option<String>,
    extra: Extra,
}

#[derive(Clone, Default, PartialEq)]
pub struct Rectangle {
    a: Option<i64>,
    b: Option<i64>,
    extra: Extra,
}

#[derive(Clone, Default, PartialEq)]
pub struct Cube {
    a: Option<i64>,
    b: Option<i64>,
    c: Option<i64>,
    extra: Extra,
}

object!(response Circle { radius: "radius" needed, colour: "colour", });
object!(tolerant Rectangle { a: "a" needed, b: "b" needed, });
object!(tolerant Cube { a: "a" needed, b: "b", c: "c" needed, });

union!(response Shape {
    Circle(Circle): object,
    Box(Rectangle): object,
    Cube(Cube): object,
    Nothing(EmptyObject): object,
});

#[test]
fn without_a_discriminator_the_properties_decide() {
    let name = |text| match read(text) {
        Shape::Circle(_) => "circle",
        Shape::Box(_) => "box",
        Shape::Cube(_) => "cube",
        Shape::Nothing(_) => "nothing",
        Shape::Unknown(_) => "unknown",
    };
    assert_eq!(name(r#"{"radius":1,"x":2}"#), "circle");
    assert_eq!(name(r#"{"a":1,"b":2}"#), "box");
    assert_eq!(name(r#"{"a":1,"b":2,"c":3}"#), "cube");
    assert_eq!(name(r#"{"a":1,"b":2,"c":3,"d":4}"#), "cube");
    assert_eq!(name("{}"), "nothing");
    assert_eq!(name("1"), "unknown");
    assert_eq!(name(r#"{"a":"x","b":2}"#), "box");
}

#[derive(Clone, Default, PartialEq)]
struct Named {
    a: Option<String>,
    b: Option<String>,
    extra: Extra,
}

object!(tolerant Named { a: "a" needed, b: "b" needed, });

#[derive(Clone, PartialEq)]
enum Alike {
    Sizes(Rectangle),
    Names(Named),
    Numbers(List<i64>),
    Strings(List<String>),
    Unknown(Json),
}

union!(Alike {
    Sizes(Rectangle): object,
    Names(Named): object,
    Numbers(List<i64>): array,
    Strings(List<String>): array,
});

#[test]
fn the_types_of_properties_decide_between_similar_branches() {
    for (text, name) in [
        (r#"{"a":1,"b":2}"#, "Sizes"),
        (r#"{"a":"x","b":"y"}"#, "Names"),
        (r#"{"a":"x","b":2}"#, "Sizes"),
        ("[1,2]", "Numbers"),
        (r#"["x","y"]"#, "Strings"),
        ("[1,null]", "Numbers"),
        (r#"["x",2]"#, "Numbers"),
    ] {
        let alike: Alike = read(text);
        assert!(format!("{alike:?}").starts_with(name), "{text}: {alike:?}");
        let json = |text| read::<serde_json::Value>(text);
        assert_eq!(json(&write(&alike)), json(text));
    }
}
