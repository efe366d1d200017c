//! Checks a value against its schemas, as if they described everything.
//!
//! Beyond JSON Schema, a property that no schema names is reported if any schema names properties,
//! and null is a type like any other.

use std::cell::Cell;
use std::collections::HashSet;
use std::ptr;

use super::schema::{Additional, Schema};
use serde_json::{Map, Value};

use super::breach::{Breach, BreachKind, Step, Trail, is_tag};
use super::own::Own;
use super::schemas::{Layers, Schemas, Union};
use super::sketch::Sketch;

/// The maximal number of union branches that are checked for one value. Schemas that refer to
/// themselves in several branches could otherwise be checked forever.
const FUEL: u32 = 50_000;

/// The maximal number of union branches that get a first look for one value, for the same reason.
const LOOKS: u32 = 200_000;

/// The weight of a branch for another JSON type, which is never the intended one.
const ANOTHER_TYPE: u32 = 10_000;

/// The deviations of a value.
type Breaches<'s> = Vec<Breach<'s>>;

/// Walks through values.
pub(super) struct Walker<'s> {
    schemas: &'s Schemas,
    own: Own,
    fuel: Cell<u32>,
    looks: Cell<u32>,
}

impl<'s> Walker<'s> {
    pub(super) fn new(schemas: &'s Schemas) -> Self {
        Walker {
            schemas,
            own: Own::default(),
            fuel: Cell::new(FUEL),
            looks: Cell::new(LOOKS),
        }
    }

    /// Returns every deviation of a value from these schemas.
    pub(super) fn check(&self, value: &Value, schemas: &[&'s Schema]) -> Breaches<'s> {
        self.fuel.set(FUEL);
        self.looks.set(LOOKS);
        self.judge(value, schemas, Trail::Root, usize::MAX)
    }

    /// As [`check`](Self::check), for a value inside another, and only that many levels deep.
    fn judge(
        &self,
        value: &Value,
        schemas: &[&'s Schema],
        trail: Trail<'_>,
        depth: usize,
    ) -> Breaches<'s> {
        let mut layers = Layers::default();
        for schema in schemas {
            self.schemas.spread(schema, &mut layers);
        }
        self.settle(value, layers, trail, depth)
    }

    /// Chooses the branch of each union that matches best.
    fn settle(
        &self,
        value: &Value,
        mut layers: Layers<'s>,
        trail: Trail<'_>,
        depth: usize,
    ) -> Breaches<'s> {
        let union = match depth {
            // A first look is not that deep, and there is a limit on their number.
            0 => None,
            1 if self.looks.get() == 0 => None,
            _ => layers.unions.pop(),
        };
        let Some(union) = union else {
            return self.plain(value, &layers.facets, trail, depth);
        };
        let own = trail.pointer();
        let mut branches: Vec<_> = self
            .distinct(union, &layers)
            .map(|layers| {
                self.looks.set(self.looks.get().saturating_sub(1));
                let first_look = self.settle(value, layers.clone(), trail, 1);
                (cost(&first_look, &own), layers, first_look)
            })
            .collect();
        let may_be_map = branches.iter().any(|(_, layers, _)| is_map(&layers.facets));
        // The best match at first sight is likely the right one; a second look never improves a
        // match.
        branches.sort_by_key(|(cost, _, _)| *cost);
        let mut best: Option<(u32, Breaches<'s>)> = None;
        for (least, layers, first_look) in branches {
            let out_of_fuel = self.fuel.get() == 0;
            if best
                .as_ref()
                .is_some_and(|(cost, _)| *cost <= least || out_of_fuel)
            {
                break;
            }
            self.fuel.set(self.fuel.get().saturating_sub(1));
            // Another look of the same depth would see the same: n nested unions would be checked 2
            // to the n times.
            let found = match depth {
                1 => first_look,
                _ => self.settle(value, layers, trail, depth),
            };
            let cost = cost(&found, &own);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, found));
            }
        }
        let mut found = best.map(|(_, found)| found).unwrap_or_default();
        if may_be_map {
            unname(&mut found, &own);
        }
        of_union(found, union, &own)
    }

    /// Each branch of a union with the schemas beside it; equal branches once.
    fn distinct(
        &self,
        union: Union<'s>,
        layers: &Layers<'s>,
    ) -> impl Iterator<Item = Layers<'s>> + use<'s> {
        let mut seen = HashSet::new();
        let branches = union.branches.iter().map(|branch| {
            let mut layers = layers.clone();
            self.schemas.spread(branch, &mut layers);
            layers
        });
        let branches = branches.filter(|layers| {
            let facets = layers.facets.iter().map(|facet| ptr::from_ref(*facet));
            seen.insert(facets.collect::<Vec<_>>())
        });
        branches.collect::<Vec<_>>().into_iter()
    }

    /// A value against schemas without unions.
    fn plain(
        &self,
        value: &Value,
        facets: &[&'s Schema],
        trail: Trail<'_>,
        depth: usize,
    ) -> Breaches<'s> {
        let mut found = Vec::new();
        for facet in facets {
            self.own.check(value, facet, trail, &mut found);
        }
        let is_other = |breach: &Breach<'_>| breach.kind == BreachKind::WrongType;
        if depth == 0 || found.iter().any(is_other) {
            return found;
        }
        match value {
            Value::Object(members) => self.object(members, facets, trail, depth, &mut found),
            Value::Array(items) => {
                let schemas = facets.iter().filter_map(|facet| facet.items.as_deref());
                let schemas: Vec<&Schema> = schemas.collect();
                for item in items.iter().filter(|_| !schemas.is_empty()) {
                    let trail = Trail::Then(&trail, Step::Any);
                    found.extend(self.judge(item, &schemas, trail, depth - 1));
                }
            }
            _ => {}
        }
        found
    }

    fn object(
        &self,
        members: &Map<String, Value>,
        facets: &[&'s Schema],
        trail: Trail<'_>,
        depth: usize,
        found: &mut Breaches<'s>,
    ) {
        let is_free = is_free_form(facets);
        for (name, value) in members {
            let declared = facets.iter().flat_map(|facet| &facet.properties);
            let declared: Vec<&Schema> = declared.filter_map(|list| list.get(name)).collect();
            if !declared.is_empty() {
                let trail = Trail::Then(&trail, Step::Name(name));
                found.extend(self.judge(value, &declared, trail, depth - 1));
                continue;
            }
            let mapped = self.mapped(name, facets);
            if !mapped.is_empty() {
                let trail = Trail::Then(&trail, Step::Any);
                found.extend(self.judge(value, &mapped, trail, depth - 1));
            } else if !is_free && let Some(schema) = owner(facets) {
                let name = (!is_map(facets)).then(|| name.clone());
                found.push(Breach {
                    kind: BreachKind::UnknownProperty(name),
                    schema,
                    keyword: "properties",
                    pointer: trail.pointer(),
                    seen: Sketch::of(value),
                });
            }
        }
    }

    /// The schemas of a property that no schema names.
    fn mapped(&self, name: &str, facets: &[&'s Schema]) -> Vec<&'s Schema> {
        let patterns = facets.iter().flat_map(|facet| &facet.pattern_properties);
        let patterns = patterns.flatten();
        let matching = patterns.filter(|(pattern, _)| self.own.matches(pattern, name));
        let mapped: Vec<_> = matching.map(|(_, schema)| schema).collect();
        if !mapped.is_empty() {
            return mapped;
        }
        let additional = facets
            .iter()
            .filter_map(|facet| match &facet.additional_properties {
                Some(Additional::Schema(schema)) => Some(&**schema),
                _ => None,
            });
        additional.collect()
    }
}

/// Whether any names of an object are data.
fn is_map(facets: &[&Schema]) -> bool {
    facets.iter().any(|facet| {
        let by_pattern = facet.pattern_properties.is_some();
        by_pattern || matches!(facet.additional_properties, Some(Additional::Schema(_)))
    })
}

/// Removes the names of the properties of the value at `own`, which may be data.
fn unname(found: &mut [Breach<'_>], own: &str) {
    for breach in found.iter_mut().filter(|breach| breach.pointer == own) {
        if let BreachKind::UnknownProperty(name) = &mut breach.kind {
            *name = None;
        }
    }
}

/// Whether objects may have any properties: no schema names one or forbids them.
fn is_free_form(facets: &[&Schema]) -> bool {
    let says_nothing = |facet: &&Schema| {
        let named = facet
            .properties
            .as_ref()
            .is_some_and(|list| !list.is_empty());
        let by_pattern = facet.pattern_properties.is_some();
        let closed = facet.additional_properties == Some(Additional::Allowed(false));
        !named && !by_pattern && !closed
    };
    facets.iter().all(says_nothing)
}

/// The schema to which a property would be added: the outermost that has properties.
fn owner<'s>(facets: &[&'s Schema]) -> Option<&'s Schema> {
    let mut having = facets.iter().filter(|facet| facet.properties.is_some());
    having.next().or(facets.first()).copied()
}

/// How much these deviations speak against a branch, for the value at `own`.
fn cost(found: &[Breach<'_>], own: &str) -> u32 {
    let costs = found.iter().map(|breach| match breach.kind {
        BreachKind::WrongType if breach.pointer == own => ANOTHER_TYPE,
        _ => breach.cost(),
    });
    costs.fold(0, u32::saturating_add)
}

/// The deviation of a union without a matching branch. If no branch has the type of the value, or
/// the discriminator names another branch, the union lacks a branch.
fn of_union<'s>(found: Breaches<'s>, union: Union<'s>, own: &str) -> Breaches<'s> {
    let is_short = found.iter().find(|breach| match breach.kind {
        BreachKind::WrongType => breach.pointer == own,
        BreachKind::UnknownValue(_) if is_tag(breach.schema) => {
            let parent = breach.pointer.rsplit_once('/').map(|(parent, _)| parent);
            breach.pointer == own || parent == Some(own)
        }
        _ => false,
    });
    match is_short {
        Some(breach) => vec![Breach {
            schema: union.owner,
            keyword: union.keyword,
            ..breach.clone()
        }],
        None => found,
    }
}
