//! Lowers schemas to conditions, keyword by keyword.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::graph::with_room;
use crate::ir::{Condition, Kind, NamedCondition, Rule};
use crate::names::{type_name, words_of};
use crate::normal::{self, Alternative, Arrays, Id, Keywords, Meanings, NodeId, Objects, Residual};

/// The named conditions: those of rules, of large referenced schemas, and recursive ones.
pub(super) struct Conditions<'d> {
    meanings: &'d Meanings,
    pub(super) named: Vec<NamedCondition>,
    taken: HashSet<String>,
    known: HashMap<Arc<Condition>, String>,
    referred: HashMap<NodeId, Referred>,
}

/// The condition of a referenced schema.
enum Referred {
    /// It is being lowered; contains its name, if that was needed meanwhile.
    Open(Option<String>),
    Done(Condition),
}

/// The maximal size of a condition that is repeated rather than named.
const SMALL: usize = 4;

impl<'d> Conditions<'d> {
    pub(super) fn new(meanings: &'d Meanings) -> Self {
        Conditions {
            meanings,
            named: Vec::new(),
            taken: HashSet::new(),
            known: HashMap::new(),
            referred: HashMap::new(),
        }
    }

    /// The rule that values meet a condition, unless all do, for the schema that has it.
    pub(super) fn rule(&mut self, condition: Condition, asks: Option<NodeId>) -> Vec<Rule> {
        if condition == Condition::ALWAYS {
            return Vec::new();
        }
        vec![Rule::Meets(self.name(condition, asks))]
    }

    /// The condition with its name. Equal ones share both: each branch of a union may have it.
    fn name(&mut self, condition: Condition, asks: Option<NodeId>) -> NamedCondition {
        if let Some((condition, name)) = self.known.get_key_value(&condition) {
            let (name, condition) = (name.clone(), Arc::clone(condition));
            return NamedCondition { name, condition };
        }
        let (name, condition) = (self.new_name(asks), Arc::new(condition));
        self.known.insert(Arc::clone(&condition), name.clone());
        let named = NamedCondition { name, condition };
        self.named.push(named.clone());
        named
    }

    /// A name after the place of the schema: its file, and the end of its path.
    fn new_name(&mut self, node: Option<NodeId>) -> String {
        let place = node.map(|node| self.meanings.place(node));
        let place = place.map(|place| place.reference()).unwrap_or_default();
        let mut words = place
            .split(['/', '#'])
            .filter(|word| !word.is_empty() && *word != "properties")
            .map(|word| word.trim_end_matches(".json"));
        let file = words.by_ref().nth(1).unwrap_or("value");
        let last = words.next_back().unwrap_or_default();
        let plain = words_of(&type_name(&format!("{file} {last}")));
        let plain = plain.join("_").to_uppercase();
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        let name = names.find(|name| !self.taken.contains(name));
        let name = name.unwrap_or(plain);
        self.taken.insert(name.clone());
        name
    }

    /// The condition of an id.
    pub(super) fn id(&mut self, id: Id) -> Condition {
        if id == Id::NEVER {
            return Condition::Never;
        }
        let parts = self.meanings.parts(id);
        let parts: Vec<_> = parts.into_iter().map(|node| self.node(node)).collect();
        Condition::all(parts)
    }

    fn ids(&mut self, ids: &[Id]) -> Vec<Condition> {
        ids.iter().map(|id| self.id(*id)).collect()
    }

    fn boxed(&mut self, id: Id) -> Box<Condition> {
        Box::new(self.id(id))
    }

    fn nodes(&mut self, nodes: &[NodeId]) -> Vec<Condition> {
        nodes.iter().map(|node| self.node(*node)).collect()
    }

    /// The condition of a reference's target: by name if it is large or recursive.
    fn reference(&mut self, node: NodeId) -> Condition {
        match self.referred.get(&node) {
            Some(Referred::Done(condition)) => return condition.clone(),
            Some(Referred::Open(Some(name))) => return Condition::Reference(name.clone()),
            Some(Referred::Open(None)) => {
                let name = self.new_name(Some(node));
                let open = Referred::Open(Some(name.clone()));
                self.referred.insert(node, open);
                return Condition::Reference(name);
            }
            None => {}
        }
        self.referred.insert(node, Referred::Open(None));
        let condition = with_room(|| self.node(node));
        let condition = match self.referred.remove(&node) {
            Some(Referred::Open(Some(name))) => {
                self.named.push(NamedCondition {
                    name: name.clone(),
                    condition: Arc::new(condition),
                });
                Condition::Reference(name)
            }
            _ if size(&condition) > SMALL => {
                Condition::Reference(self.name(condition, Some(node)).name)
            }
            _ => condition,
        };
        let done = Referred::Done(condition.clone());
        self.referred.insert(node, done);
        condition
    }

    fn node(&mut self, node: NodeId) -> Condition {
        let meanings = self.meanings;
        let node = meanings.node(node);
        let Some(keywords) = node.keywords() else {
            return match node.body {
                normal::Body::Bool(false) => Condition::Never,
                _ => Condition::ALWAYS,
            };
        };
        let mut all = value_conditions(keywords);
        all.extend(keywords.reference.map(|target| self.reference(target)));
        all.extend(self.array_keywords(keywords));
        all.extend(self.object_keywords(keywords));
        all.extend(self.nodes(&keywords.all_of));
        if let Some(branches) = &keywords.any_of {
            all.push(choice(self.nodes(branches), Condition::Any));
        }
        if let Some(branches) = &keywords.one_of {
            let ids: Vec<Id> = branches.iter().map(|n| meanings.of_node(*n)).collect();
            let branches = self.nodes(branches);
            all.push(if meanings.are_apart(&ids) {
                choice(branches, Condition::Any)
            } else {
                choice(branches, Condition::One)
            });
        }
        if let Some(not) = keywords.not {
            all.push(Condition::Not(Box::new(self.node(not))));
        }
        if let Some(condition) = keywords.condition {
            let mut branch = |node: Option<NodeId>| {
                Box::new(node.map_or(Condition::ALWAYS, |node| self.node(node)))
            };
            let (then, otherwise) = (branch(condition.then), branch(condition.otherwise));
            // The values it checks count as evaluated, even if the check fails.
            all.push(Condition::If {
                condition: branch(Some(condition.condition)),
                then,
                otherwise,
            });
        }
        let mut whole = Condition::all(all);
        if let Some(rest) = keywords.unevaluated_items {
            whole = Condition::UnevaluatedItems {
                within: Box::new(whole),
                rest: Box::new(self.node(rest)),
            };
        }
        if let Some(rest) = keywords.unevaluated_properties {
            whole = Condition::UnevaluatedProperties {
                within: Box::new(whole),
                rest: Box::new(self.node(rest)),
            };
        }
        whole
    }

    fn array_keywords(&mut self, keywords: &Keywords) -> Vec<Condition> {
        let mut all = Vec::new();
        all.extend((keywords.min_items > 0).then_some(Condition::MinItems(keywords.min_items)));
        all.extend(keywords.max_items.map(Condition::MaxItems));
        all.extend(keywords.unique_items.then_some(Condition::UniqueItems));
        if !keywords.prefix.is_empty() || keywords.items.is_some() {
            all.push(Condition::Items {
                first: self.nodes(&keywords.prefix),
                rest: keywords.items.map(|items| Box::new(self.node(items))),
            });
        }
        if let Some(contains) = keywords.contains {
            let counted = Condition::Contains {
                item: Box::new(self.node(contains.schema)),
                least: contains.least,
                most: contains.most,
            };
            all.push(if contains.evaluates {
                counted
            } else {
                // Negated schemas evaluate nothing.
                Condition::Not(Box::new(Condition::Not(Box::new(counted))))
            });
        }
        all
    }

    fn object_keywords(&mut self, keywords: &Keywords) -> Vec<Condition> {
        let mut all = Vec::new();
        let least = keywords.min_properties;
        all.extend((least > 0).then_some(Condition::MinProperties(least)));
        all.extend(keywords.max_properties.map(Condition::MaxProperties));
        if !keywords.required.is_empty() {
            all.push(Condition::required(keywords.required.clone()));
        }
        let is_bare = keywords.properties.is_empty() && keywords.patterns.is_empty();
        if !is_bare || keywords.additional.is_some() {
            let mut members = |members: &indexmap::IndexMap<String, NodeId>| {
                let members = members.iter();
                members
                    .map(|(name, node)| (name.clone(), self.node(*node)))
                    .collect()
            };
            all.push(Condition::properties(
                members(&keywords.properties),
                members(&keywords.patterns),
                keywords.additional.map(|rest| Box::new(self.node(rest))),
            ));
        }
        if let Some(names) = keywords.names {
            all.push(Condition::Names(Box::new(self.node(names))));
        }
        all.extend(dependent_required(&keywords.dependent_required));
        for (name, node) in &keywords.dependent {
            let then = Box::new(self.node(*node));
            all.push(Condition::Dependent(name.clone(), then));
        }
        all
    }

    /// The condition of a residual.
    pub(super) fn residual(&mut self, residual: &Residual) -> Condition {
        match residual {
            Residual::Is(id) => self.id(*id),
            Residual::Not(id) => Condition::Not(self.boxed(*id)),
            Residual::Any(ids) => choice(self.ids(ids), Condition::Any),
            Residual::One(ids) => choice(self.ids(ids), Condition::One),
            Residual::If {
                condition,
                then,
                otherwise,
            } => Condition::If {
                condition: self.boxed(*condition),
                then: self.boxed(*then),
                otherwise: self.boxed(*otherwise),
            },
            Residual::Dependent(name, id) => Condition::Dependent(name.clone(), self.boxed(*id)),
            Residual::Node(node) => self.node(*node),
        }
    }

    /// The rules that the type of an array and simple rules do not express.
    pub(super) fn rest_of_array(&mut self, array: &Alternative<Arrays>) -> Condition {
        let Arrays {
            prefix,
            rest,
            contains,
            ..
        } = &array.facets;
        let mut all: Vec<_> = array.residual.iter().map(|r| self.residual(r)).collect();
        if !prefix.is_empty() {
            all.push(Condition::Items {
                first: self.ids(prefix),
                rest: (*rest != Id::ANY).then(|| self.boxed(*rest)),
            });
        }
        for occurs in contains {
            all.push(Condition::Contains {
                item: self.boxed(occurs.item),
                least: occurs.min,
                most: occurs.max,
            });
        }
        Condition::all(all)
    }

    /// The rules that the type of an object and simple rules do not express; the type covers
    /// further properties if they are `typed`.
    pub(super) fn rest_of_object(
        &mut self,
        object: &Alternative<Objects>,
        is_typed: bool,
    ) -> Condition {
        let Objects {
            properties,
            patterns,
            rests,
            names,
            dependent,
            ..
        } = &object.facets;
        let mut all: Vec<_> = object.residual.iter().map(|r| self.residual(r)).collect();
        let undescribed = properties
            .iter()
            .filter(|(_, p)| p.required && !p.described);
        let undescribed: Vec<_> = undescribed.map(|(name, _)| name.clone()).collect();
        if !undescribed.is_empty() {
            all.push(Condition::required(undescribed));
        }
        let forbidden = properties.iter().filter(|(_, p)| p.shape == Id::NEVER);
        let forbidden: Vec<_> = forbidden
            .map(|(n, _)| (n.clone(), Condition::Never))
            .collect();
        if !forbidden.is_empty() && !object.facets.is_closed() {
            all.push(Condition::properties(forbidden, Vec::new(), None));
        }
        if *names != Id::ANY {
            all.push(Condition::Names(self.boxed(*names)));
        }
        // A remaining condition must cover all possible properties.
        if !is_typed || !all.is_empty() {
            let named = properties.keys();
            let named: Vec<_> = named.map(|n| (n.clone(), Condition::ALWAYS)).collect();
            for (pattern, id) in patterns.iter().filter(|(_, id)| *id != Id::ANY) {
                all.push(Condition::properties(
                    Vec::new(),
                    vec![(pattern.clone(), self.id(*id))],
                    None,
                ));
            }
            for rest in rests {
                let except = rest.except.iter();
                all.push(Condition::properties(
                    named.clone(),
                    except.map(|p| (p.clone(), Condition::ALWAYS)).collect(),
                    Some(self.boxed(rest.shape)),
                ));
            }
        }
        all.extend(dependent_required(dependent.iter().map(|(n, l)| (n, l))));
        Condition::all(all)
    }
}

/// The rules of keywords without schemas in them.
fn value_conditions(keywords: &Keywords) -> Vec<Condition> {
    let mut all = Vec::new();
    if let Some(kinds) = keywords.kinds {
        let is_said =
            |kind: &Kind| kinds.has(*kind) && (*kind != Kind::Integer || !kinds.has(Kind::Number));
        let named = Kind::ALL.into_iter().map(|(_, kind)| kind);
        all.push(Condition::Types(named.filter(is_said).collect()));
    }
    if let Some(values) = &keywords.values {
        all.push(Condition::OneOf(
            values.iter().map(Value::to_string).collect(),
        ));
    }
    if let Some(limit) = &keywords.minimum {
        all.push(if limit.exclusive {
            Condition::ExclusiveMinimum(limit.value.to_string())
        } else {
            Condition::Minimum(limit.value.to_string())
        });
    }
    if let Some(limit) = &keywords.maximum {
        all.push(if limit.exclusive {
            Condition::ExclusiveMaximum(limit.value.to_string())
        } else {
            Condition::Maximum(limit.value.to_string())
        });
    }
    let multiple = keywords.multiple_of.as_ref();
    all.extend(multiple.map(|by| Condition::MultipleOf(by.to_string())));
    let least = keywords.min_length;
    all.extend((least > 0).then_some(Condition::MinLength(least)));
    all.extend(keywords.max_length.map(Condition::MaxLength));
    all.extend(keywords.pattern.clone().map(Condition::Pattern));
    all
}

fn dependent_required<'n>(
    dependent: impl IntoIterator<Item = (&'n String, &'n Vec<String>)>,
) -> impl Iterator<Item = Condition> {
    let dependent = dependent.into_iter().filter(|(_, names)| !names.is_empty());
    dependent.map(|(name, names)| {
        let required = Condition::required(names.clone());
        Condition::Dependent(name.clone(), Box::new(required))
    })
}

/// A condition of alternatives; a single one is used directly.
fn choice(mut branches: Vec<Condition>, of: fn(Vec<Condition>) -> Condition) -> Condition {
    match branches.len() {
        1 => branches.remove(0),
        _ => of(branches),
    }
}

/// The number of conditions in one, itself included.
fn size(condition: &Condition) -> usize {
    1 + condition.parts().into_iter().map(size).sum::<usize>()
}
