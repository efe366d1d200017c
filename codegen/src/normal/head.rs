//! Computes the normal form of a schema.

use indexmap::IndexMap;
use serde_json::Value;

use super::facets::{Arrays, Facets, Numbers, Objects, Occurs, Property, Rest, Strings};
use super::meanings::{Id, Meanings};
use super::meet::join;
use super::node::{Body, Keywords, Kind, NodeId};
use super::shape::{Alternative, Residual, Shape};

impl Meanings {
    /// The values that a schema allows.
    pub(super) fn head(&self, node: NodeId) -> Shape {
        let keywords = match &self.nodes[node.0].body {
            Body::Bool(true) => return Shape::any(),
            Body::Bool(false) => return Shape::never(),
            Body::Keywords(keywords) => keywords,
        };
        if let Some(values) = &keywords.values {
            return self.listed(node, values);
        }
        let mut shape = self.own(node, keywords);
        for part in keywords.reference.iter().chain(&keywords.all_of) {
            let part = self.of_node(*part);
            shape = self.meet_two(&shape, &self.shape(part), &Residual::Is(part));
        }
        if let Some(branches) = &keywords.any_of {
            let ids = self.ids(branches);
            let joined = join(ids.iter().map(|id| (*self.shape(*id)).clone()));
            shape = self.meet_two(&shape, &joined, &Residual::Any(ids));
        }
        if let Some(branches) = &keywords.one_of {
            let ids = self.ids(branches);
            let joined = self.exactly_one(&ids);
            shape = self.meet_two(&shape, &joined, &Residual::One(ids));
        }
        if let Some(not) = keywords.not {
            shape = self.without(shape, self.of_node(not));
        }
        self.conditions(node, keywords, shape)
    }

    fn ids(&self, nodes: &[NodeId]) -> Vec<Id> {
        nodes.iter().map(|node| self.of_node(*node)).collect()
    }

    /// The listed values that the other keywords of the schema allow too.
    fn listed(&self, node: NodeId, values: &[Value]) -> Shape {
        let fitting = values.iter().filter(|value| self.node_holds(node, value));
        let mut shape = Shape::never();
        let mut seen = std::collections::HashSet::new();
        for value in fitting.filter(|value| seen.insert(super::same::key(value))) {
            shape.list(value, node);
        }
        shape
    }

    /// The keywords about a value's own type.
    pub(super) fn own(&self, node: NodeId, keywords: &Keywords) -> Shape {
        let has = |kind: Kind| keywords.kinds.is_none_or(|kinds| kinds.has(kind));
        let format = self.nodes[node.0].about.format.clone();
        let numbers = Numbers {
            integer: !has(Kind::Number),
            minimum: keywords.minimum.clone(),
            maximum: keywords.maximum.clone(),
            multiples: keywords.multiple_of.iter().cloned().collect(),
            format: format.clone(),
        };
        let least = keywords.min_length;
        let strings = Strings {
            min: least,
            max: keywords.max_length,
            patterns: keywords.pattern.iter().cloned().collect(),
            format,
        };
        let strings = strings
            .max
            .is_none_or(|max| least <= max)
            .then_some(strings);
        let is_number = has(Kind::Number) || has(Kind::Integer);
        Shape {
            null: has(Kind::Null),
            booleans: [has(Kind::Boolean); 2],
            numbers: one(is_number, numbers.non_empty(), node),
            strings: one(has(Kind::String), strings, node),
            arrays: one(has(Kind::Array), self.arrays(keywords), node),
            objects: one(has(Kind::Object), self.objects(keywords), node),
        }
    }

    fn arrays(&self, keywords: &Keywords) -> Option<Arrays> {
        let rest = keywords.items.map_or(Id::ANY, |items| self.of_node(items));
        let mut prefix = self.ids(&keywords.prefix);
        while prefix.last() == Some(&rest) {
            prefix.pop();
        }
        let contains = keywords.contains.map(|contains| Occurs {
            item: self.of_node(contains.schema),
            min: contains.least,
            max: contains.most,
        });
        let contains = contains.filter(|occurs| occurs.min > 0 || occurs.max.is_some());
        let arrays = Arrays {
            prefix,
            rest,
            min: keywords.min_items,
            max: keywords.max_items,
            unique: keywords.unique_items,
            contains: contains.into_iter().collect(),
        };
        arrays.non_empty()
    }

    fn objects(&self, keywords: &Keywords) -> Option<Objects> {
        let patterns = keywords.patterns.iter();
        let patterns: Vec<(String, Id)> = patterns
            .map(|(pattern, node)| (pattern.clone(), self.of_node(*node)))
            .filter(|(_, shape)| *shape != Id::ANY || keywords.additional.is_some())
            .collect();
        let except: Vec<String> = keywords.patterns.keys().cloned().collect();
        let rest = keywords.additional.map(|rest| self.of_node(rest));
        let rest = rest.filter(|rest| *rest != Id::ANY);
        let mut objects = Objects {
            properties: IndexMap::new(),
            patterns,
            rests: rest
                .map(|shape| Rest { except, shape })
                .into_iter()
                .collect(),
            names: keywords.names.map_or(Id::ANY, |names| self.of_node(names)),
            min: keywords.min_properties,
            max: keywords.max_properties,
            dependent: Vec::new(),
        };
        let dependent = keywords.dependent_required.iter();
        let dependent = dependent.filter(|(_, names)| !names.is_empty());
        objects.dependent = dependent
            .map(|(n, names)| (n.clone(), names.clone()))
            .collect();
        let mut properties = IndexMap::new();
        for (name, node) in &keywords.properties {
            let property = Property {
                shape: self.named(&objects, name, *node),
                required: false,
                described: true,
            };
            properties.insert(name.clone(), property);
        }
        for name in &keywords.required {
            let property = properties.entry(name.clone());
            let property = property.or_insert_with(|| Property {
                shape: objects.unnamed(name, self),
                required: true,
                described: false,
            });
            property.required = true;
        }
        objects.properties = properties;
        objects.non_empty()
    }

    /// The schema of a property that has one of its own.
    fn named(&self, objects: &Objects, name: &str, node: NodeId) -> Id {
        if objects.names != Id::ANY && !self.holds(objects.names, &Value::from(name)) {
            return Id::NEVER;
        }
        let patterns = objects.patterns.iter();
        let patterns = patterns.filter(|(pattern, _)| self.matches(pattern, name));
        let own = self.of_node(node);
        self.meet_all(std::iter::once(own).chain(patterns.map(|(_, shape)| *shape)))
    }

    /// The values that exactly one of these allows.
    fn exactly_one(&self, ids: &[Id]) -> Shape {
        let shapes: Vec<Shape> = ids.iter().map(|id| (*self.shape(*id)).clone()).collect();
        let mut joined = join(shapes.iter().cloned());
        let residual = Residual::One(ids.to_vec());
        if ids.len() < 2 {
            return joined;
        }
        let holds = |value: Value| self.residual_holds(&residual, &value);
        joined.null = joined.null && holds(Value::Null);
        for flag in [false, true] {
            let kept = &mut joined.booleans[usize::from(flag)];
            *kept = *kept && holds(Value::Bool(flag));
        }
        if self.overlap(&shapes, |shape| &shape.numbers) {
            joined.numbers = self.restricted_list(joined.numbers, &residual);
        }
        if self.overlap(&shapes, |shape| &shape.strings) {
            joined.strings = self.restricted_list(joined.strings, &residual);
        }
        if self.overlap(&shapes, |shape| &shape.arrays) {
            joined.arrays = self.restricted_list(joined.arrays, &residual);
        }
        if self.overlap(&shapes, |shape| &shape.objects) {
            joined.objects = self.restricted_list(joined.objects, &residual);
        }
        joined
    }

    /// Whether two of the shapes may allow the same value of a type.
    fn overlap<F: Facets + Separable>(
        &self,
        shapes: &[Shape],
        list: impl Fn(&Shape) -> &Vec<Alternative<F>>,
    ) -> bool {
        let lists: Vec<&Vec<Alternative<F>>> = shapes.iter().map(list).collect();
        lists.iter().enumerate().any(|(index, one)| {
            let others = lists[index + 1..].iter().copied().flatten();
            one.iter()
                .any(|one| others.clone().any(|other| !self.is_apart(one, other)))
        })
    }

    /// Whether two alternatives certainly have no value in common.
    pub(super) fn is_apart<F: Facets + Separable>(
        &self,
        one: &Alternative<F>,
        other: &Alternative<F>,
    ) -> bool {
        match (&one.values, &other.values) {
            (None, None) => one.facets.is_apart(&other.facets, self, DEPTH),
            _ => self.meet_alternatives(one, other).is_none(),
        }
    }

    /// The values of a shape that an id does not allow.
    fn without(&self, mut shape: Shape, id: Id) -> Shape {
        let not = self.shape(id);
        let residual = Residual::Not(id);
        let left = |value: Value| self.residual_holds(&residual, &value);
        shape.null = shape.null && left(Value::Null);
        for flag in [false, true] {
            let kept = &mut shape.booleans[usize::from(flag)];
            *kept = *kept && left(Value::Bool(flag));
        }
        shape.numbers = self.without_list(shape.numbers, &not.numbers, &residual);
        shape.strings = self.without_list(shape.strings, &not.strings, &residual);
        shape.arrays = self.without_list(shape.arrays, &not.arrays, &residual);
        if let [only] = not.objects.as_slice()
            && let Some(name) = only_required(only)
        {
            let forbidden = Property {
                shape: Id::NEVER,
                required: false,
                described: false,
            };
            let forbidden = Objects {
                properties: IndexMap::from([(name.to_owned(), forbidden)]),
                ..Objects::default()
            };
            let objects = shape.objects.iter().map(|objects| {
                let forbidden = Alternative {
                    facets: forbidden.clone(),
                    ..Alternative::default()
                };
                self.meet_alternatives(objects, &forbidden)
            });
            shape.objects = objects.flatten().collect();
        } else {
            shape.objects = self.without_list(shape.objects, &not.objects, &residual);
        }
        shape
    }

    fn without_list<F: Facets>(
        &self,
        list: Vec<Alternative<F>>,
        not: &[Alternative<F>],
        residual: &Residual,
    ) -> Vec<Alternative<F>> {
        match not {
            [] => list,
            not if not.iter().any(Alternative::is_full) => Vec::new(),
            _ => self.restricted_list(list, residual),
        }
    }

    /// The conditions of `if`, dependent schemas and unevaluated properties.
    fn conditions(&self, node: NodeId, keywords: &Keywords, mut shape: Shape) -> Shape {
        if let Some(condition) = keywords.condition {
            let branch = |node: Option<NodeId>| node.map_or(Id::ANY, |node| self.of_node(node));
            let (then, otherwise) = (branch(condition.then), branch(condition.otherwise));
            let condition = self.of_node(condition.condition);
            let certain = match condition {
                Id::ANY => Some(then),
                Id::NEVER => Some(otherwise),
                _ => None,
            };
            if let Some(id) = certain {
                shape = self.meet_two(&shape, &self.shape(id), &Residual::Is(id));
            } else if (then, otherwise) != (Id::ANY, Id::ANY) {
                let residual = Residual::If {
                    condition,
                    then,
                    otherwise,
                };
                shape = self.restricted_shape(shape, &residual);
            }
        }
        for (name, node) in &keywords.dependent {
            let id = self.of_node(*node);
            if id != Id::ANY {
                let residual = Residual::Dependent(name.clone(), id);
                shape.objects = self.restricted_list(shape.objects, &residual);
            }
        }
        let residual = Residual::Node(node);
        if keywords.unevaluated_items.is_some() {
            shape.arrays = self.restricted_list(shape.arrays, &residual);
        }
        if keywords.unevaluated_properties.is_some() {
            shape.objects = self.restricted_list(shape.objects, &residual);
        }
        shape
    }
}

/// How deep inside values a difference between two shapes is searched for.
const DEPTH: usize = 3;

/// Restrictions that may be disjoint.
pub(super) trait Separable {
    /// Whether they certainly have no value in common.
    fn is_apart(&self, other: &Self, meanings: &Meanings, depth: usize) -> bool;
}

impl Separable for Numbers {
    fn is_apart(&self, other: &Self, meanings: &Meanings, _: usize) -> bool {
        self.meet(other, meanings).is_none()
    }
}

impl Separable for Strings {
    fn is_apart(&self, other: &Self, meanings: &Meanings, _: usize) -> bool {
        self.meet(other, meanings).is_none()
    }
}

impl Separable for Arrays {
    fn is_apart(&self, other: &Self, meanings: &Meanings, depth: usize) -> bool {
        let least = self.min.max(other.min);
        let most = [self.max, other.max].into_iter().flatten().min();
        if most.is_some_and(|most| most < least) {
            return true;
        }
        let shared = self.prefix.len().max(other.prefix.len()).saturating_add(1);
        let certain = usize::try_from(least).unwrap_or(usize::MAX).min(shared);
        (0..certain).any(|index| meanings.ids_apart(self.item(index), other.item(index), depth))
    }
}

impl Separable for Objects {
    fn is_apart(&self, other: &Self, meanings: &Meanings, depth: usize) -> bool {
        let names = self.properties.iter().chain(&other.properties);
        let mut required = names.filter(|(_, property)| property.required);
        required.any(|(name, _)| {
            let own = self.property(name, meanings);
            meanings.ids_apart(own, other.property(name, meanings), depth)
        })
    }
}

impl Meanings {
    /// Whether certainly no value is allowed by two of these.
    pub(crate) fn are_apart(&self, ids: &[Id]) -> bool {
        let mut each = ids.iter().enumerate();
        each.all(|(index, one)| {
            let mut others = ids[index + 1..].iter();
            others.all(|other| self.ids_apart(*one, *other, DEPTH))
        })
    }

    /// Whether two ids certainly have no value in common.
    pub(super) fn ids_apart(&self, one: Id, other: Id, depth: usize) -> bool {
        if one == Id::NEVER || other == Id::NEVER {
            return true;
        }
        if depth == 0 || one == Id::ANY || other == Id::ANY || one == other {
            return false;
        }
        let (Some(one), Some(other)) = (self.try_shape(one), self.try_shape(other)) else {
            return false;
        };
        let share = |flag: usize| one.booleans[flag] && other.booleans[flag];
        let share_scalar = (one.null && other.null) || share(0) || share(1);
        !share_scalar
            && self.lists_apart(&one.numbers, &other.numbers, depth)
            && self.lists_apart(&one.strings, &other.strings, depth)
            && self.lists_apart(&one.arrays, &other.arrays, depth)
            && self.lists_apart(&one.objects, &other.objects, depth)
    }

    fn lists_apart<F: Facets + Separable>(
        &self,
        one: &[Alternative<F>],
        other: &[Alternative<F>],
        depth: usize,
    ) -> bool {
        one.iter().all(|one| {
            other
                .iter()
                .all(|other| match (&one.values, &other.values) {
                    (None, None) => one.facets.is_apart(&other.facets, self, depth - 1),
                    _ => self.meet_alternatives(one, other).is_none(),
                })
        })
    }
}

impl Shape {
    /// Adds a value to those that are listed.
    pub(super) fn list(&mut self, value: &Value, node: NodeId) {
        match value {
            Value::Null => self.null = true,
            Value::Bool(flag) => self.booleans[usize::from(*flag)] = true,
            Value::Number(_) => list(&mut self.numbers, value, node),
            Value::String(_) => list(&mut self.strings, value, node),
            Value::Array(_) => list(&mut self.arrays, value, node),
            Value::Object(_) => list(&mut self.objects, value, node),
        }
    }
}

/// The single property that an alternative requires, if it requires nothing else.
fn only_required(alternative: &Alternative<Objects>) -> Option<&str> {
    let Objects { properties, .. } = &alternative.facets;
    let (name, property) = properties.first()?;
    let bare = Objects {
        properties: properties.clone(),
        ..Objects::default()
    };
    let is_only = properties.len() == 1
        && property.required
        && property.shape == Id::ANY
        && alternative.values.is_none()
        && alternative.residual.is_empty()
        && alternative.facets == bare;
    is_only.then_some(name)
}

fn list<F: Facets>(alternatives: &mut Vec<Alternative<F>>, value: &Value, node: NodeId) {
    if alternatives.is_empty() {
        alternatives.push(Alternative {
            values: Some(Vec::new()),
            origins: vec![node],
            ..Alternative::default()
        });
    }
    for alternative in alternatives {
        let values = alternative.values.get_or_insert_default();
        values.push(value.clone());
    }
}

fn one<F: Facets>(is_allowed: bool, facets: Option<F>, node: NodeId) -> Vec<Alternative<F>> {
    let facets = facets.filter(|_| is_allowed);
    let alternative = |facets| Alternative {
        facets,
        origins: vec![node],
        ..Alternative::default()
    };
    facets.map(alternative).into_iter().collect()
}
