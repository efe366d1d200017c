//! Values that a normal form allows, at the limits of its facets.

use codegen::normal::{Alternative, Arrays, Id, Meanings, Numbers, Objects, Strings};
use serde_json::{Map, Number, Value, json};

use crate::dice::Dice;
use crate::strings::matching;

/// One value of each alternative of an id.
pub fn inside(meanings: &Meanings, id: Id, depth: usize, dice: &mut Dice) -> Vec<Value> {
    let shape = meanings.shape(id);
    let mut all = Vec::new();
    all.extend(shape.null.then_some(Value::Null));
    all.extend(shape.booleans[1].then_some(Value::Bool(true)));
    all.extend(shape.booleans[0].then_some(Value::Bool(false)));
    each(&shape.numbers, dice, &mut all, number);
    each(&shape.strings, dice, &mut all, string);
    each(&shape.arrays, dice, &mut all, |arrays, dice| {
        array(meanings, arrays, depth, dice)
    });
    each(&shape.objects, dice, &mut all, |objects, dice| {
        object(meanings, objects, depth, dice)
    });
    all
}

/// One value of an id.
fn any(meanings: &Meanings, id: Id, depth: usize, dice: &mut Dice) -> Value {
    if depth == 0 {
        return json!(dice.below(3));
    }
    if id == Id::ANY {
        return dice
            .pick(&[
                json!("any"),
                json!(1),
                json!(null),
                json!({"a": 1}),
                json!([]),
            ])
            .clone();
    }
    let values = inside(meanings, id, depth - 1, dice);
    if values.is_empty() {
        Value::Null
    } else {
        dice.pick(&values).clone()
    }
}

fn each<F>(
    alternatives: &[Alternative<F>],
    dice: &mut Dice,
    all: &mut Vec<Value>,
    make: impl Fn(&F, &mut Dice) -> Value,
) {
    // A few of many.
    let skip = alternatives.len().saturating_sub(6);
    let start = dice.below(skip + 1);
    for alternative in alternatives.iter().skip(start).take(6) {
        match &alternative.values {
            Some(values) => all.push(dice.pick(values).clone()),
            None => all.push(make(&alternative.facets, dice)),
        }
    }
}

fn number(numbers: &Numbers, dice: &mut Dice) -> Value {
    let text = |limit: &Option<codegen::normal::Limit>| limit.as_ref().map(|l| l.value.to_string());
    let (least, most) = (text(&numbers.minimum), text(&numbers.maximum));
    let edge = if dice.one_in(2) {
        least.clone().or(most.clone())
    } else {
        most.or(least)
    };
    let parsed = edge.and_then(|text| serde_json::from_str::<Number>(&text).ok());
    if let Some(by) = numbers.multiples.first() {
        return serde_json::from_str(&by.to_string()).unwrap_or(json!(0));
    }
    match parsed {
        Some(number) => Value::Number(number),
        None if numbers.integer => json!(dice.below(9)),
        None => json!(0.5),
    }
}

fn string(strings: &Strings, dice: &mut Dice) -> Value {
    Value::from(matching(&strings.patterns, strings.min, strings.max, dice))
}

fn array(meanings: &Meanings, arrays: &Arrays, depth: usize, dice: &mut Dice) -> Value {
    let wanted: u64 = arrays.contains.iter().map(|occurs| occurs.min).sum();
    let least = arrays.min.max(wanted);
    let most = arrays
        .max
        .unwrap_or(least.max(arrays.prefix.len() as u64) + 1);
    let length = if dice.one_in(2) { least } else { most }.min(12);
    let mut items = Vec::new();
    for occurs in &arrays.contains {
        for _ in 0..occurs.min.min(5) {
            items.push(any(meanings, occurs.item, depth, dice));
        }
    }
    while (items.len() as u64) < length {
        let item = arrays.prefix.get(items.len()).copied();
        items.push(any(meanings, item.unwrap_or(arrays.rest), depth, dice));
    }
    Value::Array(items)
}

fn object(meanings: &Meanings, objects: &Objects, depth: usize, dice: &mut Dice) -> Value {
    let mut members = Map::new();
    let full = dice.one_in(2);
    for (name, property) in &objects.properties {
        let wanted = property.required || (full && dice.one_in(2));
        if wanted && property.shape != Id::NEVER && depth > 0 || property.required {
            members.insert(name.clone(), any(meanings, property.shape, depth, dice));
        }
    }
    for (pattern, shape) in &objects.patterns {
        if dice.one_in(2) {
            let name = matching(std::slice::from_ref(pattern), 0, None, dice);
            members
                .entry(name)
                .or_insert_with(|| any(meanings, *shape, depth, dice));
        }
    }
    let rest = objects.rests.first();
    let wants_more = |members: &Map<String, Value>| (members.len() as u64) < objects.min.min(6);
    if (rest.is_some() && dice.one_in(3)) || wants_more(&members) {
        for name in ["more", "b", "x-1", "zz", "q", "w"] {
            let shape = objects.property(name, meanings);
            members.insert(name.to_owned(), any(meanings, shape, depth, dice));
            if !wants_more(&members) {
                break;
            }
        }
    }
    for (name, others) in &objects.dependent {
        if members.contains_key(name) && dice.one_in(2) {
            for other in others {
                let shape = objects.property(other, meanings);
                members.insert(other.clone(), any(meanings, shape, depth, dice));
            }
        }
    }
    Value::Object(members)
}
