//! Objects and arrays: structs, maps, lists, and JSON of any shape.

use crate::diagnostics::Place;
use crate::ir::{DefinitionKind, Field, Object, Rest, Rule, Type};
use crate::names::{field_name, property_setter_name, unlike};
use crate::normal::{Alternative, Arrays, Id, NodeId, Objects, Property};

use super::naming::Owner;
use super::scope::{Scope, Wanted, apart};
use super::types::{Lowered, Types};

/// Properties by name, with the string that distinguishes a variant of a union.
pub(super) type Constants = Vec<(String, String)>;

/// Context of an object that is one or several variants of a union.
#[derive(Default)]
pub(super) struct Known {
    /// Constant properties, which get no field.
    pub constants: Constants,
    /// Properties that are constant if they are present.
    pub presets: Constants,
    /// Further rules for the object.
    pub rules: Vec<Rule>,
}

/// Whether an alternative has named properties, and becomes a struct.
pub(super) fn is_struct(object: &Alternative<Objects>) -> bool {
    object.values.is_none() && fields(&object.facets).next().is_some()
}

/// The properties that become fields.
fn fields(object: &Objects) -> impl Iterator<Item = (&String, &Property)> {
    let described = object.described();
    described.filter(|(_, property)| property.shape != Id::NEVER)
}

impl<'d> Types<'d> {
    /// The type of a schema for objects only.
    pub(super) fn objects(
        &mut self,
        id: Id,
        objects: &[Alternative<Objects>],
        owner: &Owner<'_>,
    ) -> Lowered {
        let node = self.node(id);
        match objects {
            [only] if only.values.is_some() => self.json(id),
            [only] => {
                // The only object variant of a union determines the struct.
                let keywords = node.and_then(|node| self.meanings.node(node).keywords());
                let is_union = keywords.is_some_and(|k| k.any_of.is_some() || k.one_of.is_some());
                let branch = self.branch_of(id, only).filter(|_| is_union);
                self.object(only, branch.or(node), owner, Known::default())
            }
            _ => match self.varied(id, objects) {
                Some((one, rules)) => {
                    let known = Known {
                        rules,
                        ..Known::default()
                    };
                    self.object(&one, node, owner, known)
                }
                None => self.union(id, &self.meanings.shape(id), owner),
            },
        }
    }

    /// Merges alternatives with the same properties and no schema of their own into one object,
    /// with the rules in which they differ.
    fn varied(
        &mut self,
        id: Id,
        objects: &[Alternative<Objects>],
    ) -> Option<(Alternative<Objects>, Vec<Rule>)> {
        let first = objects.first()?;
        let meanings = self.meanings;
        let alike = |other: &Alternative<Objects>| {
            let (own, facets) = (&first.facets, &other.facets);
            let mut names = own.described().chain(facets.described());
            other.values.is_none()
                && own.patterns == facets.patterns
                && own.rests == facets.rests
                && own.names == facets.names
                && names.all(|(name, _)| {
                    own.property(name, meanings) == facets.property(name, meanings)
                })
        };
        let is_own = |object: &Alternative<Objects>| self.branch_of(id, object).is_none();
        if !objects.iter().all(|object| alike(object) && is_own(object)) {
            return None;
        }
        let always = |name: &String| objects.iter().all(|object| object.facets.requires(name));
        let choices = objects.iter().map(|object| {
            let names = object.facets.required().filter(|name| !always(name));
            names.cloned().collect::<Vec<_>>()
        });
        let choices: Vec<Vec<String>> = choices.collect();
        let is_simple = objects.iter().all(|other| {
            let (own, facets) = (&first.facets, &other.facets);
            let mut properties = facets.properties.values();
            (own.min, own.max) == (facets.min, facets.max)
                && own.dependent == facets.dependent
                && first.residual == other.residual
                && properties.all(|property| property.shape != Id::NEVER)
        });
        let mut one = first.clone();
        for (name, property) in &mut one.facets.properties {
            property.required = always(name);
        }
        let properties = &mut one.facets.properties;
        properties.retain(|_, p| p.required || p.described);
        let rules = match is_simple {
            true if choices.iter().any(Vec::is_empty) => Vec::new(),
            true => vec![Rule::AnyRequired(choices)],
            false => {
                one.facets.dependent.clear();
                one.residual.clear();
                (one.facets.min, one.facets.max) = (0, None);
                self.whole(id)
            }
        };
        Some((one, rules))
    }

    /// The type of an object.
    pub(super) fn object(
        &mut self,
        object: &Alternative<Objects>,
        node: Option<NodeId>,
        owner: &Owner<'_>,
        known: Known,
    ) -> Lowered {
        let is_struct = is_struct(object);
        let (rest, is_typed) = if is_struct {
            self.defining(|types| types.rest(object, &owner.additional()))
        } else {
            self.rest(object, &owner.item())
        };
        let Objects {
            min, max, rests, ..
        } = &object.facets;
        let mut rules = Vec::new();
        rules.extend((*min > 0).then_some(Rule::MinProperties(*min)));
        rules.extend(max.map(Rule::MaxProperties));
        rules.extend_from_slice(&known.rules);
        let left = self.conditions.rest_of_object(object, is_typed);
        rules.extend(self.conditions.rule(left, node));
        if is_struct {
            let fields = self.defining(|types| types.fields(object, owner, &known));
            let taken = fields.iter().map(|field| field.name.as_str());
            let name = unlike("additional", taken);
            let object = Object {
                constants: known.constants,
                fields,
                rest: rest.map(|(ty, rules)| Rest { name, ty, rules }),
                open: rests.iter().all(|rest| rest.shape != Id::NEVER),
                rules,
            };
            let kind = DefinitionKind::Object(object);
            return (self.intern(kind, node, owner), Vec::new());
        }
        match rest {
            Some((value, own)) => {
                let map = Self::around(value, Type::Map);
                (map.unwrap_or(Type::Json), [own, rules].concat())
            }
            None if object.facets.is_closed() => (Type::Empty, known.rules),
            None => (Type::Json, [vec![Rule::Object], rules].concat()),
        }
    }

    /// The type of the unnamed properties of an object, with the rules for all of them, and whether
    /// these are complete.
    fn rest(
        &mut self,
        object: &Alternative<Objects>,
        owner: &Owner<'_>,
    ) -> (Option<Lowered>, bool) {
        let Objects {
            patterns, rests, ..
        } = &object.facets;
        let any = |pattern: &str| matches!(pattern, ".*" | "^.*$" | "" | "^");
        let patterns: Vec<_> = patterns.iter().filter(|(_, id)| *id != Id::ANY).collect();
        match (patterns.as_slice(), rests.as_slice()) {
            ([], []) => (None, true),
            ([], [rest]) if rest.except.is_empty() => match rest.shape {
                Id::NEVER => (None, true),
                shape => (Some(each(None, self.lower(shape, owner))), true),
            },
            // If any name is allowed, there is nothing to check.
            ([(pattern, id)], _)
                if any(pattern) && rests.iter().all(|r| r.except.contains(pattern)) =>
            {
                (Some(each(None, self.lower(*id, owner))), true)
            }
            ([(pattern, id)], [rest])
                if rest.shape == Id::NEVER && rest.except == [pattern.clone()] =>
            {
                let keys = Some(Rule::Keys(pattern.clone()));
                (Some(each(keys, self.lower(*id, owner))), true)
            }
            ([], [rest]) if rest.shape == Id::NEVER && rest.except.len() == 1 => {
                let rules = vec![Rule::Keys(rest.except[0].clone())];
                (Some((Type::Json, rules)), true)
            }
            ([(pattern, id)], []) => {
                let keys = Some(Rule::Matching(pattern.clone()));
                (Some(each(keys, self.lower(*id, owner))), true)
            }
            // A map cannot express names that determine types.
            (patterns, rests) => {
                let rests = rests.iter().map(|rest| rest.shape);
                let rests = rests.filter(|id| *id != Id::NEVER);
                let ids: Vec<Id> = patterns.iter().map(|(_, id)| *id).chain(rests).collect();
                let ty = self.common(&ids, owner);
                (Some((ty.unwrap_or(Type::Json), Vec::new())), false)
            }
        }
    }

    /// The type that all of these share, if it needs no definition.
    fn common(&mut self, ids: &[Id], owner: &Owner<'_>) -> Option<Type> {
        let (first, others) = ids.split_first()?;
        let first = self.meanings.meant(*first);
        if others
            .iter()
            .all(|other| self.meanings.meant(*other) == first)
        {
            return Some(self.lower(ids[0], owner).0);
        }
        let is_plain = |id: &Id| {
            let shape = self.meanings.shape(*id);
            let mut strings = shape.strings.iter();
            shape.arrays.is_empty()
                && shape.objects.is_empty()
                && strings.all(|s| s.values.is_none())
        };
        if !ids.iter().all(is_plain) {
            return None;
        }
        let first = self.lower(ids[0], owner).0;
        let mut others = ids[1..].iter().map(|id| self.lower(*id, owner).0);
        others.all(|ty| ty == first).then_some(first)
    }

    /// The type of a schema for arrays only.
    pub(super) fn array(
        &mut self,
        id: Id,
        arrays: &[Alternative<Arrays>],
        owner: &Owner<'_>,
    ) -> Lowered {
        let is_listed = arrays.iter().any(|array| array.values.is_some());
        let item = owner.item();
        let (ty, each) = match arrays {
            _ if is_listed => (Type::Json, Vec::new()),
            [only] if only.facets.prefix.is_empty() && only.facets.rest != Id::NEVER => {
                self.lower(only.facets.rest, &item)
            }
            arrays => {
                let ids = arrays.iter().flat_map(|array| {
                    let rest = Some(array.facets.rest).filter(|rest| *rest != Id::NEVER);
                    array.facets.prefix.iter().copied().chain(rest)
                });
                let ids: Vec<Id> = ids.collect();
                let ty = self.common(&ids, &item);
                (ty.unwrap_or(Type::Json), Vec::new())
            }
        };
        let Some(list) = Self::around(ty, Type::Array) else {
            return self.json(id);
        };
        let only = match arrays {
            [only] if !is_listed => only,
            _ => return (list, self.whole(id)),
        };
        let Arrays {
            min, max, unique, ..
        } = &only.facets;
        let rules = [
            (*min > 0).then_some(Rule::MinItems(*min)),
            max.map(Rule::MaxItems),
            unique.then_some(Rule::UniqueItems),
            (!each.is_empty()).then_some(Rule::Each(each)),
        ];
        let left = self.conditions.rest_of_array(only);
        let left = self.conditions.rule(left, self.node(id));
        (list, rules.into_iter().flatten().chain(left).collect())
    }

    fn fields(
        &mut self,
        object: &Alternative<Objects>,
        owner: &Owner<'_>,
        known: &Known,
    ) -> Vec<Field> {
        let constant = |wire: &String| known.constants.iter().any(|(name, _)| name == wire);
        let properties: Vec<_> = fields(&object.facets)
            .filter(|(wire, _)| !constant(wire))
            .collect();
        let (names, setters) = self.field_names(object, &properties);
        let mut made = Vec::with_capacity(properties.len());
        for ((wire, property), (name, setter)) in
            properties.into_iter().zip(names.into_iter().zip(setters))
        {
            let (ty, rules) = self.lower(property.shape, &owner.property(wire));
            let mut presets = known.presets.iter().filter(|(name, _)| name == wire);
            // Constant strings become enums, unless they may be null.
            let preset = presets.next().filter(|_| matches!(ty, Type::Named(_)));
            let nodes = self.meanings.parts(property.shape);
            let about = || nodes.iter().map(|node| &self.meanings.node(*node).about);
            let doc = about().find_map(|about| about.description.clone());
            let read_only = about().any(|about| about.read_only);
            let title = || about().find_map(|about| about.title.clone());
            made.push(Field {
                wire: wire.clone(),
                name,
                setter,
                // Only responses require read-only properties.
                required: property.required && !read_only,
                read_only,
                write_only: about().any(|about| about.write_only),
                deprecated: about().any(|about| about.deprecated),
                ty,
                null: self.meanings.shape(property.shape).null,
                rules,
                preset: preset.map(|(_, text)| text.clone()),
                default: about().find_map(|about| about.default.clone()),
                doc: doc.or_else(title),
            });
        }
        made
    }

    /// The names of fields, and of the methods that set them.
    fn field_names(
        &mut self,
        object: &Alternative<Objects>,
        properties: &[(&String, &Property)],
    ) -> (Vec<String>, Vec<String>) {
        let meanings = self.meanings;
        let around = object.origins.first().map(|node| meanings.place(*node));
        let wanted = properties.iter().map(|(wire, property)| {
            let nodes = meanings.parts(property.shape);
            let named = nodes
                .iter()
                .find(|node| meanings.node(**node).about.rust_name.is_some());
            let node = named.or(nodes.first());
            let name = node.and_then(|node| meanings.node(*node).about.rust_name.as_deref());
            let place = node.map(|node| meanings.place(*node)).or(around.clone());
            let place = place.unwrap_or_else(|| Place::file("types"));
            Wanted::new(wire, name, place)
        });
        let names = Scope::new("fields").assign(wanted, field_name, &mut self.found);
        let setters = apart(&names, property_setter_name);
        (names, setters)
    }
}

/// The type of a map's values, with a rule for its keys and those for all values.
fn each(keys: Option<Rule>, (ty, rules): Lowered) -> Lowered {
    let each = (!rules.is_empty()).then_some(Rule::Each(rules));
    (ty, keys.into_iter().chain(each).collect())
}
