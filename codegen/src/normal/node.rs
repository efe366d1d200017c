//! A schema as written: each keyword of its dialect, with its type.

use indexmap::IndexMap;
use serde_json::Value;

use super::decimal::Decimal;
use super::dialect::Dialect;

/// A schema of a document, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) usize);

/// The place of a schema.
#[derive(Debug)]
pub(crate) struct Node {
    /// The index of the document.
    pub document: usize,
    /// The JSON pointer from the document's root.
    pub pointer: String,
    pub dialect: Dialect,
    pub body: Body,
    pub about: About,
}

/// The content of a schema.
#[derive(Debug)]
pub(crate) enum Body {
    /// `true` or `false`.
    Bool(bool),
    Keywords(Box<Keywords>),
}

/// The annotations of a schema.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct About {
    pub title: Option<String>,
    pub description: Option<String>,
    pub format: Option<String>,
    pub default: Option<Value>,
    pub examples: Vec<Value>,
    pub deprecated: bool,
    pub read_only: bool,
    pub write_only: bool,
    /// The name of the described item in Rust, instead of one derived from the API.
    pub rust_name: Option<String>,
    /// The names in Rust of the strings that it lists.
    pub rust_names: IndexMap<String, String>,
}

/// The constraints of a schema. A missing keyword allows everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Keywords {
    pub reference: Option<NodeId>,
    pub kinds: Option<Kinds>,
    pub values: Option<Vec<Value>>,
    /// The keyword that lists these values.
    pub listed_by: &'static str,
    pub all_of: Vec<NodeId>,
    pub any_of: Option<Vec<NodeId>>,
    pub one_of: Option<Vec<NodeId>>,
    pub not: Option<NodeId>,
    pub condition: Option<Conditional>,

    pub multiple_of: Option<Decimal>,
    pub minimum: Option<Limit>,
    pub maximum: Option<Limit>,

    pub min_length: u64,
    pub max_length: Option<u64>,
    pub pattern: Option<String>,

    pub prefix: Vec<NodeId>,
    pub items: Option<NodeId>,
    pub contains: Option<Contains>,
    pub min_items: u64,
    pub max_items: Option<u64>,
    pub unique_items: bool,
    pub unevaluated_items: Option<NodeId>,

    pub properties: IndexMap<String, NodeId>,
    pub patterns: IndexMap<String, NodeId>,
    pub additional: Option<NodeId>,
    pub names: Option<NodeId>,
    pub required: Vec<String>,
    pub min_properties: u64,
    pub max_properties: Option<u64>,
    pub dependent_required: IndexMap<String, Vec<String>>,
    pub dependent: IndexMap<String, NodeId>,
    pub unevaluated_properties: Option<NodeId>,
}

impl Keywords {
    /// Whether it only combines or refers to other schemas.
    pub(crate) fn is_combined(&self) -> bool {
        // Most schemas have one of these, which is cheaper to check.
        self.kinds.is_none()
            && self.properties.is_empty()
            && Keywords {
                reference: None,
                all_of: Vec::new(),
                any_of: None,
                one_of: None,
                listed_by: "",
                ..self.clone()
            } == Keywords::default()
    }

    /// Whether it allows only null.
    pub(crate) fn is_null(&self) -> bool {
        self.kinds.is_some_and(|kinds| kinds.is_only(Kind::Null))
    }
}

/// `if`, `then` and `else`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Conditional {
    pub condition: NodeId,
    pub then: Option<NodeId>,
    pub otherwise: Option<NodeId>,
}

/// `contains` with `minContains` and `maxContains`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Contains {
    pub schema: NodeId,
    pub least: u64,
    pub most: Option<u64>,
    /// Whether items that match count as evaluated.
    pub evaluates: bool,
}

/// A bound of a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Limit {
    /// The bound.
    pub value: Decimal,
    /// Whether the bound itself is excluded.
    pub exclusive: bool,
}

impl Limit {
    /// The first integer on the right side, which is up for a positive step.
    pub(crate) fn whole(&self, step: i128) -> Option<i128> {
        let whole = if step > 0 {
            self.value.ceil()
        } else {
            self.value.floor()
        };
        if self.exclusive && self.value.is_integer() {
            whole?.checked_add(step)
        } else {
            whole
        }
    }

    /// Whether a number satisfies it as a minimum.
    pub(crate) fn admits_above(&self, number: &Decimal) -> bool {
        if self.exclusive {
            *number > self.value
        } else {
            *number >= self.value
        }
    }

    /// Whether a number satisfies it as a maximum.
    pub(crate) fn admits_below(&self, number: &Decimal) -> bool {
        if self.exclusive {
            *number < self.value
        } else {
            *number <= self.value
        }
    }
}

/// A type in `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    pub(crate) const ALL: [(&'static str, Kind); 7] = [
        ("null", Kind::Null),
        ("boolean", Kind::Boolean),
        ("integer", Kind::Integer),
        ("number", Kind::Number),
        ("string", Kind::String),
        ("array", Kind::Array),
        ("object", Kind::Object),
    ];

    /// Whether a value has this type.
    pub(crate) fn is_of(self, value: &Value) -> bool {
        match (self, value) {
            (Kind::Null, Value::Null)
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::String, Value::String(_))
            | (Kind::Array, Value::Array(_))
            | (Kind::Object, Value::Object(_)) => true,
            (Kind::Integer, Value::Number(number)) => Decimal::of_number(number).is_integer(),
            _ => false,
        }
    }
}

/// A set of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(super) fn none() -> Self {
        Kinds(0)
    }

    pub(super) fn add(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u8;
    }

    pub(crate) fn is_only(self, kind: Kind) -> bool {
        self.0 == 1 << kind as u8
    }

    pub(crate) fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    pub(crate) fn admit(self, value: &Value) -> bool {
        Kind::ALL
            .iter()
            .any(|(_, kind)| self.has(*kind) && kind.is_of(value))
    }
}

impl Node {
    /// The constraints of a schema, unless it is `true` or `false`.
    pub(crate) fn keywords(&self) -> Option<&Keywords> {
        match &self.body {
            Body::Bool(_) => None,
            Body::Keywords(keywords) => Some(keywords),
        }
    }

    /// The schemas that apply to the same value.
    pub(crate) fn in_place(&self) -> Vec<NodeId> {
        let Body::Keywords(keywords) = &self.body else {
            return Vec::new();
        };
        let lists = [&keywords.any_of, &keywords.one_of];
        let condition = keywords.condition.iter();
        let condition = condition.flat_map(|c| [Some(c.condition), c.then, c.otherwise]);
        keywords
            .reference
            .into_iter()
            .chain(keywords.all_of.iter().copied())
            .chain(lists.into_iter().flatten().flatten().copied())
            .chain(keywords.not)
            .chain(condition.flatten())
            .chain(keywords.dependent.values().copied())
            .collect()
    }
}
