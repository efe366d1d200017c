//! Compares the verdicts on released versions after a type change with what the runtime's types
//! hold, and with what a JSON Schema validator accepts.

use client_runtime::__private::{Reader, Tolerant, is_whole};
use client_runtime::{
    DateTime, EmptyObject, Extra, Json, List, Map, Nullable, Number, ObjectId, Scalar, UnixMillis,
};
use codegen::compat::{Change, Position, Shipped};
use serde_json::{Value, json};

use super::base::{API, Description, READ, SENT, THINGS, reference};
use super::pairs::compared;

client_runtime::string_enum! {
    /// An open enum.
    pub enum Known {
        X = "x",
        Y = "y",
    }
}

#[derive(Clone, Default, PartialEq)]
pub struct Struct {
    pub x: Option<String>,
    pub extra: Extra,
}

client_runtime::object!(tolerant Struct { x: "x", });

#[derive(Clone, PartialEq)]
pub enum Union {
    Texts(List<String>),
    Flag(bool),
    Unknown(Json),
}

client_runtime::union!(response Union {
    Texts(List<String>): array,
    Flag(bool): flag,
});

/// A type: its schema, its Rust type, whether that holds a value, and sample values that the schema
/// allows.
struct Type {
    schema: Value,
    rust: &'static str,
    holds: fn(&Value) -> bool,
    samples: Vec<Value>,
}

/// Whether a value fits a type. Other values are kept as JSON.
fn holds<T: Tolerant>(value: &Value) -> bool {
    let read = T::Reader::read(value).unwrap();
    read.is_ok_and(|value| is_whole(&value))
}

fn holds_struct(value: &Value) -> bool {
    let read: Result<Struct, Json> = <Struct as Tolerant>::Reader::read(value).unwrap();
    // A null property is read as absent.
    read.is_ok_and(|read| read.extra.get("x").is_none_or(Json::is_null))
}

fn types() -> Vec<Type> {
    const ID: &str = "575ec7417ae143cd83dc4a96";
    const DATE: &str = "2020-01-01T00:00:00Z";
    let strings = || vec![json!(""), json!("x"), json!("1"), json!(ID), json!(DATE)];
    let any = || {
        let mut any = strings();
        any.extend([
            json!(1),
            json!(1.5),
            json!(true),
            json!([1]),
            json!(["x"]),
            json!({"x": 1}),
            json!({"x": "a"}),
            json!({}),
        ]);
        any
    };
    let of = |schema, rust, holds, samples| Type {
        schema,
        rust,
        holds,
        samples,
    };
    #[rustfmt::skip]
    let types = vec![
        of(json!({"type": "string"}), "String", holds::<String>, strings()),
        of(json!({"type": "string", "pattern": "^[A-Fa-f\\d]{24}$"}), "ObjectId", holds::<ObjectId>, vec![json!(ID)]),
        of(json!({"type": "string", "format": "date-time"}), "DateTime", holds::<DateTime>, vec![json!(DATE)]),
        of(json!({"type": "string", "enum": ["x", "y"]}), "ThingA", holds::<Known>, vec![json!("x"), json!("y")]),
        of(json!({"type": "integer"}), "i64", holds::<i64>, vec![json!(-1), json!(0), json!(2_000_000)]),
        of(json!({"type": "integer", "format": "unix-ms"}), "UnixMillis", holds::<UnixMillis>, vec![json!(0), json!(1_600_000_000_000_i64)]),
        of(json!({"type": "number"}), "Number", holds::<Number>, vec![json!(1), json!(1.5)]),
        of(json!({"type": "boolean"}), "bool", holds::<bool>, vec![json!(true), json!(false)]),
        of(json!({}), "Json", holds::<Json>, any()),
        of(json!({"type": "object"}), "Json", holds::<Json>, vec![json!({}), json!({"x": 1}), json!({"x": "a"})]),
        of(json!({"type": ["string", "number"]}), "Scalar", holds::<Scalar>, vec![json!(ID), json!(DATE), json!("x"), json!(1), json!(1.5)]),
        of(json!({"type": "array", "items": {"type": "string"}}), "List<String>", holds::<List<String>>, vec![json!(["x"])]),
        of(json!({"type": "array", "items": {"type": "integer"}}), "List<i64>", holds::<List<i64>>, vec![json!([1])]),
        of(json!({"type": "array", "items": {"type": ["string", "null"]}}), "List<Nullable<String>>", holds::<List<Nullable<String>>>, vec![json!(["x"]), json!([null])]),
        of(json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}}), "Map<Nullable<String>>", holds::<Map<Nullable<String>>>, vec![json!({"x": "a"}), json!({"x": null})]),
        of(json!({"type": "object", "additionalProperties": {"type": "string"}}), "Map<String>", holds::<Map<String>>, vec![json!({"x": "a"}), json!({"y": "a"})]),
        of(json!({"type": "object", "additionalProperties": {"type": "integer"}}), "Map<i64>", holds::<Map<i64>>, vec![json!({"x": 1}), json!({"y": 1})]),
        of(json!({"type": "object", "properties": {"x": {"type": "string"}}}), "ThingA", holds_struct, vec![json!({}), json!({"x": "a"}), json!({"y": 1})]),
        of(json!({"type": "object", "additionalProperties": false}), "EmptyObject", holds::<EmptyObject>, vec![json!({})]),
        of(json!({"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "boolean"}]}), "ThingA", holds::<Union>, vec![json!(["x"]), json!(true)]),
    ];
    types
}

/// The changes if a property changes its type, with their verdicts on released versions.
fn changes(path: &str, old: &Type, new: &Type) -> Vec<Change> {
    compared(&with(path, old), &with(path, new))
}

/// A small description with a property of this type, in a type that is sent or read.
fn with(path: &str, ty: &Type) -> Description {
    let action = match path {
        SENT => json!({"method": "POST", "responses": {"204": {}}, "params": [
            {"name": "thing", "in": "body", "required": true, "schema": reference("thing")}]}),
        _ => json!({"method": "GET", "responses": {"200": {"schema": reference("thing")}}}),
    };
    let mut description = Description::default();
    let api = json!({"title": "Things", "version": "1", "baseUrl": "https://example.com", "package": {"name": "things", "version": "1.0.0"}});
    description.file(API, api);
    description.file(
        THINGS,
        json!({"path": "/things", "actions": {"do": action}}),
    );
    description.file(
        READ,
        json!({"type": "object", "properties": {"a": ty.schema}}),
    );
    description
}

fn pairs() -> impl Iterator<Item = (&'static Type, &'static Type)> {
    let types: &'static [Type] = Box::leak(types().into_boxed_slice());
    let pairs = types
        .iter()
        .flat_map(move |old| types.iter().map(move |new| (old, new)));
    pairs.filter(|(old, new)| old.schema != new.schema)
}

fn worst(changes: &[Change]) -> Shipped {
    let shipped = changes.iter().map(|change| change.shipped);
    shipped.max().unwrap_or(Shipped::Fine)
}

#[test]
fn a_response_of_another_type_breaks_released_versions_if_and_only_if_it_does_not_fit() {
    let mut count = 0;
    for (old, new) in pairs() {
        let changes = changes(READ, old, new);
        for change in &changes {
            assert_eq!(change.position, Position::Response, "{change:?}");
        }
        let is_lost = new.samples.iter().any(|sample| !(old.holds)(sample));
        let found = worst(&changes) != Shipped::Fine;
        assert_eq!(
            found, is_lost,
            "{} -> {}: {changes:#?}",
            old.schema, new.schema
        );
        count += 1;
    }
    assert_eq!(count, types().len() * (types().len() - 1));
}

#[test]
fn a_request_of_another_type_breaks_released_versions_as_far_as_the_new_schema_rejects_it() {
    let mut wrong = Vec::new();
    for (old, new) in pairs() {
        let validator = jsonschema::draft7::options()
            .should_validate_formats(true)
            .build(&new.schema)
            .unwrap();
        let refused = old
            .samples
            .iter()
            .filter(|sample| !validator.is_valid(sample))
            .count();
        let expected = match refused {
            0 => Shipped::Fine,
            all if all == old.samples.len() => Shipped::Breaks,
            _ => Shipped::BreaksSome,
        };
        let found = worst(&changes(SENT, old, new));
        if found != expected {
            wrong.push(format!(
                "{} -> {}: {found:?}, not {expected:?}",
                old.schema, new.schema
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The types above are those of emitted fields.
#[test]
fn the_types_in_the_table_are_those_that_are_emitted() {
    for ty in types() {
        let files = with(READ, &ty).generate();
        let field = format!("pub a: Option<{}>", ty.rust);
        let mut texts = files.iter().map(|(_, text)| text);
        assert!(
            texts.any(|text| text.contains(&field)),
            "{}: {field}",
            ty.schema
        );
        for sample in &ty.samples {
            assert!((ty.holds)(sample), "{}: {sample}", ty.schema);
        }
    }
}
