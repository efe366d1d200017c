//! Query strings, as in the request line.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Difference;
use super::body::is_same_json;

/// The pairs of one parameter: several, if it is in bracket form. Their order is free, because it
/// is the order of the keys in an object.
#[derive(Debug)]
struct Block<'a> {
    name: &'a str,
    pairs: Vec<(&'a str, &'a str)>,
}

/// Compares two query strings parameter by parameter, in their order.
pub(super) fn compare(expected: &str, got: &str) -> Vec<Difference> {
    let (expected, got) = (blocks(expected), blocks(got));
    let is_in = |block: &Block<'_>, list: &[Block<'_>]| list.iter().any(|b| is_same(b, block));
    let all_present =
        expected.iter().all(|b| is_in(b, &got)) && got.iter().all(|b| is_in(b, &expected));
    let in_order = expected.iter().zip(&got).all(|(a, b)| is_same(a, b));
    if all_present && expected.len() == got.len() {
        let names = |blocks: &[Block<'_>]| {
            let names: Vec<_> = blocks.iter().map(|block| block.name).collect();
            names.join(", ")
        };
        return if in_order {
            Vec::new()
        } else {
            let (expected, got) = (names(&expected), names(&got));
            vec![Difference::of(
                "order of the query",
                Some(&expected),
                Some(&got),
            )]
        };
    }
    pair_up(&expected, &got)
}

/// The parameters of either side that differ from the one in the same position, or of the same
/// name, on the other side.
fn pair_up(expected: &[Block<'_>], got: &[Block<'_>]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut left: Vec<&Block<'_>> = got.iter().collect();
    for (index, block) in expected.iter().enumerate() {
        let what = format!("query parameter {}", index + 1);
        let same = left.iter().position(|other| is_same(other, block));
        let found = same.or_else(|| left.iter().position(|other| other.name == block.name));
        let other = found.map(|position| left.remove(position));
        if same.is_none() {
            let none = Vec::new();
            let pairs = other.map_or(&none, |other| &other.pairs);
            let (missing, extra) = (without(&block.pairs, pairs), without(pairs, &block.pairs));
            differences.push(Difference::of(what, missing.as_deref(), extra.as_deref()));
        }
    }
    for block in left {
        let extra = without(&block.pairs, &[]);
        differences.push(Difference::of("query parameter", None, extra.as_deref()));
    }
    differences
}

/// The pairs that the others lack; none if there are none.
fn without(pairs: &[(&str, &str)], others: &[(&str, &str)]) -> Option<String> {
    let mut others = others.to_vec();
    let lacking = pairs.iter().filter(|pair| !take(&mut others, pair));
    let lacking: Vec<_> = lacking
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    (!lacking.is_empty()).then(|| lacking.join("&"))
}

/// Removes a pair from others; returns whether it was among them.
fn take(others: &mut Vec<(&str, &str)>, (key, value): &(&str, &str)) -> bool {
    let found = others
        .iter()
        .position(|(other, its_value)| key == other && is_same_value(value, its_value));
    found.map(|position| others.swap_remove(position)).is_some()
}

fn blocks(query: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = name(key);
        match blocks.last_mut() {
            // Only bracketed pairs belong together; a repeated plain name is two parameters.
            Some(last) if last.name == name && name != key && last.pairs[0].0 != name => {
                last.pairs.push((key, value));
            }
            _ => blocks.push(Block {
                name,
                pairs: vec![(key, value)],
            }),
        }
    }
    blocks
}

/// A key without its brackets, which may be escaped.
fn name(key: &str) -> &str {
    let escaped = key.to_ascii_lowercase();
    let end = [key.find('['), escaped.find("%5b")];
    let end = end.into_iter().flatten().min();
    end.map_or(key, |end| &key[..end])
}

/// Whether two parameters have the same pairs, in any order.
fn is_same(one: &Block<'_>, other: &Block<'_>) -> bool {
    let mut left = other.pairs.clone();
    one.pairs.len() == other.pairs.len() && one.pairs.iter().all(|pair| take(&mut left, pair))
}

/// Whether two values are the same bytes, or the same JSON.
fn is_same_value(one: &str, other: &str) -> bool {
    one == other
        || matches!((json(one), json(other)), (Some(one), Some(other)) if is_same_json(&one, &other))
}

/// The object or array in a JSON value.
fn json(value: &str) -> Option<Value> {
    let text = percent_decode_str(value).decode_utf8().ok()?;
    let value: Value = serde_json::from_str(&text).ok()?;
    (value.is_object() || value.is_array()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_in_an_object_is_free() {
        let one = "x=1&f%5Ba%5D%5B0%5D%5Bid%5D=1&f%5Ba%5D%5B0%5D%5Btype%5D=2&y=1";
        let other = "x=1&f%5Ba%5D%5B0%5D%5Btype%5D=2&f%5Ba%5D%5B0%5D%5Bid%5D=1&y=1";
        assert_eq!(compare(one, other), []);
        let json = "q=%7B%22a%22%3A1%2C%22b%22%3A2%7D";
        assert_eq!(compare(json, "q=%7B%22b%22%3A2%2C%22a%22%3A1%7D"), []);
    }

    #[test]
    fn the_order_of_parameters_counts() {
        for (one, other) in [
            ("a=1&b=2", "b=2&a=1"),
            ("a=1&f[x]=1&f[y]=2", "f[x]=1&a=1&f[y]=2"),
            ("f[x]=1&f[y]=2&a=1", "a=1&f[x]=1&f[y]=2"),
            ("a=1&a=2", "a=2&a=1"),
        ] {
            assert!(!compare(one, other).is_empty(), "{one} {other}");
        }
        let difference = &compare("a=1&b=2", "b=2&a=1")[0];
        assert_eq!(
            *difference,
            Difference::of("order of the query", Some("a, b"), Some("b, a"))
        );
    }

    #[test]
    fn values_are_compared_as_bytes_and_counted() {
        for (one, other) in [
            ("a=%20", "a=+"),
            ("a=%2F", "a=%2f"),
            ("a=1", "a=1.0"),
            ("a=1", "a=1&a=1"),
            ("f[x]=1", "f[x]=1&f[x]=1"),
            ("f%5Bx%5D=1", "f[x]=1"),
            ("a=", ""),
        ] {
            assert!(!compare(one, other).is_empty(), "{one} {other}");
        }
    }

    #[test]
    fn of_a_bracketed_parameter_only_the_pairs_that_differ_are_shown() {
        let one = "f[a]=1&f[b]=2&f[c]=3";
        let other = "f[c]=4&f[b]=2&f[a]=1";
        let difference = Difference::of("query parameter 1", Some("f[c]=3"), Some("f[c]=4"));
        assert_eq!(compare(one, other), [difference]);
    }

    #[test]
    fn a_difference_names_what_was_missed_and_what_came_instead() {
        assert_eq!(
            compare("a=1&b=2&c=3", "a=1&b=3&d=4"),
            [
                Difference::of("query parameter 2", Some("b=2"), Some("b=3")),
                Difference::of("query parameter 3", Some("c=3"), None),
                Difference::of("query parameter", None, Some("d=4")),
            ]
        );
    }
}
