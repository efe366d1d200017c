//! Intersections and unions of shapes.

use std::collections::HashSet;
use std::hash::Hash;
use std::rc::Rc;

use serde_json::Value;

use crate::graph::with_room;

use super::facets::Facets;
use super::holds::Validator;
use super::meanings::{Id, Meanings};
use super::node::NodeId;
use super::shape::{Alternative, Residual, Shape};

/// The maximal number of alternatives of a type after multiplying those of two shapes. If there
/// would be more, the second shape becomes a condition.
const MOST_ALTERNATIVES: usize = 64;

/// The maximal number of sources that an alternative remembers: those nearest to the schema. There
/// are as many as ways from it to others.
const MOST_SOURCES: usize = 64;

impl Meanings {
    /// The values that all of these allow.
    pub(super) fn meet_shapes(&self, ids: &[Id]) -> Shape {
        let mut whole: Option<Shape> = None;
        for id in ids {
            let shape = self.shape(*id);
            whole = Some(match whole {
                None => Rc::unwrap_or_clone(shape),
                Some(whole) => self.meet_two(&whole, &shape, &Residual::Is(*id)),
            });
        }
        whole.unwrap_or_else(Shape::any)
    }

    /// The values that both allow; `second` is the second one as a condition.
    pub(super) fn meet_two(&self, one: &Shape, other: &Shape, second: &Residual) -> Shape {
        let both = |n: usize| one.booleans[n] && other.booleans[n];
        Shape {
            null: one.null && other.null,
            booleans: [both(0), both(1)],
            numbers: self.meet_lists(&one.numbers, &other.numbers, second),
            strings: self.meet_lists(&one.strings, &other.strings, second),
            arrays: self.meet_lists(&one.arrays, &other.arrays, second),
            objects: self.meet_lists(&one.objects, &other.objects, second),
        }
    }

    fn meet_lists<F: Facets>(
        &self,
        one: &[Alternative<F>],
        other: &[Alternative<F>],
        second: &Residual,
    ) -> Vec<Alternative<F>> {
        let is_small = one.len().min(other.len()) < 2;
        if other.is_empty() {
            return Vec::new();
        }
        if !is_small && one.len() * other.len() > MOST_ALTERNATIVES {
            let one = one.iter().cloned();
            return one.filter_map(|one| self.restricted(one, second)).collect();
        }
        let mut all = Vec::new();
        for one in one {
            for other in other {
                if let Some(met) = self.meet_alternatives(one, other) {
                    push(&mut all, met);
                }
            }
        }
        all
    }

    pub(super) fn meet_alternatives<F: Facets>(
        &self,
        one: &Alternative<F>,
        other: &Alternative<F>,
    ) -> Option<Alternative<F>> {
        let origins = sources(&one.origins, &other.origins);
        let (listed, filter) = match (&one.values, &other.values) {
            (Some(values), _) => (values, other),
            (None, Some(values)) => (values, one),
            (None, None) => {
                return Some(Alternative {
                    values: None,
                    facets: one.facets.meet(&other.facets, self)?,
                    residual: joined(&one.residual, &other.residual),
                    origins,
                });
            }
        };
        let values = listed.iter().filter(|value| self.is_in(filter, value));
        let values: Vec<Value> = values.cloned().collect();
        (!values.is_empty()).then(|| Alternative {
            values: Some(values),
            facets: F::default(),
            residual: Vec::new(),
            origins,
        })
    }

    /// The values of an alternative that a condition allows.
    pub(super) fn restricted<F: Facets>(
        &self,
        mut alternative: Alternative<F>,
        residual: &Residual,
    ) -> Option<Alternative<F>> {
        match &mut alternative.values {
            Some(values) => {
                values.retain(|value| self.residual_holds(residual, value));
                (!values.is_empty()).then_some(alternative)
            }
            None => {
                if !alternative.residual.contains(residual) {
                    alternative.residual.push(residual.clone());
                }
                Some(alternative)
            }
        }
    }

    /// The values of a shape that a condition allows.
    pub(super) fn restricted_shape(&self, shape: Shape, residual: &Residual) -> Shape {
        let kept = |value: bool| self.residual_holds(residual, &Value::Bool(value));
        let [no, yes] = shape.booleans;
        Shape {
            null: shape.null && self.residual_holds(residual, &Value::Null),
            booleans: [no && kept(false), yes && kept(true)],
            numbers: self.restricted_list(shape.numbers, residual),
            strings: self.restricted_list(shape.strings, residual),
            arrays: self.restricted_list(shape.arrays, residual),
            objects: self.restricted_list(shape.objects, residual),
        }
    }

    pub(super) fn restricted_list<F: Facets>(
        &self,
        list: Vec<Alternative<F>>,
        residual: &Residual,
    ) -> Vec<Alternative<F>> {
        let list = list.into_iter();
        list.filter_map(|alternative| self.restricted(alternative, residual))
            .collect()
    }

    /// Whether an alternative has a value.
    pub(super) fn is_in<F: Facets>(&self, alternative: &Alternative<F>, value: &Value) -> bool {
        Validator::new(self).is_in(alternative, value)
    }

    /// Whether an id allows a value.
    pub fn allows(&self, id: Id, value: &Value) -> bool {
        Validator::new(self).allows(id, value)
    }
}

impl<'v> Validator<'_, 'v> {
    fn is_in<F: Facets>(&mut self, alternative: &Alternative<F>, value: &'v Value) -> bool {
        match &alternative.values {
            Some(values) => values.iter().any(|other| super::equal(other, value)),
            None => {
                let mut residual = alternative.residual.iter();
                alternative.facets.allow(value, self)
                    && residual.all(|residual| self.residual_holds(residual, value))
            }
        }
    }

    /// Whether the normal form of an id allows a value.
    pub(super) fn allows(&mut self, id: Id, value: &'v Value) -> bool {
        let key = (id, std::ptr::from_ref(value));
        if let Some(known) = self.allowed.get(&key) {
            return *known;
        }
        let allowed = with_room(|| match self.meanings.try_shape(id) {
            Some(shape) => self.is_of(&shape, value),
            None => self.holds(id, value),
        });
        self.allowed.insert(key, allowed);
        allowed
    }

    fn is_of(&mut self, shape: &Shape, value: &'v Value) -> bool {
        match value {
            Value::Null => shape.null,
            Value::Bool(flag) => shape.booleans[usize::from(*flag)],
            Value::Number(_) => shape.numbers.iter().any(|a| self.is_in(a, value)),
            Value::String(_) => shape.strings.iter().any(|a| self.is_in(a, value)),
            Value::Array(_) => shape.arrays.iter().any(|a| self.is_in(a, value)),
            Value::Object(_) => shape.objects.iter().any(|a| self.is_in(a, value)),
        }
    }
}

/// The values that at least one of these allows.
pub(super) fn join(shapes: impl IntoIterator<Item = Shape>) -> Shape {
    let mut all = Shape::never();
    for shape in shapes {
        all.null |= shape.null;
        all.booleans[0] |= shape.booleans[0];
        all.booleans[1] |= shape.booleans[1];
        push_all(&mut all.numbers, shape.numbers);
        push_all(&mut all.strings, shape.strings);
        push_all(&mut all.arrays, shape.arrays);
        push_all(&mut all.objects, shape.objects);
    }
    swallow(&mut all.numbers);
    swallow(&mut all.strings);
    swallow(&mut all.arrays);
    all
}

/// Removes alternatives that another one of the type includes.
fn swallow<F: Facets>(list: &mut Vec<Alternative<F>>) {
    if let Some(full) = list.iter().position(Alternative::is_full) {
        let full = list.swap_remove(full);
        *list = vec![full];
    }
}

fn push_all<F: Facets>(list: &mut Vec<Alternative<F>>, more: Vec<Alternative<F>>) {
    more.into_iter().for_each(|more| push(list, more));
}

/// Adds an alternative, merged into an equal or a listed one.
fn push<F: Facets>(list: &mut Vec<Alternative<F>>, new: Alternative<F>) {
    let twin = list.iter_mut().find(|old| old.is_same(&new));
    if let Some(old) = twin {
        old.origins = sources(&old.origins, &new.origins);
        return;
    }
    let listed = list.iter_mut().find(|old| old.values.is_some());
    match (listed, new.values) {
        (Some(old), Some(values)) => {
            let own = old.values.get_or_insert_default();
            for value in values {
                if !own.iter().any(|other| super::equal(other, &value)) {
                    own.push(value);
                }
            }
            old.origins = sources(&old.origins, &new.origins);
        }
        (_, values) => list.push(Alternative { values, ..new }),
    }
}

/// The sources of both, up to [`MOST_SOURCES`].
fn sources(one: &[NodeId], other: &[NodeId]) -> Vec<NodeId> {
    if one.len() >= MOST_SOURCES {
        return one.to_vec();
    }
    let mut all = joined(one, other);
    all.truncate(MOST_SOURCES);
    all
}

/// The items of both lists, without duplicates.
fn joined<T: Clone + Eq + Hash>(one: &[T], other: &[T]) -> Vec<T> {
    if let ([], only) | (only, []) = (one, other) {
        return only.to_vec();
    }
    let known: HashSet<&T> = one.iter().collect();
    let other = other.iter().filter(|item| !known.contains(item));
    one.iter().chain(other).cloned().collect()
}
