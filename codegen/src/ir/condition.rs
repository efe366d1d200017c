//! Conditions: what a schema requires of a value beyond its Rust type.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Kind;

/// A condition on a JSON value, as the runtime evaluates it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Condition {
    Never,
    Types(Vec<Kind>),
    /// The accepted values, as JSON.
    OneOf(Vec<String>),
    /// Numbers, here and below, are JSON text, so that conditions can be compared.
    Minimum(String),
    ExclusiveMinimum(String),
    Maximum(String),
    ExclusiveMaximum(String),
    MultipleOf(String),
    MinLength(u64),
    MaxLength(u64),
    Pattern(String),
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    Items {
        first: Vec<Condition>,
        rest: Option<Box<Condition>>,
    },
    Contains {
        item: Box<Condition>,
        least: u64,
        most: Option<u64>,
    },
    MinProperties(u64),
    MaxProperties(u64),
    Required(Vec<String>),
    Properties {
        named: Vec<(String, Condition)>,
        patterns: Vec<(String, Condition)>,
        rest: Option<Box<Condition>>,
    },
    Names(Box<Condition>),
    Dependent(String, Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    One(Vec<Condition>),
    Not(Box<Condition>),
    If {
        condition: Box<Condition>,
        then: Box<Condition>,
        otherwise: Box<Condition>,
    },
    /// The condition of this name.
    Reference(String),
    UnevaluatedProperties {
        within: Box<Condition>,
        rest: Box<Condition>,
    },
    UnevaluatedItems {
        within: Box<Condition>,
        rest: Box<Condition>,
    },
}

/// A condition and its name. Named conditions are compared without their names.
#[derive(Debug, Clone)]
pub(crate) struct NamedCondition {
    pub name: String,
    pub condition: Arc<Condition>,
}

impl PartialEq for NamedCondition {
    fn eq(&self, other: &Self) -> bool {
        self.condition == other.condition
    }
}

impl Eq for NamedCondition {}

impl Hash for NamedCondition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.condition.hash(state);
    }
}

impl PartialOrd for NamedCondition {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NamedCondition {
    fn cmp(&self, other: &Self) -> Ordering {
        self.condition.cmp(&other.condition)
    }
}

impl Condition {
    /// The condition that every value satisfies.
    pub(crate) const ALWAYS: Condition = Condition::All(Vec::new());

    /// A condition for objects with these properties. Here and below, the order in which a schema
    /// names them does not count.
    pub(crate) fn required(mut names: Vec<String>) -> Self {
        names.sort();
        Condition::Required(names)
    }

    /// A condition for the properties of objects, by their names.
    pub(crate) fn properties(
        mut named: Vec<(String, Condition)>,
        mut patterns: Vec<(String, Condition)>,
        rest: Option<Box<Condition>>,
    ) -> Self {
        named.sort();
        patterns.sort();
        Condition::Properties {
            named,
            patterns,
            rest,
        }
    }

    /// A condition for values that satisfy all of these.
    pub(crate) fn all(conditions: impl IntoIterator<Item = Condition>) -> Self {
        let mut all = Vec::new();
        for condition in conditions {
            match condition {
                Condition::Never => return Condition::Never,
                Condition::All(more) => all.extend(more),
                other => all.push(other),
            }
        }
        match all.len() {
            1 => all.remove(0),
            _ => Condition::All(all),
        }
    }

    /// Simplifies the condition for values known to have this type.
    pub(crate) fn of_type(self, kind: Kind) -> Self {
        let each = |list: Vec<Condition>| list.into_iter().map(|one| one.of_type(kind));
        let inner = |condition: Box<Condition>| Box::new(condition.of_type(kind));
        let is_number = kind == Kind::Integer;
        match self {
            Condition::Types(kinds)
                if kinds.contains(&kind) || (is_number && kinds.contains(&Kind::Number)) =>
            {
                Condition::ALWAYS
            }
            Condition::All(list) => Condition::all(each(list)),
            Condition::Any(list) => Condition::Any(each(list).collect()),
            Condition::One(list) => Condition::One(each(list).collect()),
            Condition::Not(not) => Condition::Not(inner(not)),
            Condition::If {
                condition,
                then,
                otherwise,
            } => Condition::If {
                condition: inner(condition),
                then: inner(then),
                otherwise: inner(otherwise),
            },
            other => other,
        }
    }

    /// The conditions that it consists of.
    pub(crate) fn parts(&self) -> Vec<&Condition> {
        match self {
            Condition::Items { first, rest } => first.iter().chain(rest.as_deref()).collect(),
            Condition::Properties {
                named,
                patterns,
                rest,
            } => {
                let members = named.iter().chain(patterns).map(|(_, condition)| condition);
                members.chain(rest.as_deref()).collect()
            }
            Condition::All(list) | Condition::Any(list) | Condition::One(list) => {
                list.iter().collect()
            }
            Condition::Contains { item: only, .. }
            | Condition::Names(only)
            | Condition::Dependent(_, only)
            | Condition::Not(only) => vec![only],
            Condition::If {
                condition,
                then,
                otherwise,
            } => vec![condition, then, otherwise],
            Condition::UnevaluatedProperties { within, rest }
            | Condition::UnevaluatedItems { within, rest } => vec![within, rest],
            _ => Vec::new(),
        }
    }

    /// Whether evaluating it matches a pattern.
    pub(crate) fn has_pattern(&self) -> bool {
        let own = match self {
            Condition::Pattern(_) => true,
            Condition::Properties { patterns, .. } => !patterns.is_empty(),
            _ => false,
        };
        own || self.parts().into_iter().any(Condition::has_pattern)
    }
}
