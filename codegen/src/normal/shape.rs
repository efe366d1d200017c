//! The normal form: for each JSON type, the alternatives that allow a value of it.

use serde_json::Value;

use super::facets::{Arrays, Numbers, Objects, Strings};
use super::meanings::Id;
use super::node::NodeId;

/// The values that a schema allows, by JSON type: a value is allowed if an alternative of its type
/// allows it. Without alternatives, no value of the type is allowed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// Whether null is allowed.
    pub null: bool,
    /// Whether `false` and `true` are allowed.
    pub booleans: [bool; 2],
    /// Numbers.
    pub numbers: Vec<Alternative<Numbers>>,
    /// Strings.
    pub strings: Vec<Alternative<Strings>>,
    /// Arrays.
    pub arrays: Vec<Alternative<Arrays>>,
    /// Objects.
    pub objects: Vec<Alternative<Objects>>,
}

/// Values of one JSON type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alternative<F> {
    /// The values, if they can be listed. In that case nothing else restricts them.
    pub values: Option<Vec<Value>>,
    /// Restrictions of all of them.
    pub facets: F,
    /// Further conditions for all of them.
    pub residual: Vec<Residual>,
    /// The schemas that it comes from, or the first of many.
    pub(crate) origins: Vec<NodeId>,
}

/// A condition that no facet expresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Residual {
    /// The values that this allows.
    Is(Id),
    /// The values that this does not allow.
    Not(Id),
    /// The values that at least one of these allows.
    Any(Vec<Id>),
    /// The values that exactly one of these allows.
    One(Vec<Id>),
    /// The values that `then` allows if `condition` holds, and those that `otherwise` allows if
    /// not.
    If {
        /// Decides between the two.
        condition: Id,
        /// Applies if `condition` holds.
        then: Id,
        /// Applies otherwise.
        otherwise: Id,
    },
    /// This schema applies to objects with the property.
    Dependent(String, Id),
    /// A schema whose keywords count: it depends on what other keywords have evaluated.
    Node(NodeId),
}

impl Shape {
    /// Every value.
    pub fn any() -> Self {
        Shape {
            null: true,
            booleans: [true, true],
            numbers: vec![Alternative::default()],
            strings: vec![Alternative::default()],
            arrays: vec![Alternative::default()],
            objects: vec![Alternative::default()],
        }
    }

    /// No value.
    pub fn never() -> Self {
        Shape::default()
    }

    /// Whether no value is allowed, as far as that is visible without looking inside of values.
    pub fn is_never(&self) -> bool {
        *self == Shape::never()
    }

    /// Whether every value is allowed.
    pub fn is_any(&self) -> bool {
        self.null
            && self.booleans == [true, true]
            && is_full(&self.numbers)
            && is_full(&self.strings)
            && is_full(&self.arrays)
            && is_full(&self.objects)
    }

    /// Whether numbers, strings, `true` or `false` are allowed.
    pub(crate) fn has_scalars(&self) -> bool {
        self.booleans != [false; 2] || !self.numbers.is_empty() || !self.strings.is_empty()
    }

    /// Whether only objects are allowed.
    pub(crate) fn only_objects(&self) -> bool {
        !self.null && self.arrays.is_empty() && !self.has_scalars()
    }

    /// All values, if they can be listed.
    pub fn finite(&self) -> Option<Vec<Value>> {
        fn push<F>(list: &mut Vec<Value>, alternatives: &[Alternative<F>]) -> Option<()> {
            for alternative in alternatives {
                list.extend(alternative.values.as_ref()?.iter().cloned());
            }
            Some(())
        }
        let mut list = Vec::new();
        list.extend(self.null.then_some(Value::Null));
        list.extend(self.booleans[0].then_some(Value::Bool(false)));
        list.extend(self.booleans[1].then_some(Value::Bool(true)));
        push(&mut list, &self.numbers)?;
        push(&mut list, &self.strings)?;
        push(&mut list, &self.arrays)?;
        push(&mut list, &self.objects)?;
        Some(list)
    }
}

impl<F: Default + PartialEq> Alternative<F> {
    /// Every value of the type.
    pub fn is_full(&self) -> bool {
        self.values.is_none() && self.residual.is_empty() && self.facets == F::default()
    }

    /// Whether both are the same values, whatever their sources.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.values == other.values
            && self.facets == other.facets
            && self.residual == other.residual
    }
}

fn is_full<F: Default + PartialEq>(alternatives: &[Alternative<F>]) -> bool {
    alternatives.iter().any(Alternative::is_full)
}
