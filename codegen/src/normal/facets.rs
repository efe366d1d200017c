//! Restrictions of the values of an alternative, by JSON type, and their intersection.

use indexmap::IndexMap;
use serde_json::Value;

use super::decimal::Decimal;
use super::holds::{Validator, length_fits};
use super::meanings::{Id, Meanings};
use super::node::Limit;
use super::same;

/// Restrictions of all values of an alternative.
pub(super) trait Facets: Clone + Default + PartialEq {
    /// The intersection of both; none if it is empty.
    fn meet(&self, other: &Self, meanings: &Meanings) -> Option<Self>;

    /// Whether they hold for a value, which has the right type.
    fn allow<'v>(&self, value: &'v Value, validator: &mut Validator<'_, 'v>) -> bool;
}

/// Numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers {
    /// Only integers.
    pub integer: bool,
    /// The minimum.
    pub minimum: Option<Limit>,
    /// The maximum.
    pub maximum: Option<Limit>,
    /// Only multiples of each of these.
    pub multiples: Vec<Decimal>,
    /// The format, which restricts nothing.
    pub format: Option<String>,
}

impl Numbers {
    /// The same, unless no number satisfies it.
    pub(super) fn non_empty(self) -> Option<Self> {
        let (Some(least), Some(most)) = (&self.minimum, &self.maximum) else {
            return Some(self);
        };
        let is_empty = match least.value.cmp(&most.value) {
            std::cmp::Ordering::Less => self.integer && no_integer(least, most),
            std::cmp::Ordering::Equal => least.exclusive || most.exclusive,
            std::cmp::Ordering::Greater => true,
        };
        (!is_empty).then_some(self)
    }
}

fn no_integer(least: &Limit, most: &Limit) -> bool {
    matches!((least.whole(1), most.whole(-1)), (Some(first), Some(last)) if first > last)
}

/// The stricter limit.
pub(super) fn tighter(one: Option<&Limit>, other: Option<&Limit>, is_least: bool) -> Option<Limit> {
    let (Some(a), Some(b)) = (one, other) else {
        return one.or(other).cloned();
    };
    let order = if is_least {
        a.value.cmp(&b.value)
    } else {
        b.value.cmp(&a.value)
    };
    let first = order.then(a.exclusive.cmp(&b.exclusive)).is_ge();
    Some(if first { a.clone() } else { b.clone() })
}

impl Facets for Numbers {
    fn meet(&self, other: &Self, _: &Meanings) -> Option<Self> {
        let met = Numbers {
            integer: self.integer || other.integer,
            minimum: tighter(self.minimum.as_ref(), other.minimum.as_ref(), true),
            maximum: tighter(self.maximum.as_ref(), other.maximum.as_ref(), false),
            multiples: union(&self.multiples, &other.multiples),
            format: self.format.clone().or(other.format.clone()),
        };
        met.non_empty()
    }

    fn allow<'v>(&self, value: &'v Value, _: &mut Validator<'_, 'v>) -> bool {
        let Value::Number(number) = value else {
            return false;
        };
        let number = Decimal::of_number(number);
        let (least, most) = (self.minimum.as_ref(), self.maximum.as_ref());
        (!self.integer || number.is_integer())
            && least.is_none_or(|limit| limit.admits_above(&number))
            && most.is_none_or(|limit| limit.admits_below(&number))
            && self.multiples.iter().all(|by| number.is_multiple_of(by))
    }
}

/// Strings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Strings {
    /// The minimal number of characters.
    pub min: u64,
    /// The maximal number of characters.
    pub max: Option<u64>,
    /// Patterns that must all match.
    pub patterns: Vec<String>,
    /// The format, which restricts nothing.
    pub format: Option<String>,
}

impl Facets for Strings {
    fn meet(&self, other: &Self, _: &Meanings) -> Option<Self> {
        let (min, max) = range((self.min, self.max), (other.min, other.max))?;
        Some(Strings {
            min,
            max,
            patterns: union(&self.patterns, &other.patterns),
            format: self.format.clone().or(other.format.clone()),
        })
    }

    fn allow<'v>(&self, value: &'v Value, validator: &mut Validator<'_, 'v>) -> bool {
        let Value::String(text) = value else {
            return false;
        };
        let mut patterns = self.patterns.iter();
        length_fits(text.chars().count(), self.min, self.max)
            && patterns.all(|pattern| validator.meanings.matches(pattern, text))
    }
}

/// Arrays.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrays {
    /// The schemas of the first items.
    pub prefix: Vec<Id>,
    /// The schema of the items after those.
    pub rest: Id,
    /// The minimal number of items.
    pub min: u64,
    /// The maximal number of items.
    pub max: Option<u64>,
    /// Whether no two items are equal.
    pub unique: bool,
    /// Restrictions of the number of certain items.
    pub contains: Vec<Occurs>,
}

/// A restriction of the number of certain items.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurs {
    /// The schema of these items.
    pub item: Id,
    /// The minimal number of them.
    pub min: u64,
    /// The maximal number of them.
    pub max: Option<u64>,
}

impl Default for Arrays {
    fn default() -> Self {
        Arrays {
            prefix: Vec::new(),
            rest: Id::ANY,
            min: 0,
            max: None,
            unique: false,
            contains: Vec::new(),
        }
    }
}

impl Arrays {
    /// The schema of the item with this index.
    pub(super) fn item(&self, index: usize) -> Id {
        self.prefix.get(index).copied().unwrap_or(self.rest)
    }

    /// The same with a count that the items allow, unless no array satisfies it.
    pub(super) fn non_empty(mut self) -> Option<Self> {
        let end = self.prefix.iter().position(|item| *item == Id::NEVER);
        let end = end.or((self.rest == Id::NEVER).then_some(self.prefix.len()));
        if let Some(end) = end {
            self.prefix.truncate(end);
            self.rest = Id::NEVER;
            let end = u64::try_from(end).unwrap_or(u64::MAX);
            self.max = Some(self.max.map_or(end, |max| max.min(end)));
        }
        let mut occurs = self.contains.iter();
        let possible = self.max.is_none_or(|max| self.min <= max)
            && occurs.all(|occurs| {
                occurs.max.is_none_or(|max| occurs.min <= max)
                    && self.max.is_none_or(|max| occurs.min <= max)
                    && (occurs.min == 0 || occurs.item != Id::NEVER)
            });
        possible.then_some(self)
    }
}

impl Facets for Arrays {
    fn meet(&self, other: &Self, meanings: &Meanings) -> Option<Self> {
        let (min, max) = range((self.min, self.max), (other.min, other.max))?;
        let length = self.prefix.len().max(other.prefix.len());
        let prefix = (0..length).map(|index| meanings.meet(self.item(index), other.item(index)));
        let met = Arrays {
            prefix: prefix.collect(),
            rest: meanings.meet(self.rest, other.rest),
            min,
            max,
            unique: self.unique || other.unique,
            contains: union(&self.contains, &other.contains),
        };
        met.non_empty()
    }

    fn allow<'v>(&self, value: &'v Value, validator: &mut Validator<'_, 'v>) -> bool {
        let Value::Array(items) = value else {
            return false;
        };
        let mut indexed = items.iter().enumerate();
        let mut contains = self.contains.iter();
        length_fits(items.len(), self.min, self.max)
            && (!self.unique || same::all_differ(items))
            && indexed.all(|(index, item)| validator.allows(self.item(index), item))
            && contains.all(|occurs| {
                let fitting = items
                    .iter()
                    .filter(|item| validator.allows(occurs.item, item));
                length_fits(fitting.count(), occurs.min, occurs.max)
            })
    }
}

/// Objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Objects {
    /// The named properties, in the order of the schema.
    pub properties: IndexMap<String, Property>,
    /// The schemas of unnamed properties whose names match a pattern.
    pub patterns: Vec<(String, Id)>,
    /// The schemas of unnamed properties that match none of some patterns.
    pub rests: Vec<Rest>,
    /// The schema of the names of unnamed properties.
    pub names: Id,
    /// The minimal number of properties.
    pub min: u64,
    /// The maximal number of properties.
    pub max: Option<u64>,
    /// The properties that a property requires.
    pub dependent: Vec<(String, Vec<String>)>,
}

/// A named property.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its schema; [`Id::NEVER`] if the property is forbidden.
    pub shape: Id,
    /// Whether it is required.
    pub required: bool,
    /// Whether a schema describes it, rather than only requires it.
    pub described: bool,
}

/// The schema of properties without a name and a pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Rest {
    /// The patterns that their names don't match.
    pub except: Vec<String>,
    /// Their schema.
    pub shape: Id,
}

impl Default for Objects {
    fn default() -> Self {
        Objects {
            properties: IndexMap::new(),
            patterns: Vec::new(),
            rests: Vec::new(),
            names: Id::ANY,
            min: 0,
            max: None,
            dependent: Vec::new(),
        }
    }
}

impl Objects {
    /// The schema of a property.
    pub fn property(&self, name: &str, meanings: &Meanings) -> Id {
        match self.properties.get(name) {
            Some(property) => property.shape,
            None => self.unnamed(name, meanings),
        }
    }

    /// The schema of an unnamed property.
    pub(super) fn unnamed(&self, name: &str, meanings: &Meanings) -> Id {
        if self.names != Id::ANY && !meanings.holds(self.names, &Value::from(name)) {
            return Id::NEVER;
        }
        let matches = |pattern: &String| meanings.matches(pattern, name);
        let patterns = self.patterns.iter();
        let patterns = patterns.filter(|(pattern, _)| matches(pattern));
        let rests = self.rests.iter();
        let rests = rests.filter(|rest| !rest.except.iter().any(matches));
        meanings.meet_all(
            patterns
                .map(|(_, shape)| *shape)
                .chain(rests.map(|rest| rest.shape)),
        )
    }

    /// The properties that some schema describes.
    pub(crate) fn described(&self) -> impl Iterator<Item = (&String, &Property)> {
        let properties = self.properties.iter();
        properties.filter(|(_, property)| property.described)
    }

    /// The names of the required properties.
    pub(crate) fn required(&self) -> impl Iterator<Item = &String> {
        let required = self
            .properties
            .iter()
            .filter(|(_, property)| property.required);
        required.map(|(name, _)| name)
    }

    /// Whether a property is required.
    pub(crate) fn requires(&self, name: &str) -> bool {
        let property = self.properties.get(name);
        property.is_some_and(|property| property.required)
    }

    /// Whether all properties are named here.
    pub fn is_closed(&self) -> bool {
        self.names == Id::NEVER
            || self.rests.iter().any(|rest| {
                let mut except = rest.except.iter();
                rest.shape == Id::NEVER
                    && except.all(|pattern| {
                        let mut patterns = self.patterns.iter();
                        patterns.any(|(own, shape)| own == pattern && *shape == Id::NEVER)
                    })
            })
    }

    /// The same, unless no object satisfies it.
    pub(super) fn non_empty(self) -> Option<Self> {
        let required = self.properties.values().filter(|p| p.required);
        let impossible = required.clone().any(|p| p.shape == Id::NEVER);
        let required = u64::try_from(required.count()).unwrap_or(u64::MAX);
        let possible = self.properties.values().filter(|p| p.shape != Id::NEVER);
        let possible = u64::try_from(possible.count()).unwrap_or(u64::MAX);
        let too_few = self.is_closed() && possible < self.min;
        let too_many = self.max.is_some_and(|max| max < required.max(self.min));
        (!impossible && !too_few && !too_many).then_some(self)
    }
}

impl Facets for Objects {
    fn meet(&self, other: &Self, meanings: &Meanings) -> Option<Self> {
        let (min, max) = range((self.min, self.max), (other.min, other.max))?;
        let mut properties = IndexMap::new();
        let names = self.properties.keys().chain(other.properties.keys());
        for name in names {
            if properties.contains_key(name) {
                continue;
            }
            let both = [self.properties.get(name), other.properties.get(name)];
            let shape = meanings.meet(
                self.property(name, meanings),
                other.property(name, meanings),
            );
            let property = Property {
                shape,
                required: both.iter().flatten().any(|property| property.required),
                described: both.iter().flatten().any(|property| property.described),
            };
            properties.insert(name.clone(), property);
        }
        let met = Objects {
            properties,
            patterns: union(&self.patterns, &other.patterns),
            rests: union(&self.rests, &other.rests),
            names: meanings.meet(self.names, other.names),
            min,
            max,
            dependent: union(&self.dependent, &other.dependent),
        };
        met.non_empty()
    }

    fn allow<'v>(&self, value: &'v Value, validator: &mut Validator<'_, 'v>) -> bool {
        let Value::Object(members) = value else {
            return false;
        };
        let has = |name: &String| members.contains_key(name);
        let mut properties = self.properties.iter();
        let mut dependent = self.dependent.iter();
        length_fits(members.len(), self.min, self.max)
            && properties.all(|(name, property)| !property.required || has(name))
            && dependent.all(|(name, names)| !has(name) || names.iter().all(has))
            && members.iter().all(|(name, value)| {
                let property = self.property(name, validator.meanings);
                validator.allows(property, value)
            })
    }
}

/// The intersection of both ranges.
fn range(one: (u64, Option<u64>), other: (u64, Option<u64>)) -> Option<(u64, Option<u64>)> {
    let min = one.0.max(other.0);
    let max = match (one.1, other.1) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    max.is_none_or(|max| min <= max).then_some((min, max))
}

/// The items of both lists, without duplicates.
fn union<T: Clone + PartialEq>(one: &[T], other: &[T]) -> Vec<T> {
    let mut all = one.to_vec();
    for item in other {
        if !all.contains(item) {
            all.push(item.clone());
        }
    }
    all
}
