//! Random schemas, with any keywords in any combination.

use serde_json::{Map, Value, json};

use crate::dice::Dice;

const NAMES: [&str; 4] = ["a", "b", "c", "x-1"];
const PATTERNS: [&str; 4] = ["^a", "b$", "^[a-c]{1,2}$", "x"];

/// The dialects, by the value of `$schema`.
pub const DIALECTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// A schema of a random dialect.
pub fn schema(dice: &mut Dice) -> Value {
    let dialect = dice.below(DIALECTS.len());
    let mut maker = Maker { dialect, dice };
    let mut definitions = Map::new();
    for name in ["one", "two"] {
        definitions.insert(name.to_owned(), maker.schema(2));
    }
    let mut root = match maker.schema(3) {
        Value::Object(members) => members,
        other => Map::from_iter([("allOf".to_owned(), json!([other]))]),
    };
    root.insert("$schema".to_owned(), json!(DIALECTS[dialect]));
    root.insert("definitions".to_owned(), definitions.into());
    Value::Object(root)
}

struct Maker<'d> {
    dialect: usize,
    dice: &'d mut Dice,
}

impl Maker<'_> {
    fn schema(&mut self, depth: usize) -> Value {
        if self.dialect > 0 && self.dice.one_in(12) {
            return json!(self.dice.one_in(2));
        }
        let mut members = Map::new();
        for _ in 0..1 + self.dice.below(4) {
            self.keyword(depth, &mut members);
        }
        Value::Object(members)
    }

    fn keyword(&mut self, depth: usize, members: &mut Map<String, Value>) {
        let kinds = [
            "null", "boolean", "integer", "number", "string", "array", "object",
        ];
        let mut set = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        let count = self.dice.below(4);
        match self.dice.below(if depth == 0 { 19 } else { 40 }) {
            0..4 => set("type", json!(self.dice.pick(&kinds))),
            4 => set(
                "type",
                json!([self.dice.pick(&kinds[..3]), self.dice.pick(&kinds[3..])]),
            ),
            5 => set("enum", json!([self.value(), {"z": 0}])),
            6 if self.dialect > 0 => set("const", self.value()),
            7 => set("minLength", json!(count)),
            8 => set("maxLength", json!(count)),
            9 => set("pattern", json!(self.dice.pick(&PATTERNS))),
            10 => set("minimum", json!(count)),
            11 => set("maximum", json!(count as f64 + 0.5)),
            12 => {
                let value = if self.dialect == 0 {
                    json!(true)
                } else {
                    json!(count)
                };
                set("exclusiveMaximum", value);
                if self.dialect == 0 {
                    set("maximum", json!(count));
                }
            }
            13 => set(
                "multipleOf",
                self.dice.pick(&[json!(2), json!(0.5), json!(3)]).clone(),
            ),
            14 => set(["minItems", "maxItems"][count % 2], json!(count)),
            15 => set("uniqueItems", json!(true)),
            16 => set(["minProperties", "maxProperties"][count % 2], json!(count)),
            17 => set("required", json!([NAMES[count]])),
            18 => {
                let name = if self.dialect > 2 {
                    "dependentRequired"
                } else {
                    "dependencies"
                };
                set(name, json!({NAMES[count]: [self.dice.pick(&NAMES)]}));
            }
            _ if depth == 0 => {}
            other => self.applicator(other, depth - 1, members),
        }
    }

    fn applicator(&mut self, which: usize, depth: usize, members: &mut Map<String, Value>) {
        let one = self.schema(depth);
        let other = self.schema(depth);
        let name = *self.dice.pick(&NAMES);
        let mut set = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        let modern = self.dialect >= 3;
        match which {
            19 | 20 => set("properties", json!({name: one, "b": other})),
            21 => set(
                "patternProperties",
                json!({*self.dice.pick(&PATTERNS): one}),
            ),
            22 | 23 => {
                let closed = self.dice.one_in(2);
                set(
                    "additionalProperties",
                    if closed { json!(false) } else { one },
                );
            }
            24 if self.dialect > 0 => set("propertyNames", one),
            25 | 26 => set("items", one),
            27 => {
                if self.dialect == 4 {
                    set("prefixItems", json!([one, other]))
                } else {
                    set("items", json!([one, other]))
                }
            }
            28 if self.dialect < 4 => set("additionalItems", one),
            29 if self.dialect > 0 => set("contains", one),
            30 if modern => set("minContains", json!(self.dice.below(3))),
            31 if modern => set("maxContains", json!(self.dice.below(3))),
            32 => set("allOf", json!([one, other])),
            33 => set("anyOf", json!([one, other])),
            34 => set("oneOf", json!([one, other])),
            35 => set("not", one),
            36 if self.dialect > 1 => {
                set("if", one);
                set("then", other);
            }
            37 => {
                let key = if modern {
                    "dependentSchemas"
                } else {
                    "dependencies"
                };
                set(key, json!({name: one}));
            }
            38 if modern => {
                let key = *self
                    .dice
                    .pick(&["unevaluatedProperties", "unevaluatedItems"]);
                // In 2019-09, the validator counts items that match `contains` as evaluated, which
                // is only correct since 2020-12.
                let key = match self.dialect {
                    3 => "unevaluatedProperties",
                    _ => key,
                };
                set(
                    key,
                    if self.dice.one_in(2) {
                        json!(false)
                    } else {
                        one
                    },
                );
            }
            // The reference is inside of a property, so that it is not endless.
            39 => {
                let target = self
                    .dice
                    .pick(&["#", "#/definitions/one", "#/definitions/two"]);
                set("properties", json!({name: {"$ref": target}, "c": other}));
            }
            _ => {}
        }
    }

    fn value(&mut self) -> Value {
        let values = [
            json!(null),
            json!(true),
            json!(1),
            json!(2.5),
            json!("a"),
            json!("abc"),
            json!([1]),
            json!({"a": 1}),
            json!({"b": [true]}),
            json!([]),
        ];
        self.dice.pick(&values).clone()
    }
}
