//! A schema as it is written: each keyword that its dialect has, with its type.

use indexmap::IndexMap;
use serde_json::Value;

use super::decimal::Decimal;
use super::dialect::Dialect;

/// A schema of a document, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) usize);

/// A schema as it is written.
#[derive(Debug)]
pub(crate) struct Node {
    /// The number of the document.
    pub document: usize,
    /// The JSON pointer from the document's root.
    pub pointer: String,
    pub dialect: Dialect,
    pub body: Body,
    pub about: About,
}

/// What a schema allows.
#[derive(Debug)]
pub(crate) enum Body {
    /// Everything, or nothing.
    Bool(bool),
    Keywords(Box<Keywords>),
}

/// What a schema says to people.
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
    /// The name in Rust of what the schema describes, in place of one that is made of the API's.
    pub rust_name: Option<String>,
    /// The names in Rust of the texts that it lists.
    pub rust_names: IndexMap<String, String>,
}

/// What a schema demands. A missing keyword allows everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Keywords {
    pub reference: Option<NodeId>,
    pub kinds: Option<Kinds>,
    pub values: Option<Vec<Value>>,
    /// The keyword that lists those.
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
    /// Whether it demands nothing but what the schemas do that it combines or refers to.
    pub(crate) fn is_combined(&self) -> bool {
        // Most have one of these, which is cheaper to tell.
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

    /// Whether it allows null and nothing else.
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
    /// Whether the bound itself is not allowed.
    pub exclusive: bool,
}

impl Limit {
    /// The first whole number on the right side, which is up for a positive step.
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

    /// Whether a number is on the right side of a least value.
    pub(crate) fn admits_above(&self, number: &Decimal) -> bool {
        if self.exclusive {
            *number > self.value
        } else {
            *number >= self.value
        }
    }

    /// Whether a number is on the right side of a greatest value.
    pub(crate) fn admits_below(&self, number: &Decimal) -> bool {
        if self.exclusive {
            *number < self.value
        } else {
            *number <= self.value
        }
    }
}

/// A type that `type` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
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
    /// What the schema demands, unless it is `true` or `false`.
    pub(crate) fn keywords(&self) -> Option<&Keywords> {
        match &self.body {
            Body::Bool(_) => None,
            Body::Keywords(keywords) => Some(keywords),
        }
    }

    /// The schemas that say something of the same value.
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
