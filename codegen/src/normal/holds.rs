//! Validates values keyword by keyword, as the standard defines it.
//!
//! It needs no normal form. So it answers questions while one is being computed, and those that
//! need the keywords themselves: which properties and items have been evaluated.

use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::graph::with_room;

use super::decimal::Decimal;
use super::meanings::{Id, Meanings};
use super::node::{Body, Keywords, NodeId};
use super::same;
use super::shape::Residual;

/// The properties and items that keywords have evaluated.
#[derive(Default)]
struct Evaluated {
    /// Whether the result is needed.
    active: bool,
    names: HashSet<String>,
    items: HashSet<usize>,
}

impl Evaluated {
    fn new(active: bool) -> Self {
        Evaluated {
            active,
            ..Evaluated::default()
        }
    }

    fn name(&mut self, name: &str) {
        if self.active {
            self.names.insert(name.to_owned());
        }
    }

    fn item(&mut self, index: usize) {
        if self.active {
            self.items.insert(index);
        }
    }

    fn take(&mut self, other: &Evaluated) {
        if self.active {
            self.names.extend(other.names.iter().cloned());
            self.items.extend(&other.items);
        }
    }
}

/// Validates a value and those in it. A schema is applied once to each of them, however many others
/// lead to it: their number can double from one to the next.
pub(super) struct Validator<'m, 'v> {
    pub(super) meanings: &'m Meanings,
    /// What schemas that fit have evaluated, by the value's address and whether that was asked.
    applied: HashMap<(NodeId, *const Value, bool), Option<Rc<Evaluated>>>,
    /// Whether a normal form has a value, by the value's address.
    pub(super) allowed: HashMap<(Id, *const Value), bool>,
    values: PhantomData<&'v Value>,
}

impl Meanings {
    /// Whether the schemas of an id allow a value.
    pub(super) fn holds(&self, id: Id, value: &Value) -> bool {
        Validator::new(self).holds(id, value)
    }

    /// Whether a schema allows a value.
    pub(super) fn node_holds(&self, node: NodeId, value: &Value) -> bool {
        Validator::new(self).node_holds(node, value)
    }

    /// Whether a condition allows a value.
    pub(super) fn residual_holds(&self, residual: &Residual, value: &Value) -> bool {
        Validator::new(self).residual_holds(residual, value)
    }
}

impl<'m, 'v> Validator<'m, 'v> {
    pub(super) fn new(meanings: &'m Meanings) -> Self {
        Validator {
            meanings,
            applied: HashMap::new(),
            allowed: HashMap::new(),
            values: PhantomData,
        }
    }

    /// Whether the schemas of an id allow a value.
    pub(super) fn holds(&mut self, id: Id, value: &'v Value) -> bool {
        let mut parts = self.meanings.parts(id).into_iter();
        id != Id::NEVER && parts.all(|node| self.node_holds(node, value))
    }

    /// Whether a schema allows a value.
    fn node_holds(&mut self, node: NodeId, value: &'v Value) -> bool {
        let constant = match value {
            Value::Null => Some(None),
            Value::Bool(flag) => Some(Some(*flag)),
            _ => None,
        };
        let Some(constant) = constant else {
            return self.apply(node, value, false).is_some();
        };
        // Each normal form asks about these.
        if let Some(known) = self.meanings.constants.borrow().get(&(node, constant)) {
            return *known;
        }
        let fits = self.apply(node, value, false).is_some();
        let mut constants = self.meanings.constants.borrow_mut();
        constants.insert((node, constant), fits);
        fits
    }

    /// Whether a condition allows a value.
    pub(super) fn residual_holds(&mut self, residual: &Residual, value: &'v Value) -> bool {
        match residual {
            Residual::Is(id) => self.holds(*id, value),
            Residual::Not(id) => !self.holds(*id, value),
            Residual::Any(ids) => ids.iter().any(|id| self.holds(*id, value)),
            Residual::One(ids) => {
                let fitting = ids.iter().filter(|id| self.holds(**id, value));
                fitting.count() == 1
            }
            Residual::If {
                condition,
                then,
                otherwise,
            } => {
                if self.holds(*condition, value) {
                    self.holds(*then, value)
                } else {
                    self.holds(*otherwise, value)
                }
            }
            Residual::Dependent(name, id) => {
                value.get(name).is_none() || !value.is_object() || self.holds(*id, value)
            }
            Residual::Node(node) => self.node_holds(*node, value),
        }
    }

    /// What a schema has evaluated, if it allows the value.
    fn apply(&mut self, node: NodeId, value: &'v Value, active: bool) -> Option<Rc<Evaluated>> {
        let key = (node, std::ptr::from_ref(value), active);
        if let Some(known) = self.applied.get(&key) {
            return known.clone();
        }
        let evaluated = with_room(|| self.check(node, value, active)).map(Rc::new);
        self.applied.insert(key, evaluated.clone());
        evaluated
    }

    fn check(&mut self, node: NodeId, value: &'v Value, active: bool) -> Option<Evaluated> {
        let keywords = match &self.meanings.nodes[node.0].body {
            Body::Bool(flag) => return flag.then(Evaluated::default),
            Body::Keywords(keywords) => keywords,
        };
        let asks =
            keywords.unevaluated_items.is_some() || keywords.unevaluated_properties.is_some();
        let mut own = Evaluated::new(active || asks);
        let fits = self.in_place(keywords, value, &mut own)
            && keywords.kinds.is_none_or(|kinds| kinds.admit(value))
            && (keywords.values.as_ref())
                .is_none_or(|values| values.iter().any(|other| same::equal(other, value)))
            && match value {
                Value::Null | Value::Bool(_) => true,
                Value::Number(number) => number_fits(keywords, &Decimal::of_number(number)),
                Value::String(text) => self.string_fits(keywords, text),
                Value::Array(items) => self.array_fits(keywords, items, &mut own),
                Value::Object(members) => self.object_fits(keywords, members, &mut own),
            };
        fits.then_some(own)
    }

    fn in_place(&mut self, keywords: &Keywords, value: &'v Value, own: &mut Evaluated) -> bool {
        if let Some(node) = keywords.not
            && self.node_holds(node, value)
        {
            return false;
        }
        let mut part = |node: NodeId| {
            if !own.active {
                return self.node_holds(node, value);
            }
            let evaluated = self.apply(node, value, true);
            evaluated.is_some_and(|evaluated| {
                own.take(&evaluated);
                true
            })
        };
        if !keywords.reference.is_none_or(&mut part)
            || !keywords.all_of.iter().all(|node| part(*node))
        {
            return false;
        }
        if let Some(branches) = &keywords.any_of {
            // All of them are checked, because they evaluate properties.
            let fitting = branches.iter().filter(|node| part(**node)).count();
            if fitting == 0 {
                return false;
            }
        }
        if let Some(branches) = &keywords.one_of
            && branches.iter().filter(|node| part(**node)).count() != 1
        {
            return false;
        }
        if let Some(condition) = keywords.condition {
            let next = if part(condition.condition) {
                condition.then
            } else {
                condition.otherwise
            };
            if !next.is_none_or(&mut part) {
                return false;
            }
        }
        let mut dependent = keywords.dependent.iter();
        dependent.all(|(name, node)| match value {
            Value::Object(members) => !members.contains_key(name) || part(*node),
            _ => true,
        })
    }

    fn string_fits(&self, keywords: &Keywords, text: &str) -> bool {
        let pattern = keywords.pattern.as_ref();
        length_fits(
            text.chars().count(),
            keywords.min_length,
            keywords.max_length,
        ) && pattern.is_none_or(|pattern| self.meanings.matches(pattern, text))
    }

    fn array_fits(&mut self, keywords: &Keywords, items: &'v [Value], own: &mut Evaluated) -> bool {
        if !length_fits(items.len(), keywords.min_items, keywords.max_items)
            || (keywords.unique_items && !same::all_differ(items))
        {
            return false;
        }
        for (index, item) in items.iter().enumerate() {
            let schema = keywords.prefix.get(index).copied().or(keywords.items);
            if let Some(schema) = schema {
                own.item(index);
                if !self.node_holds(schema, item) {
                    return false;
                }
            }
        }
        if let Some(contains) = keywords.contains {
            let mut count = 0;
            for (index, item) in items.iter().enumerate() {
                if self.node_holds(contains.schema, item) {
                    count += 1;
                    if contains.evaluates {
                        own.item(index);
                    }
                }
            }
            if !length_fits(count, contains.least, contains.most) {
                return false;
            }
        }
        if let Some(schema) = keywords.unevaluated_items {
            for (index, item) in items.iter().enumerate() {
                if !own.items.contains(&index) && !self.node_holds(schema, item) {
                    return false;
                }
                own.item(index);
            }
        }
        true
    }

    fn object_fits(
        &mut self,
        keywords: &Keywords,
        members: &'v Map<String, Value>,
        own: &mut Evaluated,
    ) -> bool {
        let has = |name: &String| members.contains_key(name);
        let mut dependent = keywords.dependent_required.iter();
        if !length_fits(
            members.len(),
            keywords.min_properties,
            keywords.max_properties,
        ) || !keywords.required.iter().all(has)
            || !dependent.all(|(name, names)| !has(name) || names.iter().all(has))
        {
            return false;
        }
        for (name, value) in members {
            if let Some(schema) = keywords.names
                && !self
                    .meanings
                    .node_holds(schema, &Value::from(name.as_str()))
            {
                return false;
            }
            let named = keywords.properties.get(name).copied();
            let patterned = keywords.patterns.iter();
            let patterned = patterned.filter(|(pattern, _)| self.meanings.matches(pattern, name));
            let mut schemas: Vec<NodeId> = named.into_iter().collect();
            schemas.extend(patterned.map(|(_, schema)| *schema));
            if schemas.is_empty() {
                schemas.extend(keywords.additional);
            }
            if !schemas.is_empty() {
                own.name(name);
            }
            if !schemas.iter().all(|schema| self.node_holds(*schema, value)) {
                return false;
            }
        }
        if let Some(schema) = keywords.unevaluated_properties {
            for (name, value) in members {
                if !own.names.contains(name) && !self.node_holds(schema, value) {
                    return false;
                }
                own.name(name);
            }
        }
        true
    }
}

fn number_fits(keywords: &Keywords, number: &Decimal) -> bool {
    let multiple = keywords.multiple_of.as_ref();
    let (least, most) = (keywords.minimum.as_ref(), keywords.maximum.as_ref());
    least.is_none_or(|limit| limit.admits_above(number))
        && most.is_none_or(|limit| limit.admits_below(number))
        && multiple.is_none_or(|by| number.is_multiple_of(by))
}

/// Whether a count is in a range.
pub(super) fn length_fits(length: usize, least: u64, most: Option<u64>) -> bool {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    length >= least && most.is_none_or(|most| length <= most)
}
