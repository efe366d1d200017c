//! A union whose branches contain it again.

use client_runtime::{Extra, Json, List, object, union};

use super::common::wrong;
use super::read;

/// An object that contains numbers.
#[derive(Clone, Default, PartialEq)]
struct Leaf {
    within: Option<Numbers>,
    extra: Extra,
}

object!(open Leaf {
    within: "within",
});

/// An object that contains a tree.
#[derive(Clone, Default, PartialEq)]
struct Branching {
    within: Option<Box<Tree>>,
    extra: Extra,
}

object!(open Branching {
    within: "within",
});

#[derive(Clone, PartialEq)]
enum Numbers {
    List(List<f64>),
    Number(i64),
    Unknown(Json),
}

union!(Numbers {
    List(List<f64>): array,
    Number(i64): number,
});

#[derive(Clone, PartialEq)]
enum Tree {
    Leaf(Box<Leaf>),
    Branching(Box<Branching>),
    Unknown(Json),
}

union!(Tree {
    Leaf(Box<Leaf>): object,
    Branching(Box<Branching>): object,
});

#[test]
fn a_value_of_another_branch_is_valid_at_any_depth() {
    let nested = |end: &str| {
        let start = r#"{"within":"#.repeat(100);
        read::<Tree>(&format!("{start}{end}{}", "}".repeat(100)))
    };
    for valid in ["1", "[1]", "{}"] {
        assert_eq!(wrong(&nested(valid)), "", "{valid}");
    }
    for invalid in ["true", "\"a\"", "[true]"] {
        assert_ne!(wrong(&nested(invalid)), "", "{invalid}");
    }
}
