//! The normal form: for each JSON type, the alternatives that a value of it has.

use serde_json::Value;

use super::facets::{Arrays, Numbers, Objects, Strings};
use super::meanings::Id;
use super::node::NodeId;

/// The values that a schema allows, by JSON type: a value is allowed if an alternative of its type
/// allows it. Without alternatives, no value of the type is.
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
    /// The values, where they can be listed. Nothing else is said of them then.
    pub values: Option<Vec<Value>>,
    /// What holds for all of them.
    pub facets: F,
    /// What else holds for all of them.
    pub residual: Vec<Residual>,
    /// The schemas that it comes from.
    pub(crate) origins: Vec<NodeId>,
}

/// A condition that no facet expresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Residual {
    /// What this allows.
    Is(Id),
    /// What this does not allow.
    Not(Id),
    /// What one of these allows, or several.
    Any(Vec<Id>),
    /// What exactly one of these allows.
    One(Vec<Id>),
    /// What `then` allows where `condition` does, and what `otherwise` allows elsewhere.
    If {
        /// Which of the two counts.
        condition: Id,
        /// What holds where `condition` does.
        then: Id,
        /// What holds elsewhere.
        otherwise: Id,
    },
    /// An object with this property is what this allows.
    Dependent(String, Id),
    /// What a schema allows whose text counts: it asks what other keywords have evaluated.
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

    /// Whether no value is allowed, as far as that shows without looking inside of values.
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

    /// Whether nothing is allowed but objects.
    pub(crate) fn only_objects(&self) -> bool {
        !self.null && self.arrays.is_empty() && !self.has_scalars()
    }

    /// All values, where they can be listed.
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

    /// Whether both are the same values, wherever they come from.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.values == other.values
            && self.facets == other.facets
            && self.residual == other.residual
    }
}

fn is_full<F: Default + PartialEq>(alternatives: &[Alternative<F>]) -> bool {
    alternatives.iter().any(Alternative::is_full)
}
