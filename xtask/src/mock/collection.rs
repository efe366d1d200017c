//! Synthetic collections: deterministic, derived from one example, and paginated.
//!
//! Item `i` is the example with its own id replaced by `i` as 24 hexadecimal digits, its times `i`
//! minutes before a fixed instant, its names numbered, and its enums and bounded integers advanced
//! by `i` values. Any item can be created without those before it.
//!
//! Beyond the paging convention of the descriptors, this relies on common names of parameters:
//! `sortField`, `sortDirection`, and `start` and `end` in milliseconds since the Unix epoch, both
//! inclusive, compared with the item's first time. A structured parameter is a filter: its property
//! `actor: [{type: …}]` selects items whose `actorType` is one of those; a property without a
//! counterpart in the item (`responseCode`) selects everything.

use std::cmp::Ordering;

use codegen::descriptor::{Location, PagingConvention};
use jiff::Timestamp;
use serde_json::{Map, Number, Value, json};

use super::answer::echo;
use super::definitions::Definitions;
use super::fields::Form;
use super::service::Action;
use super::validate::Values;

/// The time of item 0: 2026-01-01T00:00:00.000Z, in milliseconds.
const NEWEST: i64 = 1_767_225_600_000;
const MINUTE: i64 = 60_000;

/// The page size if neither the request nor the descriptor has one.
const PAGE_SIZE: u64 = 100;

/// The items of a paginated action.
#[derive(Debug)]
pub(super) struct Collection {
    size: usize,
    names: Names,
    /// The example of a page, without its items.
    page: Map<String, Value>,
    /// The declared properties of a page.
    page_properties: Vec<String>,
    item_schema: Value,
    /// The example of an item, and how each property changes from item to item.
    item: Vec<(String, Rule)>,
    /// The declared properties of an item.
    item_properties: Vec<String>,
    /// The names of the structured parameters.
    filters: Vec<String>,
}

/// How a property of an item depends on the item's index.
#[derive(Debug, Clone, PartialEq)]
enum Rule {
    /// It is the same in all items.
    Constant(Value),
    /// The item's own id.
    Id(Value),
    /// A time.
    Time,
    /// One value after the other.
    Cycle(Vec<Value>),
    /// One number after the other, starting at `start`, and at `minimum` after each round.
    Count {
        start: i64,
        minimum: i64,
        maximum: i64,
    },
    /// The string followed by a number.
    Name { text: String, limit: usize },
}

/// The names of the parameters and properties of a collection that is paginated by number.
#[derive(Debug, Clone)]
struct Names {
    page: String,
    per_page: String,
    items: String,
    total: Option<String>,
}

impl Names {
    /// The names of a convention, if it paginates by number: others are not supported.
    fn of(convention: &PagingConvention) -> Option<Self> {
        Some(Names {
            page: convention.page.clone()?,
            per_page: convention.per_page.clone()?,
            items: convention.items.clone(),
            total: convention.total.clone(),
        })
    }
}

impl Collection {
    /// The collection of an action, if a convention paginates the action.
    pub(super) fn new(
        action: &Action,
        conventions: &[PagingConvention],
        definitions: &Definitions,
        size: usize,
    ) -> Option<Self> {
        let schema = action.schema.as_ref()?;
        let page_schema = definitions.resolve(schema);
        let has = |name: &str| action.fields_in(Location::Query).any(|f| f.name == name);
        let mut by_number = conventions.iter().filter_map(Names::of);
        let names = by_number.find(|names| {
            has(&names.page)
                && has(&names.per_page)
                && page_schema["properties"][&names.items]["items"].is_object()
        })?;
        let item_schema = page_schema["properties"][&names.items]["items"].clone();
        let mut page = definitions.example(schema);
        // The example of a page may have no items, or have another type than its schema.
        let in_page = page
            .get_mut(&names.items)
            .and_then(|items| items.get_mut(0));
        let in_page = in_page.map(Value::take).unwrap_or_default();
        let example = match definitions.example(&item_schema) {
            Value::Object(example) if !example.is_empty() => example,
            _ => in_page.as_object().cloned().unwrap_or_default(),
        };
        let resolved = definitions.resolve(&item_schema);
        let rule = |(name, value): (String, Value)| {
            let schema = definitions.resolve(&resolved["properties"][&name]);
            let rule = Rule::new(&name, value, schema);
            (name, rule)
        };
        let filters = action.fields_in(Location::Query);
        let filters = filters.filter(|field| field.form != Form::Scalar);
        let mut collection = Collection {
            size,
            names,
            page: page.as_object().cloned().unwrap_or_default(),
            page_properties: properties(page_schema),
            item: example.into_iter().map(rule).collect(),
            item_properties: properties(resolved),
            filters: filters.map(|field| field.name.clone()).collect(),
            item_schema,
        };
        collection.identify_by("id");
        Some(collection)
    }

    pub(super) fn item_schema(&self) -> &Value {
        &self.item_schema
    }

    /// Makes the property `name`, and every other with the same value in the example, the item's
    /// own id.
    pub(super) fn identify_by(&mut self, name: &str) {
        let example = |rule: &Rule| match rule {
            Rule::Constant(value) | Rule::Id(value) if value.is_string() => Some(value.clone()),
            _ => None,
        };
        let own = self.item.iter().find(|(property, _)| property == name);
        let Some(own) = own.and_then(|(_, rule)| example(rule)) else {
            return;
        };
        for (_, rule) in &mut self.item {
            if example(rule).as_ref() == Some(&own) {
                *rule = Rule::Id(own.clone());
            }
        }
    }

    /// The item with this id, if there is one.
    pub(super) fn index_of(&self, id: &str) -> Option<usize> {
        let index = usize::try_from(u128::from_str_radix(id, 16).ok()?).ok()?;
        (id.len() == 24 && index < self.size).then_some(index)
    }

    /// The item at `index`, adapted to the path.
    pub(super) fn item(&self, index: usize, path: &Map<String, Value>) -> Map<String, Value> {
        let mut item = Map::new();
        let mut constants = Map::new();
        for (name, rule) in &self.item {
            match rule {
                Rule::Constant(value) => constants.insert(name.clone(), value.clone()),
                rule => item.insert(name.clone(), rule.value(index)),
            };
        }
        echo(&mut constants, path);
        item.append(&mut constants);
        item
    }

    /// The page that a request selects.
    pub(super) fn page(&self, values: &Values) -> Value {
        let number = |name: &str| values.query.get(name).and_then(Value::as_u64);
        let page = number(&self.names.page).unwrap_or(0);
        let per_page = number(&self.names.per_page).unwrap_or(PAGE_SIZE);
        let indices = self.select(values);
        let skipped = usize::try_from(page.saturating_mul(per_page)).unwrap_or(usize::MAX);
        let taken = usize::try_from(per_page).unwrap_or(usize::MAX);
        let items: Vec<Value> = indices
            .iter()
            .skip(skipped)
            .take(taken)
            .map(|index| Value::Object(self.item(*index, &values.path)))
            .collect();

        let mut body = self.page.clone();
        let mut set = |name: &str, value: Value| {
            if self.page_properties.iter().any(|property| property == name) {
                body.insert(name.to_owned(), value);
            }
        };
        for (name, value) in values.query.iter().chain(&values.path) {
            set(name, value.clone());
        }
        set(&self.names.page, json!(page));
        set(&self.names.per_page, json!(per_page));
        set("count", json!(items.len()));
        if let Some(total) = &self.names.total {
            set(total, json!(indices.len()));
        }
        set(&self.names.items, Value::Array(items));
        Value::Object(body)
    }

    /// The indices of the items that a request selects, in its order.
    fn select(&self, values: &Values) -> Vec<usize> {
        let time = |name: &str| values.query.get(name).and_then(Value::as_i64);
        let (start, end) = (time("start"), time("end"));
        let has_times = self.item.iter().any(|(_, rule)| *rule == Rule::Time);
        let mut indices: Vec<usize> = (0..self.size)
            .filter(|index| {
                let made = milliseconds(*index);
                let is_late_enough = start.is_none_or(|start| made >= start);
                let is_early_enough = end.is_none_or(|end| made <= end);
                !has_times || (is_late_enough && is_early_enough)
            })
            .filter(|index| self.passes(*index, values))
            .collect();
        let text = |name: &str| values.query.get(name).and_then(Value::as_str);
        if let Some((_, rule)) = self
            .item
            .iter()
            .find(|(name, _)| Some(name.as_str()) == text("sortField"))
        {
            let descending = text("sortDirection").is_some_and(|d| d.eq_ignore_ascii_case("desc"));
            // Cached, because creating a value costs more than moving it; stable, so that equal
            // items keep their order on every page.
            indices.sort_by_cached_key(|index| SortKey {
                value: rule.value(*index),
                descending,
            });
        }
        indices
    }

    /// Whether an item passes every filter.
    fn passes(&self, index: usize, values: &Values) -> bool {
        let filters = self
            .filters
            .iter()
            .filter_map(|name| values.query.get(name));
        let mut conditions = filters.filter_map(Value::as_object).flatten();
        conditions.all(|(subject, accepted)| match accepted.as_array() {
            Some(accepted) if !accepted.is_empty() => accepted
                .iter()
                .any(|accepted| self.is_accepted(index, subject, accepted)),
            _ => true,
        })
    }

    /// Whether an item has one of the values that a filter accepts for a subject.
    fn is_accepted(&self, index: usize, subject: &str, accepted: &Value) -> bool {
        let is = |property: &str, value: &Value| {
            !self.item_properties.iter().any(|name| name == property)
                || self.value(index, property).as_ref() == Some(value)
        };
        match accepted {
            Value::Object(keys) => keys
                .iter()
                .all(|(key, value)| is(&format!("{subject}{}", capitalised(key)), value)),
            value => is(subject, value),
        }
    }

    fn value(&self, index: usize, property: &str) -> Option<Value> {
        let rule = self.item.iter().find(|(name, _)| name == property);
        rule.map(|(_, rule)| rule.value(index))
    }
}

impl Rule {
    /// The rule for a property with this example and this schema.
    fn new(name: &str, example: Value, schema: &Value) -> Self {
        if let Some(values) = schema["enum"].as_array() {
            let first = values.iter().position(|value| *value == example);
            let mut values = values.clone();
            values.rotate_left(first.unwrap_or(0));
            return Rule::Cycle(values);
        }
        match (&example, schema["format"].as_str()) {
            (Value::String(_), Some("date-time")) => Rule::Time,
            (Value::String(text), None)
                if (name == "name" || name.ends_with("Name")) && schema["pattern"].is_null() =>
            {
                Rule::Name {
                    text: text.clone(),
                    limit: schema["maxLength"]
                        .as_u64()
                        .and_then(|limit| usize::try_from(limit).ok())
                        .unwrap_or(usize::MAX),
                }
            }
            (Value::Number(number), _) => {
                let bounds = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
                match (number.as_i64(), bounds) {
                    (Some(start), (Some(minimum), Some(maximum)))
                        if (minimum..=maximum).contains(&start) =>
                    {
                        Rule::Count {
                            start,
                            minimum,
                            maximum,
                        }
                    }
                    _ => Rule::Constant(example),
                }
            }
            _ => Rule::Constant(example),
        }
    }

    fn value(&self, index: usize) -> Value {
        match self {
            Rule::Constant(value) => value.clone(),
            Rule::Id(_) => json!(format!("{index:024x}")),
            Rule::Time => json!(time(index)),
            Rule::Cycle(values) => values
                .get(index % values.len().max(1))
                .cloned()
                .unwrap_or_default(),
            Rule::Count {
                start,
                minimum,
                maximum,
            } => {
                // Nothing here overflows 128 bits.
                let (start, minimum) = (i128::from(*start), i128::from(*minimum));
                let span = i128::from(*maximum) - minimum + 1;
                let number = minimum + (start - minimum + index as i128) % span;
                i64::try_from(number).map_or(Value::Null, |number| json!(number))
            }
            Rule::Name { text, limit } => {
                let number = format!(" {index}");
                let room = limit.saturating_sub(number.len());
                let text: String = text.chars().take(room).chain(number.chars()).collect();
                json!(text)
            }
        }
    }
}

/// The time of an item, in milliseconds since the Unix epoch.
fn milliseconds(index: usize) -> i64 {
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    NEWEST.saturating_sub(index.saturating_mul(MINUTE))
}

/// The time of an item, in RFC 3339 with milliseconds.
fn time(index: usize) -> String {
    let time = Timestamp::from_millisecond(milliseconds(index)).unwrap_or(Timestamp::MIN);
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn properties(schema: &Value) -> Vec<String> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.map(|(name, _)| name.clone()).collect()
}

/// The order of JSON scalars: numbers by value, strings by code point.
#[derive(Debug)]
struct SortKey {
    value: Value,
    descending: bool,
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = match (&self.value, &other.value) {
            (Value::Number(a), Value::Number(b)) => {
                let float = |number: &Number| number.as_f64().unwrap_or_default();
                float(a).total_cmp(&float(b))
            }
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        if self.descending {
            order.reverse()
        } else {
            order
        }
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortKey {}
